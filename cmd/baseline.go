package cmd

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/validate"
)

// baselines holds the flags about findings that are known already.
type baselines struct {
	read, write string
	known       *report.Baseline // nil: none was asked for
	out         *output          // nil: none is to be written
}

func (b *baselines) register(flags *pflag.FlagSet) {
	flags.StringVar(&b.read, "baseline", "", "findings that `FILE` knows are marked and do not fail the run")
	flags.StringVar(&b.write, "write-baseline", "", "write all findings to `FILE`, for later runs with --baseline")
}

// open reads the one baseline and prepares the other.
//
// Errors: of usage.
func (b *baselines) open(inputs []string) (err error) {
	if b.read != "" {
		if b.known, err = readBaseline(b.read); err != nil {
			return usage("--baseline %s: %s", b.read, reason(err))
		}
	}
	if b.write == "" {
		return nil
	}
	if b.write == "-" {
		return usage("--write-baseline takes the name of a file, not -")
	}
	// A file of any other kind is there by mistake.
	if info, err := os.Stat(b.write); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
		if _, err := readBaseline(b.write); err != nil {
			return usage("--write-baseline %s: the file %s; it is left alone", b.write, reason(err))
		}
	}
	b.out, err = openOutput(b.write, nil, inputs)
	return err
}

func readBaseline(path string) (*report.Baseline, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("no such file; --write-baseline makes one")
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return report.ReadBaseline(f)
}

// wanted reports whether the run has to do with baselines.
func (b *baselines) wanted() bool { return b.known != nil || b.out != nil }

// apply marks what is known, says what is no longer there, and writes the new
// baseline. One of a run that was not complete would forget findings.
func (b *baselines) apply(a *app, res *report.Result, jobs []*job) error {
	if b.known != nil {
		marks := b.known.Mark(res, func(f *validate.FileResult, rule string) bool { return hides(jobs, f, rule) })
		for _, name := range marks.Unknown {
			a.complain("preflight", "warning: the baseline "+b.read+" knows no file "+name+"; it names "+some(b.known.Names()))
		}
		if marks.Gone > 0 {
			a.complain("note", words.Plural(marks.Gone, "finding")+" of the baseline "+b.read+" "+isAre(marks.Gone)+
				" no longer there; --write-baseline "+b.read+" writes it anew")
		}
	}
	if b.out == nil {
		return nil
	}
	if !res.Complete() {
		a.complain("preflight", "baseline not written: not everything was judged")
		return nil
	}
	return b.out.write(report.NewBaseline(res).Write)
}

// namesShown is how many names a line lists; the others are counted.
const namesShown = 4

// some lists names, or the first of them.
func some(names []string) string {
	switch more := len(names) - namesShown; {
	case len(names) == 0:
		return "none"
	case more > 0:
		return strings.Join(names[:namesShown], ", ") + " and " + words.Count(int64(more)) + " more"
	}
	return strings.Join(names, ", ")
}

func isAre(n int64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// hides reports whether a rule was not asked for in the file of a result.
func hides(jobs []*job, f *validate.FileResult, rule string) bool {
	for _, j := range jobs {
		if j.source == f.Source {
			severity, set := j.options.Severity[rule]
			return j.options.Hidden[rule] || set && severity == validate.Off
		}
	}
	return false
}

func (b *baselines) discard() {
	if b.out != nil {
		b.out.discard()
	}
}
