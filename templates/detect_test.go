package templates

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestDetectAll holds what the header of each template's clean file says of its
// template: as it stands, by the names of the fields, and by their first
// aliases. A sales file that fits several templates is taken as the first, and
// files of a merge are known only where the merge is named.
func TestDetectAll(t *testing.T) {
	const none = "the header fits no template; the likeliest are "
	want := map[string][3]string{
		"transaction-v2-add":                               {"transaction-v2-add"},
		"transaction-v2-add-payment-mode":                  {"transaction-v2-add"},
		"transaction-v2-add-filter":                        {"transaction-v2-add"},
		"intouch-transaction-v2-add":                       {"transaction-v2-add"},
		"transaction-customer-v2-add transactions":         {"transaction-v2-add"},
		"transaction-customer-v2-add customers":            {"customer-v2-add"},
		"transaction-line-item-merge bill":                 {"transaction-v2-add"},
		"transaction-line-item-merge line":                 {"transaction-v2-add"},
		"transaction-line-item-payment-mode-merge bill":    {"transaction-v2-add"},
		"transaction-line-item-payment-mode-merge line":    {"transaction-v2-add"},
		"transaction-line-item-payment-mode-merge payment": {"transaction-v2-add-payment-mode"},
		"data-reconciliation": {
			"the header fits transaction-v2-add and data-reconciliation equally well",
			"the header fits transaction-v2-add and data-reconciliation equally well",
			"transaction-v2-add", // a bill's date, too, where it is headed so
		},
		"audience-reload":        {none + "audience-reload, coupon-redeem", "the header fits no template; the likeliest is audience-reload", none + "audience-reload, coupon-redeem"},
		"force-generate-barcode": {none + "transaction-v2-add, force-generate-barcode"},
	}
	for _, tpl := range All() {
		a, err := txtar.ParseFile(filepath.Join("../testdata/templates", tpl.ID+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			parts := strings.Split(f.Name, ".")
			if parts[0] != "clean" {
				continue
			}
			of, part := tpl.ID, tpl
			if len(parts) == 3 {
				of += " " + parts[1]
				part, _ = tpl.Part(parts[1])
			}
			wanted, other := want[of]
			if !other {
				wanted[0] = tpl.ID
			}
			line, _, _ := strings.Cut(string(f.Data), "\n")
			for i, header := range spelled(t, part, strings.Split(line, ",")) {
				if wanted[i] == "" {
					wanted[i] = wanted[0]
				}
				got := ""
				if found, err := Detect(header, MapOptions{}); err != nil {
					got = err.Error()
				} else {
					got = found.ID
				}
				if got != wanted[i] {
					t.Errorf("%s, %s:\ngot  %s\nwant %s", of, strings.Join(header, ","), got, wanted[i])
				}
			}
		}
	}
}

// spelled returns a header, and the same with the names of the fields, and with
// their first aliases.
func spelled(t *testing.T, tpl *Template, header []string) (list [3][]string) {
	t.Helper()
	m, err := tpl.Map(header, MapOptions{Given: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range m.Fields {
		name := header[i]
		if f != nil {
			name = f.Name
		}
		alias := name
		if f != nil && len(f.Aliases) > 0 && !strings.Contains(f.Aliases[0], "#") {
			alias = f.Aliases[0]
		}
		list[0], list[1], list[2] = append(list[0], header[i]), append(list[1], name), append(list[2], alias)
	}
	return list
}
