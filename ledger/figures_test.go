package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// figures stores random activities of two years with everything that is counted, and returns them.
func (b *books) figures(r *rapid.T) []twinning.Activity {
	b.Helper()
	states := []twinning.ActivityState{
		twinning.ActivityLogged, twinning.ActivityConfirmed, twinning.ActivityDisputed, twinning.ActivityVoided,
	}
	pairings := testPairings()
	all := make([]twinning.Activity, rapid.IntRange(0, 30).Draw(r, "activities"))
	for i := range all {
		n := rapid.IntRange(0, len(pairings)-1).Draw(r, "pairing")
		q := twinning.Quantities{}
		for _, m := range twinning.Measures() {
			if m != twinning.Activities && rapid.Bool().Draw(r, string(m)) {
				q[m] = rapid.Int64Range(0, 9).Draw(r, "number")
			}
		}
		all[i] = twinning.Activity{
			Version: 1, State: rapid.SampledFrom(states).Draw(r, "state"), Pairing: twinning.PairingID(n + 1),
			Unit: pairings[n].Sponsor, Author: 1,
			Facts: twinning.Facts{
				From:    twinning.NewDate(2026, 1, 1).AddDays(rapid.IntRange(0, 430).Draw(r, "day")),
				Sponsor: pairings[n].Sponsor, Recipient: pairings[n].Recipient, Quantities: q,
				Category: rapid.SampledFrom(twinning.Categories()).Draw(r, "category"),
				Kinds:    rapid.SliceOfNDistinct(rapid.SampledFrom(twinning.Kinds()), 0, 3, rapid.ID).Draw(r, "kinds"),
				Source:   rapid.SampledFrom([]twinning.Source{"", twinning.SourceOwn, twinning.SourceMobilised}).Draw(r, "source"),
			},
		}
	}
	err := b.store.Update(context.Background(), b.now, func(tx *store.Tx) error {
		for i := range all {
			id, err := tx.PutActivity(all[i])
			if err != nil {
				return fmt.Errorf("activity %d: %w", i, err)
			}
			all[i].ID = id
		}
		return nil
	})
	if err != nil {
		r.Fatal(err)
	}
	return all
}

// naive counts one figure over the activities by hand.
func naive(all []twinning.Activity, m twinning.Measure) int64 {
	var n int64
	for _, a := range all {
		kind, isKind := m.Kind()
		money := a.Facts.Quantities[twinning.Amount]
		switch {
		case isKind && slices.Contains(a.Facts.Kinds, kind), m == twinning.Activities:
			n++
		case isKind:
		case m == twinning.GiftAmount && slices.Contains(a.Facts.Kinds, twinning.KindGift):
			n += money
		case m == twinning.MobilisedAmount && a.Facts.Source == twinning.SourceMobilised:
			n += money
		case m != twinning.GiftAmount && m != twinning.MobilisedAmount:
			n += a.Facts.Quantities[m]
		}
	}
	return n
}

// everyMeasure are all figures that are counted.
func everyMeasure() []twinning.Measure {
	list := append(twinning.Measures(), twinning.GiftAmount, twinning.MobilisedAmount)
	for _, k := range twinning.Kinds() {
		list = append(list, twinning.Counting(k))
	}
	return list
}

// TestFiguresAreTheRecount compares every figure of a status answer, of a ranking and of the entries behind them with a
// recount by hand, for every unit and pairing.
func TestFiguresAreTheRecount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		b := newBooks(t)
		b.plain = true
		all := slices.DeleteFunc(b.figures(r), func(a twinning.Activity) bool { return a.State == twinning.ActivityVoided })
		year := rapid.SampledFrom([]int{2026, 2027}).Draw(r, "year")
		b.look(func(k *ledger.Look) error {
			var failed error
			for _, u := range testUnits() {
				failed = errors.Join(failed, unitFigures(r, k, u, all, year))
			}
			for i := range testPairings() {
				failed = errors.Join(failed, pairingFigures(r, k, twinning.PairingID(i+1), all, year))
			}
			return failed
		})
	})
}

func of(all []twinning.Activity, year int, want func(twinning.Activity) bool) []twinning.Activity {
	return slices.DeleteFunc(slices.Clone(all), func(a twinning.Activity) bool { return a.Facts.From.Year() != year || !want(a) })
}

func confirmed(all []twinning.Activity) []twinning.Activity {
	return slices.DeleteFunc(slices.Clone(all), func(a twinning.Activity) bool { return a.State != twinning.ActivityConfirmed })
}

func unitFigures(r *rapid.T, k *ledger.Look, u twinning.Unit, all []twinning.Activity, year int) error {
	span, err := k.Span(u)
	if err != nil {
		return err
	}
	its := func(a twinning.Activity) bool {
		return slices.Contains(span, a.Facts.Sponsor) || slices.Contains(span, a.Facts.Recipient)
	}
	u, err = k.Unit(u.Key)
	if err != nil {
		return err
	}
	s, err := k.StatusOf(u, year)
	if err != nil {
		return err
	}
	checkFigures(r, string(u.Key), s, of(all, year, its), of(all, year-1, its))
	for _, p := range s.Progress {
		own := of(all, year, func(a twinning.Activity) bool { return a.Facts.Sponsor == u.Key || a.Facts.Recipient == u.Key })
		want := func(list []twinning.Activity) (n int64) {
			if len(p.Target.Kinds) == 0 {
				return naive(list, p.Target.Measure)
			}
			for _, kind := range p.Target.Kinds {
				n += naive(list, twinning.Counting(kind))
			}
			return n
		}
		if p.Done != want(own) || p.Confirmed != want(confirmed(own)) {
			r.Errorf("%s %s: %d, confirmed %d", u.Key, p.Target.ID, p.Done, p.Confirmed)
		}
	}
	m := rapid.SampledFrom(everyMeasure()).Draw(r, "measure")
	ranked, err := k.Ranking(year, []twinning.Unit{u}, m)
	if err != nil || ranked[0].Value != naive(of(all, year, its), m) {
		r.Errorf("%s is ranked with %v of %s: %v", u.Key, ranked, m, err)
	}
	return checkEntries(r, k, ledger.EntryQuery{
		Filter: ledger.Filter{Units: span}, Range: ledger.WholeYear(year), Measure: m, Limit: rapid.IntRange(1, 6).Draw(r, "limit"),
	}, naive(of(all, year, its), m))
}

func pairingFigures(r *rapid.T, k *ledger.Look, id twinning.PairingID, all []twinning.Activity, year int) error {
	p, err := k.Pairing(id)
	if err != nil {
		return err
	}
	s, err := k.PairingStatus(p, year)
	its := func(a twinning.Activity) bool { return a.Pairing == id }
	checkFigures(r, fmt.Sprint("pairing ", id), s, of(all, year, its), of(all, year-1, its))
	return err
}

func checkFigures(r *rapid.T, whose string, s ledger.Status, now, before []twinning.Activity) {
	for _, m := range everyMeasure() {
		got := []int64{s.Done.All()[m], s.Done.Confirmed[m], s.Before.All()[m]}
		want := []int64{naive(now, m), naive(confirmed(now), m), naive(before, m)}
		if diff := cmp.Diff(want, got); diff != "" {
			r.Errorf("%s of %s (-want +got):\n%s", m, whose, diff)
		}
		var byContent int64
		for _, q := range maps.All(s.Done.ByCategory) {
			byContent += q[m]
		}
		if byContent != want[0] {
			r.Errorf("%s of %s: the contents make %d of %d", m, whose, byContent, want[0])
		}
	}
	share := ledger.GiftShare{
		Gifts: naive(now, twinning.Counting(twinning.KindGift)), Activities: naive(now, twinning.Activities),
		GiftAmount: naive(now, twinning.GiftAmount), Amount: naive(now, twinning.Amount),
	}
	if s.Gifts != share {
		r.Errorf("gifts of %s: %+v, want %+v", whose, s.Gifts, share)
	}
}

// checkEntries reads the entries behind a figure page by page: they make up the figure, each once, newest first.
func checkEntries(r *rapid.T, k *ledger.Look, q ledger.EntryQuery, want int64) error {
	var got int64
	seen := map[twinning.ActivityID]bool{}
	last := twinning.NewDate(9999, 1, 1)
	for more := true; more; {
		var page []twinning.Activity
		var err error
		if page, more, err = k.Entries(q); err != nil {
			return err
		}
		for _, a := range page {
			if seen[a.ID] || a.Facts.From > last {
				r.Fatalf("activity %d stands twice or out of order", a.ID)
			}
			seen[a.ID], last, q.After = true, a.Facts.From, a.ID
			got += a.Counted()[q.Measure]
		}
	}
	if got != want {
		r.Errorf("the entries behind %s make %d, want %d", q.Measure, got, want)
	}
	return nil
}
