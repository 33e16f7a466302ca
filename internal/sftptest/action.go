package sftptest

type deed int

const (
	pass deed = iota
	answer
	swallow
	cut
	cutAfter
	freeze
	freezeAfter
	then
	spoil
)

// Action is what [Config.Meddle] does with a request; the zero value is [Pass].
type Action struct {
	deed    deed
	code    uint32
	message string
	run     func()
}

// Actions without parameters.
var (
	Pass        = Action{}                  // hand the request to the real server
	Swallow     = Action{deed: swallow}     // drop the request; it is never answered
	Cut         = Action{deed: cut}         // drop the request and close the TCP connection
	CutAfter    = Action{deed: cutAfter}    // let the server do it, then close instead of answering
	Freeze      = Action{deed: freeze}      // drop it; from now on nothing passes, TCP stays open
	FreezeAfter = Action{deed: freezeAfter} // let the server do it, then freeze instead of answering
)

// Answer gives a STATUS in place of the real server, which never sees the request.
func Answer(code uint32, message string) Action {
	return Action{deed: answer, code: code, message: message}
}

// Spoil lets the server do it and puts a STATUS in place of its answer.
func Spoil(code uint32, message string) Action {
	return Action{deed: spoil, code: code, message: message}
}

// Then lets the server do it and calls run before its answer goes to the client.
//
// Run may change the folders; no other answer of that session passes meanwhile.
func Then(run func()) Action { return Action{deed: then, run: run} }
