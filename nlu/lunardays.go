package nlu

import "ketnghia/twinning"

// lunarAt reads days of the lunar calendar: "mùng 3 Tết", "29 Tết", "rằm tháng Giêng", "15/7 âm lịch", "23 tháng chạp".
func (s *scan) lunarAt(i int) (dateHit, bool) {
	j, spoken := s.dayPrefix(i)
	if d, ok := s.moonDay(j); ok {
		date, ok := s.latestLunar(d)
		return dateHit{span: span{i, d.end}, from: date}, ok
	}
	if n, end, ok := s.dayNumber(j); ok {
		if _, tEnd := s.is(end, "tet"); tEnd > 0 && !s.word(tEnd, "trung", "thieu", "duong") {
			return s.tetDay(i, n, tEnd, spoken)
		}
		if e, mEnd := s.is(end, "month_name"); e != nil {
			date, ok := s.latestLunar(day{day: n, month: int(e.number)})
			return dateHit{span: span{i, s.lunarEnd(mEnd)}, from: date}, ok
		}
	}
	d, ok := s.dayMonth(j, true)
	if !ok {
		return dateHit{}, false
	}
	_, end := s.is(d.end, "lunar")
	if end == 0 {
		return dateHit{}, false
	}
	date, ok := s.latestLunar(d)
	return dateHit{span: span{i, end}, from: date}, ok
}

func (s *scan) lunarEnd(i int) int {
	if _, end := s.is(i, "lunar"); end > 0 {
		return end
	}
	return i
}

// moonDay reads "rằm tháng bảy".
func (s *scan) moonDay(j int) (day, bool) {
	e, end := s.is(j, "full_moon")
	if e == nil {
		return day{}, false
	}
	if m, mEnd := s.is(end, "month_name"); m != nil {
		return day{day: 15, month: int(m.number), end: s.lunarEnd(mEnd)}, true
	}
	if !s.word(end, "thang") {
		return day{}, false
	}
	m, mEnd, ok := s.monthNumber(end + 1)
	d := day{day: 15, month: m, end: s.lunarEnd(mEnd)}
	return d, ok
}

// tetDay reads a day counted from Tết: the first ten follow it ("mùng 3"), those from 20 on come before it.
func (s *scan) tetDay(i, n, end int, spoken bool) (dateHit, bool) {
	d := day{day: n, month: 1}
	if n >= 20 {
		d.month = 12
	} else if !spoken && n > 10 {
		return dateHit{}, false
	}
	if n == 30 {
		date, ok := s.latestEve()
		return dateHit{span: span{i, end}, from: date}, ok
	}
	date, ok := s.latestLunar(d)
	return dateHit{span: span{i, end}, from: date}, ok
}

// latestLunar returns the latest such lunar day not after the message, or for a plan the next.
func (s *scan) latestLunar(d day) (twinning.Date, bool) {
	y := s.ref.Year()
	if d.year > 0 {
		date, err := s.r.lunar.Solar(d.year, d.month, d.day, false)
		return date, err == nil
	}
	for year := y + 1; year >= y-2; year-- {
		date, err := s.r.lunar.Solar(year, d.month, d.day, false)
		if err != nil {
			continue
		}
		if date <= s.ref || s.forward && date <= s.ref.AddDays(183) {
			return date, true
		}
	}
	return 0, false
}

// latestEve returns the latest eve of Tết not after the message: "30 Tết" is said also in years whose last month has
// 29 days.
func (s *scan) latestEve() (twinning.Date, bool) {
	for year := s.ref.Year() + 1; year >= s.ref.Year()-1; year-- {
		if date, ok := s.r.lunar.Eve(year); ok && (date <= s.ref || s.forward && date <= s.ref.AddDays(183)) {
			return date, true
		}
	}
	return 0, false
}
