package nlu

import "ketnghia/twinning"

// period finds the time asked for. A year becomes Year; the dates of the rules ("28/2") are no period, and what bounds
// nothing ("đến hôm nay") or lies ahead is none either.
func (s *scan) period(p *questionParts) {
	last := dateHit{}
	for _, h := range s.dates() {
		switch {
		case s.isRuleDay(h):
			if y := s.ruleYear(h); y > 0 {
				p.q.Year = y
			}
		case h.year && s.word(h.start-1, "cuoi") && s.word(h.end-1, "roi") && h.end >= len(s.tokens)-2:
			// "báo cáo cuối năm rồi" has "rồi" for "đã"
		case h.year:
			p.q.Year = h.from.Year()
		case h.to.IsZero() && s.word(h.start-1, "den", "toi", "may"), h.from > s.ref, s.untilNow(h), s.inOrder(h):
		case last.period && h.period && s.word(h.start-1, "den", "toi", "-") && last.end == h.start-1:
			p.q.From, p.q.To = monthOf(last.from, h.from), h.to
		default:
			p.q.From, p.q.To = h.from, h.to
			if h.to.IsZero() {
				p.q.To = h.from
			}
		}
		last = h
	}
	for i := range s.tokens {
		if y, ok := s.small(i, 4); ok && s.owner[i] == free && p.q.Year == 0 && p.q.From.IsZero() && s.loneYear(i, y) {
			p.q.Year = y
			s.claim(i, i+1, ownedByDate)
		}
	}
}

// isRuleDay says that the hit is a day of a rule, "28/2", or its document, "báo cáo năm".
func (s *scan) isRuleDay(h dateHit) bool {
	if s.is2(h.start, "rule") || s.is2(h.end-1, "rule") {
		return true
	}
	for i := h.start; i < h.end && !h.period && h.to.IsZero(); i++ {
		if s.is2(i, "rule_day") {
			return true
		}
	}
	return false
}

// untilNow says that the hit is "tới nay" typed bare, which also reads "tối nay".
func (s *scan) untilNow(h dateHit) bool {
	return h.end <= h.start+3 && s.word(h.start, "toi") && s.tokens[h.start].plain() && s.word(h.end-1, "nay")
}

// inOrder says that the hit is "thứ tự" typed bare and not Wednesday.
func (s *scan) inOrder(h dateHit) bool {
	return s.word(h.start, "thu") && s.word(h.start+1, "tu") && s.tokens[h.start+1].plain() && (s.word(h.start-1, "xep", "theo", "sap") || s.word(h.end, "cac", "theo", "tu", "so"))
}

// monthOf moves the first day of a range into the year of its end: "từ tháng 1 đến tháng 3 năm 2026".
func monthOf(first, last twinning.Date) twinning.Date {
	from := twinning.NewDate(last.Year(), first.Month(), first.Day())
	if from > last {
		from = twinning.NewDate(last.Year()-1, first.Month(), first.Day())
	}
	return from
}

// loneYear says that the four digits at token i are a year without "năm": "đề xuất nhu cầu 2028".
func (s *scan) loneYear(i, y int) bool {
	return y >= 2015 && y <= s.ref.Year()+2 && s.kind(i+1) != tokenDigits && !s.is2(i+1, "count") && !s.is2(i+1, "measure") &&
		!s.is2(i+1, "currency") && !s.is2(i+1, "scale") && !(s.glued(i+1) && s.kind(i+1) == tokenWord) && !s.word(i+1, "/", "-", ".") &&
		!s.word(i-1, "/", "-", ".", ",")
}

// ruleYear returns the year written with the day of a rule: "sau 31/3/2027".
func (s *scan) ruleYear(h dateHit) int {
	v, ok := s.small(h.end-1, 4)
	switch {
	case ok && v > 1900:
		return v
	case s.word(h.end-1, "nay"):
		return s.ref.Year()
	case s.word(h.end-1, "ngoai"):
		return s.ref.Year() - 1
	}
	return 0
}
