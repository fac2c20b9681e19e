package twinning

import (
	"maps"
	"slices"
	"time"
)

// Seal is a year-end report as it was handed in, kept so that the same report can be made again. It is never changed; a
// report that is handed in anew gets the next version.
type Seal struct {
	Year int `json:"year"`
	// Unit is whose report it is, "" for the standing agency's.
	Unit    UnitKey   `json:"unit,omitempty"`
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	By      PersonID  `json:"by,omitempty"`
	// SHA256 is the hash in hexadecimal of the YearReport as JSON, Data that JSON, compressed with gzip.
	SHA256 string `json:"sha256"`
	Data   []byte `json:"data"`
}

// ReportChanges are what differs between two states of one report.
type ReportChanges struct {
	Figures    []FigureChange
	Activities []ActivityChange
	Duties     []DutyChange
}

// None says that nothing differs.
func (c ReportChanges) None() bool { return len(c.Figures)+len(c.Activities)+len(c.Duties) == 0 }

// FigureChange is a figure that differs: of the report's total for Unit "", otherwise of one of the units it counts.
type FigureChange struct {
	Unit      UnitKey
	Measure   Measure
	Confirmed bool
	Was, Now  int64
}

// ActivityChange is an activity that came (no Was), went (no Now) or differs.
type ActivityChange struct {
	ID       ActivityID
	Was, Now *ReportActivity
}

// DutyChange is a document that came, went, or was filed, returned or waived since. A standing that only time changed
// is none.
type DutyChange struct{ Was, Now *ReportDuty }

// ChangesTo lists what differs in a later state of the report.
func (r YearReport) ChangesTo(now YearReport) ReportChanges {
	c := ReportChanges{Figures: figureChanges("", r.Total, now.Total)}
	for _, side := range []func(YearReport) []PartyShare{
		func(r YearReport) []PartyShare { return r.Sponsors }, func(r YearReport) []PartyShare { return r.Recipients },
	} {
		was, is := partiesByUnit(side(r)), partiesByUnit(side(now))
		for _, key := range unionKeys(was, is) {
			c.Figures = append(c.Figures, figureChanges(key, was[key], is[key])...)
		}
	}
	c.Activities = activityChanges(r.Activities, now.Activities)
	c.Duties = dutyChanges(r.Duties, now.Duties)
	return c
}

func figureChanges(unit UnitKey, was, now Figures) []FigureChange {
	var list []FigureChange
	for _, m := range append(Measures(), GiftAmount, MobilisedAmount) {
		for _, confirmed := range []bool{true, false} {
			if a, b := was.Of(confirmed)[m], now.Of(confirmed)[m]; a != b {
				list = append(list, FigureChange{Unit: unit, Measure: m, Confirmed: confirmed, Was: a, Now: b})
			}
		}
	}
	return list
}

func partiesByUnit(shares []PartyShare) map[UnitKey]Figures {
	m := make(map[UnitKey]Figures, len(shares))
	for _, s := range shares {
		m[s.Unit] = s.Figures
	}
	return m
}

// unionKeys returns the keys of either map in order.
func unionKeys[K ~string | ~uint64, V any](a, b map[K]V) []K {
	keys := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, known := a[k]; !known {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

func activityChanges(was, now []ReportActivity) []ActivityChange {
	byID := func(list []ReportActivity) map[ActivityID]*ReportActivity {
		m := make(map[ActivityID]*ReportActivity, len(list))
		for i := range list {
			m[list[i].ID] = &list[i]
		}
		return m
	}
	a, b := byID(was), byID(now)
	var list []ActivityChange
	for _, id := range unionKeys(a, b) {
		if a[id] != nil && b[id] != nil && a[id].same(*b[id]) {
			continue
		}
		list = append(list, ActivityChange{ID: id, Was: a[id], Now: b[id]})
	}
	return list
}

// same says whether both versions say the same, whatever their numbers.
func (a ReportActivity) same(b ReportActivity) bool {
	f, g := a.Facts, b.Facts
	return a.State == b.State && f.From == g.From && f.To == g.To && f.Sponsor == g.Sponsor && f.Recipient == g.Recipient &&
		f.Place == g.Place && f.Category == g.Category && f.Source == g.Source && f.Summary == g.Summary &&
		slices.Equal(f.Kinds, g.Kinds) && slices.Equal(f.InKind, g.InKind) && maps.Equal(f.Quantities, g.Quantities)
}

func dutyChanges(was, now []ReportDuty) []DutyChange {
	byKey := func(list []ReportDuty) map[string]*ReportDuty {
		m := make(map[string]*ReportDuty, len(list))
		for i, d := range list {
			m[string(d.Rule)+"|"+string(d.Unit)+"|"+string(d.Counterpart)] = &list[i]
		}
		return m
	}
	a, b := byKey(was), byKey(now)
	var list []DutyChange
	for _, key := range unionKeys(a, b) {
		if x, y := a[key], b[key]; x == nil || y == nil || x.Filed != y.Filed || x.Number != y.Number ||
			x.Dated != y.Dated || x.Reason != y.Reason {
			list = append(list, DutyChange{Was: x, Now: y})
		}
	}
	return list
}
