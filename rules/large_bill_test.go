package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
)

// TestLargeBill holds that the time for a bill grows with its lines, and not
// with their square: what takes a second would take minutes.
func TestLargeBill(t *testing.T) {
	const rows, limit = 100_000, 30 * time.Second // ten times what a slow machine needs
	line := func(i int) string { return fmt.Sprintf("B1,%d,item %d,5,1,5,mobile,919812345678", i+1, i%500) }
	tests := []struct {
		name string
		row  func(i int) string
		want map[string]int64
	}{
		{"every line twice", func(i int) string { return line(i % (rows / 2)) },
			map[string]int64{"duplicate-row": rows / 2}},
		{"the last line again and again", func(i int) string { return line(min(i, rows/2)) },
			map[string]int64{"duplicate-row": rows - rows/2 - 1}},
		{"one line twice", func(i int) string { return line(i % (rows - 1)) },
			map[string]int64{"duplicate-row": 1}},
		{"one line number twice", func(i int) string {
			if i == rows-1 {
				return "B1,7,item 6,5,2,10,mobile,919812345678"
			}
			return line(i)
		}, map[string]int64{"duplicate-item-line": 1}},
		{"lines of one item that contradict each other", func(i int) string {
			return fmt.Sprintf("B1,1,item,5,1,5,mobile,%d", 919800000000+i)
		}, map[string]int64{"group-conflict": 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("billNumber,Serial,Item Code,Rate,Qty,Gross value,identifierType,identifierValue\n")
			for i := range rows {
				b.WriteString(tt.row(i) + "\n")
			}
			begin := time.Now()
			res, err := ruletest.Judge(rules.All(), ruletest.File{Text: b.String()})
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begin); took > limit {
				t.Errorf("it took %v", took)
			}
			got := map[string]int64{}
			for _, c := range res.Causes {
				got[c.Rule] += c.Count
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("findings %v, want %v", got, tt.want)
			}
		})
	}
}

// TestCopiesAreExact holds that rows are copies only where all cells are equal,
// however cells could run into each other, and in a bill of any size.
func TestCopiesAreExact(t *testing.T) {
	long := strings.Repeat("x", 1<<16)
	for _, more := range []int{0, 40} {
		var b strings.Builder
		b.WriteString("billNumber,note,remark,source\n")
		for _, cells := range []string{"ab,c", "a,bc", "abc,", "\x01ab,c", long + ",y", "," + long + "y", "ab,c"} {
			b.WriteString("B1," + cells + ",INSTORE\n")
		}
		for i := range more {
			fmt.Fprintf(&b, "B1,%d,,INSTORE\n", i)
		}
		file := ruletest.File{Text: b.String()}
		file.Options.Const = map[string]string{"lineItemsV2.qty": "1"}
		file.Map = map[string]string{"remark": "lineItemsV2.itemCode"}
		res, err := ruletest.Judge(rules.All(), file)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range ruletest.Lines(res.Findings) {
			if strings.Contains(l, "duplicate-row") {
				got = append(got, l)
			}
		}
		if d := ruletest.Diff(got, []string{"8: duplicate-row: the row repeats row 2"}); d != "" {
			t.Errorf("%d rows more: findings (- wanted, + got):%s", more, d)
		}
	}
}
