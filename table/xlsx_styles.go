package table

import "strconv"

// styles are the number formats of cells, by the index of the cell's style.
type styles []*numberFormat

// format returns the format of a style; the plain one where there is none.
func (s styles) format(i int) *numberFormat {
	if i < 0 || i >= len(s) {
		return &plainFormat
	}
	return s[i]
}

// readStyles reads the number formats of a workbook.
//
// Source: ECMA-376 part 1, section 18.8.
func (p *parts) readStyles(name string) (styles, error) {
	codes := map[int]string{}
	var ids []int
	err := p.read(name, "styleSheet", func(x *xmlReader) error {
		switch string(x.name) {
		case "numFmts":
			return each(x, "numFmt", func() {
				if id, err := strconv.Atoi(x.attr("numFmtId")); err == nil {
					codes[id] = x.attr("formatCode")
				}
			})
		case "cellXfs":
			return each(x, "xf", func() {
				id, _ := strconv.Atoi(x.attr("numFmtId"))
				ids = append(ids, id)
			})
		}
		return x.skip()
	})
	if err != nil {
		return nil, err
	}
	made := map[int]*numberFormat{}
	s := make(styles, len(ids))
	for i, id := range ids {
		f := made[id]
		if f == nil {
			code, own := codes[id]
			if !own {
				code = builtIn(id)
			}
			f = parseFormat(code)
			made[id] = f
		}
		s[i] = f
	}
	return s, nil
}

// each calls visit at every child of the open element that has a name.
func each(x *xmlReader, name string, visit func()) error {
	for {
		ok, err := x.child()
		if err != nil || !ok {
			return err
		}
		if string(x.name) == name {
			visit()
		}
		if err := x.skip(); err != nil {
			return err
		}
	}
}

// builtIn returns the code of a format that workbooks do not spell out. Those
// that follow the country of the reader are as in the United States.
//
// Source: ECMA-376 part 1, section 18.8.30; what spreadsheet programs show for
// 14 and 22.
func builtIn(id int) string {
	switch {
	case id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id >= 57 && id <= 58: // East Asian dates
		return "m/d/yyyy"
	case id >= 32 && id <= 35, id >= 55 && id <= 56:
		return "h:mm:ss"
	}
	return map[int]string{
		1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
		5: `"$"#,##0_);\("$"#,##0\)`, 6: `"$"#,##0_);\("$"#,##0\)`,
		7: `"$"#,##0.00_);\("$"#,##0.00\)`, 8: `"$"#,##0.00_);\("$"#,##0.00\)`,
		9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
		14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
		20: "h:mm", 21: "h:mm:ss", 22: "m/d/yyyy h:mm",
		37: `#,##0_);\(#,##0\)`, 38: `#,##0_);\(#,##0\)`, 39: `#,##0.00_);\(#,##0.00\)`, 40: `#,##0.00_);\(#,##0.00\)`,
		41: `_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)`, 42: `_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)`,
		43: `_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, 44: `_("$"* #,##0.00_);_("$"* \(#,##0.00\);_("$"* "-"??_);_(@_)`,
		45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
	}[id]
}
