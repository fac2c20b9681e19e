package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ketnghia/twinning"
)

// same fails the test unless got is want, without an error.
func same(t *testing.T, what string, want, got any, err error) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Errorf("%s (%v): want (-), got (+):\n%s", what, err, diff)
	}
}

// missing fails the test unless err is ErrNotFound.
func missing(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, twinning.ErrNotFound) {
		t.Errorf("%s: %v, want not found", what, err)
	}
}

func TestUnitsComeByKey(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		return errors.Join(
			tx.PutUnit(twinning.Unit{Key: "W2", Name: "old"}),
			tx.PutUnit(twinning.Unit{Key: "ASYT"}),
			tx.PutUnit(twinning.Unit{Key: "W2", Name: "Xã Ch'ơm"}),
			tx.PutUnit(twinning.Unit{Key: "W"}),
		)
	})
	view(t, s, func(v *View) error {
		units, err := v.Units()
		same(t, "Units", []twinning.Unit{{Key: "ASYT"}, {Key: "W"}, {Key: "W2", Name: "Xã Ch'ơm"}}, units, err)
		unit, err := v.Unit("W2")
		same(t, "Unit", units[2], unit, err)
		_, err = v.Unit("W3")
		missing(t, "Unit W3", err)
		if v.Fresh() {
			t.Error("a store with units is fresh")
		}
		return nil
	})
}

func TestPairingsFollowTheirParties(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		first, err := tx.PutPairing(twinning.Pairing{Sponsor: "A", Recipient: "X"})
		_, second := tx.PutPairing(twinning.Pairing{Sponsor: "A", Recipient: "Y"})
		_, moved := tx.PutPairing(twinning.Pairing{ID: first, Sponsor: "B", Recipient: "X"})
		_, given := tx.PutPairing(twinning.Pairing{ID: 9, Sponsor: "A", Recipient: "A"})
		next, nextErr := tx.PutPairing(twinning.Pairing{Sponsor: "C", Recipient: "Z"})
		if first != 1 || next != 10 {
			t.Errorf("ids %d and %d, want 1 and 10: a given id is never handed out again", first, next)
		}
		return errors.Join(err, second, moved, given, nextErr)
	})
	tests := map[twinning.UnitKey][]twinning.PairingID{"A": {2, 9}, "B": {1}, "X": {1}, "Y": {2}, "Z": {10}, "": nil}
	view(t, s, func(v *View) error {
		for unit, want := range tests {
			pairings, err := v.PairingsOf(unit)
			var got []twinning.PairingID
			for _, p := range pairings {
				got = append(got, p.ID)
			}
			same(t, "PairingsOf "+string(unit), want, got, err)
		}
		all, err := v.Pairings()
		if len(all) != 4 || all[0].Sponsor != "B" {
			t.Errorf("Pairings: %+v", all)
		}
		_, missed := v.Pairing(3)
		missing(t, "Pairing 3", missed)
		return err
	})
}

func TestPersonByTelegramIsTheActiveOne(t *testing.T) {
	t.Parallel()
	const active, left = twinning.MembershipActive, twinning.MembershipLeft
	type put struct {
		id    twinning.PersonID
		state twinning.MembershipState
		err   error
	}
	tests := map[string]struct {
		puts []put
		want twinning.PersonID
	}{
		"the only one, though gone":               {[]put{{1, active, nil}, {1, left, nil}}, 1},
		"who came after the other had left":       {[]put{{1, active, nil}, {1, left, nil}, {2, active, nil}}, 2},
		"not who left, though stored last":        {[]put{{1, left, nil}, {2, active, nil}, {1, left, nil}}, 2},
		"two active ones are refused":             {[]put{{1, active, nil}, {2, active, twinning.ErrConflict}}, 1},
		"a return of the first in place of other": {[]put{{1, left, nil}, {2, active, nil}, {2, left, nil}, {1, active, nil}}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			for _, p := range test.puts {
				err := s.Update(t.Context(), noon, func(tx *Tx) error {
					_, err := tx.PutPerson(twinning.Person{ID: p.id, Telegram: 4001, Unit: "ASYT", State: p.state})
					return err
				})
				if !errors.Is(err, p.err) {
					t.Fatalf("PutPerson %+v: %v", p, err)
				}
			}
			view(t, s, func(v *View) error {
				p, err := v.PersonByTelegram(4001)
				if p.ID != test.want {
					t.Errorf("person %d, want %d", p.ID, test.want)
				}
				return err
			})
		})
	}
}

func TestPeopleMoveBetweenUnitsAndChats(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		id, err := tx.PutPerson(twinning.Person{Telegram: 1, Unit: "A", State: twinning.MembershipActive})
		_, moved := tx.PutPerson(twinning.Person{ID: id, Telegram: 2, Unit: "B", State: twinning.MembershipActive})
		_, unlinked := tx.PutPerson(twinning.Person{Unit: "B"})
		_, another := tx.PutPerson(twinning.Person{Unit: "B"}) // nobody's Telegram is no conflict
		return errors.Join(err, moved, unlinked, another)
	})
	view(t, s, func(v *View) error {
		for unit, want := range map[twinning.UnitKey]int{"A": 0, "B": 3} {
			if people, err := v.PeopleOf(unit); len(people) != want || err != nil {
				t.Errorf("PeopleOf %s: %d people (%v), want %d", unit, len(people), err, want)
			}
		}
		_, err := v.PersonByTelegram(1)
		missing(t, "the old chat", err)
		_, err = v.PersonByTelegram(0)
		missing(t, "no chat", err)
		p, err := v.PersonByTelegram(2)
		all, allErr := v.People()
		if p.ID != 1 || len(all) != 3 {
			t.Errorf("person %d, %d people; want person 1 of 3", p.ID, len(all))
		}
		return errors.Join(err, allErr)
	})
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	want := []twinning.Invitation{{Hash: "aa", Unit: "A", UsedBy: 3}, {Hash: "b\x00", Unit: "B"}}
	update(t, s, func(tx *Tx) error {
		return errors.Join(
			tx.PutInvitation(want[1]), tx.PutInvitation(twinning.Invitation{Hash: "aa", Unit: "A"}), tx.PutInvitation(want[0]),
		)
	})
	view(t, s, func(v *View) error {
		all, err := v.Invitations()
		same(t, "Invitations", want, all, err)
		one, err := v.Invitation("b\x00")
		same(t, "Invitation", want[1], one, err)
		_, err = v.Invitation("b")
		missing(t, "Invitation b", err)
		return nil
	})
}

func TestRequestsAreOpenUntilDecided(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	put := func(r twinning.EntryRequest) (id twinning.RequestID, err error) {
		err = s.Update(t.Context(), noon, func(tx *Tx) (err error) { id, err = tx.PutRequest(r); return err })
		return id, err
	}
	first, err := put(twinning.EntryRequest{Telegram: 9, Created: noon})
	second, err2 := put(twinning.EntryRequest{Telegram: -3, Created: noon})
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if _, err := put(twinning.EntryRequest{Telegram: 9, Created: noon}); !errors.Is(err, twinning.ErrConflict) {
		t.Errorf("a second open request: %v, want conflict", err)
	}
	open := func(want ...twinning.RequestID) {
		t.Helper()
		view(t, s, func(v *View) error {
			requests, err := v.OpenRequests()
			var got []twinning.RequestID
			for _, r := range requests {
				got = append(got, r.ID)
			}
			same(t, "OpenRequests", want, got, err)
			return nil
		})
	}
	open(first, second)
	if _, err := put(twinning.EntryRequest{ID: first, Telegram: 9, Created: noon, Decided: noon}); err != nil {
		t.Fatal(err)
	}
	open(second)
	view(t, s, func(v *View) error {
		_, err := v.RequestByTelegram(9)
		missing(t, "RequestByTelegram of a decided one", err)
		decided, err := v.Request(first)
		if !decided.Decided.Equal(noon) {
			t.Errorf("the decided request is %+v", decided)
		}
		return err
	})
	again, err := put(twinning.EntryRequest{Telegram: 9, Created: noon})
	if err != nil {
		t.Fatal(err)
	}
	open(second, again)
	view(t, s, func(v *View) error {
		r, err := v.RequestByTelegram(9)
		if r.ID != again {
			t.Errorf("RequestByTelegram: %d, want %d", r.ID, again)
		}
		return err
	})
}

func TestWhatNamesARecordIsRequired(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*Tx) error{
		"key":     func(tx *Tx) error { return tx.PutUnit(twinning.Unit{Name: "x"}) },
		"hash":    func(tx *Tx) error { return tx.PutInvitation(twinning.Invitation{Unit: "x"}) },
		"chat":    func(tx *Tx) error { return tx.PutGroup(twinning.Group{Title: "x"}) },
		"cause":   func(tx *Tx) error { return tx.MarkSaid("") },
		"subject": func(tx *Tx) error { return tx.LinkMessage("", 1, 1) },
		"action":  func(tx *Tx) error { return tx.Audit(AuditEntry{Object: "x"}) },
	}
	for field, put := range tests {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			err := s.Update(t.Context(), noon, put)
			var invalid *twinning.InvalidError
			if !errors.As(err, &invalid) || invalid.Field != field {
				t.Errorf("%v, want an invalid %s", err, field)
			}
		})
	}
}
