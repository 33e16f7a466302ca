package ftp

import (
	"slices"
	"strings"
)

// ftpKind tells what a reply of a server amounts to.
//
// The codes of FTP do not set "may not" and "is not there" apart: 550 is both,
// so that the text decides. A text that says neither, or both, is a failure.
//
// Source: RFC 959 section 4.2 and the texts of vsftpd, proftpd, Pure-FTPd,
// FileZilla Server, IIS and Serv-U.
func ftpKind(code int, text string) kind {
	text = reason(strings.ToLower(text))
	switch code {
	case 452, 552:
		return full
	case 500, 501, 502, 504:
		return unsupported
	case 532, 530:
		return denied
	}
	if holds(text, "quota", "no space", "disk full", "disk is full", "not enough space", "not enough free", "insufficient storage", "insufficient disk") {
		return full
	}
	if holds(text, "file exists", "already exists") {
		return exists
	}
	absent := holds(text, "no such file", "no such dir", "no such folder", "not found", "cannot find", "can't find the", "does not exist", "doesn't exist")
	barred := holds(text, "permission", "denied", "not permitted", "not allowed", "prohibited", "not authorized", "unauthorized", "read-only", "not have access",
		"unable to handle command") // proftpd, of MLSD under <Limit DIRS>
	switch {
	case absent && !barred:
		return missing
	case barred && !absent:
		return denied
	}
	return failure
}

// reason leaves out of a server's words the path that they are about, which may
// hold any words itself: "/in/denied.csv: no such file", "'/in/a' cannot be
// listed", "not found: /in/a".
func reason(text string) string {
	if text != "" && (text[0] == '\'' || text[0] == '"') {
		text = text[strings.LastIndexByte(text, text[0])+1:]
	}
	slash := strings.IndexByte(text, '/')
	if slash < 0 {
		return text
	}
	if i := strings.LastIndex(text, ": "); i > slash {
		return text[i:]
	}
	words := strings.Fields(text)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w[0] == '/' }), " ")
}

func holds(text string, any ...string) bool {
	for _, s := range any {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// wantsTLS tells whether a refused login asks for encryption.
func wantsTLS(text string) bool {
	text = strings.ToLower(text)
	return holds(text, "tls", "ssl", "encrypt", "secure connection", "secure control", "auth command")
}

// tooMany tells whether the server refuses for the number of its visitors.
func tooMany(code int, text string) bool {
	text = strings.ToLower(text)
	return code == 421 || holds(text, "too many", "maximum number", "the maximum", "maximum login", "limit reached")
}
