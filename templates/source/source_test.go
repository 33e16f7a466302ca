package source

import (
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/templates"
)

const acme = `extends: transaction-v2-add
id: acme-sales
title: Sales of Acme
fields:
  - name: customFields.cashier
    required: true
    max_length: 3
    aliases: [Cashier]
  - name: billNumber
    max_length: 20
    aliases: [Doc No]
  - name: acmeChannel
    level: bill
    type: enum
    enum: [A, B]
  - name: billingDate
    layouts: [dd/MM/yyyy]
  - name: source
    required: false
    type: text
`

func TestExtend(t *testing.T) {
	f, err := Builtin().Parse("acme.yaml", []byte(acme))
	if err != nil {
		t.Fatal(err)
	}
	base, _ := templates.ByID("transaction-v2-add")
	if f.ID != "acme-sales" || f.Kind != base.Kind || !slices.Equal(f.GroupBy, base.GroupBy) || len(f.Fields) != len(base.Fields)+2 {
		t.Errorf("%s of kind %s, grouped by %v, has %d fields", f.ID, f.Kind, f.GroupBy, len(f.Fields))
	}
	cashier := f.Field("customFields.cashier")
	if !cashier.Required || cashier.MaxLen != 3 || cashier.Level != templates.Bill || len(cashier.Codes) == 0 {
		t.Errorf("cashier is %+v", cashier)
	}
	bill, was := f.Field("billNumber"), base.Field("billNumber")
	if bill.MaxLen != 20 || was.MaxLen != 50 || len(bill.Aliases) != len(was.Aliases)+1 || !bill.Required {
		t.Errorf("bill number is %+v, and was %+v", bill, was)
	}
	if s := f.Field("source"); s.Required || s.Type != templates.Text || s.Enum != nil || !base.Field("source").Required {
		t.Errorf("source is %+v", s)
	}
	if d := f.Field("billingDate"); !slices.Equal(d.Layouts, []string{"dd/MM/yyyy"}) {
		t.Errorf("layouts are %v", d.Layouts)
	}
	header := strings.Split("Doc No,Cashier,acme_channel,Bill Amount", ",")
	got, err := templates.Detect(header, templates.MapOptions{}, f.Template)
	if err != nil || got != f.Template {
		t.Errorf("the header is of %v, %v", got, err)
	}
	m, err := f.Map(header, templates.MapOptions{})
	if err != nil || m.Mapped() != 4 || m.Column("customFields.cashier") != 1 {
		t.Errorf("mapped %d columns: %v", m.Mapped(), err)
	}
}

func TestNew(t *testing.T) {
	f, err := Builtin().Parse("x.yaml", []byte("id: x\nuse: [txn_payment]\nfields:\n"+
		"  - {name: \"slot\", level: line, type: text, aliases: [\"slot #\"]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if f.Kind != "x" || f.Title != "x" || f.Field("paymentModes.mode") == nil || f.Field("slot").Source != "x.yaml" {
		t.Errorf("template is %+v", f.Template)
	}
	if s := f.Field("slot2"); s == nil || s.Series() != "slot" {
		t.Errorf("slot2 is %+v", s)
	}
}

func TestProblems(t *testing.T) {
	const head = "id: x\nfields:\n"
	for _, tt := range []struct{ name, text, want string }{
		{"several at once", "id: Own One\nfield: 3\nfields:\n  - {nam: a}\n  - {name: b, level: bil, type: dat, constraints: [posi]}\n", `
x.yaml:1:5: the id "Own One" has other characters than small letters, digits and hyphens
x.yaml:2:1: unknown key "field", did you mean fields?
x.yaml:4:5: a: the level is missing: in files of bills line (what differs in the rows of one), bill (what is the same) or payment; in others what a row is, one of customer, coupon, points, card, badge, event, audience, user, reward
x.yaml:4:6: unknown key "nam", did you mean name?
x.yaml:5:22: no level "bil"; the levels are bill, line, payment, customer, coupon, points, card, badge, event, audience, user, reward
x.yaml:5:33: no type "dat"; the types are text, enum, integer, decimal, date, boolean, mobile, email
x.yaml:5:51: b: unknown constraint "posi"`},
		{"the spelling of another tool", "id: x\ngroup_by: [a]\nfields:\n  - {field: a, level: bill}\n  - {field: b, level: line, mandatory: true}\n", `
x.yaml:4:6: unknown key "field", did you mean name?
x.yaml:5:6: unknown key "field", did you mean name?
x.yaml:5:29: unknown key "mandatory", did you mean required?`},
		{"fields without names", head + "  - {level: bill}\n", "\nx.yaml:3:5: the field has no name"},
		{"an empty list of fields", "id: x\nfields: []\n", "\nx.yaml:1:1: the template has no fields"},
		{"not YAML", "id: [\n", "\nx.yaml:2:1: not YAML: did not find expected node content"},
		{"empty", "", "\nx.yaml: the file is empty; it begins with id: NAME"},
		{"a list", "- a\n", "\nx.yaml:1:1: the file is not a list of keys with values"},
		{"no id", "fields:\n  - {name: a, level: line}\n", "\nx.yaml:1:1: the id is missing"},
		{"no fields", "id: x\n", "\nx.yaml:1:1: the template has no fields"},
		{"a taken id", "id: customer-v2-add\nfields:\n  - {name: a, level: line}\n",
			"\nx.yaml:1:5: there is a template customer-v2-add already; choose another id, and write extends: customer-v2-add to build on it"},
		{"an unknown base", "id: x\nextends: transaction-v2\nfields:\n  - {name: a, level: line}\n",
			"\nx.yaml:2:10: extends: unknown template \"transaction-v2\"; the nearest is transaction-v2-add"},
		{"an unknown set", "id: x\nuse: [txn_bil]\nfields:\n  - {name: a, level: line}\n", "\nx.yaml:2:6: no field set \"txn_bil\"; the nearest is txn_bill"},
		{"no level", head + "  - {name: a}\n", "\nx.yaml:3:5: a: the level is missing: in files of bills line (what differs in the rows of one), bill (what is the same) or payment; in others what a row is, one of customer, coupon, points, card, badge, event, audience, user, reward"},
		{"a date without layouts", head + "  - {name: a, level: line, type: date}\n", "\nx.yaml:3:5: a: a date needs its layouts, and nothing else has them"},
		{"a layout that is none", head + "  - {name: a, level: line, type: date, layouts: [yyyy-QQ]}\n",
			"\nx.yaml:3:49: \"yyyy-QQ\" is no date layout: QQ means nothing here: text stands in single quotes"},
		{"an unknown list of layouts", head + "  - {name: a, level: line, type: date, layouts: tx}\n",
			"\nx.yaml:3:5: a: a date needs its layouts, and nothing else has them\nx.yaml:3:49: no layouts \"tx\"; write a list such as [dd/MM/yyyy], " +
				"or one of badge, coupon, customer_create, event, iso8601, iso8601_offset, iso8601_utc, txn"},
		{"a key twice", head + "  - {name: a, level: line, level: bill}\n", "\nx.yaml:3:28: \"level\" stands here a second time"},
		{"a field twice", head + "  - {name: a, level: line}\n  - {name: a, level: line}\n",
			"\nx.yaml:4:5: the field a stands here a second time"},
		{"a length of nothing", head + "  - {name: a, level: line, max_length: 0}\n", "\nx.yaml:3:40: max_length is not a whole number above 0"},
		{"two readings of blank", head + "  - {name: a, level: line, required: true, required_if: a is b}\n",
			"\nx.yaml:3:38: a: required and required_if exclude each other"},
		{"a condition on no field", head + "  - {name: a, level: line, required_if: b is c}\n", "\nx.yaml:3:5: no field \"b\"; the nearest is a"},
		{"a mark on no field", "id: x\nmarks: [b.*, c]\nfields:\n  - {name: a, level: line}\n",
			"\nx.yaml:2:8: no field begins with \"b.\"\nx.yaml:2:8: no field \"c\"; the nearest is a"},
		{"an expression that is none", head + "  - {name: a, level: line, constraints: [\"regex:(\"]}\n",
			"\nx.yaml:3:41: a: \"(\" is no argument of regex, which takes a regular expression"},
		{"a constraint that is nearly one", head + "  - {name: a, level: line, constraints: [uniq_in_file]}\n",
			"\nx.yaml:3:41: a: unknown constraint \"uniq_in_file\", did you mean unique_in_file?"},
		{"constraints that no rule would read", head + "  - {name: a, level: line, type: decimal, constraints: [url, \"eq:b+c\", equal_within_group, \"gt:b\"]}\n" +
			"  - {name: lineItemsV2.amount, level: line, type: text, constraints: [\"eq:lineItemsV2.value-lineItemsV2.discount\"]}\n", `
x.yaml:3:56: a: url is for fields of type text, and this one is of type decimal
x.yaml:3:56: a: eq is judged only on the fields that have it in the documents, as it stands there
x.yaml:3:56: a: equal_within_group is for fields of level bill
x.yaml:3:56: a: "b" is no argument of gt, which takes a number
x.yaml:4:70: lineItemsV2.amount: eq is for fields of type integer or decimal, and this one is of type text`},
		{"decimals that are no number of them", head + "  - {name: a, level: line, type: decimal, constraints: [\"max_decimals:2.5\", \"max_decimals:-1\", \"max_decimals:0\"]}\n", `
x.yaml:3:56: a: "2.5" is no argument of max_decimals, which takes a whole number, 0 or more
x.yaml:3:56: a: "-1" is no argument of max_decimals, which takes a whole number, 0 or more`},
		{"arguments that are none", head + "  - {name: a, level: line, constraints: [\"reference:shops\", \"empty_if:b has a vendor\", \"unique_in_file:3\"]}\n", `
x.yaml:3:41: a: "shops" is no argument of reference, which takes one of customers, items, stores, tenders
x.yaml:3:41: a: "b has a vendor" is no argument of empty_if, which takes a condition: F in [A, B], F is V, or no F and no G
x.yaml:3:41: a: "3" is no argument of unique_in_file, which takes nothing`},
		{"constraints on fields that are none", head + "  - {name: cost, level: line, constraints: [\"excludes:cots\", \"empty_if:cos is 1\"]}\n", `
x.yaml:3:5: no field "cots"; the nearest is cost
x.yaml:3:5: no field "cos"; the nearest is cost`},
		{"an alias of a base field", "id: x\nextends: transaction-v2-add\nfields:\n  - {name: a, level: line, aliases: [SKU]}\n",
			"\nx.yaml:4:5: a: \"SKU\" already means lineItemsV2.itemCode"},
		{"a role without levels", "id: x\nroles: [{name: a}]\nfields:\n  - {name: a, level: line}\n", "\nx.yaml:2:9: a role needs its name and levels"},
		{"an alias node", head + "  - &a {name: a, level: line}\n  - *a\n", "\nx.yaml:4:5: anchors and aliases are not read; write the value out"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Builtin().Parse("x.yaml", []byte(tt.text))
			if err == nil {
				t.Fatal("no error")
			}
			if got := err.Error(); got != strings.TrimPrefix(tt.want, "\n") {
				t.Errorf("got  %s\nwant %s", got, strings.TrimPrefix(tt.want, "\n"))
			}
		})
	}
}

// FuzzParse holds that no text makes Parse fail otherwise than with problems,
// and that what it takes can be mapped.
func FuzzParse(f *testing.F) {
	f.Add([]byte(acme))
	f.Add([]byte("id: x\nroles: [{name: a, levels: [bill]}]\njoin: [a]\nfields:\n  - {name: a, level: bill, implies: [{headers: [b], field: a, value: c}]}\n"))
	lib := Builtin()
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := lib.Parse("x.yaml", text)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		if _, err := got.Map([]string{"a", "Doc No", ""}, templates.MapOptions{Given: true}); err != nil {
			t.Error(err)
		}
	})
}
