package config

import (
	"testing"
	"time"
)

// TestClusterZones holds the two times that the documents state: of 10:00+07:00.
func TestClusterZones(t *testing.T) {
	moment := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{"india": "08:30", "sea": "08:30", "eu": "03:00"} {
		c, ok := ClusterByName(name)
		if !ok || c.Zone == nil {
			t.Errorf("%s: no cluster, or no zone", name)
			continue
		}
		if got := moment.In(c.Zone).Format("15:04"); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if us, ok := ClusterByName("us"); !ok || us.Zone != nil || us.Days != time.UTC {
		t.Errorf("us: %v, %+v; of its zone nothing is stated", ok, us)
	}
	if _, ok := ClusterByName("apac"); ok {
		t.Error("there is a cluster apac")
	}
}

func TestClusterKey(t *testing.T) {
	c, err := Parse("p.yaml", []byte("version: 1\ncluster: india\nflows: [{name: a, cluster: eu}, {name: b}]\n"), testRules())
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{c.Defaults.Cluster, c.Flows[0].Cluster, c.Flows[1].Cluster}; got[0] != "india" || got[1] != "eu" || got[2] != "india" {
		t.Errorf("clusters %v", got)
	}
	_, err = Parse("p.yaml", []byte("version: 1\ncluster: India\n"), testRules())
	if want := `p.yaml:2:10: cluster is "India"; it takes india, eu, us, sea`; message(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
