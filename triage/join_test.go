package triage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// answersOf reads an error file whose columns are bill, code and message.
func answersOf(t *testing.T, text string, o ReadOptions) *Answers {
	t.Helper()
	a, err := Read(t.Context(), sourceOf(t, text), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func sourceOf(t *testing.T, text string) *table.Source {
	t.Helper()
	src, err := table.Open("a.csv", strings.NewReader(text), int64(len(text)), table.Options{BlockSize: 64})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

var billCodeMessage = ReadOptions{Layout: Layout{Code: 1, Message: 2, Status: -1, Response: -1, Key: -1}, Keys: []int{0}, Warning: MayWarn([]string{"transaction-v2"})}

// parted joins a source and returns what is written.
func parted(t *testing.T, a *Answers, text string, o JoinOptions) (j *Join, resend, stuck string) {
	t.Helper()
	m, err := Match(t.Context(), a, sourceOf(t, text), o)
	if err != nil {
		t.Fatal(err)
	}
	var r, s bytes.Buffer
	if err := m.Part(t.Context(), &r, &s); err != nil {
		t.Fatal(err)
	}
	return m.Join(), r.String(), s.String()
}

func TestPart(t *testing.T) {
	const head = "bill_number,note\n"
	tests := []struct {
		name, errors, source, resend, stuck string
	}{
		{"whole bills, also those that lie apart", "B1,502,\nB2,604,twice\nB3,200,\n",
			head + "B1,a\nB2,b\nB1,c\nB3,d\nB4,e\nB2,f\n", head + "B1,a\nB1,c\n",
			"bill_number,note,API_Error_Code,API_Error_Message\nB2,b,604,twice\nB2,f,604,twice\n"},
		{"one row of a bill that no new sending helps", "B1,502,\nB1,604,twice\n",
			head + "B1,a\n", head, "bill_number,note,API_Error_Code,API_Error_Message\nB1,a,\"502 604\",twice\n"},
		{"taken and failed", "B1,200,\nB1,502,\n",
			head + "B1,a\n", head, "bill_number,note,API_Error_Code,API_Error_Message\nB1,a,502,\"(another row of it was answered with 200)\"\n"},
		{"bytes as they are: mark, CRLF, quotes, blanks", "B1,502,\nB2,502,\n",
			"\ufeffbill_number,note\r\n\"B1\",\"x\"\"y\r\nz\"\r\nB2 , w \r\n", "\ufeffbill_number,note\r\n\"B1\",\"x\"\"y\r\nz\"\r\nB2 , w \r\n",
			"\ufeffbill_number,note,API_Error_Code,API_Error_Message\r\n"},
		{"a ragged row stays with its bill", "B1,502,\n", head + "B1,a\nB1,b,c\nB1\n", head + "B1,a\nB1,b,c\nB1\n",
			"bill_number,note,API_Error_Code,API_Error_Message\n"},
		{"no line end at the end", "B1,502,\nB2,604,\n", head + "B2,a\nB1,b", head + "B1,b\n",
			"bill_number,note,API_Error_Code,API_Error_Message\nB2,a,604,\n"},
		{"messages are neither formulas nor commands", "B1,604,=1+1\nB2,604,\x1b[31mx\n", head + "B1,a\nB2,b\n", head,
			"bill_number,note,API_Error_Code,API_Error_Message\nB1,a,604,'=1+1\nB2,b,604,␛[31mx\n"},
		{"without a code", "B1,,it broke\n", head + "B1,a\n", head, "bill_number,note,API_Error_Code,API_Error_Message\nB1,a,,\"it broke\"\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := answersOf(t, "bill,code,message\n"+tt.errors, billCodeMessage)
			explained := Explain(a, ExplainOptions{Entities: []string{"transaction-v2"}})
			_, resend, stuck := parted(t, a, tt.source, JoinOptions{Keys: []int{0}, Codes: explained})
			if resend != tt.resend {
				t.Errorf("resend: got %q, want %q", resend, tt.resend)
			}
			if stuck != tt.stuck {
				t.Errorf("stuck: got %q, want %q", stuck, tt.stuck)
			}
		})
	}
}

// TestCorrected holds when a bill that needed a person may be sent again.
func TestCorrected(t *testing.T) {
	judged := func(rows ...int64) *validate.FileResult {
		f := &validate.FileResult{Complete: true, Rejected: &validate.RowSet{}}
		for _, r := range rows {
			f.Rejected.Add(r)
		}
		return f
	}
	explained := []Explained{
		{Tally: Tally{Code: "1114"}, Evidence: codes.EvidenceFile, Rules: []Seer{{Rule: "date-format", File: true}}},
		{Tally: Tally{Code: "643"}, Evidence: codes.EvidenceFile, Rules: []Seer{{Rule: "date-future", Off: "off in these settings", File: true}}},
		{Tally: Tally{Code: "604"}, Evidence: codes.EvidenceLedger, Rules: []Seer{{Rule: "duplicate-bill-number", File: true}}},
		{Tally: Tally{Code: "502"}, Retryable: true},
	}
	foretold := &Forecast{listed: true, sets: []foretold{{"1114"}}, rows: map[int64][]int32{2: {0}}}
	silent := &Forecast{listed: true}
	broken := judged()
	broken.Causes = []validate.Cause{{Severity: validate.Error, Count: 1}}
	tests := []struct {
		name, errors string
		same         bool // the note is in both files
		o            JoinOptions
		want         int64
	}{
		{"clean now", "B1,1114,x", false, JoinOptions{Judged: judged()}, 1},
		{"with a temporary code", "B1,1114,x\nB1,502,x", false, JoinOptions{Judged: judged()}, 1},
		{"still wrong", "B1,1114,x", false, JoinOptions{Judged: judged(2)}, 0},
		{"not judged", "B1,1114,x", false, JoinOptions{}, 0},
		{"the file as a whole is wrong", "B1,1114,x", false, JoinOptions{Judged: broken}, 0},
		{"the rule is off", "B1,643,x", false, JoinOptions{Judged: judged()}, 0},
		{"the file does not show it", "B1,604,x", false, JoinOptions{Judged: judged()}, 0},
		{"no code", "B1,,x", false, JoinOptions{Judged: judged()}, 0},
		{"the very file that was dropped", "B1,1114,x", false, JoinOptions{Judged: judged(), Unchanged: true}, 0},
		{"foretold, and gone", "B1,1114,x", false, JoinOptions{Judged: judged(), Forecast: foretold}, 1},
		{"clean then, too", "B1,1114,x", false, JoinOptions{Judged: judged(), Forecast: silent}, 0},
		{"the row is as it was", "B1,1114,a", true, JoinOptions{Judged: judged()}, 0},
		{"the row was changed", "B1,1114,b", true, JoinOptions{Judged: judged()}, 1},
	}
	for _, tt := range tests {
		o := billCodeMessage
		if tt.o.Keys = []int{0}; tt.same {
			o.Same, tt.o.Same = []int{2}, []int{1}
		}
		tt.o.Codes = explained
		a := answersOf(t, "bill,code,message\n"+tt.errors+"\n", o)
		j, _, _ := parted(t, a, "bill_number,note\nB1,a\n", tt.o)
		if j.Corrected != tt.want || j.Resend.Bills != tt.want || j.Stuck.Bills != 1-tt.want {
			t.Errorf("%s: %d corrected, %d to send again, %d stuck; want %d corrected", tt.name, j.Corrected, j.Resend.Bills, j.Stuck.Bills, tt.want)
		}
	}
}

// TestPartWhole holds, for files of chance, that every row of a bill that failed is
// in one file, in order and byte for byte, and no other row is.
func TestPartWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var errs, source strings.Builder
		errs.WriteString("bill,code,message\n")
		source.WriteString("bill_number,note\n")
		goes := map[string]string{}
		for i := range 30 {
			b := fmt.Sprint("B", i)
			code := []string{"200", "502", "604", ""}[random.IntN(4)]
			if goes[b] = code; code != "" {
				fmt.Fprintf(&errs, "%s,%s,m\n", b, code)
			}
		}
		var want, got []string
		for i := range 200 {
			b := fmt.Sprint("B", random.IntN(30))
			row := fmt.Sprintf("%s,n%d", b, i)
			fmt.Fprintln(&source, row)
			if goes[b] == "502" || goes[b] == "604" {
				want = append(want, goes[b]+" "+row)
			}
		}
		a := answersOf(t, errs.String(), billCodeMessage)
		explained := Explain(a, ExplainOptions{Entities: []string{"transaction-v2"}})
		j, resend, stuck := parted(t, a, source.String(), JoinOptions{Keys: []int{0}, Codes: explained})
		sent, held := strings.Split(resend, "\n")[1:], strings.Split(stuck, "\n")[1:]
		for _, w := range want { // both files are in the order of the source
			switch {
			case "502 "+sent[0] == w:
				got, sent = append(got, w), sent[1:]
			case strings.HasPrefix(held[0], w[4:]+",604"):
				got, held = append(got, w), held[1:]
			}
		}
		if len(got) != len(want) || len(sent) != 1 || len(held) != 1 {
			t.Fatalf("%d of %d rows are where they should be; left %q and %q", len(got), len(want), sent, held)
		}
		if n := j.Resend.Rows + j.Stuck.Rows; n != int64(len(want)) {
			t.Fatalf("%d rows are counted, %d written", n, len(want))
		}
	}
}

// TestReadWarnings holds that a code that one row has as a warning is an error of
// another.
func TestReadWarnings(t *testing.T) {
	o := billCodeMessage
	o.Layout.Message, o.Layout.Status = -1, 2
	a := answersOf(t, "bill,code,status\nB1,9610,success\nB2,9610,failed\nB3,9610;604,\nB4,9610,\n", o)
	if a.Taken != 1 || a.Warned != 1 || a.Failed != 3 {
		t.Errorf("%d taken, %d with a warning, %d failed; want 1, 1, 3", a.Taken, a.Warned, a.Failed)
	}
	got := map[string]int64{}
	for _, tally := range a.Tallies {
		got[fmt.Sprint(tally.Code, tally.Warning)] = tally.Rows
	}
	if got["9610true"] != 1 || got["9610false"] != 3 || got["604false"] != 1 {
		t.Errorf("tallies %v", got)
	}
}

// TestReadManyCodes refuses a column that holds no codes.
func TestReadManyCodes(t *testing.T) {
	var b strings.Builder
	b.WriteString("bill,code,message\n")
	for i := range mostCodes + 5 {
		fmt.Fprintf(&b, "B,%d,\n", 1000+i)
	}
	_, err := Read(t.Context(), sourceOf(t, b.String()), billCodeMessage)
	if e, ok := errors.AsType[*CodesError](err); !ok || e.Header != "code" {
		t.Errorf("got error %v", err)
	}
}

// TestReadManyMessages bounds what is kept, not what is counted.
func TestReadManyMessages(t *testing.T) {
	var b strings.Builder
	b.WriteString("bill,code,message\n")
	n := 3 * mostGroups
	for i := range n {
		fmt.Fprintf(&b, "B%d,604,%s\n", i, strings.Repeat(string(rune('a'+i%26)), 1+i/26))
	}
	a := answersOf(t, b.String(), billCodeMessage)
	if len(a.Groups) != mostGroups+1 || a.Failed != int64(n) {
		t.Errorf("%d groups of %d rows", len(a.Groups), a.Failed)
	}
	if last := a.Groups[len(a.Groups)-1]; !last.Other || last.Rows != int64(n-mostGroups) {
		t.Errorf("the last group is %+v", last)
	}
}

// TestReadStops says why reading ended, and keeps what was read.
func TestReadStops(t *testing.T) {
	a := answersOf(t, "bill,code,message\nB1,604,x\nB2,604,"+strings.Repeat("y", 17<<20)+"\n", billCodeMessage)
	if a.Trouble == "" || a.Failed != 1 {
		t.Errorf("trouble %q, %d failed", a.Trouble, a.Failed)
	}
	if r := (&Report{Answers: a}); r.Complete() || r.Verdict() != "fail" {
		t.Errorf("complete %v, verdict %q", r.Complete(), r.Verdict())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, sourceOf(t, "bill,code,message\nB1,604,x\n"), billCodeMessage); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
}
