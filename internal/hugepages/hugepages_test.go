package hugepages

import "testing"

func TestAdviseLeavesMemoryAlone(t *testing.T) {
	for _, n := range []int{0, 1, Size / 8, Size, 3 * Size} {
		s := make([]uint64, n)
		for i := range s {
			s[i] = uint64(i)
		}
		Advise(s)
		for i := range s {
			if s[i] != uint64(i) {
				t.Fatalf("%d numbers: number %d is %d after the advice", n, i, s[i])
			}
		}
	}
}
