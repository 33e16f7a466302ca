package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/ftp"
)

// Files that OpenSSH looks at, too, in its order. Those of the user come with
// what ~/.ssh/config says in place of them.
const (
	sshConfigFile     = "~/.ssh/config"
	systemKnownHosts  = "/etc/ssh/ssh_known_hosts"
	authSocketOfAgent = "SSH_AUTH_SOCK"
)

var (
	usualIdentities = []string{"~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"}
	usualKnownHosts = []string{"~/.ssh/known_hosts", "~/.ssh/known_hosts2"}
)

// overlayKeys sets what only SSH has: keys, the agent, known hosts. What
// preflight.yaml says of them does not matter to FTP; a flag is a mistake.
func (f *access) overlayKeys(p *accessPlan, file string, c config.FTP) error {
	o := &p.options
	if o.Protocol == ftp.FTP && o.HostKey != "" {
		return usage("%s is of no use with protocol ftp, which proves no server; take sftp or ftps, or leave it out", p.from["HostKey"])
	}
	if o.Protocol != ftp.SFTP {
		for _, flag := range []string{"identity", "passphrase-file", "known-hosts", "no-agent"} {
			if f.flags.Changed(flag) {
				return usage("--%s is of no use with protocol %s, which knows no keys; leave it out", flag, o.Protocol)
			}
		}
		return nil
	}
	ssh := f.sshConfig(p)
	if o.User == "" {
		o.User = ssh.User
	}
	if o.Port == 0 {
		o.Port = ssh.Port
	}
	if ssh.HostName != "" && ssh.HostName != o.Host {
		o.Host, p.from["Host"] = ssh.HostName, sshConfigFile+": HostName"
	}
	if !f.noAgent {
		o.Agent = agentSocket(ssh.Agent)
	}
	if err := f.chooseIdentities(p, file, c, ssh); err != nil {
		return err
	}
	if err := f.chooseKnownHosts(p, file, c, ssh); err != nil {
		return err
	}
	if !o.Optional {
		for _, key := range o.Identities {
			p.login = append(p.login, "-i", key)
		}
	}
	if f.flags.Changed("known-hosts") || c.KnownHosts != "" {
		p.login = append(p.login, "-o", "UserKnownHostsFile="+strings.Join(o.KnownHosts, " "))
	}
	return nil
}

// sshConfig looks the host up in the user's configuration of OpenSSH.
func (f *access) sshConfig(p *accessPlan) ftp.SSHHost {
	if f.isolated || p.options.Host == "" {
		return ftp.SSHHost{}
	}
	data, err := os.ReadFile(home(sshConfigFile))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			p.warnings = append(p.warnings, fmt.Sprintf("cannot read %s: %s", sshConfigFile, reason(err)))
		}
		return ftp.SSHHost{}
	}
	ssh, warnings, err := ftp.ReadSSHConfig(data, p.options.Host, home("~"))
	for _, w := range warnings {
		p.warnings = append(p.warnings, strings.ReplaceAll(w, "the ssh configuration", sshConfigFile))
	}
	if err != nil {
		p.warnings = append(p.warnings, err.Error())
		return ftp.SSHHost{}
	}
	return ssh
}

// agentSocket returns the socket that IdentityAgent of the configuration means.
func agentSocket(configured string) string {
	switch name, variable := strings.CutPrefix(configured, "$"); {
	case configured == "none":
		return ""
	case configured == "" || configured == authSocketOfAgent:
		return os.Getenv(authSocketOfAgent)
	case variable:
		return os.Getenv(strings.Trim(name, "{}"))
	}
	return configured
}

// chooseIdentities sets the keys: those that were named, else guesses.
func (f *access) chooseIdentities(p *accessPlan, file string, c config.FTP, ssh ftp.SSHHost) error {
	o := &p.options
	switch {
	case f.flags.Changed("identity"):
		return named("--identity", f.identities, &o.Identities)
	case c.Identity != "":
		return named(file+": ftp: identity", []string{beside(file, c.Identity)}, &o.Identities)
	}
	// Of files that the configuration of OpenSSH names, as of the usual ones,
	// those that are missing are left out.
	o.Optional = true
	if ssh.IdentitiesOnly {
		o.Agent = ""
	}
	if ssh.Identities != nil {
		o.Identities = ssh.Identities
		return nil
	}
	for _, path := range usualIdentities {
		if _, err := os.Stat(home(path)); err == nil {
			o.Identities = append(o.Identities, home(path))
		}
	}
	return nil
}

// chooseKnownHosts sets the files of host keys. Usual ones may be missing.
func (f *access) chooseKnownHosts(p *accessPlan, file string, c config.FTP, ssh ftp.SSHHost) error {
	o := &p.options
	o.HostAlias, o.Revoked = ssh.HostKeyAlias, ssh.Revoked
	switch {
	case f.flags.Changed("known-hosts"):
		return knownHosts("--known-hosts", f.knownHosts, &o.KnownHosts)
	case c.KnownHosts != "":
		return knownHosts(file+": ftp: known_hosts", []string{beside(file, c.KnownHosts)}, &o.KnownHosts)
	case ssh.KnownHosts != nil:
		o.KnownHosts = append(o.KnownHosts, ssh.KnownHosts...)
	default:
		for _, path := range usualKnownHosts {
			o.KnownHosts = append(o.KnownHosts, home(path))
		}
	}
	o.KnownHosts = append(o.KnownHosts, systemKnownHosts)
	return nil
}

// beside returns a path that a configuration names as seen from the working
// directory: one that is not absolute begins at the folder of the configuration.
func beside(config, path string) string {
	if path = home(path); filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(config), path)
}

// knownHosts sets files of host keys that somebody named. One that is missing
// knows no host, as for ssh: the report says how to begin it.
func knownHosts(by string, paths []string, to *[]string) error {
	for _, path := range paths {
		if err := named(by, []string{path}, to); err != nil {
			if _, missing := os.Stat(home(path)); !errors.Is(missing, fs.ErrNotExist) {
				return err
			}
			*to = append(*to, home(path))
		}
	}
	return nil
}

// named sets files that somebody named, so that each must be readable.
func named(by string, paths []string, to *[]string) error {
	for _, path := range paths {
		path = home(path)
		if err := readable(path); err != nil {
			return usage("%s: cannot read %q: %s", by, path, reason(err))
		}
		*to = append(*to, path)
	}
	return nil
}

// readable returns why a file cannot be read.
func readable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return errFolder
	case !info.Mode().IsRegular(): // a pipe gives its content once
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return f.Close()
}

// home puts the home folder of the user in place of a leading ~.
func home(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	dir, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return filepath.Join(dir, rest)
}
