package table

import (
	"encoding/binary"
	"math/bits"
)

// A word describes 64 bytes of text: bit i of each mask is set where byte i is
// a quote, a delimiter, a line end, or special: a control character, DEL, or
// part of a character outside ASCII.
type word struct{ quote, comma, newline, special uint64 }

const (
	ones = 0x0101010101010101
	high = 0x8080808080808080
	low7 = 0x7f7f7f7f7f7f7f7f
)

// masksGeneric fills out with the masks of len(out)*64 bytes of text. It is
// the reference for the assembly, and what runs where there is none.
func masksGeneric(text []byte, out []word, comma, newline byte) {
	qs, cs, ns := uint64('"')*ones, uint64(comma)*ones, uint64(newline)*ones
	for w := range out {
		var o word
		b := text[w*64 : w*64+64]
		for k := 0; k < 64; k += 8 {
			x := binary.LittleEndian.Uint64(b[k:])
			o.quote |= gather(zeros(x^qs)) << k
			o.comma |= gather(zeros(x^cs)) << k
			o.newline |= gather(zeros(x^ns)) << k
			// Above 0x1f and below 0x7f in the low seven bits, and no high bit.
			l := x & low7
			plain := (l + 0x60*ones) & ^(l + ones) & ^x & high
			o.special |= gather(plain^high) << k
		}
		out[w] = o
	}
}

// zeros sets the high bit of every zero byte of x, exactly (the shorter form
// of this trick also marks bytes above a zero).
func zeros(x uint64) uint64 { return ^((x&low7 + low7) | x | low7) }

// gather collects the high bits of the eight bytes into the low byte.
func gather(x uint64) uint64 { return x >> 7 * 0x0102040810204080 >> 56 }

// insideQuotes returns a mask whose bit i tells whether byte i lies inside
// quotes, where each quote toggles; an opening quote counts as inside.
func insideQuotes(quotes uint64) uint64 {
	x := quotes
	x ^= x << 1
	x ^= x << 2
	x ^= x << 4
	x ^= x << 8
	x ^= x << 16
	x ^= x << 32
	return x
}

// separatorsGeneric writes, from dst[n] on, where the byte after each separator
// of the words lies: base is the place of the first word's first byte. The
// separators are in word.comma. dst must have room for 64 more than there are.
// It is the reference for the assembly.
func separatorsGeneric(dst []uint32, n int, words []word, base uint32) {
	base++
	for i := range words {
		m := words[i].comma
		count := bits.OnesCount64(m)
		d := dst[n : n+64]
		for k := 0; k < count; k += 8 { // eight at a time, without a branch for each
			e := (*[8]uint32)(d[k:])
			for l := range e {
				e[l] = base + uint32(bits.TrailingZeros64(m))
				m &= m - 1
			}
		}
		n += count
		base += 64
	}
}
