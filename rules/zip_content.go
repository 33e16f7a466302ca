package rules

import (
	"strings"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// zipArchive is what table calls a zip archive that it cannot unpack.
const zipArchive = "zip archive"

// ZipContent reports zip archives that the dataflow cannot unpack.
var ZipContent = register(validate.Rule{
	ID: "zip-content", Title: "Zip archive that the dataflow cannot unpack", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The file is a zip archive and the dataflow does not unzip; or the archive holds more than
one file, none, a file in a folder, or one with a password. An archive of one file is
judged by what is in it.

The platform reads the archive as text, or takes something else than was meant: rows are
neither processed nor rejected.

Drop the file unpacked, or put it into an archive alone, without folders and password. If
the dataflow has Unzip Files ticked, say ` + "`unzip: true`" + ` in the file of settings.
`,
	Prevents: []string{"data-neither-processed-nor-rejected"},
	Sources:  []string{guide, sourceBlock},
	Examples: []validate.Example{
		{Name: "packed, for a dataflow that does not unpack", File: "in.zip", Zipped: true, Text: "billNumber,billAmount\nB1,10\n",
			Want: []string{"zip-content: the file is packed (zip), and the dataflow does not unpack"}},
		{Name: "a file that is not packed", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		s := p.Source
		if s.Archive != "zip" && s.NotText != zipArchive {
			return
		}
		if len(s.Packed) != 1 {
			d := validate.Detail{Message: "the zip archive holds " + words.Plural(int64(len(s.Packed)), "file") + ", not one",
				Fix: &validate.Fix{Title: "put each file into an archive of its own"}}
			if len(s.Packed) == 0 {
				d.Message, d.Fix.Title = "the zip archive holds no file", "pack the file again"
			}
			report(d)
			return
		}
		if s.Locked {
			report(validate.Detail{Message: "the file in the zip archive has a password", Fix: &validate.Fix{Title: "pack it without a password"}})
			return
		}
		if !p.Options.Unzip {
			report(validate.Detail{Message: "the file is packed (zip), and the dataflow does not unpack",
				Fix: &validate.Fix{Title: "drop the file unpacked", Safe: true, Rewrite: validate.ToText}})
		} else if name := strings.ReplaceAll(s.Packed[0], `\`, "/"); strings.Contains(name, "/") {
			report(validate.Detail{Message: "the file in the zip archive lies in a folder, {value}", Value: name[:strings.LastIndexByte(name, '/')],
				Fix: &validate.Fix{Title: "pack the file without its folder"}})
		}
	})},
})
