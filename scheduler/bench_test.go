package scheduler_test

import (
	"fmt"
	"testing"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// BenchmarkTickNothingNew looks at the books of 105 units in March, when everybody was told and a third have filed.
func BenchmarkTickNothingNew(b *testing.B) {
	books := newBooks(b, true)
	joined := at("2027-01-01 08:00")
	for i, u := range books.units {
		if u.Role == twinning.RoleStanding {
			continue
		}
		books.enrol(joined, u.Key, twinning.RoleOfficer)
		books.enrol(joined, u.Key, twinning.RoleLead)
		if u.Role.IsRecipient() && i%3 == 0 {
			books.file(at("2027-02-20 09:00"), twinning.Obligation{Rule: "needs", Unit: u.Key, Year: 2027})
		}
	}
	s := books.scheduler(nil)
	if _, err := s.Tick(b.Context(), at("2027-03-17 09:00")); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if n, err := s.Tick(b.Context(), at("2027-03-18 09:00")); err != nil || n > 0 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkTick10000Units plans the reminders of 10,000 communes on a day on which the ladder speaks of five documents
// of each: once where everybody was told already (a look that finds nothing to say), once where everybody is to be told.
func BenchmarkTick10000Units(b *testing.B) {
	books := newBooks(b, false)
	const communes = 10_000
	var units []twinning.Unit
	for i := range communes {
		units = append(units, twinning.Unit{
			Key: twinning.UnitKey(fmt.Sprintf("X%05d", i)), Name: fmt.Sprintf("Xã %d", i), Role: twinning.RoleRecipientCommune,
			Parent: "D504", State: twinning.UnitActive,
		})
	}
	joined := at("2027-01-01 08:00")
	books.update("2027-01-01 08:00", func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: units})
	})
	err := books.store.Update(b.Context(), joined, func(tx *store.Tx) error {
		for i, u := range units {
			_, err := tx.PutPerson(twinning.Person{
				Telegram: twinning.ChatID(100_000 + i), Name: "A", Lang: "vi", Unit: u.Key, Role: twinning.RoleOfficer,
				State: twinning.MembershipActive, Joined: joined,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	look := func(b *testing.B, want int) {
		b.Helper()
		for b.Loop() {
			n := 0
			for _, r := range books.plan("2027-02-24 09:00") {
				n += len(r.To)
			}
			if n != want {
				b.Fatalf("%d reminders, want %d", n, want)
			}
		}
	}
	b.Run("everybody", func(b *testing.B) { look(b, 5*communes) })
	books.ticker = books.scheduler(nil)
	if n, err := books.ticker.Tick(b.Context(), at("2027-02-24 09:00")); err != nil || n != communes {
		b.Fatal(n, err)
	}
	b.Run("nobody", func(b *testing.B) { look(b, 0) })
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			if n, err := books.ticker.Tick(b.Context(), at("2027-02-24 09:30")); err != nil || n > 0 {
				b.Fatal(n, err)
			}
		}
	})
}
