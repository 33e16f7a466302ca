package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/ftp"
)

// TestNoFlagIsASecret holds that no flag of any command takes the variable of a
// secret for its own, so that none can stand on a command line.
func TestNoFlagIsASecret(t *testing.T) {
	for _, c := range Root().Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if v := variable(f.Name); v == passwordVariable || v == passphraseVariable {
				t.Errorf("%s --%s has the variable of a secret, %s", c.Name(), f.Name, v)
			}
		})
	}
}

func TestAccessSettings(t *testing.T) {
	var f access
	f.register(pflag.NewFlagSet("", pflag.ContinueOnError))
	var keys []string
	for _, k := range config.Keys() {
		for _, sub := range k.Keys {
			keys = append(keys, sub.Name)
		}
	}
	for option, s := range accessSettings {
		if _, ok := reflect.TypeFor[ftp.Options]().FieldByName(option); !ok {
			t.Errorf("ftp.Options has no %s", option)
		}
		if f.flags.Lookup(s.flag) == nil {
			t.Errorf("%s: there is no flag --%s", option, s.flag)
		}
		if !slices.Contains(keys, s.key) {
			t.Errorf("%s: preflight.yaml has no ftp key %s", option, s.key)
		}
	}
	var protocols []string
	for _, p := range ftp.Protocols {
		protocols = append(protocols, string(p))
	}
	if !slices.Equal(protocols, config.FTPProtocols) {
		t.Errorf("protocols %v, in preflight.yaml %v", protocols, config.FTPProtocols)
	}
}

// planned returns what a command line makes of its flags.
func planned(t *testing.T, args ...string) *accessPlan {
	t.Helper()
	var f access
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.register(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	p, err := f.plan()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAccessPlan(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("HOME", dir)
	t.Setenv("USERPROFILE", dir)
	t.Setenv(authSocketOfAgent, "/run/agent")
	for path, text := range map[string]string{
		"preflight.yaml": "version: 1\nftp: {host: top, paused: true, cluster: india, timeout: 3s, identity: ~/key}\n" +
			"flows: [{name: a, pattern: 'a.*', ftp: {user: u, source: /in}}, {name: b, pattern: 'b', ftp: {name_pattern: '.*'}}]\n",
		"key":             "k",
		".ssh/id_rsa":     "k",
		".ssh/config":     "Host alone\n  IdentityFile ~/key\n  IdentitiesOnly yes\n  IdentityAgent none\n  UserKnownHostsFile ~/hosts\n  HostKeyAlias other\n",
		".ssh/id_ed25519": "k",
	} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	known := []string{filepath.Join(dir, ".ssh/known_hosts"), filepath.Join(dir, ".ssh/known_hosts2"), systemKnownHosts}
	key := []string{filepath.Join(dir, "key")}
	for _, test := range []struct {
		args, cluster string
		want          ftp.Options
	}{
		{args: "--flow a", cluster: "india", want: ftp.Options{
			Protocol: ftp.SFTP, Host: "top", User: "u", Source: "/in", NamePattern: "a.*", Paused: true,
			Timeout: 3 * time.Second, Identities: key, KnownHosts: known, Agent: "/run/agent",
		}},
		{args: "--flow b --dataflow-paused=false --no-agent --known-hosts key --timeout 2s --cluster us", cluster: "us", want: ftp.Options{
			Protocol: ftp.SFTP, Host: "top", NamePattern: ".*", Timeout: 2 * time.Second, Identities: key, KnownHosts: []string{"key"},
		}},
		{args: "--flow a --name-pattern= --protocol FTPS --host [::1]", cluster: "india", want: ftp.Options{
			Protocol: ftp.FTPS, Host: "::1", User: "u", Source: "/in", Paused: true, Timeout: 3 * time.Second,
		}},
		{args: "--isolated --host plain --allow-leftover", want: ftp.Options{
			Protocol: ftp.SFTP, Host: "plain", AllowLeftover: true, Optional: true, KnownHosts: known, Agent: "/run/agent",
			Identities: []string{filepath.Join(dir, ".ssh/id_ed25519"), filepath.Join(dir, ".ssh/id_rsa")},
		}},
		{args: "--isolated=false -c empty.yaml --host alone", want: ftp.Options{
			Protocol: ftp.SFTP, Host: "alone", HostAlias: "other", Optional: true, Identities: key, KnownHosts: []string{filepath.Join(dir, "hosts"), systemKnownHosts},
		}},
	} {
		if err := os.WriteFile("empty.yaml", []byte("version: 1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		p := planned(t, strings.Fields(test.args)...)
		if !reflect.DeepEqual(p.options, test.want) || p.cluster != test.cluster || len(p.warnings) > 0 {
			t.Errorf("%s:\ngot  %+v, %q, %q\nwant %+v, %q", test.args, p.options, p.cluster, p.warnings, test.want, test.cluster)
		}
	}
}

func TestAgentSocket(t *testing.T) {
	t.Setenv(authSocketOfAgent, "/run/usual")
	t.Setenv("OTHER_AGENT", "/run/other")
	for configured, want := range map[string]string{
		"": "/run/usual", "SSH_AUTH_SOCK": "/run/usual", "none": "", "$OTHER_AGENT": "/run/other", "${OTHER_AGENT}": "/run/other",
		"/run/named": "/run/named",
	} {
		if got := agentSocket(configured); got != want {
			t.Errorf("agentSocket(%q) = %q, want %q", configured, got, want)
		}
	}
}

func TestSecrets(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "secret")
	if err := os.WriteFile(path, []byte("from the file\r\nsecond line\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	t.Setenv(passwordVariable, "from the environment")
	t.Setenv(passphraseVariable, "phrase")
	s := takeSecrets()
	if left := os.Getenv(passwordVariable) + os.Getenv(passphraseVariable); left != "" {
		t.Errorf("the environment still holds %q", left)
	}
	if *s.password != "from the environment" || *s.passphrase != "phrase" {
		t.Errorf("secrets of the environment: %q, %q", string(*s.password), string(*s.passphrase))
	}
	var f access
	f.register(pflag.NewFlagSet("", pflag.ContinueOnError))
	if err := f.flags.Parse([]string{"--password-file", path}); err != nil {
		t.Fatal(err)
	}
	if err := s.prepare(&f); err != nil {
		t.Fatal(err)
	}
	a := &app{in: strings.NewReader(""), err: &bytes.Buffer{}}
	password, passphrase := s.callbacks(t.Context(), a, &ftp.Options{}, nil)
	got, err := password()
	if err != nil || got != "from the file" {
		t.Errorf("password %q, %v, want that of the file", string(got), err)
	}
	if got, err = passphrase("key"); err != nil || got != "phrase" {
		t.Errorf("passphrase %q, %v", string(got), err)
	}
	if want := runtime.GOOS != "windows"; len(s.warnings) == 1 != want {
		t.Errorf("warnings %q", s.warnings)
	}
	password, passphrase = (&secrets{}).callbacks(t.Context(), a, &ftp.Options{}, nil)
	if password != nil || passphrase != nil {
		t.Error("there is neither a secret nor a terminal, and yet somebody is asked")
	}
}

func TestAfterInterrupt(t *testing.T) {
	for _, test := range []struct {
		res  ftp.Result
		want string
	}{
		{ftp.Result{}, "interrupted; nothing was written to the server"},
		{ftp.Result{Made: 2, Removed: 2}, "interrupted; the probe files were removed"},
		{ftp.Result{Made: 2, Leftovers: []string{"/in/a", "/in/b"}}, "interrupted; probe files that are, or may be, there still: /in/a, /in/b"},
	} {
		if got := afterInterrupt(&test.res); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestAccessCode(t *testing.T) {
	for verdict, want := range map[ftp.Verdict]int{ftp.Pass: 0, ftp.Fail: 1, ftp.Refused: 2, ftp.Incomplete: 3} {
		if got := accessCode(verdict); got != want {
			t.Errorf("accessCode(%s) = %d, want %d", verdict, got, want)
		}
	}
}

func TestStepProgress(t *testing.T) {
	var w bytes.Buffer
	p := startStepProgress(&w, true)
	p.step(&ftp.Step{ID: "move-processed"}, 11, 27)
	p.show(0)
	answered := p.asking()
	p.show(0)
	answered()
	p.show(0)
	p.end()
	const line, wiped = "\r12/27 move-processed\x1b[K", "\r\x1b[K"
	if got, want := w.String(), line+wiped+line+wiped; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
	none := startStepProgress(&w, false)
	none.asking()()
	none.end()
}
