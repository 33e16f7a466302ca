package rules_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/templates"
)

// A breach says which rules read a constraint, and how a file breaks it.
type breach struct {
	rules string // those that may report it, apart by spaces; each for its fields
	// file returns a file that breaks the constraint of a field; nil: no file can.
	file func(f *templates.Field, argument string) ruletest.File
	// at returns where the finding stands; nil: at the field.
	at func(f *templates.Field, argument string) string
	// later are rules that need more than files, and are not there yet.
	later string
}

// breaches is the one place that says which rule reads which constraint word.
var breaches = map[string]breach{
	"approx": {rules: "gross-mismatch line-value-mismatch", file: computed, at: func(f *templates.Field, _ string) string {
		if f.Name == "grossAmount" { // the total is what the platform reads
			return "billAmount"
		}
		return f.Name
	}},
	"base64":                 {rules: "base64-format", file: cell("?")},
	"before":                 {rules: "date-order return-purchase-time", file: lateStart},
	"boolean_true_false":     {rules: "boolean-format", file: cell("TRUE")},
	"case_exact":             {rules: "enum-case test-control-case", file: otherCase},
	"country_code":           {rules: "mobile-format", file: abroad},
	"date_valid":             {rules: "date-invalid", file: dayIn("2026-02-30")},
	"email_if":               {rules: "email-format", file: typed("email", "anna@")},
	"email_syntax":           {rules: "email-format", file: cell("anna@")},
	"empty_if":               {rules: "excluded-value", file: beside("FULL")},
	"eq":                     {rules: "bill-total-mismatch line-amount-mismatch", file: computed},
	"equal_within_group":     {rules: "group-conflict", file: contradicted},
	"excludes":               {rules: "excluded-value payment-config-conflict", file: beside("1")},
	"gt":                     {rules: "value-range points-invalid returnable-days", file: func(f *templates.Field, n string) ruletest.File { return sheet(f.Name, n) }},
	"gte":                    {rules: "value-range delivery-before-created", file: below},
	"iso4217":                {rules: "currency-missing", file: cell("ZZZ")},
	"lower_case":             {rules: "test-control-case", file: otherCase},
	"lte":                    {rules: "discount-exceeds-gross", file: func(f *templates.Field, of string) ruletest.File { return sheet(f.Name+","+of, "2,1") }},
	"lte_sold_on_return":     {later: "return-exceeds-sale"},
	"max_decimals":           {rules: "decimal-places", file: cell("1.23456")},
	"mobile_digits_if":       {rules: "mobile-format", file: typed("mobile", "98-12")},
	"no_outer_space":         {rules: "outer-whitespace", file: func(f *templates.Field, _ string) ruletest.File { return sheet(f.Name, " "+goodCells(f)[0]) }},
	"non_negative":           {rules: "negative-amount negative-line-amount negative-quantity redemption-id-missing", file: cell("-1")},
	"not_before_org_minimum": {rules: "date-too-old", file: dayIn("2001-01-31")},
	"not_future":             {rules: "date-future", file: dayIn("2031-01-31")},
	"number":                 {rules: "number-format", file: cell("ten")},
	"paired_with": {rules: "identifier-missing pair-incomplete", at: func(_ *templates.Field, of string) string { return of },
		file: func(f *templates.Field, of string) ruletest.File { return sheet(f.Name+","+of, f.Enum[0]+",") }},
	"reference":           {rules: "customer-unknown store-unknown item-unknown tender-unknown", file: unlisted},
	"regex":               {rules: "pattern-mismatch mobile-format email-format name-format", file: cell("(?!")},
	"text_not_number":     {rules: "spreadsheet-damage", file: cell("9.19812E+11")},
	"unique_in_file":      {rules: "duplicate-identifier duplicate-reference-id duplicate-coupon-code", file: repeated},
	"unique_in_scope":     {rules: "duplicate-bill-number", file: reused, later: "bill-number-reused"},
	"unique_within_group": {rules: "duplicate-serial", file: numberedTwice},
	"unique_within_row": {rules: "repeated-in-row", at: func(f *templates.Field, _ string) string { return f.Name + "2" },
		file: func(f *templates.Field, _ string) ruletest.File {
			return sheet("languageCode1,languageCode2,brandId", "en,en,1")
		}},
	"url": {rules: "url-format", file: cell("shirt.jpg")},
}

// TestConstraints holds that each constraint of each field is judged: a file
// that breaks it has a finding of a rule that reads it.
func TestConstraints(t *testing.T) {
	later, err := os.ReadFile("../cmd/data/later.csv")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{} // rules that found something
	for _, tpl := range templates.All() {
		for _, f := range tpl.Fields {
			for _, text := range f.Constraints {
				word, argument, _ := strings.Cut(text, ":")
				b, ok := breaches[word]
				if !ok {
					t.Errorf("%s: %s: no rule reads %s", tpl.ID, f.Name, text)
				}
				if b.later != "" && !strings.Contains(string(later), "\n"+b.later+",") {
					t.Errorf("%s: the rule %s is not among those to come", word, b.later)
				}
				if b.file == nil || word == "equal_within_group" && slices.Contains(tpl.GroupBy, f.Name) { // whose rows are the group
					continue
				}
				at := f.Name
				if b.at != nil {
					at = b.at(f, argument)
				}
				if rule := broken(t, tpl.ID, at, b, b.file(f, argument)); rule == "" {
					t.Errorf("%s: %s: none of %s reads %s", tpl.ID, f.Name, b.rules, text)
				} else {
					read[rule] = true
				}
			}
		}
	}
	for word, b := range breaches {
		for id := range strings.FieldsSeq(b.rules) {
			if !read[id] {
				t.Errorf("%s: %s never reads it", word, id)
			}
		}
	}
}

// broken returns the rule of a breach that has a finding at a field.
func broken(t *testing.T, template, field string, b breach, f ruletest.File) string {
	t.Helper()
	f.Template = template
	res, err := ruletest.Judge(rules.All(), f)
	if err != nil {
		t.Errorf("%s: %s: %v", template, field, err)
		return ""
	}
	for _, finding := range res.Findings {
		if finding.Pos.Field == field && slices.Contains(strings.Fields(b.rules), finding.Rule) {
			return finding.Rule
		}
	}
	t.Logf("%s: %q: %v", template, f.Text, ruletest.Lines(res.Findings))
	return ""
}

// sheet makes a file of lines.
func sheet(lines ...string) ruletest.File {
	return ruletest.File{Text: strings.Join(lines, "\n") + "\n"}
}

// cell breaks a constraint with one cell.
func cell(text string) func(*templates.Field, string) ruletest.File {
	return func(f *templates.Field, _ string) ruletest.File { return sheet(f.Name, text) }
}

// goodCells returns two cells that a field takes.
func goodCells(f *templates.Field) [2]string {
	switch f.Type {
	case templates.Enum:
		return [2]string{f.Enum[0], f.Enum[len(f.Enum)-1]}
	case templates.Mobile:
		return [2]string{"919812345678", "919812345679"}
	case templates.Email:
		return [2]string{"anna@example.com", "ben@example.com"}
	case templates.Date:
		return [2]string{written(f, "2026-11-10"), written(f, "2026-11-12")}
	}
	return [2]string{"4711", "4712"}
}

// dayLayout returns the first layout of a field that writes days, rather than
// seconds since 1970.
func dayLayout(f *templates.Field) string {
	for _, l := range f.Layouts {
		if strings.Contains(l, "yyyy") {
			return l
		}
	}
	return "yyyy-MM-dd'T'HH:mm:ssXXX" // iso8601
}

// written writes a day, YYYY-MM-DD, in dayLayout.
func written(f *templates.Field, day string) string {
	return strings.NewReplacer("yyyy", day[:4], "MM", day[5:7], "dd", day[8:], "HH", "00", "mm", "00", "SSS", "000", "ss", "00", "XXX", "+05:30", "'", "").
		Replace(dayLayout(f))
}

func dayIn(day string) func(*templates.Field, string) ruletest.File {
	return func(f *templates.Field, _ string) ruletest.File {
		file := sheet(f.Name, written(f, day))
		file.Layout = dayLayout(f)
		return file
	}
}

func otherCase(f *templates.Field, _ string) ruletest.File {
	if upper := strings.ToUpper(f.Enum[0]); upper != f.Enum[0] {
		return sheet(f.Name, upper)
	}
	return sheet(f.Name, strings.ToLower(f.Enum[0]))
}

func abroad(f *templates.Field, _ string) ruletest.File {
	file := sheet(f.Name, "4915112345678")
	file.Options.Countries = []string{"IN"}
	return file
}

// typed breaks the value of a pair: the argument is TYPEFIELD=TYPE.
func typed(typ, value string) func(*templates.Field, string) ruletest.File {
	return func(f *templates.Field, argument string) ruletest.File {
		field, _, _ := strings.Cut(argument, "=")
		return sheet(field+","+f.Name, typ+","+value)
	}
}

// beside fills a field and the one that its argument begins with.
func beside(value string) func(*templates.Field, string) ruletest.File {
	return func(f *templates.Field, argument string) ruletest.File {
		field, _, _ := strings.Cut(argument, " ")
		return sheet(field+","+f.Name, value+","+goodCells(f)[0])
	}
}

// computed breaks sum(A), A-B, A+B and A*B.
func computed(f *templates.Field, formula string) ruletest.File {
	if of, ok := strings.CutPrefix(formula, "sum("); ok {
		return sheet("billNumber,"+f.Name+","+strings.TrimSuffix(of, ")"), "B1,9,5")
	}
	a, b, _ := strings.Cut(strings.NewReplacer("+", " ", "*", " ", "-", " ").Replace(formula), " ")
	return sheet("billNumber,"+f.Name+","+a+","+b, "B1,90,5,1")
}

func lateStart(f *templates.Field, end string) ruletest.File {
	file := sheet(f.Name+","+end+",type,lineItemsV2.type", written(f, "2026-12-20")+","+written(f, "2026-12-10")+",RETURN,RETURN")
	file.Layout = dayLayout(f)
	return file
}

func below(f *templates.Field, of string) ruletest.File {
	if f.Type != templates.Date {
		return sheet(f.Name, "-"+of)
	}
	return sheet(f.Name+","+of, "2026-11-10,2026-11-12T00:00:00+05:30")
}

func contradicted(f *templates.Field, _ string) ruletest.File {
	cells := goodCells(f)
	return sheet("billNumber,"+f.Name+",lineItemsV2.itemCode", "B1,"+cells[0]+",a", "B1,"+cells[1]+",b")
}

func unlisted(f *templates.Field, list string) ruletest.File {
	cells := goodCells(f)
	file := sheet(f.Name, cells[0])
	file.Lists = map[string][]string{list: {cells[1]}}
	return file
}

// repeated puts one value on rows that differ in a column of no field.
func repeated(f *templates.Field, _ string) ruletest.File {
	value := goodCells(f)[0]
	return sheet(f.Name+",remark", value+",one", value+",two")
}

func reused(f *templates.Field, _ string) ruletest.File {
	return sheet(f.Name+",billingDate,lineItemsV2.itemCode", "B1,2026-11-10,a", "B2,2026-11-10,a", "B1,2026-11-12,b")
}

func numberedTwice(f *templates.Field, _ string) ruletest.File {
	return sheet("billNumber,"+f.Name+",lineItemsV2.itemCode", "B1,1,a", "B1,1,b")
}
