package validate_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

func TestAssemble(t *testing.T) {
	bills, lines := []string{"billNumber", "billAmount"}, []string{"billNumber", "Item Code"}
	tests := []struct {
		name  string
		files []string // "name=h" reads the header of bills, "=l" of lines
		names map[string]string
		want  string // role, set and common part of each file, and what the sets lack
	}{
		{"by name", []string{"bills.csv", "lines.csv"}, nil, "bill 0 ; line 0 "},
		{"in any order", []string{"lines.csv", "bills.csv"}, nil, "line 0 ; bill 0 "},
		{"by the names of the documents", []string{"BILL_LEVEL_7.csv", "LINE_LEVEL_7.csv"}, nil, "bill 0 7!; line 0 7!"},
		{"the longer name wins", []string{"Tkt5.dat", "TktDocument_5.dat"},
			map[string]string{"bill": "TktDocument_<common>.dat", "line": "Tkt<common>.dat"}, "line 0 5!; bill 0 5!"},
		{"by header", []string{"a1.csv=l", "b1.csv=h"}, nil, "line 0 a_1; bill 0 b_1"},
		{"by what is left", []string{"bills.csv", "rest.csv"}, nil, "bill 0 ; line 0 rest"},
		{"two sets, apart by name", []string{"bill_1.csv", "bill_2.csv", "line_2.csv", "line_1.csv"}, nil, "bill 0 1; bill 1 2; line 1 2; line 0 1"},
		{"two sets, as they come", []string{"x/bills.csv", "lines.csv", "bills.csv", "y/lines.csv"}, nil, "bill 0 ; line 0 ; bill 1 ; line 1 "},
		{"other common parts", []string{"bill_1.csv", "line_2.csv"}, nil, "bill 0 1; line 0 2"},
		{"one alone", []string{"line_2.csv"}, nil, "line 0 2 lacks bill"},
		{"one too many", []string{"bill_1.csv", "line_1.csv", "line_2.csv"}, nil, "bill 0 1; line 0 1; line 1 2 lacks bill"},
	}
	merge, _ := templates.ByID("transaction-line-item-merge")
	for _, tt := range tests {
		var members []*validate.Member
		for _, f := range tt.files {
			name, kind, _ := strings.Cut(f, "=")
			m := &validate.Member{Name: name[strings.LastIndexByte(name, '/')+1:]}
			switch kind {
			case "h":
				m.Header = bills
			case "l":
				m.Header = lines
			}
			members = append(members, m)
		}
		g := &validate.Merge{Template: merge, Names: tt.names}
		if err := g.Assemble(members); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var got []string
		for _, m := range members {
			s := fmt.Sprint(m.Role, " ", m.Set, " ", m.Common)
			if m.Named {
				s += "!"
			}
			if m.Missing != nil {
				s += " lacks " + strings.Join(m.Missing, " ")
			}
			got = append(got, s)
		}
		if got := strings.Join(got, "; "); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// TestAssembleOverlap holds that the header decides where two patterns take a name.
func TestAssembleOverlap(t *testing.T) {
	merge, _ := templates.ByID("transaction-line-item-merge")
	g := &validate.Merge{Template: merge, Patterns: map[string]*regexp.Regexp{"bill": regexp.MustCompile("^[DT]"), "line": regexp.MustCompile("^T")}}
	doc := &validate.Member{Name: "Doc_1.csv", Header: []string{"billNumber", "billAmount"}}
	tkt := &validate.Member{Name: "Tkt_1.csv", Header: []string{"billNumber", "Item Code", "qty"}}
	unread := &validate.Member{Name: "Tkt_2.csv"}
	if err := g.Assemble([]*validate.Member{doc, tkt, unread}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		m          *validate.Member
		role, also string
	}{{doc, "bill", ""}, {tkt, "line", "the pattern of the bill file"}, {unread, "bill", "the pattern of the line file"}} {
		if also := strings.Join(tt.m.Also, ", "); tt.m.Role != tt.role || also != tt.also {
			t.Errorf("%s: the %s file, also taken by %q, want the %s file, %q", tt.m.Name, tt.m.Role, also, tt.role, tt.also)
		}
	}
}

func TestAssembleCannotTell(t *testing.T) {
	three, _ := templates.ByID("transaction-line-item-payment-mode-merge")
	g := &validate.Merge{Template: three, Patterns: map[string]*regexp.Regexp{"bill": regexp.MustCompile("^a$"), "line": regexp.MustCompile("^[ab]$")}}
	a := &validate.Member{Name: "a"}
	err := g.Assemble([]*validate.Member{a, {Name: "c", Header: []string{"billNumber"}}})
	if e := (*validate.RoleError)(nil); !errors.As(err, &e) || e.Name != "c" {
		t.Errorf("got %v, want an error about c", err)
	}
	if a.Role != "bill" || len(a.Also) != 1 || !strings.Contains(a.Also[0], "line") {
		t.Errorf("a file that two patterns take: %+v", a)
	}
}
