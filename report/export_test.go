package report

import "github.com/connectplus/preflight/validate"

// Rows are rows of a file that is only a text of a test.
type Rows = rows

// WithRows makes a result show these rows, whatever its files are.
func WithRows(res *Result, of Rows) *Result {
	res.rows = func(*validate.FileResult) rows { return of }
	return res
}
