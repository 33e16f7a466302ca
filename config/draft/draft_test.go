package draft_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/config/draft"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
)

// drafted drafts the settings for a text and holds that they can be read.
func drafted(t *testing.T, name, text string) (*draft.Draft, string) {
	t.Helper()
	src, err := table.Open(name, strings.NewReader(text), int64(len(text)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	d, err := draft.New(context.Background(), src, name)
	if err != nil {
		t.Fatal(err)
	}
	out := string(d.YAML())
	c, err := config.Parse("preflight.yaml", []byte(out), rules.All())
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(c.Flows) != 1 || !c.Flows[0].Pattern.MatchString(d0(name)) {
		t.Errorf("the pattern %s does not take %s", c.Flows[0].PatternText, name)
	}
	return d, out
}

func d0(name string) string { return name[strings.LastIndexAny(name, `/\`)+1:] }

func TestYAML(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		has, lacks []string
		choices    string
	}{
		{"in/sales_2026-11-20.csv", "billNumber,billingDate,Mobile,source,type,billAmount\nB1,2026-11-05,919876500001,INSTORE,REGULAR,10\n",
			[]string{"- name: sales\n", `pattern: 'sales_\d{4}-\d{2}-\d{2}\.csv'`, "template: transaction-v2-add ", "date_format: YYYY-MM-DD ",
				"# the one date of the sample", "billNumber: billNumber ", "# sure: the name of the field", "Mobile: identifierValue ", "# likely: "},
			[]string{"const:", "delimiter:", "decimal:", "YYYY-DD-MM"}, ""},
		{"sales-10k.csv", "billNumber,billingDate,Mobile,source,type,Mobile\nB1,2026-11-05,919876500001,INSTORE,REGULAR,1\n",
			[]string{"- name: sales\n", `pattern: 'sales-\d+k\.csv'`, "#   Mobile, column 6, of which there is another before it\n",
				"# Every row needs these, and their values differ"}, []string{"these too", "sheet:"}, ""},
		{"till7.txt", "billNumber\tbillingDate\tMobile\tsource\ttype\tbillAmount\nB1\t5/11/2026\t919876500001\tINSTORE\tREGULAR\t10,50\n",
			[]string{`pattern: 'till7\.txt' `, "- name: till7\n", "# the whole name must match", "accept: [txt]", "delimiter: tab", `decimal: ","`,
				"    # date_format: D/M/YYYY\n    # date_format: M/D/YYYY\n"},
			[]string{"\n    date_format"}, "date_format"},
		{"a.csv", "billNumber,billingDate,identifierValue,billAmount\nB1,25/11/2026,919876500001,x\nB2,05/11/2026,919876500001,y\n",
			[]string{"date_format: DD/MM/YYYY ", "    # const:\n    #   source: INSTORE ", "#   identifierType: mobile ", "doubtful: the name of the field, but most cells are no number"},
			[]string{"\n    const"}, ""},
		{"b.csv", "billNumber,billingDate,Zorp,'\"x: #\"\nB1,20xx,1,2\n", []string{"in no format that is known", "    #   Zorp\n", "#   source: INSTORE"}, nil, ""},
		{"c.csv", "Zorp,Blip\n1,2\n", []string{"    # template: ", "The header fits no template", "    #   Zorp\n"}, []string{"map:", "\n    template"}, "template"},
		{"w1252.csv", "billNumber,billingDate,identifierValue\nB1,13/11/2026,1\nB2,11/13/2026,2\nB3,05/06/2026,3\n",
			[]string{"- name: w1252\n", `pattern: 'w1252\.csv'`, "need two formats, such as '13/11/2026' and '11/13/2026'",
				"    # date_format: DD/MM/YYYY\n    # date_format: MM/DD/YYYY\n"},
			[]string{"told apart", "\n    date_format", "no date", "digits may change", "check will complain"}, "date_format"},
		{"d.csv", "billNumber,billingDate\nB1,13/11/2026\nB2,14/11/2026\nB3,11/15/2026\n",
			[]string{"date_format: DD/MM/YYYY ", "# 2 of the 3 dates", "Others, such as '11/15/2026', need MM/DD/YYYY: no setting fits both"}, nil, ""},
		{"e.csv", "billNumber,billingDate\nB1,2026-11-13\nB2,2026-13-11\n", []string{"date_format: YYYY-MM-DD "}, []string{"Others", "two formats"}, ""},
		{"f.csv", "\ufeffbillNumber,billingDate,identifierValue\nB1,2026-11-05,1,x\nB2,2026-11-05,\n",
			[]string{"# check will complain: the file begins with a byte order mark", "# check will complain: 1 of 2 rows of the sample has", "such as row 2 with 4",
				"identifierValue: identifierValue       # sure: the name of the field\n", "all 2 dates"}, []string{"no cell"}, ""},
		{"yes.csv", "billNumber,billingDate,no,type\nB1,2026-11-05,a,REGULAR\n", []string{"- name: 'yes'", "#   'no'"}, nil, ""},
	} {
		d, out := drafted(t, tt.name, tt.text)
		for _, want := range tt.has {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is missing in\n%s", tt.name, want, out)
			}
		}
		for _, no := range tt.lacks {
			if strings.Contains(out, no) {
				t.Errorf("%s: %q stands in\n%s", tt.name, no, out)
			}
		}
		var choices []string
		for _, c := range d.Choices {
			choices = append(choices, c.Key)
		}
		if got := strings.Join(choices, " "); got != tt.choices {
			t.Errorf("%s: choices %q, want %q", tt.name, got, tt.choices)
		}
	}
}

// TestComments holds that taking the # from what the draft suggests gives
// settings that can be read too.
func TestComments(t *testing.T) {
	text, err := os.ReadFile("../../testdata/retail/online-retail.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, out := drafted(t, "online-retail.csv", string(text))
	full := regexp.MustCompile(`(?m)^    # (const:|  (source|type|identifierType): .*)$`).ReplaceAllString(out, "    $1")
	full = strings.Replace(full, "# date_format: 'D/M", "date_format: 'D/M", 1)
	c, err := config.Parse("preflight.yaml", []byte(full), rules.All())
	if err != nil {
		t.Fatalf("%v\n%s", err, full)
	}
	f := c.Flows[0]
	if f.Const["source"] == "" || f.DateFormat != "D/M/YYYY H:MM" || f.Delimiter != ';' || f.Map["InvoiceNo"] != "billNumber" {
		t.Errorf("const %v, date_format %q, delimiter %q, map %v", f.Const, f.DateFormat, f.Delimiter, f.Map)
	}
}

func TestPattern(t *testing.T) {
	for name, want := range map[string]string{
		"sales_20261120_3.csv": `sales_\d+_\d+\.csv`, "a(1)+b.csv": `a\(\d+\)\+b\.csv`, "2026.11.20.csv": `\d{4}\.\d{2}\.\d{2}\.csv`,
		"w1252.csv": `w1252\.csv`, "sales_v2_7.csv": `sales_v2_\d+\.csv`, "till20261120.csv": `till\d+\.csv`, "20261120T1015.csv": `\d+T\d+\.csv`,
		"plain.csv": `plain\.csv`, "": "",
	} {
		if got := draft.Pattern(name); got != want {
			t.Errorf("Pattern(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{"": "the file is empty", "%PDF-1.7\n": "PDF document"} {
		src, err := table.Open("a.csv", strings.NewReader(text), int64(len(text)), table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := draft.New(context.Background(), src, "a.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// FuzzDraft holds that whatever the file is called and holds, its draft is
// read as it was meant.
func FuzzDraft(f *testing.F) {
	f.Add("sales.csv", "billNumber,Bill's \"Date\",#x: y\nB1,2026-11-05,1\n")
	f.Add("0", "\xff\xff\x00\x80\x00\xf6\xf6\xf6")
	f.Add("a\nb: c.csv", "billNumber,\x01,\u2028\n1,2,3\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		src, err := table.Open(name, strings.NewReader(text), int64(len(text)), table.Options{})
		if err != nil {
			return
		}
		defer src.Close()
		d, err := draft.New(context.Background(), src, name)
		if err != nil {
			return
		}
		out := d.YAML()
		c, err := config.Parse("preflight.yaml", out, rules.All())
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for header := range c.Flows[0].Map {
			if !slices.ContainsFunc(src.Header, func(h string) bool { return strings.TrimSpace(h) == header }) {
				t.Errorf("%q is no header of %q\n%s", header, src.Header, out)
			}
		}
	})
}
