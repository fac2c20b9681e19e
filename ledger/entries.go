package ledger

import (
	"slices"

	"ketnghia/twinning"
)

// EntryQuery asks for the activities behind a figure: those that Sum or SumBetween add up over the range.
type EntryQuery struct {
	Filter
	Range twinning.DateRange
	// Measure leaves out activities that add nothing to it, "" for none.
	Measure twinning.Measure
	// After is the last activity of the page before, 0 for the first page; Limit is how many at most.
	After twinning.ActivityID
	Limit int
}

// Entries returns the activities behind a figure, newest first, each once, and whether there are more.
func (k *Look) Entries(q EntryQuery) (list []twinning.Activity, more bool, err error) {
	seen := map[twinning.UnitKey]bool{}
	for _, unit := range q.Units {
		if seen[unit] {
			continue
		}
		seen[unit] = true
		of, err := k.entriesOf(unit, q)
		if err != nil {
			return nil, false, err
		}
		list = append(list, of...)
	}
	slices.SortFunc(list, newestFirst)
	list = slices.CompactFunc(list, func(a, b twinning.Activity) bool { return a.ID == b.ID })
	if len(list) > q.Limit {
		return list[:q.Limit], true, nil
	}
	return list, false, nil
}

// entriesPage is how many activities are read at once where most are not those asked for.
const entriesPage = 64

// entriesOf returns one more of the unit's entries than a page holds.
func (k *Look) entriesOf(unit twinning.UnitKey, q EntryQuery) ([]twinning.Activity, error) {
	year := q.Range.From.Year()
	if q.Range.To.Year() != year {
		year = 0
	}
	page := Page{Limit: q.Limit + 1, After: q.After}
	var list []twinning.Activity
	for {
		got, err := k.ActivitiesOf(unit, year, page)
		if err != nil {
			return nil, wrap("entries", err)
		}
		for _, a := range got {
			if a.Facts.From < q.Range.From {
				return list, nil
			}
			if q.holds(a) && len(list) <= q.Limit {
				list = append(list, a)
			}
		}
		if len(got) < page.Limit || len(list) > q.Limit {
			return list, nil
		}
		page.After, page.Limit = got[len(got)-1].ID, max(page.Limit, min(2*page.Limit, entriesPage))
	}
}

func (q EntryQuery) holds(a twinning.Activity) bool {
	return q.takes(a) && q.Range.Contains(a.Facts.From) && (q.Measure == "" || a.Counted()[q.Measure] != 0)
}
