package clusters

import (
	"slices"
	"testing"
	"time"
)

// TestZones holds the two times that the documents state: of 10:00+07:00.
func TestZones(t *testing.T) {
	moment := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{"india": "08:30", "sea": "08:30", "eu": "03:00"} {
		c, ok := ByName(name)
		if !ok || c.Zone == nil {
			t.Errorf("%s: no cluster, or no zone", name)
			continue
		}
		if got := moment.In(c.Zone).Format("15:04"); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if us, ok := ByName("us"); !ok || us.Zone != nil || us.Days != time.UTC {
		t.Errorf("us: %v, %+v; of its zone nothing is stated", ok, us)
	}
}

func TestAll(t *testing.T) {
	if names := Names(); !slices.IsSorted(names) || len(slices.Compact(names)) != len(All()) {
		t.Errorf("names %v are not sorted, or one stands there twice", names)
	}
	for _, c := range All() {
		if got, ok := ByName(c.Name); !ok || len(got.Addresses) < 2 || got.Title == "" || got.Days == nil {
			t.Errorf("ByName(%q) = %+v, %v", c.Name, got, ok)
		}
	}
	if c, ok := ByName("mars"); ok {
		t.Errorf("there is a cluster %+v", c)
	}
}
