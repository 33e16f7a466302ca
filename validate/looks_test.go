package validate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

func TestLookLike(t *testing.T) {
	const two, three = "transaction-line-item-merge", "transaction-line-item-payment-mode-merge"
	const bills, lines, payments = "billNumber,billingDate,billAmount", "billNumber,Item Code,LineItem_Amount", "billNumber,Payment Mode,paymentModes.value"
	tests := []struct {
		name, files string // by blank; what begins with ! was chosen
		want        string // of the last
	}{
		{"bills and lines", bills + " " + lines, two + " of 0"},
		{"with payments", bills + " " + lines + " " + payments, three + " of 0"},
		{"bills and payments", bills + " " + payments, three + " of 0"},
		{"two files of bills", bills + " " + bills, " of "},
		{"a whole file and lines", bills + ",Item%20Code " + lines, " of "},
		{"lines that say a date", bills + " " + lines + ",billingDate", " of "},
		{"lines without a key", bills + " Item%20Code,LineItem_Amount", " of "},
		{"chosen", "!" + bills + " !" + lines, " of "},
	}
	sales, _ := templates.ByID("transaction-v2-add-payment-mode")
	for _, tt := range tests {
		var looks []validate.Look
		files := strings.ReplaceAll(strings.ReplaceAll(tt.files, "Item Code", "Item%20Code"), "Payment Mode", "Payment%20Mode")
		for i, header := range strings.Fields(files) {
			header, chosen := strings.CutPrefix(strings.ReplaceAll(header, "%20", " "), "!")
			m, err := sales.Map(strings.Split(header, ","), templates.MapOptions{})
			if err != nil {
				t.Fatal(err)
			}
			looks = append(looks, validate.Look{Name: fmt.Sprint(i), Options: &validate.Options{Template: sales, Mapping: m, Chosen: chosen}})
		}
		validate.LookLike(looks)
		last := looks[len(looks)-1].Options.Place
		if got := last.Like + " of " + last.With; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
