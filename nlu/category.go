package nlu

import (
	"slices"

	"ketnghia/twinning"
)

// categoryMargin is by how much the best category must lead; below it, two readings stand side by side and a person is
// asked.
const categoryMargin = 2

// category weighs the phrases of section II. Each stretch of text counts once, by its longest phrase.
func (s *scan) category() twinning.Category {
	var score [5]int
	first := -1
	var seen seenPhrases
	aside, firstDeed := false, s.firstDeed()
	for i := 0; i < len(s.tokens); {
		aside = (aside || s.is2(i, "aside")) && !s.clauseEnd(i)
		e, end := s.categoryAt(i)
		if _, paid := s.is(i, "source"); paid >= end && paid > i+1 {
			i = paid // "nguồn vận động" says who paid, not what was done
			continue
		}
		if e != nil && s.word(i, "van") && end < len(s.tokens) && s.owner[end] == ownedByMoney {
			i = end // "vận động 1 tỷ rưỡi" says where the money is from
			continue
		}
		if e == nil || s.longerInside(i, end, e.weight) || s.denied(i) || s.marked(i-1, "tai", "tai5") && s.word(i, "nha", "cho", "tru", "hoi", "truong", "tram", "phong") {
			i++
			continue
		}
		c, weight := int(e.number), s.categoryWeight(e, i, end)
		if i < firstDeed && c == int(twinning.CategoryPolitical) {
			weight = min(weight, 1) // "Mặt trận và các đoàn thể … trao": who did it
		}
		if seen.before(s, i, end) {
			weight = 0 // said again is not said stronger
		}
		if aside {
			weight = (weight + 1) / 2
		}
		score[c] += weight
		if first < 0 && weight > 2 {
			first = c
			score[c]++ // what is named first is what it was about
		}
		i = end
	}
	if s.equips() {
		score[twinning.CategoryPolitical] += equipWeight
	}
	best, second := 0, 0
	for c := 1; c < len(score); c++ {
		switch {
		case best == 0 && score[c] > 0 || score[c] > score[best]:
			best, second = c, best
		case second == 0 && score[c] > 0 || score[c] > score[second]:
			second = c
		}
	}
	if best == 0 || score[best]-score[second] < categoryMargin {
		return twinning.CategoryUnsure
	}
	return twinning.Category(best)
}

// categoryWeight halves what a lone bare word says where the writer leaves diacritics out: it is as often another word.
func (s *scan) categoryWeight(e *entry, i, end int) int {
	if end == i+1 && !s.rich && s.tokens[i].plain() {
		return (e.weight + 1) / 2
	}
	return e.weight
}

// firstDeed returns the first token of a deed, 0 where there is none or where what was done is told first ("CLB … ra mắt").
func (s *scan) firstDeed() int {
	if i := s.firstAct(); i < len(s.tokens) && i < 14 {
		return i
	}
	return 0
}

// seenPhrases remembers the phrases of a message that were weighed, the first ones at least.
type seenPhrases struct {
	spans [24]span
	n     int
}

// before says whether the words of tokens [i, end) were noted before, and notes them.
func (p *seenPhrases) before(s *scan, i, end int) bool {
	for _, o := range p.spans[:p.n] {
		same := o.end-o.start == end-i
		for k := 0; same && k < end-i; k++ {
			same = s.tokens[o.start+k].fold == s.tokens[i+k].fold
		}
		if same {
			return true
		}
	}
	if p.n < len(p.spans) {
		p.spans[p.n] = span{i, end}
		p.n++
	}
	return false
}

// equipWeight is what office equipment given to a commune weighs against what the equipment alone hints at.
const equipWeight = 5

// equips says that office equipment was given to a commune itself and not to a school: "tặng 5 máy tính cho xã Trà Nú".
func (s *scan) equips() bool {
	office, given := false, false
	for i := range s.tokens {
		if s.is2(i, "school") {
			return false
		}
		office = office || s.is2(i, "office")
		given = given || s.word(i, "cho", "tang", "trao") && i+1 < len(s.tokens) && s.owner[i+1] == ownedByName && s.is2(i+1, "unit_type")
	}
	return office && given
}

// longerInside says that a longer phrase of no less weight begins inside the one at token i, or a heavier one as long that goes beyond it: "xây
// [nhà sinh hoạt cộng đồng]", "tặng [bộ đàm]".
func (s *scan) longerInside(i, end, weight int) bool {
	for j := i + 1; j < end; j++ {
		e, jEnd := s.categoryAt(j)
		if e == nil {
			continue
		}
		if longer := (jEnd - j) - (end - i); longer > 0 && e.weight >= weight || longer == 0 && jEnd > end && e.weight > weight {
			return true
		}
	}
	return false
}

// categoryAt returns the longest category phrase at token i; of two equal the heavier.
func (s *scan) categoryAt(i int) (*entry, int) {
	var best *entry
	end := 0
	if s.owner[i] == ownedByName || s.owner[i] == ownedByTrap || s.owner[i] == ownedByDate {
		return nil, 0
	}
	for _, t := range s.tags[s.index[i]:s.index[i+1]] {
		tEnd := int(t.end)
		if t.entry.class != "category" || s.owner[tEnd-1] == ownedByName || tEnd < end || tEnd == end && t.entry.weight <= best.weight {
			continue
		}
		best, end = t.entry, tEnd
	}
	return best, end
}

// kinds finds the sub-kinds that the rules ask for by their phrases, in order of appearance.
func (s *scan) kinds() []twinning.Kind {
	var found []twinning.Kind
	for i := range s.tokens {
		if e, _ := s.is(i, "kind"); e != nil && s.owner[i] != ownedByName && !s.denied(i) && !slices.Contains(found, twinning.Kind(e.value)) {
			found = append(found, twinning.Kind(e.value))
		}
	}
	return found
}

// kindsOf adds to the named sub-kinds those that follow from what was done. each says that a price each was read.
func (s *scan) kindsOf(f *twinning.Facts, deeds []modelDeed, each bool) []twinning.Kind {
	found := s.kinds()
	for _, d := range deeds {
		if !slices.Contains(found, d.kind) {
			found = append(found, d.kind)
		}
	}
	if !slices.Contains(found, twinning.KindGift) && s.givesGifts(f, each) {
		found = append(found, twinning.KindGift)
	}
	return found
}

// denied says that the phrase at token i was not done: "không tặng quà nữa", "thay vì tặng quà".
func (s *scan) denied(i int) bool {
	return s.marked(i-1, "khong", "không") || s.word(i-2, "thay") && s.word(i-1, "vi")
}

// givesGifts says that what was given are gifts although the word is missing: counted ones, goods such as blankets and
// bicycles handed to people, money brought along on a visit.
func (s *scan) givesGifts(f *twinning.Facts, each bool) bool {
	if f.Quantities[twinning.Gifts] > 0 {
		return !s.anyOf("scholarship")
	}
	if f.Category == twinning.CategoryUnsure || f.Category == twinning.CategoryWelfare {
		visits := s.anyOf("gift_visit")
		return visits && each || (visits || s.anyOf("gift_verb")) && s.anyOf("gift_goods")
	}
	return false
}

// anyOf says that a phrase of the class stands anywhere outside of names.
func (s *scan) anyOf(c class) bool {
	for i := range s.tokens {
		if s.owner[i] != ownedByName && s.is2(i, c) && !s.denied(i) && !s.denied(i-1) {
			return true
		}
	}
	return false
}

// source finds where the money comes from; two sources at once are left to a person.
func (s *scan) source() twinning.Source {
	var found twinning.Source
	for i := range s.tokens {
		e, _ := s.is(i, "source")
		if e == nil {
			continue
		}
		if found != "" && found != twinning.Source(e.value) {
			return ""
		}
		found = twinning.Source(e.value)
	}
	return found
}
