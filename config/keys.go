package config

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/clusters"
	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// A Kind is the form of a setting's value.
type Kind string

// The kinds of values.
const (
	Text  Kind = "text"
	Yes   Kind = "yes"   // true or false
	List  Kind = "list"  // of texts
	Pairs Kind = "pairs" // names with texts
	Rules Kind = "rules" // rule ids with severity and parameters
	Block Kind = "block" // of keys
	Port  Kind = "port"  // a whole number from 1 to 65535
	Time  Kind = "time"  // above zero, such as 15s
)

// A Key is one setting of a flow. Docs and the JSON Schema are loops over keys.
type Key struct {
	Name     string
	Doc      string // one sentence
	Kind     Kind
	Values   []string // the only values taken, of a Text or of the entries of a List; none: not closed
	FlowOnly bool     // not allowed at the top of the file
	Filled   bool     // of a List: it has entries, and none is blank; of a Text: it is not blank
	Keys     []Key    // of a Block

	set func(d *decoder, f *Flow, n *yaml.Node)
}

// Severities are the words for severities, strictest first.
var Severities = []string{"error", "warning", "info", "off"}

// FailLevels are the words that fail_on and --fail-on take.
var FailLevels = []string{"error", "warning", "info", "never"}

// Severity returns the severity that a word names.
func Severity(word string) (s validate.Severity, ok bool) {
	i := slices.Index(Severities, word)
	return validate.Error - validate.Severity(max(i, 0)), i >= 0
}

// Keys returns the settings of a flow, in the order of the documentation.
func Keys() []Key { return slices.Clone(keys()) }

func defaultKeys() (names []string) {
	for _, k := range keys() {
		if !k.FlowOnly {
			names = append(names, k.Name)
		}
	}
	return names
}

func flowKeys() (names []string) {
	for _, k := range keys() {
		names = append(names, k.Name)
	}
	return names
}

func keys() []Key {
	return []Key{
		{Name: "name", Kind: Text, FlowOnly: true, set: setName,
			Doc: "What `--flow` calls the flow."},
		{Name: "pattern", Kind: Text, FlowOnly: true, set: setPattern,
			Doc: "A regular expression (RE2) for the whole name of a file, without folders. The first flow that matches holds."},
		{Name: "template", Kind: Text, Values: templateIDs(), set: setTemplate,
			Doc: "The Connect+ template that the dataflow was made from."},
		{Name: "delimiter", Kind: Text, set: setDelimiter,
			Doc: "The character between cells that the dataflow takes: one character, or `tab`."},
		{Name: "accept", Kind: List, Filled: true, set: setAccept,
			Doc: "File extensions that the folder takes."},
		{Name: "unzip", Kind: Yes, set: setUnzip,
			Doc: "The dataflow unzips files before it reads them."},
		{Name: "headerless", Kind: Yes, set: setHeaderless,
			Doc: "Files have no header row."},
		{Name: "header", Kind: List, Filled: true, set: setHeader,
			Doc: "The column names of files without a header row."},
		{Name: "header_file", Kind: Text, Filled: true, set: setHeaderFile,
			Doc: "The header CSV of the dataflow, in place of `header`: its first row names the columns of files without a header row. As seen from the folder of this file."},
		{Name: "sheet", Kind: Text, Filled: true, set: setSheet,
			Doc: "The sheet of workbooks, by name or by its number in quotes; the first that is shown if not set."},
		{Name: "date_format", Kind: Text, set: setDateFormat,
			Doc: "How dates are written, such as `YYYY-MM-DD`, `dd/MM/yyyy HH:mm:ss`, `iso8601` or `epoch`."},
		{Name: "decimal", Kind: Text, Values: []string{".", ","}, set: setDecimal,
			Doc: "The character before the decimals. A comma lets amounts be read; the platform still refuses them. Where it is set, `fix` rewrites amounts that are written so."},
		{Name: "countries", Kind: List, set: setCountries,
			Doc: "ISO 3166 codes of the countries that mobile numbers belong to."},
		{Name: "map", Kind: Pairs, set: setMap,
			Doc: "Headers with the fields that they carry, where name and alias do not say so."},
		{Name: "const", Kind: Pairs, set: setConst,
			Doc: "Fields with the value that the dataflow sets on every row."},
		{Name: "mapping", Kind: Pairs, set: setMapping,
			Doc: "Fields with the expression that the dataflow computes: `const{…}`, `hdr{…}`, `exp{…}` or `${…}`."},
		{Name: "lists", Kind: Block, Keys: listKeys(), set: setLists,
			Doc: "Reference lists: a file of one column, or FILE#COLUMN, as seen from the folder of this file."},
		{Name: "group_by", Kind: List, Filled: true, set: setGroupBy,
			Doc: "Fields whose equal values make rows one bill, in place of those of the template."},
		{Name: "cluster", Kind: Text, Values: clusters.Names(), set: setCluster,
			Doc: "Where the platform keeps the organisation: its day is today, and its clock that of date-timezone."},
		{Name: "merge", Kind: Block, FlowOnly: true, Keys: mergeKeys(), set: setMerge,
			Doc: "The files that the dataflow joins, by role."},
		{Name: "rules", Kind: Rules, set: setRules,
			Doc: "Rules with their `severity` and parameters."},
		{Name: "select", Kind: List, Filled: true, set: setSelect,
			Doc: "Show findings of these rules only."},
		{Name: "ignore", Kind: List, set: setIgnore,
			Doc: "Show no findings of these rules."},
		{Name: "fail_on", Kind: Text, Values: FailLevels, set: setFailOn,
			Doc: "The least severity of a finding that makes the exit code 1."},
		{Name: "ftp", Kind: Block, Keys: ftpKeys(), set: setFTP,
			Doc: "The account that `preflight ftp-access` tries. Secrets have no place here."},
	}
}

func setName(d *decoder, f *Flow, n *yaml.Node) { f.Name, _ = d.text(n, "name") }

func setPattern(d *decoder, f *Flow, n *yaml.Node) {
	if p := d.wholeName(n, "pattern"); p != nil {
		f.Pattern, f.PatternText = p, n.Value
	}
}

func setTemplate(d *decoder, f *Flow, n *yaml.Node) {
	id, ok := d.text(n, "template")
	if !ok {
		return
	}
	_, known := templates.ByID(id, d.own...)
	// The problem of its file is the cause, and is said there.
	if !known && !d.lost && !slices.Contains(d.broken, id) {
		ids := templateIDs()
		for _, t := range d.own {
			ids = append(ids, t.ID)
		}
		d.fail(n, "unknown template %q; the nearest is %s", id, nearest.Always(id, ids))
	}
	f.Template = id
}

// Delimiter reads the name of a delimiter: one ASCII character, or "tab".
func Delimiter(text string) (c byte, ok bool) {
	if text == "tab" || text == `\t` {
		return '\t', true
	}
	if len(text) != 1 || text[0] >= 0x80 || strings.Contains("\"\r\n\x00", text) {
		return 0, false
	}
	return text[0], true
}

func setDelimiter(d *decoder, f *Flow, n *yaml.Node) {
	text, ok := d.text(n, "delimiter")
	if !ok {
		return
	}
	if f.Delimiter, ok = Delimiter(text); !ok {
		d.fail(n, "delimiter %q is not one character, nor the word tab", text)
	}
}

// Extension reads a file extension, with or without its dot, in any case.
func Extension(text string) (ext string, ok bool) {
	ext = strings.ToLower(strings.TrimPrefix(text, "."))
	return ext, ext != "" && !strings.ContainsAny(ext, `*/\ `) && path.Base(ext) == ext
}

func setAccept(d *decoder, f *Flow, n *yaml.Node) {
	list := d.list(n, "accept", func(n *yaml.Node, v string) bool {
		_, ok := Extension(v)
		if !ok {
			d.fail(n, "%q is no file extension; write csv", v)
		}
		return ok
	})
	for i := range list {
		list[i], _ = Extension(list[i])
	}
	f.Accept = list
}

func setUnzip(d *decoder, f *Flow, n *yaml.Node)      { f.Unzip, _ = d.yes(n, "unzip") }
func setHeaderless(d *decoder, f *Flow, n *yaml.Node) { f.Headerless, _ = d.yes(n, "headerless") }

// setHeader and setHeaderFile put one in place of the other, which the top of the
// file may have set.
func setHeader(d *decoder, f *Flow, n *yaml.Node) {
	f.HeaderFile = ""
	f.Header = d.list(n, "header", func(n *yaml.Node, v string) bool {
		blank := strings.TrimSpace(v) == ""
		if blank {
			d.fail(n, "a name in header is blank")
		}
		return !blank
	})
}

func setHeaderFile(d *decoder, f *Flow, n *yaml.Node) {
	if file, ok := d.text(n, "header_file"); ok {
		f.Header, f.HeaderFile = nil, d.beside(file)
	}
}

// oneHeader reports settings that name the columns twice.
func (d *decoder) oneHeader(n *yaml.Node) {
	var keys []*yaml.Node
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if k := n.Content[i]; k.Value == "header" || k.Value == "header_file" {
			keys = append(keys, k)
		}
	}
	if len(keys) == 2 && keys[0].Value != keys[1].Value {
		d.fail(keys[1], "header and header_file both name the columns; leave one of them out")
	}
}

func setSheet(d *decoder, f *Flow, n *yaml.Node) {
	text, ok := d.text(n, "sheet")
	if ok && strings.TrimSpace(text) == "" {
		d.fail(n, "sheet is blank; it takes the name or the number of a sheet")
		return
	}
	f.Sheet = text
}

func setDateFormat(d *decoder, f *Flow, n *yaml.Node) {
	text, ok := d.text(n, "date_format")
	if !ok {
		return
	}
	if _, err := templates.ParseLayout(text); err != nil {
		d.fail(n, "date_format: %s", err)
		return
	}
	f.DateFormat = text
}

func setDecimal(d *decoder, f *Flow, n *yaml.Node) {
	switch text, ok := d.text(n, "decimal"); {
	case !ok:
	case text == "." || text == ",":
		f.Decimal = text[0]
	default:
		d.fail(n, `decimal %q is neither "." nor ","`, text)
	}
}

func setCountries(d *decoder, f *Flow, n *yaml.Node) {
	f.Countries = d.list(n, "countries", func(n *yaml.Node, v string) bool {
		ok := len(v) == 2 && v[0] >= 'A' && v[0] <= 'Z' && v[1] >= 'A' && v[1] <= 'Z'
		if !ok {
			d.fail(n, "%q is no country code of two capitals, such as IN", v)
		}
		return ok
	})
}

func setMap(d *decoder, f *Flow, n *yaml.Node) {
	d.pairs(n, "map", f.Map, func(n *yaml.Node, _, field string) bool { return d.field(n, field) })
}

func setConst(d *decoder, f *Flow, n *yaml.Node) {
	d.pairs(n, "const", f.Const, func(n *yaml.Node, field, value string) bool {
		if strings.TrimSpace(value) == "" {
			d.fail(n, "the constant %s is blank", field)
			return false
		}
		f.Places[field] = d.place(n)
		return d.field(n, field)
	})
}

func setGroupBy(d *decoder, f *Flow, n *yaml.Node) { f.GroupBy = d.list(n, "group_by", d.field) }
func setSelect(d *decoder, f *Flow, n *yaml.Node)  { f.Select = d.list(n, "select", d.ruleID) }
func setIgnore(d *decoder, f *Flow, n *yaml.Node)  { f.Ignore = d.list(n, "ignore", d.ruleID) }

func setFailOn(d *decoder, f *Flow, n *yaml.Node) {
	if v, ok := d.oneOf(n, "fail_on", FailLevels); ok {
		f.FailOn = v
	}
}

func setCluster(d *decoder, f *Flow, n *yaml.Node) {
	if v, ok := d.oneOf(n, "cluster", clusters.Names()); ok {
		f.Cluster = v
	}
}

func setRules(d *decoder, f *Flow, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "rules has no rules under it; write negative-amount: {severity: warning}")
		return
	}
	d.fields(n, "rules", "rule", d.ids, func(id string, v *yaml.Node) { d.rule(f, d.rules[id], v) })
}

// oneOf reads a text that must be one of values.
func (d *decoder) oneOf(n *yaml.Node, key string, values []string) (string, bool) {
	v, ok := d.text(n, key)
	if !ok || slices.Contains(values, v) {
		return v, ok
	}
	d.fail(n, "%s is %q; it takes %s", key, v, strings.Join(values, ", "))
	return "", false
}

// field reports a name that no template has. Whether the flow's own template
// has it can be known only with the file, whose header may choose the template.
func (d *decoder) field(n *yaml.Node, name string) bool {
	var names []string
	for _, t := range slices.Concat(d.own, templates.All()) {
		if t.Field(name) != nil {
			return true
		}
		for _, f := range t.Fields {
			names = append(names, f.Name)
		}
	}
	d.fail(n, "no template has a field %q; the nearest is %s", name, nearest.Always(name, names))
	return false
}

func templateIDs() (ids []string) {
	for _, t := range templates.All() {
		ids = append(ids, t.ID)
	}
	return ids
}
