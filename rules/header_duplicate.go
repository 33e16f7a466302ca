package rules

import (
	"fmt"
	"strings"

	"github.com/connectplus/preflight/validate"
)

// HeaderDuplicate reports a header that stands above two columns.
var HeaderDuplicate = register(validate.Rule{
	ID: "header-duplicate", Title: "Header above two columns", Severity: validate.Error, Since: "0.1.0",
	Doc: `
Two columns have the same header, when outer spaces and case do not count.

The platform maps columns by their headers; which of the two it takes is nowhere stated,
so members may show the wrong information or none.

Rename or remove one of the columns at the origin of the file.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{guide, transformBlock},
	Examples: []validate.Example{
		{Name: "one header twice", Text: "billNumber,note,Note\nB1,a,b\n",
			Want: []string{`1:Note: header-duplicate: "Note" stands above columns 2 and 3`}},
		{Name: "different headers", Text: "billNumber,note\nB1,a\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		if p.Source.Headless || noHeader(p) {
			return
		}
		for j, first := range repeatedHeaders(p.Source.Header) {
			if first >= 0 {
				report(validate.Detail{
					Message: fmt.Sprintf("{value} stands above columns %d and %d", first+1, j+1),
					Row:     1, Column: j + 1, Value: cleanHeader(p.Source.Header[j]),
				})
			}
		}
	})},
})

// repeatedHeaders returns, for each column, the 0-based column before it that has the
// same header, or -1.
func repeatedHeaders(header []string) []int {
	seen := map[string]int{}
	list := make([]int, len(header))
	for j, h := range header {
		list[j] = -1
		key := strings.ToLower(cleanHeader(h))
		if key == "" {
			continue // a column without a name is header-unknown's business
		}
		if first, ok := seen[key]; ok {
			list[j] = first
		} else {
			seen[key] = j
		}
	}
	return list
}
