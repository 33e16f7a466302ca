package table

import "bytes"

const zipArchive = "zip archive"

// notText recognises, by its first bytes, what people put under the name of a
// CSV file; it returns "" for text.
func notText(head []byte) string {
	for _, m := range []struct{ magic, kind string }{
		{"PK\x03\x04", zipArchive}, {"PK\x05\x06", zipArchive}, {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls workbook"},
		{"%PDF-", "PDF document"}, {"-----BEGIN PGP MESSAGE", "PGP message"}, {"\x1f\x8b", "gzip archive"},
		{"\x89PNG", "picture"}, {"\xff\xd8\xff", "picture"}, {"GIF8", "picture"}, {"\x7fELF", "program"}, {"MZ\x90", "program"},
		{"7z\xbc\xaf\x27\x1c", "7z archive"}, {"Rar!", "rar archive"}, {"BZh", "bzip2 archive"}, {"\x28\xb5\x2f\xfd", "zstd archive"},
		{"SQLite format 3\x00", "database"}, {"PAR1", "Parquet file"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.kind
		}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")) || bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")) {
		return "text in UTF-32"
	}
	if encrypted(head) {
		return "PGP message"
	}
	odd, nul := 0, [2]int{} // NUL bytes at even and odd places
	for i, c := range head {
		if c == 0 {
			nul[i%2]++
		} else if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
			odd++
		}
	}
	// Half of UTF-16 text is NUL, on one side; of other text, hardly anything is control.
	utf16 := max(nul[0], nul[1]) > len(head)/4 && min(nul[0], nul[1]) <= len(head)/16 ||
		bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
	if !utf16 {
		odd += nul[0] + nul[1]
	}
	if odd > len(head)/20 && odd > 8 {
		return "binary file"
	}
	return ""
}

// encrypted recognises a PGP message without armour by its first packet: a session
// key encrypted to a public key, version 3, or with a password, version 4 to 6.
//
// Source: RFC 4880 sections 4.2, 5.1 and 5.3; RFC 9580.
func encrypted(head []byte) bool {
	if len(head) < 7 || head[0] < 0x80 {
		return false
	}
	tag, version := head[0]&0x3f, 0
	if head[0]&0x40 == 0 { // the old form: the length's length stands with the tag
		tag, version = head[0]>>2&0xf, 1+1<<(head[0]&3)
		if head[0]&3 == 3 {
			return false
		}
	} else {
		switch first := head[1]; {
		case first < 192:
			version = 2
		case first < 224:
			version = 3
		case first == 255:
			version = 6
		default:
			return false
		}
	}
	return tag == 1 && (head[version] == 3 || head[version] == 6) || tag == 3 && head[version] >= 4 && head[version] <= 6
}
