package nlu

import (
	"slices"
	"strings"
)

// nameBuilder derives the forms of each unit's name.
type nameBuilder struct {
	x     *nameIndex
	a     *alphabet
	types []phrase
	short []phrase
	weak  []string
}

// patterns returns the words of a name; punctuation is no part of it.
func (b *nameBuilder) patterns(s string) []pattern {
	t := b.a.scan(s)
	var words []pattern
	for _, tok := range t.tokens {
		if tok.kind != tokenPunct {
			words = append(words, pattern{tok.fold, tok.mark})
		}
	}
	return words
}

// unit adds all forms of one name or alias of unit i.
func (b *nameBuilder) unit(i int, name string) {
	words := b.patterns(name)
	if len(words) == 0 {
		return
	}
	kind, n := b.typeOf(words)
	if n > 0 && n < len(words) && kind != "sở" && kind != "tỉnh" {
		b.local(i, kind, words[n:])
		return
	}
	b.agency(i, words, kind == "sở")
}

// typeOf returns the type that a name begins with, and how many words it takes.
func (b *nameBuilder) typeOf(words []pattern) (string, int) {
	kind, n := "", 0
	for _, p := range b.types {
		if len(p.words) > n && len(p.words) <= len(words) && samePatterns(p.words, words[:len(p.words)]) {
			kind, n = p.entry.value, len(p.words)
		}
	}
	return kind, n
}

// local adds a commune or district: its bare name, and the name after each spelling of its type.
func (b *nameBuilder) local(i int, kind string, bare []pattern) {
	fold := joinFolds(bare)
	b.x.add(nameForm{unit: i, words: bare, weak: len(fold) <= 3 || slices.Contains(b.weak, fold)})
	for _, t := range b.types {
		if t.entry.value == kind {
			b.x.add(nameForm{unit: i, words: slices.Concat(t.words, bare), prefixed: true})
		}
	}
	b.x.bares = append(b.x.bares, bareName{unit: i, kind: kind, fold: fold, words: len(bare), family: bare[0].fold, mask: letterMask(fold)})
}

// agency adds a name as a whole, without "và", without a final "tỉnh", cut before "và", as initials, and in the short
// forms of the table.
func (b *nameBuilder) agency(i int, words []pattern, department bool) {
	b.agencyForm(i, words)
	last := len(words) - 1
	if words[last].fold == "tinh" && len(words) > 3 {
		b.agencyForm(i, words[:last])
	}
	if department && len(words) > 1 {
		for cut := 3; cut < len(words); cut++ {
			if words[cut].fold == "va" {
				b.agencyForm(i, words[:cut])
			}
		}
		initials := initialsOf(words[1:])
		b.derived(i, []pattern{words[0], initials})
		b.derived(i, []pattern{{"s" + initials.fold, "s" + initials.mark}})
		if len(initials.fold) >= 4 {
			b.derived(i, []pattern{initials})
		}
		b.x.bares = append(b.x.bares, bareName{unit: i, kind: "sở", fold: joinFolds(words[1:]), words: len(words) - 1, mask: letterMask(joinFolds(words[1:]))})
	}
	name := strings.ToLower(joinFolds(words))
	for _, p := range b.short {
		full := joinFolds(b.patterns(p.entry.value))
		if strings.HasPrefix(name, full) {
			b.agencyForm(i, dropPunct(p.words))
			b.agencyForm(i, b.patterns(p.entry.value))
		}
	}
}

func (b *nameBuilder) derived(i int, words []pattern) {
	b.x.add(nameForm{unit: i, words: words, prefixed: true, agency: true, derived: true})
}

func (b *nameBuilder) agencyForm(i int, words []pattern) {
	b.x.add(nameForm{unit: i, words: words, prefixed: true, agency: true})
	without := slices.DeleteFunc(slices.Clone(words), func(p pattern) bool { return p.fold == "va" })
	if len(without) < len(words) && len(without) > 1 {
		b.x.add(nameForm{unit: i, words: without, prefixed: true, agency: true})
	}
}

// dropPunct removes "&", "-" and the like from a phrase.
func dropPunct(words []pattern) []pattern {
	return slices.DeleteFunc(slices.Clone(words), func(p pattern) bool { return letterCode(p.fold[0]) == 63 })
}

// initialsOf returns the acronym of the words without "và".
func initialsOf(words []pattern) pattern {
	var fold, mark strings.Builder
	for _, w := range words {
		if w.fold == "va" {
			continue
		}
		fold.WriteByte(w.fold[0])
		for _, r := range w.mark {
			mark.WriteRune(r)
			break
		}
	}
	return pattern{fold.String(), mark.String()}
}

// sharedParts adds the common part of names such as Bắc Trà My and Nam Trà My as a form that fits both.
func (b *nameBuilder) sharedParts() {
	type part struct {
		unit  int
		words []pattern
	}
	parts := map[string][]part{}
	for _, n := range b.x.bares {
		words := b.patterns(b.x.units[n.unit].Name)
		kind, k := b.typeOf(words)
		if kind != "huyện" || len(words)-k < 3 || !slices.Contains([]string{"bac", "nam", "dong", "tay"}, words[k].fold) {
			continue
		}
		rest := words[k+1:]
		parts[joinFolds(rest)] = append(parts[joinFolds(rest)], part{n.unit, rest})
	}
	for _, ps := range parts {
		if len(ps) < 2 {
			continue
		}
		for _, p := range ps {
			b.x.add(nameForm{unit: p.unit, words: p.words, vague: true})
			for _, t := range b.types {
				if t.entry.value == "huyện" {
					b.x.add(nameForm{unit: p.unit, words: slices.Concat(t.words, p.words), vague: true, prefixed: true})
				}
			}
		}
	}
}

// families keeps a bare name's first word only where at least three units begin with it.
func (b *nameBuilder) families() {
	count := map[string]int{}
	for _, n := range b.x.bares {
		count[n.family]++
	}
	for i, n := range b.x.bares {
		if count[n.family] < 3 || len(n.family) >= len(n.fold) || n.kind == "sở" {
			b.x.bares[i].family = ""
		}
	}
}
