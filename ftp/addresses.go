package ftp

import "slices"

// A Cluster is one of the places where Connect+ runs.
type Cluster struct {
	Name      string   // as --cluster takes it: "india"
	Title     string   // for a person: "India"
	Platform  string   // what the platform calls it: "APAC1, INCRM"
	Addresses []string // from which its dataflows log in to servers
}

// Clusters returns all clusters in the order of their names.
//
// Source: the login rules of SFTP sources in the Connect+ documentation, which
// list the addresses that a brand lets in at its own server. The last two of
// sea stand on the page about exports alone, as those of SGCRM.
func Clusters() []Cluster {
	return []Cluster{
		{"eu", "Europe", "EUCRM", []string{"54.247.60.162", "52.214.98.25"}},
		{"india", "India", "APAC1, INCRM", []string{"54.235.251.85", "3.227.110.70"}},
		{"sea", "South-East Asia", "APAC2, AsiaCRM, SGCRM", []string{"13.126.188.129", "3.0.242.134", "3.1.68.245"}},
		{"us", "United States", "USCRM", []string{"18.224.36.121", "18.189.151.155"}},
	}
}

// ClusterByName returns the cluster of that name.
func ClusterByName(name string) (c Cluster, ok bool) {
	all := Clusters()
	i := slices.IndexFunc(all, func(c Cluster) bool { return c.Name == name })
	if i < 0 {
		return Cluster{}, false
	}
	return all[i], true
}
