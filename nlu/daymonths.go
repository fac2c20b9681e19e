package nlu

// dayMonth reads a day with its month at token i: "12/3", "12.3.2026", "12 tháng 3 năm 2026", "12th3", "12/T3",
// "mười hai tháng ba". prefixed says that "ngày" or the like stands before it.
func (s *scan) dayMonth(i int, prefixed bool) (day, bool) {
	if d, ok := s.numericDay(i, prefixed); ok {
		return d, true
	}
	n, end, ok := s.dayNumber(i)
	if !ok {
		return day{}, false
	}
	d := day{day: n}
	if s.word(end, "/") && s.word(end+1, "t", "th") {
		end++
	}
	_, mEnd := s.is(end, "month_word")
	if mEnd == 0 {
		return day{}, false
	}
	if s.word(end, "t", "th") && !s.glued(mEnd) && !s.word(end, "th") {
		return day{}, false
	}
	if s.word(mEnd, ".") && s.word(end, "th") {
		mEnd++
	}
	m, after, ok := s.monthNumber(mEnd)
	if !ok {
		return day{}, false
	}
	d.month, d.end = m, after
	s.yearAfter(&d)
	return d, true
}

// dayNumber reads the number of a day, in digits or words.
func (s *scan) dayNumber(i int) (n, end int, ok bool) {
	if v, ok := s.small(i, 2); ok {
		return v, i + 1, v >= 1 && v <= 31
	}
	if s.kind(i) != tokenWord || s.is2(i, "dozen") || s.word(i, "tu") && s.tokens[i].plain() {
		return 0, 0, false // "chuc tet" is a wish, not the tenth; "tu thang 1" begins a range, not the fourth
	}
	g, ok := s.group(i)
	if !ok || g.decimals > 0 || g.value < 1 || g.value > 31 || g.words && s.is2(g.end, "scale") {
		return 0, 0, false
	}
	return int(g.value), g.end, true
}

// monthNumber reads the number of a month, in digits or words; "năm" before a year is not the fifth month.
func (s *scan) monthNumber(i int) (m, end int, ok bool) {
	if v, ok := s.small(i, 2); ok {
		return v, i + 1, v >= 1 && v <= 12
	}
	if s.isYear(i, i+1) {
		return 0, 0, false
	}
	if s.word(i, "gieng") {
		return 1, i + 1, true
	}
	g, ok := s.group(i)
	if !ok || g.decimals > 0 || g.value < 1 || g.value > 12 || s.word(i, "sau") && s.tokens[i].plain() {
		return 0, 0, false
	}
	return int(g.value), g.end, true
}

// yearAfter reads "/2026", "-26", "năm 2026", "năm ngoái" behind a day and month.
func (s *scan) yearAfter(d *day) {
	if s.word(d.end, "/", "-", ".") && s.glued(d.end) && s.glued(d.end+1) {
		if y, ok := s.yearNumber(d.end + 1); ok {
			d.year, d.end = y, d.end+2
			return
		}
	}
	if s.word(d.end, "nam") {
		if y, ok := s.yearNumber(d.end + 1); ok && len(s.tokens[d.end+1].fold) == 4 {
			d.year, d.end = y, d.end+2
			return
		}
	}
	if e, end := s.is(d.end, "year"); e != nil {
		d.year, d.end = s.ref.Year()+int(e.number), end
		return
	}
	if _, end := s.is(d.end, "last"); end > 0 {
		d.end = end
	}
}

// yearNumber reads a year of four digits, or two for this century.
func (s *scan) yearNumber(i int) (int, bool) {
	y, ok := s.small(i, 4)
	if !ok {
		return 0, false
	}
	switch len(s.tokens[i].fold) {
	case 4:
		return y, y >= 1950 && y < 2100
	case 2:
		return 2000 + y, y >= 10 && y < 60
	}
	return 0, false
}

// numericDay reads 12/3, 12-3-27, 12.3.2027. Without "ngày" a dash or point needs a year, or nothing countable after
// it; a fraction ("1/2 số hộ", "tỷ lệ 3/4", "24/7") is no day.
func (s *scan) numericDay(i int, prefixed bool) (day, bool) {
	n, ok := s.small(i, 2)
	if !ok || n < 1 || n > 31 || !s.word(i+1, "/", "-", ".") || s.glued(i) && s.kind(i-1) != tokenPunct {
		return day{}, false
	}
	sep := s.tokens[i+1].fold
	if sep == "." && (!s.glued(i+1) || !s.glued(i+2)) {
		return day{}, false
	}
	m, ok := s.small(i+2, 2)
	if !ok || m < 1 || m > 12 {
		return day{}, false
	}
	d := day{day: n, month: m, end: i + 3}
	if s.word(i+3, sep) && s.glued(i+3) && s.glued(i+4) {
		if y, ok := s.yearNumber(i + 4); ok {
			d.year, d.end = y, i+5
			return d, true
		}
		return day{}, false
	}
	s.yearAfter(&d)
	if d.year > 0 || prefixed {
		return d, true
	}
	return d, s.plausibleDay(i, d, sep)
}

// plausibleDay judges two numbers without "ngày" and year.
func (s *scan) plausibleDay(i int, d day, sep string) bool {
	if d.day == 24 && d.month == 7 && sep == "/" {
		return false // day and night
	}
	if s.glued(d.end) && (s.kind(d.end) != tokenPunct || s.word(d.end, "%", "/")) {
		return false
	}
	if e, _ := s.ends(i, "ratio_before"); e != nil {
		return false
	}
	counts := s.is2(d.end, "count") || s.is2(d.end, "classifier") || s.is2(d.end, "goods") || s.is2(d.end, "fraction_of") ||
		s.is2(d.end, "day_unit") || s.is2(d.end, "scale") || s.is2(d.end, "money_scale")
	if s.follows(i, "day_part") && s.kind(i-1) == tokenWord && !s.word(i-1, "vao", "hoi", "luc") {
		return true // "sáng 8/12 HTX …", "buổi chiều 19.10"
	}
	if sep == "/" {
		return !(counts && d.day <= d.month) && !(d.day < d.month && s.is2(d.end, "fraction_of"))
	}
	if sep == "." {
		return i == 0 && d.end == len(s.tokens) || s.kind(d.end) == tokenPunct && !s.glued(d.end+1) && (s.follows(i, "act") || s.word(i-1, "xong", "ngay"))
	}
	return !counts && (i == 0 || s.kind(i-1) == tokenPunct || d.end == len(s.tokens)) && (s.glued(i+1) || d.month < 13 && s.glued(i+2))
}
