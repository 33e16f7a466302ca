package rules_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

// A plainRow is a row as the slow reference knows it.
type plainRow struct {
	number int // spreadsheet row
	key    string
	cents  int
	broken bool // it has another number of cells than the header
}

// mergeSet returns the two files of a merge set with all sorts of defects
// between them, and their rows.
func mergeSet(r *rand.Rand, bills int) (texts [2]string, rows [2][]plainRow) {
	amount := func(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
	var head, line []plainRow
	for n := range bills {
		key, total := fmt.Sprintf("B%04d", n), 0
		if r.IntN(20) == 0 {
			key = fmt.Sprintf("B%04d", r.IntN(n+1)) // one of the others
		}
		if r.IntN(20) > 0 {
			for range 1 + r.IntN(4) {
				cents := 1 + r.IntN(9999)
				total += cents
				line = append(line, plainRow{key: key, cents: cents, broken: r.IntN(60) == 0})
			}
		}
		if r.IntN(10) == 0 {
			total++
		}
		if r.IntN(20) > 0 {
			head = append(head, plainRow{key: key, cents: total, broken: r.IntN(60) == 0})
		}
	}
	r.Shuffle(len(line), func(i, k int) { line[i], line[k] = line[k], line[i] })
	for at, list := range [][]plainRow{head, line} {
		var b strings.Builder
		b.WriteString([]string{"billNumber,note,billAmount\n", "billNumber,Item Code,LineItem_Amount\n"}[at])
		for i := range list {
			row := &list[i]
			row.number = i + 2
			key := row.key
			switch r.IntN(12) {
			case 0:
				key = " " + key
			case 1:
				key = `"` + key + `"`
			}
			fmt.Fprintf(&b, "%s,%d,%s", key, i, amount(row.cents)) // no two rows are equal
			if row.broken {
				b.WriteString(",x")
			}
			b.WriteString("\n")
		}
		texts[at], rows[at] = b.String(), list
	}
	return texts, rows
}

// slowly finds with maps what the rules on a merge set are to find: by file,
// "rule row" for each finding.
func slowly(rows [2][]plainRow) (want [2][]string) {
	var sum, count, rough [2]map[string]int
	for at, list := range rows {
		sum[at], count[at], rough[at] = map[string]int{}, map[string]int{}, map[string]int{}
		for _, r := range list {
			if r.broken {
				rough[at][r.key]++
				continue
			}
			count[at][r.key]++
			sum[at][r.key] += r.cents
		}
	}
	for at, list := range rows {
		seen := map[string]int{}
		say := func(rule string, row int) { want[at] = append(want[at], fmt.Sprint(rule, " ", row)) }
		for _, r := range list {
			if r.broken {
				continue
			}
			seen[r.key]++
			other := 1 - at
			if seen[r.key] == 1 && count[other][r.key]+rough[other][r.key] == 0 {
				say("merge-orphan", r.number)
			}
			if at == 0 && seen[r.key] == 2 {
				say("merge-key-repeated", r.number)
			}
			if at == 0 && count[0][r.key] == 1 && rough[0][r.key]+rough[1][r.key] == 0 && count[1][r.key] > 0 && sum[0][r.key] != sum[1][r.key] {
				say("bill-total-mismatch", r.number)
			}
		}
	}
	return want
}

// rejectedRows widens the rows that have an error to their bills, in both files.
func rejectedRows(rows [2][]plainRow, results []*validate.FileResult) (want [2]int64) {
	bad := map[string]bool{}
	for at, res := range results {
		for _, f := range res.Findings {
			if f.Severity == validate.Error && f.Pos.Row > 1 {
				bad[rows[at][f.Pos.Row-2].key] = true
			}
		}
	}
	for at, list := range rows {
		for _, r := range list {
			if bad[r.key] {
				want[at]++
			}
		}
	}
	return want
}

// TestMergeSetAgreesWithMaps also holds that neither the number of workers nor
// the size of blocks changes a word of the result.
func TestMergeSetAgreesWithMaps(t *testing.T) {
	for seed := range uint64(12) {
		texts, rows := mergeSet(rand.New(rand.NewPCG(seed, 7)), 300)
		first := ""
		for _, workers := range []int{1, 2, 5} {
			var files []ruletest.File
			for at, name := range []string{"bills.csv", "lines.csv"} {
				f := ruletest.File{Name: name, Text: texts[at], Template: "transaction-line-item-merge"}
				f.Read.BlockSize = 4096 / workers
				f.Options.Workers, f.Options.Keep = workers, 10_000
				files = append(files, f)
			}
			results, err := ruletest.JudgeDrop(rules.All(), files, workers)
			if err != nil {
				t.Fatal(err)
			}
			want, rejected := slowly(rows), rejectedRows(rows, results)
			all := ""
			for at, res := range results {
				var got []string
				for _, f := range res.Findings {
					if strings.HasPrefix(f.Rule, "merge-") || f.Rule == "bill-total-mismatch" {
						got = append(got, fmt.Sprint(f.Rule, " ", f.Pos.Row))
					}
				}
				slices.Sort(got)
				slices.Sort(want[at])
				if d := ruletest.Diff(got, want[at]); d != "" {
					t.Fatalf("seed %d, %d workers, %s (- reference, + engine):%s", seed, workers, res.Name, d)
				}
				if len(got) == 0 {
					t.Fatalf("seed %d: nothing is wrong with %s, so nothing is tested", seed, res.Name)
				}
				if res.RejectedRows != rejected[at] {
					t.Errorf("seed %d, %d workers, %s: %d rows are rejected, want %d", seed, workers, res.Name, res.RejectedRows, rejected[at])
				}
				all += fmt.Sprintln(ruletest.Lines(res.Findings), ruletest.Causes(res.Causes), res.RejectedGroups, res.RefusedRows, res.LostRows, res.LostGroups, res.Forecast)
				for _, f := range res.Findings {
					all += fmt.Sprintln(f.Pos, f.Related, f.Others)
				}
			}
			if first == "" {
				first = all
			}
			if all != first {
				t.Fatalf("seed %d: %d workers change the result", seed, workers)
			}
		}
	}
}

// TestDuplicatesAcrossFilesAgreeWithMaps compares bill numbers of three files.
func TestDuplicatesAcrossFilesAgreeWithMaps(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var files []ruletest.File
	owner := map[string]int{} // the first file of a number
	var want [][]string
	for at := range 3 {
		f := ruletest.File{Name: fmt.Sprint(at, ".csv"), Text: "billNumber,billAmount\n"}
		f.Options.Workers, f.Options.Keep, f.Read.BlockSize = 2, 10_000, 1000
		var lines []string
		for i, n := range r.Perm(2000)[:900] {
			key := fmt.Sprint("N", n)
			f.Text += fmt.Sprintf("%s,%d\n", key, at)
			if first, ok := owner[key]; ok && first != at {
				lines = append(lines, fmt.Sprint(i+2, " ", first))
			} else {
				owner[key] = at
			}
		}
		files, want = append(files, f), append(want, lines)
	}
	results, err := ruletest.JudgeDrop(rules.All(), files, 3)
	if err != nil {
		t.Fatal(err)
	}
	for at, res := range results {
		var got []string
		for _, f := range res.Findings {
			if f.Rule == "duplicate-bill-number" {
				got = append(got, fmt.Sprint(f.Pos.Row, " ", strings.TrimSuffix(f.Others[0].File, ".csv")))
			}
		}
		if d := ruletest.Diff(got, want[at]); d != "" {
			t.Fatalf("%s (- reference, + engine):%s", res.Name, d)
		}
		if n := int64(len(want[at])); res.RejectedRows != n || res.RejectedGroups != n {
			t.Errorf("%s: %d rows and %d bills are rejected, want %d", res.Name, res.RejectedRows, res.RejectedGroups, n)
		}
	}
}

// TestLargeMergeSet joins 100,000 rows that belong together; it says how long
// that takes.
func TestLargeMergeSet(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	var bills, lines strings.Builder
	bills.WriteString("billNumber,billingDate,billAmount\n")
	lines.WriteString("billNumber,Item Code,LineItem_Amount\n")
	for n := range 25_000 {
		fmt.Fprintf(&bills, "B%08d,2026-11-01,30.30\n", n)
		for k := range 3 {
			fmt.Fprintf(&lines, "B%08d,I%d,10.10\n", n, k)
		}
	}
	files := []ruletest.File{
		{Name: "bills.csv", Text: bills.String(), Template: "transaction-line-item-merge"},
		{Name: "lines.csv", Text: lines.String(), Template: "transaction-line-item-merge"},
	}
	begin := time.Now()
	results, err := ruletest.JudgeDrop(rules.All(), files, 2)
	took := time.Since(begin)
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range results {
		if len(res.Findings) > 0 {
			t.Errorf("%s: %v", res.Name, ruletest.Lines(res.Findings[:1]))
		}
	}
	t.Logf("%d rows took %v", results[0].Rows+results[1].Rows, took)
}
