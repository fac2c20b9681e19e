package nlu

import (
	"slices"
	"time"

	"ketnghia/twinning"
)

// DateSpan is a day or a period named in the text. Both ends are included; To is no date for a single day.
type DateSpan struct {
	From, To twinning.Date
	// Start and End are byte offsets in the NFC text.
	Start, End int
}

// dateHit is a date with its tokens.
type dateHit struct {
	span
	from, to twinning.Date
	// period is a week, month, quarter or year: weaker than a day when both stand in a message.
	period bool
	// weak is a word such as "vừa xong", which only counts when nothing else is said.
	weak bool
	// weekday is a day of the week without a date.
	weekday bool
	// year is a bare year; it is a date only where the text says so.
	year bool
}

// day is a day and a month as written, the year 0 when it was not.
type day struct {
	day, month, year int
	end              int
}

// Dates finds the dates of a text, as seen from ref.
func (r *Reader) Dates(text string, ref twinning.Date) []DateSpan {
	return r.scan(text, ref).dateSpans()
}

// DatesAhead finds the dates of a text that speaks of what is to come, as seen from ref: a day without a year or month
// is the next one.
func (r *Reader) DatesAhead(text string, ref twinning.Date) []DateSpan {
	s := r.scan(text, ref)
	s.forward = true
	return s.dateSpans()
}

func (s *scan) dateSpans() []DateSpan {
	s.traps()
	var spans []DateSpan
	for _, h := range s.dates() {
		spans = append(spans, DateSpan{h.from, h.to, s.tokens[h.start].start, s.tokens[h.end-1].end})
	}
	return spans
}

// dates finds all dates, left to right, and claims their tokens.
func (s *scan) dates() []dateHit {
	var hits []dateHit
	for i := 0; i < len(s.tokens); i++ {
		if s.owner[i] != free {
			continue
		}
		if !s.known(i, numberTable|dateTable) {
			continue
		}
		h, ok := s.dateAt(i)
		if !ok || !s.isFree(i, h.end) {
			continue
		}
		h.start = i
		if s.word(h.end, "den", "toi") && s.word(h.end+1, "nay") && h.from < s.ref {
			h.to, h.end = s.ref, h.end+2 // "quý 4/2026 đến nay"
		}
		s.claim(i, h.end, ownedByDate)
		h.weak = h.weak || s.namesPaper(i)
		if s.isOccasion(i) || h.from.Year() < s.ref.Year()-oldestYears {
			i = h.end - 1
			continue
		}
		if n := len(hits); n > 0 && s.nextDayOf(&hits[n-1], h, i) {
			hits[n-1].to, hits[n-1].end = h.from, h.end // "15/3 và 16/3"
			i = h.end - 1
			continue
		}
		// "thứ hai, ngày 9/3" is one date said twice: the written day wins.
		if n := len(hits); n > 0 && s.near(hits[n-1].end, i) && (sameDay(hits[n-1].from, h.from) || hits[n-1].weekday) && !hits[n-1].period {
			h.start = hits[n-1].start
			if h.weekday && !hits[n-1].weekday {
				h.from, h.to, h.weekday = hits[n-1].from, hits[n-1].to, false // "12-13/6 (T7, CN)"
			}
			if sameDay(h.from, hits[n-1].from) {
				h.from = hits[n-1].from // "ngày mai 19/3": the word gives the year
			}
			hits[n-1] = h
		} else {
			hits = append(hits, h)
		}
		i = h.end - 1
	}
	return hits
}

// oldestYears is how far back an activity may lie: a date before is somebody's birthday or a law's.
const oldestYears = 12

// nextDayOf says that the day h at token i follows the day before it and is joined to it by "và" or a comma.
func (s *scan) nextDayOf(before *dateHit, h dateHit, i int) bool {
	plain := before.to == 0 && h.to == 0 && !before.period && !h.period && !before.weak && !h.weak && !before.weekday && !h.weekday
	return plain && i-before.end == 1 && s.word(before.end, "va", ",", "+", "&") && h.from == before.from.AddDays(1) && s.kind(before.start) == s.kind(i)
}

// namesPaper says that the date at token i is that of a document or of the report itself: "theo công văn ngày 2/3", "BÁO CÁO
// KẾT QUẢ (ngày 14/6): …". Such a date counts only when nothing else is said.
func (s *scan) namesPaper(i int) bool {
	if e, from := s.ends(i, "document_before"); e != nil && !s.word(from, "luat") {
		return true
	}
	if s.word(i, "ngay") && i > 0 && (s.owner[i-1] == ownedByTrap || s.kind(i-1) == tokenDigits && s.follows(i-1, "document_before")) {
		return true // "biên bản số 09/BB-BG ngày 14/5", "CV 45 ngày 1/3"
	}
	if i > 8 {
		return false
	}
	if s.heads(i) {
		return true
	}
	report := false
	for j := range i {
		report = report || s.word(j, "bao") && s.word(j+1, "cao") || s.word(j, "bc", "tin")
		if s.clauseEnd(j) || s.word(j, ":") {
			return false
		}
	}
	for j := i; report && j < i+8; j++ {
		if s.word(j, ":", "\n") {
			return true
		}
	}
	return false
}

// heads says that the date at token i is that of a letter: "Tam Kỳ, ngày 30 tháng 6 năm 2026. Kính gửi …".
func (s *scan) heads(i int) bool {
	if i < 2 || !s.word(i, "ngay") || !s.word(i-1, ",") {
		return false
	}
	for j := range i - 1 {
		if s.owner[j] != ownedByName {
			return false
		}
	}
	for j := i; j < min(i+9, len(s.tokens)); j++ {
		if s.clauseEnd(j) {
			return s.word(j+1, "kinh", "bao", "thuc", "\n")
		}
	}
	return false
}

// sameDay says that two dates fall on the same day of the same month.
func sameDay(a, b twinning.Date) bool { return a.Month() == b.Month() && a.Day() == b.Day() }

// near says that only a comma, a bracket or nothing stands between two token positions.
func (s *scan) near(from, to int) bool {
	for ; from < to; from++ {
		if !s.word(from, ",", "(", "nhan", "la", "tuc") {
			return false
		}
	}
	return true
}

// isOccasion says that the date at token i is that of a feast or a deadline: "nhân dịp 27/7", "trước ngày 31/3".
func (s *scan) isOccasion(i int) bool {
	if s.follows(i, "overdue") {
		return false // "trễ hạn năm 2027" names no deadline
	}
	if s.word(i-1, "truoc") && s.owner[i-1] == free && i > 1 && s.kind(i-2) == tokenWord && !s.is2(i-2, "day_unit") && s.owner[i-2] != ownedByDate {
		return true // "gui bao cao truoc ngay 20/3"
	}
	if s.word(i-1, "qua") && s.isFeast(i) {
		return true
	}
	if s.word(i, "hom", "bua") && s.word(i-1, "mung", "nhan") {
		return false // "cúng mừng hôm rằm", "nhan hom 11/3"
	}
	for _, c := range []class{"occasion_before", "deadline_before"} {
		if e, from := s.ends(i, c); e != nil && !(c == "deadline_before" && s.word(from, "truoc") && s.kind(from-1) == tokenWord && s.is2(from-1, "day_unit")) {
			return true
		}
	}
	return false
}

// isFeast says that "1/6", "20/11" or the like stands at token i, a day on which gifts are given.
func (s *scan) isFeast(i int) bool {
	d, ok := s.small(i, 2)
	m, ok2 := s.small(i+2, 2)
	if !ok || !ok2 || !s.word(i+1, "/", "-") {
		return false
	}
	return slices.Contains([]int{106, 2011, 2707, 803, 2010, 2212, 2702, 3004, 209}, 100*d+m)
}

// dateAt reads the longest date at token i.
func (s *scan) dateAt(i int) (dateHit, bool) {
	var best dateHit
	for _, read := range [...]func(*scan, int) (dateHit, bool){
		(*scan).rangeAt, (*scan).lunarAt, (*scan).singleDay, (*scan).weekdayAt, (*scan).dayWordAt, (*scan).agoAt, (*scan).periodAt,
	} {
		if h, ok := read(s, i); ok && h.end > best.end {
			best = h
		}
	}
	return best, best.end > i
}

// singleDay reads one written day: "ngày 12 tháng 3", "12/3/26", "hôm 12", "2026-03-12".
func (s *scan) singleDay(i int) (dateHit, bool) {
	if y, m, d, ok := s.iso(i); ok {
		date, valid := twinning.ValidDate(y, time.Month(m), d)
		return dateHit{span: span{i, i + 5}, from: date}, valid
	}
	j, prefixed := s.dayPrefix(i)
	if h, ok := s.monthEdge(i, j); ok {
		return h, true
	}
	if d, ok := s.dayMonth(j, prefixed); ok {
		date, valid := s.resolve(d)
		return dateHit{span: span{i, d.end}, from: date}, valid
	}
	if !prefixed {
		return dateHit{}, false
	}
	n, end, ok := s.dayNumber(j)
	if !ok || s.kind(j) == tokenWord && end == j+1 && s.tokens[j].plain() || s.is2(end, "day_unit") || s.is2(end, "count") || s.is2(end, "classifier") && !s.rich || s.is2(end, "month_word") && !s.word(end, "t") && s.kind(end+1) == tokenDigits {
		return dateHit{}, false
	}
	if e, mEnd := s.is(end, "month"); e != nil {
		base := monthStart(s.ref, int(e.number))
		y, m, _ := base.Parts()
		date, valid := twinning.ValidDate(y, m, n)
		return dateHit{span: span{i, mEnd}, from: date}, valid
	}
	date, valid := s.latestDay(n)
	return dateHit{span: span{i, end}, from: date}, valid
}

// dayPrefix skips "sáng ngày", "hôm", "mùng" at token i; prefixed says that one of them makes a lone number a day.
func (s *scan) dayPrefix(i int) (j int, prefixed bool) {
	j = i
	if _, end := s.is(j, "day_part"); end > 0 {
		j = end
	}
	if _, end := s.is(j, "early_day"); end > 0 {
		return end, true
	}
	if _, end := s.is(j, "day_before"); end > 0 {
		if _, e2 := s.is(end, "early_day"); e2 > 0 {
			return e2, true
		}
		return end, true
	}
	return j, false
}

// iso reads 2026-03-12.
func (s *scan) iso(i int) (y, m, d int, ok bool) {
	if s.kind(i) != tokenDigits || len(s.tokens[i].fold) != 4 || !s.word(i+1, "-", "/", ".") || !s.word(i+3, "-", "/", ".") {
		return 0, 0, 0, false
	}
	y, _ = s.small(i, 4)
	m, ok1 := s.small(i+2, 2)
	d, ok2 := s.small(i+4, 2)
	return y, m, d, ok1 && ok2 && y > 1900 && y < 2200
}

// monthEdge reads "ngày đầu tháng", "ngày cuối tháng trước", "ngày đầu năm" at token j.
func (s *scan) monthEdge(i, j int) (dateHit, bool) {
	e, end := s.is(j, "edge")
	if e == nil || e.number == 1 || !s.word(i, "ngay", "hom", "bua") || j == i {
		return dateHit{}, false
	}
	last := e.number == 2
	if m, mEnd := s.is(end, "month"); m != nil {
		from := monthStart(s.ref, int(m.number))
		return edgeDay(span{i, mEnd}, from, monthStart(from, 1).AddDays(-1), last), true
	}
	if s.word(end, "thang") && s.kind(end+1) != tokenDigits {
		from := monthStart(s.ref, 0)
		return edgeDay(span{i, end + 1}, from, monthStart(from, 1).AddDays(-1), last), true
	}
	if s.marked(end, "nam", "năm") {
		y := s.ref.Year()
		return edgeDay(span{i, end + 1}, twinning.NewDate(y, 1, 1), twinning.NewDate(y, 12, 31), last), true
	}
	return dateHit{}, false
}

func edgeDay(sp span, from, to twinning.Date, last bool) dateHit {
	if last {
		from = to
	}
	return dateHit{span: sp, from: from}
}

// monthStart returns the first day of the month that lies n months from d's.
func monthStart(d twinning.Date, n int) twinning.Date {
	y, m, _ := d.Parts()
	return twinning.NewDate(y, m+time.Month(n), 1)
}

// resolve gives a written day its year: the latest such day not after the message, or the next one when the text
// speaks of what is to come.
func (s *scan) resolve(d day) (twinning.Date, bool) {
	if d.year > 0 {
		return twinning.ValidDate(d.year, time.Month(d.month), d.day)
	}
	if e, _ := s.is(d.end, "coming"); e != nil && !s.word(d.end, "sau") {
		return s.nextDay(d)
	}
	if s.marked(d.end, "nay", "nay1") {
		return s.nearestDay(d)
	}
	y := s.ref.Year()
	for range 5 { // 29/02 may lie four years back
		if date, ok := twinning.ValidDate(y, time.Month(d.month), d.day); ok && (date <= s.ref || s.forward && date <= s.ref.AddDays(183)) {
			return date, true
		}
		y--
	}
	return 0, false
}

// nextDay returns the first such day from the message on.
func (s *scan) nextDay(d day) (twinning.Date, bool) {
	for y := s.ref.Year(); y < s.ref.Year()+5; y++ {
		if date, ok := twinning.ValidDate(y, time.Month(d.month), d.day); ok && date >= s.ref {
			return date, true
		}
	}
	return 0, false
}

// nearestDay returns such a day before or after the message, whichever is nearer: "20/6 này".
func (s *scan) nearestDay(d day) (best twinning.Date, ok bool) {
	for y := s.ref.Year() - 1; y <= s.ref.Year()+1; y++ {
		date, valid := twinning.ValidDate(y, time.Month(d.month), d.day)
		if valid && (!ok || abs(date.DaysSince(s.ref)) < abs(best.DaysSince(s.ref))) {
			best, ok = date, true
		}
	}
	return best, ok
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// latestDay returns the latest day of that number in a month not after the message; for a plan the next one.
func (s *scan) latestDay(n int) (twinning.Date, bool) {
	y, m, today := s.ref.Parts()
	step := -1
	if s.forward {
		if n < today {
			m++
		}
		step = 1
	} else if n > today {
		m--
	}
	for range 3 {
		first := twinning.NewDate(y, m, 1)
		fy, fm, _ := first.Parts()
		if date, ok := twinning.ValidDate(fy, fm, n); ok {
			return date, true
		}
		m += time.Month(step)
	}
	return 0, false
}
