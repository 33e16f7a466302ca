package table

import (
	"math/rand/v2"
	"testing"
)

func reference(text []byte, comma, newline byte) word {
	var w word
	for i, c := range text[:64] {
		bit := uint64(1) << i
		if c == '"' {
			w.quote |= bit
		}
		if c == comma {
			w.comma |= bit
		}
		if c == newline {
			w.newline |= bit
		}
		if c < 0x20 || c >= 0x7f {
			w.special |= bit
		}
	}
	return w
}

func TestMasksAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 64*64)
	for round := range 50 {
		for i := range text {
			text[i] = byte(r.Uint32())
			if round%2 == 0 {
				text[i] = "ab,\"\n\r;\x00\x7f\x80\xff \x1f"[r.IntN(13)]
			}
		}
		comma := []byte{',', ';', '\t', 0x80, 0xff}[round%5]
		for name, f := range map[string]func([]byte, []word, byte, byte){"generic": masksGeneric, "chosen": masks} {
			out := make([]word, len(text)/64)
			f(text, out, comma, '\n')
			for i, got := range out {
				if want := reference(text[i*64:], comma, '\n'); got != want {
					t.Fatalf("%s, word %d: got %+v, want %+v", name, i, got, want)
				}
			}
		}
	}
}

func TestInsideQuotes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		q := r.Uint64() & r.Uint64()
		got := insideQuotes(q)
		in := false
		for i := range 64 {
			if q>>i&1 == 1 {
				in = !in
			}
			if got>>i&1 == 1 != in {
				t.Fatalf("%064b bit %d: got %v, want %v", q, i, !in, in)
			}
		}
	}
}

func TestSeparatorsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	words := make([]word, 20)
	for round := range 300 {
		want := []uint32{1, 2, 3}
		for i := range words {
			words[i] = word{quote: r.Uint64(), comma: r.Uint64() & r.Uint64() & r.Uint64()}
			switch round % 4 {
			case 1:
				words[i].comma = 0
			case 2:
				words[i].comma = r.Uint64() | r.Uint64()
			}
			for k := range 64 {
				if words[i].comma>>k&1 == 1 {
					want = append(want, uint32(101+i*64+k))
				}
			}
		}
		for name, f := range map[string]func([]uint32, int, []word, uint32){"generic": separatorsGeneric, "chosen": separators} {
			dst := append([]uint32{1, 2, 3}, make([]uint32, 64*len(words)+64)...)
			f(dst, 3, words, 100)
			for i, w := range want {
				if dst[i] != w {
					t.Fatalf("%s, round %d: position %d is %d, want %d", name, round, i, dst[i], w)
				}
			}
		}
	}
}
