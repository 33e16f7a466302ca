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

var billCodeMessage = ReadOptions{Layout: Layout{Code: 1, Message: 2, Status: -1, Response: -1, Key: -1}, Keys: []int{0}, Entities: []string{"transaction-v2", "transaction"}}

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
		{"bytes as they are: CRLF, quotes, blanks; the mark for a person alone", "B1,502,\nB2,502,\n",
			"\ufeffbill_number,note\r\n\"B1\",\"x\"\"y\r\nz\"\r\nB2 , w \r\n", "bill_number,note\r\n\"B1\",\"x\"\"y\r\nz\"\r\nB2 , w \r\n",
			"\ufeffbill_number,note,API_Error_Code,API_Error_Message\r\n"},
		{"a bill with ragged rows is for a person", "B1,502,\nB2,502,\n", head + "B1,a\nB1,b,c\nB1\nB2,a\n", head + "B2,a\n",
			"bill_number,note,API_Error_Code,API_Error_Message\nB1,a,502,\nB1,b,c,502,\nB1,502,\n"},
		{"a comma before the key", "B1,502,\nB2,502,\n", head + "B1,a\nx,B1,b\nB2,a\n", head + "B2,a\n",
			"bill_number,note,API_Error_Code,API_Error_Message\nB1,a,502,\nx,B1,b,502,\n"},
		{"a row of nobody waits with its neighbours", "B1,502,\nB2,502,\nB3,502,\n", head + "B1,a\nx\nB2,a\nB3,a\n", head + "B3,a\n",
			"bill_number,note,API_Error_Code,API_Error_Message\nB1,a,502,\nx,502,\nB2,a,502,\n"},
		{"doubled quotes", "\"B\"\"1\",502,\n", head + "\"B\"\"1\",a\n\"B\"\"1\"\n", head,
			"bill_number,note,API_Error_Code,API_Error_Message\n\"B\"\"1\",a,502,\n\"B\"\"1\",502,\n"},
		{"a row of no failed bill goes nowhere", "B1,502,\n", head + "B1,a\nx,B2,b\nB2,a\n", head + "B1,a\n",
			"bill_number,note,API_Error_Code,API_Error_Message\n"},
		{"taken in a row that is too short", "B1,502,\nB1,200\n", head + "B1,a\n", head,
			"bill_number,note,API_Error_Code,API_Error_Message\nB1,a,502,\"(another row of it was answered with 200)\"\n"},
		{"a row of the error file with a comma before the key", "B1,502,\nx,B1,200,\n", head + "B1,a\n", head,
			"bill_number,note,API_Error_Code,API_Error_Message\nB1,a,502,\n"},
		{"a message with commas", "B1,502,Bad, very bad\n", head + "B1,a\n", head + "B1,a\n",
			"bill_number,note,API_Error_Code,API_Error_Message\n"},
		{"a row without a code", "B1,502,\nB1,,\n", head + "B1,a\n", head,
			"bill_number,note,API_Error_Code,API_Error_Message\nB1,a,502,\n"},
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
	otherwise := &Forecast{listed: true, sets: []foretold{{"643"}}, rows: map[int64][]int32{2: {0}}}
	foretold := &Forecast{listed: true, sets: []foretold{{"1114"}}, rows: map[int64][]int32{2: {0}}}
	silent := &Forecast{listed: true}
	broken := judged()
	broken.Causes = []validate.Cause{{Severity: validate.Error, Count: 1}}
	// What a lowered rule finds is no error, and is still wrong.
	lowered := func(count, row int64) *validate.FileResult {
		f := judged()
		f.Causes = []validate.Cause{{Rule: "date-format", Severity: validate.Warning, Count: count, Rows: count}}
		f.Findings = []validate.Finding{{Rule: "date-format", Severity: validate.Warning, Pos: validate.Position{Row: row}}}
		return f
	}
	tests := []struct {
		name, errors string
		same         bool // the note is in both files
		o            JoinOptions
		want         int64 // corrected
		unproven     int64
	}{
		{"clean now", "B1,1114,x", false, JoinOptions{Judged: judged()}, 0, 1},
		{"with a temporary code", "B1,1114,x\nB1,502,x", false, JoinOptions{Judged: judged(), Forecast: foretold}, 1, 0},
		{"still wrong", "B1,1114,x", false, JoinOptions{Judged: judged(2), Forecast: foretold}, 0, 0},
		{"still wrong, by a rule that was lowered", "B1,1114,x", false, JoinOptions{Judged: lowered(1, 2), Forecast: foretold}, 0, 0},
		{"a lowered rule finds something in another row", "B1,1114,x", false, JoinOptions{Judged: lowered(1, 9), Forecast: foretold}, 1, 0},
		{"a lowered rule finds more than is listed", "B1,1114,x", false, JoinOptions{Judged: lowered(2, 9), Forecast: foretold}, 0, 0},
		{"not judged", "B1,1114,x", false, JoinOptions{Forecast: foretold}, 0, 0},
		{"the file as a whole is wrong", "B1,1114,x", false, JoinOptions{Judged: broken, Forecast: foretold}, 0, 0},
		{"the rule is off", "B1,643,b", true, JoinOptions{Judged: judged()}, 0, 0},
		{"the file does not show it", "B1,604,b", true, JoinOptions{Judged: judged()}, 0, 0},
		{"no code", "B1,,b", true, JoinOptions{Judged: judged()}, 0, 0},
		{"the very file that was dropped", "B1,1114,x", false, JoinOptions{Judged: judged(), Forecast: foretold, Unchanged: true}, 0, 1},
		{"foretold, and gone", "B1,1114,x", false, JoinOptions{Judged: judged(), Forecast: foretold}, 1, 0},
		{"foretold with another code", "B1,1114,x", false, JoinOptions{Judged: judged(), Forecast: otherwise}, 0, 1},
		{"clean then, too", "B1,1114,x", false, JoinOptions{Judged: judged(), Forecast: silent}, 0, 1},
		{"the row is as it was", "B1,1114,a", true, JoinOptions{Judged: judged()}, 0, 1},
		{"the row is as it was, whatever was foretold", "B1,1114,a", true, JoinOptions{Judged: judged(), Forecast: foretold}, 0, 1},
		{"the row was changed", "B1,1114,b", true, JoinOptions{Judged: judged()}, 1, 0},
		{"two rows of the error file, one of the source", "B1,1114,b\nB1,1114,c", true, JoinOptions{Judged: judged()}, 0, 1},
	}
	for _, tt := range tests {
		o := billCodeMessage
		if tt.o.Keys = []int{0}; tt.same {
			o.Same, tt.o.Same = []int{2}, []int{1}
		}
		tt.o.Codes = explained
		a := answersOf(t, "bill,code,message\n"+tt.errors+"\n", o)
		j, _, _ := parted(t, a, "bill_number,note\nB1,a\n", tt.o)
		if j.Corrected != tt.want || j.Resend.Bills != tt.want || j.Stuck.Bills != 1-tt.want || j.Unproven != tt.unproven {
			t.Errorf("%s: %d corrected, %d to send again, %d stuck, %d unproven; want %d corrected, %d unproven",
				tt.name, j.Corrected, j.Resend.Bills, j.Stuck.Bills, j.Unproven, tt.want, tt.unproven)
		}
	}
}

// TestShortest holds what a spreadsheet changes without anybody's doing.
func TestShortest(t *testing.T) {
	for in, want := range map[string]string{
		"3198.00": "3198", "-10.50": "-10.5", "10": "10", "100": "100", "0.0": "0", "1.2.0": "1.2.0", "v1.0": "v1.0", "": "", ".": ".",
	} {
		if got := string(shortest([]byte(in))); got != want {
			t.Errorf("shortest(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestAdvice holds that one bill is spoken of as one.
func TestAdvice(t *testing.T) {
	a := answersOf(t, "bill,code,message\nB1,200,\nB1,604,\n", billCodeMessage)
	j, _, _ := parted(t, a, "bill_number,note\nB1,a\n", JoinOptions{Keys: []int{0}, Codes: Explain(a, ExplainOptions{Entities: billCodeMessage.Entities})})
	got := strings.Join((&Report{Answers: a, Join: j}).speaker().advice(), " ")
	if want := "Of these, 1 has rows that were taken and rows that failed: look it up first."; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

// TestWithheld holds when nothing at all may be sent again.
func TestWithheld(t *testing.T) {
	for _, tt := range []struct {
		name, errors string
		withheld     bool
	}{
		{"a row that was cut off in its key", "B2,502,x\nB", true},
		{"a ragged row of an unknown bill", "B2,502,x\ny,z,200,w\n", true},
		{"not read to its end", "B2,502,x\nB1,502," + strings.Repeat("y", 17<<20) + "\n", true},
		{"a ragged row of a bill that only the source has", "B2,502,x\ny,B1,200,w\n", false},
		{"a bill that the source lacks", "B2,502,x\nB9,200,w\n", false},
	} {
		a := answersOf(t, "bill,code,message\n"+tt.errors, billCodeMessage)
		explained := Explain(a, ExplainOptions{Entities: []string{"transaction-v2"}})
		j, resend, _ := parted(t, a, "bill_number,note\nB1,a\nB2,a\n", JoinOptions{Keys: []int{0}, Codes: explained})
		want := int64(1)
		if tt.withheld {
			want = 0
		}
		if (j.Withheld != "") != tt.withheld || j.Resend.Bills != want || strings.Contains(resend, "B2,a") == tt.withheld {
			t.Errorf("%s: withheld %q, %d to send again, %q", tt.name, j.Withheld, j.Resend.Bills, resend)
		}
		if r := (&Report{Answers: a, Join: j}); tt.withheld != (r.Verdict() == "incomplete") {
			t.Errorf("%s: verdict %s", tt.name, r.Verdict())
		}
	}
}

// TestPartRagged holds, for files of chance, that no bill is sent again to which a
// ragged row of either file may belong.
func TestPartRagged(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	sent := 0
	for range 200 {
		var errs, source strings.Builder
		errs.WriteString("bill,code,message\n")
		source.WriteString("name,bill_number,note\n")
		doubted := map[string]bool{}
		for i := range 20 {
			fmt.Fprintf(&errs, "B%d,502,m\n", i)
			if random.IntN(20) == 0 {
				fmt.Fprintf(&errs, "x,B%d,200,m\n", i)
				doubted[fmt.Sprint("B", i)] = true
			}
		}
		for i := range 60 {
			b := fmt.Sprint("B", i%20)
			switch random.IntN(40) {
			case 0:
				fmt.Fprintf(&source, "Smith, John,%s,n\n", b)
				doubted[b] = true
			case 1:
				fmt.Fprintf(&source, "%s,n\n", b)
				doubted[b] = true
			default:
				fmt.Fprintf(&source, "John,%s,n%d\n", b, i)
			}
		}
		a := answersOf(t, errs.String(), billCodeMessage)
		explained := Explain(a, ExplainOptions{Entities: []string{"transaction-v2"}})
		j, resend, stuck := parted(t, a, source.String(), JoinOptions{Keys: []int{1}, Codes: explained})
		if got := strings.Count(resend, "\n") + strings.Count(stuck, "\n"); got != 62 {
			t.Fatalf("%d lines are written, want 62", got)
		}
		for b := range doubted {
			if strings.Contains(resend, ","+b+",") {
				t.Fatalf("%s is sent again:\n%s\n%s", b, errs.String(), source.String())
			}
		}
		if want := int64(20 - len(doubted)); j.Resend.Bills != want || j.Doubted != int64(len(doubted)) {
			t.Fatalf("%d bills are sent again, %d doubted; want %d and %d", j.Resend.Bills, j.Doubted, want, len(doubted))
		}
		sent += int(j.Resend.Bills)
	}
	if sent == 0 {
		t.Error("nothing is ever sent again")
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
