package mask

import (
	"strings"
	"testing"

	"github.com/connectplus/preflight/templates"
)

func TestColumn(t *testing.T) {
	for header, personal := range map[string]bool{
		"customer_name": true, "First Name": true, "card no": true, "dob": true, "Date of Birth": true, "Home Address": true, "Phone": true,
		"loyalty card": true, "lastname": true, "external_id": true,
		"item_name": false, "Store Name": false, "payment_card_type": false, "remark": false, "batch": false, "": false,
	} {
		got := (&Masker{}).Column(nil, header, "Asha Rao")
		if masked := strings.HasPrefix(got, "‹value "); masked != personal {
			t.Errorf("a cell under %q is shown as %q", header, got)
		}
	}
	m := &Masker{}
	if got := m.Column(&templates.Field{Name: "note"}, "customer_name", "Asha Rao"); got != "Asha Rao" {
		t.Errorf("a column that a field claims is masked by its header: %q", got)
	}
	m.Reveal = true
	if got := m.Column(nil, "dob", "1990-01-31"); got != "1990-01-31" {
		t.Errorf("revealed: %q", got)
	}
}
