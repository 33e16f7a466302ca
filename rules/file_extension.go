package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// FileExtension reports a file whose name says that the folder does not take
// it.
var FileExtension = register(validate.Rule{
	ID: "file-extension", Title: "File type that the folder does not take", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The name of the file ends in something else than the folder takes, CSV unless told
otherwise; or the file is packed, and the dataflow does not unpack.

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
		{Name: "a CSV file", File: "SALES.CSV", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		// What a file is can be told by its first bytes, whatever its name; of
		// bytes that say nothing there is no verdict.
		if kind := p.Source.NotText; kind == pgpMessage || kind == zipArchive {
			return // pgp-content and zip-content say it
		} else if kind != "" && kind != "binary file" {
			title := "export the data as CSV"
			switch {
			case kind == "encrypted workbook":
				title = "open it with its password, and save the sheet as CSV"
			case strings.HasSuffix(kind, "workbook"):
				title = saveSheet
			}
			report(validate.Detail{Message: "the file is " + words.Article(kind) + ", whatever its name says", Fix: &validate.Fix{Title: title}})
			return
		}
		name, packed := path.Base(strings.ReplaceAll(p.Source.Name, `\`, "/")), p.Source.Archive
		if packed != "" && packed != "zip" && !p.Options.Unzip {
			report(validate.Detail{
				Message: "the file is packed (" + packed + "), and the dataflow does not unpack",
				Fix:     &validate.Fix{Title: "drop the file unpacked", Safe: true, Rewrite: validate.ToText},
			})
		}
		if p.Source.Workbook != nil {
			reportWorkbook(p, report)
			return
		}
		accept := p.Options.Accept
		if accept == nil {
			accept = []string{"csv"}
		}
		taken := func(ext string) bool {
			return slices.Contains(accept, strings.ToLower(strings.TrimPrefix(ext, ".")))
		}
		ext := path.Ext(name)
		if packed != "" && !taken(ext) { // the name inside may be one that the folder takes
			if e := strings.ToLower(ext); e == ".gz" || e == ".zip" {
				name = strings.TrimSuffix(name, ext)
			}
			if ext = path.Ext(name); ext == "" {
				return
			}
		}
		if name == "-" || taken(ext) {
			return
		}
		takes := ", the folder takes ." + strings.Join(accept, ", .")
		d := validate.Detail{Message: "the name ends in {value}" + takes, Value: ext,
			Fix: asText("export the data as ."+strings.Join(accept, " or ."), accept)}
		if ext == "" {
			d.Message = "the name has no extension" + takes
		}
		report(d)
	})},
})

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
	accept := p.Options.Accept
	if accept == nil {
		accept = []string{"csv"}
	}
	name := strings.ReplaceAll(p.Source.Name, `\`, "/")
	ext := path.Ext(name)
	if p.Source.Archive != "" {
		ext = path.Ext(strings.TrimSuffix(name, ext)) // of sales.xlsx.gz
	}
	kind := strings.ToLower(strings.TrimPrefix(ext, "."))
	named := slices.Contains(workbookExtensions, kind)
	if named && slices.Contains(accept, kind) {
		return
	}
	d := validate.Detail{Message: "the file is an xlsx workbook, whatever its name says", Fix: asText(saveSheet, accept)}
	if named {
		d.Message, d.Value = "the name ends in {value}, the folder takes ."+strings.Join(accept, ", ."), ext
	}
	report(d)
}
