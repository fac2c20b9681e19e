package nlu

import "ketnghia/twinning"

// kindAsked finds the kind of activity asked for; of models "mới", "củng cố" and "nhân rộng" say it. Who is asked to
// check ("kiểm tra giúp") asks for no inspection.
func (s *scan) kindAsked(m twinning.Measure) twinning.Kind {
	found, several := twinning.Kind(""), false
	for i := range s.tokens {
		e, end := s.is(i, "kind")
		if e == nil || s.owner[i] == ownedByName || s.word(end, "giup", "xem", "lai", "gium", "cho", "ho") && e.value == string(twinning.KindInspection) {
			continue
		}
		several = several || found != "" && found != twinning.Kind(e.value)
		found = twinning.Kind(e.value)
	}
	if m == twinning.Models && (found == "" || several) {
		found, several = "", false
		for i := range s.tokens {
			if e, _ := s.is(i, "model_kind"); e != nil && s.owner[i] != ownedByName && (!s.word(i, "moi") || s.follows(i, "measure")) {
				found = twinning.Kind(e.value)
			}
		}
	}
	if several || found == twinning.KindGift {
		return ""
	}
	return found
}

// rule finds which obligation is meant; the programme's signing says more than the plan that is signed.
func (s *scan) rule() string {
	best, weight := "", 0
	for i := 0; i < len(s.tokens); i++ {
		if s.owner[i] == ownedByName {
			continue
		}
		e, end := s.is(i, "rule")
		if e == nil || s.notRule(i, end) {
			continue
		}
		if e.weight > weight {
			best, weight = e.value, e.weight
		}
		i = end - 1
	}
	return best
}

// notRule says that the words name no obligation: "bao nhiêu", "báo cáo lãnh đạo: …", and "tới kỳ báo cáo" typed bare.
func (s *scan) notRule(i, end int) bool {
	switch {
	case s.word(i, "bao") && s.word(i+1, "nhieu"):
		return true
	case s.word(i, "bao") && end == i+2 && i < 2:
		return s.is2(end, "not_report")
	case s.word(i, "ky") && s.word(i-1, "nhat"):
		return true
	case s.word(i, "ky") && end == i+1 && s.tokens[i].plain():
		return s.word(i-1, "toi", "cuoi", "trong", "dinh", "theo", "thoi", "nhat") || s.word(end, "bao", "hop", "truoc", "nay")
	}
	return false
}

// notMeasure says that the word at token i belongs to another: "hồ sơ", "tiến độ".
func (s *scan) notMeasure(i, end int) bool {
	switch {
	case s.word(i, "ho"):
		if s.word(i-1, "ung", "bao", "giam", "cuu") {
			return true
		}
		return s.is2(end, "not_household") && !s.word(end+1, "voi")
	case s.word(i, "tien") && end == i+1:
		return s.is2(end, "not_money")
	}
	return false
}

// measure finds the number asked for: the one right behind "bao nhiêu", else the weightiest.
func (s *scan) measure(total askHit) twinning.Measure {
	best, weight := twinning.Measure(""), 0
	near, poor := false, false
	for i := 0; i < len(s.tokens); i++ {
		if s.owner[i] == ownedByName {
			continue
		}
		e, end := s.is(i, "measure")
		if e == nil || s.notMeasure(i, end) {
			continue
		}
		behind := total.end > 0 && i > total.start && i <= total.end+1
		if s.is2(i, "pronoun") && end == i+1 && !behind {
			continue
		}
		w := e.weight
		if behind {
			w += 10
		}
		near = near || e.value == string(twinning.NearPoor)
		poor = poor || s.word(i, "ho") && s.word(end-1, "ngheo") && e.value == string(twinning.Households)
		if w > weight {
			best, weight = twinning.Measure(e.value), w
		}
		i = end - 1
	}
	if best == twinning.Households && near && !poor {
		return twinning.NearPoor // "hộ cận nghèo … có mấy hộ"
	}
	return best
}

// roles finds the group asked for: "xã nào", "các huyện đồng bằng"; anyone says that it is any unit.
func (s *scan) roles() (roles []twinning.UnitRole, anyone bool) {
	best, top := "", 0
	for i := range s.tokens {
		if s.owner[i] == ownedByName {
			continue
		}
		e, end := s.is(i, "role")
		if s.word(i, "so") && s.numbersBefore(i) {
			best, top = string(twinning.RoleSponsorAgency), max(top, 2) // "10 so dung dau": a number of numbers is none
			continue
		}
		if e == nil || s.notRole(i, end) {
			continue
		}
		if end < len(s.tokens) && s.owner[end] == ownedByName && e.weight == 0 && s.kind(i-1) != tokenDigits && !s.word(i-1, "cac", "nhung", "moi") {
			continue // "của huyện Điện Bàn" names one
		}
		if e.value == "any" {
			anyone = true
			continue
		}
		n := end - i + e.weight
		if s.kind(i-1) == tokenDigits || s.word(i-2, "top") {
			n++
		}
		if s.word(end-1, "nao", "mo") || s.is2(end, "which") && s.isClue("which", end, end+1) {
			n += 4
		}
		if n > top {
			best, top = e.value, n
		}
	}
	switch best {
	case "":
		return nil, anyone
	case "sponsors":
		return []twinning.UnitRole{twinning.RoleSponsorAgency, twinning.RoleSponsorLowland, twinning.RoleSponsorOther}, anyone
	}
	return []twinning.UnitRole{twinning.UnitRole(best)}, anyone
}

// numbersBefore says that a number stands before "so" at token i, so that it is "sở": "10 sở", "top ba sở", "số lượng sở".
func (s *scan) numbersBefore(i int) bool {
	if s.kind(i-1) == tokenDigits {
		return s.owner[i-1] != ownedByDate
	}
	return s.word(i-2, "top") || s.word(i-1, "luong", "sach", "khoi") || s.word(i-1, "ba", "hai", "bon", "nam", "muoi") && (i == 1 || s.word(i-2, "ten", "neu", "ke"))
}

// notRole says that the words are no group: "xã hội", "cơ sở", "bao xa", and "thị xã nào" typed bare for "thì xã nào".
func (s *scan) notRole(i, end int) bool {
	return s.word(end-1, "giup") && s.word(i-1, "may", "bao", "nhieu") || s.word(end-1, "giup") && s.word(end, "duoc", "bao", "may", "nhieu", "xa") ||
		s.word(end-1, "xa") && (s.word(end, "hoi") || s.word(i-1, "bao", "vung", "hoi", "o", "con", "rat")) ||
		s.word(i, "so") && (s.word(i-1, "tru", "tong", "mot") || s.marked(i-1, "co", "cơ") && !s.word(end-1, "nao", "mo") && !s.is2(end, "which")) ||
		s.word(end-1, "mo") && s.is2(end, "not_where") ||
		s.word(i, "thi") && s.tokens[i].plain() && i > 0 && (s.owner[i-1] == ownedByName || s.owner[i-1] == ownedByDate)
}

// order finds how a ranking runs and how many are asked for.
func (s *scan) order() (Order, int) {
	order, limit := Order(""), 0
	for i := range s.tokens {
		if s.owner[i] == ownedByName {
			continue
		}
		if e, _ := s.is(i, "order"); e != nil && order != OrderLeast && !(s.word(i, "nhat") && s.notMost(i)) {
			order = Order(e.value)
		}
		if order == "" && s.marked(i, "it", "it2") {
			order = OrderLeast
		}
		if v := s.limit(i); v > 0 {
			limit = v
		}
	}
	return order, limit
}

// limit reads how many are asked for at token i: "top 5", "ba đơn vị", "10 hoạt động".
func (s *scan) limit(i int) int {
	n, ok := s.number(i)
	if !ok || n.scale > 1 || n.loose || s.owner[i] == ownedByDate || s.owner[i] == ownedByTrap || s.kind(i-1) == tokenDigits {
		return 0
	}
	v, whole := n.whole()
	if !whole || n.words && n.weak && s.word(i, "tu", "sau", "mot") || v < 1 || v > maxLimit {
		return 0
	}
	if s.word(i-1, "top") || s.is2(n.end, "role") || s.is2(n.end, "listed") {
		return int(v)
	}
	return 0
}

// maxLimit bounds how many can be asked for.
const maxLimit = 99
