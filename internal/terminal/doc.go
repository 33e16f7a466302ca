// Package terminal makes text fit for a person at a terminal: characters that
// can all be seen, lines of a width, clauses and sentences, colour; and for a page
// of Markdown.
//
// It writes nothing, asks no terminal how wide it is, and knows no domain.
package terminal
