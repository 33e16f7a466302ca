package table

import "golang.org/x/sys/cpu"

var haveAVX2 = cpu.X86.HasAVX2

//go:noescape
func masksAVX2(text *byte, out *word, words int, comma, newline byte)

func masks(text []byte, out []word, comma, newline byte) {
	if haveAVX2 && len(out) > 0 {
		_ = text[len(out)*64-1]
		masksAVX2(&text[0], &out[0], len(out), comma, newline)
		return
	}
	masksGeneric(text, out, comma, newline)
}
