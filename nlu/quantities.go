package nlu

import "ketnghia/twinning"

// quantities decides which of the numbers of a text are the activity's, and warns of those that it could not decide.
func (s *scan) quantities(counts []countHit, amounts []moneyHit) (twinning.Quantities, *Each, []Warning) {
	q := twinning.Quantities{}
	var warnings []Warning
	for _, m := range [...]twinning.Measure{
		twinning.Households, twinning.NearPoor, twinning.People, twinning.Models, twinning.Gifts,
	} {
		var of []countHit
		for _, c := range counts {
			if c.measure == m && !(m == twinning.Models && s.word(c.end, "tham") && s.word(c.end+1, "gia")) {
				of = append(of, c)
			}
		}
		if len(of) == 0 {
			continue
		}
		if v, ok := s.decide(of); ok {
			q[m] = v
		} else {
			warnings = append(warnings, Warning{WarnSeveralCounts, s.between(of[0].start, of[len(of)-1].end)})
		}
	}
	s.splitPoor(q, counts)
	giftParts(amounts, q[twinning.Gifts])
	each := s.each(amounts, counts, q)
	vnd, ok, conflict := s.total(amounts)
	switch {
	case ok:
		q[twinning.Amount] = vnd
	case conflict:
		warnings = append(warnings, Warning{WarnSeveralAmounts, s.between(amounts[0].start, amounts[len(amounts)-1].end)})
	case each != nil:
		warnings = append(warnings, Warning{WarnPriceEach, formatEach(s, amounts)})
	}
	if len(q) == 0 {
		q = nil
	}
	return q, each, warnings
}

// formatEach returns the text of the first price each.
func formatEach(s *scan, amounts []moneyHit) string {
	for _, a := range amounts {
		if a.each || a.gift {
			return s.between(a.start, a.end)
		}
	}
	return ""
}

// decide chooses among several counts of one measure: the one called total, the only one, the sum named first, or the
// sum of a plain list.
func (s *scan) decide(of []countHit) (int64, bool) {
	same := true
	for k, c := range of[1:] {
		if c.n == of[k].n && s.word(c.end, "x", "×", "*") {
			return c.n, len(of) == 2 // "5 hộ nghèo …: 5 hộ x 8tr"
		}
	}
	for _, c := range of {
		if c.total {
			return c.n, true
		}
		same = same && c.n == of[0].n
	}
	if len(of) == 1 || same && !s.listed(of) && !(of[0].measure == twinning.Models && s.joinedModels(of)) {
		return of[0].n, true
	}
	rest, largest := int64(0), of[0].n
	for _, c := range of[1:] {
		rest += c.n
		largest = max(largest, c.n)
	}
	if of[0].n == rest && len(of) > 2 || of[1].part && of[0].n >= rest {
		return of[0].n, true
	}
	if 2*largest == rest+of[0].n && len(of) > 2 {
		return largest, true
	}
	if s.listed(of) || of[0].measure == twinning.Models && s.joinedModels(of) {
		return rest + of[0].n, true
	}
	return 0, false
}

// joinedModels says that models of different kinds stand in one list, with what they do between them: "1 HTX dược liệu và 1 tổ
// hợp tác trồng sâm".
func (s *scan) joinedModels(of []countHit) bool {
	for k := 1; k < len(of); k++ {
		if !s.word(of[k].start-1, ",", "va", "+", "&", "cung") || s.tokens[of[k].noun.start].fold == s.tokens[of[k-1].noun.start].fold && of[k].end-of[k].start == of[k-1].end-of[k-1].start {
			return false
		}
		for j := of[k-1].end; j < of[k].start; j++ {
			if s.clauseEnd(j) || s.owner[j] != free || s.word(j, ",") && j != of[k].start-1 {
				return false
			}
		}
	}
	return true
}

// listed says that the counts form one list: only joining words, places and names stand between them ("thôn 1: 20 hộ,
// thôn 2: 25 hộ", "30 học sinh và 5 giáo viên").
func (s *scan) listed(of []countHit) bool {
	places := 0
	for k := 1; k < len(of); k++ {
		for j := of[k-1].end; j < of[k].start; j++ {
			switch {
			case s.owner[j] == ownedByPlace || s.owner[j] == ownedByName || s.is2(j, "place") || s.owner[j] == ownedByTrap:
				places++
			case s.word(j, ",", "va", "cung", "voi", ":", "(", ")", "&", "+", "o", "tai", "co", "gom", ";", "-", "cac", "lop", "dot", "buoi"):
			case s.is2(j, "count"), s.ownedAdjective(j):
			default:
				return false
			}
		}
	}
	if of[0].measure == twinning.Households || of[0].measure == twinning.NearPoor {
		return places > 0
	}
	return true
}

// ownedAdjective says that token j only describes who was counted: "30 học sinh nghèo và 5 giáo viên".
func (s *scan) ownedAdjective(j int) bool {
	return s.word(j, "ngheo", "kho", "khan", "dtts", "hieu", "hoc", "thon", "xa", "uy", "tin", "gia", "neo", "don")
}

// splitPoor keeps poor and near-poor households apart when a total was given with both parts ("45 hộ, trong đó 30 hộ
// nghèo, 15 hộ cận nghèo"): III.2.1 of Decision 1100 asks for the poor ones only.
func (s *scan) splitPoor(q twinning.Quantities, counts []countHit) {
	near, ok := q[twinning.NearPoor]
	if !ok || len(counts) < 3 {
		return
	}
	whole := q[twinning.Households]
	for _, c := range counts {
		if c.measure == twinning.Households && c.n+near == whole {
			q[twinning.Households] = c.n
			return
		}
	}
}

// giftParts makes what one of several gifts consists of its price: "20 suất quà gồm 300k tiền mặt và 200k hiện vật".
func giftParts(amounts []moneyHit, gifts int64) {
	var first *moneyHit
	sum := int64(0)
	for i := range amounts {
		a := &amounts[i]
		if !a.sums || a.each || a.total {
			return
		}
		if first == nil {
			first = a
		}
		sum += a.vnd
	}
	if first == nil || gifts < 2 || sum/gifts >= 50_000 || sum > maxGiftPrice {
		return
	}
	for i := range amounts {
		amounts[i].unspent = true
	}
	first.vnd, first.gift, first.unspent = sum, true, false
}

// total chooses the amount of the activity; conflict says that there were several and none stands out.
func (s *scan) total(amounts []moneyHit) (vnd int64, ok, conflict bool) {
	var whole []moneyHit
	var product *moneyHit
	each, multiplied, parts, products, sum := false, false, 0, 0, int64(0)
	for i := range amounts {
		a := &amounts[i]
		switch {
		case a.each || a.gift:
			each = true
			continue
		case a.unspent, each && s.joinsEach(amounts[i-1], a):
			continue
		case a.product && product != nil:
			products++
		case a.product:
			product, multiplied = a, i > 0 && amounts[i-1].each
		case a.total:
			return a.vnd, true, false
		}
		if a.sums {
			parts++
			sum += a.vnd
		}
		if !a.part || len(whole) == 0 && !each {
			whole = append(whole, *a)
		}
	}
	if product != nil {
		more := products > 0 || multiplied && len(whole) > 1 // "20 x 650k = 13tr; vận chuyển 2tr"
		return product.vnd, !more, more
	}
	if parts > 1 && len(whole) == 1 && whole[0].sums {
		return sum, true, false // "gồm 40 triệu làm giếng, 25 triệu mua loa"
	}
	switch len(whole) {
	case 0:
		return 0, false, false
	case 1:
		return whole[0].vnd, true, false
	}
	sum = 0
	largest := int64(0)
	for _, a := range whole {
		sum += a.vnd
		largest = max(largest, a.vnd)
	}
	if same := largest * int64(len(whole)); same == sum {
		return largest, len(whole) == 2, len(whole) != 2
	}
	if 2*largest == sum {
		return largest, true, false
	}
	return 0, false, true
}

// joinsEach says that an amount is given to each besides the price before it: "mỗi hộ 2 triệu + phần quà 500 nghìn".
func (s *scan) joinsEach(before moneyHit, a *moneyHit) bool {
	if a.vnd > maxGiftPrice || a.start-before.end > 6 || before.end == a.start {
		return false
	}
	for j := before.end; j < a.start; j++ {
		if !s.word(j, "+", "kem", "va", "cung", "voi", "mot", "1", "phan", "suat", "qua", "tri", "gia", "them", "theo") {
			return false
		}
	}
	return true
}

// maxGiftPrice is up to what an amount right behind a number of gifts is the price of one: nobody gives twenty gifts
// worth 25,000 đồng each, and few give gifts of more than two million.
const maxGiftPrice = 2 * million

// each returns the price each with the count that it belongs to.
func (s *scan) each(amounts []moneyHit, counts []countHit, q twinning.Quantities) *Each {
	for i := range amounts {
		a := &amounts[i]
		s.giftPrice(a, counts)
		if !a.each && !a.gift {
			continue
		}
		e := &Each{Unit: a.vnd, What: a.what}
		if m, ok := s.measureOf(a); ok {
			e.Count = q[m]
			if m == twinning.Households && e.Count == 0 {
				e.Count = q[twinning.NearPoor]
			}
		}
		if e.Count > 0 && e.Unit < maxValue/e.Count {
			e.Product = e.Unit * e.Count
		}
		return e
	}
	return nil
}

// giftPrice marks "20 suất quà 500k", "20 suất quà trị giá 500k" as a price each.
func (s *scan) giftPrice(a *moneyHit, counts []countHit) {
	if a.each || a.total || a.vnd > maxGiftPrice {
		return
	}
	for _, c := range counts {
		if c.measure != twinning.Gifts || c.end > a.start || a.start-c.end > 6 || c.n < 2 {
			continue
		}
		cheap := a.vnd/c.n < 50_000
		direct := true
		for j := c.end; j < a.start; j++ {
			direct = direct && (s.is2(j, "spent_before") || s.word(j, "qua", "tri", "gia", "(", "tet", "co", "loai", "khoang", "moi", ",", "trung", "thu"))
		}
		direct = direct || s.word(a.start-1, "(") // "60 phần quà cho cháu (200k)"
		if direct && cheap {
			a.gift, a.what = true, s.between(c.noun.start, c.noun.end)
		}
	}
}

// measureOf returns what a price each is counted by.
func (s *scan) measureOf(a *moneyHit) (twinning.Measure, bool) {
	if a.what == "" {
		return "", false
	}
	t := s.r.scan(a.what, 0)
	for i := range t.tokens {
		if e, _ := t.is(i, "count"); e != nil {
			return twinning.Measure(e.value), true
		}
	}
	return "", false
}
