package ftp

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/kevinburke/ssh_config"
)

// An SSHHost is what an OpenSSH client configuration says of one host. Fields
// that it does not say anything of are zero.
type SSHHost struct {
	HostName string // to connect to; the alias itself where the configuration names no other
	Port     int
	User     string

	// Identities are the files of private keys, in their order; nil: not said,
	// empty: none ("IdentityFile none").
	Identities     []string
	IdentitiesOnly bool   // the agent's other keys are not to be offered
	Agent          string // IdentityAgent: a socket, "none", "SSH_AUTH_SOCK" or "$NAME" of the environment

	KnownHosts   []string // UserKnownHostsFile; nil: not said, empty: none
	Revoked      []string // files of RevokedHostKeys
	HostKeyAlias string   // the name to look up in KnownHosts in place of HostName
}

// ReadSSHConfig looks up a host, as it was typed, in the text of an OpenSSH
// client configuration.
//
// A leading "~/" of files is the home folder, as are %d; %h, %n, %p, %r and %%
// are filled in. Files of Include lines are read; those without a folder are
// looked for in ~/.ssh of the account that runs.
//
// Parts that cannot be understood are left out, each with a warning that names
// the lines: Match blocks with a condition, above all. So are jump hosts, which
// nothing here connects through.
//
// Errors: the text is no configuration even without such parts.
//
// Source: ssh_config(5).
func ReadSSHConfig(data []byte, alias, home string) (SSHHost, []string, error) {
	lines, warnings := tame(data)
	config, more, err := decode(lines)
	warnings = append(warnings, more...)
	if err != nil {
		return SSHHost{HostName: alias}, warnings, err
	}
	r := &sshConfigReader{config: config, alias: alias, home: home, warnings: warnings}
	return r.host(), r.warnings, nil
}

// tame rewrites lines that the library would misread, line by line: Match blocks
// that depend on more than the name that was typed become blank.
func tame(data []byte) (lines []string, warnings []string) {
	text := strings.ReplaceAll(string(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))), "\r\n", "\n")
	lines = strings.Split(strings.TrimRight(text, "\n"), "\n")
	cut, reason := -1, "" // where a block began that is left out
	end := func(next int) {
		if cut >= 0 {
			warnings = append(warnings, lineRange(cut+1, next)+" not read: "+reason)
		}
		cut = -1
	}
	for i, line := range lines {
		keyword, value := directive(line)
		switch keyword {
		case "host":
			end(i)
			lines[i] = "Host " + strings.Join(patterns(value), " ")
		case "userknownhostsfile":
			lines[i] = "UserKnownHostsFile " + strings.Join(splitFiles(value), fileMark) + fileMark
		case "match":
			end(i)
			fields := patterns(value)
			switch {
			case len(fields) == 1 && strings.EqualFold(fields[0], "all"):
				lines[i] = "Host *"
			case len(fields) == 2 && strings.EqualFold(fields[0], "originalhost"):
				lines[i] = "Host " + strings.ReplaceAll(fields[1], ",", " ")
			default:
				cut, reason = i, fmt.Sprintf("%q cannot be judged", clean(strings.TrimSpace(line)))
			}
		}
		if cut >= 0 {
			lines[i] = ""
		}
	}
	end(len(lines))
	return lines, warnings
}

func lineRange(first, last int) string {
	if first == last {
		return fmt.Sprintf("line %d of the ssh configuration was", first)
	}
	return fmt.Sprintf("lines %d–%d of the ssh configuration were", first, last)
}

// directive splits a line; the keyword is in lower case.
func directive(line string) (keyword, value string) {
	line = strings.TrimSpace(line)
	i := strings.IndexAny(line, " \t=")
	if i < 0 {
		return strings.ToLower(line), ""
	}
	value = strings.TrimSpace(line[i:])
	value = strings.TrimSpace(strings.TrimPrefix(value, "="))
	return strings.ToLower(line[:i]), value
}

// patterns splits the value of Host or Match, up to a comment.
func patterns(value string) []string {
	if i := strings.Index(value, " #"); i >= 0 {
		value = value[:i]
	}
	fields := strings.Fields(value)
	for i, field := range fields {
		fields[i] = strings.Trim(field, `"`)
	}
	return fields
}

// maxRepairs bounds how many lines are left out because the library refuses them.
const maxRepairs = 50

var position = regexp.MustCompile(`^\((\d+), \d+\): `)

// decode reads lines, without those that the library names as wrong: mostly an
// Include of a file with a Match block.
func decode(lines []string) (config *ssh_config.Config, warnings []string, err error) {
	for range maxRepairs {
		config, err = ssh_config.DecodeBytes([]byte(strings.Join(lines, "\n") + "\n"))
		if err == nil {
			return config, warnings, nil
		}
		text := err.Error()
		number := 0
		if m := position.FindStringSubmatch(text); m != nil {
			number, _ = strconv.Atoi(m[1]) // of digits alone
			text = text[len(m[0]):]
		} else if errors.Is(err, ssh_config.ErrDepthExceeded) {
			number = nextInclude(lines)
		}
		if number < 1 || number > len(lines) || lines[number-1] == "" {
			break
		}
		warnings = append(warnings, fmt.Sprintf("line %d of the ssh configuration was not read: %s", number, clean(text)))
		lines[number-1] = ""
	}
	return nil, warnings, fmt.Errorf("the ssh configuration cannot be read: %s", clean(err.Error()))
}

// nextInclude returns the number of the first Include line; 0: there is none.
func nextInclude(lines []string) int {
	for i, line := range lines {
		if keyword, _ := directive(line); keyword == "include" {
			return i + 1
		}
	}
	return 0
}

type sshConfigReader struct {
	config      *ssh_config.Config
	alias, home string
	warnings    []string
}

func (r *sshConfigReader) warn(format string, args ...any) {
	r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
}

// get returns the first value of a keyword, the one that counts.
func (r *sshConfigReader) get(keyword string) string {
	value, err := r.config.Get(r.alias, keyword)
	if err != nil {
		r.warn("%s of the ssh configuration was not read: %s", keyword, clean(err.Error()))
	}
	return strings.TrimSpace(value)
}

func (r *sshConfigReader) host() SSHHost {
	h := SSHHost{HostName: r.alias, User: r.get("User"), HostKeyAlias: r.get("HostKeyAlias")}
	if name := r.get("HostName"); name != "" {
		h.HostName = strings.NewReplacer("%%", "%", "%h", r.alias, "%n", r.alias).Replace(name)
	}
	if text := r.get("Port"); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil || port < 1 || port > 65535 {
			r.warn("Port %q of the ssh configuration was not read: ports are 1 to 65535", text)
		} else {
			h.Port = port
		}
	}
	h.IdentitiesOnly = strings.EqualFold(r.get("IdentitiesOnly"), "yes")
	files, err := r.config.GetAll(r.alias, "IdentityFile")
	if err != nil {
		r.warn("IdentityFile of the ssh configuration was not read: %s", clean(err.Error()))
	}
	h.Identities = r.files("IdentityFile", files, h)
	h.KnownHosts = r.files("UserKnownHostsFile", splitFiles(r.get("UserKnownHostsFile")), h)
	h.Revoked = r.files("RevokedHostKeys", splitFiles(r.get("RevokedHostKeys")), h)
	switch socket := r.get("IdentityAgent"); {
	case socket == "", strings.EqualFold(socket, "none"):
		h.Agent = strings.ToLower(socket)
	case socket == "SSH_AUTH_SOCK", strings.HasPrefix(socket, "$"):
		h.Agent = socket
	default:
		if sockets := r.files("IdentityAgent", []string{socket}, h); len(sockets) == 1 {
			h.Agent = sockets[0]
		}
	}
	for _, keyword := range []string{"ProxyJump", "ProxyCommand"} {
		if value := r.get(keyword); value != "" && !strings.EqualFold(value, "none") {
			r.warn("the ssh configuration reaches %s through %s %q; preflight connects directly", clean(r.alias), keyword, clean(value))
		}
	}
	return h
}

// files fills in names of files; "none" stands for no file.
func (r *sshConfigReader) files(keyword string, names []string, h SSHHost) []string {
	if len(names) == 0 {
		return nil
	}
	files := []string{}
	for _, name := range names {
		if strings.EqualFold(name, "none") {
			continue
		}
		file, err := r.expand(name, h)
		if err != nil {
			r.warn("%s %q of the ssh configuration was not read: %s", keyword, clean(name), err)
			continue
		}
		files = append(files, file)
	}
	return files
}

// expand fills in the home folder and the tokens.
func (r *sshConfigReader) expand(name string, h SSHHost) (string, error) {
	if rest, ok := strings.CutPrefix(name, "~"); ok {
		if rest != "" && rest[0] != '/' {
			return "", errors.New("the home folder of another account is not known")
		}
		name = "%d" + rest
	}
	port := "22"
	if h.Port != 0 {
		port = strconv.Itoa(h.Port)
	}
	tokens := map[byte]string{'%': "%", 'd': r.home, 'h': h.HostName, 'n': r.alias, 'p': port, 'r': h.User}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] != '%' {
			b.WriteByte(name[i])
			continue
		}
		if i++; i == len(name) {
			return "", errors.New("nothing follows the %")
		}
		value, ok := tokens[name[i]]
		if !ok {
			return "", fmt.Errorf("%%%c is not known here", name[i])
		}
		if value == "" {
			return "", fmt.Errorf("%%%c has no value here", name[i])
		}
		b.WriteString(value)
	}
	return filepath.FromSlash(b.String()), nil
}

// fileMark follows each file of a value whose quotes are taken off already: the
// library takes off some, and then does not tell which spaces were inside.
const fileMark = "\x1f"

// splitFiles splits a value at spaces outside of quotes, up to a comment.
func splitFiles(value string) []string {
	if strings.Contains(value, fileMark) {
		return strings.Split(strings.TrimSuffix(value, fileMark), fileMark)
	}
	var all []string
	var b strings.Builder
	quoted, begun := false, false
	for _, c := range value {
		switch {
		case c == '"':
			quoted, begun = !quoted, true
		case c == '#' && !quoted && !begun:
			return all
		case (c == ' ' || c == '\t') && !quoted:
			if begun {
				all = append(all, b.String())
			}
			b.Reset()
			begun = false
		default:
			b.WriteRune(c)
			begun = true
		}
	}
	if begun {
		all = append(all, b.String())
	}
	return all
}
