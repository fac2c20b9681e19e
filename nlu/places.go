package nlu

// place finds the villages, as typed: "thôn Pà Tôi", "thôn 1, thôn 2". Those that stand apart are joined by commas.
func (s *scan) place() string {
	all, last := "", -1
	first := 0
	for i := 0; i < len(s.tokens); i++ {
		end := s.placeAt(i)
		if end == 0 {
			continue
		}
		s.claim(i, end, ownedByPlace)
		switch {
		case last < 0:
			first = i
		case !s.joinedPlace(last, i):
			all += s.between(first, last) + ", "
			first = i
		}
		last = end
		i = end - 1
	}
	if last < 0 {
		return ""
	}
	return all + s.between(first, last)
}

// joinedPlace says that only "và" or a comma stands between two places.
func (s *scan) joinedPlace(from, to int) bool {
	return to-from <= 2 && to > from && s.word(from, ",", "va", "&", "+", "-") && (to-from == 1 || s.word(from+1, "va"))
}

// maxPlaceWords bounds a village's name without capitals; "thôn Pà Tôi" has two, few have three.
const maxPlaceWords = 3

// placeAt returns the end of a place at token i, 0 when there is none.
func (s *scan) placeAt(i int) int {
	_, end := s.is(i, "place")
	if end == 0 || s.owner[i] == ownedByName || s.owner[i] == ownedByMoney {
		return 0
	}
	numbered := s.kind(end) == tokenDigits && s.word(i-1, "so") && s.tokens[i-1].plain() // "trong nam so thon 4"
	if e, _ := s.ends(i, "not_place_before"); e != nil && !numbered && !s.follows(i, "place_before") || s.notPlace(i, end) {
		return 0
	}
	if stop := s.placeBeforeName(end); stop > 0 {
		return stop
	}
	if s.is2(i, "exact_place") && s.tokens[i].plain() && !(s.kind(end) == tokenDigits && (s.is2(end+1, "unit_type") || s.word(end+1, ",") && s.is2(end+2, "unit_type"))) && !(end < len(s.tokens) && s.tokens[end].upper && s.cased) {
		return 0
	}
	if s.kind(end) == tokenDigits {
		v, ok := s.small(end, 2)
		if !ok || v > 40 && !s.lettered(end) && !s.is2(end+1, "unit_type") && !(s.word(end+1, "va", ",", "+") && s.is2(end+2, "place")) || s.owner[end] != free && s.owner[end] != ownedByTrap {
			return 0
		}
		return s.placeNumbers(end + 1)
	}
	if s.is2(end, "place") || s.kind(i-1) == tokenDigits && s.owner[i-1] != ownedByTrap && s.owner[i-1] != ownedByDate && !s.glued(i) && !(end < len(s.tokens) && s.tokens[end].upper) {
		return 0 // "thôn bản", "2 thôn hưởng lợi"
	}
	return s.placeWords(end)
}

// notPlace says that the word at token i is part of another: "nhà làng", "ông A Lang Bhuot", "T.Bình" for Thăng Bình.
func (s *scan) notPlace(i, end int) bool {
	switch {
	case s.word(i, "lang"):
		return s.word(i-1, "nha", "a") && s.kind(i-1) == tokenWord || s.word(end, "bac") // "viếng lăng Bác"
	case s.word(i, "ban"):
		return s.is2(end, "not_village")
	case s.word(i, "thon"):
		return s.word(end, "doi") && s.word(end+1, "truong")
	case s.word(i, "t"):
		return s.glued(end) && s.kind(end) == tokenWord && (i == 0 || s.is2(i-1, "unit_type") || s.kind(i-1) == tokenPunct)
	}
	return false
}

// placeBeforeName returns the end of a village's name in bare text that the name of its commune ends: "lang gung xa tra
// bui", "thon a xo xa ma cooih". Short words that stop a name elsewhere may then belong to it.
func (s *scan) placeBeforeName(start int) int {
	if s.rich || s.is2(start, "place") {
		return 0
	}
	for end := start; end <= start+maxPlaceWords && end < len(s.tokens); end++ {
		if end > start && s.owner[end] == ownedByName && s.is2(end, "unit_type") {
			return end
		}
		if s.kind(end) != tokenWord || s.owner[end] != free || s.placeStop(end) && !s.is2(end, "place_part") {
			return 0
		}
	}
	return 0
}

// lettered says that a letter is glued to the number at token i: "thôn 56B".
func (s *scan) lettered(i int) bool {
	return s.glued(i+1) && s.kind(i+1) == tokenWord && len(s.tokens[i+1].fold) == 1
}

// placeNumbers extends "thôn 1" over "1, 2 và 3" and "4A".
func (s *scan) placeNumbers(end int) int {
	if s.kind(end) == tokenWord && s.glued(end) && len(s.tokens[end].fold) == 1 {
		end++
	}
	for s.word(end, ",", "va", "+", "&") && s.kind(end+1) == tokenDigits && s.owner[end+1] == free {
		if v, ok := s.small(end+1, 2); !ok || v > 20 || s.kind(end+2) == tokenWord && !s.is2(end+2, "place_stop") && s.owner[end+2] == free {
			return end
		}
		if s.is2(end+2, "count") || s.is2(end+2, "classifier") || s.word(end+2, "/", "-") || s.is2(end+2, "scale") || s.is2(end+2, "money_scale") {
			return end
		}
		end += 2
	}
	return end
}

// placeWords reads the name after "thôn": capitals as long as there are, or up to three words before one that cannot
// be part of a name.
func (s *scan) placeWords(start int) int {
	end := start
	capitals := s.cased && s.kind(start) == tokenWord && s.tokens[start].upper
	for end < start+maxPlaceWords+1 && s.kind(end) == tokenWord && (s.owner[end] == free || s.owner[end] == ownedByName && end > start-1) {
		if s.owner[end] == ownedByName && (s.is2(end, "unit_type") || end > start && s.owner[end-1] != ownedByName) {
			break // "thôn A Sờ Mà Cooih"
		}
		if capitals && !s.tokens[end].upper || !capitals && (end-start >= maxPlaceWords || s.placeStop(end)) {
			break
		}
		end++
	}
	if s.kind(end) == tokenDigits && end > start && end-start <= 2 && (s.owner[end] == free || s.owner[end] == ownedByTrap) && len(s.tokens[end].fold) == 1 &&
		(end+1 >= len(s.tokens) || s.kind(end+1) == tokenPunct || s.is2(end+1, "unit_type")) {
		end++ // "thôn Pà Xua 2"
	}
	if end == start {
		return 0
	}
	return end
}

// placeStop says that token i cannot be part of a village's name.
func (s *scan) placeStop(i int) bool {
	if _, end := s.is(i, "act"); end > i+1 {
		return true
	}
	return s.is2(i, "place_stop") || s.is2(i, "digit") && s.is2(i+1, "count") || s.is2(i, "day_word")
}
