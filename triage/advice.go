package triage

import (
	"strings"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
)

// This file words what became of the source and of the forecast.

// joined says how the bills met the source.
func (s speaker) joined() (list []string) {
	j := s.Join
	by := terminal.List(j.Headers)
	line := s.text(j.Name) + ": " + words.Plural(j.Rows, "row") + ", " + s.bills(j.Bills) + ", joined by " + s.text(by) + "."
	if j.Partial {
		line += " The dataflow groups by more columns than the error file has, so bills that share " + s.text(by) + " are taken as one."
	}
	list = append(list, line)
	if j.Strangers > 0 {
		rows := make([]string, 0, len(j.StrangerRows))
		for _, r := range j.StrangerRows {
			rows = append(rows, words.Count(r))
		}
		more := ""
		if j.Strangers > int64(len(j.StrangerRows)) {
			more = ", …"
		}
		hint := ""
		if j.Named == 0 {
			hint = " None matches: is it the file that was dropped, and did a spreadsheet change the numbers?"
		}
		list = append(list, s.bills(j.Strangers)+" of the error file "+are(j.Strangers)+" not in the source (first in row "+strings.Join(rows, ", ")+more+")."+hint)
	}
	if j.Unnamed.Rows > 0 {
		list = append(list, s.bills(j.Unnamed.Bills)+" of the source ("+words.Plural(j.Unnamed.Rows, "row")+") "+are(j.Unnamed.Bills)+
			" not in the error file: taken where it lists failures only, else not yet run or lost.")
	}
	return list
}

// advice says which bills go where.
func (s speaker) advice() (list []string) {
	j := s.Join
	if j.Resend.Bills+j.Stuck.Bills == 0 {
		return nil
	}
	if j.Withheld != "" {
		list = append(list, "Nothing is to be sent again, and resend.csv is not written: "+j.Withheld+". Get the whole error file, or have its rows corrected.")
	}
	resend := "To send again: " + s.bills(j.Resend.Bills) + " (" + words.Plural(j.Resend.Rows, "row") + ")."
	if j.Resend.Bills == 0 {
		resend = "To send again: nothing."
	}
	if j.Corrected > 0 {
		they := "they"
		if j.Corrected == 1 {
			they = "it"
		}
		resend += " Of these, " + words.Count(j.Corrected) + " " + was(j.Corrected) + " changed since the drop, and check does not find any more what " + they + " failed for."
	}
	if j.Resend.Bills > j.Corrected && s.noun() == "bill" {
		resend += " Keep the bill numbers: what was stored after all is then refused as a duplicate, not stored twice."
	}
	if j.Withheld == "" {
		list = append(list, resend)
	}
	stuck := "For a person: " + s.bills(j.Stuck.Bills) + " (" + words.Plural(j.Stuck.Rows, "row") + ")."
	if j.Both > 0 {
		have, them := "have", "them"
		if j.Both == 1 {
			have, them = "has", "it"
		}
		stuck += " Of these, " + words.Count(j.Both) + " " + have + " rows that were taken and rows that failed: look " + them + " up first."
	}
	if j.Doubted > 0 {
		stuck += " Of " + words.Count(j.Doubted) + " not all is known: a row that may be theirs, here or in the error file, has too many or too few cells or no code."
	}
	if j.Unproven > 0 {
		stuck += " In " + words.Count(j.Unproven) + " check finds no error, but nothing shows that rows were changed since the drop;" +
			" --forecast with the report that check made before the drop may."
	}
	if j.Stuck.Bills > 0 {
		list = append(list, stuck)
	}
	for _, w := range j.Written {
		list = append(list, "Wrote "+terminal.Visible(w.Name)+": "+words.Plural(w.Rows, "row")+" of "+s.bills(w.Bills)+s.checked(w.Checked)+".")
	}
	if len(j.Written) == 0 {
		list = append(list, "--output-dir DIR writes resend.csv and stuck.csv.")
	}
	return list
}

// checked says what check makes of a file that was written.
func (s speaker) checked(c *Checked) string {
	switch {
	case c == nil:
		return ""
	case c.Rejected.Bills > 0:
		return "; check still rejects " + words.Count(c.Rejected.Bills) + " of them"
	case c.Rejected.Rows > 0:
		return "; check still rejects " + words.Plural(c.Rejected.Rows, "row")
	case c.Verdict == "fail":
		return "; check rejects no row of it, but finds something else wrong"
	case c.Verdict == "incomplete":
		return "; check could not judge it to its end"
	}
	return "; check finds nothing wrong"
}

// compared says what the forecast was worth.
func (s speaker) compared() (list []string) {
	c := s.Forecast
	if len(c.Differs) > 0 {
		list = append(list, "The source is not the file of the forecast: "+terminal.Visible(strings.Join(c.Differs, "; "))+". So codes are compared, not bills; --source with the file as it was dropped compares both.")
	}
	if !c.PerBill {
		if len(c.Differs) == 0 {
			list = append(list, "Rows are compared by code alone; --source FILE compares bill by bill.")
		}
		return list
	}
	list = append(list, "Of "+s.bills(c.Happened)+" that failed, check had foretold "+words.Count(c.Caught)+" with the code, "+words.Count(c.Other)+
		" with another, and missed "+words.Count(c.Missed)+"; "+words.Count(c.Temporary)+" failed for what nothing before the drop shows.")
	list = append(list, "Of "+s.bills(c.Foretold)+" that it said would fail, "+words.Count(c.Caught+c.Other)+" failed, "+words.Count(c.FalseAlarms)+
		" "+was(c.FalseAlarms)+" taken, and "+words.Count(c.Unanswered)+" got no answer in the error file.")
	if !c.Listed {
		list = append(list, "The report does not list all of its findings, so some that count as missed may have been foretold: make it with a larger --samples.")
	}
	return list
}
