//go:build unix

package ftp_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/connectplus/preflight/ftp"
	"github.com/connectplus/preflight/internal/sftptest"
)

// requests returns what a probe of a healthy account sends, in order.
func requests(t *testing.T) []sftptest.Request {
	t.Helper()
	d := sftptest.Folders(t)
	d.Put(t, "sales_2026-11-20.csv", "billNumber\nB1\n")
	server := sftptest.SSH(t, sftptest.Config{Dirs: d})
	r, err := ftp.Probe(t.Context(), sftpOptions(server))
	if err != nil || r.Verdict() != ftp.Pass {
		t.Fatal(r, err)
	}
	return server.Requests()
}

// A fault hits one request of a probe.
type fault struct {
	name    string
	action  func(cancel func()) sftptest.Action
	verdict ftp.Verdict
	says    string // in some step, or empty
}

// TestFaultAtEachRequest breaks every request of a probe in several ways. After
// each the folders are as they were, and the verdict is never that all is well.
func TestFaultAtEachRequest(t *testing.T) {
	faults := []fault{
		{name: "interrupt", verdict: ftp.Incomplete, says: "interrupted",
			action: func(cancel func()) sftptest.Action { return sftptest.Then(cancel) }},
		{name: "cut before", verdict: ftp.Incomplete, says: "the connection broke off",
			action: func(func()) sftptest.Action { return sftptest.Cut }},
		{name: "cut after", verdict: ftp.Incomplete, says: "the connection broke off",
			action: func(func()) sftptest.Action { return sftptest.CutAfter }},
		{name: "freeze", verdict: ftp.Incomplete, says: "does not answer any more",
			action: func(func()) sftptest.Action { return sftptest.Freeze }},
		{name: "freeze after", verdict: ftp.Incomplete, says: "does not answer any more",
			action: func(func()) sftptest.Action { return sftptest.FreezeAfter }},
	}
	for i, request := range requests(t) {
		for _, f := range faults {
			if f.name == "freeze after" && !changes(request) {
				continue // as freeze, to the probe
			}
			t.Run(fmt.Sprintf("%s/%02d", strings.ReplaceAll(f.name, " ", "-"), i+1), func(t *testing.T) {
				t.Parallel()
				f.run(t, i+1, request)
			})
		}
	}
}

// changes tells whether a request may leave something behind.
func changes(r sftptest.Request) bool {
	switch r.Type {
	case sftptest.Open, sftptest.Write, sftptest.Close, sftptest.Rename, sftptest.Remove, sftptest.Extended:
		return true
	}
	return false
}

func (f fault) run(t *testing.T, at int, request sftptest.Request) {
	d := sftptest.Folders(t)
	d.Put(t, "sales_2026-11-20.csv", "billNumber\nB1\n")
	before := d.Hash(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := sftptest.SSH(t, sftptest.Config{Dirs: d, Meddle: func(r sftptest.Request) sftptest.Action {
		if r.Session == 1 && r.N == at {
			return f.action(cancel)
		}
		return sftptest.Pass
	}})
	o := sftpOptions(server)
	o.Timeout = 200 * time.Millisecond
	o.SetPatience(50 * time.Millisecond)
	r, err := ftp.Probe(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if after := d.Hash(t); after != before {
		t.Errorf("%s: the folders differ: %v %v %v", request, d.Names(t, d.In), d.Names(t, d.Done), d.Names(t, d.Err))
	}
	if r.Made != r.Removed || len(r.Vanished) > 0 {
		t.Errorf("%s: %d made, %d removed, vanished %v", request, r.Made, r.Removed, r.Vanished)
	}
	if len(r.Leftovers) > 0 {
		t.Errorf("%s: leftovers %v", request, r.Leftovers)
	}
	if got := r.Verdict(); got != f.verdict {
		t.Errorf("%s: verdict %s, want %s: %s", request, got, f.verdict, statuses(r))
	}
	said := false
	for _, s := range r.Steps {
		said = said || strings.Contains(s.Detail, f.says)
	}
	if !said {
		t.Errorf("%s: nobody says %q", request, f.says)
	}
	decent(t, server, d)
}

// TestNoWayBack loses the connection for good while a probe file is there: it is
// named, in every folder where it may be.
func TestNoWayBack(t *testing.T) {
	d := sftptest.Folders(t)
	var server *sftptest.Server
	server = sftptest.SSH(t, sftptest.Config{Dirs: d, Meddle: func(r sftptest.Request) sftptest.Action {
		if r.Type != sftptest.Rename || !strings.Contains(r.Path, "-1.tmp") {
			return sftptest.Pass
		}
		server.Next(sftptest.Config{CloseAfterLogin: true})
		return sftptest.CutAfter
	}})
	r, err := ftp.Probe(t.Context(), sftpOptions(server))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Verdict(); got != ftp.Incomplete {
		t.Errorf("verdict %s", got)
	}
	names := d.Names(t, d.Done)
	if len(r.Leftovers) != 2 || len(names) != 1 || !strings.HasSuffix(r.Leftovers[0], "/done/"+names[0]) {
		t.Errorf("leftovers %v, in done %v", r.Leftovers, names)
	}
	if got := r.Step("cleanup"); got.Status != ftp.Failed || !strings.Contains(got.Detail, "may be left") {
		t.Errorf("cleanup says %+v", got)
	}
}

// TestSlowLink tries an account that is far away, in CI 400 ms: it takes its
// time, says how far it is, and does not give up.
func TestSlowLink(t *testing.T) {
	t.Parallel()
	away := 40 * time.Millisecond
	if os.Getenv("CI") != "" {
		away = 400 * time.Millisecond
	}
	server := sftptest.SSH(t, sftptest.Config{Delay: away / 2})
	o := sftpOptions(server)
	o.Timeout = 2 * time.Second
	var seen []string
	o.Progress = func(step *ftp.Step, number, total int) {
		if number != len(seen) || total != len(ftp.Steps()) {
			t.Errorf("%s is number %d of %d, want %d of %d", step.ID, number, total, len(seen), len(ftp.Steps()))
		}
		seen = append(seen, step.ID)
	}
	r, err := ftp.Probe(t.Context(), o)
	if err != nil || r.Verdict() != ftp.Pass {
		t.Fatal(statuses(r), err)
	}
	if len(seen) != len(ftp.Steps()) {
		t.Errorf("progress was told of %v", seen)
	}
	if least := time.Duration(r.Requests-5) * away; r.Elapsed < least {
		t.Errorf("took %s for %d requests: the link is not slow", r.Elapsed, r.Requests)
	}
}
