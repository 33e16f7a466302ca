package report_test

import (
	"os"
	"strings"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/validate"
)

// TestGoldenFormats holds the formats for services against one shared result.
func TestGoldenFormats(t *testing.T) {
	known, rows := salesFile()
	known.Findings[2].Baselined, known.Causes[0].Baselined = true, 1
	goldens(t, []golden{
		{"sarif.golden", "sarif", bothFiles(), report.Options{}},
		{"sarif-known.golden", "sarif", marked(one(known, rows)), report.Options{Samples: 1}},
		{"junit.golden", "junit", bothFiles(), report.Options{}},
		{"junit-warned-fails.golden", "junit", one(known, rows), report.Options{FailOn: validate.Warning, Samples: 1}},
		{"github.golden", "github", bothFiles(), report.Options{}},
		{"gitlab.golden", "gitlab", bothFiles(), report.Options{}},
		{"markdown.golden", "markdown", bothFiles(), report.Options{}},
		{"markdown-clean.golden", "markdown", one(cleanFile(), rows), report.Options{}},
		{"csv.golden", "csv", bothFiles(), report.Options{}},
		{"jsonl.golden", "jsonl", bothFiles(), report.Options{}},
	})
}

func TestSARIFNamesOfFiles(t *testing.T) {
	for name, want := range map[string]string{
		"in.csv": "in.csv", "./a/in 1.csv": "a/in%201.csv", "http:x?y#z.csv": "http%3Ax%3Fy%23z.csv", "../ü%.csv": "../%C3%BC%25.csv",
	} {
		f := cleanFile()
		f.Name = name
		if got := written(t, "sarif", one(f, nil), report.Options{}); !strings.Contains(got, `"uri": "`+want+`"`) {
			t.Errorf("%s is not %s in:\n%s", name, want, got)
		}
	}
}

// TestSARIFRegion holds that a region is the cell, whatever stands before it.
func TestSARIFRegion(t *testing.T) {
	rows := csvText{"a,b\nü€😀,\"in quotes\"\n", ','}
	f, _ := salesFile()
	f.Causes, f.Findings = nil, []validate.Finding{{
		Rule: "enum-value", Severity: validate.Error, Value: "in quotes", Message: "{value} is wrong", Pos: rows.position(2, 2, f.Columns[1]),
	}}
	got := written(t, "sarif", one(f, rows), report.Options{})
	if want := `"region":{"startLine":2,"startColumn":6,"endLine":2,"endColumn":15}`; !strings.Contains(got, want) {
		t.Errorf("no %s in:\n%s", want, got)
	}
}

func TestGitHubStepSummary(t *testing.T) {
	var step strings.Builder
	o := report.Options{StepSummary: &step}
	written(t, "github", bothFiles(), o)
	if want := written(t, "markdown", bothFiles(), report.Options{}); step.String() != want {
		t.Errorf("the summary of the step is not the markdown report:\n%s", step.String())
	}
}

func TestGitHubShowsTenOfALevel(t *testing.T) {
	f, rows := salesFile()
	for i := range 30 {
		f.Causes = append(f.Causes, validate.Cause{Rule: "enum-value", Severity: validate.Error, Column: i + 8, Header: "column", Count: 100, Rows: 100})
	}
	got := written(t, "github", one(f, rows), report.Options{})
	if n := strings.Count(got, "\n::error ") + 1; n != 10 {
		t.Errorf("%d errors, want 10", n)
	}
	if !strings.Contains(got, "title=preflight::23 more causes with 2,116 findings\n") {
		t.Errorf("the rest is not counted:\n%s", got)
	}
}

// TestBoundsOfComments holds that a page for a pull request fits in a comment
// and counts what it leaves out.
func TestBoundsOfComments(t *testing.T) {
	f, rows := salesFile()
	for i := range 3000 {
		f.Causes = append(f.Causes, validate.Cause{Rule: "enum-value", Severity: validate.Error, Column: i + 8, Header: strings.Repeat("h", 200), Count: 5, Rows: 5})
	}
	many := one(f, rows)
	for range 500 {
		many.Files = append(many.Files, f)
	}
	got := written(t, "markdown", many, report.Options{Samples: 1000})
	if len(got) > 65_536 {
		t.Errorf("%d bytes, more than a comment takes", len(got))
	}
	for _, want := range []string{"more causes", "more files", "… 401 more"} {
		if !strings.Contains(got, want) {
			t.Errorf("no word of %q", want)
		}
	}
}

// counting counts the bytes of a report, and the longest write.
type counting struct{ bytes, most int }

func (c *counting) Write(p []byte) (int, error) {
	c.bytes += len(p)
	c.most = max(c.most, len(p))
	return len(p), nil
}

// TestStreams holds that formats with an entry a finding write as they go.
func TestStreams(t *testing.T) {
	f, rows := salesFile()
	first := f.Findings[2]
	for range 20_000 {
		f.Findings = append(f.Findings, first)
	}
	res := one(f, rows)
	for _, name := range []string{"sarif", "junit", "gitlab", "csv", "jsonl"} {
		format, _ := report.ByName(name)
		var c counting
		if err := format.Write(&c, res, report.Options{Samples: 1 << 30}); err != nil {
			t.Fatal(err)
		}
		if c.bytes < 20_000*100 || c.most > 64<<10 {
			t.Errorf("%s: %d bytes, %d of them at once", name, c.bytes, c.most)
		}
	}
}

func TestWriteErrors(t *testing.T) {
	for _, f := range report.Formats() {
		for _, room := range []int{0, 600} {
			if err := f.Write(&full{room}, bothFiles(), report.Options{}); err == nil {
				t.Errorf("%s: no error from a writer that takes %d bytes", f.Name, room)
			}
		}
	}
}

// full is a disk with that much room.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, os.ErrClosed
	}
	return len(p), nil
}
