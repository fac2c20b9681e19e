package nlu

// literal is a number in digits.
type literal struct {
	// mantissa and decimals make the value: 12,5 is 125 with one decimal.
	mantissa int64
	decimals int
	// digits is how many digits the last group has, leading zeros included ("05" has two).
	digits int
	// grouped says that it was written with thousands separators.
	grouped bool
	// comma says that its one group stands behind a comma, so that before "tỷ" it is rather a decimal: "4,215 tỷ".
	comma bool
	// zero says that it begins with a zero of a longer run ("05", "0905").
	zero bool
	end  int
}

// maxDigits bounds the digits of a number: beyond a million billion nobody counts, and int64 stays safe.
const maxDigits = 15

// literal reads a number in digits at token i. Three digits after a separator are a group, else a decimal; groups by
// spaces need at least two groups or a currency after them, since "thôn 4 500 cây" is no number.
func (s *scan) literal(i int) (literal, bool) {
	if s.kind(i) != tokenDigits || len(s.tokens[i].fold) > maxDigits {
		return literal{}, false
	}
	first := s.tokens[i].fold
	l := literal{end: i + 1, digits: len(first), zero: len(first) > 1 && first[0] == '0'}
	l.mantissa = appendDigits(0, first)
	if len(first) <= 3 && !l.zero && first != "0" {
		if g, ok := s.groups(l); ok {
			l = g
		}
	}
	if d, ok := s.decimal(l); ok {
		return d, true
	}
	return l, true
}

// groups reads "200.000.000" and "12 500 000" from their first group on.
func (s *scan) groups(l literal) (literal, bool) {
	next, total := l.end, l.digits
	separator, count := "", 0
	for total+3 <= maxDigits {
		sep, at := s.separator(next)
		if at == 0 || count > 0 && sep != separator || s.kind(at) != tokenDigits || len(s.tokens[at].fold) != 3 {
			break
		}
		separator = sep
		l.mantissa = appendDigits(l.mantissa, s.tokens[at].fold)
		next, total, count = at+1, total+3, count+1
	}
	if count == 0 || s.glued(next) && s.kind(next) == tokenDigits {
		return l, false
	}
	// "200.000.0" is none of both, and a date such as 12.3.2026 never comes here.
	if separator == " " && count == 1 && !s.currencyFollows(next) {
		return l, false
	}
	l.end, l.digits, l.grouped, l.comma = next, 3, true, count == 1 && separator == ","
	return l, true
}

// separator returns the thousands separator at token i and the token after it; a space takes no token.
func (s *scan) separator(i int) (string, int) {
	if s.kind(i) == tokenDigits && !s.glued(i) && i < len(s.tokens) {
		return " ", i
	}
	if s.word(i, ".", ",", "'") && s.glued(i) && s.glued(i+1) {
		return s.tokens[i].fold, i + 1
	}
	return "", 0
}

// currencyFollows says that a unit of money or "nghìn" stands at token i.
func (s *scan) currencyFollows(i int) bool {
	_, a := s.is(i, "currency")
	_, b := s.is(i, "money_scale")
	e, _ := s.is(i, "scale")
	return a > 0 && !s.notCurrency(i) || b > 0 || e != nil && e.number == 1000
}

// notCurrency says that "đồng" or "đ" at token i begins another word: đồng chí, đ/c.
func (s *scan) notCurrency(i int) bool {
	_, end := s.is(i, "not_currency")
	return end > 0
}

// decimal reads ",5" after a literal; ",00" after groups is dropped.
func (s *scan) decimal(l literal) (literal, bool) {
	if !s.word(l.end, ",", ".") || !s.glued(l.end) || !s.glued(l.end+1) {
		return l, false
	}
	at := l.end + 1
	if s.kind(at) != tokenDigits || l.zero {
		return l, false
	}
	part := s.tokens[at].fold
	if len(part) > 3 || len(part) == 3 && l.mantissa != 0 || l.digits > 12 {
		return l, false
	}
	if s.word(at+1, ".", "/", ",") && s.glued(at+1) && s.kind(at+2) == tokenDigits && s.glued(at+2) {
		return l, false // 12.3.2026
	}
	if l.grouped && (part == "00" || part == "0") {
		l.end = at + 1
		return l, true
	}
	l.mantissa = appendDigits(l.mantissa, part)
	l.decimals = len(part)
	l.end = at + 1
	return l, true
}

// appendDigits writes the digits of s behind those of v.
func appendDigits(v int64, s string) int64 {
	for _, c := range []byte(s) {
		v = v*10 + int64(c-'0')
	}
	return v
}

// pow10 returns 10 to the n, for small n.
func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
