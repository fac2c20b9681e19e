package nlu

import "ketnghia/twinning"

// modelDeed is a model without a number together with what was done to it: "thành lập tổ hợp tác nuôi bò", "CLB … ra mắt".
type modelDeed struct {
	noun span
	kind twinning.Kind
}

// Bounds of how far a deed stands from its model.
const (
	maxBeforeModel = 4
	maxHeadline    = 9
	maxBehindModel = 14
)

// modelDeeds finds the models that were founded, strengthened or replicated. One that is looked at is none ("tham quan mô
// hình"), and "mô hình tổ hợp tác" is one model.
func (s *scan) modelDeeds() []modelDeed {
	var deeds []modelDeed
	for i := 0; i < len(s.tokens); i++ {
		_, end := s.is(i, "model_noun")
		if end == 0 || s.owner[i] == ownedByName || s.owner[i] == ownedByTrap {
			continue
		}
		for _, next := s.is(end, "model_noun"); next > 0; _, next = s.is(end, "model_noun") {
			end = next
		}
		if k := s.modelDeed(i, end); k != "" && !s.word(i-1, "may", "so") && !s.word(end, "nao") {
			deeds = append(deeds, modelDeed{span{i, end}, k})
		}
		i = end - 1
	}
	return deeds
}

// modelDeed returns what was done to the model at tokens [start, end), "" for nothing.
func (s *scan) modelDeed(start, end int) twinning.Kind {
	j := start
	for range maxBeforeModel {
		if s.follows(j, "model_watched") {
			return ""
		}
		if e, from := s.ends(j, "model_deed"); e != nil && !s.word(from-1, "khong", "chua") {
			return twinning.Kind(e.value)
		}
		if j == 0 || s.clauseEnd(j-1) || s.word(j-1, ",") {
			break
		}
		j--
	}
	for j := end; j < end+maxBehindModel && j < len(s.tokens); j++ {
		if s.clauseEnd(j) || s.word(j, ",") || s.is2(j, "model_noun") {
			break
		}
		if e, _ := s.is(j, "model_done"); e != nil && !s.word(j-1, "khong", "chua") {
			return twinning.Kind(e.value)
		}
	}
	return ""
}

// unnumbered adds what the text states without a number: one model with its deed, one household by name.
func (s *scan) unnumbered(f *twinning.Facts, counts []countHit, deeds []modelDeed, named []span) {
	add := func(m twinning.Measure, n int64) {
		if n == 0 || f.Quantities[m] > 0 {
			return
		}
		if f.Quantities == nil {
			f.Quantities = twinning.Quantities{}
		}
		f.Quantities[m] = n
	}
	add(twinning.Models, s.loneModel(deeds, counts))
	if s.giftEach != "" {
		add(twinning.Gifts, f.Quantities[s.giftEach])
	}
	for _, c := range counts {
		if c.measure == twinning.Households || c.measure == twinning.NearPoor {
			return
		}
	}
	n := int64(0)
	for k, sp := range named {
		if !s.word(sp.start, "nha") && (k == 0 || s.word(sp.start-1, "va", ",", "+", "&")) {
			n++
		}
	}
	if n == int64(len(named)) {
		add(twinning.Households, n)
	}
}

// namedHouseholds finds households told by name, "hộ bà Hồ Thị Nía": one household, and a name that need not be kept.
func (s *scan) namedHouseholds() (found []span) {
	if !s.cased {
		return nil
	}
	for i := range s.tokens {
		_, end := s.is(i, "householder_before")
		if end == 0 || s.owner[i] == ownedByName || end >= len(s.tokens) {
			continue
		}
		_, name := s.is(end, "householder")
		if name == 0 && s.is2(end, "family_name") && s.tokens[end].upper && s.owner[end] == free {
			name = end // "hộ nghèo Hồ Văn Thạch"
		}
		if name == 0 {
			continue
		}
		stop := name
		for s.kind(stop) == tokenWord && s.tokens[stop].upper && !s.is2(stop, "unit_type") && stop < name+5 {
			stop++
		}
		if stop > name+1 {
			found = append(found, span{i, stop})
		}
	}
	return found
}

// loneModel returns 1 where the text names one model without a number that was founded, strengthened or replicated, or
// where it begins with a model and then counts its households.
func (s *scan) loneModel(deeds []modelDeed, counts []countHit) int64 {
	households := false
	for _, c := range counts {
		if c.measure == twinning.Models {
			return 0
		}
		households = households || c.measure == twinning.Households
	}
	if len(deeds) > 0 {
		return map[bool]int64{true: 1}[len(deeds) == 1]
	}
	for i := 0; households && i < len(s.tokens) && i < maxHeadline; i++ {
		if s.follows(i, "model_watched") {
			return 0
		}
		if s.word(i, "mo", "mh") && s.is2(i, "model_noun") && (i == 0 || s.kind(i-1) == tokenPunct) {
			return 1
		}
	}
	return 0
}
