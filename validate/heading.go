package validate

import "github.com/connectplus/preflight/table"

// skipHeading leaves out a header where the dataflow takes none.
func skipHeading(src *table.Source, rules []*Rule, o *Options) {
	if !o.Headerless || !src.Headless || src.Skipped {
		return
	}
	first := src.Sample(1)
	for _, r := range rules {
		severity, set := o.Severity[r.ID]
		if len(first) == 1 && r.Heading != nil && applies(r, o.Template) && (!set || severity != Off) && r.Heading(o.Template, src.Header, first[0]) {
			src.SkipRow()
			return
		}
	}
}
