package triage

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/templates"
)

// A Role is what a column of an error file carries.
type Role string

// The roles, as --map names them.
const (
	RoleCode     Role = "code"     // the status code, or several
	RoleMessage  Role = "message"  // the platform's words
	RoleStatus   Role = "status"   // success or failure in a word, or an HTTP code
	RoleResponse Role = "response" // the platform's answer in JSON
	RoleKey      Role = "key"      // what tells the bill; one column
)

// Roles returns all roles.
func Roles() []Role { return []Role{RoleCode, RoleMessage, RoleStatus, RoleResponse, RoleKey} }

// candidates are the headers of each role, folded, the surest first. The public
// documents name API_Error_Code alone; status_code, error_message and displayLabel
// are what Parse Path Map copies by default, the others are how such columns are
// called elsewhere.
var candidates = []struct {
	role  Role
	names []string
}{
	{RoleCode, []string{
		"apierrorcode", "apierrorcodes", "apistatuscode", "capapierrorcode", "capapistatuscode", "capapistatus", "errorcode", "errorcodes",
		"itemstatuscode", "errcode", "statuscode", "responsecode", "apicode", "errorno", "errornumber", "code", "codes",
	}},
	{RoleMessage, []string{
		"apierrormessage", "apierrormsg", "apistatusmessage", "capapierrormessage", "errormessage", "errormessages", "errormsg", "statusmessage",
		"itemstatusmessage", "responsemessage", "displaylabel", "errordescription", "errordesc", "errortext", "errorreason", "errorremarks",
		"apierrortext", "apierror", "apimessage", "failurereason", "failuremessage", "rejectionreason", "rejectreason", "statusdescription", "statustext",
		"responsemsg", "responsetext", "error", "errors", "message", "msg", "description", "reason", "remarks", "remark", "comments", "comment",
	}},
	{RoleStatus, []string{
		"apistatus", "httpstatus", "httpstatuscode", "httpcode", "statuscode", "responsestatus", "itemstatus", "processingstatus", "rowstatus",
		"status", "issuccess", "success", "result", "outcome",
	}},
	{RoleResponse, []string{
		"apiresponse", "apierrorresponse", "apiresponsebody", "apiresponsepayload", "responsebody", "responsepayload", "responsejson",
		"jsonresponse", "response", "apiresult", "errorjson", "errordetails",
	}},
}

// A Layout says which columns of an error file carry what. Columns are 0-based,
// -1: none.
type Layout struct {
	Code, Message, Status, Response, Key int
}

// FindOptions say what is known of the header of an error file.
type FindOptions struct {
	// Explicit gives columns their roles by header, in any spelling that folds
	// alike.
	Explicit map[string]Role
	// Known reports columns of the data itself, which say nothing of errors unless
	// they are called as the platform calls its own; nil: none is known.
	Known func(header string) bool
	// Sample are rows of the file, for the advice of an error.
	Sample [][]string
}

// A HeaderError says that a header has no column that tells what became of a row.
type HeaderError struct {
	Headers []string
	Advice  string // a header that may be the one; empty: none is likely
}

func (e *HeaderError) Error() string {
	return "no column is known to hold the status code"
}

// Find tells the columns of an error file by their headers.
//
// The error is a *HeaderError where no column may hold a code, or says which
// header of Explicit the file lacks.
func Find(header []string, o FindOptions) (Layout, error) {
	l := Layout{-1, -1, -1, -1, -1}
	taken := map[int]bool{}
	folded := make([]string, len(header))
	for i, h := range header {
		folded[i] = templates.Fold(h)
	}
	for _, h := range slices.Sorted(maps.Keys(o.Explicit)) {
		i := slices.Index(folded, templates.Fold(h))
		if i < 0 {
			s := fmt.Sprintf("no column of the error file is headed %q", h)
			if near := nearest.Of(h, header); near != "" {
				s += "; the nearest is " + near
			}
			return l, fmt.Errorf("%s", s)
		}
		*l.column(o.Explicit[h]), taken[i] = i, true
	}
	for _, c := range candidates {
		at := l.column(c.role)
		for _, name := range c.names {
			if *at >= 0 {
				break
			}
			own := strings.Contains(name, "api") || strings.Contains(name, "error")
			for i, have := range folded {
				if have == name && !taken[i] && (own || o.Known == nil || !o.Known(header[i])) {
					*at, taken[i] = i, true
					break
				}
			}
		}
	}
	if l.Code < 0 && l.Status < 0 && l.Response < 0 && !l.codesInWords(o.Sample) {
		return l, &HeaderError{Headers: header, Advice: o.likely(header)}
	}
	return l, nil
}

// column returns where the column of a role is kept.
func (l *Layout) column(r Role) *int {
	switch r {
	case RoleCode:
		return &l.Code
	case RoleMessage:
		return &l.Message
	case RoleStatus:
		return &l.Status
	case RoleResponse:
		return &l.Response
	}
	return &l.Key
}

// Columns lists the roles that columns have.
func (l *Layout) Columns() (list []Role) {
	for _, r := range Roles() {
		if *l.column(r) >= 0 {
			list = append(list, r)
		}
	}
	return list
}

// codesInWords reports whether messages alone tell what became of the rows.
func (l *Layout) codesInWords(sample [][]string) bool {
	if l.Message < 0 {
		return false
	}
	for _, row := range sample {
		var o outcome
		o.readText(row[l.Message])
		if len(o.issues) > 0 || o.success {
			return true
		}
	}
	return false
}

// likely names the column most of whose cells are codes of the platform.
func (o *FindOptions) likely(header []string) (best string) {
	most := 0
	for j, h := range header {
		n, filled := 0, 0
		for _, row := range o.Sample {
			if strings.TrimSpace(row[j]) == "" {
				continue
			}
			filled++
			if found, _ := cut(row[j]); len(found) > 0 && (found[0] == success || known(found[0])) {
				n++
			}
		}
		if n > most && 2*n > filled {
			best, most = h, n
		}
	}
	return best
}
