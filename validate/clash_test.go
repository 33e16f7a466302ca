package validate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// A check with Clash reports the rows that have a key of an earlier row and
// another partner, whatever the blocks and workers.
func TestClash(t *testing.T) {
	mobile, email := 0, 1
	rule := &validate.Rule{ID: "clash", Title: "Clash", Severity: validate.Warning, Prevents: []string{"customer:1047"},
		Checks: []validate.Check{validate.Unique(func(*validate.Pass) []*validate.UniqueCheck {
			return []*validate.UniqueCheck{{Columns: []int{mobile}, Clash: &email, Fold: true,
				Describe: func(r, first validate.RowView) validate.Detail {
					return validate.Detail{Message: fmt.Sprintf("%d clashes with %d", r.Number(), first.Number())}
				}}}
		})}}
	template, _ := templates.ByID("test-control-update")
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		var b strings.Builder
		b.WriteString("mobile,email\n")
		var want []string
		type partner struct {
			email string
			row   int
		}
		first := map[string]partner{}
		for i := range 50 + r.IntN(2000) {
			m, e := fmt.Sprint(r.IntN(300)), []string{"a@x.org", "A@X.org", "b@x.org", "", " "}[r.IntN(5)]
			fmt.Fprintf(&b, "%s,%s\n", m, e)
			row, folded := i+2, strings.ToLower(strings.TrimSpace(e))
			switch p, ok := first[m]; {
			case folded == "":
			case !ok:
				first[m] = partner{folded, row}
			case p.email != folded:
				want = append(want, fmt.Sprintf("%d clashes with %d", row, p.row))
			}
		}
		text := b.String()
		src, err := table.Open("in.csv", strings.NewReader(text), int64(len(text)), table.Options{BlockSize: 100 + r.IntN(3000)})
		if err != nil {
			t.Fatal(err)
		}
		mapping, err := template.Map(src.Header, templates.MapOptions{})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := validate.Compile(src, []*validate.Rule{rule}, validate.Options{Template: template, Mapping: mapping, Keep: 1 << 20, Workers: 1 + int(seed%4)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		res := run(t, plan)
		for _, f := range res.Findings {
			got = append(got, f.Message)
			if f.Pos.Header != "email" {
				t.Fatalf("the finding is at %q", f.Pos.Header)
			}
		}
		if !slices.Equal(got, want) || res.Count(validate.Warning) != int64(len(want)) {
			t.Fatalf("seed %d: got %d findings, counted %d, want %d:\n%q\n%q", seed, len(got), res.Count(validate.Warning), len(want), got, want)
		}
	}
}
