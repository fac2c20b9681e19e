package nlu

import (
	"time"

	"ketnghia/twinning"
)

// periodAt reads weeks, months, quarters and years.
func (s *scan) periodAt(i int) (dateHit, bool) {
	if e, end := s.is(i, "weekend"); e != nil {
		from, to := weekOf(s.ref, int(e.number))
		return dateHit{span: span{i, end}, from: from.AddDays(5), to: to, period: true}, true
	}
	if h, ok := s.monthRange(i); ok {
		return h, true
	}
	if e, end := s.is(i, "week"); e != nil {
		if longer, lEnd := s.is(i+1, "week"); s.word(i, "trong") && lEnd > end {
			e, end = longer, lEnd // "trong tuần trước"
		}
		from, to := weekOf(s.ref, int(e.number))
		return dateHit{span: span{i, end}, from: from, to: to, period: true}, true
	}
	if e, end := s.is(i, "edge"); e != nil && s.marked(i, s.tokens[i].fold, [...]string{"đâu1", "giưa4", "cuôi2"}[e.number]) {
		if h, ok := s.monthAt(end); ok {
			h.start = i
			return thirdOf(h, int(e.number)), true
		}
		return dateHit{}, false
	}
	if h, ok := s.monthAt(i); ok {
		return h, true
	}
	if h, ok := s.quarterAt(i); ok {
		return h, true
	}
	return s.yearAt(i)
}

// monthRange reads "từ tháng 4 đến tháng 6", "tháng 4 - tháng 6/2027".
func (s *scan) monthRange(i int) (dateHit, bool) {
	j := i
	if s.word(i, "tu") {
		j++
	}
	if !s.word(j, "thang") {
		return dateHit{}, false
	}
	first, ok := s.monthAt(j)
	if !ok {
		return dateHit{}, false
	}
	_, next := s.is(first.end, "until_word")
	if next == 0 && s.word(first.end, "-") {
		next = first.end + 1
	}
	if next == 0 && s.word(first.end, "va", ",", "&") {
		next = first.end + 1
		if n, ok := s.monthAt(next); ok && n.from != monthStart(first.from, 1) {
			return dateHit{}, false
		}
	}
	last, ok := s.monthAt(next)
	if next == 0 || !ok || !s.word(next, "thang") {
		return dateHit{}, false
	}
	from := first.from
	for from > last.from {
		from = monthStart(from, -12)
	}
	if last.from.DaysSince(from) > 366 {
		return dateHit{}, false
	}
	return dateHit{span: span{i, last.end}, from: from, to: last.to, period: true}, true
}

// thirdOf narrows a month to its first ten days, the second ten or the rest.
func thirdOf(h dateHit, third int) dateHit {
	y, m, _ := h.from.Parts()
	switch third {
	case 0:
		h.to = twinning.NewDate(y, m, 10)
	case 1:
		h.from, h.to = twinning.NewDate(y, m, 11), twinning.NewDate(y, m, 20)
	default:
		h.from = twinning.NewDate(y, m, 21)
	}
	return h
}

// monthAt reads "tháng trước", "tháng 2", "tháng 2/2026", "T2/2026", "tháng này".
func (s *scan) monthAt(i int) (dateHit, bool) {
	h := dateHit{period: true}
	if e, end := s.is(i, "month"); e != nil && !s.digitsFollow(i, end) {
		h.span, h.from = span{i, end}, monthStart(s.ref, int(e.number))
		h.to = monthStart(h.from, 1).AddDays(-1)
		return h, true
	}
	_, end := s.is(i, "month_word")
	if end == 0 || s.word(i, "th") {
		return h, false
	}
	m, mEnd, ok := s.monthNumber(end)
	if !ok || s.kind(end) == tokenWord && s.kind(i) == tokenWord && !s.word(i, "thang") {
		return h, false
	}
	d := day{day: 1, month: m, end: mEnd}
	s.yearAfter(&d)
	if s.word(i, "t") && (!s.glued(end) || d.year == 0 && m < 8 && !s.word(i-1, "trong", "cuoi", "dau", "giua")) {
		return h, false
	}
	if s.kind(i-1) == tokenDigits && s.tokens[i].glued {
		return h, false
	}
	if d.year == 0 {
		d.year = s.ref.Year()
		if twinning.NewDate(d.year, time.Month(m), 1) > s.ref && !s.forward {
			d.year--
		}
	}
	h.span, h.from = span{i, d.end}, twinning.NewDate(d.year, time.Month(m), 1)
	h.to = monthStart(h.from, 1).AddDays(-1)
	return h, true
}

// digitsFollow says that "trong tháng" goes on with the month's number.
func (s *scan) digitsFollow(i, end int) bool {
	if !s.word(i, "trong") {
		return false
	}
	_, _, number := s.monthNumber(end)
	return number || s.kind(end) == tokenDigits || s.is2(i+1, "month")
}

// quarterAt reads "quý I", "quý 1/2026", "6 tháng đầu năm", "từ đầu năm đến nay".
func (s *scan) quarterAt(i int) (dateHit, bool) {
	h := dateHit{period: true}
	if _, end := s.is(i, "year_to_now"); end > 0 {
		h.span, h.from, h.to = span{i, end}, twinning.NewDate(s.ref.Year(), 1, 1), s.ref
		return h, true
	}
	if _, end := s.is(i, "quarter"); end > 0 {
		q, qEnd := s.quarterNumber(end)
		if q == 0 {
			return h, false
		}
		d := day{end: qEnd}
		s.yearAfter(&d)
		return s.months(i, d, 3*(q-1)+1, 3), true
	}
	n, end, ok := s.dayNumber(i)
	if !ok || n > 11 {
		return h, false
	}
	if _, mEnd := s.is(end, "first_months"); mEnd > 0 {
		d := day{end: mEnd - 1}
		s.yearOf(&d, mEnd)
		return s.months(i, d, 1, n), true
	}
	if _, mEnd := s.is(end, "last_months"); mEnd > 0 {
		d := day{end: mEnd - 1}
		s.yearOf(&d, mEnd)
		return s.months(i, d, 13-n, n), true
	}
	return h, false
}

// yearOf reads the year behind a phrase that already ends with "năm".
func (s *scan) yearOf(d *day, end int) {
	d.end = end
	if y, ok := s.yearNumber(end); ok && len(s.tokens[end].fold) == 4 {
		d.year, d.end = y, end+1
		return
	}
	if s.word(end, "nay", "ngoai") {
		d.end = end + 1
		d.year = s.ref.Year()
		if s.word(end, "ngoai") {
			d.year--
		}
		return
	}
	s.yearAfter(d)
}

// months returns n months from month first of the year read, or of this year; a quarter that has not begun yet is
// last year's.
func (s *scan) months(i int, d day, first, n int) dateHit {
	y := d.year
	if y == 0 {
		y = s.ref.Year()
		if twinning.NewDate(y, time.Month(first), 1) > s.ref && !s.forward {
			y--
		}
	}
	from := twinning.NewDate(y, time.Month(first), 1)
	return dateHit{span: span{i, d.end}, from: from, to: monthStart(from, n).AddDays(-1), period: true}
}

// quarterNumber reads 1–4 or I–IV.
func (s *scan) quarterNumber(i int) (int, int) {
	if v, ok := s.small(i, 1); ok && v >= 1 && v <= 4 {
		return v, i + 1
	}
	for q, roman := range []string{"i", "ii", "iii", "iv"} {
		if s.word(i, roman) {
			return q + 1, i + 1
		}
	}
	if g, ok := s.group(i); ok && g.words && g.value >= 1 && g.value <= 4 && g.decimals == 0 {
		return int(g.value), g.end
	}
	return 0, 0
}

// yearAt reads "năm 2025", "năm ngoái".
func (s *scan) yearAt(i int) (dateHit, bool) {
	y, end := 0, 0
	if e, yEnd := s.is(i, "year"); e != nil {
		y, end = s.ref.Year()+int(e.number), yEnd
	} else if s.is2(i, "year_word") {
		v, ok := s.yearNumber(i + 1)
		if !ok || len(s.tokens[i+1].fold) != 4 {
			return dateHit{}, false
		}
		y, end = v, i+2
	}
	if y == 0 {
		return dateHit{}, false
	}
	return dateHit{
		span: span{i, end}, from: twinning.NewDate(y, 1, 1), to: twinning.NewDate(y, 12, 31), period: true, year: true,
	}, true
}
