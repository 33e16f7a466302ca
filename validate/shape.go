package validate

// A Shape is a plain property of a cell that a prefilter proves in one look.
type Shape uint16

// The shapes. A prefilter proves each for a cell or leaves it open.
const (
	Filled   Shape = 1 << iota // not blank
	Fits                       // at most MaxLen characters
	Trimmed                    // neither end is white space, nor outside ASCII
	Printing                   // printable ASCII, or text known to be sound
	Plain                      // an unsigned decimal of at most 18 digits, above zero or zero
	Positive                   // Plain and not zero
	Calendar                   // a real day in the column's layout, not after today, not too old
	Listed                     // one of the values of the field's list, to the letter
	Worded                     // holds a letter or digit and is no word for "nothing" and no damaged number
)

// Facts are properties of a group that folding its rows proves.
type Facts uint32

// The facts. They are proven or left open, never guessed.
const (
	Together Facts = 1 << iota // the rows are neighbours
	Uniform                    // bill-level cells are equal on all rows
	Balanced                   // the total is the sum of the line amounts, all plain numbers
	Distinct                   // no two rows are equal in the columns of GroupCheck.Distinct
	Single                     // the group has one row

	ragged // some row of the group has another number of cells than the header
)
