package rules_test

import (
	"strings"
	"testing"

	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// TestHeadersAreNoData holds that no header of a template is taken for data: its
// names, and every alias and hint, as a whole and one by one.
func TestHeadersAreNoData(t *testing.T) {
	for _, tpl := range templates.All() {
		var names, others []string
		for _, f := range tpl.Fields {
			names = append(names, f.Name)
			others = append(append(others, f.Aliases...), f.Hints...)
		}
		headers := [][]string{names, others}
		for _, h := range append(names, others...) {
			headers = append(headers, []string{h})
		}
		for _, header := range headers {
			if len(header) > 0 && noHeader(t, tpl, header, templates.MapOptions{}) {
				t.Errorf("%s: %q is taken for data", tpl.ID, header)
			}
		}
	}
}

func noHeader(t *testing.T, tpl *templates.Template, header []string, o templates.MapOptions) bool {
	t.Helper()
	o.Given = true
	m, err := tpl.Map(header, o)
	if err != nil {
		t.Fatal(err)
	}
	return rules.NoHeader(&table.Source{Header: header}, tpl, &m)
}

func TestNoHeader(t *testing.T) {
	for _, tt := range []struct {
		template, row string
		mapped        string // header that the user mapped to billNumber
		want          bool
	}{
		{"transaction-v2-add", "B1,2026-11-20,INSTORE,REGULAR,100.00,mobile,919812345678,SKU1", "", true},
		{"transaction-v2-add", "B1,2026-11-20,INSTORE,REGULAR,100.00,externalId,9198,SKU1", "", true},
		{"transaction-v2-add", "B1,INSTORE,REGULAR,mobile", "", false}, // nothing that no name can be
		{"transaction-v2-add", "B1,2026-11-20,INSTORE,100.00", "B1", false},
		{"transaction-v2-add", "billNumber,billingDate,type,billAmount,2026", "", false},
		{"transaction-v2-add", "mobile,source,type", "", false},
		{"customer-v2-add", "anna.k@example.com,email,Anna", "", true},
		{"test-control-update", "919812345678,test", "", true},
	} {
		tpl, _ := templates.ByID(tt.template)
		o := templates.MapOptions{}
		if tt.mapped != "" {
			o.Explicit = map[string]string{tt.mapped: "billNumber"}
		}
		if got := noHeader(t, tpl, strings.Split(tt.row, ","), o); got != tt.want {
			t.Errorf("%s, %s: data %v, want %v", tt.template, tt.row, got, tt.want)
		}
	}
}
