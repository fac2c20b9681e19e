package nlu

// goods finds what was given in kind, as typed: "12 con bò", "300 cây giống", "2 tấn gạo".
func (s *scan) goods() []string {
	var found []string
	for i := 0; i < len(s.tokens); i++ {
		if s.owner[i] != free || s.kind(i) == tokenPunct || !s.known(i, numberTable) || s.kind(i-1) == tokenWord && s.glued(i) {
			continue
		}
		n, ok := s.number(i)
		if !ok || n.money || n.weak && s.rich && s.tokens[i].plain() || n.value <= 0 || s.kind(i) == tokenDigits && len(s.tokens[i].fold) > 5 || !s.isFree(i, n.end) {
			continue
		}
		if (s.word(i, "chuc") || s.word(n.end, "buoi", "ca")) && !s.rich && s.tokens[i].plain() && (n.words || s.word(n.end, "buoi")) {
			continue // "chuc ca nha", "2 buoi"
		}
		if s.word(i, "ba") && s.word(i+1, "con") && s.tokens[i].plain() && !s.rich && !s.is2(i+2, "livestock") {
			continue // "bà con"
		}
		if y, ok := s.small(i, 4); ok && y >= 2010 && y < 2050 && s.word(i-1, "sau", "den", "nam", "truoc", "tu") {
			continue // "sau 2025 nghe"
		}
		end := s.goodsEnd(n.end)
		if end == 0 || s.isEachCount(countHit{span: span{i, end}}) {
			continue
		}
		s.claim(i, end, ownedByGoods)
		found = append(found, s.between(i, end))
		i = end - 1
	}
	return found
}

// goodsEnd returns the end of the name of goods at token i, 0 when there is none: a classifier with the words after it,
// or the name of goods itself.
func (s *scan) goodsEnd(i int) int {
	_, c := s.is(i, "classifier")
	_, g := s.is(i, "goods")
	if c == 0 && g == 0 || s.owner[i] != free {
		return 0
	}
	end := max(c, g)
	for s.kind(end) == tokenWord && end < i+8 {
		_, more := s.is(end, "goods")
		if more == 0 || s.owner[end] != free {
			break
		}
		end = more
		g = end
	}
	if g == 0 || end == c {
		for k := 0; k < 2 && s.kind(end) == tokenWord && s.owner[end] == free && !s.is2(end, "goods_stop") && !s.tokens[end].upper; k++ {
			end++
		}
	}
	if end == c && g < c && !s.standsAlone(i) {
		return 0
	}
	return end
}

// standsAlone says that a classifier can be the goods themselves: 3 nhà, 2 xe, 5 giường.
func (s *scan) standsAlone(i int) bool {
	return s.word(i, "xe", "may", "giuong", "ban", "tu", "nha")
}
