package templates

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func sales(t testing.TB) *Template {
	t.Helper()
	s, ok := ByID("transaction-v2-add")
	if !ok {
		t.Fatal("no transaction-v2-add")
	}
	return s
}

// columns writes a mapping as "field/how" a column.
func columns(m *Mapping) string {
	var out []string
	for i, f := range m.Fields {
		if f == nil {
			out = append(out, "-")
		} else {
			out = append(out, f.Name+"/"+string(m.How[i]))
		}
	}
	return strings.Join(out, " ")
}

func TestFold(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"billNumber", "billnumber"},
		{"\ufeff Bill\u00a0_Num\u200bber-. ", "billnumber"},
		{"Test & Control", "test&control"},
		{"Número", "número"},
		{" \t_-.", ""},
	} {
		if got := Fold(tt.in); got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestMap(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		o            MapOptions
		want         string
	}{
		{
			name: "names as point of sale systems write them",
			header: "bill_number,bill_date,store_code,identifier_type,identifier_value,source,type,bill_amount,gross_amount," +
				"bill_discount,serial,item_code,item_description,qty,rate,gross_value,line_discount,line_amount",
			want: "billNumber/name billingDate/alias attribution.identifierValue/alias identifierType/name identifierValue/name " +
				"source/name type/name billAmount/name grossAmount/name discount/alias lineItemsV2.serial/alias " +
				"lineItemsV2.itemCode/alias lineItemsV2.description/alias lineItemsV2.qty/alias lineItemsV2.rate/alias " +
				"lineItemsV2.value/alias lineItemsV2.discount/alias lineItemsV2.amount/alias",
		},
		{
			name:   "the sample of the documents",
			header: "bill ID,identifier name,identifier value,itemID",
			want:   "billNumber/alias identifierType/alias identifierValue/name lineItemsV2.itemCode/alias",
		},
		{
			name:   "full names, and the part behind the only dot",
			header: "lineItemsV2.qty,lineItemsV2.comboDetails.rate,returnableDays,code,description",
			want:   "lineItemsV2.qty/name lineItemsV2.comboDetails.rate/name lineItemsV2.returnableDays/alias - lineItemsV2.description/alias",
		},
		{
			name:   "wildcards give each column a field of its own, the longest wins",
			header: "extendedFields.city,Extended_Fields_Region,lineItemsV2.extendedFields.city,extendedFields.,extendedFields.city",
			want:   "extendedFields.city/name extendedFields.Region/name lineItemsV2.extendedFields.city/name - -",
		},
		{
			name:   "an exact name beats an alias, the leftmost of equals wins",
			header: "Mobile,identifierValue,Email,Bill No,bill_id",
			want:   "- identifierValue/name - billNumber/alias -",
		},
		{
			name:   "hints are not taken when the header found the template",
			header: "billNumber,Is_Returned,amount",
			want:   "billNumber/name - -",
		},
		{
			name:   "hints are taken when it was named, where the field is free",
			header: "billNumber,Is_Returned,amount,number,Item_Name",
			o:      MapOptions{Given: true},
			want:   "billNumber/name type/hint billAmount/hint - lineItemsV2.itemCode/hint",
		},
		{
			name:   "a hint goes to the next field where the first has a column",
			header: "amount,bill_amount,Item_Name,sku",
			o:      MapOptions{Given: true},
			want:   "lineItemsV2.amount/hint billAmount/name lineItemsV2.description/hint lineItemsV2.itemCode/alias",
		},
		{
			name:   "the user's mapping beats all, in any spelling of the header",
			header: "billNumber,Receipt Ref,City",
			o:      MapOptions{Explicit: map[string]string{"receipt_ref": "billNumber", "City": "customFields.city"}},
			want:   "- billNumber/map customFields.city/map",
		},
		{
			name:   "blank headers mean nothing",
			header: "billNumber,, ,_",
			want:   "billNumber/name - - -",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := sales(t).Map(strings.Split(tt.header, ","), tt.o)
			if err != nil {
				t.Fatal(err)
			}
			if got := columns(&m); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestMapSpelled(t *testing.T) {
	m, err := sales(t).Map([]string{"receipt ref", "City", "Amt"}, MapOptions{
		Explicit: map[string]string{"Receipt Ref": "billNumber", "City": "customFields.city", "AMT": "billAmount"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(m.Spelled), "map[0:Receipt Ref 2:AMT]"; got != want {
		t.Errorf("Spelled = %s, want %s", got, want)
	}
}

func TestMapBeside(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		o            MapOptions
		want         string
	}{
		{
			name: "a mobile header implies the identifier type", header: "billNumber,Customer_Mobile,source,type,billAmount",
			want: "implied map[identifierType:mobile]",
		},
		{
			name: "as does an email header, though mapped by hand", header: "billNumber,Email,source,type,billAmount",
			o:    MapOptions{Explicit: map[string]string{"Email": "identifierValue"}},
			want: "implied map[identifierType:email]",
		},
		{
			name: "not beside a column for it", header: "billNumber,Mobile,identifier type,source,type,billAmount",
			want: "",
		},
		{
			name: "nor beside a constant", header: "billNumber,Mobile,source,type,billAmount",
			o:    MapOptions{Const: map[string]string{"identifierType": "id"}},
			want: "",
		},
		{
			name: "missing fields, constants counted", header: "billNumber,billAmount",
			o:    MapOptions{Const: map[string]string{"source": "INSTORE"}},
			want: "missing type",
		},
		{
			name: "clashes", header: "bill_id,source,type,billAmount,billNumber,Bill No",
			want: "clash 0 4 billNumber, clash 5 4 billNumber",
		},
		{
			name: "suggestions", header: "billNumber,source,type,billAmount,Reason,amount,item kode,Date of billing,Net Code of Item,colour,billNumbr,qt",
			want: "suggest map[4:notInterestedReason 5:lineItemsV2.amount 6:lineItemsV2.itemCode 7:billingDate 8:lineItemsV2.itemCode]",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := sales(t).Map(strings.Split(tt.header, ","), tt.o)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			if m.Implied != nil {
				got = append(got, fmt.Sprint("implied ", m.Implied))
			}
			for _, f := range m.Missing {
				got = append(got, "missing "+f.Name)
			}
			for _, c := range m.Clashes {
				got = append(got, fmt.Sprintf("clash %d %d %s", c.Column, c.Winner, c.Field.Name))
			}
			if m.Suggest != nil {
				got = append(got, fmt.Sprint("suggest ", m.Suggest))
			}
			if got := strings.Join(got, ", "); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestMapErrors(t *testing.T) {
	for _, tt := range []struct {
		o    MapOptions
		want string
	}{
		{MapOptions{Explicit: map[string]string{"Bill": "billNumbr"}}, `transaction-v2-add has no field "billNumbr"; the nearest is billNumber`},
		{MapOptions{Explicit: map[string]string{"Bill": "itemCode"}}, `transaction-v2-add has no field "itemCode"; the nearest is lineItemsV2.itemCode`},
		{MapOptions{Explicit: map[string]string{"Bil": "billNumber"}}, `no column is headed "Bil"; the nearest is Bill`},
		{MapOptions{Explicit: map[string]string{"Bill": "billNumber", "Store": "billNumber"}}, `billNumber has two columns: "Bill" and "Store"`},
		{MapOptions{Explicit: map[string]string{"Bill": "billNumber", "bill": "source"}}, `column "Bill" is mapped twice, to billNumber and to source`},
		{MapOptions{Explicit: map[string]string{"_": "billNumber"}}, `no column is headed "_"`},
		{MapOptions{Const: map[string]string{"sorce": "INSTORE"}}, `transaction-v2-add has no field "sorce"; the nearest is source`},
	} {
		if _, err := sales(t).Map([]string{"Bill", "Store"}, tt.o); err == nil || err.Error() != tt.want {
			t.Errorf("%+v: error %v, want %s", tt.o, err, tt.want)
		}
	}
	_, err := sales(t).Map([]string{"Bill"}, MapOptions{Const: map[string]string{"x": "1"}})
	if u := (*UnknownError)(nil); !errors.As(err, &u) || u.What != "field" || u.Name != "x" {
		t.Errorf("error is %#v", err)
	}
}

func TestDetect(t *testing.T) {
	for _, tt := range []struct {
		header string
		o      MapOptions
		want   string
	}{
		{header: "bill_number,bill_date,qty,rate", want: "transaction-v2-add"},
		{header: "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country", want: "transaction-v2-add"},
		{header: "bill_number,a,b", want: "the header fits no template; the likeliest are transaction-v2-add, coupon-redeem, data-reconciliation"},
		{header: "bill_number,a,,", want: "transaction-v2-add"},
		{header: "bill_number,a,b", o: MapOptions{Explicit: map[string]string{"a": "source"}}, want: "transaction-v2-add"},
		{header: "qty,rate", want: "the header fits no template; the likeliest are transaction-v2-add, data-reconciliation"},
		{header: "First Name,Mobile,Email ID,Registration date,Store Code,City", want: "customer-v2-add"},
		{header: "Mobile,Email,associationDetails.roleCode", want: "fleet-customers"},
		{header: "Customer ID,Transaction ID,Date,Amount", want: "the header fits no template; the likeliest are retro-transaction, transaction-v2-update-bulk, badges-import-earned, data-reconciliation"},
		{header: "customer_id,transaction_id,new_type", want: "retro-transaction"},
		{header: "Customer ID,Points", want: "the header fits no template; the likeliest are retro-transaction, goodwill-points-issue, badges-import-earned, badges-create-update"},
		{header: "Number,Status", want: "the header fits no template; the likeliest are test-control-update, card-update"},
		{header: "Bill Number,Bill Amount,Coupon Code,Mobile", want: "coupon-redeem"},
		{header: "Bill Number,Bill Amount,Coupon Code,Mobile,Bill Date", want: "the header fits transaction-v2-add and coupon-redeem equally well"},
		{header: "Bill Number,Bill Amount,Payment Mode,Payment Amount,Mobile", want: "transaction-v2-add"},
		{header: "Bill Number,Item Code,First Name,Last Name,Mobile,Email", want: "customer-v2-add"},
		{header: "id,name,code", want: "the header fits no template; the likeliest are coupon-redeem, badges-create-update, transaction-v2-add, transaction-v2-update-bulk"},
		{header: "transactionNumber,billAmount,code,user.mobile", want: "coupon-redeem"},
		{header: "billNumber,billAmount,code,Mobile", want: "the header fits transaction-v2-add and coupon-redeem equally well"},
		{header: "billNumber,billAmount,code,Mobile,qty,rate", want: "transaction-v2-add"},
		{header: "Mobile,Points", want: "the header fits customer-v2-add and points-redeem equally well"},
		{header: "Mobile,Hierarchy Code,Role Code", want: "fleet-customers"},
		{header: "Bill No,Store Code,Date,Rate", want: "the header fits transaction-v2-add and data-reconciliation equally well"},
		{header: "Bill No,Store Code,Bill Date,Rate", want: "transaction-v2-add"},
		{header: "user_id,column2", want: "the header fits no template; the likeliest are audience-reload, coupon-redeem"},
		{header: "Transaction ID,identifierType,identifierValue,source,customFields.city", want: "transaction-v2-update-bulk"},
		{header: "Mobile,Test & Control", want: "test-control-update"},
		{header: "Email", o: MapOptions{Const: map[string]string{"testControlStatus": "test"}}, want: "test-control-update"},
		{header: "Status,x", want: "the header fits no template; the likeliest is test-control-update"},
		{header: "a", o: MapOptions{Explicit: map[string]string{"b": "source"}}, want: `no column is headed "b"; the nearest is a`},
	} {
		got, err := Detect(strings.Split(tt.header, ","), tt.o)
		switch {
		case err != nil && err.Error() != tt.want:
			t.Errorf("%s: error %q, want %q", tt.header, err, tt.want)
		case err == nil && got.ID != tt.want:
			t.Errorf("%s: %s, want %s", tt.header, got.ID, tt.want)
		}
	}
}

func TestDetectKinds(t *testing.T) {
	field := func(name string) *Field { return &Field{Name: name, Required: true} }
	list := []*Template{
		{ID: "sale", Kind: "sales", GroupBy: []string{"bill"}, Fields: []*Field{field("bill"), field("mobile")}},
		{ID: "sale-more", Kind: "sales", GroupBy: []string{"bill"}, Fields: []*Field{field("bill"), field("mobile"), field("tender")}},
		{ID: "customer", Kind: "customers", Fields: []*Field{field("mobile"), field("name"), field("bill")}},
	}
	for _, tt := range []struct{ header, want string }{
		{"bill,mobile", "the header fits sale and customer equally well"},
		{"bill,mobile,tender", "sale"},
		{"bill,mobile,name", "customer"},
		{"mobile,x", "customer"},
	} {
		got, err := detect(list, strings.Split(tt.header, ","), MapOptions{})
		switch {
		case err != nil && err.Error() != tt.want:
			t.Errorf("%s: error %q, want %q", tt.header, err, tt.want)
		case err == nil && got.ID != tt.want:
			t.Errorf("%s: %s, want %s", tt.header, got.ID, tt.want)
		}
	}
}

func TestNumbered(t *testing.T) {
	rewards, _ := ByID("rewards-create")
	m, err := rewards.Map(strings.Split("name1,name2,Name 03,name,name1000,description2,customField7 key", ","), MapOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range m.Fields {
		if f == nil {
			got = append(got, "-")
			continue
		}
		got = append(got, f.Name+" of "+f.Series())
	}
	want := []string{
		"languageSpecificInfo.name of languageSpecificInfo.name", "languageSpecificInfo.name2 of languageSpecificInfo.name",
		"languageSpecificInfo.name3 of languageSpecificInfo.name", "-", "-",
		"languageSpecificInfo.description2 of languageSpecificInfo.description", "customFields.key7 of customFields.key",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	second := rewards.Field("languageSpecificInfo.name2")
	if second == nil || second.Required || !rewards.Field("languageSpecificInfo.name").Required {
		t.Errorf("the second name is %+v", second)
	}
	if f := rewards.Field("brandId2"); f != nil {
		t.Errorf("brandId2 is %+v", f)
	}
}

func TestPart(t *testing.T) {
	merge, _ := ByID("transaction-line-item-payment-mode-merge")
	for _, tt := range []struct {
		role, has, hasNot string
	}{
		{"bill", "billAmount", "lineItemsV2.qty"},
		{"line", "lineItemsV2.qty", "billAmount"},
		{"payment", "paymentModes.mode", "lineItemsV2.qty"},
	} {
		part, ok := merge.Part(tt.role)
		if !ok || part.Field(tt.has) == nil || part.Field(tt.hasNot) != nil || part.Field("billNumber") == nil || !slices.Equal(part.GroupBy, merge.GroupBy) {
			t.Errorf("%s: %t, %+v", tt.role, ok, part)
		}
	}
	if _, ok := merge.Part("customers"); ok {
		t.Error("a merge of three files has customers")
	}
	both, _ := ByID("transaction-customer-v2-add")
	customers, _ := both.Part("customers")
	m, err := customers.Map([]string{"Mobile", "Source"}, MapOptions{})
	if err != nil || m.Column("profiles.identifiers.mobile") != 0 || m.Column("profiles.source") != 1 || len(customers.GroupBy) > 0 {
		t.Errorf("customers: %+v, %v", m, err)
	}
}

func TestByID(t *testing.T) {
	if tpl, ok := ByID("transaction-add"); ok {
		t.Errorf("transaction-add is %s", tpl.ID)
	}
}

func TestField(t *testing.T) {
	s := sales(t)
	for _, tt := range []struct{ name, want string }{
		{"billNumber", "billNumber"}, {"extendedFields.city", "extendedFields.city"}, {"extendedFields.", ""},
		{"extendedFields.*", "extendedFields.*"}, {"BillNumber", ""}, {"itemCode", ""},
	} {
		got := ""
		if f := s.Field(tt.name); f != nil {
			got = f.Name
		}
		if got != tt.want {
			t.Errorf("Field(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
	cut := s.Cut(func(f *Field) bool { return f.Name == "type" })
	if len(cut.Fields) != 1 || cut.Field("billNumber") != nil || cut.Field("type") == nil || s.Field("billNumber") == nil {
		t.Errorf("cut to type: %d fields", len(cut.Fields))
	}
}

// FuzzMap: no header upsets the mapping, and no field has two columns.
func FuzzMap(f *testing.F) {
	for _, h := range []string{
		"bill_number,Mobile,Email,amount,extendedFields.a,extended_fields_a", "a,a,,\ufeffbillNumber,Bill Number",
		"lineItemsV2.attributes..x,EXTENDEDFIELDSé", "Customer Mobile Number,item  code of",
	} {
		f.Add(h, true, "a", "billNumber")
	}
	f.Fuzz(func(t *testing.T, text string, given bool, header, field string) {
		for _, tpl := range All() {
			head := strings.Split(text, ",")
			o := MapOptions{Given: given}
			if header != "" {
				o.Explicit = map[string]string{header: field}
			}
			m, err := tpl.Map(head, o)
			if err != nil {
				continue
			}
			seen := map[string]int{}
			for i, f := range m.Fields {
				if (f == nil) != (m.How[i] == "") {
					t.Errorf("column %d of %q: field %v, how %q", i, head, f, m.How[i])
				}
				if f == nil {
					continue
				}
				if j, twice := seen[f.Name]; twice {
					t.Errorf("columns %d and %d of %q carry %s", j, i, head, f.Name)
				}
				seen[f.Name] = i
			}
			for i, name := range m.Suggest {
				if _, has := seen[name]; has || m.Fields[i] != nil {
					t.Errorf("column %d of %q: suggests %s", i, head, name)
				}
			}
			for _, c := range m.Clashes {
				if m.Fields[c.Column] != nil || m.Fields[c.Winner].Name != c.Field.Name {
					t.Errorf("%q: clash %+v", head, c)
				}
			}
		}
	})
}

func TestCatalogue(t *testing.T) {
	if len(All()) != 26 {
		t.Errorf("%d templates", len(All()))
	}
	done := map[string]bool{}
	for i, tpl := range All() {
		if i > 0 && tpl.Kind != All()[i-1].Kind && done[tpl.Kind] {
			t.Errorf("%s: stands apart from the others of its kind", tpl.ID)
		}
		done[tpl.Kind] = true
		for _, f := range tpl.Fields {
			for _, s := range f.Layouts {
				if _, err := ParseLayout(s); err != nil {
					t.Errorf("%s: %s: %v", tpl.ID, f.Name, err)
				}
			}
		}
	}
	groups, _ := ByID("test-control-update")
	status := groups.Field("testControlStatus")
	if status == nil || !status.Required || status.Type != Enum || !status.Has("lower_case") {
		t.Errorf("testControlStatus is %+v", status)
	}
	value := sales(t).Field("identifierValue")
	if c := value.RequiredIf; !value.Sensitive || c == nil || c.Field != "type" || !slices.Equal(c.Values, []string{"REGULAR", "RETURN"}) {
		t.Errorf("identifierValue is %+v", value)
	}
	if d := sales(t).Field("billingDate"); d.Layouts[0] != "yyyy-MM-dd" || len(d.Layouts) != 11 {
		t.Errorf("layouts of billingDate: %v", d.Layouts)
	}
}

// BenchmarkLoad measures what the first use of a template costs; it must stay
// far below a millisecond.
func BenchmarkLoad(b *testing.B) {
	b.Run("index", func(b *testing.B) {
		fields := sales(b).Fields
		for b.Loop() {
			newIndex(fields)
		}
	})
	b.Run("detect-first", func(b *testing.B) {
		header := strings.Split("bill_number,bill_date,store_code,identifier_type,identifier_value,source,type,qty,rate,line_amount", ",")
		for b.Loop() {
			var fresh []*Template
			for _, t := range All() {
				fresh = append(fresh, New(*t))
			}
			if _, err := detect(fresh, header, MapOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("detect", func(b *testing.B) {
		header := strings.Split("bill_number,bill_date,store_code,identifier_type,identifier_value,source,type,qty,rate,line_amount", ",")
		for b.Loop() {
			if _, err := Detect(header, MapOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
