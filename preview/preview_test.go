package preview_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/preview"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// build previews a text as a file of a template.
func build(t *testing.T, id, text string, o preview.Options) *preview.Result {
	t.Helper()
	src, err := table.OpenReader("in.csv", strings.NewReader(text), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	template, ok := templates.ByID(id)
	if !ok {
		t.Fatalf("no template %s", id)
	}
	o.Template = template
	if o.Mapping, err = template.Map(src.Header, templates.MapOptions{Const: o.Const, Computed: o.Expressions}); err != nil {
		t.Fatal(err)
	}
	r, err := preview.Build(context.Background(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// bodies writes each group as JSON, behind its rows.
func bodies(t *testing.T, r *preview.Result) (lines []string) {
	t.Helper()
	for _, g := range r.Groups {
		text, err := json.Marshal(g.Object)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprint(g.Rows, " ", string(text)))
	}
	return lines
}

func TestBuild(t *testing.T) {
	sales := "billNumber,billAmount,lineItemsV2.itemCode,lineItemsV2.qty\nB1,30,a,1\nB2,5,c,1\nB1,30,b,02\n"
	for _, test := range []struct {
		name, template, text string
		o                    preview.Options
		want                 []string
	}{
		{"rows of a bill, wherever they stand", "transaction-v2-add", sales, preview.Options{Keys: []string{"B1"}},
			[]string{`[2 4] {"billNumber":"B1","billAmount":30,"lineItemsV2":[{"itemCode":"a","qty":1},{"itemCode":"b","qty":"02"}]}`}},
		{"the bills of the first row", "transaction-v2-add", sales, preview.Options{Rows: 1},
			[]string{`[2 4] {"billNumber":"B1","billAmount":30,"lineItemsV2":[{"itemCode":"a","qty":1},{"itemCode":"b","qty":"02"}]}`}},
		{"constants", "transaction-v2-add", "billNumber,lineItemsV2.itemCode\nB1,a\nB1,b\n",
			preview.Options{Const: map[string]string{"source": "INSTORE", "lineItemsV2.qty": "1"}},
			[]string{`[2 3] {"billNumber":"B1","lineItemsV2":[{"itemCode":"a","qty":1},{"itemCode":"b","qty":1}],"source":"INSTORE"}`}},
		{"an expression with the cells pasted in", "transaction-v2-add", "billNumber,Gross,Less\nB1,10,\n",
			preview.Options{Expressions: map[string]string{"billAmount": "exp{hdr{Gross} - hdr{Less}}"}},
			[]string{`[2] {"billNumber":"B1","billAmount":"exp{10 - }"}`}},
		{"what is no JSON number is text", "transaction-v2-add", "billNumber,billAmount\nB1,\"1,5\"\n", preview.Options{},
			[]string{`[2] {"billNumber":"B1","billAmount":"1,5"}`}},
		{"blank cells are left out", "transaction-v2-add", "billNumber,note,billAmount\nB1, ,3\n", preview.Options{},
			[]string{`[2] {"billNumber":"B1","billAmount":3}`}},
		{"fields under a wildcard", "transaction-v2-add", "billNumber,extendedFields.city,customFields.till\nB1,Pune,7\n", preview.Options{},
			[]string{`[2] {"billNumber":"B1","extendedFields":{"city":"Pune"},"customFields":{"till":"7"}}`}},
		{"payments beside lines", "transaction-v2-add-payment-mode",
			"billNumber,lineItemsV2.itemCode,paymentModes.mode,paymentModes.value\nB1,a,,\nB1,,CARD,5\nB1,,CASH,6\n", preview.Options{},
			[]string{`[2 3 4] {"billNumber":"B1","lineItemsV2":[{"itemCode":"a"}],"paymentModes":[{"mode":"CARD","value":5},{"mode":"CASH","value":6}]}`}},
		{"identifiers of a customer", "customer-v2-add",
			"profiles.firstName,profiles.identifiers.mobile,profiles.identifiers.email\nAda,919876500001,a@example.com\n", preview.Options{},
			[]string{`[2] {"profiles":[{"firstName":"Ada","identifiers":[{"type":"mobile","value":"919876500001"},{"type":"email","value":"a@example.com"}]}]}`}},
		{"numbered fields", "rewards-create", "name1,name2\nTea,Thé\n", preview.Options{},
			[]string{`[2] {"languageSpecificInfo":[{"name":"Tea"},{"name":"Thé"}]}`}},
		{"a row is an object where nothing groups", "coupon-redeem", "transactionNumber,redemptionRequestList.code,user.mobile\nT1,C1,91\nT2,C2,92\n", preview.Options{Rows: 1},
			[]string{`[2] {"transactionNumber":"T1","redemptionRequestList":[{"code":"C1"}],"user":{"mobile":"91"}}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := bodies(t, build(t, test.template, test.text, test.o))
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(test.want, "\n     "))
			}
		})
	}
}

// What is left out is told.
func TestLeftOut(t *testing.T) {
	r := build(t, "transaction-v2-add", "billNumber,Cashier,billAmount\nB1,x,1\nB1,y\n", preview.Options{Keys: []string{"B1", "B9"}})
	if want := []string{"Cashier"}; !slices.Equal(r.Unsent, want) {
		t.Errorf("unsent: got %q, want %q", r.Unsent, want)
	}
	if !slices.Contains(r.Missing, "source") {
		t.Errorf("missing: got %q, want source among them", r.Missing)
	}
	if want := []string{"B9"}; !slices.Equal(r.Unknown, want) {
		t.Errorf("unknown: got %q, want %q", r.Unknown, want)
	}
	if want := []int64{3}; len(r.Groups) != 1 || !slices.Equal(r.Groups[0].Ragged, want) {
		t.Errorf("ragged: got %+v, want row 3", r.Groups)
	}
}

func TestMask(t *testing.T) {
	r := build(t, "transaction-v2-add", "billNumber,Mobile\nB1,919876500001\n", preview.Options{
		Mask: func(f *templates.Field, value string) string {
			if f != nil && f.Sensitive {
				return "‹hidden›"
			}
			return value
		}})
	if got := strings.Join(bodies(t, r), ""); strings.Contains(got, "9198") || !strings.Contains(got, "‹hidden›") {
		t.Errorf("got %s, want the mobile hidden", got)
	}
}

func TestSeconds(t *testing.T) {
	for _, test := range []struct{ objects, limit, rate, calls, seconds int64 }{
		{0, 1, 700, 0, 0}, {1, 1, 700, 1, 1}, {21, 1, 700, 21, 2}, {700, 1, 700, 700, 60}, {701, 1, 700, 701, 61}, {1001, 1000, 1, 2, 120},
	} {
		calls := preview.Calls(test.objects, test.limit)
		if seconds := preview.Seconds(calls, test.rate); calls != test.calls || seconds != test.seconds {
			t.Errorf("%d objects by %d at %d a minute: got %d calls, %d seconds; want %d, %d",
				test.objects, test.limit, test.rate, calls, seconds, test.calls, test.seconds)
		}
	}
}

// A value that only a later row has is lost; which fields have some is told.
func TestDiffers(t *testing.T) {
	r := build(t, "transaction-v2-add", "billNumber,billAmount,note,lineItemsV2.itemCode\nB1,1,x,a\nB1,2,,b\nB1, 1 ,x,c\n", preview.Options{})
	if want := []string{"billAmount"}; len(r.Groups) != 1 || !slices.Equal(r.Groups[0].Differs, want) {
		t.Errorf("got %+v, want %q", r.Groups, want)
	}
}

// A bill without a sound row has nothing to be posted.
func TestAllRagged(t *testing.T) {
	r := build(t, "transaction-v2-add", "billNumber,billAmount\nB1\nB2,1\n", preview.Options{Keys: []string{"B1"}})
	if len(r.Groups) != 1 || r.Groups[0].Object != nil || !slices.Equal(r.Groups[0].Ragged, []int64{2}) {
		t.Errorf("got %+v, want row 2 as ragged and no object", r.Groups)
	}
}

// However many rows are asked for, the memory is bounded.
func TestBound(t *testing.T) {
	text := "billNumber,lineItemsV2.itemCode\n" + strings.Repeat("B1,a\n", preview.MaxRows+1) + "B2,b\n"
	r := build(t, "transaction-v2-add", text, preview.Options{Keys: []string{"B1", "B2"}})
	if g := r.Groups[0]; len(g.Rows) != preview.MaxRows || !g.Cut {
		t.Errorf("got %d rows, cut %v; want %d, cut", len(g.Rows), g.Cut, preview.MaxRows)
	}
	if len(r.Unknown) > 0 {
		t.Errorf("%q is called unknown, but there was no room for it", r.Unknown)
	}
}

// Rates are given for endpoints that templates have.
func TestRates(t *testing.T) {
	known := map[string]bool{}
	for _, template := range templates.All() {
		if len(preview.Rates(template.Endpoint)) > 0 {
			known[template.ID] = true
		}
	}
	for _, id := range []string{"transaction-v2-add", "transaction-line-item-merge", "transaction-customer-v2-add", "coupon-redeem"} {
		if !known[id] {
			t.Errorf("%s: no rate", id)
		}
	}
}
