package ftp

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
)

// said is the last answer as it was given, cleaned: "530 Login incorrect."
func (w *plainWire) said() string {
	if w.code == 0 {
		return ""
	}
	return clean(fmt.Sprintf("%d %s", w.code, w.words))
}

// silentFor tells whether the connection ended because the server said nothing.
func (w *plainWire) silentFor() bool {
	gone := w.gone()
	return gone != nil && gone.frozen
}

// greets tells which protocol the server began with.
func (w *plainWire) greets() greeting { return (&wire{head: w.first}).sort() }

// noFTP words what a server did in place of greeting.
func (d *plainDial) noFTP(address string) Outcome {
	w := d.wire
	out := Outcome{Status: Failed, Server: clean(string(w.first))}
	port := "Name the port of the FTP service with --port; it is mostly 21."
	switch kind := w.greets(); {
	case strings.HasPrefix(string(w.first), "SSH-"):
		out.Detail = fmt.Sprintf("an SSH server answers at %s, not an FTP server", address)
		out.Hint = "Leave --protocol out: SFTP, which SSH servers speak, is what is used without it."
	case kind == webServer:
		out.Detail, out.Hint = fmt.Sprintf("a web server answers at %s, not an FTP server", address), port
	case kind == mailServer:
		out.Detail, out.Hint = fmt.Sprintf("a mail server answers at %s, not an FTP server", address), port
	case kind == tlsServer:
		out.Detail, out.Server = fmt.Sprintf("a TLS server answers at %s, not an FTP server", address), ""
		out.Hint = "If it is FTPS with TLS from the first byte, use --protocol ftps --port 990. " + port
	case w.code == 421 || w.code >= 500:
		out.Detail, out.Server = "the server turns the connection away", w.said()
		out.Hint = "It has too many visitors, or does not take this address. Try again in a minute; if it persists, " + allowList
	case len(w.first) > 0:
		out.Detail = fmt.Sprintf("%s answers with something other than FTP", address)
		out.Hint = port + " If the text is a refusal: " + allowList
	case w.silentFor():
		out.Detail = fmt.Sprintf("%s takes the connection and says nothing for %s", address, d.o.ConnectTimeout)
		out.Hint = "Check the port: a server that speaks TLS from the first byte waits, too, and needs --protocol ftps --port 990. " +
			"Else a firewall or load balancer stands in for a server that is not there: " + allowList
	default:
		out.Detail = address + " closes the connection before FTP starts"
		out.Hint = "Mostly the server does not know this address, or blocks it after failed logins: " + allowList
	}
	return out
}

// noTLS words why encryption did not begin.
func (d *plainDial) noTLS(err error) Outcome {
	out := Outcome{Status: Failed}
	if _, ok := errors.AsType[*textproto.Error](err); ok {
		out.Detail, out.Server = "the server offers no encryption: it refuses AUTH TLS", d.wire.said()
		out.Hint = "Ask the owner to switch TLS on, or for SFTP. With --protocol ftp the password travels unencrypted."
		return out
	}
	if record, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		out.Detail = "the server does not begin with TLS"
		if strings.HasPrefix(string(record.RecordHeader[:]), "220") {
			out.Detail = "an FTP server answers that does not begin with TLS"
		}
		out.Hint = "Name the port where TLS is asked for after connecting, mostly --port 21; leave --protocol ftps as it is."
		return out
	}
	switch {
	case timedOut(err) || d.wire.silentFor():
		out.Detail = fmt.Sprintf("the server does not begin TLS within %s", d.o.ConnectTimeout)
		out.Hint = "Check the port, and try --connect-timeout 60s."
	case errors.Is(err, errPlace):
		out.Detail = "the server, or somebody in between, sends answers ahead of TLS"
		out.Hint = "Ask the owner which server this is; the login was not sent."
	default:
		out.Detail = "TLS does not begin: " + clean(err.Error())
		out.Hint = "Ask the owner to let the server speak TLS 1.2 or newer; what is older is not safe. If it closes the connection, " + allowList
	}
	return out
}

// noLogin words why the account was not let in.
func (d *plainDial) noLogin(err error) Outcome {
	w, user := d.wire, clean(d.o.User)
	out := Outcome{Status: Failed, Server: w.said()}
	switch {
	case errors.Is(err, errNoPass):
		out.Detail = "the server asks for a password, and there is none"
		out.Hint = "Set PREFLIGHT_FTP_PASSWORD, or name a file with --password-file. FTP knows no keys."
	case w.asking != nil:
		out.Detail, out.Server = "the password cannot be had: "+clean(w.asking.Error()), ""
		out.Hint = "Set PREFLIGHT_FTP_PASSWORD, or name a file with --password-file."
	case w.silentFor():
		out.Detail, out.Server = fmt.Sprintf("the server does not answer the login within %s", d.o.ConnectTimeout), ""
		out.Hint = "Try --connect-timeout 60s: some servers look up the name of the visitor first, or wait after a wrong password."
	case tooMany(w.code, w.words):
		out.Detail = "the server lets nobody in now, or not so often"
		out.Hint = "Close other sessions of the account, or try again later. Connect+ needs a session of its own: ask the owner to allow more."
	case wantsTLS(w.words) && w.tls == nil && w.code >= 400:
		out.Detail = "the server takes no login that is not encrypted"
		out.Hint = "Use --protocol ftps."
	case w.gone() != nil && w.code < 400:
		out.Detail, out.Server = "the server closes the connection during the login", ""
		out.Hint = "Check user name and password. If they are right, " + allowList
	case w.code == 332:
		out.Detail = "the server asks for an account besides user and password (ACCT)"
		out.Hint = "A dataflow cannot give one: ask the owner to let this user in without."
	case w.code/100 == 3:
		out.Detail = "login needs more than a password"
		out.Hint = "A dataflow cannot give a second factor: ask the owner to exempt this user."
	case w.verb == "USER":
		out.Detail = fmt.Sprintf("the server refuses the user %s before it asks for a password", user)
		out.Hint = "Check the user name. The server may take anonymous users only, or this one not from here: " + allowList
	default:
		out.Detail = fmt.Sprintf("the server does not let %s in", user)
		out.Hint = "Check user name and password. The account may be locked, its password may have expired, or its home folder may be missing."
	}
	return out
}

// notSetUp words why a session cannot be used after the login.
func (d *plainDial) notSetUp(err error) Outcome {
	w := d.wire
	out := Outcome{Status: Failed, Server: w.said()}
	const ports = "Ask the owner to open the server's passive ports in its firewall, to this machine and to Connect+; " +
		"behind a router the server must also name its public address."
	no := refused(err)
	switch {
	case no != nil && w.verb == "PROT", no != nil && w.verb == "PBSZ":
		out.Detail = "login works, but the server does not encrypt data connections"
		out.Hint = "Ask the owner to switch TLS on for data connections, or for SFTP."
	case no != nil && wantsTLS(no.words) && w.tls == nil:
		out.Detail = "login works, but the server takes only encrypted data connections"
		out.Hint = "Use --protocol ftps."
	case no != nil && w.noData(no):
		out.Detail, out.Server = "login works, but no data connection opens", no.words
		out.Hint = ports
	case w.foreign:
		out.Detail = fmt.Sprintf("login works, but the answer to %s makes no sense", w.verb)
		out.Hint = "Ask the owner which server this is, and for SFTP."
	case no != nil:
		out.Detail = "login works, but the server refuses " + w.verb
		out.Hint = "Ask the owner which server this is, and for SFTP."
	case w.silentFor():
		out.Detail, out.Server = fmt.Sprintf("login works, but the server does not answer %s within %s", w.verb, d.o.ConnectTimeout), ""
		out.Hint = "A firewall may hold back data connections. " + ports
	default:
		out.Detail, out.Server = "login works, but then the server closes the connection", ""
		out.Hint = "Ask the owner to look into the log of the server."
	}
	return out
}
