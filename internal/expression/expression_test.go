package expression_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/internal/expression"
)

// said writes problems as "at: message", with a question mark in doubt.
func said(e *expression.Expression) (lines []string) {
	for _, p := range e.Problems {
		doubt := ""
		if p.Unsure {
			doubt = "?"
		}
		lines = append(lines, fmt.Sprintf("%d%s: %s", p.At, doubt, p.Message))
	}
	return lines
}

func TestSound(t *testing.T) {
	for _, text := range []string{
		"const{INR}", "const{STORE_CODE}", " const{ a value, with a comma } ", "hdr{Bill No}", "hdr{Cust's name}",
		"exp{hdr{LineItem_Amount} - hdr{LineItem_Discount}}",
		"exp{-hdr{A} * (hdr{B} + 1.5) / 100}", "exp{hdr{A} * 1.5e3 + 10L - 0x1F + 2.5d}", "exp{hdr{A} EQ 1 AND hdr{B} GT 2 ? 1 : 0}",
		"exp{('hdr{Mobile_No}'.length() == 10) ? '+91'.concat('hdr{Mobile_No}') : 'hdr{Mobile_No}'}",
		"exp{'hdr{A}'.startsWith('x') && !'hdr{A}'.endsWith(\"y\") || hdr{B} >= 3 ? 'a' : hdr{C} == 1 ? 'b' : 'c'}",
		"exp{{'A','B'}.contains('hdr{Type}') ? 'RETURN' : 'REGULAR'}",
		"exp{T(Math).floor(hdr{Amount})}", "exp{T(java.lang.Math).max(hdr{A}, hdr{B})}", "exp{Integer.parseInt('hdr{Qty}') * -1}",
		"exp{'it''s '.concat('hdr{A}')}", "exp{hdr{Customer's no} * 2}", "exp{'hdr{A}' != null and not true}",
		"exp{{a: 1, 'b': hdr{B} > 1 ? 2 : 3}['a']}", "exp{{:}}", "exp{{}.size() + {1, 2}[0] + {{1}, {2}}[1][0]}",
		"exp{new java.math.BigDecimal('hdr{A}').setScale(2)}", "exp{new int[]{1, 2}[0] + new int[3].length}", "exp{new String('a')}",
		"exp{#root.size() + #row['a']?.trim()}", "exp{#this}", "exp{@rates.today() * hdr{A}}", "exp{'hdr{A}'?.trim() ?: 'x'}",
		"exp{T(java.time.LocalDate).parse('hdr{D}').plusDays(1)}", "exp{{1, 2}.?[#this > 1].size() + {1}.![#this * 2][0]}",
		"exp{#f(1)}", "exp{#f('hdr{A}').trim() + #g()}", "exp{#rows.![name]}", "exp{#rows.?[price > 1 && (kind == 'x')].![price * qty]}",
		"exp{#rows.^[name.trim() == 'x'].name + #rows?.$[trim() != '']}", "exp{{'a', 'b'}.![toUpperCase()]}",
		"exp{'hdr{A}' matches '^[0-9]{10}$' ? 'hdr{A}' : null}", "exp{'hdr{A}'.matches(\"\\d{3}\")}", "exp{hdr{A} between {1, 5} ? 1 : 0}",
		"exp{(hdr{A} == 1 ? 'a' : 'b') + (hdr{B} > 2 ? (hdr{B} > 3 ? 'c' : 'd') : 'e')}", "exp{'hdr{A}' instanceof T(String)}",
		"INV-${filename}", "a b/${filename:trim()}", "${filename}", "${header_value:isEmpty()}", "${header_value:equals('paid'):or(${header_value:equals('not paid')})}",
		"${now():format('yyyy-MM-dd', \"UTC\")}", "${filename:substringBefore('_')}-x-${filename:length():plus(1)}",
	} {
		if got := said(expression.Parse(text)); got != nil {
			t.Errorf("%s\n got %q", text, got)
		}
	}
}

func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "0: the expression is empty",
		"INR":                    "0: it is none of const{…}, exp{…}, hdr{…} and ${…}",
		"{INR}":                  "0: it is none of const{…}, exp{…}, hdr{…} and ${…}",
		"constant{INR}":          "1: the form constant{…} is unknown; the nearest is const{…}",
		"HDR{A}":                 "1: the form HDR{…} is unknown; the nearest is hdr{…}",
		"const {INR}":            "7: white space stands before the brace; write const{",
		"const{INR":              "6: the brace is not closed",
		"const{ }":               "6: nothing stands in the braces",
		"const{INR} x":           "11: text stands behind the closing brace",
		"const{{INR}}":           "7: a brace stands inside the braces",
		"exp{}":                  "4: nothing stands in the braces",
		"exp{hdr{A} - }":         "12: nothing stands behind -",
		"exp{hdr{A} * / hdr{B}}": "14: / stands behind *; a value is missing between them",
		"exp{hdr{A} - - }":       "14: nothing stands behind -",
		"exp{-}":                 "5: nothing stands behind -",
		"exp{* hdr{B}}":          "5: * stands before a value that is missing",
		"exp{hdr{A} hdr{B}}":     "12: hdr{B} stands behind a value without an operator",
		"exp{(hdr{A} - hdr{B}}":  "5: the ( is not closed",
		"exp{hdr{A} - hdr{B}":    "4: the { is not closed",
		"exp{hdr{A}) - hdr{B}}":  "11: the ) closes nothing",
		"exp{hdr{A - hdr{B}}":    "8: the brace of hdr is not closed",
		"exp{hdr{A} - hdr{B":     "17: the brace of hdr is not closed",
		"exp{hdr{}}":             "5: hdr{} names no header",
		"exp{'hdr{A}.length() == 10 ? 'x' : 'y'}": "31: a quote is missing here or before",
		"exp{'hdr{A}' == 'x ? 'a' : 'b'}":         "23: a quote is missing here or before",
		"exp{{a: }}":                              "7: nothing stands behind :",
		"exp{{a: 1, b}}":                          "12: b has no quotes; write 'b' if it is text, hdr{b} if it is a header",
		"exp{new}":                                "5: new has no quotes; write 'new' if it is text, hdr{new} if it is a header",
		"exp{#}":                                  "5: the character # has no meaning here",
		"exp{a: 1}":                               "6: the : has no ? before it",
		"a-${filename":                            "4: the brace is not closed",
		"exp{'hdr{A}.length()}":                   "5: the quote is not closed",
		"exp{hdr{A}.length()}":                    "11: hdr{A} has no quotes before its function; write 'hdr{A}'",
		"exp{hdr{A} == 'x' ? 1 : 2}":              "12: hdr{A} is compared with text and has no quotes; write 'hdr{A}'",
		"exp{'x' != hdr{A} ? 1 : 2}":              "12: hdr{A} is compared with text and has no quotes; write 'hdr{A}'",
		"exp{'hdr{A}' == Cash}":                   "17: Cash has no quotes; write 'Cash' if it is text, hdr{Cash} if it is a header",
		"exp{'hdr{A}' - 'hdr{B}'}":                "14: - calculates with text; a number has no quotes",
		"exp{hdr{A} - 'hdr{B}'}":                  "12: - calculates with text; a number has no quotes",
		"exp{'hdr{A}' = 'x'}":                     "14: one = compares nothing; write ==",
		"exp{hdr{A} == 1 & true}":                 "17: one & is no operator; write &&",
		"exp{hdr{A} == 1 ? 2}":                    "17: the ? has no : behind it",
		"exp{hdr{A} : 2}":                         "12: the : has no ? before it",
		"exp{'hdr{A}'.}":                          "13: no function stands behind the point",
		"exp{'hdr{A}'.lenght()}":                  "14?: the function lenght is not one that is commonly used; the nearest is length",
		"exp{length('hdr{A}')}":                   "5: length stands before no value; a function follows its text: 'hdr{…}'.length(…)",
		"exp{const{1} + 2}":                       "5: const{…} stands inside exp{…}; write text in quotes and a number as it is",
		"exp{#rows.![name] + kind}":               "21: kind has no quotes; write 'kind' if it is text, hdr{kind} if it is a header",
		"exp{{1}[name]}":                          "9: name has no quotes; write 'name' if it is text, hdr{name} if it is a header",
		"exp{@f(1)}":                              "7: the ( stands behind a value without an operator",
		"exp{#rows.![name kind]}":                 "18: kind stands behind a value without an operator",
		"exp{hdr{A} # 2}":                         "12: the character # has no meaning here",
		"exp{hdr{A}} + 1":                         "12: text stands behind the closing brace",
		"${}":                                     "2: ${} names nothing",
		"${filename":                              "2: the brace is not closed",
		"${filename:isEmpty}":                     "12: isEmpty has no brackets; write isEmpty()",
		"${filename:isEmtpy()}":                   "12?: the function isEmtpy is not one of the NiFi language; the nearest is isEmpty",
		"${filename:equals('a}":                   "19: the quote is not closed",
		"${filename:equals('a'}":                  "18: the ( is not closed",
		"${filename:}":                            "12: no function stands behind the colon",
		"${filename:trim() x}":                    "19: the character x stands where a colon or the closing brace is due",
	} {
		got := said(expression.Parse(text))
		if one := strings.Contains(want, "quote is"); !slices.Contains(got, want) || len(got) > 2 || one && len(got) > 1 {
			t.Errorf("%s\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestUses(t *testing.T) {
	e := expression.Parse("exp{'hdr{A}'.isEmpty() ? hdr{B C} : 0}")
	want := []expression.Use{{Header: "A", Quoted: true, At: 6}, {Header: "B C", At: 26}}
	if !slices.Equal(e.Headers, want) || e.Kind != expression.Computed {
		t.Errorf("kind %d, headers %+v, want %+v", e.Kind, e.Headers, want)
	}
	if e := expression.Parse("const{ INR }"); e.Kind != expression.Const || e.Value != "INR" {
		t.Errorf("const: %+v", e)
	}
	if e := expression.Parse("hdr{Bill No}"); e.Kind != expression.Header || e.Value != "Bill No" || len(e.Headers) != 1 {
		t.Errorf("hdr: %+v", e)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"exp{'hdr{A}'.length() == 10 ? 1 : (2)}", "${a:equals('b')}", "const{x}", "exp{T(Math).floor(1)}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := len([]rune(text))
		for _, p := range expression.Parse(text).Problems {
			if p.At < 0 || p.At > n+1 || p.Message == "" {
				t.Errorf("%q: problem %+v", text, p)
			}
		}
	})
}
