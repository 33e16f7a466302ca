package cmd

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// salesTemplate is the template whose lists of codes come first, unless told
// otherwise: most files are sales.
const salesTemplate = "transaction-v2-add"

func explainCommand(a *app) *cobra.Command {
	var id string
	var settings configs
	c := &cobra.Command{
		Use:   "explain NAME...",
		Short: "Explain a rule, a status code or a symptom",
		Long: `Explain what went wrong, or would: a NAME is the id of a rule, a status code as the
platform answers it (604), with its list where that is known (transaction-v2:604),
a symbolic name (ERR_NULL_UUID), or a symptom without a code.

A number may mean several things. All are shown, those of the template first.`,
		Example: `  preflight explain 604
  preflight explain -t test-control-update 8015
  preflight explain bill-total-mismatch ERR_NULL_UUID`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return ruleIDs(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, names []string) error {
			t, err := settings.template(id)
			if err != nil {
				return err
			}
			return a.explain(t, names)
		},
	}
	settings.registerOwn(c.Flags())
	c.Flags().StringVarP(&id, "template", "t", salesTemplate, "show the codes of the template `ID` first")
	return c
}

func (a *app) explain(t *templates.Template, names []string) error {
	if len(names) == 0 {
		return usage("nothing to explain; name a rule, a status code or a symptom")
	}
	for _, name := range names {
		if rules.ByID(name) == nil && laterByID(name) == nil && len(codes.Find(name)) == 0 {
			return unknownName(name)
		}
	}
	w := bufio.NewWriter(a.out)
	for i, name := range names {
		if i > 0 {
			fmt.Fprintln(w)
		}
		found := codes.Find(name)
		switch r, l := rules.ByID(name), laterByID(name); {
		case r != nil:
			explainRule(w, r)
		case l != nil:
			fmt.Fprintf(w, "%s   %s\n    No rule looks for it yet: it %s.\n", l.id, l.title, l.missing())
			fmt.Fprint(w, fill("Would prevent: "+strings.Join(l.prevents, ", "), 4))
		default:
			explainCodes(w, name, found, t)
		}
	}
	return w.Flush()
}

func unknownName(name string) error {
	ids := ruleIDs()
	for _, l := range later() {
		ids = append(ids, l.id)
	}
	near := nearest.Of(name, ids)
	if near == "" {
		near = codes.Nearest(name)
	}
	if near == "" && strings.Trim(name, "0123456789") == "" {
		return usage("no list of the platform has a status code %s", name)
	}
	if near == "" {
		near = nearest.Always(name, ids)
	}
	return usage("%q is no rule, status code or symptom; the nearest is %s", name, near)
}

func laterByID(id string) *defect {
	for _, l := range later() {
		if l.id == id {
			return &l
		}
	}
	return nil
}

// explainRule writes all that a rule says of itself.
func explainRule(w io.Writer, r *validate.Rule) {
	fmt.Fprintf(w, "%s   %s   (%s, since %s)\n\n", r.ID, r.Title, r.Severity, r.Since)
	for i, paragraph := range strings.Split(r.Doc, "\n\n") {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprint(w, fill(paragraph, 4))
	}
	if len(r.Templates)+len(r.Prevents)+len(r.Needs)+len(config.Params(r)) > 0 {
		fmt.Fprintln(w)
	}
	if r.Needs != "" {
		fmt.Fprint(w, fill("Needs: "+r.Needs, 4))
	}
	if len(r.Templates) > 0 {
		fmt.Fprint(w, fill("Templates: "+strings.Join(r.Templates, ", "), 4))
	}
	if len(r.Prevents) > 0 {
		fmt.Fprint(w, fill("Prevents: "+strings.Join(r.Prevents, ", "), 4))
	}
	for _, p := range config.Params(r) {
		fmt.Fprint(w, fill(fmt.Sprintf("Parameter %s (%v): %s", p.Name, p.Default, p.Doc), 4))
	}
	for _, e := range r.Examples {
		if len(e.Want) == 0 {
			continue
		}
		name := e.Name
		if given := e.Given(); given != "" {
			name += " (given " + given + ")"
		}
		fmt.Fprintf(w, "\n%s\n", fill("Example: "+name, 4))
		for line := range strings.Lines(e.Text) {
			fmt.Fprintf(w, "        %s\n", strings.TrimRight(visible(line), "\n"))
		}
		fmt.Fprintln(w)
		for _, want := range e.Want {
			fmt.Fprintf(w, "        %s\n", visible(want))
		}
	}
	if len(r.Sources) > 0 {
		fmt.Fprint(w, "\n", fill("Source: "+strings.Join(r.Sources, "; "), 4))
	}
}

// visible makes control characters of an example harmless and readable.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, s)
}

// explainCodes writes the meanings of a code: in full those of the template's
// lists, or all where it has none of them, and in a line each the others.
func explainCodes(w io.Writer, name string, found []codes.Code, t *templates.Template) {
	codes.Order(found, t.Entities)
	here := slices.IndexFunc(found, func(c codes.Code) bool { return !slices.Contains(t.Entities, c.Entity) })
	if here < 0 {
		here = len(found)
	}
	elsewhere := found[here:]
	if here == 0 {
		here, elsewhere = len(found), nil
	}
	if len(found) > 1 {
		fmt.Fprintf(w, "%s has %d meanings.", name, len(found))
		if len(elsewhere) > 0 {
			fmt.Fprintf(w, " In %s files:", t.Kind)
		}
		fmt.Fprint(w, "\n\n")
	}
	for i, c := range found[:here] {
		if i > 0 {
			fmt.Fprintln(w)
		}
		explainCode(w, c)
	}
	if len(elsewhere) == 0 {
		return
	}
	fmt.Fprintf(w, "\nElsewhere (more with preflight explain %s):\n", elsewhere[0].Ref())
	for _, c := range elsewhere {
		fmt.Fprintf(w, "    %-26s %s\n", c.Ref(), c.Name+": "+clause(c.Meaning))
	}
}

func explainCode(w io.Writer, c codes.Code) {
	retry := "sending it again does not help"
	if c.Retryable {
		retry = "sending it again may help"
	}
	if c.Severity == codes.SeveritySuccess {
		retry = "nothing to do"
	}
	fmt.Fprintf(w, "%s   %s   (%s, %s)\n", c.Ref(), clause(c.Meaning), c.Severity, retry)
	if c.Number != "" && c.Name != "" {
		fmt.Fprintf(w, "    Name: %s\n", c.Name)
	}
	if older := codes.Older(c.Ref() + "/" + c.Name); older != "" {
		fmt.Fprintf(w, "    In older lists: %s\n", older)
	}
	if c.Cause != "" {
		fmt.Fprint(w, fill("Cause: "+c.Cause, 4))
	}
	if c.Action != "" {
		fmt.Fprint(w, fill("Do: "+c.Action, 4))
	}
	fmt.Fprint(w, fill(prevention(c), 4))
}

// prevention says which rules see a code coming, or what they would need.
func prevention(c codes.Code) string {
	var by []string
	for _, r := range rules.All() {
		if slices.ContainsFunc(r.Prevents, func(ref string) bool { return codes.Means(ref, c) }) {
			needs := "this file"
			if r.Needs != "" {
				needs = "needs " + r.Needs
			}
			by = append(by, r.ID+" ("+needs+")")
		}
	}
	built := len(by) > 0
	for _, l := range later() {
		if slices.ContainsFunc(l.prevents, func(ref string) bool { return codes.Means(ref, c) }) {
			by = append(by, l.id+" ("+l.missing()+")")
		}
	}
	switch {
	case built:
		return "Prevented by: " + strings.Join(by, ", ")
	case len(by) > 0:
		return "No rule sees it yet. What could: " + strings.Join(by, ", ")
	}
	switch c.Evidence {
	case codes.EvidenceFile:
		return "No rule sees it yet, although it shows in the file"
	case codes.EvidenceReference:
		return "No rule sees it: that needs lists of customers, stores or items"
	case codes.EvidenceLedger:
		return "No rule sees it: that needs a record of earlier drops"
	case codes.EvidenceAccess:
		return "No rule sees it: that needs the accounts, their rights and the settings of the dataflow"
	}
	return "Nothing before the drop shows it: only the platform knows"
}

// clause begins a sentence with a small letter, unless its first word is a name
// or an abbreviation.
func clause(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[size:])
	if word, _, _ := strings.Cut(s, " "); !unicode.IsLower(next) || strings.IndexFunc(word[size:], unicode.IsUpper) >= 0 || strings.HasPrefix(s, "Connect+") {
		return s
	}
	return string(unicode.ToLower(first)) + s[size:]
}

// fillWidth is the column where lines of running text end.
const fillWidth = 96

// fill breaks text into lines, each behind indent spaces. Lines of a list
// ("- ") and indented lines stay lines of their own.
func fill(text string, indent int) string {
	var b strings.Builder
	margin := strings.Repeat(" ", indent)
	column := 0
	for line := range strings.Lines(text) {
		own := strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "    ")
		if own && column > 0 {
			b.WriteByte('\n')
			column = 0
		}
		for word := range strings.FieldsSeq(line) {
			n := utf8.RuneCountInString(word)
			switch {
			case column == 0:
				b.WriteString(margin)
				column = indent
			case column+1+n > fillWidth:
				b.WriteString("\n" + margin)
				column = indent
			default:
				b.WriteByte(' ')
				column++
			}
			b.WriteString(word)
			column += n
		}
	}
	return b.String() + "\n"
}
