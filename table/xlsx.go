package table

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A Workbook is what is known of the workbook that a source was read from.
type Workbook struct {
	Sheet  string  // the sheet that was read
	Chosen bool    // Options.Sheet named it
	Sheets []Sheet // all, in the order of their tabs

	HiddenRows    Places // rows below the header that hold a value and are not shown
	HiddenColumns []int  // 0-based columns of the header that are not shown
	MergedHeader  Places // merged ranges that touch the header
	MergedBody    Places // other merged ranges that touch the table
	// Formulas counts the cells with a formula below the header, column by
	// column; Unvalued those of them without a stored result, which read as
	// blank.
	Formulas, Unvalued []Places
}

// A Sheet is one sheet of a workbook.
type Sheet struct {
	Name   string
	Hidden bool
	Empty  bool // it has no value; known only of sheets that were not read

	part string // where in the archive; empty: a chart, or missing
}

// Places count what is alike in a sheet.
type Places struct {
	Count  int64
	Row    int64 // the first, as the spreadsheet shows it
	Column int   // 0-based column of the first, or of all
}

func (p *Places) add(row int64, column int) {
	if p.Count == 0 {
		p.Row, p.Column = row, column
	}
	p.Count++
}

// parts are the files in the archive of a workbook.
type parts struct {
	files  map[string]*zip.File // by name, in lower case
	growth *growth              // of all that is read of it
}

// officeKind tells what an archive of an office program is; "" for any other.
func officeKind(z *zip.Reader) string {
	kinds := map[string]string{}
	for _, f := range z.File {
		name := partName(f.Name)
		folder, _, _ := strings.Cut(name, "/")
		kinds[folder] = name
		if name == "xl/workbook.bin" {
			return "xlsb workbook"
		}
	}
	for _, k := range []struct{ folder, kind string }{
		{"xl", "xlsx workbook"}, {"word", "Word document"}, {"ppt", "PowerPoint document"}, {"[content_types].xml", "xlsx workbook"},
	} {
		if kinds[k.folder] != "" {
			return k.kind
		}
	}
	if kinds["mimetype"] != "" {
		return openDocument(z)
	}
	return ""
}

// openDocument tells what an archive with a part "mimetype" is.
func openDocument(z *zip.Reader) string {
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return partName(f.Name) == "mimetype" })
	if i < 0 {
		return ""
	}
	r, err := z.File[i].Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	kind, err := io.ReadAll(io.LimitReader(r, 100))
	switch {
	case err != nil || !bytes.HasPrefix(kind, []byte("application/vnd.oasis.opendocument.")):
		return ""
	case bytes.HasSuffix(bytes.TrimSpace(kind), []byte(".spreadsheet")):
		return "ods workbook"
	}
	return "OpenDocument file"
}

// partName is the name of a part as names are compared.
//
// Source: ECMA-376 part 2, section 6.2: names are compared without case.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// cutWorkbook reports whether the head of a broken archive is that of a
// workbook: the name of its first file says so.
func cutWorkbook(head []byte) bool {
	const nameAt = 30
	if len(head) < nameAt {
		return false
	}
	n := int(head[26]) | int(head[27])<<8
	name := partName(string(head[nameAt:min(nameAt+n, len(head))]))
	return name == "[content_types].xml" || strings.HasPrefix(name, "xl/") || strings.HasPrefix(name, "_rels/") || strings.HasPrefix(name, "docprops/")
}

func newParts(z *zip.Reader, size int64) *parts {
	p := &parts{files: map[string]*zip.File{}, growth: &growth{packed: size}}
	for _, f := range z.File {
		p.files[partName(f.Name)] = f
	}
	return p
}

// open opens a part. The reader that it gives unpacks ahead of whoever reads,
// until it is closed.
func (p *parts) open(name string) (*xmlReader, io.Closer, error) {
	f := p.files[partName(name)]
	if f == nil {
		return nil, nil, broken("its part %s is missing", path.Base(name))
	}
	if f.Flags&1 != 0 {
		return nil, nil, &WorkbookError{Problem: "the workbook is locked with a password", Hint: "open it with its password and save it without one"}
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, unpacking(err)
	}
	a := newAhead(&counted{r: r, growth: p.growth}, r)
	x := newXMLReader(a)
	if err := decodeXML(x); err != nil {
		a.Close()
		return nil, nil, err
	}
	return x, a, nil
}

// decodeXML lets x read UTF-16 as well as UTF-8.
func decodeXML(x *xmlReader) error {
	for x.end < 4 {
		if ok, err := x.more(); err != nil || !ok {
			return err
		}
	}
	for _, m := range []struct {
		mark string
		kind string
	}{{"\xff\xfe", UTF16LE}, {"<\x00", UTF16LE}, {"\xfe\xff", UTF16BE}, {"\x00<", UTF16BE}} {
		if bytes.HasPrefix(x.buf[:x.end], []byte(m.mark)) {
			head := bytes.Clone(x.buf[:x.end])
			if m.mark[0] >= 0xfe {
				head = head[2:]
			}
			x.r = newUTF16Reader(io.MultiReader(bytes.NewReader(head), x.r), m.kind)
			x.pos, x.end = 0, 0
			return nil
		}
	}
	x.pos = len(x.buf[:x.end]) - len(bytes.TrimPrefix(x.buf[:x.end], []byte("\xef\xbb\xbf")))
	if e := declaredEncoding(x.buf[x.pos:x.end]); e != "" && e != "utf-8" && e != "us-ascii" && e != "ascii" {
		return broken("its XML is written in %s, not in UTF-8", e)
	}
	return nil
}

// declaredEncoding returns the encoding that the XML declaration names, in
// lower case.
func declaredEncoding(head []byte) string {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	end := bytes.Index(head, []byte("?>"))
	if end < 0 {
		return ""
	}
	_, rest, ok := bytes.Cut(head[:end], []byte("encoding"))
	rest = bytes.TrimLeft(rest, " \t\r\n=")
	if !ok || len(rest) < 2 {
		return ""
	}
	name, _, _ := bytes.Cut(rest[1:], rest[:1])
	return strings.ToLower(string(name))
}

// A relation is where one part points to.
type relation struct{ kind, target string }

// relations returns where a part points to, by id. A part that points nowhere
// has none. What lies outside the workbook is left out.
func (p *parts) relations(of string) (map[string]relation, error) {
	dir, base := path.Split(of)
	name := dir + "_rels/" + base + ".rels"
	if p.files[partName(name)] == nil {
		return nil, nil
	}
	list := map[string]relation{}
	err := p.read(name, "Relationships", func(x *xmlReader) error {
		if string(x.name) == "Relationship" && x.attr("TargetMode") != "External" {
			target := x.attr("Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join(dir, target)
			}
			list[x.attr("Id")] = relation{path.Base(x.attr("Type")), strings.TrimPrefix(path.Clean(target), "/")}
		}
		return x.skip()
	})
	return list, err
}

// read calls visit for every element inside the root of a part, and reads the
// part to its end. visit must read up to the end of its element.
func (p *parts) read(name, root string, visit func(x *xmlReader) error) error {
	x, c, err := p.open(name)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := x.root(root); err != nil {
		return unpacking(err)
	}
	for {
		ok, err := x.child()
		if err == nil && !ok {
			return unpacking(x.drain())
		}
		if err == nil {
			err = visit(x)
		}
		if err != nil {
			return unpacking(err)
		}
	}
}

// unpacking words errors of unpacking a part.
func unpacking(err error) error {
	if err == nil {
		return nil
	}
	for _, known := range []any{new(*WorkbookError), new(*LimitError), new(*SpoolError), new(*SheetError), new(*fs.PathError)} {
		if errors.As(err, known) {
			return err
		}
	}
	return broken("%s", strings.TrimPrefix(err.Error(), "zip: "))
}

// A book is an opened workbook, before its sheet is read.
type book struct {
	parts   *parts
	sheets  []Sheet
	strings string // part of the shared texts; empty: none
	styles  string // part of the formats; empty: none
	from    int    // day that dates count from, as a shift to the 1900 system
}

// openBook reads what the workbook says of its sheets.
func openBook(z *zip.Reader, size int64) (*book, error) {
	b := &book{parts: newParts(z, size)}
	main := "xl/workbook.xml"
	top, err := b.parts.relations("")
	if err != nil {
		return nil, err
	}
	for _, r := range top {
		if r.kind == "officeDocument" {
			main = r.target
		}
	}
	relations, err := b.parts.relations(main)
	if err != nil {
		return nil, err
	}
	for _, r := range relations {
		switch r.kind {
		case "sharedStrings":
			b.strings = r.target
		case "styles":
			b.styles = r.target
		}
	}
	err = b.parts.read(main, "workbook", func(x *xmlReader) error {
		switch string(x.name) {
		case "workbookPr":
			if x.yes("date1904") {
				b.from = days1904
			}
		case "sheets":
			return b.readSheets(x, relations)
		}
		return x.skip()
	})
	return b, err
}

func (b *book) readSheets(x *xmlReader, relations map[string]relation) error {
	for {
		ok, err := x.child()
		if err != nil || !ok {
			return err
		}
		if string(x.name) == "sheet" {
			s := Sheet{Name: x.attr("name"), Hidden: strings.Contains(strings.ToLower(x.attr("state")), "hidden")}
			// The attribute is "r:id", whatever its prefix is.
			if r := relations[x.attr("id")]; r.kind == "worksheet" {
				s.part = r.target
			}
			b.sheets = append(b.sheets, s)
		}
		if err := x.skip(); err != nil {
			return err
		}
	}
}

// choose returns the sheet to read: the one of that name or, failing that, of
// that number among all; for an empty text the first that is shown. It is -1
// where the workbook has none.
func (b *book) choose(wanted string) (int, error) {
	if wanted != "" {
		for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
			for i, s := range b.sheets {
				if same(s.Name, wanted) {
					return i, nil
				}
			}
		}
		if n, err := strconv.Atoi(wanted); err == nil && n >= 1 && n <= len(b.sheets) {
			return n - 1, nil
		}
		e := &SheetError{Sheet: wanted}
		for _, s := range b.sheets {
			e.Sheets = append(e.Sheets, s.Name)
		}
		return 0, e
	}
	first := -1
	for i, s := range b.sheets {
		switch {
		case s.part == "":
		case !s.Hidden:
			return i, nil
		case first < 0:
			first = i
		}
	}
	return first, nil
}

// empty reports whether a sheet has no value. What cannot be told cheaply is
// not empty.
func (b *book) empty(s Sheet) bool {
	const most = 1 << 20
	if s.part == "" {
		return false
	}
	x, c, err := b.parts.open(s.part)
	if err != nil {
		return false
	}
	defer c.Close()
	x.r = io.LimitReader(x.r, most)
	if x.root("worksheet") != nil {
		return false
	}
	for {
		t, err := x.next()
		if err != nil {
			return err == io.EOF
		}
		if name := string(x.name); t == tokenStart && (name == "v" || name == "is" || name == "f") {
			return false
		}
	}
}
