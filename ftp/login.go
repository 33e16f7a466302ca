package ftp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"
)

// An sshLogin is the login on one connection: it picks what to try next and
// remembers what came of it.
type sshLogin struct {
	ctx  context.Context
	o    *Options
	t    *tracer
	wire *wire
	ask  func(f func()) // runs f, which may wait for a person

	allowed  []string // by the server, as of its last answer
	last     string   // the method under way
	keys     []*loginKey
	listed   bool // keys are complete
	offered  int  // of keys, those that went to the server
	waiting  int  // the first of keys that has not been offered yet
	taken    *loginKey
	password bool     // was sent
	tried    []string // methods
	question string   // of the dialogue, which the password answered
	banner   string
	warnings []string
	stop     *Outcome // ends the login
	agent    net.Conn
}

// errStopped ends a login whose outcome is known.
var errStopped = errors.New("the login was stopped")

func (l *sshLogin) close() {
	if l.agent != nil {
		_ = l.agent.Close()
	}
}

// next picks a method: keys, then the password, then a dialogue with it.
//
// Where nothing is left it returns nil, so that the library tells what happened
// last.
func (l *sshLogin) next(c *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
	l.allowed = c.AllowedMethods
	if l.stop == nil && len(c.PartialSuccessMethods) > 0 {
		l.stop = l.secondFactor(fmt.Sprintf("after %s the server wants %s", c.PartialSuccessMethods[0], l.methods()))
	}
	if l.stop != nil {
		return nil, errStopped
	}
	if l.wire.failure() != nil {
		return nil, nil // nobody is to be asked for a password in vain
	}
	if slices.Contains(l.allowed, "publickey") {
		l.listKeys()
		if l.stop != nil {
			return nil, errStopped
		}
		if l.waiting < len(l.keys) {
			return l.begin("publickey", l.offer()), nil
		}
	}
	for _, method := range []string{"password", "keyboard-interactive"} {
		if l.o.Password == nil || slices.Contains(l.tried, method) || !slices.Contains(l.allowed, method) {
			continue
		}
		if method == "password" {
			return l.begin(method, ssh.PasswordCallback(l.askPassword)), nil
		}
		return l.begin(method, ssh.KeyboardInteractive(l.answer)), nil
	}
	return nil, nil
}

func (l *sshLogin) begin(method string, m ssh.AuthMethod) ssh.AuthMethod {
	l.last = method
	l.tried = append(l.tried, method)
	l.t.note("login tries " + method + "; the server takes " + l.methods())
	return m
}

// methods lists what the server takes.
func (l *sshLogin) methods() string {
	if len(l.allowed) == 0 {
		return "nothing"
	}
	return clean(strings.Join(l.allowed, ", "))
}

// offer takes all keys that are left. The library tries them in their order.
func (l *sshLogin) offer() ssh.AuthMethod {
	var signers []ssh.Signer
	for _, k := range l.keys[l.waiting:] {
		l.t.note("login offers " + k.describe())
		signers = append(signers, k)
	}
	l.waiting, l.offered = len(l.keys), len(l.keys)
	return ssh.PublicKeys(signers...)
}

// askPassword returns the password. It is called after the host key is accepted.
func (l *sshLogin) askPassword() (string, error) {
	var secret Secret
	var err error
	l.ask(func() { secret, err = l.o.askPassword(l.ctx) })
	if err != nil {
		l.stop = &Outcome{Status: Failed, Detail: "the password was not read: " + clean(err.Error())}
		return "", err
	}
	l.password = true
	return string(secret), nil
}

// What servers write when a password has to be changed, and when they want
// something that only a person has.
var (
	expiry   = regexp.MustCompile(`(?i)\bexpired\b|(change|new|retype|current)\)? (unix )?password|password .*must be changed`)
	onceOnly = regexp.MustCompile(`(?i)verification|one.?time|\botp\b|\btoken\b|passcode|authenticator|\bduo\b|\b2fa\b|\bmfa\b|\bpin\b|second factor|\bcode\b`)
)

// answer takes part in a dialogue: one hidden question gets the password.
func (l *sshLogin) answer(name, instruction string, questions []string, echos []bool) ([]string, error) {
	said := clean(strings.Join(append([]string{name, instruction}, questions...), " "))
	if said != "" {
		l.t.note("the server asks " + strconv.Quote(said))
	}
	switch {
	case expiry.MatchString(said):
		l.stop = l.expired(said)
	case len(questions) == 0:
		return nil, nil
	case len(questions) == 1 && questions[0] == l.question:
		l.stop = l.summary() // the password was wrong, so it is asked again
	case len(questions) > 1 || echos[0] || l.question != "" || onceOnly.MatchString(questions[0]):
		asked := clean(strings.Join(questions, " "))
		l.stop = l.secondFactor(fmt.Sprintf("the server asks %q", asked))
		l.stop.Server = asked
	}
	if l.stop != nil {
		return nil, errStopped
	}
	secret, err := l.askPassword()
	l.question = questions[0]
	return []string{secret}, err
}

func (l *sshLogin) secondFactor(what string) *Outcome {
	return &Outcome{
		Status: Failed,
		Detail: "login needs a second factor: a dataflow cannot give one; " + what,
		Hint:   fmt.Sprintf("Ask the owner to exempt %q from it, or to let it in with a key alone.", l.o.User),
	}
}

func (l *sshLogin) expired(said string) *Outcome {
	return &Outcome{
		Status: Failed,
		Detail: fmt.Sprintf("the password of %q has expired: the server asks for a new one", l.o.User),
		Hint: fmt.Sprintf("Set a new one by hand (ssh -p %d %s), or ask the owner to; passwords of dataflows are best exempt from expiry.",
			l.o.Port, quoted(l.o.User+"@"+l.o.Host)),
		Server: said,
	}
}

// hearBanner keeps what the server shows before the login.
func (l *sshLogin) hearBanner(text string) error {
	text = clean(text)
	if text != "" {
		l.t.note("banner " + strconv.Quote(text))
		l.banner = clean(l.banner + " " + text)
	}
	return nil
}

// passed words a login that worked.
func (l *sshLogin) passed() Outcome {
	if strings.Contains(strings.ToLower(l.banner), "expire") {
		l.warnings = append(l.warnings, fmt.Sprintf("the server says %q", l.banner))
	}
	how := "without key or password"
	switch {
	case l.last == "publickey" && l.taken != nil:
		how = "with " + l.taken.describe()
	case l.last == "password":
		how = "with the password"
	case l.last == "keyboard-interactive":
		how = "with the password (keyboard-interactive)"
	}
	return Outcome{Status: Passed, Detail: fmt.Sprintf("logged in as %q %s", l.o.User, how)}
}

// warned is what a banner says of a password that has expired.
var warned = regexp.MustCompile(`(?i)(password|account).* (has expired|is expired|must be changed)`)

// failed words a login that did not work; err is of the library.
func (l *sshLogin) failed(err error) Outcome {
	out := l.judge(err)
	if out.Server == "" {
		out.Server = l.banner
	}
	return out
}

// disconnect is how the library prints a server's goodbye.
var disconnect = regexp.MustCompile(`ssh: disconnect, reason (\d+): (".*")`)

func (l *sshLogin) judge(err error) Outcome {
	if l.stop != nil {
		return *l.stop
	}
	if m := disconnect.FindStringSubmatch(err.Error()); m != nil {
		return l.disconnected(m[2])
	}
	cause := l.wire.failure()
	switch {
	case strings.Contains(err.Error(), "unexpected message type 60"): // a request for a new password
		return *l.expired("")
	case timedOut(cause):
		return Outcome{
			Status: Failed,
			Detail: fmt.Sprintf("the server does not finish the login within %s", l.o.ConnectTimeout),
			Hint:   "Try --connect-timeout 60s; if that does not help, ask the owner why logins hang.",
		}
	case cause != nil:
		return Outcome{
			Status: Failed,
			Detail: fmt.Sprintf("the server closes the connection while %q logs in%s", l.o.User, l.attempts()),
			Hint: "Check the user name. The account may be locked, or be allowed from other addresses only: " + allowList +
				" If many keys were offered, name the right one with --identity FILE.",
		}
	case warned.MatchString(l.banner):
		return *l.expired(l.banner)
	}
	return *l.summary()
}

func (l *sshLogin) disconnected(quoted string) Outcome {
	said, err := strconv.Unquote(quoted)
	if err != nil {
		said = quoted
	}
	said = clean(said)
	out := Outcome{
		Status: Failed,
		Detail: fmt.Sprintf("the server ends the login of %q: %q", l.o.User, said),
		Hint:   "Ask the owner; the text is in the log of the server, too.",
		Server: said,
	}
	if strings.Contains(strings.ToLower(said), "too many authentication failures") {
		out.Detail = fmt.Sprintf("the server ends the login of %q after too many attempts%s", l.o.User, l.attempts())
		out.Hint = "Offer one key only, the one of the dataflow: --identity FILE."
	}
	return out
}

// attempts tells what was tried, as an addition to a sentence.
func (l *sshLogin) attempts() string {
	switch {
	case l.offered > 1:
		return fmt.Sprintf("; %d keys were offered", l.offered)
	case l.offered == 1:
		return "; one key was offered"
	}
	return ""
}

// summary words a login that the server refused: what was tried, what was not
// and why, and what the server takes.
func (l *sshLogin) summary() *Outcome {
	keys := slices.Contains(l.allowed, "publickey")
	passwords := slices.Contains(l.allowed, "password") || slices.Contains(l.allowed, "keyboard-interactive")
	var tried, hints []string
	switch {
	case l.offered == 1:
		tried = append(tried, l.keys[0].describe()+" was refused")
	case l.offered > 1:
		tried = append(tried, fmt.Sprintf("%d keys were refused", l.offered))
	case keys && len(l.o.Identities) > 0:
		tried = append(tried, "no key could be read")
	case keys:
		tried = append(tried, "no key was given")
	case len(l.o.Identities) > 0 && !l.o.Optional:
		tried = append(tried, "keys are not taken")
	}
	switch {
	case l.password:
		tried = append(tried, "the password was refused")
	case passwords && l.o.Password == nil:
		tried = append(tried, "no password was given")
	case l.o.Password != nil:
		tried = append(tried, "passwords are not taken")
	}
	if l.offered > 0 || l.password {
		hints = append(hints, "Check the user name.")
	}
	if l.offered > 0 {
		hints = append(hints, "Ask the owner to install the public key for this account; \"ssh-keygen -y -f KEY\" prints it.")
	} else if keys && !l.password {
		hints = append(hints, "Name the key of the dataflow with --identity FILE.")
	}
	if l.password {
		hints = append(hints, "Check the password; the account may be locked, or the password expired.")
	} else if passwords && l.o.Password == nil {
		hints = append(hints, "Give the password in PREFLIGHT_FTP_PASSWORD or with --password-file FILE.")
	}
	if !keys && !passwords {
		hints = append(hints, "Ask the owner to allow a key or a password for this account; a dataflow can give nothing else.")
	}
	if len(tried) == 0 {
		tried = append(tried, "there was nothing to try")
	}
	return &Outcome{
		Status: Failed,
		Detail: fmt.Sprintf("user %q is not let in: %s; the server takes %s", l.o.User, strings.Join(tried, ", "), l.methods()),
		Hint:   strings.Join(hints, " "),
	}
}
