package cmd

import (
	_ "embed"
	"encoding/csv"
	"strings"

	"github.com/connectplus/preflight/rules"
)

// laterCSV lists the defects that are known from the documents of the platform,
// with what one must know to see them. Those that a rule looks for are left out
// when it is read, so that a new rule needs no change here.
//
//go:embed data/later.csv
var laterCSV string

// A defect is one that a check before the drop could see, given the evidence.
type defect struct {
	id, title string
	needs     string   // "a later release", "earlier drops", …
	prevents  []string // status codes and symptoms
}

// missing says what stands between the defect and a rule: it …
func (d *defect) missing() string {
	switch {
	case d.needs == "a later release":
		return "comes in " + d.needs
	case strings.HasPrefix(d.needs, "preflight "):
		return "is seen by " + d.needs
	}
	return "needs " + d.needs
}

// Later calls visit for every defect that is known and that no rule looks for:
// with its id, what one must have to see it ("earlier drops"), and the status
// codes and symptoms that it leads to.
func Later(visit func(id, needs string, prevents []string)) {
	for _, l := range later() {
		visit(l.id, l.needs, l.prevents)
	}
}

// later returns the defects that no rule looks for yet.
func later() []defect { return laterOf(laterCSV) }

// laterOf reads such a list. It is part of the program, so one that cannot be
// read is a defect of our own, and ends the program.
func laterOf(text string) (list []defect) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("data/later.csv: " + err.Error())
	}
	for _, row := range rows[1:] {
		if rules.ByID(row[0]) == nil {
			list = append(list, defect{id: row[0], title: row[1], needs: row[2], prevents: strings.Split(row[3], "; ")})
		}
	}
	return list
}
