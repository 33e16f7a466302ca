package report_test

import (
	"strings"
	"testing"

	"github.com/connectplus/preflight/report"
)

// TestEveryFormatSaysWhatIsKnown compares reports of one result with and without
// a finding in the baseline.
func TestEveryFormatSaysWhatIsKnown(t *testing.T) {
	says := map[string][]string{
		"text": {"1 in the baseline"}, "json": {`"baselined": 1`, `"baselined": true`}, "jsonl": {`"baselined":1`, `"baselined":true`},
		"sarif": {`"baselineState":"unchanged"`, `"baselineState":"new"`}, "junit": {"1 in the baseline", "(in the baseline)"},
		"github": {"1 in the baseline"}, "gitlab": {"(in the baseline)"}, "markdown": {"1 in the baseline", "(in the baseline)"},
		"html": {"1 in the baseline", `data-known="row"`, `<span class="badge known">known</span>`, `value="known"`}, "csv": {",true\r\n"},
	}
	for _, f := range report.Formats() {
		file, rows := salesFile()
		news := one(file, rows)
		old, rows := salesFile()
		old.Findings[2].Baselined, old.Causes[0].Baselined = true, 1
		known := marked(one(old, rows))
		if f.Name == "xlsx" {
			if got := rowsOf(t, workbook(t, known, report.Options{}), "Errors"); !strings.Contains(strings.Join(got[3], "|"), "|known") {
				t.Errorf("xlsx: the errors are %q, want a known one", got)
			}
			continue
		}
		want, ok := says[f.Name]
		if !ok {
			t.Errorf("%s: nothing says here how it shows what is known", f.Name)
		}
		with, without := written(t, f.Name, known, report.Options{}), written(t, f.Name, news, report.Options{})
		for _, s := range want {
			if !strings.Contains(with, s) || strings.Count(without, s) >= strings.Count(with, s) {
				t.Errorf("%s: %q is %d times in the report with a known finding, %d times without", f.Name, s, strings.Count(with, s), strings.Count(without, s))
			}
		}
	}
}
