package main

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/connectplus/preflight/codes"
)

// TestCoverage holds that every instruction and every row of the guide and every
// status code has an answer, and that the answers name what exists.
func TestCoverage(t *testing.T) {
	c, err := newCoverage()
	if err != nil {
		t.Fatal(err)
	}
	guide, err := c.guide()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range c.wrong {
		t.Error(w)
	}
	seen := map[string]int{}
	for _, e := range guide {
		seen[e.kind]++
		if e.number != fmt.Sprint(seen[e.kind]) || e.about == "" {
			t.Errorf("%s %s is out of order or says nothing", e.kind, e.number)
		}
		if len(e.by) == 0 && (e.kind != "row" || e.code.Evidence != codes.EvidenceServer) {
			t.Errorf("%s %s has no answer", e.kind, e.number)
		}
	}
	if seen["row"] != 35 || seen["instruction"] != 11 {
		t.Errorf("%v, want 35 rows and 11 instructions", seen)
	}
	for _, code := range codes.All() {
		if len(c.by[code]) == 0 && code.Evidence != codes.EvidenceServer && code.Severity != codes.SeveritySuccess {
			t.Errorf("%s shows before the drop (%s), and nothing sees it", code.Key(), code.Evidence)
		}
	}
	steps, err := stepsOf()
	if err != nil {
		t.Fatal(err)
	}
	for id := range steps {
		if c.means[id].needs != "the SFTP account" {
			t.Errorf("access.csv names %s, which is no defect that is known", id)
		}
	}
}

// TestCoverageNotices holds that an answer that names nothing is noticed.
func TestCoverageNotices(t *testing.T) {
	c, err := newCoverage()
	if err != nil {
		t.Fatal(err)
	}
	delete(c.means, "negative-amount")
	if _, err := c.guide(); err != nil || len(c.wrong) == 0 {
		t.Errorf("%v, and %d complaints about a rule that is gone", err, len(c.wrong))
	}
}

func TestCoverageCounts(t *testing.T) {
	page, err := coveragePage()
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("| **all** | **11** | **35** | **%d** |", len(codes.All()))
	if !bytes.Contains(page, []byte(want)) {
		t.Errorf("the page does not say %s", want)
	}
}
