package ledger_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// manyActivities has n activities logged between the paired units, of both years, each confirmed or not. Every batch is
// one transaction, as an import of past years makes them.
func (b *books) manyActivities(n int) {
	b.Helper()
	pairings := testPairings()
	const batch = 20_000
	for done := 0; done < n; done += batch {
		err := b.store.Update(context.Background(), b.now, func(tx *store.Tx) error {
			for i := done; i < min(done+batch, n); i++ {
				p := pairings[i%len(pairings)]
				a := twinning.Activity{
					Version: 1, State: twinning.ActivityLogged, Pairing: twinning.PairingID(i%len(pairings) + 1), Unit: p.Sponsor, Author: 1,
					Facts: twinning.Facts{
						From: twinning.NewDate(2026+i%2, 1, 1).AddDays(i / 2 % 60), Sponsor: p.Sponsor, Recipient: p.Recipient,
						Category: twinning.Category(i/8%4 + 1), Kinds: []twinning.Kind{twinning.Kinds()[i/8%len(twinning.Kinds())]},
						Quantities: twinning.Quantities{twinning.Households: int64(i % 7), twinning.Amount: int64(i%11) * 1_000_000},
					},
				}
				if i%3 == 0 {
					a.State = twinning.ActivityConfirmed
				}
				if _, err := tx.PutActivity(a); err != nil {
					return fmt.Errorf("activity %d: %w", i, err)
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStatus shows that a status answer costs the same over a thousand and a million activities: that of the
// province with all documents, of a unit, and of a pairing.
func BenchmarkStatus(b *testing.B) {
	answers := map[string]func(*ledger.Look) error{
		"province": func(k *ledger.Look) error { return statusAnswer(k, issuer) },
		"district": func(k *ledger.Look) error { return statusAnswer(k, district) },
		"unit":     func(k *ledger.Look) error { return statusAnswer(k, health) },
		"pairing": func(k *ledger.Look) error {
			p, err := k.Pairing(1)
			if err != nil {
				return err
			}
			_, err = k.PairingStatus(p, 2027)
			return err
		},
	}
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			books := newBooks(b)
			books.manyCommunes(105)
			books.manyActivities(n)
			for _, name := range slices.Sorted(maps.Keys(answers)) {
				b.Run(name, func(b *testing.B) { books.answers(b, answers[name]) })
			}
		})
	}
}

func (b *books) answers(bench *testing.B, answer func(*ledger.Look) error) {
	bench.Helper()
	bench.ReportAllocs()
	b.look(func(k *ledger.Look) error {
		for bench.Loop() {
			if err := answer(k); err != nil {
				return err
			}
		}
		return nil
	})
}

// statusAnswer reads what a status answer about the unit shows, the documents included.
func statusAnswer(k *ledger.Look, unit twinning.UnitKey) error {
	u, err := k.Unit(unit)
	if err != nil {
		return err
	}
	if _, err := k.StatusOf(u, 2027); err != nil {
		return err
	}
	span, err := k.Span(u)
	if err != nil {
		return err
	}
	_, err = k.Scoreboard(2027, ledger.BoardFilter{Units: span})
	return err
}
