package nlu

import "ketnghia/twinning"

// countHit is a number with what it counts.
type countHit struct {
	span
	measure twinning.Measure
	n       int64
	// noun is the range of the counted word.
	noun span
	// total says that the text calls it the whole; part that it is a part of one before ("trong đó").
	total, part bool
}

// counts finds the counted households, people, models and gifts, and numbers too vague to take.
func (s *scan) counts() (hits []countHit, vague []span) {
	for i := 0; i < len(s.tokens); i++ {
		if s.owner[i] != free || !s.known(i, numberTable|countTable) {
			continue
		}
		if sp, ok := s.vagueCount(i); ok {
			vague = append(vague, sp)
			i = sp.end - 1
			continue
		}
		h, isRange, ok := s.countAt(i)
		if !ok {
			h, ok = s.labelled(i)
		}
		if !ok {
			continue
		}
		s.claim(h.start, h.end, ownedByCount)
		i = h.end - 1
		switch {
		case isRange:
			vague = append(vague, h.span)
		case !s.isVisitors(h) && !s.isEachCount(h) && !s.isLeft(h):
			h.total, h.part = s.countContext(h)
			hits = append(hits, h)
		case h.measure == twinning.Gifts && h.n == 1:
			s.noteGiftEach(h)
		}
	}
	return hits, vague
}

// noteGiftEach notes whom "mỗi hộ 1 suất quà" gives one gift each.
func (s *scan) noteGiftEach(h countHit) {
	for j := h.start - 1; j > h.start-4 && j > 0; j-- {
		if !s.is2(j-1, "each_count") {
			continue
		}
		switch e, end := s.is(j, "count"); {
		case e != nil && end == h.start:
			s.giftEach = twinning.Measure(e.value)
		case s.word(j, "nha") && j+1 == h.start:
			s.giftEach = twinning.Households
		}
	}
}

// countAt reads "45 hộ nghèo" at token i. isRange says that it is "5-7 hộ" or "hai ba hộ", where no number was said.
func (s *scan) countAt(i int) (h countHit, isRange, ok bool) {
	if s.glued(i) && s.kind(i-1) == tokenWord && s.kind(i) == tokenDigits || s.word(i, "chuc") && s.tokens[i].plain() {
		return h, false, false // "chuc ae suc khoe"
	}
	n, ok := s.number(i)
	if !ok || n.money || n.slang || n.scale >= million || !s.isFree(i, n.end) {
		return h, false, false
	}
	v, whole := n.whole()
	end := n.end
	isRange = n.loose || s.word(i-1, "-") && s.kind(i-2) == tokenDigits
	switch {
	case s.word(end, "/") && s.kind(end+1) == tokenDigits:
		if rest, ok := s.number(end + 1); ok {
			end = rest.end // "45/60 hộ"
		}
	case (s.word(end, "-") || s.word(end, "den")) && s.kind(end+1) == tokenDigits && n.start == i:
		if rest, ok := s.number(end + 1); ok {
			end, isRange = rest.end, true
		}
	case s.word(end, "("):
		end = s.bracketEnd(end)
	}
	h, ok = s.noun(i, end)
	h.n = v
	if n.weak && s.rich && ok {
		ok = s.tokens[i].mark != s.tokens[i].fold || s.tokens[i].fold == "ba"
	}
	if n.weak && !s.rich && s.tokens[i].plain() && ok {
		ok = !s.word(i, "tu") && !s.word(h.noun.start, "qua", "phan", "suat", "xuat") // "tu can bo", "tam qua suoi"
	}
	if ok && n.weak && s.cased && s.tokens[h.noun.start].upper && !s.tokens[i].upper {
		return h, false, false // "ba Ho Thi Lan"
	}
	return h, isRange, ok && whole && v > 0
}

// bracketEnd skips "(bốn mươi lăm)" after digits.
func (s *scan) bracketEnd(i int) int {
	if n, ok := s.number(i + 1); ok && s.word(n.end, ")") {
		return n.end + 1
	}
	return i
}

// noun reads the counted word at token i of the number that began at start.
func (s *scan) noun(start, i int) (countHit, bool) {
	if s.word(i, "luot", "cac", "xuat") && s.is2(i+1, "count") && !s.is2(i, "count") {
		i++
	}
	e, end := s.is(i, "count")
	if e == nil && s.word(i, "nhom") && s.word(start-1, "them", "ra") {
		return countHit{span: span{start, i + 1}, measure: twinning.Models, noun: span{i, i + 1}}, true // "nhân rộng thêm 2 nhóm"
	}
	if e == nil {
		return countHit{}, false
	}
	measure := twinning.Measure(e.value)
	switch measure {
	case twinning.Households, twinning.NearPoor:
		if end == i+1 && s.is2(end, "not_household") && s.word(i, "ho") {
			return countHit{}, false
		}
		end = s.sameStanding(end)
	case twinning.Gifts:
		if s.is2(end, "not_gift") || s.word(i, "phan", "qua", "xuat", "suat") && end == i+1 && !s.giftWord(i) {
			return countHit{}, false
		}
	case twinning.People:
		if !s.peopleWord(i, end) {
			return countHit{}, false
		}
	case twinning.Models, twinning.Activities, twinning.Amount, twinning.GiftAmount, twinning.MobilisedAmount:
	}
	return countHit{span: span{start, end}, measure: measure, noun: span{i, end}}, true
}

// sameStanding extends "hộ nghèo" over "và cận nghèo", ", cận nghèo", when no number of its own stands before it.
func (s *scan) sameStanding(end int) int {
	if s.word(end-1, "ngheo") && s.word(end, ",", "va", "/", "-", "&") {
		j := end + 1
		if s.word(j, "ho") {
			j++
		}
		if s.word(j, "can") && s.word(j+1, "ngheo") {
			return j + 2
		}
	}
	return end
}

// giftWord says that a lone "phần", "quà", "suất", "xuất" at token i means a gift as it is written.
func (s *scan) giftWord(i int) bool {
	t := &s.tokens[i]
	switch t.fold {
	case "qua":
		return t.mark == "qua1" || t.plain()
	case "phan":
		return t.mark == "phân2" || t.mark == "phân1" || t.plain()
	}
	return true
}

// peopleWord guards short words that also mean something else without their marks.
func (s *scan) peopleWord(i, end int) bool {
	t := &s.tokens[i]
	if end > i+1 {
		return true
	}
	if s.word(end, "tieu", "bo") && s.word(end+1, "hoc") {
		return true
	}
	switch t.fold {
	case "cu":
		if t.mark == "cu5" {
			return true
		}
		return t.plain() && s.elders(i, end)
	case "ban":
		if t.plain() && !s.rich && s.word(i-2, "roi", "gap", "lieu", "buom", "sach") {
			return false // "to roi 400 ban"
		}
		return !s.is2(end, "not_people") && !s.word(end, "do", "gio", "ngay", "tuoi")
	case "be":
		if t.plain() && !s.rich && s.kind(end) == tokenDigits {
			return false // "1 be 15 khoi"
		}
		return !s.is2(end, "not_people") && !s.word(end, "do", "gio", "ngay", "tuoi", "nuoc", "khoi")
	case "em", "chi", "tre", "dan", "luot", "khau", "ld", "hv", "doi":
		return !s.is2(end, "not_people") && !s.word(end, "do", "gio", "ngay", "tuoi")
	case "nam":
		return s.rich && !s.word(end, "sinh", "hoc", "ngoai", "nay") && s.word(end, ",", "va", "/", "-", ";", "+")
	case "nu":
		return !t.plain()
	case "co", "thay", "ba", "ong", "me", "bac":
		return !t.plain() // "2 co so", "cac ba con"
	case "ng":
		return t.glued || s.kind(end) != tokenDigits
	}
	return true
}

// elders says that a bare "cu" behind a number at token i-1 is "cụ", people, and not "củ", millions: what stands around it
// speaks of visiting and giving, not of spending.
func (s *scan) elders(i, end int) bool {
	if s.spentNear(i-1) || s.word(end, "mua", "lam", "de", "ho", "tien", "sua", "xay", "tu", "nua", "thoi", "ruoi", "chan") {
		return false
	}
	if s.word(end, "gia", "neo", "cao", "ong", "ba", "o", "tai", "trong", "tren", "duoc", "da", "bi", "thon", "xa", "noc", "den", "tham", "mung", "moi") {
		return true
	}
	return s.is2(i-2, "act") && !s.word(i-2, "ho", "chi") || s.speaksOfCare()
}

// speaksOfCare says that the text is about visits, gifts or treatment, so that a bare "cu" in a list counts people.
func (s *scan) speaksOfCare() bool {
	if s.care == unknown {
		s.care = no
		for i := range s.tokens {
			if s.word(i, "kham", "tham", "qua", "bieu", "tho", "mo") && s.owner[i] != ownedByName {
				s.care = yes
				break
			}
		}
	}
	return s.care == yes
}

// labelled reads "Số hộ: 45", "hộ nghèo: 45 hộ" at token i.
func (s *scan) labelled(i int) (countHit, bool) {
	e, end := s.is(i, "label")
	if e == nil || !s.word(end, ":", "la", "=") {
		return countHit{}, false
	}
	n, ok := s.number(end + 1)
	if !ok || n.money || n.scale > 1000 || s.kind(end+1) != tokenDigits {
		return countHit{}, false
	}
	v, whole := n.whole()
	if !whole || s.word(n.end, "%", "/", "-") && s.glued(n.end) || s.is2(n.end, "currency") || s.is2(n.end, "scale") {
		return countHit{}, false
	}
	stop := n.end
	if c, cEnd := s.is(stop, "count"); c != nil {
		if c.value != e.value && c.value != string(twinning.NearPoor) {
			return countHit{}, false
		}
		e, stop = c, cEnd
	}
	return countHit{span: span{i, stop}, measure: twinning.Measure(e.value), n: v, noun: span{i, end}}, true
}

// vagueCount finds "vài chục hộ": counted, but without a number.
func (s *scan) vagueCount(i int) (span, bool) {
	_, end := s.is(i, "vague")
	if end == 0 || s.word(i-1, "bao") {
		return span{}, false
	}
	for s.is2(end, "dozen") || s.is2(end, "hundred") || s.is2(end, "scale") {
		end++
	}
	if s.is2(end, "count") && !s.word(end, "phan", "luot") && s.countNounHere(end) {
		_, nEnd := s.is(end, "count")
		return span{i, nEnd}, true
	}
	if _, c := s.is(end, "classifier"); c > 0 && s.is2(c, "goods") {
		_, nEnd := s.is(c, "goods")
		return span{i, nEnd}, true
	}
	if end > i+1 && s.is2(end-1, "scale") {
		return span{i, end}, true
	}
	return span{}, false
}

// countNounHere says that the count word at token i stands on its own ("nhiều hộ", not "nhiều hỗ trợ").
func (s *scan) countNounHere(i int) bool {
	_, ok := s.noun(i, i)
	return ok
}

// isVisitors says that the people counted are those who came: "đoàn công tác gồm 12 người", "cử 5 cán bộ".
func (s *scan) isVisitors(h countHit) bool {
	if h.measure != twinning.People {
		return false
	}
	if s.marked(h.start-1, "cu", "cư3") && s.owner[h.start-1] == free && s.rich && !s.word(h.noun.end-1, "xa", "thon") && !s.word(h.noun.end, "xa", "thon") {
		return true // "cử 2 giáo viên"
	}
	e, _ := s.is(h.noun.start, "count")
	if e == nil || e.weight == 0 && !(s.word(h.noun.start, "dong") && s.word(h.noun.end-1, "bo")) {
		return false
	}
	j := h.start
	for j > 0 && (s.word(j-1, "co", "gom", ":", "voi", "la") || s.is2(j-1, "approx")) {
		j--
	}
	for j > 0 && s.owner[j-1] == ownedByName {
		j-- // "đoàn công tác Sở Y tế gồm 12 người"
	}
	n := h.noun.end
	for s.word(n, "can", "cong", "bo", "chuc", "chien", "si", "vien") && s.owner[n] != ownedByName {
		n++
	}
	if s.word(n, "so", "ban", "van", "thanh", "bo", "huyen") && s.owner[n] == ownedByName && h.start < s.firstAct() {
		return true // "35 cán bộ Sở Tài chính trồng …"
	}
	v, _ := s.ends(j, "visitors")
	w, _ := s.ends(h.start, "visitors")
	return v != nil || w != nil
}

// isLeft says that the number is of those who were left out: "còn 6 hộ chưa nhận được".
func (s *scan) isLeft(h countHit) bool {
	if !s.word(h.start-1, "con") || !s.tokens[h.start-1].plain() && s.tokens[h.start-1].mark != "con1" {
		return false
	}
	for j := h.end; j < h.end+4; j++ {
		if s.word(j, "chua") {
			return true
		}
	}
	return false
}

// firstAct returns the first token of a verb of doing, or the length of the text.
func (s *scan) firstAct() int {
	for i := range s.tokens {
		if s.owner[i] == free && s.is2(i, "strong_act") {
			return i
		}
	}
	return len(s.tokens)
}

// isEachCount says that the number holds for each of several: "mỗi hộ 2 con", "5 hộ/thôn".
func (s *scan) isEachCount(h countHit) bool {
	if s.word(h.end, "/") && s.kind(h.end+1) == tokenWord {
		return true
	}
	for j := h.start; j > h.start-4 && j > 0; j-- {
		if e, from := s.ends(j, "each_count"); e != nil && s.eachStands(from, j, h.start) {
			return s.owner[from] != ownedByMoney
		}
		if s.kind(j-1) == tokenPunct {
			return false
		}
	}
	return false
}

// eachStands says that "mỗi", "cứ" at tokens [from, j) is such a word. Typed bare it may be "mới", "mời", "cử" or "cụ":
// then only what is counted by may stand between it and the number at token start.
func (s *scan) eachStands(from, j, start int) bool {
	if s.rich || !s.tokens[from].plain() || j == start {
		return true
	}
	for _, c := range [...]class{"count", "each_after"} {
		if _, end := s.is(j, c); end == start {
			return true
		}
	}
	return false
}

// countContext reads "tổng số" before a count, and whether "trong đó" makes it a part.
func (s *scan) countContext(h countHit) (total, part bool) {
	j := h.start
	for j > 0 && (s.word(j-1, ":", "la", "co", "cho", "duoc") || s.is2(j-1, "approx")) {
		j--
	}
	e, _ := s.ends(j, "count_total")
	for k := h.start; k > 0 && k > h.start-24; k-- {
		if s.word(k-1, ")") {
			break
		}
		if p, _ := s.ends(k, "parts_before"); p != nil {
			part = true
			break
		}
		if s.word(k-1, "(") {
			part = true
			break
		}
		if s.clauseEnd(k - 1) {
			break
		}
	}
	return e != nil, part
}
