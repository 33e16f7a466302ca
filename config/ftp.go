package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/clusters"
)

// An FTP is the account of a dataflow and the folders that it works in. Zero
// parts are not set. There are no secrets in it.
type FTP struct {
	Host       string
	Port       int    // 1 to 65535
	Protocol   string // one of FTPProtocols
	User       string
	Identity   string // a file with a private key, as written
	KnownHosts string // a file, as written
	HostKey    string // "SHA256:…"

	Source, Processed, Error string // folders on the server
	NamePattern              string // a regular expression of Java: that of the dataflow
	ProbeName                string
	Paused                   bool

	Cluster                 string // one of clusters.Names
	Timeout, ConnectTimeout time.Duration
}

// FTPProtocols are the values of ftp: protocol.
var FTPProtocols = []string{"sftp", "ftp", "ftps"}

// ftpText is a key of the block whose value is a text, kept where to says.
func ftpText(name, doc string, to func(*FTP) *string) Key {
	return Key{Name: name, Kind: Text, Filled: true, Doc: doc, set: func(d *decoder, f *Flow, n *yaml.Node) {
		*to(&f.FTP), _ = d.text(n, name)
	}}
}

// ftpChoice is ftpText with a closed list of values.
func ftpChoice(name, doc string, values []string, to func(*FTP) *string) Key {
	return Key{Name: name, Kind: Text, Values: values, Doc: doc, set: func(d *decoder, f *Flow, n *yaml.Node) {
		*to(&f.FTP), _ = d.oneOf(n, name, values)
	}}
}

// ftpTime is a key of the block whose value is a time above zero.
func ftpTime(name, doc string, to func(*FTP) *time.Duration) Key {
	return Key{Name: name, Kind: Time, Doc: doc, set: func(d *decoder, f *Flow, n *yaml.Node) {
		text, ok := d.text(n, name)
		if !ok {
			return
		}
		value, err := time.ParseDuration(text)
		if err != nil || value <= 0 {
			d.fail(n, "%s is %q; it takes a time above zero, such as 15s", name, text)
			return
		}
		*to(&f.FTP) = value
	}}
}

// ftpKeys are the settings of an ftp block, in the order of the documentation.
func ftpKeys() []Key {
	return []Key{
		ftpText("host", "The server: a name or an address.", func(f *FTP) *string { return &f.Host }),
		{Name: "port", Kind: Port, set: setPort, Doc: "Its port (default 22, or 21 for FTP and FTPS)."},
		ftpChoice("protocol", "How the server is spoken to (default sftp).", FTPProtocols, func(f *FTP) *string { return &f.Protocol }),
		ftpText("user", "The account that the dataflow logs in with.", func(f *FTP) *string { return &f.User }),
		ftpText("identity", "A file with the private key; `~/` is the home folder.", func(f *FTP) *string { return &f.Identity }),
		ftpText("known_hosts", "A file of host keys in place of those of the user and the system.", func(f *FTP) *string { return &f.KnownHosts }),
		ftpText("host_key", "The only host key that is trusted, as `SHA256:…`; of FTPS, the certificate.", func(f *FTP) *string { return &f.HostKey }),
		ftpText("source", "The folder that the dataflow reads (default: the one of the login).", func(f *FTP) *string { return &f.Source }),
		ftpText("processed", "The folder that it moves files to.", func(f *FTP) *string { return &f.Processed }),
		ftpText("error", "The folder that it writes API error files to.", func(f *FTP) *string { return &f.Error }),
		ftpText("name_pattern", "The dataflow's Filename Pattern, where it is not the `pattern` of the flow.", func(f *FTP) *string { return &f.NamePattern }),
		ftpText("probe_name", "The name of the probe file, for servers that take only certain names.", func(f *FTP) *string { return &f.ProbeName }),
		{Name: "paused", Kind: Yes, set: setPaused, Doc: "The dataflow is paused, so that a pattern may take the probe file."},
		ftpChoice("cluster", "The cluster of Connect+, for its addresses.", clusters.Names(), func(f *FTP) *string { return &f.Cluster }),
		ftpTime("timeout", "How long a request may take (default 15s).", func(f *FTP) *time.Duration { return &f.Timeout }),
		ftpTime("connect_timeout", "How long connecting and logging in may take (default 15s).", func(f *FTP) *time.Duration { return &f.ConnectTimeout }),
	}
}

func setFTP(d *decoder, f *Flow, n *yaml.Node) {
	f.OwnFTP = true
	var known []string
	for _, k := range ftpKeys() {
		known = append(known, k.Name)
	}
	// Keys of secrets are refused in words of their own.
	rest := *n
	rest.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if n.Kind != yaml.MappingNode || key.Kind != yaml.ScalarNode || !secret(key.Value) {
			rest.Content = append(rest.Content, key, n.Content[i+1])
			continue
		}
		name, flag := "PREFLIGHT_FTP_PASSWORD", "--password-file"
		if strings.Contains(strings.ToLower(key.Value), "phrase") {
			name, flag = "PREFLIGHT_FTP_PASSPHRASE", "--passphrase-file"
		}
		d.fail(key, "%s has no place in this file; set %s, or give %s", key.Value, name, flag)
	}
	d.fields(&rest, "ftp", "key", known, func(key string, v *yaml.Node) { d.set(f, ftpKeys(), key, v) })
}

// secret reports keys that are meant to hold a secret.
func secret(key string) bool {
	key = strings.ToLower(key)
	return strings.HasPrefix(key, "passw") || strings.HasPrefix(key, "passphrase") || strings.HasPrefix(key, "secret") ||
		slices.Contains([]string{"pass", "pwd", "token", "identity_passphrase", "key_passphrase", "private_key"}, key)
}

func setPort(d *decoder, f *Flow, n *yaml.Node) {
	text, ok := d.text(n, "port")
	if !ok {
		return
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		d.fail(n, "port is %q; it takes a whole number from 1 to 65535", text)
		return
	}
	f.FTP.Port = port
}

func setPaused(d *decoder, f *Flow, n *yaml.Node) { f.FTP.Paused, _ = d.yes(n, "paused") }
