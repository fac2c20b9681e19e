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
	aside, told, firstDeed, equipped := false, false, s.firstDeed(), s.equips()
	for i := s.introduced(); i < len(s.tokens); {
		aside = (aside || s.is2(i, "aside")) && !s.clauseEnd(i)
		told = (told || s.is2(i, "tells")) && !s.clauseEnd(i) && !s.is2(i, "tells_end")
		if next := s.paidFrom(i); next > i {
			i = next
			continue
		}
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
		if told && c != int(twinning.CategoryCampaign) {
			weight /= 2 // what people were told about
		}
		if equipped == twinning.CategoryPolitical && c == int(twinning.CategoryEconomy) && (s.word(i-1, "cho", "mang") || weight <= 2) {
			weight = min(weight, 1) // who got the equipment
		}
		score[c] += weight
		if first < 0 && weight > 2 {
			first = c
			score[c]++ // what is named first is what it was about
		}
		i = end
	}
	score[equipped] += equipWeight
	score[twinning.CategoryUnsure] = 0
	return leading(score)
}

// leading returns the category that leads by the margin, else unsure.
func leading(score [5]int) twinning.Category {
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

// equips returns what office equipment counts for by whom it was given to: the commune itself ("tặng 5 máy tính cho xã Trà Nú")
// or its hall, or else a school; unsure where none was.
func (s *scan) equips() twinning.Category {
	office, given, school, taught := false, false, false, false
	for i := range s.tokens {
		if s.owner[i] == ownedByName {
			continue
		}
		school = school || s.is2(i, "school")
		office = office || s.is2(i, "office")
		gives := s.word(i, "cho", "tang", "trao") && i+1 < len(s.tokens)
		given = given || gives && (s.owner[i+1] == ownedByName && s.is2(i+1, "unit_type") || s.is2(i+1, "hall"))
		taught = taught || gives && s.is2(i+1, "school_taught")
	}
	if office && taught {
		return twinning.CategoryEconomy
	}
	if office && given && !school {
		return twinning.CategoryPolitical
	}
	return twinning.CategoryUnsure
}

// introduced returns where the message begins behind the words in which the writer says who he is: "Em là Hiền, giáo viên …".
func (s *scan) introduced() int {
	for i := range min(3, len(s.tokens)) {
		if s.word(i, "em", "e", "toi", "minh", "tui") && s.word(i+1, "la") {
			for j := i; j < min(i+16, len(s.tokens)); j++ {
				if s.clauseEnd(j) {
					return j
				}
			}
		}
	}
	return 0
}

// paidFrom returns where the clause ends that begins with "nguồn" at token i and says who paid, i where there is none.
func (s *scan) paidFrom(i int) int {
	if s.word(i, "tu") && s.word(i+1, "nguon") {
		i++
	}
	if !s.word(i, "nguon") || s.word(i-1, "bo") || !s.is2(i+1, "payer") && !s.word(i+1, ":") {
		return i
	}
	_, j := s.is(i+1, "payer")
	for j = max(i+1, j); j < len(s.tokens) && !s.clauseEnd(j) && !s.is2(j, "strong_act"); {
		j++
	}
	return j
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
	if !slices.Contains(found, twinning.KindTraining) && s.instructs() {
		found = append(found, twinning.KindTraining)
	}
	if !slices.Contains(found, twinning.KindConnecting) && s.anyOf("investor") && s.anyOf("deal") {
		found = append(found, twinning.KindConnecting)
	}
	if !slices.Contains(found, twinning.KindStudyTour) && s.leadsToSee() {
		found = append(found, twinning.KindStudyTour)
	}
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

// maxClause bounds how far a clause is searched for what belongs to a verb.
const maxClause = 30

// instructs says that people were taught without one of the usual phrases: "hướng dẫn" or "dạy" with a number of people behind it
// in the same clause.
func (s *scan) instructs() bool {
	for i := range s.tokens {
		guides := s.word(i, "huong") && s.word(i+1, "dan") && !s.word(i-1, "theo", "ban", "van")
		if s.owner[i] != free || !guides && !s.marked(i, "day", "day5") || s.word(i-1, "bi", "dung", "cu", "nuoi") {
			continue
		}
		for j := i; j < min(i+maxClause, len(s.tokens)) && !s.clauseEnd(j) && !s.word(j, ","); j++ {
			if e, _ := s.is(j, "count"); e != nil && e.value == string(twinning.People) && s.owner[j] == ownedByCount {
				return true
			}
		}
	}
	return false
}

// leadsToSee says that people were taken somewhere to see how it is done: "dẫn 18 bà con xuống Duy Xuyên coi mô hình".
func (s *scan) leadsToSee() bool {
	led := false
	for i := range s.tokens {
		led = led || s.owner[i] == free && (s.word(i, "dan", "dua", "cho") && s.owner[min(i+1, len(s.tokens)-1)] == ownedByCount)
		if led && s.word(i, "coi", "xem", "hoc", "tham") && (s.is2(i+1, "model_noun") || s.word(i+1, "cach", "hoi", "vuon", "quan")) {
			return true
		}
	}
	return false
}

// denied says that the phrase at token i was not done: "không tặng quà nữa", "thay vì tặng quà".
func (s *scan) denied(i int) bool {
	return s.marked(i-1, "khong", "không") || s.marked(i-1, "ton", "tôn2") || s.word(i-2, "thay") && s.word(i-1, "vi")
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
