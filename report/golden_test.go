package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/validate"
)

func TestGolden(t *testing.T) {
	sales, rows := salesFile()
	warned, _ := salesFile()
	warned.Causes, warned.Forecast = warned.Causes[2:], nil
	warned.RejectedRows, warned.RefusedRows = 0, 0
	stopped := cleanFile()
	stopped.Complete = false
	empty := cleanFile()
	empty.Rows, empty.Groups = 0, 0
	empty.Causes = []validate.Cause{{Rule: "file-empty", Severity: validate.Error, Count: 1}}
	empty.Findings = []validate.Finding{{Rule: "file-empty", Severity: validate.Error, Message: "there is a header and no row"}}
	taken, _ := salesFile()
	taken.Causes, taken.Forecast = taken.Causes[1:2], nil
	taken.RefusedRows, taken.RefusedGroups, taken.RejectedRows, taken.RejectedGroups = 0, 0, 2, 1
	uncoded, _ := salesFile()
	uncoded.Causes, uncoded.Forecast = []validate.Cause{uncoded.Causes[0]}, nil
	uncoded.Causes[0].Codes = nil
	uncoded.RefusedRows, uncoded.RefusedGroups = 0, 0
	goldens(t, []golden{
		{"json.golden", "json", bothFiles(), report.Options{}},
		{"json-reveal.golden", "json", one(sales, rows), report.Options{Reveal: true, Samples: 1}},
		{"text.golden", "text", bothFiles(), report.Options{}},
		{"text-color.golden", "text", one(sales, rows), report.Options{Color: true, Samples: 1}},
		{"text-narrow.golden", "text", one(sales, rows), report.Options{Width: 60, Samples: 2}},
		{"text-reveal.golden", "text", one(sales, rows), report.Options{Reveal: true, Width: 140}},
		{"text-quiet.golden", "text", bothFiles(), report.Options{Quiet: true}},
		{"text-clean.golden", "text", one(cleanFile(), rows), report.Options{}},
		{"text-warned.golden", "text", one(warned, rows), report.Options{}},
		{"text-warned-fails.golden", "text", one(warned, rows), report.Options{FailOn: validate.Warning, Samples: -1}},
		{"text-stopped.golden", "text", one(stopped, rows), report.Options{}},
		{"text-empty.golden", "text", one(empty, nil), report.Options{}},
		{"text-uncoded.golden", "text", one(uncoded, rows), report.Options{Samples: -1}},
		{"html.golden", "html", bothFiles(), report.Options{}},
		{"text-taken.golden", "text", one(taken, rows), report.Options{}},
	})
}

// A golden is a report that is to have the bytes of a file of testdata.
type golden struct {
	file, format string
	res          *report.Result
	o            report.Options
}

// goldens compares reports, each written twice, with their files. UPDATE=1
// rewrites these.
func goldens(t *testing.T, tests []golden) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			got := written(t, tt.format, tt.res, tt.o)
			if again := written(t, tt.format, tt.res, tt.o); again != got {
				t.Error("a second report of the same result has other bytes")
			}
			path := filepath.Join("testdata", tt.file)
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the report differs from %s (UPDATE=1 rewrites it); got:\n%s", path, got)
			}
		})
	}
}
