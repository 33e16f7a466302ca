package ftp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"
)

// plainAlgorithms are the host keys that are asked for where nothing is known of
// a host: no certificates, since nobody would vouch for them.
var plainAlgorithms = []string{
	ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
	ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA,
}

// certAlgorithms are asked for where known_hosts names an authority.
var certAlgorithms = []string{
	ssh.CertAlgoED25519v01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01, ssh.CertAlgoECDSA521v01,
	ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01,
}

// A hostTrust decides whether a host key is the right one: the one of the pin,
// or else one of known_hosts. It writes no file that stays.
type hostTrust struct {
	host     string // as given, without brackets
	alias    string // what known_hosts call it; empty: host and port
	port     int
	pin      string
	db       *knownhosts.HostKeyDB // nil: nothing is known
	names    map[string]string     // of the copies that db was read from: the user's files
	target   string                // the file that new keys would go to
	warnings []string

	revoked map[string]string // fingerprint → the file that revokes it
	blind   string            // a file of revoked keys that cannot be read

	seen      []ssh.PublicKey // keys that are not the pinned one
	exhausted bool            // the server has no other
}

func newHostTrust(o *Options, host string) *hostTrust {
	h := &hostTrust{host: host, alias: o.HostAlias, port: o.Port, pin: o.HostKey, target: "~/.ssh/known_hosts", names: map[string]string{}}
	if len(o.KnownHosts) > 0 {
		h.target = o.KnownHosts[0]
	}
	if h.pin == "" {
		h.load(o.KnownHosts)
	}
	h.revoke(o.Revoked)
	return h
}

func (h *hostTrust) warn(format string, args ...any) {
	h.warnings = append(h.warnings, fmt.Sprintf(format, args...))
}

// revoke reads files of revoked keys, one public key on a line.
//
// Source: sshd_config(5), RevokedKeys; ssh_config(5), RevokedHostKeys. The
// binary lists that ssh-keygen -k makes are not read.
func (h *hostTrust) revoke(files []string) {
	h.revoked = map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			h.blind = file
			continue
		}
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
			if err != nil {
				h.blind = file
				continue
			}
			h.revoked[ssh.FingerprintSHA256(key)] = file
		}
	}
}

// withdrawn is the outcome of a key that is revoked by a file; nil: it is not.
func (h *hostTrust) withdrawn(key ssh.PublicKey) *Outcome {
	plain := key
	if cert, ok := key.(*ssh.Certificate); ok {
		plain = cert.Key
	}
	file, revoked := h.revoked[ssh.FingerprintSHA256(plain)]
	switch {
	case revoked:
		return &Outcome{
			Status: Failed, Detail: fmt.Sprintf("the host key is revoked: %s (%s)", describeKey(key), file),
			Hint: "Do not log in. Tell the owner that the server still shows a key that was withdrawn.",
		}
	case h.blind != "":
		return &Outcome{
			Status: Failed, Detail: fmt.Sprintf("no host key can be trusted: the revoked keys of %s cannot be read", h.blind),
			Hint: "Write one public key on each line of it, or take RevokedHostKeys out of the ssh configuration.",
		}
	}
	return nil
}

// load reads files of known hosts. The library takes files only, and none with
// a line that it cannot read, so it gets copies of the good lines.
func (h *hostTrust) load(files []string) {
	dir, err := os.MkdirTemp("", "preflight-known-hosts-")
	if err != nil {
		h.warn("known hosts were not read: there is no room for a temporary file: %s", clean(err.Error()))
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var copies []string
	for i, file := range files {
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			h.warn("known hosts were not read: %s", clean(err.Error()))
			continue
		}
		name := filepath.Join(dir, strconv.Itoa(i))
		h.names[name] = file
		err = os.WriteFile(name, h.goodLines(file, data), 0o600)
		if err == nil {
			_, err = knownhosts.NewDB(name)
		}
		if err != nil {
			h.warn("%s was not read: %s", file, clean(strings.ReplaceAll(err.Error(), name, file)))
			continue
		}
		copies = append(copies, name)
	}
	if h.db, err = knownhosts.NewDB(copies...); err != nil {
		h.warn("known hosts were not read: %s", clean(err.Error()))
		h.db = nil
	}
}

// namedLines is how many bad lines of one file are named one by one.
const namedLines = 5

// goodLines returns a file's lines with blank ones for those that are no keys.
func (h *hostTrust) goodLines(file string, data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var good bytes.Buffer
	bad := 0
	number := 0
	for line := range bytes.Lines(data) {
		number++
		text, err := knownLine(line)
		if err != nil {
			if bad++; bad <= namedLines {
				h.warn("%s:%d was skipped: %s", file, number, clean(err.Error()))
			}
		}
		good.WriteString(text + "\n")
	}
	if bad > namedLines {
		h.warn("%d more lines of %s were skipped", bad-namedLines, file)
	}
	return good.Bytes()
}

// knownLine returns a line of known_hosts as the library reads it; empty for a
// blank line or a comment.
func knownLine(line []byte) (string, error) {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] == '#' {
		return "", nil
	}
	marker, hosts, key, _, _, err := ssh.ParseKnownHosts(line)
	switch {
	case errors.Is(err, io.EOF):
		return "", errors.New("it holds no key")
	case err != nil:
		return "", errors.New("its key is damaged or of a kind that nobody uses any more")
	case marker != "":
		if marker != "cert-authority" && marker != "revoked" {
			return "", fmt.Errorf("unknown marker @%s", marker)
		}
		marker = "@" + marker + " "
	}
	for i, host := range hosts {
		switch {
		case strings.HasPrefix(host, "|"):
			if err := hashedHost(host); err != nil || len(hosts) > 1 {
				return "", errors.New("its hashed host name is broken")
			}
			continue
		case host == "!":
			return "", errors.New("nothing follows its exclamation mark")
		case strings.HasPrefix(strings.TrimPrefix(host, "!"), "["):
			if _, _, err := net.SplitHostPort(strings.TrimPrefix(host, "!")); err != nil {
				return "", fmt.Errorf("%q is not like [host]:port", host)
			}
		}
		hosts[i] = strings.ToLower(host)
	}
	return marker + strings.Join(hosts, ",") + " " + key.Type() + " " + base64.StdEncoding.EncodeToString(key.Marshal()), nil
}

func hashedHost(host string) error {
	parts := strings.Split(host, "|")
	if len(parts) != 4 || parts[1] != "1" {
		return errors.New("not |1|salt|hash")
	}
	for _, part := range parts[2:] {
		if _, err := base64.StdEncoding.DecodeString(part); err != nil {
			return err
		}
	}
	return nil
}

// lookup is the address that known_hosts is asked for.
func (h *hostTrust) lookup(port int) string {
	if h.alias != "" { // as in ssh, an alias has no port
		return net.JoinHostPort(strings.ToLower(h.alias), "22")
	}
	return net.JoinHostPort(strings.ToLower(h.host), strconv.Itoa(port))
}

// algorithms are those to ask the server for: those of keys that are known come
// first, or else a server with several keys shows one that is not.
func (h *hostTrust) algorithms() []string {
	var all []string
	add := func(algorithms []string) {
		for _, a := range algorithms {
			if a != "ssh-dss" && !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	if h.db != nil {
		known := append(h.db.HostKeys(h.lookup(h.port)), h.db.HostKeys(h.lookup(22))...)
		if slices.ContainsFunc(known, func(key knownhosts.PublicKey) bool { return key.Cert }) {
			add(certAlgorithms) // an authority signs keys of any kind
		}
		for _, key := range known {
			switch {
			case key.Cert:
			case key.Type() == ssh.KeyAlgoRSA:
				add([]string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA})
			default:
				add([]string{key.Type()})
			}
		}
	}
	add(plainAlgorithms)
	return slices.DeleteFunc(all, func(algorithm string) bool {
		return slices.ContainsFunc(h.seen, func(key ssh.PublicKey) bool {
			return algorithm == key.Type() || key.Type() == ssh.KeyAlgoRSA && strings.HasPrefix(algorithm, "rsa-sha2-")
		})
	})
}

// another tells whether to connect once more, for a key that was not seen yet.
// There are fewer kinds of keys than algorithms, so this ends.
func (h *hostTrust) another() bool {
	return len(h.seen) > 0 && !h.exhausted && len(h.algorithms()) > 0
}

// check judges a key that the server has proved to own.
func (h *hostTrust) check(remote net.Addr, key ssh.PublicKey) (trust string, out Outcome) {
	if out := h.withdrawn(key); out != nil {
		h.exhausted = true
		return "", *out
	}
	if h.pin != "" {
		return h.checkPin(key)
	}
	err := error(&xknownhosts.KeyError{})
	if h.db != nil {
		callback := h.db.HostKeyCallback()
		err = callback(h.lookup(h.port), remote, key)
		if _, certificate := key.(*ssh.Certificate); err != nil && h.port != 22 && (certificate || knownhosts.IsHostUnknown(err)) {
			// As OpenSSH does: a line without a port is good for any.
			if callback(h.lookup(22), remote, key) == nil {
				err = nil
			}
		}
	}
	if err == nil {
		return "known", Outcome{Status: Passed, Detail: describeKey(key) + " is in known_hosts"}
	}
	return "", h.distrust(err, key)
}

func (h *hostTrust) checkPin(key ssh.PublicKey) (trust string, out Outcome) {
	if ssh.FingerprintSHA256(key) == h.pin {
		h.seen = nil
		return "pinned", Outcome{Status: Passed, Detail: describeKey(key) + " is the pinned key"}
	}
	h.seen = append(h.seen, key)
	return "", h.notPinned()
}

// notPinned names the keys that were seen in place of the pinned one.
func (h *hostTrust) notPinned() Outcome {
	var seen []string
	for _, key := range h.seen {
		seen = append(seen, describeKey(key))
	}
	return Outcome{
		Status: Failed,
		Detail: fmt.Sprintf("the host key is not the pinned one: the server shows %s instead of %s", strings.Join(seen, ", "), h.pin),
		Hint: "The server was set up anew, or somebody listens in. Ask the owner for the fingerprint, which " +
			"\"ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\" prints on the server, before you change --host-key.",
	}
}

// distrust words why known_hosts does not vouch for a key.
func (h *hostTrust) distrust(err error, key ssh.PublicKey) Outcome {
	shown := describeKey(key)
	out := Outcome{Status: Failed}
	if revoked, ok := errors.AsType[*xknownhosts.RevokedError](err); ok {
		out.Detail = fmt.Sprintf("the host key is revoked: %s (%s)", shown, h.place(revoked.Revoked))
		out.Hint = "Do not log in. Tell the owner that the server still shows a key that was withdrawn."
		return out
	}
	unknown, ok := errors.AsType[*xknownhosts.KeyError](err)
	if !ok {
		out.Detail = fmt.Sprintf("the host certificate of %s is refused: %s", shown, clean(strings.TrimPrefix(err.Error(), "ssh: ")))
		out.Hint = "Ask the owner to renew the certificate of the server for this host name."
		return out
	}
	var authorities, others, same []string
	for _, known := range unknown.Want {
		text := fmt.Sprintf("%s (%s)", describeKey(known.Key), h.place(known))
		switch {
		case h.authority(known.Key):
			authorities = append(authorities, text)
		case known.Key.Type() == key.Type():
			same = append(same, text)
		default:
			others = append(others, text)
		}
	}
	switch {
	case len(same) > 0:
		out.Detail = fmt.Sprintf("the host key has changed: the server shows %s, known is %s", shown, strings.Join(same, ", "))
		out.Hint = fmt.Sprintf("Somebody may listen in, or the server was set up anew. Never replace the key before the owner has "+
			"confirmed the new fingerprint; then: `ssh-keygen -R %s -f %s` and %s",
			quoted(h.pattern()), h.quotedTarget(h.fileOf(unknown.Want)), h.keyscan(key, h.fileOf(unknown.Want)))
	case len(others) > 0:
		out.Detail = fmt.Sprintf("the host key is unknown: %s; known for this host is %s, which the server does not show",
			shown, strings.Join(others, ", "))
		out.Hint = fmt.Sprintf("The server has lost a key, or somebody listens in. Confirm the fingerprint with the owner, then: %s",
			h.keyscan(key, h.target))
	case len(authorities) > 0:
		out.Detail = fmt.Sprintf("the host key is unknown: the server shows %s alone, no certificate of %s",
			shown, strings.Join(authorities, ", "))
		out.Hint = fmt.Sprintf("Ask the owner for a host certificate, or confirm the fingerprint of the key with the owner, then: %s",
			h.keyscan(key, h.target))
	default:
		out.Detail = "the host key is unknown: " + shown
		out.Hint = fmt.Sprintf("Confirm the fingerprint with the owner of the server, then: %s", h.keyscan(key, h.target))
	}
	return out
}

// authority tells whether known_hosts names a key for signing, not for a host.
func (h *hostTrust) authority(key ssh.PublicKey) bool {
	known := append(h.db.HostKeys(h.lookup(h.port)), h.db.HostKeys(h.lookup(22))...)
	return slices.ContainsFunc(known, func(k knownhosts.PublicKey) bool {
		return k.Cert && bytes.Equal(k.Marshal(), key.Marshal())
	})
}

// place names the line of the user's file that a key is from.
func (h *hostTrust) place(known xknownhosts.KnownKey) string {
	return fmt.Sprintf("%s:%d", h.names[known.Filename], known.Line)
}

func (h *hostTrust) fileOf(known []xknownhosts.KnownKey) string {
	return h.names[known[0].Filename]
}

// pattern is how known_hosts writes this host.
func (h *hostTrust) pattern() string { return xknownhosts.Normalize(h.lookup(h.port)) }

// keyscan is the command that adds the key of the server to a file.
func (h *hostTrust) keyscan(key ssh.PublicKey, file string) string {
	rename := ""
	if h.alias != "" {
		rename = " | sed " + quoted("s/^[^ ]*/"+strings.NewReplacer(`\`, `\\`, "/", `\/`, "&", `\&`).Replace(h.alias)+"/")
	}
	return fmt.Sprintf("`ssh-keyscan -p %d -t %s %s%s >> %s`", h.port, keyKind(key), quoted(h.host), rename, h.quotedTarget(file))
}

// quotedTarget quotes a file for a shell, which puts the home folder for ~ only
// where that is not quoted.
func (h *hostTrust) quotedTarget(file string) string {
	if rest, ok := strings.CutPrefix(file, "~/"); ok {
		return "~/" + quoted(rest)
	}
	return quoted(file)
}

// describeKey is a key's kind and fingerprint: "ed25519 SHA256:…". A certificate
// is described by the key that it is for.
func describeKey(key ssh.PublicKey) string {
	if cert, ok := key.(*ssh.Certificate); ok {
		key = cert.Key
	}
	return keyKind(key) + " " + ssh.FingerprintSHA256(key)
}

// keyKind names the type of a key as ssh-keygen -t does: "ed25519".
func keyKind(key ssh.PublicKey) string {
	if cert, ok := key.(*ssh.Certificate); ok {
		key = cert.Key
	}
	kind := clean(key.Type())
	switch {
	case strings.HasPrefix(kind, "sk-"):
		return kind
	case strings.HasPrefix(kind, "ecdsa-"):
		return "ecdsa"
	case kind == "ssh-dss":
		return "dsa"
	}
	return strings.TrimPrefix(kind, "ssh-")
}
