package preview

import "strings"

// A Rate is how many calls of an API a cluster takes each minute by default.
type Rate struct {
	Cluster string // india, eu or sea; empty: the documents do not say which
	Calls   int64
}

// rates are the documented defaults. Of the United States none is stated, and
// of the other endpoints none that their templates call.
//
// Source: API reference, rate limits of the endpoints.
var rates = map[string][]Rate{
	"/v2/transactions/bulk": {{"india", 700}, {"eu", 300}, {"sea", 1200}},
	"/v2/coupon/redeem":     {{"", 1000}},
}

// Rates returns the documented calls per minute of an endpoint, by cluster;
// none where the documents have none.
func Rates(endpoint string) []Rate {
	path, _, _ := strings.Cut(endpoint, ";")
	return rates[path]
}

// Calls returns how many calls are made for so many objects, with at most limit
// (1 or more) of them in each.
func Calls(objects, limit int64) int64 { return (objects + limit - 1) / limit }

// Seconds returns the shortest time of so many calls, rounded up.
func Seconds(calls, perMinute int64) int64 { return (calls*60 + perMinute - 1) / perMinute }

// List reports whether an endpoint takes a list of objects; another takes one
// object a call.
func List(endpoint string) bool { return strings.Contains(endpoint, "/bulk") }
