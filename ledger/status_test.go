package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// randomActivities stores random activities of both years and states, past the use cases.
func (b *books) randomActivities(r *rapid.T) []twinning.Activity {
	b.Helper()
	sponsors := []twinning.UnitKey{health, finance, lowland, rewards}
	recipients := []twinning.UnitKey{district, border, inland, farther}
	states := []twinning.ActivityState{
		twinning.ActivityLogged, twinning.ActivityConfirmed, twinning.ActivityDisputed, twinning.ActivityVoided,
	}
	var all []twinning.Activity
	b.must(func(w *ledger.Work) error {
		all = nil
		for i := range rapid.IntRange(0, 40).Draw(r, "activities") {
			f := twinning.Facts{
				From:       twinning.NewDate(2026, time.December, 1).AddDays(rapid.IntRange(0, 80).Draw(r, "day")),
				Sponsor:    rapid.SampledFrom(sponsors).Draw(r, "sponsor"),
				Recipient:  rapid.SampledFrom(recipients).Draw(r, "recipient"),
				Category:   rapid.SampledFrom(twinning.Categories()).Draw(r, "category"),
				Quantities: twinning.Quantities{twinning.Households: rapid.Int64Range(0, 5).Draw(r, "households")},
			}
			d, err := w.StartDraft(ledger.Actor{}, twinning.Draft{Unit: f.Sponsor, Facts: f, Distinct: true, Author: 1})
			if err != nil {
				return err
			}
			act, err := w.Log(ledger.Actor{}, d.ID)
			if err != nil {
				return fmt.Errorf("activity %d: %w", i, err)
			}
			all = append(all, act)
		}
		return nil
	})
	officers := map[twinning.UnitKey]twinning.Person{}
	for i, key := range recipients {
		officers[key] = twinning.Person{
			ID: twinning.PersonID(50 + i), Unit: key, Role: twinning.RoleOfficer, State: twinning.MembershipActive,
		}
	}
	for i, act := range all {
		a := ledger.Actor{Person: officers[act.Facts.Recipient], Chat: 9}
		b.must(func(w *ledger.Work) (err error) {
			switch rapid.SampledFrom(states).Draw(r, "state") {
			case twinning.ActivityConfirmed:
				all[i], err = w.Confirm(a, act.ID, 1)
			case twinning.ActivityDisputed:
				all[i], err = w.Dispute(a, act.ID, 1, nil)
			case twinning.ActivityVoided:
				all[i], err = w.Void(ledger.Actor{}, act.ID, 1, "x")
			case twinning.ActivityLogged:
			}
			return err
		})
	}
	return all
}

// recount adds activities up one by one.
func recount(all []twinning.Activity, want func(twinning.Activity) bool) ledger.Sum {
	s := ledger.Sum{
		Confirmed: twinning.Quantities{}, Unconfirmed: twinning.Quantities{},
		ByCategory: map[twinning.Category]twinning.Quantities{},
	}
	for _, a := range all {
		if a.State == twinning.ActivityVoided || !want(a) {
			continue
		}
		q := twinning.Quantities{twinning.Activities: 1, twinning.Households: a.Facts.Quantities[twinning.Households]}
		if a.State == twinning.ActivityConfirmed {
			s.Confirmed = s.Confirmed.Plus(q, 1)
		} else {
			s.Unconfirmed = s.Unconfirmed.Plus(q, 1)
		}
		s.ByCategory[a.Facts.Category] = s.ByCategory[a.Facts.Category].Plus(q, 1)
	}
	return s
}

// TestSumCountsOnce compares the totals of every kind of question with a recount.
func TestSumCountsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		b := newBooks(t)
		b.plain = true
		all := b.randomActivities(r)
		units := map[twinning.UnitKey]twinning.Unit{}
		for _, u := range testUnits() {
			units[u.Key] = u
		}
		year := rapid.SampledFrom([]int{2026, 2027}).Draw(r, "year")
		category := twinning.Category(rapid.IntRange(0, 4).Draw(r, "category"))
		whole := twinning.DateRange{From: twinning.NewDate(year, 1, 1), To: twinning.NewDate(year, 12, 31)}
		part := twinning.DateRange{From: twinning.NewDate(2026, 12, 20), To: twinning.NewDate(2027, 1, 20)}
		asked := []twinning.UnitKey{rapid.SampledFrom(testUnits()).Draw(r, "unit").Key}
		if rapid.Bool().Draw(r, "several") {
			asked = append(asked, rapid.SampledFrom(testUnits()).Draw(r, "other").Key, asked[0])
		}
		b.look(func(k *ledger.Look) error {
			f := ledger.Filter{Category: category}
			for _, key := range asked {
				span, err := k.Span(units[key])
				if err != nil {
					return err
				}
				f.Units = append(f.Units, span...)
			}
			of := func(when twinning.DateRange) ledger.Sum {
				return recount(all, func(a twinning.Activity) bool {
					return when.Contains(a.Facts.From) && (category == 0 || category == a.Facts.Category) &&
						(slices.Contains(f.Units, a.Facts.Sponsor) || slices.Contains(f.Units, a.Facts.Recipient))
				})
			}
			sum, err1 := k.Sum(year, f)
			between, err2 := k.SumBetween(whole, f)
			some, err3 := k.SumBetween(part, f)
			for name, diff := range map[string]string{
				"totals": cmp.Diff(of(whole), sum), "activities": cmp.Diff(of(whole), between), "part": cmp.Diff(of(part), some),
			} {
				if diff != "" {
					r.Errorf("%s of %v (-want +got):\n%s", name, asked, diff)
				}
			}
			return errors.Join(err1, err2, err3)
		})
	})
}

// TestNewestPages reads all activities of a unit page by page: each once, newest first, none voided.
func TestNewestPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		b := newBooks(t)
		b.plain = true
		all := b.randomActivities(r)
		unit := rapid.SampledFrom(testUnits()).Draw(r, "unit")
		limit := rapid.IntRange(1, 7).Draw(r, "limit")
		b.look(func(k *ledger.Look) error {
			span, err := k.Span(unit)
			if err != nil {
				return err
			}
			var want, got []twinning.ActivityID
			slices.SortFunc(all, func(a, b twinning.Activity) int {
				if a.Facts.From != b.Facts.From {
					return int(b.Facts.From - a.Facts.From)
				}
				return int(b.ID) - int(a.ID)
			})
			for _, a := range all {
				its := slices.Contains(span, a.Facts.Sponsor) || slices.Contains(span, a.Facts.Recipient)
				if its && a.State != twinning.ActivityVoided {
					want = append(want, a.ID)
				}
			}
			for more, after := true, twinning.ActivityID(0); more; {
				var page []twinning.Activity
				if page, more, err = k.NewestOf(unit, after, limit); err != nil {
					return err
				}
				for _, a := range page {
					got, after = append(got, a.ID), a.ID
				}
				if len(page) > limit || more && len(page) < limit {
					r.Fatalf("a page of %d, more: %v", len(page), more)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				r.Fatalf("pages (-want +got):\n%s", diff)
			}
			return nil
		})
	})
}

// TestSpanKeepsEndedCommunes counts what was done in a commune that is no more for its successor, its district and the
// province, and once among all units.
func TestSpanKeepsEndedCommunes(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.logs(b.enrol(health, twinning.RoleLead), support(health, 1, 5))
	b.must(func(w *ledger.Work) error {
		u, err := w.Unit(border)
		u.State, u.Successor, u.Changed = twinning.UnitMerged, inland, w.Today()
		return errors.Join(err, w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: []twinning.Unit{u}}))
	})
	b.look(func(k *ledger.Look) error {
		for _, key := range []twinning.UnitKey{inland, district, issuer} {
			u, err := k.Unit(key)
			if err != nil {
				return err
			}
			span, err := k.Span(u)
			if err != nil {
				return err
			}
			sum, err := k.Sum(2027, ledger.Filter{Units: span})
			if err != nil {
				return err
			}
			if n := sum.All()[twinning.Households]; n != 5 {
				t.Errorf("%s: %d households", key, n)
			}
		}
		communes, err := k.UnitsOf(twinning.RoleRecipientCommune)
		if err != nil {
			return err
		}
		ranked, err := k.Ranking(2027, communes, twinning.Households)
		sum := int64(0)
		for _, x := range ranked {
			sum += x.Value
		}
		if sum != 5 {
			t.Errorf("%d households in all communes", sum)
		}
		return err
	})
	u := b.unit(border)
	u.State, u.Successor, u.Changed = twinning.UnitActive, "", 0
	if err := b.applies(u); err != nil {
		t.Fatal(err)
	}
	b.look(func(k *ledger.Look) error {
		span, err := k.Span(b.unit(inland))
		if diff := cmp.Diff([]twinning.UnitKey{inland}, span); diff != "" {
			t.Errorf("after the merger was taken back: %s", diff)
		}
		return err
	})
}

func TestProgresses(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.logs(b.enrol(health, twinning.RoleLead), support(health, 1, 5))
	b.look(func(k *ledger.Look) error {
		got := map[string]string{}
		for _, key := range []twinning.UnitKey{health, finance} {
			u, err := k.Unit(key)
			if err != nil {
				return err
			}
			list, err := k.Progresses(u, 2027)
			if err != nil {
				return err
			}
			for _, p := range list {
				got[string(key)+" "+p.Target.ID] = fmt.Sprint(p.Done, p.Required, p.Known)
			}
		}
		want := map[string]string{
			"ASYT agency_households": "5 8 true", "ASYT agency_models": "0 1 true", "ASYT agency_study_tour": "0 1 true",
			"ASYT connecting": "0 1 true", "ASTC agency_households": "0 0 false", "ASTC agency_models": "0 1 true",
			"ASTC agency_study_tour": "0 1 true", "ASTC connecting": "0 1 true",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("progress (-want +got):\n%s", diff)
		}
		return nil
	})
}

func TestRanking(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.logs(b.enrol(health, twinning.RoleLead), support(health, 1, 5))
	b.look(func(k *ledger.Look) error {
		var units []twinning.Unit
		for _, key := range []twinning.UnitKey{inland, far, district, border} {
			u, err := k.Unit(key)
			if err != nil {
				return err
			}
			units = append(units, u)
		}
		ranked, err := k.Ranking(2027, units, twinning.Households)
		var got []string
		for _, x := range ranked {
			got = append(got, fmt.Sprint(x.Unit.Key, x.Value))
		}
		// Equals by name: "Huyện Tây Giang" before "Xã Ch'ơm", "Huyện Đông Giang" before "Xã Dang".
		if diff := cmp.Diff([]string{"D5045", "W15", "D5050", "W20"}, got); diff != "" {
			t.Errorf("ranking (-want +got):\n%s", diff)
		}
		return err
	})
}
