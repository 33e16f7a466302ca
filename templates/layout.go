package templates

import "sync"

// A Layout is one way to write dates, or dates with a time. It is immutable.
type Layout struct {
	special  special
	parts    []part
	hasTime  bool
	hasZone  bool
	yearLead bool
}

// special marks the two layouts that are no sequence of parts.
type special uint8

const (
	plain special = iota
	iso8601
	epoch
)

// A part is one element of a layout.
type part struct {
	kind     kind
	min, max uint8  // characters of a number; names and zones have none
	lit      string // text of a literal
}

type kind uint8

const (
	literal kind = iota
	year         // min 2: a year of 2000 to 2099 by its last two digits
	month
	day
	hour   // 0 to 23
	hour12 // 1 to 12
	minute
	second
	fraction
	monthShort // Nov
	monthLong  // November
	weekShort  // Sat
	weekLong   // Saturday
	half       // AM, PM
	offset     // +05:30 or Z
	offsetRFC  // +0530
	zulu       // the letter Z
	zoneName   // UTC, IST
)

// A Stamp is a day and a time of day, as written: neither is moved to another
// zone. Fractions of a second are left out.
type Stamp struct {
	Day     Day
	Second  int32 // of the day, 0 to 86399
	HasZone bool
	Offset  int16 // minutes east of UTC; 0 without a zone
}

// A Fit says how well a cell fits a layout.
type Fit uint8

// The fits.
const (
	Other      Fit = iota // another shape
	Impossible            // the right shape, but no such day or time: 2024-02-30
	Fits
)

// YearFirst reports whether a date begins with its year, so that day and month
// cannot be confused.
func (l *Layout) YearFirst() bool { return l.yearLead }

// HasTime reports whether the layout has a time of day. ISO 8601 may leave it out.
func (l *Layout) HasTime() bool { return l.hasTime }

// HasZone reports whether the layout has a zone or offset. ISO 8601 may leave it out.
func (l *Layout) HasZone() bool { return l.hasZone }

// Equal reports whether two layouts take the same text.
func (l *Layout) Equal(o *Layout) bool { return l.String() == o.String() }

// Candidates returns the layouts that people commonly use, the strict before
// the lenient ones: they serve to say what a bad date looks like.
//
// The slice is shared and must not be changed.
func Candidates() []*Layout { return candidates() }

var candidates = sync.OnceValue(func() []*Layout {
	strict := []string{
		"YYYY-MM-DD", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "MM-DD-YYYY", "DD.MM.YYYY", "YYYY/MM/DD", "YYYY.MM.DD",
		"YYYYMMDD", "DD-MMM-YYYY", "DD-MMM-YY", "DD MMM YYYY", "DD/MM/YY", "MM/DD/YY", "YYYY-DD-MM",
	}
	lenient := []string{"D/M/YYYY", "M/D/YYYY", "D-M-YYYY", "D.M.YYYY", "D/M/YY", "M/D/YY", "YYYY-M-D"}
	var list []*Layout
	add := func(dates, times []string) {
		for _, date := range dates {
			for _, time := range times {
				if l, err := ParseLayout(date + time); err == nil {
					list = append(list, l)
				}
			}
		}
	}
	add(strict, []string{"", " HH:MM", " HH:MM:SS"})
	add(lenient, []string{"", " H:MM", " H:MM:SS"})
	return append(list, isoLayout)
})
