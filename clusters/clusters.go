// Package clusters is the catalogue of the places where Connect+ runs and keeps
// organisations: what they are called, from which addresses their dataflows log in,
// and which clock they go by.
package clusters

import (
	"slices"
	"time"
)

// A Cluster is one of the places where Connect+ runs.
type Cluster struct {
	Name      string   // as settings and flags take it: "india"
	Title     string   // for a person: "India"
	Platform  string   // what the platform calls it: "APAC1, INCRM"
	Addresses []string // from which its dataflows log in to servers
	// Zone is the one that times of bills are turned into; nil: the documents
	// do not say.
	Zone *time.Location
	// Days are counted there: where the zone is not known, by UTC, which has no
	// day later than the shops of the cluster do.
	Days *time.Location
}

// india is the zone of the clusters in Asia. India has no summer time.
var india = time.FixedZone("IST", (5*60+30)*60)

// All returns the clusters in the order of their names.
//
// Sources: of the addresses, the login rules of SFTP sources in the Connect+
// documentation, which list what a brand lets in at its own server; the last two
// of sea stand on the page about exports alone, as those of SGCRM. Of the zones,
// the API reference, transaction-v2 add: 10:00+07:00 is stored as 08:30 on the
// clusters India and Singapore and as 03:00 on that in Europe; of the United
// States nothing is stated.
func All() []Cluster {
	return []Cluster{
		{"eu", "Europe", "EUCRM", []string{"54.247.60.162", "52.214.98.25"}, time.UTC, time.UTC},
		{"india", "India", "APAC1, INCRM", []string{"54.235.251.85", "3.227.110.70"}, india, india},
		{"sea", "South-East Asia", "APAC2, AsiaCRM, SGCRM", []string{"13.126.188.129", "3.0.242.134", "3.1.68.245"}, india, india},
		{"us", "United States", "USCRM", []string{"18.224.36.121", "18.189.151.155"}, nil, time.UTC},
	}
}

// Names returns what settings and flags take, in the order of All.
func Names() (names []string) {
	for _, c := range All() {
		names = append(names, c.Name)
	}
	return names
}

// ByName returns the cluster of that name. ok is false where there is none.
func ByName(name string) (c Cluster, ok bool) {
	all := All()
	i := slices.IndexFunc(all, func(c Cluster) bool { return c.Name == name })
	if i < 0 {
		return Cluster{}, false
	}
	return all[i], true
}
