package nlu

import "golang.org/x/text/unicode/norm"

// letter is what the tokenizer knows of one rune.
type letter struct {
	kind letterKind
	// base is the letter without any mark, lower case ("đ" → 'd'); digits keep their value as '0'…'9'.
	base byte
	// shape is the lower-case letter with its shape mark (ă â đ ê ô ơ ư) and without tone.
	shape rune
	// tone is 0 for none, else '1'…'5' for grave, acute, hook, tilde, dot below.
	tone byte
}

type letterKind uint8

const (
	kindOther letterKind = iota
	kindLetter
	kindDigit
	kindSpace
	kindQuote
)

// alphabetSize covers Latin-1 to Latin Extended Additional, where all Vietnamese letters stand.
const alphabetSize = 0x1F00

// alphabet maps runes to letters. Lao, Khmer and the like stay "other": no word of the tables holds them.
type alphabet struct {
	table [alphabetSize]letter
}

// combining marks of NFD and the tone digits that stand for them in marks.
const (
	markGrave = '\u0300'
	markAcute = '\u0301'
	markTilde = '\u0303'
	markHook  = '\u0309'
	markDot   = '\u0323'
)

// newAlphabet derives the table from Unicode's own decompositions, so that no list of letters can be incomplete.
func newAlphabet() *alphabet {
	a := &alphabet{}
	for r := range rune(alphabetSize) {
		a.table[r] = deriveLetter(r)
	}
	return a
}

func deriveLetter(r rune) letter {
	switch {
	case r >= '0' && r <= '9':
		return letter{kind: kindDigit, base: byte(r)}
	case r == '²' || r == '³':
		return letter{kind: kindDigit, base: "23"[r-'²']}
	case r == 'đ' || r == 'Đ' || r == 'ð' || r == 'Ð':
		return letter{kind: kindLetter, base: 'd', shape: 'đ'}
	case r == '\'' || r == '`' || r == '´':
		return letter{kind: kindQuote}
	case r == ' ' || r == '\t' || r == '\r' || r == '\u00a0':
		return letter{kind: kindSpace}
	}
	l := letter{}
	for i, p := range norm.NFD.String(string(r)) {
		switch {
		case i == 0 && p >= 'A' && p <= 'Z':
			p += 'a' - 'A'
			fallthrough
		case i == 0 && p >= 'a' && p <= 'z':
			l = letter{kind: kindLetter, base: byte(p), shape: p}
		case i == 0:
			return letter{}
		default:
			l.mark(p)
		}
	}
	return l
}

// mark adds one combining mark: a tone, or a shape that is kept by composing it again.
func (l *letter) mark(p rune) {
	switch p {
	case markGrave:
		l.tone = '1'
	case markAcute:
		l.tone = '2'
	case markHook:
		l.tone = '3'
	case markTilde:
		l.tone = '4'
	case markDot:
		l.tone = '5'
	default:
		for _, r := range norm.NFC.String(string(l.shape) + string(p)) {
			l.shape = r
			break
		}
	}
}

// of returns the letter of any rune; full-width digits and curly apostrophes are unified here.
func (a *alphabet) of(r rune) letter {
	switch {
	case r < alphabetSize:
		return a.table[r]
	case r >= '\uff10' && r <= '\uff19':
		return letter{kind: kindDigit, base: byte('0' + r - '\uff10')}
	case r == '‘' || r == '’' || r == '′' || r == 'ʼ':
		return letter{kind: kindQuote}
	case r == '\u200b' || r == '\u2009' || r == '\u202f' || r == '\u3000' || r == '\ufeff':
		return letter{kind: kindSpace}
	}
	return letter{}
}
