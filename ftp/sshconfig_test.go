package ftp

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestReadSSHConfig(t *testing.T) {
	included := filepath.Join(t.TempDir(), "more")
	if err := os.WriteFile(included, []byte("Match exec true\n  User x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		want       SSHHost
		warnings   []string
	}{
		{"empty", "", SSHHost{HostName: "brand"}, nil},
		{"other host", "Host other\n  User x\n", SSHHost{HostName: "brand"}, nil},
		{
			"everything", "\xef\xbb\xbfHost\tbrand \"other\" # ours\r\n" +
				"  HostName %h.example.com\r\n  Port=2222\r\n  User svc\r\n" +
				"  IdentityFile ~/.ssh/a\r\n  IdentityFile \"%d/my keys/%r@%h-%p-%n-%%\"\r\n  IdentitiesOnly yes\r\n" +
				"  IdentityAgent ~/agent.sock\r\n  UserKnownHostsFile ~/k1 \"/tmp/k 2\" # two\r\n  HostKeyAlias alias",
			SSHHost{
				HostName: "brand.example.com", Port: 2222, User: "svc",
				Identities:     []string{"/home/u/.ssh/a", "/home/u/my keys/svc@brand.example.com-2222-brand-%"},
				IdentitiesOnly: true, Agent: "/home/u/agent.sock",
				KnownHosts: []string{"/home/u/k1", "/tmp/k 2"}, HostKeyAlias: "alias",
			}, nil,
		},
		{"one quoted file", "UserKnownHostsFile \"/tmp/k 2\"\n", SSHHost{HostName: "brand", KnownHosts: []string{"/tmp/k 2"}}, nil},
		{
			"first value", "Host brand\n User a\nHost *\n User b\n Port 23\n IdentityAgent $SOCK\n",
			SSHHost{HostName: "brand", User: "a", Port: 23, Agent: "$SOCK"}, nil,
		},
		{
			"none", "IdentityFile none\nUserKnownHostsFile none\nIdentityAgent NONE\nProxyJump none\n",
			SSHHost{HostName: "brand", Identities: []string{}, KnownHosts: []string{}, Agent: "none"}, nil,
		},
		{"negated", "Host * !brand\n User x\n", SSHHost{HostName: "brand"}, nil},
		{
			"match", "User a\nMatch user x exec \"true\"\n  Port 1\n\nMatch all\n Port 2\nMatch originalhost x,brand\n HostKeyAlias b\nMatch host brand user x\n HostName y\n",
			SSHHost{HostName: "brand", User: "a", Port: 2, HostKeyAlias: "b"},
			[]string{
				`lines 2–4 of the ssh configuration were not read: "Match user x exec \"true\"" cannot be judged`,
				`lines 9–10 of the ssh configuration were not read: "Match host brand user x" cannot be judged`,
			},
		},
		{
			"match in an included file", "User a\nInclude " + included + "\nPort 23\n", SSHHost{HostName: "brand", User: "a", Port: 23},
			[]string{"line 2 of the ssh configuration was not read: Error parsing Include directive: (1, 7): ssh_config: Match Exec is not supported"},
		},
		{
			"proxies", "ProxyJump bastion\nProxyCommand nc %h %p\n", SSHHost{HostName: "brand"}, []string{
				`the ssh configuration reaches brand through ProxyJump "bastion"; preflight connects directly`,
				`the ssh configuration reaches brand through ProxyCommand "nc %h %p"; preflight connects directly`,
			},
		},
		{
			"wrong values", "Port 70000\nIdentityFile ~other/key\nIdentityFile %u\nIdentityFile %r\nIdentityFile x%\n",
			SSHHost{HostName: "brand", Identities: []string{}}, []string{
				`Port "70000" of the ssh configuration was not read: ports are 1 to 65535`,
				`IdentityFile "~other/key" of the ssh configuration was not read: the home folder of another account is not known`,
				`IdentityFile "%u" of the ssh configuration was not read: %u is not known here`,
				`IdentityFile "%r" of the ssh configuration was not read: %r has no value here`,
				`IdentityFile "x%" of the ssh configuration was not read: nothing follows the %`,
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, warnings, err := ReadSSHConfig([]byte(c.text), "brand", "/home/u")
			if err != nil || !reflect.DeepEqual(got, c.want) || !reflect.DeepEqual(warnings, c.warnings) {
				t.Errorf("got\n%+v\n%q\n%v\nwant\n%+v\n%q", got, warnings, err, c.want, c.warnings)
			}
		})
	}
}

func TestReadSSHConfigLoop(t *testing.T) {
	file := filepath.Join(t.TempDir(), "loop")
	text := []byte("User a\nInclude " + file + "\n")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	got, warnings, err := ReadSSHConfig(text, "brand", "/home/u")
	if err != nil || got.User != "a" || len(warnings) != 1 {
		t.Errorf("got %+v, %q, %v", got, warnings, err)
	}
}

func FuzzReadSSHConfig(f *testing.F) {
	for _, seed := range []string{"=", "Host", "Match\n", "Host \"\n", "Port = \n=x\n", "UserKnownHostsFile \"\n", "Host !\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if h, _, err := ReadSSHConfig([]byte(text), "brand", "/home/u"); err == nil && h.Port > 65535 {
			t.Errorf("port is %d", h.Port)
		}
	})
}
