package report

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/validate"
)

// An effect says what the platform does with a row that it does not refuse.
type effect struct {
	does  string // after "The platform: "
	short string // as a line of the forecast
}

// effects of the symptoms without a code: the platform shows no error, so its
// own words do not help. The one without a name is that of all codes that the
// documents do not name for the field.
var effects = map[string]effect{
	"points-mismatch-multi-line-bill":      {"takes the bill; points are computed from the wrong total", "wrong points, no error"},
	"profile-information-missing":          {"takes the row; parts of the profile stay empty without an error", "parts stay empty, no error"},
	"member-details-not-loading":           {"takes the row; Member Care shows it wrongly", "shown wrongly, no error"},
	"test-control-status-unchanged":        {"takes the row and leaves the status as it was", "status unchanged, no error"},
	"transaction-missing-in-profile":       {"reports success, yet the bill is not in the profile", "missing in the profile, no error"},
	"data-neither-processed-nor-rejected":  {"neither takes the rows nor reports them as errors", "neither taken nor rejected"},
	"files-not-processed":                  {"leaves the file in its folder", "file not processed"},
	"file-over-five-lakh-rows":             {"does not process such a file to its end", "file not processed to its end"},
	"transaction-rejected-by-connectplus":  {"rejects the row", "rejected by Connect+"},
	"transaction-v2:billing-time-mismatch": {"takes the bill; its time is stored shifted", "stored with another time"},
	"":                                     {"refuses the row with a code that the documents do not name", "refused with a code that the documents do not name"},
}

// number is the number of a code as a person looks it up; empty for a symptom.
func number(ref string) string {
	for _, c := range codes.Find(ref) {
		return c.Number
	}
	return ""
}

// short words a code or symptom in a few words: what it is called, if that is
// at most four words, else what it means. A number of several meanings has them all.
func short(ref string) string {
	if e, ok := effects[ref]; ok {
		return e.short
	}
	var words []string
	for _, c := range codes.Find(ref) {
		s := strings.ReplaceAll(c.Name, "-", " ")
		if s != strings.ToLower(s) || strings.ContainsAny(s, "_0123456789") || strings.Count(s, " ") > 3 {
			s = terminal.Clause(c.Meaning)
		}
		if !slices.Contains(words, s) && (c.Severity == codes.SeverityError || len(words) == 0) {
			words = append(words, s)
		}
	}
	return strings.Join(words, ", or ")
}

// meaning is the one meaning of a code that a rule sees coming, where the rule
// names it: transaction:631/NAME; else the code as it is.
func (r *Result) meaning(id, ref string) string {
	rule := r.rule(id)
	if rule == nil {
		return ref
	}
	one := ref
	for _, p := range rule.Prevents {
		switch {
		case !strings.HasPrefix(p, ref+"/"):
		case one != ref:
			return ref // it names several
		default:
			one = p
		}
	}
	return one
}

// earns reports whether the findings of a cause lead to a code; "" is a code that
// the documents do not name.
func earns(c *validate.Cause, code string) bool {
	if c.Guessed {
		return code == ""
	}
	return slices.Contains(c.Codes, code)
}

// platform says what the platform does with the rows of a cause; empty if
// nothing is known. The number of older lists stands beside the present one.
func (p *page) platform(c *validate.Cause) string {
	if len(c.Codes) == 0 {
		return ""
	}
	first := c.Codes[0]
	if e, ok := effects[first]; ok {
		return "The platform: " + e.does + "."
	}
	if c.Guessed { // the rule has such codes, but none that is about this field
		if c.Severity == validate.Error && c.Rows > 0 && codes.Refuses(first) {
			return "The platform: " + effects[""].does + "."
		}
		return ""
	}
	first = p.res.meaning(c.Rule, first)
	s := strings.TrimSpace(number(first) + " " + short(first))
	if s == "" {
		return ""
	}
	if old := codes.Older(first); old != "" {
		s += " (" + old + " in older lists)"
	}
	unit := "row"
	if c.Groups {
		unit = groupNoun(p.file.Template)
	}
	switch {
	case c.Severity != validate.Error:
		return "The platform may answer: " + s + "."
	case c.Rows == 0 && !c.Groups:
		return "The platform: " + s + "."
	case codes.Refuses(first):
		return "The platform: " + s + "; the " + unit + " is rejected."
	}
	return "The platform: " + s + "; the " + unit + " is taken."
}
