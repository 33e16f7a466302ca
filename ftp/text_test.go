package ftp

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/clipperhouse/displaywidth"
)

// probed is a result in which every right was found.
func probed() *Result {
	r := &Result{
		Protocol: SFTP, Host: "data.example.com", Port: 22, User: "brand", Server: "OpenSSH_9.2p1",
		HostKey: "ed25519 SHA256:jInBtVQKH5plQQ9lvj6rEycfcVeKVT7zG8YMdvo7w08", Trust: "known", PatternGiven: true,
		Folders: []Folder{{Source, "/in"}, {Processed, "/done"}, {ErrorRole, "/err"}},
		Made:    4, Removed: 4, Requests: 61, Elapsed: 214 * time.Millisecond, connected: true,
	}
	for _, id := range []string{
		"connect", "host-key", "login", "start-sftp", "folders-distinct",
		"list-source", "list-processed", "list-error", "upload-source", "read-source", "remove-source",
		"move-processed", "move-error", "upload-processed", "upload-error", "read-processed",
		"remove-processed", "remove-error", "posix-rename", "space", "waiting-files", "cleanup",
	} {
		r.Steps = append(r.Steps, StepResult{ID: id, Outcome: Outcome{Status: Passed}, Elapsed: 3 * time.Millisecond})
	}
	return r.with("upload-processed", Outcome{Status: Skipped, Detail: "not needed"})
}

// with sets the outcome of a step.
func (r *Result) with(id string, o Outcome) *Result {
	i := slices.IndexFunc(r.Steps, func(s StepResult) bool { return s.ID == id })
	r.Steps[i].Outcome = o
	return r
}

// skip skips every step from that one on.
func (r *Result) skip(from string) *Result {
	i := slices.IndexFunc(r.Steps, func(s StepResult) bool { return s.ID == from })
	for ; i < len(r.Steps); i++ {
		r.Steps[i].Outcome = Outcome{Status: Skipped, Detail: "not tried"}
	}
	return r
}

var moveDenied = Outcome{
	Status: Failed, Detail: "files cannot be moved from /in to /done",
	Means: "Connect+ moves a file before it reads it: yours will stay in /in, unprocessed, and no error will be shown.",
	Hint: "Ask the owner of the server for the right to rename files in both folders. OpenSSH: take rename and posix-rename out of " +
		"the -P list, and the -R flag off, of the sftp subsystem in sshd_config (or add them to its -p list).",
	Server: "3 Permission denied, to rename inside /in too",
}

// noMoves has an account that may do everything but move, as OpenSSH with
// internal-sftp -P rename,posix-rename has it.
func noMoves() *Result {
	r := probed().with("move-processed", moveDenied).with("upload-processed", Outcome{Status: Passed})
	r.Requests, r.Elapsed = 66, 104*time.Millisecond
	return r.with("move-error", Outcome{
		Status: Failed, Detail: "files cannot be moved from /in to /err", Means: "The account has no right to move at all.",
		Hint: "The remedy for /done holds here, too.", Server: "3 Permission denied",
	}).with("posix-rename", Outcome{Status: Skipped})
}

// noWrite has an account that may read, list and nothing else.
func noWrite() *Result {
	r := probed().skip("upload-source").with("upload-source", Outcome{
		Status: Failed, Detail: "no file can be written to /in",
		Means: "nobody can drop a file with this account", Hint: "give the account the right to upload", Server: "3 Permission denied",
	})
	r.Made, r.Removed, r.Requests = 0, 0, 19
	return r.with("posix-rename", Outcome{
		Status: Warned, Detail: "posix-rename is offered but refused", Hint: "grant it as well",
	})
}

// leftBehind could not remove two probe files.
func leftBehind(p Protocol, port int) *Result {
	r := probed()
	r.Protocol, r.Port = p, port
	r.Made, r.Removed = 4, 2
	r.Leftovers = []string{"/in/.preflight-probe-0a1b.tmp", `/done/bill's "new" \ files/.preflight-probe-0a1b-1.tmp`}
	return r
}

func unknownKey() *Result {
	r := probed().skip("host-key").with("host-key", Outcome{
		Status: Failed, Detail: "the host key is not known on this machine",
		Means: "nobody can tell whether this is the right server",
		Hint:  "compare the fingerprint with what the owner of the server says, then run `ssh-keyscan -p 22 data.example.com >> ~/.ssh/known_hosts`",
	})
	r.Trust, r.connected = "", false
	r.Made, r.Removed, r.Requests = 0, 0, 0
	return r
}

func interrupted() *Result {
	r := probed().with("move-processed", moveDenied).skip("move-error")
	r.Interrupted, r.connected = true, false
	r.Made, r.Removed, r.Elapsed = 2, 2, 83*time.Second
	return r
}

func lostConnection() *Result {
	r := probed().skip("move-processed").with("move-processed", Outcome{Status: Failed, Detail: "the connection broke off"})
	r.connected = false
	r.Leftovers = []string{"/in/.preflight-probe-0a1b.tmp"}
	return r
}

// hostile has what steers a terminal wherever a text can stand.
func hostile() *Result {
	const evil = "\x1b[31m\x1b]0;own\a\u202e\u200b\u009b1m\r\n::error::x"
	r := probed().with("move-processed", Outcome{Failed, evil, evil, evil, evil}).
		with("space", Outcome{Warned, evil, evil, evil, evil})
	r.Host, r.User, r.Server, r.HostKey, r.Trust = evil, evil, evil, evil, evil
	for i := range r.Folders {
		r.Folders[i].Path = evil
	}
	r.Warnings, r.Leftovers = []string{evil}, []string{"'; " + evil + `"`}
	return r
}

func deepFolders() *Result {
	r := probed().with("move-processed", moveDenied)
	r.Server = strings.Repeat("A very proud server ", 10)
	r.Folders = []Folder{
		{Source, "/exports/brand/日本/stores/in"}, {Processed, "/exports/brand/日本/stores/processed"}, {ErrorRole, "/e"},
	}
	return r
}

func TestTextGolden(t *testing.T) {
	missing := probed().skip("list-processed").with("list-processed", Outcome{
		Status: Failed, Detail: "the folder /done does not exist as this account sees it",
		Hint: "create it, or name it as the account sees it: paths begin at the home or root folder of the account",
	})
	missing.Made, missing.Removed = 0, 0
	hazard := probed().skip("list-source").with("folders-distinct", Outcome{
		Status: Failed, Detail: "the pattern .* takes any name, so the dataflow would take the probe file",
		Hint: "pause the dataflow and add --dataflow-paused",
	})
	hazard.Made, hazard.Removed = 0, 0
	plain := probed()
	plain.Protocol, plain.Port, plain.HostKey, plain.Trust, plain.Server = FTP, 21, "", "", "vsFTPd 3.0.3"
	plain.Warnings = []string{"known_hosts:3 is no key that can be read"}
	certificate := probed()
	certificate.Protocol, certificate.Port, certificate.HostKey, certificate.Trust = FTPS, 21, "SHA256:jInBtVQKH5plQQ9lvj6rEycfcVeKVT7zG8YMdvo7w08", "pinned"
	for _, test := range []struct {
		golden string
		res    *Result
		o      TextOptions
	}{
		{"pass", probed(), TextOptions{Cluster: "india"}},
		{"pass-color", probed(), TextOptions{Color: true}},
		{"pass-quiet", probed(), TextOptions{Quiet: true}},
		{"move-denied", noMoves(), TextOptions{Cluster: "india"}},
		{"folder-missing", missing, TextOptions{Cluster: "sea"}},
		{"no-write", noWrite(), TextOptions{}},
		{"left-behind", leftBehind(SFTP, 2222), TextOptions{Cluster: "eu"}},
		{"left-behind-quiet", leftBehind(FTPS, 990), TextOptions{Quiet: true}},
		{"left-behind-ftp", leftBehind(FTP, 21), TextOptions{Cluster: "us"}},
		{"host-key-unknown", unknownKey(), TextOptions{Cluster: "india"}},
		{"interrupted", interrupted(), TextOptions{Cluster: "india"}},
		{"lost", lostConnection(), TextOptions{Cluster: "india"}},
		{"hazard", hazard, TextOptions{Cluster: "india"}},
		{"hostile", hostile(), TextOptions{Cluster: "india"}},
		{"narrow", deepFolders(), TextOptions{Width: 40}},
		{"ftp", plain, TextOptions{Cluster: "india"}},
		{"ftps", certificate, TextOptions{Cluster: "india"}},
	} {
		t.Run(test.golden, func(t *testing.T) {
			var b bytes.Buffer
			if err := test.res.WriteText(&b, test.o); err != nil {
				t.Fatal(err)
			}
			golden(t, test.golden+".golden", b.Bytes())
			for line := range strings.Lines(b.String()) {
				line = strings.TrimSuffix(line, "\n")
				if strings.TrimRight(line, " ") != line {
					t.Errorf("%q ends in spaces", line)
				}
				// Commands are copied, and words longer than a line stand alone.
				long := strings.Contains(line, " | sftp ") || strings.Contains(line, "curl ") || !strings.Contains(strings.TrimSpace(line), " ") ||
					strings.Contains(line, "keyscan")
				limit := max(test.o.Width, leastWidth)
				if test.o.Width == 0 {
					limit = textWidth
				}
				if n := displaywidth.String(line); !long && !test.o.Color && !test.o.Quiet && n > limit {
					t.Errorf("%q takes %d columns of %d", line, n, limit)
				}
			}
		})
	}
}

// golden compares with a file of testdata/report. UPDATE=1 rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "report", name)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the report differs from %s (UPDATE=1 rewrites it); got:\n%s", path, got)
	}
}

// TestNothingSteersTheTerminal holds for both formats.
func TestNothingSteersTheTerminal(t *testing.T) {
	var text, object bytes.Buffer
	if err := hostile().WriteText(&text, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := hostile().WriteJSON(&object); err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{text.String(), object.String()} {
		if at := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && unicode.Is(unicode.C, r) }); at >= 0 {
			t.Errorf("wrote %q", got[max(0, at-20):at+8])
		}
		if strings.Contains("\n"+got, "\n::") {
			t.Errorf("wrote a line that a CI job obeys:\n%s", got)
		}
	}
}

func TestQuoted(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"brand@data.example.com", "brand@data.example.com"},
		{"a b", "'a b'"},
		{"it's", `'it'\''s'`},
		{"-oProxyCommand=x", "'-oProxyCommand=x'"},
		{"", "''"},
		{"$(x)", "'$(x)'"},
	} {
		if got := quoted(test.in); got != test.want {
			t.Errorf("quoted(%q) = %s, want %s", test.in, got, test.want)
		}
	}
}

func TestTail(t *testing.T) {
	for _, test := range []struct {
		in    string
		width int
		want  string
	}{
		{"/in", 3, "/in"},
		{"/data/in", 4, "…/in"},
		{"/日本/in", 6, "…本/in"},
		{"/日本/in", 5, "…/in"},
	} {
		if got := tail(test.in, test.width); got != test.want {
			t.Errorf("tail(%q, %d) = %q, want %q", test.in, test.width, got, test.want)
		}
	}
}
