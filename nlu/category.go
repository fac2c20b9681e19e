package nlu

import (
	"slices"

	"ketnghia/twinning"
)

// categoryMargin is by how much the best category must lead; below it, two readings stand side by side and a person is
// asked.
const categoryMargin = 2

// category weighs the phrases of section II. Each stretch of text counts once, by its longest phrase.
func (s *scan) category() twinning.Category {
	var score [5]int
	first := -1
	for i := 0; i < len(s.tokens); {
		e, end := s.categoryAt(i)
		if e == nil || s.longerInside(i, end) {
			i++
			continue
		}
		c := int(e.number)
		score[c] += e.weight
		if first < 0 && e.weight > 2 {
			first = c
			score[c]++ // what is named first is what it was about
		}
		i = end
	}
	best, second := 0, 0
	for c := 1; c < len(score); c++ {
		switch {
		case best == 0 && score[c] > 0 || score[c] > score[best]:
			best, second = c, best
		case second == 0 && score[c] > 0 || score[c] > score[second]:
			second = c
		}
	}
	if best == 0 || score[best]-score[second] < categoryMargin {
		return twinning.CategoryUnsure
	}
	return twinning.Category(best)
}

// longerInside says that a longer phrase begins inside the one at token i: "xây [nhà sinh hoạt cộng đồng]".
func (s *scan) longerInside(i, end int) bool {
	for j := i + 1; j < end; j++ {
		if e, jEnd := s.categoryAt(j); e != nil && jEnd-j > end-i {
			return true
		}
	}
	return false
}

// categoryAt returns the longest category phrase at token i; of two equal the heavier.
func (s *scan) categoryAt(i int) (*entry, int) {
	var best *entry
	end := 0
	if s.owner[i] == ownedByName || s.owner[i] == ownedByTrap || s.owner[i] == ownedByDate {
		return nil, 0
	}
	for _, t := range s.tags[s.index[i]:s.index[i+1]] {
		tEnd := int(t.end)
		if t.entry.class != "category" || tEnd < end || tEnd == end && t.entry.weight <= best.weight {
			continue
		}
		best, end = t.entry, tEnd
	}
	return best, end
}

// kinds finds the sub-kinds that the rules ask for, in order of appearance.
func (s *scan) kinds() []twinning.Kind {
	var found []twinning.Kind
	for i := range s.tokens {
		if e, _ := s.is(i, "kind"); e != nil && s.owner[i] != ownedByName && !slices.Contains(found, twinning.Kind(e.value)) {
			found = append(found, twinning.Kind(e.value))
		}
	}
	return found
}

// source finds where the money comes from; two sources at once are left to a person.
func (s *scan) source() twinning.Source {
	var found twinning.Source
	for i := range s.tokens {
		e, _ := s.is(i, "source")
		if e == nil {
			continue
		}
		if found != "" && found != twinning.Source(e.value) {
			return ""
		}
		found = twinning.Source(e.value)
	}
	return found
}
