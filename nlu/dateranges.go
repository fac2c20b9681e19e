package nlu

// rangeAt reads two days as one range: "từ 3 đến 5/4", "9-11/3", "28/2-2/3", "trong 2 ngày 9 và 10/3", "từ hôm qua đến
// hôm nay".
func (s *scan) rangeAt(i int) (dateHit, bool) {
	j, spoken := i, false
	if _, end := s.is(j, "day_part"); end > 0 {
		j = end
	}
	if e, end := s.is(j, "from_word"); e != nil && !(s.word(j, "tu") && s.tokens[j].mark == "tư") {
		j, spoken = end, true
	}
	if _, end := s.is(j, "day_before"); end > 0 {
		j, spoken = end, true
	}
	if _, end := s.is(j, "early_day"); end > 0 {
		j, spoken = end, true
	}
	if h, ok := s.dayRange(i, j, spoken); ok {
		return h, true
	}
	if s.word(i, "tu", "trong") && spoken {
		return s.spokenRange(i, j)
	}
	return dateHit{}, false
}

// dayRange reads the two ends in digits from token j on; the first may leave out its month and year.
func (s *scan) dayRange(i, j int, spoken bool) (dateHit, bool) {
	first, end, full := s.rangeStart(j)
	if first.day == 0 || s.glued(j) && j == i && s.kind(j-1) != tokenPunct {
		return dateHit{}, false
	}
	next, joint := s.rangeJoint(end, spoken, full)
	if !joint {
		return dateHit{}, false
	}
	if _, e := s.is(next, "day_before"); e > 0 {
		next = e
	}
	if _, e := s.is(next, "early_day"); e > 0 {
		next = e
	}
	if spoken && !full {
		next = s.dayList(next, first.day)
	}
	last, ok := s.dayMonth(next, true)
	if !ok {
		return s.pastDays(i, first, next, spoken && !full)
	}
	if first.month == 0 {
		first.month = last.month
		if first.day >= last.day {
			return dateHit{}, false
		}
	}
	to, ok := s.resolve(last)
	if !ok {
		return dateHit{}, false
	}
	if first.year == 0 {
		first.year = to.Year()
		if first.month > last.month {
			first.year--
		}
	}
	from, ok := s.resolve(first)
	apart := full && s.word(end, ",", "va", "&", "+") && !s.is2(end+1, "until_word") && to != from.AddDays(1)
	if !ok || from >= to || to.DaysSince(from) > 366 || apart {
		return dateHit{}, false
	}
	return dateHit{span: span{i, last.end}, from: from, to: to}, true
}

// pastDays reads two neighbouring days without a month, "hôm 28 và 29 vừa rồi": the latest ones.
func (s *scan) pastDays(i int, first day, next int, plain bool) (dateHit, bool) {
	n, ok := s.small(next, 2)
	if !plain || !ok || n <= first.day || n > first.day+3 || n > 31 || s.kind(next+1) == tokenWord && !s.is2(next+1, "last") && !s.is2(next+1, "act") {
		return dateHit{}, false
	}
	to, ok := s.latestDay(n)
	if !ok {
		return dateHit{}, false
	}
	end := next + 1
	if _, e := s.is(end, "last"); e > 0 {
		end = e
	}
	return dateHit{span: span{i, end}, from: to.AddDays(first.day - n), to: to}, true
}

// dayList skips the days that follow one another after the first: "các ngày 21, [22,] 23/9".
func (s *scan) dayList(i, day int) int {
	for {
		n, ok := s.small(i, 2)
		if !ok || n != day+1 || !s.word(i+1, ",", "va", "&") || s.kind(i+2) != tokenDigits {
			return i
		}
		i, day = i+2, n
	}
}

// rangeStart reads the first end: a day with month, or a day alone.
func (s *scan) rangeStart(j int) (d day, end int, full bool) {
	if d, ok := s.dayMonth(j, true); ok {
		// In "9-11/3" the dash joins two days; in "28/2-2/3" it joins two dates.
		if s.word(j+1, "-") && s.kind(j) == tokenDigits && s.word(d.end, "/") && s.glued(d.end) {
			n, _ := s.small(j, 2)
			return day{day: n}, j + 1, false
		}
		return d, d.end, true
	}
	n, end, ok := s.dayNumber(j)
	if !ok {
		return day{}, 0, false
	}
	return day{day: n}, end, false
}

// rangeJoint reads what joins the ends: "đến", a dash, and "và" or a comma between neighbouring days after "ngày".
func (s *scan) rangeJoint(i int, spoken, full bool) (int, bool) {
	if _, end := s.is(i, "until_word"); end > 0 && (spoken || full) {
		return end, true
	}
	if _, end := s.is(i, "until_word"); end > 0 && s.spanStands(i-1) {
		return end, true
	}
	if spoken && s.word(i, ",") && s.is2(i+1, "until_word") {
		_, end := s.is(i+1, "until_word")
		return end, true
	}
	if s.word(i, "-") {
		if s.is2(i+1, "until_word") {
			return i + 2, true
		}
		return i + 1, true
	}
	if (spoken || !full && s.kind(i-1) == tokenDigits && s.word(i-2, "(")) && s.word(i, "va", "&", ",", "+") {
		return i + 1, true
	}
	if v, ok := s.small(i, 2); ok && spoken && !full && !s.glued(i) {
		if d, ok := s.small(i-1, 2); ok && v == d+1 {
			return i, true // "2 đêm 14 15/10"
		}
	}
	return i, false
}

// spanStands says that a lone number at token i begins a range without "từ": a clause or a name ends before it ("…
// Prao, 8 đến 10/11"), so that it counts nothing.
func (s *scan) spanStands(i int) bool {
	return s.kind(i) == tokenDigits && (i == 0 || s.kind(i-1) == tokenPunct && !s.glued(i) || s.owner[i-1] == ownedByName)
}

// spokenRange reads "từ hôm qua đến hôm nay", "từ thứ 2 đến thứ 4 tuần trước".
func (s *scan) spokenRange(i, j int) (dateHit, bool) {
	first, ok := s.simpleDay(j)
	if !ok {
		return dateHit{}, false
	}
	_, next := s.is(first.end, "until_word")
	if next == 0 {
		return dateHit{}, false
	}
	last, ok := s.simpleDay(next)
	if !ok || s.kind(next) == tokenDigits {
		return dateHit{}, false
	}
	from := first.from
	for from >= last.from {
		from = from.AddDays(-7)
	}
	if !s.weekdaysOnly(j) && from != first.from {
		return dateHit{}, false
	}
	if last.from.DaysSince(from) > 31 {
		return dateHit{}, false
	}
	// A week named once at the end holds for both days.
	if s.weekdaysOnly(j) && last.from.DaysSince(from) >= 7 {
		from = from.AddDays(7 * (last.from.DaysSince(from) / 7))
	}
	return dateHit{span: span{i, last.end}, from: from, to: last.from}, true
}

func (s *scan) weekdaysOnly(j int) bool { return s.is2(j, "weekday") }

// simpleDay reads a day that is no range itself.
func (s *scan) simpleDay(i int) (dateHit, bool) {
	if h, ok := s.weekdayAt(i); ok {
		return h, true
	}
	if h, ok := s.dayWordAt(i); ok {
		return h, true
	}
	return s.singleDay(i)
}
