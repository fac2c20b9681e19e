package nlu

import "ketnghia/twinning"

// date chooses the day or range of the activity among the dates of the text. A day wins over a period; several days
// that differ leave it open.
func (s *scan) date(hits []dateHit) (from, to twinning.Date, warnings []Warning) {
	best, several := s.chooseDate(hits)
	if several != nil {
		return 0, 0, []Warning{*several}
	}
	if best == nil {
		return 0, 0, nil
	}
	if best.from > s.ref {
		warnings = append(warnings, Warning{WarnFutureDate, s.between(best.start, best.end)})
	}
	return best.from, best.to, warnings
}

func (s *scan) chooseDate(hits []dateHit) (*dateHit, *Warning) {
	var days, periods []dateHit
	var weak *dateHit
	for i := range hits {
		h := &hits[i]
		switch {
		case h.weak:
			weak = h
		case h.period && !s.attribute(h):
			periods = append(periods, *h)
		case !h.period:
			days = append(days, *h)
		}
	}
	if best, several := s.oneOf(days); best != nil || several != nil {
		return best, several
	}
	if best, _ := s.oneOf(periods); best != nil {
		return best, nil
	}
	return weak, nil
}

// oneOf returns the only date of a list: a range swallows the days inside it, and past days win over coming ones.
func (s *scan) oneOf(hits []dateHit) (*dateHit, *Warning) {
	if len(hits) == 0 {
		return nil, nil
	}
	best := &hits[0]
	for i := 1; i < len(hits); i++ {
		h := &hits[i]
		switch {
		case h.from == best.from && h.to == best.to, best.holds(h):
		case h.holds(best):
			best = h
		case best.from <= s.ref && h.from > s.ref:
		case h.from <= s.ref && best.from > s.ref:
			best = h
		default:
			return nil, &Warning{WarnSeveralDates, s.between(hits[0].start, hits[len(hits)-1].end)}
		}
	}
	return best, nil
}

// holds says that the other date lies inside h's range.
func (h *dateHit) holds(o *dateHit) bool {
	return h.to > 0 && o.from >= h.from && max(o.from, o.to) <= h.to
}

// attribute says that a period only names a document or a programme: "kế hoạch năm 2026", "báo cáo quý I". A bare year
// is a date only after "trong" or at the beginning.
func (s *scan) attribute(h *dateHit) bool {
	if e, _ := s.ends(h.start, "document_before"); e != nil {
		return true
	}
	if e, _ := s.ends(h.start, "period_before"); e != nil {
		return true
	}
	if !h.year {
		return false
	}
	return !(h.start == 0 || s.follows(h.start, "year_heading") || s.word(h.start, "trong") || s.word(h.start-1, "trong", "ca", "\n"))
}
