package nlu

// group reads digits, or number words up to 999, at token i: "12,5", "hai trăm lẻ năm", "hăm mốt", "2 trăm", "nửa".
func (s *scan) group(i int) (number, bool) {
	n := number{start: i, scale: 1}
	if l, ok := s.literal(i); ok {
		n.value, n.decimals, n.end, n.grouped = l.mantissa, l.decimals, l.end, l.grouped
		if e, _ := s.is(l.end, "scale"); l.comma && (e != nil && e.number >= 1000*million || s.word(l.end, "ty")) {
			n.decimals, n.grouped = 3, false // nobody gives thousands of billions
		}
		if n.decimals == 0 {
			s.literalHundred(&n)
		}
		return n, true
	}
	if s.kind(i) != tokenWord || s.tables[i]&numberTable == 0 {
		return n, false
	}
	n.words = true
	if _, end := s.is(i, "halfof"); end > 0 && s.is2(end, "scale") {
		n.value, n.decimals, n.end = 5, 1, end
		return n, true
	}
	if _, end := s.is(i, "zero_tens"); end > 0 && i > 0 && s.is2(i-1, "scale") {
		if d, dEnd := s.digit(end); dEnd > 0 {
			n.value, n.end = d, dEnd
			return n, true
		}
	}
	return s.words(n)
}

// literalHundred reads "2 trăm" and "3 chục", with the half after them.
func (s *scan) literalHundred(n *number) {
	for _, c := range []class{"hundred", "dozen"} {
		e, end := s.is(n.end, c)
		if e == nil || n.value > 99 {
			continue
		}
		n.value *= e.number
		n.end = end
		if _, end := s.is(end, "half"); end > 0 {
			n.value += e.number / 2
			n.end = end
		}
		return
	}
}

// words reads number words up to 999.
func (s *scan) words(n number) (number, bool) {
	i := n.start
	if d, end := s.digit(i); end > 0 {
		if _, hEnd := s.is(end, "hundred"); hEnd > 0 {
			return s.afterHundred(n, d*100, hEnd), true
		}
		return s.belowHundred(n)
	}
	// "trăm rưỡi triệu", "trăm hai triệu", "trăm triệu": a hundred without its one.
	if _, end := s.is(i, "hundred"); end > 0 && (i == 0 || s.kind(i-1) != tokenDigits) {
		m := s.afterHundred(n, 100, end)
		return m, s.is2(m.end, "scale")
	}
	return s.belowHundred(n)
}

// afterHundred reads the rest of a three-digit group. A lone digit counts tens: "năm trăm tư" is 540; with "lẻ" or
// "linh" it counts ones.
func (s *scan) afterHundred(n number, hundreds int64, i int) number {
	n.value, n.end = hundreds, i
	if _, end := s.is(i, "half"); end > 0 {
		n.value, n.end = hundreds+50, end
		return n
	}
	if _, end := s.is(i, "zero_tens"); end > 0 {
		if d, dEnd := s.digit(end); dEnd > 0 {
			n.value, n.end = hundreds+d, dEnd
		}
		return n
	}
	rest, ok := s.belowHundred(number{start: i, words: true})
	if !ok {
		return n
	}
	if rest.end == i+1 && rest.value < 10 {
		if !s.tensAfterHundred(i, rest) {
			return n
		}
		rest.value *= 10
	}
	n.value, n.end = hundreds+rest.value, rest.end
	return n
}

// tensAfterHundred says that the lone digit word at token i belongs to the hundred before it: not when it is weak in
// front of another word ("hai trăm nam sinh", "một trăm sau khi").
func (s *scan) tensAfterHundred(i int, rest number) bool {
	if !rest.weak {
		return true
	}
	return i+1 >= len(s.tokens) || s.kind(i+1) == tokenPunct || s.is2(i+1, "scale") || s.is2(i+1, "count") || s.numberStop(i+1)
}

// belowHundred reads 0 to 99: mười lăm, hăm mốt, bốn mươi tư, hai chục, hai mốt.
func (s *scan) belowHundred(n number) (number, bool) {
	i := n.start
	if _, end := s.is(i, "ten"); end > 0 {
		return s.ones(n, 10, end), true
	}
	if _, end := s.is(i, "twenty"); end > 0 {
		m := s.ones(n, 20, end)
		return m, m.end > end
	}
	if _, end := s.is(i, "dozen"); end > 0 && !s.vagueBefore(i) {
		n.value, n.end = 10, end
		return n, true
	}
	d, end := s.digit(i)
	if end == 0 || s.word(i, "lam", "nham") {
		return n, false // "lăm" only follows tens; a lone "lam" is "làm"
	}
	if _, tEnd := s.is(end, "tens"); tEnd > 0 {
		return s.ones(n, d*10, tEnd), true
	}
	if _, tEnd := s.is(end, "dozen"); tEnd > 0 {
		n = s.ones(n, d*10, tEnd)
		if _, hEnd := s.is(tEnd, "half"); hEnd > 0 {
			n.value, n.end = d*10+5, hEnd
		}
		return n, true
	}
	if d > 0 {
		if o, oEnd := s.shortOnes(end); oEnd > 0 {
			n.value, n.end = d*10+o, oEnd
			n.loose = o == d+1
			return n, true
		}
	}
	n.value, n.end = d, end
	if _, pEnd := s.is(end, "point"); pEnd > 0 {
		if o, oEnd := s.digit(pEnd); oEnd > 0 {
			n.value, n.decimals, n.end = d*10+o, 1, oEnd
			return n, true
		}
	}
	n.weak = s.tokens[i].plain() && s.tokens[i].fold != "hai" && s.tokens[i].fold != "bon" && s.tokens[i].fold != "mot"
	return n, true
}

// ones adds the last digit of a two-digit number, and decimals after "phẩy".
func (s *scan) ones(n number, tens int64, i int) number {
	n.value, n.end = tens, i
	if d, end := s.digit(i); end > 0 && d > 0 && !s.isYear(i, end) {
		n.value, n.end = tens+d, end
	}
	if _, pEnd := s.is(n.end, "point"); pEnd > 0 {
		if o, oEnd := s.digit(pEnd); oEnd > 0 {
			n.value, n.decimals, n.end = n.value*10+o, 1, oEnd
		}
	}
	return n
}

// isYear says that "năm" at token i is the year in front of a number: "tháng mười năm 2026".
func (s *scan) isYear(i, end int) bool {
	return s.word(i, "nam") && (s.kind(end) == tokenDigits && len(s.tokens[end].fold) == 4 ||
		s.word(end, "nay", "ngoai", "truoc", "qua", "sau", "toi"))
}

// digit returns the value of a digit word at token i.
func (s *scan) digit(i int) (int64, int) {
	if s.kind(i) != tokenWord || s.tables[i]&numberTable == 0 {
		return 0, 0
	}
	e, end := s.is(i, "digit")
	if e == nil {
		return 0, 0
	}
	return e.number, end
}

// shortOnes reads the last digit of a number that dropped its "mươi": hai mốt, năm lăm, chín tám. "năm" is never
// one ("hai năm" is two years), and a word that may be another is taken only before a scale or at the end.
func (s *scan) shortOnes(i int) (int64, int) {
	d, end := s.digit(i)
	if end == 0 || d == 0 || s.word(i, "nam") {
		return 0, 0
	}
	if s.word(i, "lam", "tu", "sau", "bay", "tam", "ba", "chin") && s.tokens[i].plain() && !s.rich || s.word(i, "mot") && d == 1 && s.tokens[i].plain() {
		if !(end >= len(s.tokens) || s.is2(end, "scale") || s.is2(end, "money_scale") || s.is2(end, "count")) {
			return 0, 0
		}
	}
	return d, end
}

// vagueBefore says that "vài" or the like stands before token i.
func (s *scan) vagueBefore(i int) bool {
	e, _ := s.ends(i, "vague")
	return e != nil
}
