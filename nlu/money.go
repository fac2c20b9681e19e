package nlu

// Amount is a sum of money in the text, in đồng.
type Amount struct {
	VND int64
	// Each says that it is the price of one of many; What names the one as written.
	Each bool
	What string
	// Total says that the text calls it the whole.
	Total bool
	// Start and End are byte offsets in the NFC text.
	Start, End int
}

// moneyHit is an amount with its tokens.
type moneyHit struct {
	span
	vnd   int64
	each  bool
	what  string
	total bool
	// product says that "=" calls it the whole, which may be that of one line of several.
	product bool
	// part says that it is one part of an amount before it ("trong đó"), sums that "gồm" begins the list of parts.
	part, sums bool
	// spent says that a word before it names what was paid; unspent that it is income, a loan or a wish.
	spent, unspent bool
	// gift says that it follows a number of gifts directly: "20 suất quà 500k".
	gift bool
}

// Money finds the amounts of a text.
func (r *Reader) Money(text string) []Amount {
	s := r.scan(text, 0)
	s.traps()
	hits := s.money()
	amounts := make([]Amount, 0, len(hits))
	for _, h := range hits {
		amounts = append(amounts, Amount{
			h.vnd, h.each, h.what, h.total, s.tokens[h.start].start, s.tokens[h.end-1].end,
		})
	}
	return amounts
}

// money finds all amounts and claims their tokens.
func (s *scan) money() []moneyHit {
	var hits []moneyHit
	for i := 0; i < len(s.tokens); i++ {
		if s.owner[i] != free || s.kind(i) == tokenPunct || !s.known(i, numberTable) {
			continue
		}
		h, ok := s.moneyAt(i)
		if !ok || !s.isFree(i, h.end) {
			continue
		}
		s.priceEach(&h)
		s.context(&h)
		s.claim(h.start, h.end, ownedByMoney)
		hits = append(hits, h)
		i = h.end - 1
	}
	return hits
}

// moneyAt reads one amount at token i.
func (s *scan) moneyAt(i int) (moneyHit, bool) {
	j, currency := i, false
	if s.kind(i) == tokenWord && s.word(i, "vnd", "vnđ") {
		j, currency = i+1, true
	}
	if s.kind(j) == tokenDigits && s.glued(j) && s.kind(j-1) == tokenWord {
		return moneyHit{}, false // QL14B
	}
	n, ok := s.number(j)
	if !ok {
		return moneyHit{}, false
	}
	end := n.end
	if s.word(end, ".") && s.glued(end) && s.is2(end+1, "currency") && s.word(end-1, "tr") {
		end++
	}
	if _, cEnd := s.is(end, "currency"); cEnd > 0 && !s.notCurrency(end) {
		currency, end = true, cEnd
		if s.word(end, "chan") {
			end++
		}
	}
	v, whole := n.whole()
	if !whole || v < 500 || !s.isMoney(n, v, currency, end) {
		return moneyHit{}, false
	}
	return moneyHit{span: span{i, end}, vnd: v}, true
}

// isMoney says that a number is an amount: by its currency, by a scale that money has and nothing to count behind it,
// or as bare digits of a million and more.
func (s *scan) isMoney(n number, v int64, currency bool, end int) bool {
	if currency {
		return v >= 1000 || n.scale > 1
	}
	if n.slang {
		return s.slangMoney(n, end)
	}
	if n.money {
		return !s.word(end, "%")
	}
	if n.weak || s.countable(n, end) {
		return false
	}
	if n.scale >= 1000 {
		return !s.word(end, "%", "m", "ha", "km") && (n.scale >= million || s.moneyEnd(end) || n.words || s.word(end, "mot", "moi") && s.is2(end+1, "each_after"))
	}
	if s.word(n.start-1, "x", "×", "*") && n.grouped && v >= 1000 && s.word(end, "=") {
		return true // "77 suất x 500.000 = …"
	}
	if s.kind(n.start) != tokenDigits || n.end != end || v < million || v > 1_000_000_000_000 {
		return false
	}
	return s.moneyEnd(end) && (n.grouped || v%1000 == 0) && !s.word(n.start-1, "/", "-")
}

// slangMoney says that củ, chai, lít, tỏi mean money: alone in the message, or where the text speaks of spending.
func (s *scan) slangMoney(n number, end int) bool {
	if n.start == 0 && end >= len(s.tokens) {
		return true
	}
	if s.word(end, "gia", "giong", "neo", "khoai", "san") || s.word(n.start-1, "cho") && s.tokens[end-1].plain() && !s.word(end, "mua", "lam", "de", "sua") {
		return false
	}
	if s.word(end, "mot", "moi", "/") && s.is2(end+1, "each_after") {
		return true // "3 củ rưỡi một ca"
	}
	if s.word(end, "mua") || s.tokens[end-1].mark == "cu3" || s.word(end-1, "cu") && s.is2(end, "act") && !s.is2(n.start-1, "act") && !s.word(n.start-1, "cho") {
		return true // "18 củ hỗ trợ …"
	}
	return s.spentNear(n.start)
}

// spentNear says that a word of spending stands within three tokens before i.
func (s *scan) spentNear(i int) bool {
	for j := i; j > i-3 && j > 0; j-- {
		if e, from := s.ends(j, "spent_before"); e != nil && !s.word(from, "tang", "trao", "ho") && !(s.word(from, "mat") && s.word(from-1, "kham", "mo")) {
			return true
		}
		if e, _ := s.ends(j, "total_before"); e != nil {
			return true
		}
		if s.clauseEnd(j - 1) {
			return false
		}
	}
	return false
}

// countable says that a thing to count by the number stands at token i. Millions of people, days or villages are not.
func (s *scan) countable(n number, i int) bool {
	if s.word(i, "ho") && s.is2(i+1, "not_household") {
		return false // "200 trieu ho tro"
	}
	if n.scale >= million {
		if s.word(n.start-1, "cho", "chi", "gop", "tro", "het") {
			return false // "cho 45 triệu cây giống"
		}
		return s.is2(i, "goods") && !s.tokens[i].plain() || s.word(i, "cay", "con") && s.is2(i+1, "goods")
	}
	return s.is2(i, "count") || s.is2(i, "classifier") || s.is2(i, "goods") || s.is2(i, "unit_of_measure") || s.is2(i, "day_unit")
}

// priceEach finds out whether the amount is for one: "60tr/hộ", "mỗi suất 500k", "500k một suất".
func (s *scan) priceEach(h *moneyHit) {
	j := h.end
	if s.word(j, "/") || s.word(j, "moi", "mot", "tren") && s.is2(j+1, "each_after") {
		k := j + 1
		if v, ok := s.small(k, 1); ok && v == 1 {
			k++
		}
		if _, end := s.is(k, "each_after"); end > 0 {
			h.each, h.what, h.end = true, s.between(k, end), end
			return
		}
	}
	if v, ok := s.small(j, 1); ok && v == 1 && s.is2(j+1, "each_after") {
		_, end := s.is(j+1, "each_after")
		h.each, h.what, h.end = true, s.between(j+1, end), end
		return
	}
	if s.word(h.start-1, "x", "×", "*") && s.kind(h.start-2) == tokenWord && (s.is2(h.start-2, "each_after") || s.is2(h.start-2, "count")) {
		h.each, h.what = true, s.between(h.start-2, h.start-1) // "20 phần x 300k"
		return
	}
	if s.word(h.start-1, "x", "×", "*") && (s.kind(h.start-2) == tokenDigits || s.word(h.end, "=")) {
		h.each = true // "55 x 400k = 22tr"
		return
	}
	if from := s.nounBefore(h.start, "each_after"); from < h.start && s.word(from-1, "(") {
		h.each, h.what = true, s.between(from, h.start) // "100 suất quà (suất 400.000 đồng)"
		return
	}
	if from := s.nounBefore(h.start, "each_after"); from == h.start-1 && s.word(from-1, ",") && h.vnd <= maxGiftPrice && s.countedBefore(from) {
		h.each, h.what = true, s.between(from, h.start) // "500 cây mít cho 25 hộ, cây 40k"
		return
	}
	s.eachBefore(h)
}

// countedBefore says that the noun at token i was counted before in the text.
func (s *scan) countedBefore(i int) bool {
	for j := max(1, i-maxClause); j < i; j++ {
		if s.tokens[j].fold == s.tokens[i].fold && s.kind(j-1) == tokenDigits {
			return true
		}
	}
	return false
}

// nounBefore returns where a phrase of the class that ends right before token i starts, i for none.
func (s *scan) nounBefore(i int, c class) int {
	_, from := s.ends(i, c)
	return from
}

// eachBefore looks back in the clause for "mỗi suất …".
func (s *scan) eachBefore(h *moneyHit) {
	counted := false
	start := h.start
	for s.is2(start-1, "approx") {
		start--
	}
	for j := h.start; j > h.start-9 && j > 0; j-- {
		if e, _ := s.ends(j, "pay_day"); e != nil {
			return // "mỗi người một ngày lương được 42 triệu"
		}
		counted = counted || s.kind(j-1) == tokenDigits && s.owner[j-1] == free
		if s.clauseEnd(j-1) || s.owner[j-1] == ownedByMoney || s.word(j, "het", "kinh", "kp", "ton", "chi", "xai") && s.is2(j, "spent_before") {
			return
		}
		if e, _ := s.ends(j, "total_before"); e != nil {
			return
		}
		if e, from := s.ends(j, "each_before"); e != nil {
			if s.word(from, "muc") && s.word(from-1, "tong") || s.word(from, "moi") && s.word(from-1, "von") {
				return // "tổng mức", "vốn mồi"
			}
			if counted && s.word(start-1, ",") && !s.word(h.end, "tien") {
				return // "mỗi hộ 2 con, 24 triệu"
			}
			if !s.eachPrice(from, j, h.start) {
				continue
			}
			h.each = true
			if _, end := s.is(j, "each_after"); end > 0 {
				h.what = s.between(j, end)
			} else if s.word(from, "mot", "1") {
				h.what = s.between(from+1, j)
			}
			return
		}
	}
}

// eachPrice says that "mỗi" at tokens [from, j) belongs to the amount at token start. Typed bare it may be "mới" or
// "mời": then one noun at most stands between.
func (s *scan) eachPrice(from, j, start int) bool {
	if s.rich || !s.word(from, "moi") || !s.tokens[from].plain() || s.is2(j, "each_after") {
		return true
	}
	return j < start && start-j <= 2 && s.kind(j) == tokenWord && !s.is2(j, "act") && !s.numberStop(j)
}

// context finds what the words before the amount say of it.
func (s *scan) context(h *moneyHit) {
	j := h.start
	for range 4 {
		if e, from := s.ends(j, "approx"); e != nil {
			j = from
			continue
		}
		if s.word(j-1, ":", "la", "duoc", "gan", "len", "toi", "voi", "so", "so tien", "cho") && j > 0 {
			j--
			continue
		}
		break
	}
	if e, from := s.ends(j, "total_before"); e != nil {
		h.total, h.product = true, s.word(from, "=") && from == j-1
	}
	if e, from := s.ends(j, "spent_before"); e != nil {
		h.spent = true
		if t, _ := s.ends(from, "total_before"); t != nil {
			h.total = true
		}
	}
	if e, _ := s.ends(j, "not_spent_before"); e != nil && !h.total && !s.follows(j, "gift_of_pay") {
		h.unspent = true
	}
	h.part = s.marked(j-1, "con", "con1") || s.follows(j, "rest_before")
	for k := h.start; k > 0 && k > h.start-30 && !h.part; k-- {
		if e, from := s.ends(k, "parts_before"); e != nil {
			h.part, h.sums = true, s.word(from, "gom", "bao")
			break
		}
		if s.clauseEnd(k - 1) {
			break
		}
	}
}
