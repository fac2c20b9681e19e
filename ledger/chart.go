package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// ChartScope is whose figures a chart shows to one reader.
type ChartScope struct {
	Unit twinning.Unit
	// Span are the units whose rows make up the figures of the unit, as in Look.Span.
	Span []twinning.UnitKey
	// Province says that the unit stands for the whole province, Open that the reader sees all of it; else only its
	// totals are shown, which are public in the programme.
	Province, Open bool
	// reader sees the parts.
	reader twinning.Person
}

// ChartScope returns what the reader may see in charts of the unit: that is a unit of which the reader may see all, or
// the province. Anything else is ErrForbidden: of a counterpart one sees what both did together, which is no figure of
// that unit.
func (k *Look) ChartScope(reader twinning.Person, unit twinning.UnitKey) (ChartScope, error) {
	s := ChartScope{reader: reader}
	var err error
	if s.Unit, err = k.Unit(unit); err != nil {
		return s, wrap("chart", err)
	}
	s.Province = s.Unit.Role == twinning.RoleIssuer || s.Unit.Role == twinning.RoleStanding
	whole, err := k.MayReadWhole(reader, unit)
	if err != nil {
		return s, err
	}
	if !reader.Active() || !whole && s.Unit.Role != twinning.RoleIssuer {
		return s, fmt.Errorf("chart of %s: %w", unit, twinning.ErrForbidden)
	}
	if s.Span, err = k.Span(s.Unit); err != nil {
		return s, err
	}
	s.Open = true
	if s.Province {
		s.Open, err = k.ReadsAll(reader)
	}
	return s, err
}

// readable returns those of the units of which the reader of the scope may see all.
func (k *Look) readable(s ChartScope, units []twinning.Unit) ([]twinning.Unit, error) {
	var seen []twinning.Unit
	for _, u := range units {
		whole, err := k.MayReadWhole(s.reader, u.Key)
		if err != nil {
			return nil, err
		}
		if whole {
			seen = append(seen, u)
		}
	}
	return seen, nil
}

// scopeParties returns the active units that take part within the scope in the year: for the province all, whatever the
// reader may see of each; for a district its communes and whoever helps there, else the unit itself.
func (k *Look) scopeParties(s ChartScope, year int) ([]twinning.Unit, error) {
	units, err := k.ActiveUnits()
	if err != nil || s.Province {
		return units, err
	}
	within := slices.Clone(s.Span)
	if len(s.Span) > 1 || s.Unit.Role == twinning.RoleRecipientDistrict {
		for _, key := range s.Span {
			pairings, err := k.PairingsOf(key)
			if err != nil {
				return nil, wrap("pairings", err)
			}
			for _, p := range pairings {
				if p.ValidIn(year) {
					within = append(within, p.Sponsor)
				}
			}
		}
	}
	units = slices.DeleteFunc(units, func(u twinning.Unit) bool { return !slices.Contains(within, u.Key) })
	return k.readable(s, units)
}

// UnitProgress is how far one unit is with one target.
type UnitProgress struct {
	Unit twinning.Unit
	Progress
}

// percent is the part of the target that is reached.
func (p UnitProgress) percent() float64 {
	if !p.Known || p.Required == 0 {
		return 0
	}
	return float64(p.Done) * 100 / float64(p.Required)
}

// nearest orders those who did something before the others, then by the part of the target; a target that is not known
// is behind those that are.
func nearest(a, b UnitProgress) int {
	return cmp.Or(
		first(a.Done > 0, b.Done > 0), first(a.Known, b.Known), cmp.Compare(b.percent(), a.percent()),
		cmp.Compare(b.Done, a.Done), cmp.Compare(a.Unit.Name, b.Unit.Name),
	)
}

// furthest orders those first who have the most to do; of a target that is not known nobody can say it.
func furthest(a, b UnitProgress) int {
	return cmp.Or(
		first(a.Known, b.Known), cmp.Compare(a.percent(), b.percent()), cmp.Compare(a.Done, b.Done),
		cmp.Compare(a.Unit.Name, b.Unit.Name),
	)
}

// first puts what is so before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// ChartProgress is how far units are with the target of one gauge.
type ChartProgress struct {
	// Bars are the units, those nearest to their target first; who is asked for nothing and did nothing is left out. It
	// is empty where the reader may see the totals only.
	Bars []UnitProgress
	// Total adds up the units whose target is known; Counted is how many they are, Unknown how many are left out of it.
	Total            Progress
	Counted, Unknown int
}

// Furthest returns the bars in the other order: those first who have the most to do.
func (c ChartProgress) Furthest() []UnitProgress {
	return slices.SortedStableFunc(slices.Values(c.Bars), furthest)
}

// ChartProgress reads the progress of everybody within the scope, each as Progresses has it.
func (k *Look) ChartProgress(s ChartScope, year int, g twinning.Gauge) (ChartProgress, error) {
	var c ChartProgress
	units, err := k.scopeParties(s, year)
	if err != nil {
		return c, err
	}
	for _, u := range units {
		list, err := k.gauged(u, year, g)
		if err != nil {
			return c, err
		}
		for _, p := range list {
			c.add(UnitProgress{u, p})
		}
	}
	slices.SortStableFunc(c.Bars, nearest)
	if s.Province && !s.Open {
		c.Bars = nil
	}
	return c, nil
}

// gauged returns the unit's targets of the gauge; the totals are not read for a unit that has none.
func (k *Look) gauged(u twinning.Unit, year int, g twinning.Gauge) ([]Progress, error) {
	binds := func(t twinning.Target) bool { return t.Applies(u.Role) && t.Gauge() == g }
	if !slices.ContainsFunc(k.programme.Targets, binds) {
		return nil, nil
	}
	list, err := k.Progresses(u, year)
	return slices.DeleteFunc(list, func(p Progress) bool { return p.Target.Gauge() != g }), err
}

func (c *ChartProgress) add(p UnitProgress) {
	if p.Known && p.Required == 0 && p.Done == 0 {
		return
	}
	c.Bars = append(c.Bars, p)
	if !p.Known {
		c.Unknown++
		return
	}
	c.Counted++
	c.Total.Target, c.Total.Known = p.Target, true
	c.Total.Done += p.Done
	c.Total.Confirmed += p.Confirmed
	c.Total.Required += p.Required
}

// Gauges returns what the targets count that bind somebody within the scope, in the order of the programme.
func (k *Look) Gauges(s ChartScope, year int) ([]twinning.Gauge, error) {
	units, err := k.scopeParties(s, year)
	var all []twinning.Gauge
	for _, t := range k.programme.Targets {
		binds := slices.ContainsFunc(units, func(u twinning.Unit) bool { return t.Applies(u.Role) })
		if binds && !slices.Contains(all, t.Gauge()) {
			all = append(all, t.Gauge())
		}
	}
	return all, err
}
