package codes

import (
	_ "embed" // older.csv
	"encoding/csv"
	"strings"
	"sync"
)

//go:embed data/older.csv
var olderTable string

// Older returns the number that the older transaction list gives to what a
// transaction-v2 code means: "621" for "transaction-v2:1114". It is empty where
// the older list has the same number, or nothing of that meaning.
//
// Source: meanings of the two lists, compared by hand in data/older.csv.
func Older(ref string) string {
	q := split(ref)
	if q.entity != "transaction-v2" || q.number == "" {
		return ""
	}
	for _, o := range older() {
		if o.number == q.number && (q.name == "" || strings.EqualFold(q.name, o.name)) {
			return o.older
		}
	}
	return ""
}

type olderCode struct{ number, name, older, olderName string }

var older = sync.OnceValue(func() []olderCode {
	rows, _ := csv.NewReader(strings.NewReader(olderTable)).ReadAll()
	var list []olderCode
	for _, row := range rows[min(1, len(rows)):] {
		list = append(list, olderCode{row[0], row[1], row[2], row[3]})
	}
	return list
})
