package config

import (
	"testing"
	"time"
)

func TestFTP(t *testing.T) {
	const text = `version: 1
flows:
  - name: sales
    pattern: 'sales_\d+\.csv'
    ftp: {processed: /done/sales, name_pattern: 'sales_.*', timeout: 1m30s, paused: false}
  - name: returns
ftp:
  host: data.example.com
  port: 2222
  protocol: ftps
  user: brand
  source: /in
  processed: /done
  paused: true
  cluster: india
`
	c, err := Parse("p.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	top := FTP{
		Host: "data.example.com", Port: 2222, Protocol: "ftps", User: "brand", Source: "/in", Processed: "/done",
		Paused: true, Cluster: "india",
	}
	sales := top
	sales.Processed, sales.NamePattern, sales.Timeout, sales.Paused = "/done/sales", "sales_.*", 90*time.Second, false
	for _, test := range []struct {
		flow    Flow
		ftp     FTP
		own     bool
		pattern string
	}{
		{c.Defaults, top, false, ""},
		{c.Flows[0], sales, true, `sales_\d+\.csv`},
		{c.Flows[1], top, false, ""},
	} {
		if f := test.flow; f.FTP != test.ftp || f.OwnFTP != test.own || f.PatternText != test.pattern {
			t.Errorf("flow %q: %+v, own %v, pattern %q; want %+v, %v, %q", f.Name, f.FTP, f.OwnFTP, f.PatternText, test.ftp, test.own, test.pattern)
		}
	}
}

func TestFTPProblems(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"all at once", "ftp: {hots: x, port: 0, protocol: scp, cluster: mars, timeout: 15, paused: maybe, user: ' '}\n",
			"p.yaml:2:7: unknown key \"hots\", did you mean host?\n" +
				"p.yaml:2:22: port is \"0\"; it takes a whole number from 1 to 65535\n" +
				"p.yaml:2:35: protocol is \"scp\"; it takes sftp, ftp, ftps\n" +
				"p.yaml:2:49: cluster is \"mars\"; it takes eu, india, sea, us\n" +
				"p.yaml:2:64: timeout is \"15\"; it takes a time above zero, such as 15s\n" +
				"p.yaml:2:76: paused is neither true nor false\n" +
				"p.yaml:2:89: user is blank; leave it out, or give it a value"},
		{"no time", "ftp: {connect_timeout: 0s}\n", `p.yaml:2:24: connect_timeout is "0s"; it takes a time above zero, such as 15s`},
		{"password", "ftp: {password: geheim}\n",
			"p.yaml:2:7: password has no place in this file; set PREFLIGHT_FTP_PASSWORD, or give --password-file"},
		{"passphrase", "ftp:\n  Passphrase: geheim\n",
			"p.yaml:3:3: Passphrase has no place in this file; set PREFLIGHT_FTP_PASSPHRASE, or give --passphrase-file"},
		{"secret of a flow", "flows: [{name: a, ftp: {secret: [geheim]}}]\n",
			"p.yaml:2:25: secret has no place in this file; set PREFLIGHT_FTP_PASSWORD, or give --password-file"},
		{"near a secret", "ftp: {passwor: geheim, pasword: x}\n",
			"p.yaml:2:7: passwor has no place in this file; set PREFLIGHT_FTP_PASSWORD, or give --password-file\n" +
				"p.yaml:2:24: unknown key \"pasword\""},
		{"no keys", "ftp: data.example.com\n", "p.yaml:2:6: ftp is not a list of keys with values"},
		{"an alias", "ftp: {host: &h x, user: *h}\n", "p.yaml:2:25: anchors and aliases are not read; write the value out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Parse("p.yaml", []byte("version: 1\n"+test.text), nil); message(err) != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}
