package report

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-analyze/charts"
	"golang.org/x/text/unicode/norm"
)

// ellipsis stands for what was left out.
const ellipsis = "…"

// chartText returns the text as a chart can write it: one line, composed, without characters that its font lacks.
func chartText(text string) string {
	font := charts.GetFont(charts.FontFamilyNotoSans)
	line := norm.NFC.String(strings.Join(strings.Fields(text), " "))
	kept := composed(line, func(r rune) bool { return !unicode.IsControl(r) && font.Index(r) != 0 })
	return strings.Join(strings.Fields(kept), " ")
}

// shortened returns the text if it is no wider than room, else as many of its words as fit, and an ellipsis. A first
// word that does not fit is cut inside, between letters.
func (c *canvas) shortened(text string, room int, k ink) string {
	return shortened(text, func(s string) bool { return c.width(s, k) <= room })
}

func shortened(text string, fits func(string) bool) string {
	text = chartText(text)
	if fits(text) {
		return text
	}
	words := strings.Split(text, " ")
	for n := len(words) - 1; n > 0; n-- {
		if short := trimmed(strings.Join(words[:n], " ")) + ellipsis; short != ellipsis && fits(short) {
			return short
		}
	}
	letters := []rune(words[0])
	for n := len(letters) - 1; n > 0; n-- {
		if short := string(letters[:n]) + ellipsis; fits(short) {
			return short
		}
	}
	return ellipsis
}

// trimmed drops what should not stand before an ellipsis: punctuation, and words that only lead on to the next one.
func trimmed(text string) string {
	text = strings.TrimRight(text, " ,;:-–—(·")
	for _, word := range []string{"và", "các", "của", "and", "the", "of"} {
		if rest, ok := strings.CutSuffix(text, " "+word); ok {
			return trimmed(rest)
		}
	}
	return text
}

// wrapped breaks the text between words into at most so many lines no wider than room; the last one is shortened.
func (c *canvas) wrapped(text string, room, lines int, k ink) []string {
	return wrapped(text, lines, func(s string) bool { return c.width(s, k) <= room })
}

func wrapped(text string, lines int, fits func(string) bool) []string {
	words := strings.Fields(chartText(text))
	var all []string
	for len(words) > 0 && len(all) < lines-1 {
		n := len(words)
		for n > 1 && !fits(strings.Join(words[:n], " ")) {
			n--
		}
		all = append(all, shortened(strings.Join(words[:n], " "), fits))
		words = words[n:]
	}
	if len(words) > 0 {
		all = append(all, shortened(strings.Join(words, " "), fits))
	}
	return slices.Clip(all)
}

// capitalised makes the first letter large, as a title begins.
func capitalised(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
