//go:build unix

package ftp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/connectplus/preflight/ftp"
	"github.com/connectplus/preflight/internal/sftptest"
)

// A daemonCase is an account of a real server program, and what a probe of it
// must say.
type daemonCase struct {
	name    string
	verdict ftp.Verdict
	steps   string            // that did not pass
	says    map[string]string // step id → part of its texts
	start   func(t *testing.T) (*sftptest.Daemon, ftp.Options)
}

func (c daemonCase) run(t *testing.T) {
	t.Parallel()
	server, o := c.start(t)
	d := server.Dirs
	d.Put(t, "sales_2026-11-20.csv", "billNumber\nB1\n")
	before := d.Hash(t)
	o.SetPatience(200 * time.Millisecond)
	r, err := ftp.Probe(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Verdict(); got != c.verdict {
		t.Errorf("verdict %s, want %s", got, c.verdict)
	}
	same(t, "steps", statuses(r), c.steps)
	for id, want := range c.says {
		if got := texts(r.Step(id)); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q in it", id, got, want)
		}
	}
	if after := d.Hash(t); after != before || len(r.Leftovers) > 0 {
		t.Errorf("the folders differ: %v %v %v; named as left: %v", d.Names(t, d.In), d.Names(t, d.Done), d.Names(t, d.Err), r.Leftovers)
	}
	if r.Requests == 0 || r.Server == "" {
		t.Errorf("%d requests to %q", r.Requests, r.Server)
	}
	for _, s := range r.Steps {
		if t.Failed() {
			t.Logf("%-16s %-4s %s", s.ID, s.Status, texts(s))
		}
	}
}

func sshd(directives string, sftp ...string) func(t *testing.T) (*sftptest.Daemon, ftp.Options) {
	return func(t *testing.T) (*sftptest.Daemon, ftp.Options) {
		server := sftptest.SSHD(t, sftptest.SSHDConfig{SFTP: sftp, Directives: directives})
		o := options(server.Place, server.User, "", server.Dirs)
		o.Password, o.Identities, o.KnownHosts = nil, []string{server.Identity}, []string{server.KnownHosts}
		return server, o
	}
}

func proftpd(config sftptest.ProFTPDConfig) func(t *testing.T) (*sftptest.Daemon, ftp.Options) {
	return func(t *testing.T) (*sftptest.Daemon, ftp.Options) {
		config.Dirs = sftptest.Folders(t)
		config.Directives = strings.ReplaceAll(config.Directives, "DONE", config.Dirs.Done)
		server := sftptest.ProFTPD(t, config)
		o := options(server.Place, server.User, server.Password, server.Dirs)
		switch {
		case config.SFTP:
			o.KnownHosts = []string{server.KnownHosts}
		case config.TLS == sftptest.NoTLS:
			o.Protocol = ftp.FTP
		default:
			o.Protocol, o.HostKey = ftp.FTPS, server.CertFingerprint
		}
		return server, o
	}
}

// limit is a <Limit> of proftpd that denies commands to all.
func limit(commands string) string { return fmt.Sprintf("<Limit %s>\n  DenyAll\n</Limit>\n", commands) }

const (
	plainFTP = " posix-rename:skip space:skip waiting-files:skip host-key:skip"

	nothing = "upload-source:skip read-source:skip remove-source:fail upload-processed:skip read-processed:skip remove-processed:fail " +
		"upload-error:skip remove-error:fail move-processed:skip move-error:skip"
)

func TestRealServers(t *testing.T) {
	for _, c := range []daemonCase{
		{name: "sshd", verdict: ftp.Pass, steps: usual, start: sshd("")},
		{name: "sshd, move denied", verdict: ftp.Fail, start: sshd("", "-P", "rename,posix-rename"),
			steps: "move-processed:fail move-error:fail posix-rename:skip",
			says:  map[string]string{"move-processed": "OpenSSH: take rename and posix-rename out of the -P list"}},
		{name: "sshd, read-only", verdict: ftp.Fail, start: sshd("", "-R"),
			steps: strings.NewReplacer("move-processed:skip", "move-processed:fail", "move-error:skip", "move-error:fail").Replace(nothing) +
				" posix-rename:skip waiting-files:skip"},
		{name: "sshd, no subsystem", verdict: ftp.Incomplete, start: sshd("ForceCommand /bin/false"),
			steps: "start-sftp:fail " + untried()},

		{name: "mod_sftp", verdict: ftp.Pass, steps: usual, start: proftpd(sftptest.ProFTPDConfig{SFTP: true})},
		{name: "mod_sftp, move denied", verdict: ftp.Fail, start: proftpd(sftptest.ProFTPDConfig{SFTP: true, Directives: limit("RNFR RNTO")}),
			steps: "move-processed:fail move-error:fail posix-rename:skip",
			says:  map[string]string{"move-processed": "ProFTPD: take RNFR and RNTO out"}},
		{name: "mod_sftp, remove denied", verdict: ftp.Fail, start: proftpd(sftptest.ProFTPDConfig{SFTP: true, Directives: limit("DELE")}),
			steps: nothing + " posix-rename:skip waiting-files:skip"},
		{name: "mod_sftp, no posix-rename", verdict: ftp.Pass, start: proftpd(sftptest.ProFTPDConfig{SFTP: true, Directives: "SFTPExtensions -posixRename\n"}),
			steps: usual + " posix-rename:skip"},
		{name: "mod_sftp, processed closed", verdict: ftp.Fail,
			start: proftpd(sftptest.ProFTPDConfig{SFTP: true, Directives: "<Directory DONE>\n" + limit("STOR WRITE RNTO") + "</Directory>\n"}),
			steps: "move-processed:fail upload-processed:skip read-processed:skip remove-processed:fail posix-rename:skip",
			says:  map[string]string{"move-processed": "take STOR and WRITE out"}},

		{name: "FTP", verdict: ftp.Pass, steps: usual + plainFTP, start: proftpd(sftptest.ProFTPDConfig{})},
		{name: "FTP, move denied", verdict: ftp.Fail, start: proftpd(sftptest.ProFTPDConfig{Directives: limit("RNFR RNTO")}),
			steps: "move-processed:fail move-error:fail" + plainFTP, says: map[string]string{"move-processed": "unprocessed, and no error"}},
		{name: "FTP, move to processed denied", verdict: ftp.Fail,
			start: proftpd(sftptest.ProFTPDConfig{Directives: "<Directory DONE>\n" + limit("RNTO") + "</Directory>\n"}),
			steps: "move-processed:fail" + plainFTP},
		{name: "FTP, remove denied", verdict: ftp.Fail, start: proftpd(sftptest.ProFTPDConfig{Directives: limit("DELE")}),
			steps: nothing + plainFTP},
		{name: "FTP, upload denied", verdict: ftp.Fail, start: proftpd(sftptest.ProFTPDConfig{Directives: limit("STOR")}),
			steps: "upload-source:fail read-source:skip remove-source:skip move-processed:skip upload-processed:skip read-processed:skip " +
				"remove-processed:skip move-error:skip upload-error:fail remove-error:skip" + plainFTP},
		{name: "FTP, read denied", verdict: ftp.Fail, start: proftpd(sftptest.ProFTPDConfig{Directives: limit("RETR")}),
			steps: usual + " read-source:fail read-processed:fail" + plainFTP},
		{name: "FTPS", verdict: ftp.Pass, start: proftpd(sftptest.ProFTPDConfig{TLS: sftptest.ExplicitRequired}),
			steps: usual + " posix-rename:skip space:skip waiting-files:skip"},
		{name: "FTPS, move denied", verdict: ftp.Fail,
			start: proftpd(sftptest.ProFTPDConfig{TLS: sftptest.ExplicitRequired, Directives: limit("RNFR RNTO")}),
			steps: "move-processed:fail move-error:fail posix-rename:skip space:skip waiting-files:skip"},
		{name: "FTP where TLS is required", verdict: ftp.Incomplete, steps: "login:fail start-sftp:skip host-key:skip " + untried(),
			start: func(t *testing.T) (*sftptest.Daemon, ftp.Options) {
				server, o := proftpd(sftptest.ProFTPDConfig{TLS: sftptest.ExplicitRequired})(t)
				o.Protocol, o.HostKey = ftp.FTP, ""
				return server, o
			},
			says: map[string]string{"login": "--protocol ftps"}},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), c.run)
	}
}

// untried are the steps after logging in, all skipped.
func untried() string {
	var list []string
	later := false
	for _, s := range ftp.Steps() {
		if later && s.ID != "cleanup" {
			list = append(list, s.ID+":skip")
		}
		later = later || s.ID == "start-sftp"
	}
	return strings.Join(list, " ")
}
