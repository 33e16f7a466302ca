package config

import (
	"slices"
	"time"
)

// A Cluster is one of the places where the platform keeps organisations.
type Cluster struct {
	Name string // as the key and the flag take it
	// Zone is the one that times of bills are turned into; nil: the documents
	// do not say.
	Zone *time.Location
	// Days are counted there: where the zone is not known, by UTC, which has no
	// day later than the shops of the cluster do.
	Days *time.Location
}

// india is the zone of the clusters in Asia. India has no summer time.
var india = time.FixedZone("IST", (5*60+30)*60)

// clusters are those that the key and the flag take.
//
// Source: API reference, transaction-v2 add: 10:00+07:00 is stored as 08:30 on
// the clusters India and Singapore and as 03:00 on that in Europe. Of the United
// States nothing is stated.
var clusters = []Cluster{
	{Name: "india", Zone: india, Days: india},
	{Name: "eu", Zone: time.UTC, Days: time.UTC},
	{Name: "us", Days: time.UTC},
	{Name: "sea", Zone: india, Days: india},
}

// Clusters returns the clusters, in the order of the documentation.
func Clusters() []Cluster { return slices.Clone(clusters) }

// ClusterNames returns what the key and the flag take.
func ClusterNames() (names []string) {
	for _, c := range clusters {
		names = append(names, c.Name)
	}
	return names
}

// ClusterByName returns the cluster of that name. ok is false where there is
// none.
func ClusterByName(name string) (c Cluster, ok bool) {
	i := slices.IndexFunc(clusters, func(c Cluster) bool { return c.Name == name })
	if i < 0 {
		return Cluster{}, false
	}
	return clusters[i], true
}
