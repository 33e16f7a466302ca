package mask

import (
	"strings"
	"testing"

	"github.com/connectplus/preflight/templates"
)

func TestCareOf(t *testing.T) {
	tests := []struct {
		template, field string
		want            Care
	}{
		{"transaction-v2-add", "billNumber", Code},
		{"transaction-v2-add", "lineItemsV2.itemCode", Code},
		{"transaction-v2-add", "lineItemsV2.serial", Code},
		{"transaction-v2-add", "lineItemsV2.parentBillNumber", Code},
		{"transaction-v2-add", "attribution.identifierValue", Code},
		{"transaction-v2-add", "billAmount", Code},
		{"transaction-v2-add", "billingDate", Code},
		{"points-redeem", "transaction_number", Code},
		{"transaction-v2-add", "identifierValue", Personal},
		{"transaction-v2-add", "note", Free},
		{"transaction-v2-add", "lineItemsV2.description", Free},
		{"transaction-v2-add", "customFields.contactNumber", Free},
		{"transaction-v2-add", "extendedFields.storeCode", Free},
		{"transaction-v2-add", "lineItemsV2.attributes.colour", Free},
		{"transaction-v2-add", "attribution.createdBy.code", Free},
		{"transaction-v2-add", "source", Free},
		{"customer-v2-add", "profiles.fields.notes", Free},
		{"behavioural-events", "attributes.comment", Free},
		{"pii-cleanup", "comments", Free},
	}
	for _, tt := range tests {
		template, ok := templates.ByID(tt.template)
		if !ok {
			t.Fatalf("no template %s", tt.template)
		}
		f := template.Field(tt.field)
		if f == nil {
			t.Errorf("%s has no field %s", tt.template, tt.field)
			continue
		}
		if got := CareOf(f); got != tt.want {
			t.Errorf("CareOf(%s of %s) = %d, want %d", tt.field, tt.template, got, tt.want)
		}
	}
	if got := CareOf(nil); got != Free {
		t.Errorf("CareOf(nil) = %d, want %d", got, Free)
	}
}

func TestCell(t *testing.T) {
	note := &templates.Field{Name: "note"}
	bill := &templates.Field{Name: "billNumber"}
	tests := []struct {
		field *templates.Field
		in    string
		want  string // with * for a token
	}{
		{note, "call 98123-45678 now", "call ‹mobile *› now"},
		{note, " someone@example.com ", " ‹email *› "},
		{note, "thanks", "thanks"},
		{bill, "9812345678", "9812345678"},
		{bill, "by someone@example.com, 9812345678", "by ‹email *›, 9812345678"},
		{nil, "9812345678", "‹mobile *›"},
		{&templates.Field{Name: "firstName", Sensitive: true}, "Bob", "‹name *›"},
	}
	for _, tt := range tests {
		before, after, part := strings.Cut(tt.want, "*")
		got := (&Masker{}).Cell(tt.field, tt.in)
		if part && (!strings.HasPrefix(got, before) || !strings.HasSuffix(got, after)) || !part && got != tt.want {
			t.Errorf("Cell(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if got := (&Masker{Reveal: true}).Cell(tt.field, tt.in); got != tt.in {
			t.Errorf("revealed: Cell(%q) = %q", tt.in, got)
		}
	}
}

// TestOnePersonOnePseudonym writes one value in several ways.
func TestOnePersonOnePseudonym(t *testing.T) {
	m := &Masker{}
	for _, same := range [][]string{
		{"a@x.example", "A@x.example", " A@X.Example"},
		{"919812345678", "+91 98123-45678", "+919812345678", "91 (98123) 45678"},
	} {
		for _, s := range same[1:] {
			if got, want := strings.TrimSpace(m.Loose(s)), m.Loose(same[0]); got != want {
				t.Errorf("%q is %s, but %q is %s", s, got, same[0], want)
			}
		}
	}
	if a, b := m.Loose("919812345678"), m.Loose("919812345679"); a == b {
		t.Errorf("two mobiles are both %s", a)
	}
	id := &templates.Field{Name: "externalId", Sensitive: true}
	if a, b := m.Value(id, "ext7"), m.Value(id, "EXT7"); a == b {
		t.Errorf("ids differ by case, yet both are %s", a)
	}
}

func TestLooks(t *testing.T) {
	tests := []struct {
		in            string
		mobile, email bool
	}{
		{"919812345678", true, false},
		{"+91 98123-45678", true, false},
		{"(022) 2345 678", true, false},
		{"123456", false, false},
		{"1234567890123456", false, false},
		{"2025-12-31", false, false},
		{"31-12-2025", false, false},
		{"1234567.89", false, false},
		{"B10000031", false, false},
		{"a@b.com", false, true},
		{"a@", false, false},
		{"@b", false, false},
		{"a b@c.d", false, false},
		{"", false, false},
	}
	for _, tt := range tests {
		if got := LooksMobile(tt.in); got != tt.mobile {
			t.Errorf("LooksMobile(%q) = %v", tt.in, got)
		}
		if got := LooksEmail(tt.in); got != tt.email {
			t.Errorf("LooksEmail(%q) = %v", tt.in, got)
		}
	}
}

func TestLoose(t *testing.T) {
	m := &Masker{}
	tests := []struct{ in, want string }{
		{"B10000031", "B10000031"},
		{"total 1234567.89 on 2025-12-31", "total 1234567.89 on 2025-12-31"},
		{"1,048,576 rows", "1,048,576 rows"},
		{"48113", "48113"},
	}
	for _, tt := range tests {
		if got := m.Loose(tt.in); got != tt.want {
			t.Errorf("Loose(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	a, b := m.Loose("x 919812345678 y"), m.Loose("919812345678")
	if a != "x "+b+" y" {
		t.Errorf("one value has two pseudonyms: %q and %q", a, b)
	}
}
