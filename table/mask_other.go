//go:build !amd64

package table

func masks(text []byte, out []word, comma, newline byte) { masksGeneric(text, out, comma, newline) }

func separators(dst []uint32, n int, words []word, base uint32) {
	separatorsGeneric(dst, n, words, base)
}
