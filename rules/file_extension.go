package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// FileExtension reports a file whose name says that the folder does not take
// it.
var FileExtension = register(validate.Rule{
	ID: "file-extension", Title: "File type that the folder does not take", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The name of the file ends in something else than the folder takes, CSV unless told
otherwise; or the file is not what its name says, text named .xlsx or .zip for one; or it
is packed, and the dataflow does not unpack.

The platform picks up what it cannot read, or leaves it lying: the rows are neither
processed nor rejected, and no error is shown.

Export the data as CSV, rather than renaming a workbook. If the folder takes other
extensions, say so with ` + "`--accept`" + `; if the dataflow unzips, with ` + "`unzip: true`" + `.
`,
	Prevents: []string{"data-neither-processed-nor-rejected"},
	Sources:  []string{guide, sourceBlock, transformBlock},
	Examples: []validate.Example{
		{Name: "a text file", File: "sales.txt", Text: "billNumber,billAmount\nB1,10\n",
			Want: []string{`file-extension: the name ends in ".txt", the folder takes .csv`}},
		{Name: "no extension", File: "sales", Text: "billNumber,billAmount\nB1,10\n",
			Want: []string{"file-extension: the name has no extension, the folder takes .csv"}},
		{Name: "text under the name of an archive", File: "sales.csv.gz", Text: "billNumber,billAmount\nB1,10\n",
			Want: []string{"file-extension: the file is text, whatever its name says"}},
		{Name: "a CSV file", File: "SALES.CSV", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		// What a file is can be told by its first bytes, whatever its name; of
		// bytes that say nothing there is no verdict.
		if kind := p.Source.NotText; kind == pgpMessage || kind == zipArchive {
			return // pgp-content and zip-content say it
		} else if kind != "" && kind != "binary file" {
			reportKind(p, kind, report)
			return
		}
		if packed := p.Source.Archive; packed != "" && packed != "zip" && !p.Options.Unzip {
			report(validate.Detail{
				Message: "the file is packed (" + packed + "), and the dataflow does not unpack",
				Fix:     &validate.Fix{Title: "drop the file unpacked", Safe: true, Rewrite: validate.ToText},
			})
		}
		if p.Source.Workbook != nil {
			reportWorkbook(p, report)
			return
		}
		reportText(p, report)
	})},
})

// accepted returns the extensions that the folder takes, without their dots.
func accepted(accept []string) []string {
	if accept == nil {
		return []string{"csv"}
	}
	return accept
}

// extension returns the extension of a name in lower case, without its dot.
func extension(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
}

// otherName says that the folder takes no name that ends so.
func otherName(ext string, accept []string, fix *validate.Fix) validate.Detail {
	takes := ", the folder takes ." + strings.Join(accept, ", .")
	if ext == "" {
		return validate.Detail{Message: "the name has no extension" + takes, Fix: fix}
	}
	return validate.Detail{Message: "the name ends in {value}" + takes, Value: ext, Fix: fix}
}

// reportKind judges a file that is neither text nor a workbook that is read. Of
// a kind that its name tells and the folder takes there is no verdict.
func reportKind(p *validate.Pass, kind string, report func(validate.Detail)) {
	fix := &validate.Fix{Title: "export the data as CSV"}
	switch {
	case kind == "encrypted workbook":
		fix.Title = "open it with its password, and save the sheet as CSV"
	case strings.HasSuffix(kind, "workbook"):
		fix.Title = saveSheet
	}
	switch {
	case !saysKind(p.Source):
		report(validate.Detail{Message: "the file is " + words.Article(kind) + ", whatever its name says", Fix: fix})
	case !Unread(p.Source, p.Options.Accept):
		report(otherName(path.Ext(p.Source.Name), accepted(p.Options.Accept), fix))
	}
}

// saysKind reports whether a file is named as what it is: .xls as an xls workbook.
func saysKind(s *table.Source) bool {
	kind, _, _ := strings.Cut(s.NotText, " ")
	return kind != "" && extension(s.Name) == strings.ToLower(kind)
}

// Unread reports whether a file is what its name says, and the folder takes it,
// but it is of a kind that is not read: there is nothing to say against it, and no
// verdict. accept are extensions as in [validate.Options]; nil: csv.
func Unread(s *table.Source, accept []string) bool {
	return saysKind(s) && slices.Contains(accepted(accept), extension(s.Name))
}

// reportText judges the name of a text.
func reportText(p *validate.Pass, report func(validate.Detail)) {
	name, packed, accept := path.Base(strings.ReplaceAll(p.Source.Name, `\`, "/")), p.Source.Archive, accepted(p.Options.Accept)
	taken := func(name string) bool { return slices.Contains(accept, extension(name)) }
	if packed != "" && !taken(name) { // the name inside may be one that the folder takes
		if e := extension(name); e == "gz" || e == "zip" {
			name = strings.TrimSuffix(name, path.Ext(name))
		}
		if path.Ext(name) == "" {
			return
		}
	}
	how := "export the data as ." + strings.Join(accept, " or .")
	switch {
	case name == "-":
	case packed == "" && !p.Source.Empty && slices.Contains(noText, extension(name)):
		if slices.Contains(accept, "csv") {
			how = "let its name end in .csv"
		}
		report(validate.Detail{Message: "the file is text, whatever its name says", Fix: asText(how, accept)})
	case !taken(name):
		report(otherName(path.Ext(name), accept, asText(how, accept)))
	}
}

// noText are extensions of files that hold no plain text.
var noText = append([]string{"xls", "xlsb", "ods", "zip", "gz"}, workbookExtensions...)

// saveSheet is how a workbook becomes a file that every folder takes.
const saveSheet = "save the sheet as CSV; a new name alone does not make it one"

// asText is a fix that a copy named .csv makes, where the folder takes those.
func asText(title string, accept []string) *validate.Fix {
	fix := &validate.Fix{Title: title}
	if slices.Contains(accept, "csv") {
		fix.Safe, fix.Rewrite = true, validate.ToText
	}
	return fix
}

// workbookExtensions are the names that workbooks go by.
var workbookExtensions = []string{"xlsx", "xlsm", "xltx", "xltm"}

// reportWorkbook judges the name of a workbook: the folder must take workbooks,
// and the name must say that it is one.
func reportWorkbook(p *validate.Pass, report func(validate.Detail)) {
	accept, name := accepted(p.Options.Accept), strings.ReplaceAll(p.Source.Name, `\`, "/")
	if p.Source.Archive != "" {
		name = strings.TrimSuffix(name, path.Ext(name)) // of sales.xlsx.gz
	}
	switch kind, fix := extension(name), asText(saveSheet, accept); {
	case !slices.Contains(workbookExtensions, kind):
		report(validate.Detail{Message: "the file is an xlsx workbook, whatever its name says", Fix: fix})
	case !slices.Contains(accept, kind):
		report(otherName(path.Ext(name), accept, fix))
	}
}
