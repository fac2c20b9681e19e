package ledger_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// seen returns the names of the bars and the parts that the reader sees in charts of the unit; "closed" for none.
func seen(t *testing.T, k *ledger.Look, reader twinning.Person, unit twinning.UnitKey) (bars, parts []twinning.UnitKey) {
	t.Helper()
	s, err := k.ChartScope(reader, unit)
	if errors.Is(err, twinning.ErrForbidden) {
		return []twinning.UnitKey{"closed"}, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	gauges, err := k.Gauges(s, 2027)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gauges {
		p, err := k.ChartProgress(s, 2027, g)
		if err != nil {
			t.Fatal(err)
		}
		for _, bar := range p.Bars {
			bars = append(bars, bar.Unit.Key)
		}
	}
	slices.Sort(bars)
	years, err := k.ChartYears(s, 2027, twinning.Gauge{Measure: twinning.Households})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range years.Groups[1:] {
		parts = append(parts, g.Unit.Key)
	}
	slices.Sort(parts)
	return slices.Compact(bars), parts
}

// TestChartScopes says whose bars each reader sees.
func TestChartScopes(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	commune, lead := b.enrol(border, twinning.RoleOfficer), b.enrol(district, twinning.RoleLead)
	guard, sponsor := b.enrol(guards, twinning.RoleObserver), b.enrol(health, twinning.RoleOfficer)
	closed := []twinning.UnitKey{"closed"}
	for name, x := range map[string]struct {
		reader      twinning.Person
		unit        twinning.UnitKey
		bars, parts []twinning.UnitKey
	}{
		"Ban Dân tộc, province": {
			coordinator, issuer,
			[]twinning.UnitKey{rewards, finance, health, lowland, district, far, border, inland, farther},
			[]twinning.UnitKey{district, far},
		},
		"Ban Dân tộc, district": {
			coordinator, district,
			[]twinning.UnitKey{finance, health, lowland, district, border, inland},
			[]twinning.UnitKey{border, inland},
		},
		"commune, itself":       {commune, border, []twinning.UnitKey{border}, nil},
		"commune, province":     {commune, issuer, nil, nil},
		"commune, its district": {commune, district, closed, nil},
		"commune, its sponsor":  {commune, health, closed, nil},
		"commune, neighbour":    {commune, inland, closed, nil},
		"district, itself": {
			lead, district, []twinning.UnitKey{district, border, inland}, []twinning.UnitKey{border, inland},
		},
		"district, province": {lead, issuer, nil, []twinning.UnitKey{district}},
		"overseer, itself":   {guard, guards, []twinning.UnitKey{border}, nil},
		"sponsor, itself":    {sponsor, health, []twinning.UnitKey{health}, nil},
		"sponsor, another":   {sponsor, finance, closed, nil},
		"somebody who left":  {twinning.Person{Unit: border, Role: twinning.RoleOfficer}, issuer, closed, nil},
	} {
		b.look(func(k *ledger.Look) error {
			bars, parts := seen(t, k, x.reader, x.unit)
			if diff := cmp.Diff(x.bars, bars); diff != "" {
				t.Errorf("%s: bars (-want +got):\n%s", name, diff)
			}
			if diff := cmp.Diff(x.parts, parts); diff != "" {
				t.Errorf("%s: parts (-want +got):\n%s", name, diff)
			}
			return nil
		})
	}
}

// TestChartProgressOrder puts who did something first, and in the other order who has most to do.
func TestChartProgressOrder(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	b.logs(b.enrol(health, twinning.RoleLead), support(health, 1, 5))
	b.look(func(k *ledger.Look) error {
		s, err := k.ChartScope(coordinator, issuer)
		if err != nil {
			return err
		}
		c, err := k.ChartProgress(s, 2027, twinning.Gauge{Measure: twinning.Households})
		if err != nil {
			return err
		}
		keys := func(bars []ledger.UnitProgress) (keys []twinning.UnitKey) {
			for _, p := range bars {
				keys = append(keys, p.Unit.Key)
			}
			return keys
		}
		if diff := cmp.Diff([]twinning.UnitKey{health, lowland, rewards, finance}, keys(c.Bars)); diff != "" {
			t.Errorf("nearest first (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]twinning.UnitKey{lowland, health, rewards, finance}, keys(c.Furthest())); diff != "" {
			t.Errorf("furthest first (-want +got):\n%s", diff)
		}
		if c.Counted != 2 || c.Unknown != 2 || c.Total.Done != 5 || c.Total.Required != 18 {
			t.Errorf("in all %d and %d units: %d of %d", c.Counted, c.Unknown, c.Total.Done, c.Total.Required)
		}
		return nil
	})
}
