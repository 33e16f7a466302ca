package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the parts of the page
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

var htmlFormat = Format{
	Name: "html", Ext: ".html",
	Doc:   "one page for a browser, without network; under 1 MB",
	Write: writeHTML,
}

// Bounds of the page.
const (
	htmlSize     = 1_000_000 // bytes, whatever was found
	htmlSamples  = 50        // findings of a rule and file
	htmlFindings = 2_000     // findings of all; a row takes some 400 bytes
	htmlCauses   = 300       // of all files
	htmlFiles    = 100
)

//go:embed html/page.html
var htmlPageText string

//go:embed html/style.css
var htmlStyle string

//go:embed html/script.js
var htmlScript string

// htmlTemplate escapes whatever is put into it for the place where it stands.
var htmlTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"count": words.Count,
		"sure":  terminal.Visible,
	}).Parse(htmlPageText))
})

// An htmlReport is what the page shows.
type htmlReport struct {
	Policy   string // the content security policy
	Style    template.CSS
	Script   template.JS
	Tool     Tool
	Class    string // pass, fail or incomplete
	Heading  string
	Sentence string
	Masked   bool // values of persons are
	Files    []*htmlFile
	Several  bool // files or errors
	Errors   []FileError
	Sum      []string  // the last row of the table of files
	Known    bool      // some findings are in the baseline
	NoTotals bool      // the totals of bills could not be read
	Omitted  [3]string // what the size of the page leaves out: files, kinds of findings, findings
}

// htmlLimits say how much of a result is put on the page.
type htmlLimits struct{ samples, causes, files int }

// writeHTML writes one page. A page that becomes too large is made again with
// less in it; what is left out is said, and all counts stay complete.
func writeHTML(w io.Writer, res *Result, o Options) error {
	l := htmlLimits{limit(o.Samples, htmlSamples), htmlCauses, htmlFiles}
	for l.samples > 1 && shownFindings(res, l.samples) > htmlFindings {
		l.samples = max(1, l.samples*3/4)
	}
	stakes := make([]*validate.Stake, len(res.Files))
	unread := false
	for i, f := range res.Files[:min(len(res.Files), htmlFiles)] {
		var err error
		stakes[i], err = f.Stake(o.context())
		if err := o.context().Err(); err != nil {
			return err
		}
		unread = unread || err != nil
	}
	for {
		page := newHTML(res, o, l, stakes)
		page.NoTotals = unread
		var b bytes.Buffer
		if err := htmlTemplate().Execute(&b, page); err != nil {
			return err
		}
		if b.Len() <= htmlSize || !l.less() {
			return send(w, &b)
		}
	}
}

// less lowers the limits; false if that is not possible.
func (l *htmlLimits) less() bool {
	switch {
	case l.samples > 1:
		l.samples /= 2
	case l.causes > 20:
		l.causes /= 2
	case l.files > 1:
		l.files /= 2
	case l.samples+l.causes > 0:
		l.samples, l.causes = 0, l.causes/2
	default:
		return false
	}
	return true
}

// shownFindings is how many findings a page with that many samples shows at most.
func shownFindings(res *Result, samples int) (n int) {
	type key struct {
		rule     string
		severity validate.Severity
	}
	for _, f := range res.Files {
		seen := map[key]int{}
		for i := range f.Findings {
			k := key{f.Findings[i].Rule, f.Findings[i].Severity}
			if seen[k]++; seen[k] <= samples {
				n++
			}
		}
	}
	return n
}

// newHTML prepares a page. stakes are those of the files.
func newHTML(res *Result, o Options, l htmlLimits, stakes []*validate.Stake) *htmlReport {
	t := &textWriter{painter: painter{terminal.Painter(false)}, res: res, o: o, width: textWidth}
	out := &htmlReport{
		Policy: policy(), Style: template.CSS(htmlStyle), Script: template.JS(htmlScript),
		Tool: res.Tool, Class: res.Verdict(o.FailOn), Masked: !o.Reveal,
		Errors: res.Errors, Several: len(res.Files)+len(res.Errors) > 1,
		Known: res.Baselined() > 0,
	}
	b := &htmlBuilder{textWriter: t, limits: l, explained: map[string]bool{}}
	for i, f := range res.Files {
		if i == l.files {
			out.Omitted[0] = words.Plural(int64(len(res.Files)-i), "more file")
			break
		}
		out.Files = append(out.Files, b.file(i+1, res.page(f, o), stakes[i]))
	}
	if b.causesLeft > 0 {
		out.Omitted[1] = words.Plural(int64(b.causesLeft), "more kind") + " of finding"
	}
	if b.findingsLeft > 0 {
		out.Omitted[2] = words.Plural(b.findingsLeft, "more finding")
	}
	switch {
	case len(res.Files) == 1 && len(res.Errors) == 0:
		out.Heading, out.Sentence = out.Files[0].Heading, out.Files[0].Sentence
	default:
		out.Heading = map[string]string{
			Pass: "You may drop these files", Fail: "Do not drop these files as they are", Incomplete: "No verdict",
		}[out.Class]
		out.Sentence = verdictOfAll(res, t)
	}
	if len(res.Files) > 1 {
		out.Sum = t.sum()
	}
	return out
}

// verdictOfAll says how many of several files are good.
func verdictOfAll(res *Result, t *textWriter) string {
	var bad, unknown int64
	for _, f := range res.Files {
		switch class, _, _ := plainVerdict(t.verdict(f)); class {
		case Fail:
			bad++
		case Incomplete:
			unknown++
		}
	}
	unknown += int64(len(res.Errors))
	all := words.Plural(int64(len(res.Files)+len(res.Errors)), "file")
	var parts []string
	if bad > 0 {
		parts = append(parts, words.Count(bad)+" of "+all+" must be mended first")
	}
	if unknown > 0 {
		parts = append(parts, words.Count(unknown)+" of "+all+" could not be judged, or not to the end")
	}
	if len(parts) == 0 {
		return "All " + all + " may go into the folder."
	}
	return strings.Join(parts, "; ") + "."
}

// plainVerdict parts the verdict of the text into a heading and a sentence.
func plainVerdict(s string) (class, heading, sentence string) {
	for _, v := range [...]struct{ prefix, class, heading string }{
		{"Do not drop this file: ", Fail, "Do not drop this file"},
		{"You may drop this file; ", Pass, "You may drop this file"},
		{"No verdict: ", Incomplete, "No verdict"},
		{"Nothing to mend: ", Pass, "You may drop this file"},
		{"Nothing new ", Pass, "You may drop this file"},
	} {
		if rest, ok := strings.CutPrefix(s, v.prefix); ok {
			if v.prefix == "Nothing new " {
				rest = s
			}
			return v.class, v.heading, terminal.Sentence(rest)
		}
	}
	return Incomplete, "No verdict", s
}

// policy allows the one style and the one script that the page carries, and
// nothing else: no image, no frame, no form, no connection.
//
// Source: Content Security Policy Level 3, sections 2.3.1 and 6.
func policy() string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(htmlStyle) + "; script-src " + hash(htmlScript) +
		"; base-uri 'none'; form-action 'none'"
}
