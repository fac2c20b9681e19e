package nlu

import (
	"slices"
	"strings"

	"ketnghia/twinning"
)

// nameHit is a stretch of tokens that is a name, with the units that it can mean.
type nameHit struct {
	span
	units []int
	exact bool
}

// maxNameTokens bounds a name: the longest of the roster has twelve words.
const maxNameTokens = 16

// names finds all unit names. Names with a prefix or of agencies win over bare ones, longer ones over shorter.
func (s *scan) names() []nameHit {
	var hits []nameHit
	for i := 0; i < len(s.tokens); i++ {
		if s.kind(i) == tokenPunct || s.owner[i] != free {
			continue
		}
		hit, ok := s.nameAt(i)
		if !ok {
			hit, ok = s.misspelt(i)
		}
		if !ok {
			continue
		}
		s.claim(hit.start, hit.end, ownedByName)
		hits = append(hits, hit)
		i = hit.end - 1
	}
	return hits
}

// nameAt returns the longest name that begins at token i.
func (s *scan) nameAt(i int) (nameHit, bool) {
	var best nameHit
	x := s.roster
	node, comma := uint32(0), false
	for j := i; j < len(s.tokens) && j < i+maxNameTokens; j++ {
		t := &s.tokens[j]
		if t.kind == tokenPunct {
			if j == i || !s.nameJoint(j) {
				break
			}
			comma = comma || t.fold == ","
			continue
		}
		if s.owner[j] != free {
			break
		}
		var ok bool
		if node, ok = x.walk(node, t.fold); !ok {
			break
		}
		if units, exact := s.fitting(x.forms[node], i, j+1, comma); len(units) > 0 {
			best = nameHit{span{i, j + 1}, units, exact}
		}
	}
	return best, len(best.units) > 0
}

// walk follows the letters of a token through the trie.
func (x *nameIndex) walk(node uint32, fold string) (uint32, bool) {
	for _, c := range []byte(fold) {
		next, ok := x.edges[node<<6|letterCode(c)]
		if !ok {
			return 0, false
		}
		node = next
	}
	return node, true
}

// nameJoint says that the punctuation at token j can stand inside a name: "LĐ-TB&XH", "x.Ch'ơm", "Văn hóa, Thể thao".
func (s *scan) nameJoint(j int) bool {
	switch s.tokens[j].fold {
	case "-", "&", ",", "/":
		return true
	case ".":
		return s.glued(j+1) || len(s.tokens[j-1].fold) <= 2
	}
	return false
}

// fitting returns the units of the forms that the tokens [start, end) can be, the best written ones only.
func (s *scan) fitting(forms []nameForm, start, end int, comma bool) (units []int, exact bool) {
	top := -100
	shared := slices.ContainsFunc(forms, func(f nameForm) bool { return f.vague })
	for k := range forms {
		f := &forms[k]
		if comma && !f.agency {
			continue
		}
		score, ok := s.writing(f, start, end)
		if !ok || !s.allowed(f, start, end) {
			continue
		}
		if shared {
			score = min(score, 0)
		}
		score *= 2
		if !f.derived {
			score++
		}
		if score > top {
			units, top = units[:0], score
		}
		if score == top && !slices.Contains(units, f.unit) {
			units = append(units, f.unit)
		}
	}
	return units, top >= 0
}

// writing scores how well the diacritics typed agree with the form: −1 for each word with other marks.
func (s *scan) writing(f *nameForm, start, end int) (score int, ok bool) {
	k, wrong := 0, 0
	typed := false
	for j := start; j < end; j++ {
		t := &s.tokens[j]
		if t.kind == tokenPunct {
			continue
		}
		typed = typed || !t.plain()
		if k >= len(f.words) || f.words[k].fold != t.fold {
			return 0, true // other word boundaries: nothing to compare
		}
		if f.words[k].mark == t.mark {
			score++
		} else if !t.plain() {
			wrong++
		}
		k++
	}
	if wrong > 0 {
		long := len(joinFolds(f.words)) >= 8
		return -wrong, long && f.prefixed && wrong <= 2 || f.agency && f.words[0].fold == "so" && wrong == 1
	}
	// Among candidates one score decides; "Trà Don" typed with marks elsewhere is Don, not Dơn.
	if !typed {
		score = 0
	}
	return score, true
}

// allowed says that the surroundings let the tokens be this form.
func (s *scan) allowed(f *nameForm, start, end int) bool {
	alone := start == 0 && end == len(s.tokens)
	if f.weak && !alone && !s.standsAmong(f, start, end) {
		return false
	}
	if s.word(end-1, "dang") && s.tokens[end-1].plain() && !s.tokens[end-1].upper && s.is2(end, "ongoing_after") {
		return false
	}
	first := f.words[0]
	if e, from := s.ends(start, "not_unit_before"); e != nil && !f.agency && !f.prefixed && !s.word(from-1, "cam") && !s.ofCommune(from) {
		return false
	}
	if !f.agency && !f.prefixed && (s.isPerson(start, end) || end-start == len(f.words) && s.tokens[start].fold != first.fold) {
		return false // "nghệ nhân A Ting Tía", "trạm y tế"
	}
	if f.agency && first.fold == "so" && s.isNumberWord(start, end) {
		return false
	}
	if f.prefixed && !f.agency && len(joinFolds(f.words))-len(first.fold) <= 4 && !s.tokens[end-1].upper {
		if e, _ := s.ends(start, "many_before"); e != nil || s.kind(start-1) == tokenDigits && s.owner[start-1] != ownedByTrap {
			return false // "3 xa dang kho khan"
		}
	}
	if f.agency && len(f.words) == 1 && len(first.fold) <= 3 {
		return s.tokens[start].upper || alone || !strings.ContainsAny(first.fold, "aeiou") // SYT, bdt
	}
	if f.prefixed && !f.agency && len(first.fold) <= 2 && first.fold != "xa" {
		return s.word(start+1, ".") || s.tokens[end-1].upper || !s.rich // "x. Lăng", "H Tây Giang"
	}
	return true
}

// standsAmong says that an everyday word is a commune's name after all: capitals in a list of communes ("xã A Vương + Dang",
// "các xã A Tiêng, Lăng, Bha Lêê"), or all its words with capitals ("A Nông").
func (s *scan) standsAmong(f *nameForm, start, end int) bool {
	if !s.cased {
		return false
	}
	for j := start; j < end; j++ {
		if !s.tokens[j].upper {
			return false
		}
	}
	if len(f.words) > 1 {
		return s.kind(end) != tokenWord || !s.tokens[end].upper || s.owner[end] == ownedByName
	}
	return s.word(start-1, ",", "+", "&", "va") && start > 1 && s.owner[start-2] == ownedByName &&
		!(s.kind(end) == tokenWord && s.tokens[end].upper)
}

// ofCommune says that the word at token i is a thing or a person of the commune named behind it after all: "già làng Tây
// Giang", "làm đường Trà Vân".
func (s *scan) ofCommune(i int) bool {
	return s.word(i, "lang") && s.word(i-1, "gia") || s.word(i, "duong") && s.word(i-1, "lam", "mo", "sua", "tong")
}

// isPerson says that the name at tokens [start, end) goes on as a person's: a title before it and a capital behind it.
func (s *scan) isPerson(start, end int) bool {
	return s.cased && s.follows(start, "person_before") && s.kind(end) == tokenWord && s.tokens[end].upper && !s.is2(end, "unit_type")
}

// isNumberWord says that "so …" at tokens [start, end) is "số": marked so, or typed bare before a word that points back
// ("cho so lao dong nay").
func (s *scan) isNumberWord(start, end int) bool {
	t := &s.tokens[start]
	if t.fold != "so" {
		return false
	}
	return strings.HasPrefix(t.mark, "sô") || t.plain() && !t.upper && s.cased && (s.word(end, "nay", "tren", "do") || s.word(end, "tham") && s.word(end+1, "gia", "du"))
}

// mentions turns hits into mentions and ambiguities. A name that fits several units is settled by another unit of the
// text that is its district.
func (s *scan) mentions(hits []nameHit) (found []Mention, open []Ambiguity) {
	seen := map[int]bool{}
	for _, h := range hits {
		if len(h.units) == 1 {
			seen[h.units[0]] = true
		}
	}
	for _, h := range hits {
		h.units = s.settle(h.units, seen)
		start, end := s.tokens[h.start].start, s.tokens[h.end-1].end
		if len(h.units) == 1 {
			m := Mention{s.roster.units[h.units[0]].Key, start, end, h.exact}
			if !slices.ContainsFunc(found, func(o Mention) bool { return o.Key == m.Key }) {
				found = append(found, m)
			}
			continue
		}
		a := Ambiguity{Text: s.nfc[start:end]}
		for _, u := range h.units {
			a.Candidates = append(a.Candidates, s.roster.units[u].Key)
		}
		slices.Sort(a.Candidates)
		open = append(open, a)
	}
	return found, open
}

// settle keeps the candidates whose district, or which themselves, are named elsewhere in the text.
func (s *scan) settle(units []int, seen map[int]bool) []int {
	if len(units) < 2 {
		return units
	}
	for _, u := range units {
		if seen[u] {
			return []int{u}
		}
	}
	var kept []int
	for _, u := range units {
		if parent, ok := s.roster.byKey[s.roster.units[u].Parent]; ok && seen[parent] {
			kept = append(kept, u)
		}
	}
	if len(kept) > 0 {
		return kept
	}
	return units
}

// Units finds the names of units alone, for commands such as "/moi xã Ch'ơm".
func (r *Reader) Units(text string) ([]Mention, []Ambiguity) {
	s := r.scan(text, twinning.Date(0))
	s.traps()
	return s.mentions(s.names())
}
