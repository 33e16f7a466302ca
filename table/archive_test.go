package table

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"testing"
)

// A directoryForm is a zip archive of empty files by hand.
type directoryForm struct {
	entries int
	said    uint64 // of entries
	extra   int    // bytes of a comment in each entry
	zip64   bool
}

func (d directoryForm) bytes() []byte {
	le := binary.LittleEndian
	local := append([]byte("PK\x03\x04\x14\x00"), make([]byte, 24)...)
	out := append(local, 'a')
	local[26] = 1
	out[26] = 1
	entry := append([]byte("PK\x01\x02\x14\x00\x14\x00"), make([]byte, 38+1+d.extra)...)
	entry[28], entry[46] = 1, 'a'
	le.PutUint16(entry[32:], uint16(d.extra))
	start := len(out)
	out = append(out, bytes.Repeat(entry, d.entries)...)
	size, end := len(out)-start, len(out)
	records, offset := uint16(d.said), uint32(start)
	if d.zip64 {
		out = le.AppendUint64(append(out, "PK\x06\x06"...), 44)
		out = append(out, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		for _, n := range []uint64{d.said, d.said, uint64(size), uint64(start)} {
			out = le.AppendUint64(out, n)
		}
		out = le.AppendUint64(append(out, "PK\x06\x07\x00\x00\x00\x00"...), uint64(end))
		out = le.AppendUint32(out, 1)
		records, offset = 0xffff, 0xffffffff
	}
	out = append(out, "PK\x05\x06\x00\x00\x00\x00"...)
	out = le.AppendUint16(le.AppendUint16(out, records), records)
	out = le.AppendUint32(le.AppendUint32(out, uint32(size)), offset)
	return append(out, 0, 0)
}

// TestLongDirectory holds that the table of contents of an archive is read only as
// far as it fits into memory, whatever the archive says of it.
func TestLongDirectory(t *testing.T) {
	const long = "in.csv: the archive has a table of contents of more than 4 MiB"
	tests := []struct {
		name string
		form directoryForm
		want string // "": it opens
	}{
		{"some thousands of files", directoryForm{entries: 5000, said: 5000}, ""},
		{"some thousands, in the longer form", directoryForm{entries: 5000, said: 5000, zip64: true}, ""},
		{"very many, as it says", directoryForm{entries: 200_000, said: 200_000, zip64: true},
			"in.csv: the archive holds 200000 files; 65536 are the most that are read"},
		{"many more than it says", directoryForm{entries: 2<<16 + 1, said: 1}, long},
		{"a long table of few", directoryForm{entries: 1000, said: 1000, extra: 1 << 13}, long},
		{"few, of which it says that they are many", directoryForm{entries: 1, said: 1 << 40, zip64: true},
			"in.csv: the archive holds 1099511627776 files; 65536 are the most that are read"},
	}
	for _, test := range tests {
		plain := test.form.bytes()
		for kind, data := range map[string][]byte{"zip": plain, "zip in gzip": packed(t, "gzip", plain)} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s, err := Open("in.csv", bytes.NewReader(data), int64(len(data)), Options{})
			runtime.ReadMemStats(&after)
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				s.Close()
			}
			if got != test.want {
				t.Errorf("%s, %s: got %q, want %q", test.name, kind, got, test.want)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 96<<20 {
				t.Errorf("%s, %s: it takes %d MiB", test.name, kind, took>>20)
			}
		}
	}
}
