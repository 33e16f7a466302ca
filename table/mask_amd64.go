package table

import "golang.org/x/sys/cpu"

// haveAVX2 says that the assembly can run: all processors with AVX2 that were
// ever made have the bit instructions as well, but it does not hurt to ask.
var haveAVX2 = cpu.X86.HasAVX2 && cpu.X86.HasBMI1 && cpu.X86.HasPOPCNT

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

//go:noescape
func separatorsBMI(dst *uint32, words *word, n int, base uint32)

func separators(dst []uint32, n int, words []word, base uint32) {
	if haveAVX2 && len(words) > 0 {
		_ = dst[n+len(words)*64+63]
		separatorsBMI(&dst[n], &words[0], len(words), base)
		return
	}
	separatorsGeneric(dst, n, words, base)
}
