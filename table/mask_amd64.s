#include "textflag.h"

// func masksAVX2(text *byte, out *word, words int, comma, newline byte)
//
// The same as masksGeneric, 32 bytes at a time. A signed comparison with 0x20
// finds control characters and everything outside ASCII at once.
TEXT ·masksAVX2(SB), NOSPLIT, $0-26
	MOVQ text+0(FP), SI
	MOVQ out+8(FP), DI
	MOVQ words+16(FP), CX
	MOVBLZX comma+24(FP), AX
	MOVD AX, X1
	VPBROADCASTB X1, Y1
	MOVBLZX newline+25(FP), AX
	MOVD AX, X2
	VPBROADCASTB X2, Y2
	MOVL $0x22, AX
	MOVD AX, X0
	VPBROADCASTB X0, Y0
	MOVL $0x20, AX
	MOVD AX, X3
	VPBROADCASTB X3, Y3
	MOVL $0x7f, AX
	MOVD AX, X4
	VPBROADCASTB X4, Y4

loop:
	TESTQ CX, CX
	JZ done
	VMOVDQU (SI), Y5
	VMOVDQU 32(SI), Y6

	VPCMPEQB Y5, Y0, Y7
	VPCMPEQB Y6, Y0, Y8
	VPMOVMSKB Y7, AX
	VPMOVMSKB Y8, BX
	SHLQ $32, BX
	ORQ BX, AX
	MOVQ AX, (DI)

	VPCMPEQB Y5, Y1, Y7
	VPCMPEQB Y6, Y1, Y8
	VPMOVMSKB Y7, AX
	VPMOVMSKB Y8, BX
	SHLQ $32, BX
	ORQ BX, AX
	MOVQ AX, 8(DI)

	VPCMPEQB Y5, Y2, Y7
	VPCMPEQB Y6, Y2, Y8
	VPMOVMSKB Y7, AX
	VPMOVMSKB Y8, BX
	SHLQ $32, BX
	ORQ BX, AX
	MOVQ AX, 16(DI)

	VPCMPGTB Y5, Y3, Y7
	VPCMPGTB Y6, Y3, Y8
	VPCMPEQB Y5, Y4, Y9
	VPCMPEQB Y6, Y4, Y10
	VPOR Y7, Y9, Y7
	VPOR Y8, Y10, Y8
	VPMOVMSKB Y7, AX
	VPMOVMSKB Y8, BX
	SHLQ $32, BX
	ORQ BX, AX
	MOVQ AX, 24(DI)

	ADDQ $64, SI
	ADDQ $32, DI
	DECQ CX
	JMP loop

done:
	VZEROUPPER
	RET

// func separatorsBMI(dst *uint32, words *word, n int, base uint32)
//
// The same as separatorsGeneric. Most words have at most eight or sixteen
// separators; what is written past them is overwritten by the next word.
TEXT ·separatorsBMI(SB), NOSPLIT, $0-28
	MOVQ dst+0(FP), DI
	MOVQ words+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL base+24(FP), DX
	INCL DX

nextWord:
	TESTQ CX, CX
	JZ end
	MOVQ 8(SI), AX
	ADDQ $32, SI
	DECQ CX
	POPCNTQ AX, R9
	MOVQ DI, R8
	LEAQ (DI)(R9*4), DI

eight:
	TZCNTQ AX, BX
	ADDL DX, BX
	MOVL BX, 0(R8)
	BLSRQ AX, AX
	TZCNTQ AX, BX
	ADDL DX, BX
	MOVL BX, 4(R8)
	BLSRQ AX, AX
	TZCNTQ AX, BX
	ADDL DX, BX
	MOVL BX, 8(R8)
	BLSRQ AX, AX
	TZCNTQ AX, BX
	ADDL DX, BX
	MOVL BX, 12(R8)
	BLSRQ AX, AX
	TZCNTQ AX, BX
	ADDL DX, BX
	MOVL BX, 16(R8)
	BLSRQ AX, AX
	TZCNTQ AX, BX
	ADDL DX, BX
	MOVL BX, 20(R8)
	BLSRQ AX, AX
	TZCNTQ AX, BX
	ADDL DX, BX
	MOVL BX, 24(R8)
	BLSRQ AX, AX
	TZCNTQ AX, BX
	ADDL DX, BX
	MOVL BX, 28(R8)
	BLSRQ AX, AX
	ADDQ $32, R8
	SUBQ $8, R9
	JGT eight
	ADDL $64, DX
	JMP nextWord

end:
	RET
