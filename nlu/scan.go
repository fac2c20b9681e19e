package nlu

import (
	"slices"
	"strings"

	"ketnghia/twinning"
)

// scan is one message on its way through the readers: its tokens, the phrases found in them, and who owns each token.
type scan struct {
	text
	r      *Reader
	roster *nameIndex
	ref    twinning.Date
	tags   []tag
	index  []int32
	// tables says for each token in which tables phrases begin with it.
	tables []tables
	// classes says for each token which classes may begin with it, by the bits of bitOf.
	classes []uint64
	// owner says which reader claimed each token; later readers leave claimed tokens alone.
	owner []owner
	// forward says that the text speaks of what is to come, so that a day without a year is the next one.
	forward bool
	// phones says that a telephone or identity number stands in the text.
	phones bool
	// giftEach is the measure of those of whom each got one gift ("mỗi cụ 1 suất quà"), "" where nothing says so.
	giftEach twinning.Measure
	// care remembers what speaksOfCare found.
	care answer
}

// answer is what a question about the whole text gave, once it was asked.
type answer uint8

const (
	unknown answer = iota
	no
	yes
)

type owner uint8

const (
	free owner = iota
	ownedByTrap
	ownedByName
	ownedByDate
	ownedByMoney
	ownedByCount
	ownedByGoods
	ownedByPlace
)

// span is a range of tokens.
type span struct{ start, end int }

func (r *Reader) scan(s string, ref twinning.Date) *scan {
	sc := &scan{text: r.letters.scan(s), r: r, roster: r.names.Load(), ref: ref}
	sc.tags, sc.index = r.lexicon.tags(&sc.text)
	sc.owner = make([]owner, len(sc.tokens))
	sc.tables = make([]tables, len(sc.tokens))
	sc.classes = make([]uint64, len(sc.tokens))
	for i := range sc.tables {
		for _, t := range sc.tags[sc.index[i]:sc.index[i+1]] {
			sc.tables[i] |= t.entry.table
			sc.classes[i] |= t.entry.bit
		}
	}
	return sc
}

// is returns the longest phrase of the class at token i.
func (s *scan) is(i int, c class) (*entry, int) {
	if i < 0 || i >= len(s.tokens) || s.classes[i]&bitOf(c) == 0 {
		return nil, 0
	}
	var best *entry
	end := int32(0)
	for k := s.index[i]; k < s.index[i+1]; k++ {
		if t := &s.tags[k]; t.entry.class == c && t.end > end {
			best, end = t.entry, t.end
		}
	}
	return best, int(end)
}

// known says that token i is digits or the beginning of a phrase of one of the tables: anything else begins nothing that
// their reader knows.
func (s *scan) known(i int, in tables) bool {
	return s.tokens[i].kind == tokenDigits || s.tables[i]&in != 0
}

// ends says whether a phrase of the class ends right before token i, and where it starts. Words of names do not count.
func (s *scan) ends(i int, c class) (*entry, int) {
	for from := max(0, i-5); from < i; from++ {
		if s.owner[from] == ownedByName || s.classes[from]&bitOf(c) == 0 {
			continue
		}
		for _, t := range s.tags[s.index[from]:s.index[from+1]] {
			if int(t.end) == i && t.entry.class == c {
				return t.entry, from
			}
		}
	}
	return nil, i
}

// follows says that a phrase of the class ends right before token i.
func (s *scan) follows(i int, c class) bool {
	e, _ := s.ends(i, c)
	return e != nil
}

// word says whether token i folds to one of the given words.
func (s *scan) word(i int, folds ...string) bool {
	if i < 0 || i >= len(s.tokens) {
		return false
	}
	return slices.Contains(folds, s.tokens[i].fold)
}

// marked says whether token i is the fully written word, or its fold where nothing was marked.
func (s *scan) marked(i int, fold, mark string) bool {
	if i < 0 || i >= len(s.tokens) {
		return false
	}
	t := &s.tokens[i]
	return t.fold == fold && (t.mark == mark || t.plain() && !s.rich)
}

// kind returns the kind of token i; tokenPunct outside the text.
func (s *scan) kind(i int) tokenKind {
	if i < 0 || i >= len(s.tokens) {
		return tokenPunct
	}
	return s.tokens[i].kind
}

// glued says that token i stands right after token i-1.
func (s *scan) glued(i int) bool { return i > 0 && i < len(s.tokens) && s.tokens[i].glued }

// small returns the value of a digits token of at most n digits.
func (s *scan) small(i, n int) (int, bool) {
	if s.kind(i) != tokenDigits || len(s.tokens[i].fold) > n {
		return 0, false
	}
	v := 0
	for _, c := range []byte(s.tokens[i].fold) {
		v = v*10 + int(c-'0')
	}
	return v, true
}

// claim marks the tokens as read.
func (s *scan) claim(start, end int, o owner) {
	for i := max(start, 0); i < end && i < len(s.owner); i++ {
		s.owner[i] = o
	}
}

// isFree says that no token of the range was claimed.
func (s *scan) isFree(start, end int) bool {
	for i := max(start, 0); i < end && i < len(s.owner); i++ {
		if s.owner[i] != free {
			return false
		}
	}
	return true
}

// between returns the text of a token range as typed.
func (s *scan) between(start, end int) string {
	if start < 0 || start >= end || end > len(s.tokens) {
		return ""
	}
	return strings.TrimSpace(s.nfc[s.tokens[start].start:s.tokens[end-1].end])
}

// clauseEnd says that token i ends a clause: a full stop, semicolon or line break, not a point inside a number.
func (s *scan) clauseEnd(i int) bool {
	if i < 0 || i >= len(s.tokens) {
		return true
	}
	t := &s.tokens[i]
	if t.kind != tokenPunct {
		return false
	}
	switch t.fold {
	case "\n", ";", "?", "!":
		return true
	case ".":
		return !s.glued(i+1) || i+1 >= len(s.tokens)
	}
	return false
}
