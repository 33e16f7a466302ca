package validate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// bind compiles rules against text with options that a test changes.
func bind(t *testing.T, text string, list []*validate.Rule, change func(o *validate.Options)) (*validate.Plan, error) {
	t.Helper()
	src, err := table.Open("in.csv", strings.NewReader(text), int64(len(text)), table.Options{BlockSize: 4096})
	if err != nil {
		t.Fatal(err)
	}
	tmpl, _ := templates.ByID("transaction-v2-add")
	o := validate.Options{Template: tmpl}
	change(&o)
	if o.Mapping, err = tmpl.Map(src.Header, templates.MapOptions{Const: o.Const}); err != nil {
		t.Fatal(err)
	}
	return validate.Compile(src, list, o)
}

func TestCompileRefusesContradictions(t *testing.T) {
	text := "billNumber,billAmount,Rate,LineItem_Amount\nB1,1,1,1\n"
	sums := func(total, line int) *validate.Rule {
		return &validate.Rule{ID: fmt.Sprintf("sum-of-%d", line), Severity: validate.Error, Checks: []validate.Check{
			validate.Group(func(*validate.Pass) *validate.GroupCheck {
				return &validate.GroupCheck{Sum: &[2]int{total, line}, Judge: func(*validate.Rows, func(int, uint32)) {}}
			})}}
	}
	for name, test := range map[string]struct {
		rules  []*validate.Rule
		change func(o *validate.Options)
		want   string
	}{
		"no template":          {nil, func(o *validate.Options) { o.Template = nil }, "no template to judge by"},
		"a key of no field":    {nil, func(o *validate.Options) { o.GroupBy = []string{"shop"} }, `group_by: transaction-v2-add has no field "shop"`},
		"a key of no column":   {nil, func(o *validate.Options) { o.GroupBy = []string{"billNumber", "source"} }, "group_by: no column carries source"},
		"a key of constants":   {nil, func(o *validate.Options) { o.GroupBy, o.Const = []string{"source"}, map[string]string{"source": "JD"} }, "source is the same on all rows: they would be one group"},
		"two sums":             {[]*validate.Rule{sums(1, 2), sums(1, 3)}, func(*validate.Options) {}, "sum-of-3 sums other columns than another rule"},
		"one sum, asked twice": {[]*validate.Rule{sums(1, 3), sums(1, 3)}, func(*validate.Options) {}, ""},
	} {
		_, err := bind(t, text, test.rules, test.change)
		if got := fmt.Sprint(err); test.want == "" && err != nil || test.want != "" && got != test.want {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

// A key of a column and a constant groups by the column.
func TestKeyWithAConstant(t *testing.T) {
	p, err := bind(t, "billNumber,billAmount,LineItem_Amount\nB1,3,1\nB1,3,1\nB2,1,1\n", rules.All(), func(o *validate.Options) {
		o.GroupBy, o.Const = []string{"billNumber", "source"}, map[string]string{"source": "JD"}
	})
	if err != nil {
		t.Fatal(err)
	}
	if res := run(t, p); res.Groups != 2 {
		t.Errorf("got %d groups, want 2", res.Groups)
	}
}

// However many cells are bad, the lowest rows are kept and no more.
func TestFewFindingsAreKept(t *testing.T) {
	var text strings.Builder
	const cols, rows = 300, 700
	for j := range cols {
		fmt.Fprintf(&text, "c%d,", j)
	}
	text.WriteString("billNumber\n")
	for i := range rows {
		text.WriteString(strings.Repeat(" x,", cols))
		fmt.Fprintf(&text, "B%d\n", i)
	}
	for workers := 1; workers <= 3; workers++ {
		p, err := bind(t, text.String(), rules.All(), func(o *validate.Options) { o.Keep, o.Workers = 450, workers })
		if err != nil {
			t.Fatal(err)
		}
		res := run(t, p)
		var found []validate.Finding
		for _, f := range res.Findings {
			if f.Rule == "outer-whitespace" {
				found = append(found, f)
			}
		}
		if len(found) != 450 {
			t.Fatalf("%d workers: %d findings kept, want 450", workers, len(found))
		}
		for i, f := range found {
			if f.Pos.Row != int64(2+i/cols) || f.Pos.Column != 1+i%cols {
				t.Fatalf("%d workers: finding %d is at row %d, column %d", workers, i, f.Pos.Row, f.Pos.Column)
			}
		}
		if n := res.Count(validate.Warning); n < cols*rows {
			t.Errorf("%d workers: %d warnings counted, want at least %d", workers, n, cols*rows)
		}
	}
}

// A group that is too large to judge makes the result incomplete, with the
// same words whatever the number of workers.
func TestLargeGroupIsNoVerdict(t *testing.T) {
	var text strings.Builder
	text.WriteString("billNumber,billAmount,Item Code,LineItem_Amount\n")
	for _, bill := range []string{"B1", "B2"} {
		for i := range 201_000 {
			fmt.Fprintf(&text, "%s,7,I%d,1\n", bill, i)
		}
	}
	for workers := 1; workers <= 4; workers += 3 {
		p, err := bind(t, text.String(), rules.All(), func(o *validate.Options) { o.Workers = workers })
		if err != nil {
			t.Fatal(err)
		}
		res, err := p.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := "in.csv: the group that begins at row 2 has more than 200,000 rows; groups of that size are not judged: see that its key is in the right column"
		if res.Complete || fmt.Sprint(res.Err) != want {
			t.Errorf("%d workers: complete %v, %v", workers, res.Complete, res.Err)
		}
	}
}

// A rule that panics is an error of the run, not of the program.
func TestPanicIsAnError(t *testing.T) {
	broken := &validate.Rule{ID: "broken", Severity: validate.Error, Checks: []validate.Check{
		validate.Row(func(*validate.Pass) []*validate.RowCheck {
			return []*validate.RowCheck{{Column: -1, OK: func(validate.RowView) bool { panic("oh") }}}
		})}}
	p, err := bind(t, "billNumber\nB1\n", []*validate.Rule{broken}, func(*validate.Options) {})
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Run(t.Context())
	if err != nil || res.Complete || fmt.Sprint(res.Err) != "internal error, please report it: oh" {
		t.Errorf("got %v, complete %v, %v", err, res.Complete, res.Err)
	}
}
