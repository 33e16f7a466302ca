package cmd

import (
	"testing"
	"time"
)

func TestToday(t *testing.T) {
	tests := []struct{ now, cluster, want string }{
		{"2026-11-20T18:29:59Z", "india", "2026-11-20"},
		{"2026-11-20T18:30:00Z", "india", "2026-11-21"},
		{"2026-11-20T18:30:00Z", "sea", "2026-11-21"},
		{"2026-11-20T23:59:59Z", "eu", "2026-11-20"},
		{"2026-11-20T23:59:59Z", "us", "2026-11-20"},
		{"2026-11-20T09:59:59Z", "", "2026-11-20"},
		{"2026-11-20T10:00:00Z", "", "2026-11-21"}, // on Kiritimati
	}
	for _, tt := range tests {
		now, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := today(now, tt.cluster); got != tt.want {
			t.Errorf("today(%s, %q) = %s, want %s", tt.now, tt.cluster, got, tt.want)
		}
	}
}
