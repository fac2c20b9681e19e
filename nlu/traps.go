package nlu

// traps claims the numbers that count nothing: documents, phone and identity numbers, numbered villages and classes,
// times of day, periods of a programme. It runs before all other readers.
func (s *scan) traps() (personal []span) {
	for i := 0; i < len(s.tokens); i++ {
		if s.owner[i] != free || s.kind(i) != tokenDigits {
			continue
		}
		if sp, ok := s.personalNumber(i); ok {
			s.claim(sp.start, sp.end, ownedByTrap)
			personal = append(personal, sp)
			i = sp.end - 1
			continue
		}
		end := s.documentEnd(i)
		if end == 0 {
			end = s.timeEnd(i)
		}
		if end == 0 {
			end = s.yearsEnd(i)
		}
		if end == 0 && s.isNumbered(i) {
			end = i + 1
		}
		if end > 0 {
			s.claim(i, end, ownedByTrap)
			i = end - 1
		}
	}
	return personal
}

// personalNumber finds phone numbers (nine to eleven digits from 0 or 84 on, in groups) and identity or account numbers.
func (s *scan) personalNumber(i int) (span, bool) {
	digits, end := 0, i
	for j := i; j < len(s.tokens) && j < i+9; j++ {
		if s.kind(j) == tokenDigits {
			if digits > 0 && !s.glued(j) && s.kind(j-1) == tokenDigits && len(s.tokens[j].fold) < 2 {
				break
			}
			digits += len(s.tokens[j].fold)
			end = j + 1
			continue
		}
		if !s.word(j, ".", "-") || !s.glued(j) || !s.glued(j+1) {
			break
		}
	}
	first := s.tokens[i].fold
	if e, _ := s.ends(i, "id_before"); e != nil && digits >= 8 {
		return span{i, end}, true
	}
	if len(first) == 12 && first[0] == '0' {
		return span{i, end}, true
	}
	mobile := len(first) >= 3 && first[0] == '0' && first[1] != '0' && digits >= 9 && digits <= 11
	foreign := s.word(i-1, "+") && len(first) >= 2 && first[:2] == "84" && digits >= 10 && digits <= 12
	if mobile || foreign {
		return span{i, end}, true
	}
	if e, _ := s.ends(i, "phone_before"); e != nil && digits >= 9 && digits <= 11 {
		return span{i, end}, true
	}
	return span{}, false
}

// documentEnd returns the end of a document number at token i: "15/KH-UBND", "12/2026/QĐ-UBND", "57-NQ/TW", and what
// follows a document's name ("Quyết định số 1100", "Nghị quyết 57"). The date after it is the document's.
func (s *scan) documentEnd(i int) int {
	end := 0
	j := i + 1
	if s.word(j, "/", "-") && s.glued(j) && s.kind(j+1) == tokenDigits && len(s.tokens[j+1].fold) == 4 && s.word(j+2, "/", "-") {
		j += 2
	}
	if s.word(j, "/", "-") && s.glued(j) && s.is2(j+1, "document") && s.glued(j+1) {
		end = s.joined(j + 2)
	}
	before := s.documentBefore(i)
	if end == 0 && before && (s.word(i-2, "mau", "luc") && s.word(i-1, "so") || !s.countedAfter(i)) {
		end = s.joined(i + 1)
	}
	if end == 0 {
		return 0
	}
	for j := i - 1; j > i-4; j-- {
		if s.word(j, "ban") && s.word(j-1, "bien") {
			return end // the record of a hand-over is of its day
		}
	}
	return s.documentDate(end)
}

// documentBefore says that the number at token i is that of a document: after "Quyết định", "QĐ số", or "số" alone.
func (s *scan) documentBefore(i int) bool {
	if e, from := s.ends(i, "number_sign"); e != nil {
		return s.tokens[from].mark != "sô" && (s.tokens[from].plain() || s.tokens[from].mark == "sô2")
	}
	e, _ := s.ends(i, "document_before")
	return e != nil
}

// countedAfter says that what follows the number at token i shows it to be a count, an amount or a date after all.
func (s *scan) countedAfter(i int) bool {
	l, ok := s.literal(i)
	if !ok {
		return false
	}
	j := l.end
	return s.is2(j, "scale") || s.is2(j, "money_scale") || s.is2(j, "currency") || s.is2(j, "count") ||
		s.is2(j, "classifier") || s.is2(j, "goods") || s.is2(j, "month_word") || l.grouped && l.mantissa >= million ||
		s.word(j, "/", "-", ".") && s.kind(j+1) == tokenDigits || s.word(j, "ngay", "nam", "lop", "buoi", "xa", "thon")
}

// joined returns the end of tokens that hang together by "/" and "-".
func (s *scan) joined(j int) int {
	for j < len(s.tokens) && s.glued(j) && (s.kind(j) != tokenPunct || s.word(j, "/", "-", "&") && s.kind(j+1) != tokenPunct && s.glued(j+1)) {
		j++
	}
	return j
}

// documentDate skips "ngày 12/3/2026" after a document number.
func (s *scan) documentDate(end int) int {
	j := end
	comma := s.word(j, ",")
	if comma {
		j++
	}
	if !s.word(j, "ngay") {
		return end
	}
	j++
	if comma && !(s.kind(j+4) == tokenDigits && s.glued(j+4)) {
		return end // ", ngày 3/3" without a year begins the report
	}
	for k := 0; k < 5 && j < len(s.tokens) && (s.kind(j) == tokenDigits || s.word(j, "/", "-", ".") && s.kind(j+1) == tokenDigits && s.glued(j+1)); k++ {
		j++
	}
	return j
}

// timeEnd returns the end of a time of day at token i: "14h30", "7 giờ 30", "8:15".
func (s *scan) timeEnd(i int) int {
	hours, ok := s.small(i, 2)
	if !ok || hours > 24 {
		return 0
	}
	j := i + 1
	switch {
	case s.word(j, ":") && s.glued(j) && s.glued(j+1) && s.kind(j+1) == tokenDigits:
		return j + 2
	case s.word(j, "h", "g") && s.glued(j), s.word(j, "gio"):
	case s.word(j, "h") && !s.tokens[j].upper && s.kind(j+1) != tokenWord:
	default:
		return 0
	}
	if m, ok := s.small(j+1, 2); ok && m < 60 && (s.glued(j+1) || s.word(j, "gio")) && !s.word(j+2, "/", "-") && !s.is2(j+2, "count") {
		if s.word(j+2, "phut") {
			return j + 3
		}
		return j + 2
	}
	return j + 1
}

// yearsEnd returns the end of a period "2020-2025" at token i.
func (s *scan) yearsEnd(i int) int {
	y, ok := s.small(i, 4)
	if !ok || y < 1900 || y > 2100 || !s.word(i+1, "-", "den") {
		return 0
	}
	if z, ok := s.small(i+2, 4); ok && z > y && z < 2100 {
		return i + 3
	}
	return 0
}

// isNumbered says that the digits at token i name something: thôn 4, lớp 5, QL14B, đợt 2. A count noun after them says
// otherwise ("1 lớp 30 học viên"), except behind a village, whose numbers are small.
func (s *scan) isNumbered(i int) bool {
	e, from := s.ends(i, "numbered")
	if e == nil {
		return false
	}
	v, ok := s.small(i, 4)
	if !ok || s.word(i+1, ".", ",") && s.glued(i+1) && s.kind(i+2) == tokenDigits && s.glued(i+2) && len(s.tokens[i+2].fold) == 3 {
		return false
	}
	if s.is2(i+1, "scale") || s.is2(i+1, "money_scale") || s.is2(i+1, "currency") {
		return false
	}
	if s.word(from, "thon", "noc", "ban", "lang", "xom", "to") {
		return v < 30 || s.lettered(i) || v < 100 && s.is2(i+1, "unit_type")
	}
	if s.word(from, "a") {
		return s.glued(i)
	}
	if s.word(from, "ky") && s.word(from-1, "tam") {
		return false // "Tam Kỳ 5/3"
	}
	if s.word(from, "lan") && s.tokens[from].plain() && s.word(i+1, "/") && s.kind(i+2) == tokenDigits {
		return false // "Vu Lan 15/7"
	}
	counted := s.is2(i+1, "count") || s.is2(i+1, "classifier") || s.is2(i+1, "goods")
	return !counted
}
