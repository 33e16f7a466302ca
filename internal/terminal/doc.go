// Package terminal makes text fit for a person at a terminal: characters that
// can all be seen, lines of a width, clauses and sentences, colour.
//
// It writes nothing, asks no terminal how wide it is, and knows no domain.
package terminal
