package nlu

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

type tokenKind uint8

const (
	tokenWord tokenKind = iota
	tokenDigits
	// tokenPunct is one rune that is neither; a line break is the punct "\n".
	tokenPunct
)

// token is a run of letters, a run of digits or one other rune of the text.
type token struct {
	// fold is the token lower case without any mark and apostrophe: "Ch'ơm" → "chom".
	fold string
	// mark is the syllable with its shape letters and its tone at the end ("hòa" and "hoà" → "hoa1"), so that old
	// and new tone placement agree. It equals fold when no mark was typed.
	mark string
	// start and end are byte offsets in the NFC text.
	start, end int
	kind       tokenKind
	// glued says that no space stands before the token.
	glued bool
	// upper says that the token begins with a capital.
	upper bool
}

// plain says that no diacritic was typed in the token.
func (t *token) plain() bool { return t.kind != tokenWord || t.fold == t.mark }

// text is a message in tokens.
type text struct {
	// nfc is the text in Unicode normal form C; all offsets point into it.
	nfc    string
	tokens []token
	// rich says that the writer types diacritics, so that a word without any is meant without.
	rich bool
	// cased says that the text has lower-case words, so that a capital means something.
	cased bool
}

// scan splits the text. It allocates the token list, and one buffer each for folds and marks.
func (a *alphabet) scan(s string) text {
	t := text{nfc: norm.NFC.String(s)}
	t.tokens = make([]token, 0, len(t.nfc)/4+4)
	b := tokenBuilder{spans: make([]ending, 0, len(t.nfc)/4+4), folds: make([]byte, 0, len(t.nfc)), marks: make([]byte, 0, len(t.nfc)+len(t.nfc)/4)}
	glued := false
	for i := 0; i < len(t.nfc); {
		r, size := utf8.DecodeRuneInString(t.nfc[i:])
		l := a.of(r)
		switch l.kind {
		case kindSpace:
			glued = false
			i += size
			continue
		case kindLetter:
			i = b.word(a, t.nfc, i)
		case kindDigit:
			i = b.digits(a, t.nfc, i)
		case kindOther, kindQuote:
			b.punct(t.nfc, i, size)
			i += size
		}
		b.tok.glued = glued
		t.tokens = append(t.tokens, b.tok)
		glued = true
	}
	b.resolve(t.tokens)
	t.weigh()
	return t
}

// tokenBuilder writes folds and marks into two buffers; until resolve the tokens hold their lengths only.
type tokenBuilder struct {
	folds, marks []byte
	spans        []ending
	tok          token
}

// ending is where fold and mark of a token end in the buffers; they begin where those of the token before end.
type ending struct{ fold, mark int32 }

// close notes where the token's fold and mark end.
func (b *tokenBuilder) close() {
	b.spans = append(b.spans, ending{int32(len(b.folds)), int32(len(b.marks))})
}

func (b *tokenBuilder) word(a *alphabet, s string, i int) int {
	b.tok = token{kind: tokenWord, start: i}
	var tone byte
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		l := a.of(r)
		if l.kind == kindQuote {
			next, _ := utf8.DecodeRuneInString(s[i+size:])
			if a.of(next).kind != kindLetter {
				break
			}
			i += size
			continue
		}
		if l.kind != kindLetter {
			break
		}
		if i == b.tok.start {
			b.tok.upper = isUpper(r)
		}
		b.folds = append(b.folds, l.base)
		b.marks = utf8.AppendRune(b.marks, l.shape)
		if l.tone != 0 {
			tone = l.tone
		}
		i += size
	}
	if tone != 0 {
		b.marks = append(b.marks, tone)
	}
	b.tok.end = i
	b.close()
	return i
}

func (b *tokenBuilder) digits(a *alphabet, s string, i int) int {
	b.tok = token{kind: tokenDigits, start: i}
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		l := a.of(r)
		if l.kind != kindDigit {
			break
		}
		b.folds = append(b.folds, l.base)
		i += size
	}
	b.tok.end = i
	b.close()
	return i
}

func (b *tokenBuilder) punct(s string, i, size int) {
	b.tok = token{kind: tokenPunct, start: i, end: i + size}
	f0 := len(b.folds)
	b.folds = append(b.folds, s[i:i+size]...)
	switch s[i : i+size] {
	case "–", "—", "−", "‑":
		b.folds = append(b.folds[:f0], '-')
	case "’", "‘", "`", "´":
		b.folds = append(b.folds[:f0], '\'')
	}
	b.close()
}

// resolve gives the tokens their strings once the buffers have stopped growing.
func (b *tokenBuilder) resolve(tokens []token) {
	folds, marks := string(b.folds), string(b.marks)
	var last ending
	for i := range tokens {
		e := b.spans[i]
		tokens[i].fold = folds[last.fold:e.fold]
		tokens[i].mark = tokens[i].fold
		if tokens[i].kind == tokenWord {
			tokens[i].mark = marks[last.mark:e.mark]
		}
		last = e
	}
}

// weigh finds out how the writer types. Running Vietnamese text has marks on about three words of four; a bare text
// with one or two proper names in full spelling stays well below two in five.
func (t *text) weigh() {
	words, marked, lower := 0, 0, 0
	for i := range t.tokens {
		if t.tokens[i].kind != tokenWord {
			continue
		}
		words++
		if !t.tokens[i].plain() {
			marked++
		}
		if !t.tokens[i].upper {
			lower++
		}
	}
	t.rich = words > 1 && marked*5 >= words*2
	t.cased = lower*3 >= words
}

// isUpper says whether r is an upper-case Latin letter; unicode.IsUpper would allow scripts that the tables lack.
func isUpper(r rune) bool {
	if r < 0x80 {
		return r >= 'A' && r <= 'Z'
	}
	switch {
	case r >= 0xC0 && r <= 0xDE:
		return true
	case r == 'Đ', r == 'Ơ', r == 'Ư', r == 'Ă', r == 'Ĩ', r == 'Ũ':
		return true
	case r >= 0x1EA0 && r <= 0x1EF9:
		return r%2 == 0
	}
	return false
}
