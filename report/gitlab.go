package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

var gitlab = Format{
	Name: "gitlab", Ext: ".json",
	Doc:   "GitLab code quality JSON",
	Write: writeGitLab,
}

// A gitlabIssue is one entry, as documented under "Code Quality report format"
// on docs.gitlab.com/ci/testing/code_quality.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int64 `json:"begin"`
}

var gitlabSeverity = map[validate.Severity]string{
	validate.Error: "major", validate.Warning: "minor", validate.Info: "info",
}

// writeGitLab writes an array of findings. What is not judged, and how many
// findings are not shown, are entries of their own.
func writeGitLab(w io.Writer, res *Result, o Options) error {
	out := list{w: w}
	for _, e := range res.troubles() {
		_ = out.add(gitlabIssue{ // end tells the error
			Description: terminal.Visible("not judged: " + e.Message), CheckName: notJudged, Severity: "blocker",
			Fingerprint: named(notJudged, e.File), Location: gitlabPlace(e.File, 1),
		})
	}
	// GitLab drops entries with equal fingerprints, and ours are by file.
	_ = res.each(o, defaultSamples, func(p *page, fd *validate.Finding, fingerprint string) error {
		return out.add(gitlabIssue{
			Description: p.withNews(fd), CheckName: fd.Rule, Severity: gitlabSeverity[fd.Severity],
			Fingerprint: named(p.file.Name, fingerprint), Location: gitlabPlace(p.file.Name, fd.Pos.Line),
		})
	})
	for _, f := range res.Files {
		type key struct {
			rule     string
			severity validate.Severity
		}
		shown := map[key]int64{}
		for _, fd := range capped(findings(f), limit(o.Samples, defaultSamples)) {
			shown[key{fd.Rule, fd.Severity}]++
		}
		for _, c := range ruleCounts([]*validate.FileResult{f}) {
			more := c.count - shown[key{c.rule, c.severity}]
			if more <= 0 {
				continue
			}
			_ = out.add(gitlabIssue{
				Description: words.Plural(more, "more finding") + " of " + c.rule + ", not listed", CheckName: c.rule,
				Fingerprint: named("more", f.Name, c.rule, c.severity.String()), Severity: gitlabSeverity[c.severity],
				Location: gitlabPlace(f.Name, 1),
			})
		}
	}
	return out.end()
}

func gitlabPlace(file string, line int64) gitlabLocation {
	return gitlabLocation{relative(file), gitlabLines{max(line, 1)}}
}

// withFix is the message of a finding and, if there is one, its fix.
func (p *page) withFix(fd *validate.Finding) string {
	s := p.message(fd)
	if header := terminal.Clip(p.header(fd.Pos.Header), valueWidth); header != "" && !strings.Contains(s, header) {
		s = header + ": " + s
	}
	if fix := p.fixTitle(fd); fix != "" {
		s += "; fix: " + fix
	}
	return s
}

// withNews is withFix, and whether the finding is in the baseline.
func (p *page) withNews(fd *validate.Finding) string {
	s := p.withFix(fd)
	if fd.Baselined {
		s += inBaseline
	}
	return s
}

// relative is the name of a file as services want it: with slashes, and
// without "./" in front.
func relative(name string) string {
	return path.Clean(strings.ToValidUTF8(filepath.ToSlash(name), "�"))
}

// named is a fingerprint for words.
func named(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// A list writes a JSON array, one element after another: each in a line of its
// own, or indented.
type list struct {
	w      io.Writer
	prefix string // before the lines of the array
	indent string // of an element; empty: it is one line
	n      int
	err    error
}

func (l *list) add(v any) error {
	before := ",\n" + l.prefix + l.indent
	if l.n++; l.n == 1 {
		before = "[\n" + l.prefix + l.indent
	}
	if l.err == nil {
		_, l.err = io.WriteString(l.w, before)
	}
	if l.err == nil {
		var b bytes.Buffer
		if l.err = encodeBehind(&b, v, l.prefix+l.indent, l.indent); l.err == nil {
			_, l.err = l.w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
		}
	}
	return l.err
}

// end closes the array.
func (l *list) end() error {
	closing := "\n" + l.prefix + "]\n"
	if l.n == 0 {
		closing = "[]\n"
	}
	if l.err == nil {
		_, l.err = io.WriteString(l.w, closing)
	}
	return l.err
}
