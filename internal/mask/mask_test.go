package mask

import "testing"

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
