package table

// A FaultKind names a defect of the bytes that reading finds.
type FaultKind uint8

// The kinds of fault. A row that is FaultRagged or FaultBlank is in no batch's
// rows; the others are.
const (
	FaultRagged     FaultKind = iota // more or fewer cells than the header
	FaultBlank                       // nothing but white space and delimiters
	FaultOpenQuote                   // a quote opens a cell and does not close it: it was read as text
	FaultStrayQuote                  // a quote inside a cell that does not begin with one, or text behind a closing one
	FaultEncoding                    // bytes that are not UTF-8
)

// A Fault is one defect of the bytes of one row.
type Fault struct {
	Kind   FaultKind
	Row    int64 // spreadsheet row
	Column int   // 1-based; 0: the row
	Cells  int   // how many cells the row has
	Offset int64 // where the row begins, in the text as read
	At     int64 // where the defect is, in the text as read

	from, to uint32 // cells of the row in the batch's tokens
	shaped   bool   // the row stands among the rows of the batch
}

// Shaped reports whether the row still has its columns, so that its cells can
// be judged.
func (f *Fault) Shaped() bool { return f.shaped }
