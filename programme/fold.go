package programme

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean returns a cell's text as it is kept: NFC, every run of white space one blank, no invisible format characters
// (zero-width blanks and direction marks come with text that was copied from web pages).
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// fold returns the words of s in small letters without diacritics, apostrophes and punctuation, split by one blank:
// "Xã  Ch'ơm" -> "xa chom", "Sở Lao động - Thương binh" -> "so lao dong thuong binh".
func fold(s string) string {
	return bareWords(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(strings.ToLower(s))))
}

// foldCase is fold that keeps the diacritics, so that "Trà Dơn" and "Trà Don" stay apart.
func foldCase(s string) string { return bareWords(norm.NFC.String(strings.ToLower(s))) }

// bareWords drops apostrophes and turns everything else that is no letter or digit into single blanks.
func bareWords(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("'’‘ʼ`´ʹ", r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.Mn, r):
			return r
		}
		return ' '
	}, s)), " ")
}
