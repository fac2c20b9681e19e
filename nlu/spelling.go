package nlu

import (
	"math/bits"
	"slices"
)

// misspelt looks for a name with a typing error after the word that says what it is: "xã Trà Giap", "huyện Tay Gang".
func (s *scan) misspelt(i int) (nameHit, bool) {
	e, from := s.is(i, "unit_type")
	if e == nil || e.value == "tỉnh" || s.word(i, "h", "x", "tt") && !s.word(from, ".") {
		return nameHit{}, false
	}
	if s.word(from, ".") {
		from++
	}
	if m, _ := s.ends(i, "many_before"); m != nil || s.kind(i-1) == tokenDigits && s.owner[i-1] != ownedByTrap {
		return nameHit{}, false
	}
	limit := 3
	if e.value == "sở" {
		limit = 6
	}
	best := nameHit{}
	top := 3
	var buf [64]byte
	key := buf[:0]
	for j := from; j < from+limit && j < len(s.tokens) && s.kind(j) == tokenWord && s.owner[j] == free; j++ {
		last := !s.nameWord(j, from)
		if last && (s.rich || j != from+1 || len(key) < 4 || s.roster.isFamily(key)) || len(key)+len(s.tokens[j].fold) > 40 {
			break // "còn" ends a name, but "xa song con" may be Sông Kôn
		}
		key = append(key, s.tokens[j].fold...)
		if d, units := s.roster.near(key, e.value, top); d > 0 && d < top {
			top = d
			best = nameHit{span{i, j + 1}, units, false}
		}
		if last {
			break
		}
	}
	return best, len(best.units) > 0
}

// nameWord says that token j can be part of a misspelt name: capital where the writer uses capitals, else any word
// that is no known word of another kind.
func (s *scan) nameWord(j, from int) bool {
	if s.cased && s.tokens[j].upper {
		return true
	}
	if s.rich && s.cased && j == from && len(s.tokens[j].fold) <= 4 {
		return s.tokens[j].upper
	}
	return !s.numberStop(j) && !s.is2(j, "stop")
}

// near returns the units of the type whose bare name is nearest to key, with the distance; 0 when none is near enough.
func (x *nameIndex) near(key []byte, kind string, limit int) (int, []int) {
	mask := letterMask(string(key))
	best, units := limit, []int(nil)
	for i := range x.bares {
		n := &x.bares[i]
		if n.kind != kind {
			continue
		}
		allowed := n.allowance()
		if d := len(n.fold) - len(key); d > allowed || -d > allowed || bits.OnesCount32(mask^n.mask) > 2*allowed {
			continue
		}
		if !n.familyFits(key) {
			continue
		}
		d := distance(string(key), n.fold)
		if d > allowed || d > best || d == 0 {
			continue
		}
		if d < best {
			best, units = d, nil
		}
		if !slices.Contains(units, n.unit) {
			units = append(units, n.unit)
		}
	}
	if len(units) == 0 {
		return 0, nil
	}
	return best, units
}

// allowance is how many edits a name bears: short ones none, one from four letters in two syllables or five on, two from
// nine on.
func (n *bareName) allowance() int {
	switch {
	case len(n.fold) >= 9:
		return 2
	case len(n.fold) >= 5 || len(n.fold) == 4 && n.words > 1:
		return 1
	}
	return 0
}

// familyFits guards names that share their first word: of "Trà Tân" only "Tân" tells, so it must keep its first letter
// and have at least three letters; from five on the first letter alone may differ.
func (n *bareName) familyFits(key []byte) bool {
	f := len(n.family)
	if f == 0 {
		return true
	}
	if len(key) <= f || string(key[:f]) != n.family {
		return true
	}
	rest := len(n.fold) - f
	return rest >= 3 && key[f] == n.fold[f] || rest >= 5 && len(key) == len(n.fold) && string(key[f+1:]) == n.fold[f+1:]
}

// isFamily says that several units share the word as their first.
func (x *nameIndex) isFamily(word []byte) bool {
	return slices.ContainsFunc(x.bares, func(n bareName) bool { return n.family == string(word) })
}

// distance is the optimal string alignment distance (Damerau–Levenshtein without repeated edits) of two short strings.
func distance(a, b string) int {
	const size = 48
	if len(a) >= size || len(b) >= size {
		return size
	}
	var rows [3][size]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur, prev, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
