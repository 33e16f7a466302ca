package ftp

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// content is what a probe file holds, so that whoever finds one knows.
const content = "preflight ftp-access probe, safe to delete\n"

// A names hands out the names of probe files, each once.
//
// They begin with a dot, since pollers skip such names by default, and end in
// .tmp, which no pattern for data files takes. Nobody else has the 96 random
// bits, so that a name may be removed without looking.
type names struct {
	stem, ext string
	chosen    bool // by the user: the name may be taken
	used      int
}

func newNames(chosen string) *names {
	if chosen != "" {
		ext := path.Ext(chosen)
		return &names{stem: strings.TrimSuffix(chosen, ext), ext: ext, chosen: true}
	}
	var random [12]byte
	_, _ = rand.Read(random[:]) // never fails
	return &names{stem: ".preflight-probe-" + hex.EncodeToString(random[:]), ext: ".tmp"}
}

// next returns a new name.
func (n *names) next() string {
	name := n.nth(n.used)
	n.used++
	return name
}

func (n *names) nth(i int) string {
	if i == 0 {
		return n.stem + n.ext
	}
	return fmt.Sprintf("%s-%d%s", n.stem, i, n.ext)
}

// undotted returns the same names without a dot in front; nil if there is none.
func (n *names) undotted() *names {
	stem, ok := strings.CutPrefix(n.stem, ".")
	if !ok || n.chosen {
		return nil
	}
	return &names{stem: stem, ext: n.ext, used: n.used}
}

// mostNames is more than any probe uses.
const mostNames = 16

// takes returns a name that a pattern would take, in whole or in part: which of
// the two Connect+ asks for is not documented.
func (n *names) taken(pattern *regexp.Regexp) (name string, ok bool) {
	for i := range mostNames {
		if name = n.nth(i); pattern.MatchString(name) {
			return name, true
		}
	}
	return "", false
}

// oldProbe matches names of probe files of any run.
var oldProbe = regexp.MustCompile(`^\.?preflight-probe-[0-9a-f]{24}(-\d+)?\.tmp$`)
