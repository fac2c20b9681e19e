package nlu

// number is a number in digits, words or both, with the scales that it was written with.
type number struct {
	// value is the number times 10^decimals.
	value    int64
	decimals int
	start    int
	end      int
	// scale is the largest scale word in it: 1, 1000 (nghìn, k), a million or a billion.
	scale int64
	// money says that a scale is one that only money has: tr, k.
	money bool
	// slang says that a scale is one that means money among friends only: củ, chai, lít, tỏi, and "ng".
	slang bool
	// words says that no digit was typed; weak that it is one bare word which is as often another word ("sau", "nam").
	words bool
	weak  bool
	// loose says that it is two digits side by side in counting order, "hai ba", which rather means two or three.
	loose bool
	// grouped says that it was written with thousands separators.
	grouped bool
}

// whole returns the value as a whole number; ok is false for 1,5.
func (n number) whole() (int64, bool) {
	p := pow10(n.decimals)
	return n.value / p, n.value%p == 0
}

// million is the scale from which on a trailing bare number is a fraction: "12tr5", "1 tỷ 200".
const million = 1_000_000

// maxValue bounds numbers so that no product overflows: 10^15.
const maxValue = 1_000_000_000_000_000

// number reads the longest number at token i, with all its scales: "hai tỷ ba trăm triệu", "12tr5", "1 tỷ 020 triệu".
func (s *scan) number(i int) (number, bool) {
	n := number{start: i, scale: 1, words: true}
	first, ok := s.part(i)
	if !ok {
		return n, false
	}
	n.take(first)
	for n.end < len(s.tokens) && first.scale > 1 {
		next, ok := s.continuation(n.end, first)
		if !ok || !n.add(next) {
			break
		}
		first = next
	}
	if n.value > maxValue {
		return n, false
	}
	return n, true
}

// part is a group of a number together with the scale after it.
type part struct {
	number
	// bare is a trailing group without scale: "12tr" + "5".
	bare bool
	// fraction is the trailing "rưỡi".
	half bool
	// own is the group's value before the scale.
	own int64
}

// take starts the number with its first part.
func (n *number) take(p part) {
	n.value, n.decimals, n.scale = p.value, p.decimals, p.scale
	n.money, n.slang, n.words = p.money, p.slang, p.words
	n.weak, n.loose, n.grouped = p.weak, p.loose, p.grouped
	n.end = p.end
}

// add adds a further part; both must be whole.
func (n *number) add(p part) bool {
	v, ok := n.whole()
	w, ok2 := p.whole()
	if !ok || !ok2 || v > maxValue || w > maxValue {
		return false
	}
	n.value, n.decimals = v+w, 0
	n.money, n.slang, n.words = n.money || p.money, n.slang || p.slang, n.words && p.words
	n.weak, n.loose = false, false
	n.end = p.end
	return true
}

// part reads one group and its scale.
func (s *scan) part(i int) (part, bool) {
	g, ok := s.group(i)
	if !ok {
		return part{}, false
	}
	p := part{number: g, own: g.value}
	for range 2 { // "năm nghìn tỷ"
		e, end, money, slang := s.scaleAt(p.end, &p.number)
		if e == nil || p.scale >= e.number && p.scale > 1 {
			break
		}
		p.value *= e.number
		p.scale = max(p.scale*e.number, e.number)
		if p.scale > 1_000_000_000_000 || p.value > maxValue*1000 {
			return part{}, false
		}
		p.money, p.slang, p.weak, p.loose = p.money || money, p.slang || slang, false, false
		p.end = end
		if e.number != 1000 {
			break
		}
	}
	if v, whole := p.whole(); whole {
		p.value, p.decimals = v, 0
	}
	return p, true
}

// scaleAt returns the scale word at token i. "ty" without mark is tỷ; "k" must not be a word of its own in front of
// another ("k có"): it is glued or followed by no letter.
func (s *scan) scaleAt(i int, n *number) (e *entry, end int, money, slang bool) {
	if i >= len(s.tokens) {
		return nil, 0, false, false
	}
	if e, end = s.is(i, "scale"); e != nil {
		if e.number == 1_000_000_000 && s.tokens[i].fold == "ti" && s.tokens[i].plain() && s.rich {
			return nil, 0, false, false
		}
		return e, end, false, false
	}
	if e, end = s.is(i, "money_scale"); e != nil {
		if s.word(i, "k") && !s.glued(i) && s.kind(i+1) == tokenWord && !s.numberStop(i+1) {
			return nil, 0, false, false
		}
		return e, end, true, false
	}
	if e, end = s.is(i, "slang_scale"); e != nil && s.slangFits(i, end, n) {
		return e, end, true, true
	}
	return nil, 0, false, false
}

// slangFits says that củ, chai, lít, tỏi or ng at token i can be money: nothing that it could count follows.
func (s *scan) slangFits(i, end int, n *number) bool {
	if s.word(i, "ng") {
		v, ok := n.whole()
		return ok && s.glued(i) && v >= 50 && v%50 == 0 && s.moneyEnd(end)
	}
	if s.word(i, "cu") && s.tokens[i].mark != "cu3" && (!s.tokens[i].plain() || n.scale == 1 && s.elders(i, end)) {
		return false
	}
	return s.moneyEnd(end) || s.is2(end, "half") || s.kind(end) == tokenDigits
}

// is2 says that a phrase of the class stands at token i.
func (s *scan) is2(i int, c class) bool {
	_, end := s.is(i, c)
	return end > 0
}

// moneyEnd says that nothing after token i-1 makes its unit count goods or people.
func (s *scan) moneyEnd(i int) bool {
	return i >= len(s.tokens) || s.kind(i) == tokenPunct || s.numberStop(i)
}

// numberStop says that token i is a function word, after which a bare number stands alone.
func (s *scan) numberStop(i int) bool { return s.is2(i, "number_stop") }

// continuation reads what may follow a part with a scale: a part with a smaller scale, "rưỡi", or a bare trailing
// group, which is a fraction of the scale when it is one digit or was typed in digits.
func (s *scan) continuation(i int, prev part) (part, bool) {
	if _, end := s.is(i, "half"); end > 0 {
		h := part{number: number{value: prev.scale / 2, scale: 1, end: end, words: true}, half: true}
		return h, true
	}
	p, ok := s.part(i)
	if !ok || p.decimals > 0 && p.scale == 1 {
		return p, false
	}
	if p.scale > 1 {
		fits := p.scale < prev.scale && p.value < prev.scale
		return p, fits && !(p.words && p.weak)
	}
	return s.trailing(i, prev, p)
}

// trailing turns a bare group after a scale into its value.
func (s *scan) trailing(i int, prev, p part) (part, bool) {
	last := smallest(prev.scale)
	if s.word(i, "mot") && s.is2(i+1, "each_after") {
		return p, false // "3 triệu một người"
	}
	if s.kind(i) == tokenDigits {
		l, _ := s.literal(i)
		if l.decimals > 0 || l.grouped || l.digits > 3 || last < 1000 || p.end != i+1 {
			return p, false
		}
		if !s.trailingEnd(i, p.end) {
			return p, false
		}
		p.value = l.mantissa * last / pow10(l.digits)
		p.bare = true
		return p, true
	}
	if p.weak && s.kind(p.end) == tokenWord && !s.numberStop(p.end) && !s.rich {
		return p, false
	}
	if p.loose {
		p.loose = false
	}
	if p.end == i+1 && p.own < 10 && p.own > 0 && !s.zeroTens(i) {
		p.value = p.own * last / 10
	}
	p.bare = true
	return p, p.value < prev.scale
}

// zeroTens says that "linh" stands at token i, so that the digit after it counts ones.
func (s *scan) zeroTens(i int) bool { return s.is2(i, "zero_tens") }

// smallest returns the scale that a trailing digit is a tenth of: for "năm nghìn tỷ" the billion.
func smallest(scale int64) int64 {
	switch {
	case scale >= 1_000_000_000:
		return 1_000_000_000
	case scale >= million:
		return million
	}
	return scale
}

// trailingEnd says that digits at token i belong to the number before them: they are glued to it ("12tr5"), or what
// follows cannot be counted by them.
func (s *scan) trailingEnd(i, end int) bool {
	if s.word(end, "/", "-", "%", ":", ".", ",") && s.glued(end) && s.kind(end+1) == tokenDigits && s.glued(end+1) {
		return false
	}
	if s.word(end, "%", "/") && s.glued(end) && s.kind(end+1) != tokenWord {
		return false
	}
	if s.glued(i) {
		return true
	}
	if s.is2(end, "act") && !s.is2(end, "count") && !s.is2(end, "classifier") && !s.is2(end, "goods") {
		return true // "1 tỷ 2 làm nhà sàn"
	}
	if s.word(end, "moi", "mot") && s.is2(end+1, "each_after") && !s.is2(i+1, "day_unit") {
		return true // "2 triệu 4 mỗi hộ"
	}
	return s.moneyEnd(end) && !s.word(end, ")", "h")
}
