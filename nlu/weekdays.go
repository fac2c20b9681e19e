package nlu

import "ketnghia/twinning"

// weekdayAt reads "thứ hai tuần trước", "T2 vừa rồi", "CN".
func (s *scan) weekdayAt(i int) (dateHit, bool) {
	j := i
	if _, end := s.is(j, "day_part"); end > 0 {
		j = end
	}
	if s.word(j, "ngay") {
		j++
	}
	e, end := s.is(j, "weekday")
	if e == nil || !s.weekdayStands(j, end) {
		return dateHit{}, false
	}
	if h, ok := s.weekdayPair(i, e, end); ok {
		return h, true
	}
	want := int(e.number)
	monday := s.ref.AddDays(-((int(s.ref.Weekday()) + 6) % 7))
	h := dateHit{span: span{i, end}, weekday: true}
	if w, wEnd := s.is(end, "week"); w != nil {
		h.from, h.end = monday.AddDays(7*int(w.number)+want-1), wEnd
		return h, true
	}
	date := monday.AddDays(want - 1)
	if c, cEnd := s.is(end, "coming"); c != nil {
		if date <= s.ref {
			date = date.AddDays(7)
		}
		h.from, h.end = date, cEnd
		return h, true
	}
	if s.forward {
		if date < s.ref {
			date = date.AddDays(7)
		}
		h.from = date
		return h, true
	}
	if date > s.ref {
		date = date.AddDays(-7)
	}
	if _, lEnd := s.is(end, "last"); lEnd > 0 {
		if date == s.ref {
			date = date.AddDays(-7)
		}
		h.end = lEnd
	}
	h.from = date
	return h, true
}

// weekdayPair reads two neighbouring days of a week as one range: "thứ 7, chủ nhật vừa rồi". The first, e, ends at token end.
func (s *scan) weekdayPair(i int, e *entry, end int) (dateHit, bool) {
	if s.word(end, ",", "va", "-", "&", "+") {
		end++
	}
	second, _ := s.is(end, "weekday")
	if second == nil || second.number != e.number+1 {
		return dateHit{}, false
	}
	h, ok := s.weekdayAt(end)
	if !ok || h.to > 0 {
		return dateHit{}, false
	}
	return dateHit{span: span{i, h.end}, from: h.from.AddDays(-1), to: h.from, weekday: true}, true
}

// weekdayStands guards against ordinals ("lần thứ 2", "thứ nhất"), months ("T2/2026") and words glued to digits.
func (s *scan) weekdayStands(j, end int) bool {
	if s.glued(end) && (s.kind(end) != tokenPunct || s.word(end, "/", "-", "%") && s.glued(end+1) && s.kind(end+1) == tokenDigits) {
		return false
	}
	if s.word(j, "t") && !s.glued(j+1) || s.word(j, "thu") && s.tokens[j].plain() && s.collects(j, end) {
		return false
	}
	if s.word(j, "cn") {
		return s.tokens[j].upper || s.is2(end, "week") || s.is2(end, "last") || end == len(s.tokens)
	}
	e, _ := s.ends(j, "ordinal_before")
	return e == nil || s.is2(end, "week")
}

// collects says that a bare "thu" at token j with a number is no day: "nghiem thu 4 nha", "tieu thu 3 tan".
func (s *scan) collects(j, end int) bool {
	if s.word(j-1, "nghiem", "tieu", "tong", "huong", "da", "ban", "hoc") {
		return true
	}
	for _, c := range [...]class{"classifier", "goods", "count", "scale", "money_scale"} {
		if s.is2(end, c) && s.kind(end-1) == tokenDigits {
			return true
		}
	}
	return false
}

// dayWordAt reads "hôm qua", "sáng nay", "mai". "mai" alone is tomorrow only where no name goes on from it.
func (s *scan) dayWordAt(i int) (dateHit, bool) {
	if e, end := s.is(i, "just_now"); e != nil {
		return dateHit{span: span{i, end}, from: s.ref, weak: true}, true
	}
	j := i
	if _, end := s.is(j, "day_part"); end > 0 && !s.is2(i, "day_word") {
		j = end
	}
	e, end := s.is(j, "day_word")
	if e == nil || s.word(j, "trong") && s.kind(end) == tokenDigits {
		return dateHit{}, false // "trong ngày 11/8"
	}
	if later, lEnd := s.is(end, "day_word"); later != nil && s.kind(end) == tokenWord && !s.word(end, "mai", "nay") {
		e, end = later, lEnd // "hồi chiều hôm qua"
	}
	if end == j+1 && s.word(j, "mai") && !s.tomorrow(i, j, end) {
		return dateHit{}, false
	}
	if end == j+1 && s.word(j, "nay") && j == i && i > 0 && !s.clauseEnd(i-1) && s.owner[i-1] != ownedByName {
		return dateHit{span: span{i, end}, from: s.ref, weak: true}, s.word(i-1, ",") // not "đến nay", "năm nay"
	}
	return dateHit{span: span{i, end}, from: s.ref.AddDays(int(e.number))}, true
}

// tomorrow says that a lone "mai" is a day and no name.
func (s *scan) tomorrow(i, j, end int) bool {
	if s.tokens[j].upper && j > 0 && !s.clauseEnd(j-1) || s.word(j-1, "toc", "lop", "tam", "nho", "hoi", "noi", "goi") && s.tokens[j].plain() && !s.rich {
		return false
	}
	if j > i || end >= len(s.tokens) || s.kind(end) == tokenPunct {
		return true
	}
	if s.kind(j-1) == tokenWord && !s.numberStop(j-1) && !s.is2(j-1, "plan") && !s.is2(j-1, "day_part") {
		return false
	}
	return s.is2(end, "after_tomorrow") || s.is2(end, "unit_type") || s.is2(end, "category") || s.owner[end] == ownedByName
}

// agoAt reads "3 ngày trước", "cách đây một tuần", "ngày này tuần trước".
func (s *scan) agoAt(i int) (dateHit, bool) {
	if s.word(i, "ngay") && s.word(i+1, "nay") {
		if e, end := s.is(i+2, "week"); e != nil {
			return dateHit{span: span{i, end}, from: s.ref.AddDays(7 * int(e.number))}, true
		}
	}
	j := i
	_, before := s.is(i, "ago_before")
	if before > 0 {
		j = before
	}
	n, end, ok := s.dayNumber(j)
	if !ok {
		return dateHit{}, false
	}
	u, uEnd := s.is(end, "day_unit")
	if u == nil {
		return dateHit{}, false
	}
	if _, after := s.is(uEnd, "ago"); after > 0 && (before > 0 || !s.is2(after, "day_word") && s.kind(after) != tokenDigits && !s.word(after, "ngay", "khi")) {
		uEnd = after
	} else if before == 0 {
		return dateHit{}, false
	}
	return dateHit{span: span{i, uEnd}, from: s.ref.AddDays(-n * int(u.number))}, true
}

// weekOf returns Monday to Sunday of the week that lies n weeks from d's.
func weekOf(d twinning.Date, n int) (from, to twinning.Date) {
	from = d.AddDays(-((int(d.Weekday()) + 6) % 7)).AddDays(7 * n)
	return from, from.AddDays(6)
}
