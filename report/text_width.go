package report

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// boldWidths are the widths of the characters from space to tilde in Times New Roman Bold, in thousandths of the size of
// the text. They are those of Times-Bold in Adobe's core font metrics, which the fonts that stand in for it keep too.
var boldWidths = [...]int{
	250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278, // space to /
	500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333, 570, 570, 570, 500, // 0 to ?
	930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778, // @ to O
	611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500, // P to _
	333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500, // ` to o
	556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520, // p to ~
}

// boldWidth returns how long a line of bold text of the size in points is, for lines that are drawn under text. Marks
// above and below a letter add nothing; the horns of Ư and ư are left out, less than a tenth of the letter.
func boldWidth(text string, size float64) twips {
	thousandths := 0
	for _, r := range norm.NFD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r >= ' ' && int(r-' ') < len(boldWidths):
			thousandths += boldWidths[r-' ']
		case unicode.IsUpper(r): // Đ
			thousandths += boldWidths['D'-' ']
		default: // đ and the rest
			thousandths += boldWidths['d'-' ']
		}
	}
	return pt(float64(thousandths) * size / 1000)
}
