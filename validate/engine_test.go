package validate_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// pick returns one of the words, the first far more often than the others.
func pick(r *rand.Rand, words ...string) string {
	if r.IntN(100) < 93 {
		return words[0]
	}
	return words[r.IntN(len(words))]
}

// shows takes a frequent code for one that Connect+ does not show, since hardly
// a row of the files here is lost otherwise.
func shows(code string) bool { return codes.Shows(code) && code != "transaction-v2:1114" }

const salesHeader = "bill_number,bill_date,store_code,identifier_type,identifier_value,source,type,bill_amount,gross_amount," +
	"bill_discount,serial,item_code,item_description,qty,rate,gross_value,line_discount,line_amount"

// sales returns a file of sales with all sorts of defects, whose rows may lie
// apart from their bill.
func sales(r *rand.Rand, bills int) string {
	var rows [][]string
	for n := range bills {
		lines, total, number := 1+r.IntN(4), 0, fmt.Sprintf("B%05d", n)
		if r.IntN(25) == 0 {
			number = fmt.Sprintf("B%05d", r.IntN(n+1)) // an earlier number again
		}
		var bill [][]string
		head := []string{number, fmt.Sprintf("2026-0%d-%02d", 1+r.IntN(9), 1+r.IntN(28)), fmt.Sprintf("ST%02d", r.IntN(3))}
		for l := range lines {
			qty, rate := 1+r.IntN(3), 100+r.IntN(900)
			total += qty * rate
			bill = append(bill, []string{
				pick(r, head[0], " "+head[0], "", "b-1", "9.2E+11"), pick(r, head[1], "31/12/2025", "2026-02-30", "2027-01-01", "", "2019-01-01", "20260101"),
				pick(r, head[2], "ST99", "", " ST1"), pick(r, "mobile", "Mobile", "email", "", "phone"),
				pick(r, "919876543210", "+919876543210", "a.b@example.com", "", "12", "N/A"), pick(r, "INSTORE", "Instore", "NULL", "SHOP", ""),
				pick(r, "REGULAR", "RETURN", "regular", "", "SALE", "NOT_INTERESTED"), "", "", pick(r, "0", "1.00", "-1", "5%"),
				pick(r, fmt.Sprint(l+1), "1"), pick(r, fmt.Sprintf("A%04d", r.IntN(20)), "", "null"),
				pick(r, "Rice", "Rice, 1 kg", `12" pan`, "two\nlines", "caf\u00e9", "zero\u200bwidth", " padded "),
				pick(r, fmt.Sprint(qty), "", "0", "-1", "1.5"), pick(r, fmt.Sprint(rate), "1e5", "1,234.50", "-3"),
				pick(r, fmt.Sprint(qty*rate), "7", ""), pick(r, "0", "", "99999"), pick(r, fmt.Sprint(qty*rate), "abc", "", "-5", "99999999999999999999.01"),
			})
		}
		for _, row := range bill {
			row[7], row[8] = pick(r, fmt.Sprint(total), fmt.Sprint(total+1), "12.3.4", "0"), pick(r, fmt.Sprint(total), "", "1")
		}
		rows = append(rows, bill...)
		if r.IntN(20) == 0 {
			rows = append(rows, slices.Clone(rows[r.IntN(len(rows))])) // a copy
		}
	}
	for i := range rows {
		switch r.IntN(60) {
		case 0:
			rows[i] = rows[i][:len(rows[i])-1]
		case 1:
			rows[i] = append(slices.Clone(rows[i]), "more")
		case 2:
			k := r.IntN(len(rows))
			rows[i], rows[k] = rows[k], rows[i]
		case 3:
			rows[i] = make([]string, len(rows[i]))
		}
	}
	return write(strings.Split(salesHeader, ","), rows)
}

// customers returns a file for test-control-update with defects.
func customers(r *rand.Rand, n int) string {
	var rows [][]string
	for range n {
		rows = append(rows, []string{
			pick(r, fmt.Sprintf("9198765%05d", r.IntN(n*4)), "", "98-76", "+91"), pick(r, fmt.Sprintf("p%d@example.com", r.IntN(n*4)), "", "P1@EXAMPLE.com", "x"),
			pick(r, fmt.Sprintf("X%d", r.IntN(n*4)), "", " X1"), pick(r, "test", "control", "Test", "", "none", "t"),
		})
		if r.IntN(15) == 0 {
			rows = append(rows, rows[r.IntN(len(rows))])
		}
	}
	return write([]string{"mobile", "email", "externalId", "testControlStatus"}, rows)
}

func write(header []string, rows [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(header)
	_ = w.WriteAll(rows)
	return b.String()
}

// compile binds all rules to text, read in blocks of a size.
func compile(t *testing.T, text, template string, block, workers int) *validate.Plan {
	t.Helper()
	src, err := table.Open("in.csv", strings.NewReader(text), int64(len(text)), table.Options{BlockSize: block})
	if err != nil {
		t.Fatal(err)
	}
	tmpl, _ := templates.ByID(template)
	mapping, err := tmpl.Map(src.Header, templates.MapOptions{})
	if err != nil {
		t.Fatal(err)
	}
	today, _ := templates.ParseDay("2026-11-21")
	p, err := validate.Compile(src, rules.All(), validate.Options{Template: tmpl, Mapping: mapping, Today: today,
		Keep: 1 << 20, Workers: workers, Refuses: codes.Refuses, Shows: shows})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func run(t *testing.T, p *validate.Plan) *validate.FileResult {
	t.Helper()
	res, err := p.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	return res
}

// The engine, whatever its blocks and workers, says what the slow reference says.
func TestAgreesWithSlowReference(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 77))
		text, template := sales(r, 20+r.IntN(300)), "transaction-v2-add"
		if seed%4 == 3 {
			text, template = customers(r, 20+r.IntN(500)), "test-control-update"
		}
		want, err := validate.Reference(compile(t, text, template, 0, 1), text)
		if err != nil {
			t.Fatal(err)
		}
		for workers := 1; workers <= 4; workers++ {
			p := compile(t, text, template, 1+r.IntN(5000), workers)
			got := validate.Lines(p, run(t, p))
			if d := difference(want, got); d != "" {
				t.Fatalf("seed %d, %d workers (- reference, + engine):%s\n%s", seed, workers, d, text[:min(len(text), 2000)])
			}
		}
	}
}

// Findings are the same to the letter, in number and order, for any blocks and
// any number of workers, also when only a few are kept.
func TestFindingsNeverDependOnWorkers(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 99))
		text := sales(r, 400)
		var want string
		for try := range 8 {
			p := compile(t, text, "transaction-v2-add", 200+r.IntN(9000), 1+try)
			res := run(t, p)
			got := fmt.Sprintf("%+v\n%+v\n%+v", render(res.Findings), res.Causes, res.Forecast)
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("seed %d, try %d: another result:\n%s\nwant\n%s", seed, try, got, want)
			}
		}
	}
}

func render(findings []validate.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%+v %q %q %v", f.Pos, f.Message, f.Value, f.Related)
		if f.Fix != nil {
			fmt.Fprintf(&b, " fix %q", f.Fix.Title)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// difference lists lines that only one side has.
func difference(want, got []string) string {
	count := map[string]int{}
	for _, l := range want {
		count[l]++
	}
	for _, l := range got {
		count[l]--
	}
	var out []string
	for l, n := range count {
		if n > 0 {
			out = append(out, "\n- "+l)
		} else if n < 0 {
			out = append(out, "\n+ "+l)
		}
	}
	slices.Sort(out)
	return strings.Join(out[:min(len(out), 30)], "")
}

// A Drop check sees all files of a run, and its findings follow the options of
// the file that they are about.
func TestJudgeDrop(t *testing.T) {
	late := &validate.Rule{ID: "same-size", Severity: validate.Warning, Checks: []validate.Check{
		validate.Drop(func(files []*validate.FileResult, report func(int, validate.Detail)) {
			for i, f := range files {
				if i > 0 && f.Bytes == files[0].Bytes {
					report(i, validate.Detail{Message: "as long as {value}", Value: files[0].Name})
				}
			}
		}),
	}}
	text := "billNumber,billAmount\nB1,-1\n"
	files := []*validate.FileResult{
		run(t, compile(t, text, "transaction-v2-add", 0, 1)),
		run(t, compile(t, text, "transaction-v2-add", 0, 1)),
		run(t, compile(t, text+"B2,-1\n", "transaction-v2-add", 0, 1)),
	}
	before := []int{len(files[0].Findings), len(files[1].Findings), len(files[2].Findings)}
	if err := validate.JudgeDrop(t.Context(), []*validate.Rule{late}, files, 1); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{0, 1, 0} {
		if got := len(files[i].Findings) - before[i]; got != want {
			t.Errorf("file %d: got %d more findings, want %d", i, got, want)
		}
	}
	f := files[1].Findings[0] // about the file, so before all rows
	if f.Rule != "same-size" || f.Severity != validate.Warning || f.Value != "in.csv" || f.Pos.Row != 0 {
		t.Errorf("got %+v", f)
	}
	if n := files[1].Count(validate.Warning) - files[0].Count(validate.Warning); n != 1 {
		t.Errorf("got %d more warnings, want 1", n)
	}
}
