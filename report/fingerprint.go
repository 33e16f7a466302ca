package report

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/validate"
)

// fingerprints name the findings of a file so that the same defect has the
// same name in the next report: by rule, field (or header) and group key, and
// by their order where these are equal. Row numbers and values leave no trace,
// nor does a group key that holds values of persons.
//
// all must be in order and complete from the first row, so that a cap does not
// change a name.
func fingerprints(f *validate.FileResult, all []*validate.Finding) map[*validate.Finding]string {
	personal := personalKey(f)
	seen := map[[32]byte]uint64{}
	out := make(map[*validate.Finding]string, len(all))
	for _, fd := range all {
		group := fd.Group
		if personal {
			group = ""
		}
		h := sha256.New()
		for _, part := range [...]string{fd.Rule, place(fd.Pos.Field, fd.Pos.Header), group} {
			var n [8]byte
			binary.BigEndian.PutUint64(n[:], uint64(len(part)))
			h.Write(n[:])
			h.Write([]byte(part))
		}
		base := [32]byte(h.Sum(nil))
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(base[:], seen[base]))
		seen[base]++
		out[fd] = hex.EncodeToString(sum[:10])
	}
	return out
}

// place names a column in fingerprints: by its field, else by its header where
// that cannot be the value of a person.
func place(field, header string) string {
	if field == "" && !mask.LooksMobile(header) && !mask.LooksEmail(header) {
		return header
	}
	return field
}

// personalKey reports whether the key of groups names persons.
func personalKey(f *validate.FileResult) bool {
	for _, c := range f.Columns {
		if c.Key && c.Field != nil && c.Field.Sensitive {
			return true
		}
	}
	return false
}
