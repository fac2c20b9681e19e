package nlu

import (
	"strings"

	"ketnghia/twinning"
)

// nameForm is one way to write a unit's name.
type nameForm struct {
	unit  int
	words []pattern
	// prefixed says that the form says what the unit is ("xã …"), or is an agency's name.
	prefixed bool
	// agency says that commas may stand inside.
	agency bool
	// weak forms are everyday words: they count only with the prefix or alone.
	weak bool
	// derived forms are initials that nobody wrote down; a form of the tables wins over them.
	derived bool
	// vague forms name a part that several units share ("Trà My").
	vague bool
}

// bareName is a unit's own name without type, for the search of misspellings.
type bareName struct {
	unit int
	kind string // "xã", "huyện", …
	fold string
	// words is how many syllables or words it has.
	words int
	// family is the first word when several units of the roster share it ("tra", "phuoc"), else "".
	family string
	mask   uint32
}

// nameIndex finds units by name. Forms are kept in a trie of folded letters without spaces, so that "tragiap",
// "Trà Giáp" and "tra giap" meet at one node.
type nameIndex struct {
	units []twinning.Unit
	byKey map[twinning.UnitKey]int
	edges map[uint32]uint32
	forms map[uint32][]nameForm
	nodes uint32
	bares []bareName
}

func newNameIndex(units []twinning.Unit, lex *lexicon, a *alphabet) *nameIndex {
	x := &nameIndex{
		units: units, byKey: make(map[twinning.UnitKey]int), edges: make(map[uint32]uint32),
		forms: make(map[uint32][]nameForm), nodes: 1,
	}
	b := nameBuilder{x: x, a: a, types: lex.ofClass("unit_type"), short: lex.ofClass("unit_short")}
	for _, p := range lex.ofClass("prefix_only") {
		b.weak = append(b.weak, joinFolds(p.words))
	}
	for i, u := range units {
		if u.State != twinning.UnitActive && u.State != "" {
			continue
		}
		x.byKey[u.Key] = i
		b.unit(i, u.Name)
		for _, alias := range u.Aliases {
			b.unit(i, alias)
		}
	}
	b.sharedParts()
	b.families()
	return x
}

// ofClass returns all phrases of a class.
func (lex *lexicon) ofClass(c class) []phrase {
	var all []phrase
	for _, of := range lex.byFirst {
		for _, p := range of.all() {
			if p.entry.class == c {
				all = append(all, p)
			}
		}
	}
	return all
}

// add puts a form into the trie.
func (x *nameIndex) add(f nameForm) {
	node := uint32(0)
	for _, w := range f.words {
		for _, c := range []byte(w.fold) {
			edge := node<<6 | letterCode(c)
			next, ok := x.edges[edge]
			if !ok {
				next = x.nodes
				x.nodes++
				x.edges[edge] = next
			}
			node = next
		}
	}
	for k, old := range x.forms[node] {
		if old.unit == f.unit && old.prefixed == f.prefixed && samePatterns(old.words, f.words) {
			x.forms[node][k].derived = old.derived && f.derived
			return
		}
	}
	x.forms[node] = append(x.forms[node], f)
}

// letterCode packs a folded letter or digit into six bits; anything else is 63.
func letterCode(c byte) uint32 {
	switch {
	case c >= 'a' && c <= 'z':
		return uint32(c-'a') + 1
	case c >= '0' && c <= '9':
		return uint32(c-'0') + 27
	}
	return 63
}

func samePatterns(a, b []pattern) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func joinFolds(words []pattern) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.fold)
	}
	return b.String()
}

// letterMask has a bit for each letter that occurs; two names within distance d differ in at most 2d bits.
func letterMask(s string) uint32 {
	var m uint32
	for _, c := range []byte(s) {
		m |= 1 << (letterCode(c) % 32)
	}
	return m
}
