package rules

import (
	"fmt"
	"strings"

	"github.com/connectplus/preflight/validate"
)

// HeaderClash reports headers that the data-validation block makes equal.
var HeaderClash = register(validate.Rule{
	ID: "header-clash", Title: "Headers that become equal", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
Two headers differ only in spaces, hyphens and underscores, such as Bill No and Bill-No.

The data-validation block of the template turns spaces and hyphens into underscores. The
two columns then have one name, and which of them arrives is nowhere stated.

Rename one of the columns at the origin of the file. If the dataflow has no such block,
set the rule to ` + "`off`" + `.
`,
	Templates: []string{"transaction-v2-add", "transaction-line-item-merge", "customer-v2-add"},
	Prevents:  []string{"profile-information-missing"},
	Sources:   []string{guide, validateBlock},
	Examples: []validate.Example{
		{Name: "a space and a hyphen", Text: "billNumber,till no,till-no\nB1,4,5\n",
			Want: []string{
				`1: header-unknown: 2 columns carry no field of the template: till no, till-no`,
				`1:till-no: header-clash: "till-no" becomes till_no, as column 2 does`,
			}},
		{Name: "different names", Text: "billNumber,note\nB1,x\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		if p.Source.Headless || p.Source.Empty || noHeader(p) {
			return
		}
		repeated := repeatedHeaders(p.Source.Header)
		seen := map[string]int{}
		for j, h := range p.Source.Header {
			name := underscored(cleanHeader(h))
			first, again := seen[name]
			switch {
			case name == "" || repeated[j] >= 0: // header-duplicate's business
			case again:
				report(validate.Detail{
					Message: fmt.Sprintf("{value} becomes %s, as column %d does", name, first+1),
					Row:     1, Column: j + 1, Value: cleanHeader(h),
				})
			default:
				seen[name] = j
			}
		}
	})},
})

// underscored returns a header as the data-validation block writes it.
func underscored(header string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(header)
}
