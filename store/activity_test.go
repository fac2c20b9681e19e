package store

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

// activityModel is what a store should know of activities, kept the plain way.
type activityModel map[twinning.ActivityID][]twinning.Activity

func (m activityModel) latest(id twinning.ActivityID) twinning.Activity {
	return m[id][len(m[id])-1]
}

// totals adds up the latest versions from nothing.
func (m activityModel) totals(year int) []TotalRow {
	type row struct {
		unit      twinning.UnitKey
		pairing   twinning.PairingID
		category  twinning.Category
		confirmed bool
	}
	sums := map[row]twinning.Quantities{}
	for id := range m {
		a := m.latest(id)
		if a.Facts.Year() != year {
			continue
		}
		units := []twinning.UnitKey{a.Facts.Sponsor, a.Facts.Recipient}
		slices.Sort(units)
		for _, u := range slices.Compact(units) {
			if u != "" {
				r := row{u, a.Pairing, a.Facts.Category, a.State == twinning.ActivityConfirmed}
				sums[r] = sums[r].Plus(a.Counted(), 1)
			}
		}
	}
	var rows []TotalRow
	for r, sum := range sums {
		if len(sum) > 0 {
			rows = append(rows, TotalRow{year, r.unit, r.pairing, r.category, r.confirmed, sum})
		}
	}
	slices.SortFunc(rows, func(a, b TotalRow) int { return slices.Compare(a.key(), b.key()) })
	return rows
}

// list returns the ids of the latest versions that pass, newest first.
func (m activityModel) list(pass func(twinning.Activity) bool) []twinning.ActivityID {
	var ids []twinning.ActivityID
	for id := range m {
		if pass(m.latest(id)) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b twinning.ActivityID) int {
		return cmp.Or(cmp.Compare(m.latest(b).Facts.From, m.latest(a).Facts.From), cmp.Compare(b, a))
	})
	return ids
}

func ids(activities []twinning.Activity) []twinning.ActivityID {
	var ids []twinning.ActivityID
	for _, a := range activities {
		ids = append(ids, a.ID)
	}
	return ids
}

// randomActivity draws everything that totals and lists depend on, from few values, so that rows are shared.
func randomActivity(t *rapid.T) twinning.Activity {
	unit := rapid.SampledFrom([]twinning.UnitKey{"", "A", "A\x00", "B", "W1"})
	quantity := rapid.Int64Range(-3, 3)
	states := []twinning.ActivityState{
		twinning.ActivityLogged, twinning.ActivityConfirmed, twinning.ActivityDisputed, twinning.ActivityVoided,
	}
	a := twinning.Activity{
		State:   rapid.SampledFrom(states).Draw(t, "state"),
		Pairing: twinning.PairingID(rapid.Uint64Range(0, 2).Draw(t, "pairing")),
		Author:  twinning.PersonID(rapid.Uint64Range(1, 2).Draw(t, "author")),
		Chat:    twinning.ChatID(rapid.Int64Range(-1, 1).Draw(t, "chat")),
		Sources: rapid.SliceOfNDistinct(rapid.IntRange(1, 20), 0, 2, rapid.ID[int]).Draw(t, "sources"),
		Facts: twinning.Facts{
			From:       twinning.NewDate(2026, 12, 30).AddDays(rapid.IntRange(0, 3).Draw(t, "day")),
			Sponsor:    unit.Draw(t, "sponsor"),
			Recipient:  unit.Draw(t, "recipient"),
			Category:   twinning.Category(rapid.IntRange(0, 4).Draw(t, "category")),
			Quantities: twinning.Quantities{},
		},
	}
	for _, m := range []twinning.Measure{twinning.Households, twinning.Amount} {
		if n := quantity.Draw(t, string(m)); n != 0 {
			a.Facts.Quantities[m] = n
		}
	}
	return a
}

// put stores a new activity or a new version of a known one, in store and model.
func (m activityModel) put(t *rapid.T, tx *Tx) error {
	a := randomActivity(t)
	a.Version = 1
	if len(m) > 0 && rapid.Bool().Draw(t, "change") {
		a.ID = twinning.ActivityID(rapid.IntRange(1, len(m)).Draw(t, "id"))
		a.Version = len(m[a.ID]) + 1
	}
	id, err := tx.PutActivity(a)
	a.ID = id
	m[id] = append(m[id], a)
	return err
}

func (m activityModel) compare(t *rapid.T, v *View) {
	equal := func(what string, want, got any, err error) {
		if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Fatalf("%s (%v): want (-), got (+):\n%s", what, err, diff)
		}
	}
	for _, year := range []int{2026, 2027} {
		want := m.totals(year)
		rows, err := v.AllTotals(year)
		equal(fmt.Sprintf("AllTotals(%d)", year), want, rows, err)
		rows, err = v.Totals(year, "A")
		want = slices.DeleteFunc(want, func(r TotalRow) bool { return r.Unit != "A" })
		equal(fmt.Sprintf("Totals(%d, A)", year), want, rows, err)
	}
	for _, year := range []int{0, 2026, 2027} {
		inYear := func(a twinning.Activity) bool { return year == 0 || a.Facts.Year() == year }
		page, err := v.ActivitiesOf("A", year, Page{})
		equal("ActivitiesOf", m.list(func(a twinning.Activity) bool {
			return inYear(a) && (a.Facts.Sponsor == "A" || a.Facts.Recipient == "A")
		}), ids(page), err)
		page, err = v.ActivitiesOfPairing(1, year, Page{})
		equal("ActivitiesOfPairing", m.list(func(a twinning.Activity) bool { return inYear(a) && a.Pairing == 1 }),
			ids(page), err)
	}
	for _, day := range []twinning.Date{twinning.NewDate(2027, 1, 1), twinning.NewDate(2026, 12, 31), twinning.NewDate(2027, 1, 2)} {
		page, err := v.ActivitiesOn("A", day)
		equal("ActivitiesOn", m.list(func(a twinning.Activity) bool {
			return a.Facts.From == day && (a.Facts.Sponsor == "A" || a.Facts.Recipient == "A")
		}), ids(page), err)
	}
	page, err := v.ActivitiesBy(2, Page{})
	equal("ActivitiesBy", m.list(func(a twinning.Activity) bool { return a.Author == 2 }), ids(page), err)
	for id, versions := range m {
		got, err := v.ActivityVersions(id)
		equal("ActivityVersions", versions, got, err)
	}
}

func TestTotalsAndListsFollowEveryChange(t *testing.T) {
	t.Parallel()
	folder, runs := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		s, err := Open(filepath.Join(folder, fmt.Sprintf("%d.db", runs)), Options{Create: true})
		if err != nil {
			r.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		m := activityModel{}
		for range rapid.IntRange(1, 4).Draw(r, "transactions") {
			err := s.Update(t.Context(), noon, func(tx *Tx) error {
				for range rapid.IntRange(1, 8).Draw(r, "changes") {
					if err := m.put(r, tx); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				r.Fatal(err)
			}
		}
		if err := s.View(t.Context(), noon, func(v *View) error { m.compare(r, v); return nil }); err != nil {
			r.Fatal(err)
		}
	})
}

func TestPutActivityRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		id      twinning.ActivityID
		version int
		want    error
	}{
		"a new one without a version":      {0, 0, twinning.ErrConflict},
		"a new one that has a past":        {0, 2, twinning.ErrNotFound},
		"a change of an unknown one":       {99, 2, twinning.ErrNotFound},
		"a change of an old version":       {1, 2, twinning.ErrConflict},
		"a change that skips a version":    {1, 4, twinning.ErrConflict},
		"the first version a second time":  {1, 1, twinning.ErrConflict},
		"a version before the first of it": {1, -1, twinning.ErrConflict},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			update(t, s, fill) // activity 1 is at version 2
			before := dump(t, snapshot(t, s))
			err := s.Update(t.Context(), noon, func(tx *Tx) error {
				a := sampleActivity()
				a.ID, a.Version = test.id, test.version
				_, err := tx.PutActivity(a)
				return err
			})
			if !errors.Is(err, test.want) {
				t.Errorf("PutActivity: %v, want %v", err, test.want)
			}
			if diff := gocmp.Diff(before, dump(t, snapshot(t, s))); diff != "" {
				t.Errorf("a refused version changed the store:\n%s", diff)
			}
		})
	}
}

func TestPagesJoinToTheWholeList(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		for i := range 600 { // more than two scans
			a := sampleActivity()
			a.Facts.From = twinning.NewDate(2027, 1, 1).AddDays(i * 7 % 40)
			if _, err := tx.PutActivity(a); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(v *View) error {
		whole, err := v.ActivitiesOf("W20437", 2027, Page{})
		if err != nil {
			return err
		}
		var joined []twinning.Activity
		for page := (Page{Limit: 7}); ; page.After = joined[len(joined)-1].ID {
			part, err := v.ActivitiesOf("W20437", 2027, page)
			if err != nil {
				return err
			}
			if len(part) == 0 {
				break
			}
			joined = append(joined, part...)
		}
		if diff := gocmp.Diff(ids(whole), ids(joined)); diff != "" || len(whole) != 600 {
			t.Errorf("%d activities; whole (-) and joined (+) differ:\n%s", len(whole), diff)
		}
		count := 0
		err = v.Activities(func(twinning.Activity) error { count++; return nil })
		if count != 600 {
			t.Errorf("Activities told %d, want 600", count)
		}
		return err
	})
}

func TestPageAfterAnActivityOfAnotherYear(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		for _, day := range []twinning.Date{
			twinning.NewDate(2026, 6, 1), twinning.NewDate(2027, 6, 1), twinning.NewDate(2028, 6, 1), twinning.NewDate(2028, 1, 1),
		} {
			a := sampleActivity()
			a.Facts.From = day
			if _, err := tx.PutActivity(a); err != nil {
				return err
			}
		}
		return nil
	})
	tests := map[string]struct {
		year  int
		after twinning.ActivityID
		want  []twinning.ActivityID
	}{
		"a later one, the year follows it":    {2027, 3, []twinning.ActivityID{2}},
		"the only one of the year":            {2027, 2, nil},
		"an earlier one, the year was before": {2027, 1, nil},
		"any year":                            {0, 3, []twinning.ActivityID{4, 2, 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			view(t, s, func(v *View) error {
				page, err := v.ActivitiesOf("ASYT", test.year, Page{After: test.after})
				if diff := gocmp.Diff(test.want, ids(page)); diff != "" {
					t.Errorf("want (-), got (+):\n%s", diff)
				}
				return err
			})
		})
	}
}

func TestActivityBySourceFollowsTheMessages(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		a := sampleActivity() // messages 77 and 78
		id, err := tx.PutActivity(a)
		a.ID, a.Version, a.Sources = id, 2, []int{78, 90}
		_, again := tx.PutActivity(a)
		other := sampleActivity() // takes 77 and 78 over
		other.Sources = []int{78}
		_, third := tx.PutActivity(other)
		a.Version, a.Sources = 3, []int{90}
		_, fourth := tx.PutActivity(a)
		return errors.Join(err, again, third, fourth)
	})
	for message, want := range map[int]twinning.ActivityID{77: 0, 78: 2, 90: 1} {
		view(t, s, func(v *View) error {
			a, err := v.ActivityBySource(-500, message)
			if a.ID != want || (want == 0) != errors.Is(err, twinning.ErrNotFound) {
				t.Errorf("message %d is of activity %d (%v), want %d", message, a.ID, err, want)
			}
			return nil
		})
	}
}

// ActivitiesIn passes what began on the days of the range, both ends included, newest first, until it is enough.
func TestActivitiesInARange(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	day := twinning.NewDate(2027, 3, 1)
	update(t, s, func(tx *Tx) error {
		for i := range 6 {
			a := twinning.Activity{Version: 1, State: twinning.ActivityLogged}
			a.Facts.From, a.Facts.Recipient = day.AddDays(i), "W1"
			if _, err := tx.PutActivity(a); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(v *View) error {
		for most, want := range map[int][]twinning.ActivityID{9: {5, 4, 3, 2}, 2: {5, 4}} {
			var got []twinning.ActivityID
			err := v.ActivitiesIn("W1", twinning.DateRange{From: day.AddDays(1), To: day.AddDays(4)}, func(a twinning.Activity) bool {
				got = append(got, a.ID)
				return len(got) == most
			})
			if err != nil {
				return err
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("at most %d: %s", most, diff)
			}
		}
		return v.ActivitiesIn("W2", twinning.DateRange{From: day, To: day}, func(twinning.Activity) bool {
			t.Error("another unit's activity")
			return true
		})
	})
}
