package config

import "testing"

func TestClusterKey(t *testing.T) {
	c, err := Parse("p.yaml", []byte("version: 1\ncluster: india\nflows: [{name: a, cluster: eu}, {name: b}]\n"), testRules())
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{c.Defaults.Cluster, c.Flows[0].Cluster, c.Flows[1].Cluster}; got[0] != "india" || got[1] != "eu" || got[2] != "india" {
		t.Errorf("clusters %v", got)
	}
	_, err = Parse("p.yaml", []byte("version: 1\ncluster: India\n"), testRules())
	if want := `p.yaml:2:10: cluster is "India"; it takes eu, india, sea, us`; message(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
