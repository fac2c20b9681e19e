package report

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// composed returns the text in NFC without bytes that are not UTF-8 and without the runes that keep refuses. Runes are
// dropped first, so that a mark whose base then stands before it is composed with it.
func composed(text string, keep func(rune) bool) string {
	kept := strings.Map(func(r rune) rune {
		if keep(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, ""))
	return norm.NFC.String(kept)
}

// lineBreaks makes every kind of line break a "\n"; U+2028 and U+2029 are among them because readers split lines there.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// plainLines returns the text with "\n" as its only line break and no control characters but that one and the tab.
func plainLines(text string) string {
	return composed(lineBreaks.Replace(text), func(r rune) bool {
		return r == '\n' || r == '\t' || !unicode.IsControl(r)
	})
}

// xmlText returns the text with "\n" as its only line break and without the characters that XML 1.0 forbids even as
// references (https://www.w3.org/TR/xml/#charsets).
func xmlText(text string) string {
	if strings.ContainsAny(text, "\r\u2028\u2029") {
		text = lineBreaks.Replace(text)
	}
	return composed(text, func(r rune) bool {
		return r == '\n' || r == '\t' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
	})
}
