package rules

import (
	"sort"
	"strings"
)

// currencies are the codes of ISO 4217 in alphabetical order, each with the
// number of its decimals; a hyphen stands for none stated (metals, tests).
//
// Source: ISO 4217 list one of 2024-06-25, with XCG and XAD, which came in 2025,
// and without ANG, BGN and CUC, which went.
const currencies = "" +
	"AED2AFN2ALL2AMD2AOA2ARS2AUD2AWG2AZN2BAM2BBD2BDT2BHD3BIF0BMD2BND2BOB2BOV2BRL2BSD2" +
	"BTN2BWP2BYN2BZD2CAD2CDF2CHE2CHF2CHW2CLF4CLP0CNY2COP2COU2CRC2CUP2CVE2CZK2DJF0DKK2" +
	"DOP2DZD2EGP2ERN2ETB2EUR2FJD2FKP2GBP2GEL2GHS2GIP2GMD2GNF0GTQ2GYD2HKD2HNL2HTG2HUF2" +
	"IDR2ILS2INR2IQD3IRR2ISK0JMD2JOD3JPY0KES2KGS2KHR2KMF0KPW2KRW0KWD3KYD2KZT2LAK2LBP2" +
	"LKR2LRD2LSL2LYD3MAD2MDL2MGA2MKD2MMK2MNT2MOP2MRU2MUR2MVR2MWK2MXN2MXV2MYR2MZN2NAD2" +
	"NGN2NIO2NOK2NPR2NZD2OMR3PAB2PEN2PGK2PHP2PKR2PLN2PYG0QAR2RON2RSD2RUB2RWF0SAR2SBD2" +
	"SCR2SDG2SEK2SGD2SHP2SLE2SOS2SRD2SSP2STN2SVC2SYP2SZL2THB2TJS2TMT2TND3TOP2TRY2TTD2" +
	"TWD2TZS2UAH2UGX0USD2USN2UYI0UYU2UYW4UZS2VED2VES2VND0VUV0WST2XAD2XAF0XAG-XAU-XBA-" +
	"XBB-XBC-XBD-XCD2XCG2XDR-XOF0XPD-XPF0XPT-XSU-XTS-XUA-XXX-YER2ZAR2ZMW2ZWG2"

// currencySize is the length of one entry of currencies.
const currencySize = 4

// A withdrawn currency: its code, the last day on which it was money
// somewhere, and the code that came after it.
type withdrawnCurrency struct{ code, until, now string }

// withdrawn are codes that old tills and masters still carry.
//
// Source: Unicode CLDR 48, dates of currencies; for BGN the Council decision on
// the euro in Bulgaria.
var withdrawn = []withdrawnCurrency{
	{"ANG", "2025-06-30", "XCG"}, {"ATS", "2002-02-28", "EUR"}, {"AZM", "2006-12-31", "AZN"}, {"BEF", "2002-02-28", "EUR"},
	{"BGN", "2025-12-31", "EUR"}, {"BYR", "2017-01-01", "BYN"}, {"CUC", "2021-06-01", "CUP"}, {"CYP", "2008-01-31", "EUR"},
	{"DEM", "2002-05-15", "EUR"}, {"EEK", "2010-12-31", "EUR"}, {"ESP", "2002-02-28", "EUR"}, {"FIM", "2002-02-28", "EUR"},
	{"FRF", "2002-02-17", "EUR"}, {"GHC", "2007-12-31", "GHS"}, {"GRD", "2002-02-28", "EUR"}, {"HRK", "2023-01-14", "EUR"},
	{"IEP", "2002-02-09", "EUR"}, {"ITL", "2002-02-28", "EUR"}, {"LTL", "2014-12-31", "EUR"}, {"LUF", "2002-02-28", "EUR"},
	{"LVL", "2013-12-31", "EUR"}, {"MRO", "2018-06-30", "MRU"}, {"MTL", "2008-01-31", "EUR"}, {"MZM", "2006-12-31", "MZN"},
	{"NLG", "2002-02-28", "EUR"}, {"PTE", "2002-02-28", "EUR"}, {"ROL", "2006-12-31", "RON"}, {"SDD", "2007-06-30", "SDG"},
	{"SIT", "2007-01-14", "EUR"}, {"SKK", "2009-01-01", "EUR"}, {"SLL", "2023-12-31", "SLE"}, {"STD", "2017-12-31", "STN"},
	{"TMM", "2009-01-01", "TMT"}, {"TRL", "2005-12-31", "TRY"}, {"USS", "2014-03-01", "USN"}, {"VEB", "2008-06-30", "VEF"},
	{"VEF", "2018-08-20", "VES"}, {"ZMK", "2013-01-01", "ZMW"}, {"ZWL", "2024-08-31", "ZWG"},
}

// currency returns the number of decimals of a currency. ok is false where
// code is no code of ISO 4217 in capitals; digits is -1 where none is stated.
func currency(code []byte) (digits int, ok bool) {
	if len(code) != currencySize-1 {
		return 0, false
	}
	n := len(currencies) / currencySize
	i := sort.Search(n, func(i int) bool { return currencies[i*currencySize:i*currencySize+len(code)] >= string(code) })
	if i == n || currencies[i*currencySize:i*currencySize+len(code)] != string(code) {
		return 0, false
	}
	if c := currencies[i*currencySize+len(code)]; c != '-' {
		return int(c - '0'), true
	}
	return -1, true
}

// withdrawnAs returns what is known of a code that is none any more, in any
// case. ok is false for other text.
func withdrawnAs(code string) (w withdrawnCurrency, ok bool) {
	for _, w := range withdrawn {
		if strings.EqualFold(w.code, code) {
			return w, true
		}
	}
	return withdrawnCurrency{}, false
}
