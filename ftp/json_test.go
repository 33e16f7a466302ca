package ftp

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

func decoded(t *testing.T, r *Result) (out map[string]any) {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &out); err != nil {
		t.Fatalf("%v in:\n%s", err, &b)
	}
	return out
}

// TestJSONKeys pins what programs rely on: keys may be added, not taken away.
func TestJSONKeys(t *testing.T) {
	out := decoded(t, probed())
	const top = "folders host host_key interrupted leftovers port probes_made probes_removed protocol requests schema server steps trust user vanished verdict warnings"
	if got := strings.Join(slices.Sorted(maps.Keys(out)), " "); got != top {
		t.Errorf("keys %s, want %s", got, top)
	}
	if out["schema"] != "preflight-ftp/1" || out["verdict"] != "pass" || out["host"] != "data.example.com" {
		t.Errorf("schema %v, verdict %v, host %v", out["schema"], out["verdict"], out["host"])
	}
	steps := out["steps"].([]any)
	if len(steps) != len(probed().Steps) {
		t.Errorf("%d steps, want all %d", len(steps), len(probed().Steps))
	}
	for _, s := range steps {
		if got := strings.Join(slices.Sorted(maps.Keys(s.(map[string]any))), " "); got != "detail hint id means ms server status" {
			t.Errorf("keys of a step: %s", got)
		}
	}
	for _, list := range []string{"leftovers", "warnings"} {
		if got, ok := out[list].([]any); !ok || len(got) > 0 {
			t.Errorf("%s = %v, want []", list, out[list])
		}
	}
	if got := out["folders"].([]any)[1].(map[string]any); got["role"] != "processed" || got["path"] != "/done" || len(got) != 2 {
		t.Errorf("second folder: %v", got)
	}
}

func TestJSONValues(t *testing.T) {
	r := probed().with("move-processed", moveDenied)
	step := decoded(t, r)["steps"].([]any)[11].(map[string]any)
	if step["id"] != "move-processed" || step["status"] != "fail" || step["server"] != moveDenied.Server || step["ms"] != 3.0 {
		t.Errorf("step = %v", step)
	}
	for _, test := range []struct {
		name string
		res  *Result
		want string
	}{
		{"move denied", r, "fail"},
		{"left behind", leftBehind(SFTP, 22), "fail"},
		{"host key unknown", unknownKey(), "incomplete"},
		{"interrupted", interrupted(), "incomplete"},
		{"refused", probed().with("folders-distinct", Outcome{Status: Failed}), "incomplete"},
		{"nothing at all", &Result{}, "incomplete"},
	} {
		out := decoded(t, test.res)
		if out["verdict"] != test.want || out["steps"] == nil || out["folders"] == nil {
			t.Errorf("%s: verdict %v, want %s; steps %v, folders %v", test.name, out["verdict"], test.want, out["steps"], out["folders"])
		}
	}
	if got := decoded(t, leftBehind(SFTP, 22))["leftovers"].([]any); len(got) != 2 || got[0] != "/in/.preflight-probe-0a1b.tmp" {
		t.Errorf("leftovers = %v", got)
	}
}
