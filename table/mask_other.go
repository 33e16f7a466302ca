//go:build !amd64

package table

func masks(text []byte, out []word, comma, newline byte) { masksGeneric(text, out, comma, newline) }
