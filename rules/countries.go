package rules

import "strings"

// A country says how its mobile numbers look: the calling code, and how many
// digits follow it.
type country struct {
	code        string // ISO 3166-1 alpha-2
	dial        string
	least, most int
}

// countries are those whose mobile numbers preflight can tell.
//
// Source: ITU-T E.164 national numbering plans.
var countries = []country{
	{"AE", "971", 9, 9}, {"AU", "61", 9, 9}, {"BD", "880", 10, 10}, {"BH", "973", 8, 8}, {"BR", "55", 10, 11},
	{"CA", "1", 10, 10}, {"CN", "86", 11, 11}, {"DE", "49", 10, 11}, {"EG", "20", 10, 10}, {"ES", "34", 9, 9},
	{"FI", "358", 6, 11}, {"FR", "33", 9, 9}, {"GB", "44", 10, 10}, {"HK", "852", 8, 8}, {"ID", "62", 9, 12},
	{"IE", "353", 9, 9}, {"IN", "91", 10, 10}, {"IT", "39", 9, 10}, {"JO", "962", 9, 9}, {"JP", "81", 10, 10},
	{"KE", "254", 9, 9}, {"KH", "855", 8, 9}, {"KR", "82", 9, 10}, {"KW", "965", 8, 8}, {"LB", "961", 7, 8},
	{"LK", "94", 9, 9}, {"MM", "95", 7, 10}, {"MX", "52", 10, 11}, {"MY", "60", 9, 10}, {"NG", "234", 10, 10},
	{"NL", "31", 9, 9}, {"NP", "977", 10, 10}, {"NZ", "64", 8, 10}, {"OM", "968", 8, 8}, {"PH", "63", 10, 10},
	{"PK", "92", 10, 10}, {"PL", "48", 9, 9}, {"PT", "351", 9, 9}, {"QA", "974", 8, 8}, {"SA", "966", 9, 9},
	{"SE", "46", 7, 10}, {"SG", "65", 8, 8}, {"TH", "66", 9, 9}, {"TR", "90", 10, 10}, {"TW", "886", 9, 9},
	{"US", "1", 10, 10}, {"VN", "84", 9, 10}, {"ZA", "27", 9, 9},
}

func countryByCode(code string) (country, bool) {
	for _, c := range countries {
		if strings.EqualFold(c.code, code) {
			return c, true
		}
	}
	return country{}, false
}

// Countries returns the ISO 3166 codes of the countries whose mobile numbers
// can be checked, by letter.
func Countries() []string {
	var codes []string
	for _, c := range countries {
		codes = append(codes, c.code)
	}
	return codes
}
