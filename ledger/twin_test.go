package ledger_test

import (
	"errors"
	"testing"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// TestTwin asks whether a draft tells of what the other side logged: 45 households on 5–7 March, 3 million.
func TestTwin(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	sponsor, commune := b.enrol(health, twinning.RoleOfficer), b.enrol(border, twinning.RoleOfficer)
	logged := support(health, 5, 45)
	logged.Facts.To, logged.Facts.Quantities[twinning.Amount] = twinning.NewDate(2027, 3, 7), 3_000_000
	act := b.logs(sponsor, logged)
	tests := []struct {
		name string
		unit twinning.UnitKey
		edit func(*twinning.Facts)
		want bool
	}{
		{"the same", border, func(*twinning.Facts) {}, true},
		{"fewer numbers", border, func(f *twinning.Facts) { delete(f.Quantities, twinning.Amount) }, true},
		{"no numbers", border, func(f *twinning.Facts) { f.Quantities = nil }, true},
		{"its last day", border, func(f *twinning.Facts) { f.From, f.To = twinning.NewDate(2027, 3, 7), 0 }, true},
		{"the day after", border, func(f *twinning.Facts) { f.From, f.To = twinning.NewDate(2027, 3, 8), 0 }, false},
		{"other numbers", border, func(f *twinning.Facts) { f.Quantities[twinning.Households] = 40 }, true},
		{"another category and the same number", border, func(f *twinning.Facts) { f.Category = twinning.CategoryEconomy }, true},
		{"another category and no number in common", border, func(f *twinning.Facts) {
			f.Category, f.Quantities = twinning.CategoryEconomy, twinning.Quantities{twinning.Models: 1}
		}, false},
		{"another category and other numbers", border, func(f *twinning.Facts) {
			f.Category, f.Quantities = twinning.CategoryEconomy, twinning.Quantities{twinning.Households: 40}
		}, false},
		{"no category yet", border, func(f *twinning.Facts) { f.Category = 0 }, true},
		{"another sponsor", border, func(f *twinning.Facts) { f.Sponsor = finance }, false},
		{"sent twice", health, func(*twinning.Facts) {}, true},
		{"more of the same on one day", health, func(f *twinning.Facts) { f.Quantities[twinning.Households] = 9 }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := twinning.Draft{Unit: test.unit, NoNumbers: true, Facts: logged.Facts.Clone()}
			test.edit(&d.Facts)
			p := map[twinning.UnitKey]twinning.Person{health: sponsor, border: commune}[test.unit]
			err := b.peek(func(w *ledger.Work) error {
				d, err := w.StartDraft(by(p), d)
				if got := d.Twin == act.ID; got != test.want {
					t.Errorf("twin %d", d.Twin)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	// Both write at the same time: the second "Ghi" is refused until it is settled whether they mean the same.
	var draft twinning.Draft
	b.must(func(w *ledger.Work) (err error) {
		draft, err = w.StartDraft(by(commune), support(border, 9, 7))
		return err
	})
	b.logs(sponsor, support(health, 9, 7))
	press := func(w *ledger.Work) error { _, err := w.Log(by(commune), draft.ID); return err }
	if err := b.try(press); !errors.Is(err, twinning.ErrConflict) {
		t.Errorf("logged twice: %v", err)
	}
	b.must(func(w *ledger.Work) error {
		draft.Distinct = true
		_, err := w.ChangeDraft(by(commune), draft)
		return err
	})
	b.must(press)
}

// TestSettleTwin answers drafts by the activity that they are twins of.
func TestSettleTwin(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	sponsor, commune := b.enrol(health, twinning.RoleOfficer), b.enrol(border, twinning.RoleOfficer)
	b.logs(sponsor, support(health, 5, 45))
	claim := twinning.Quantities{twinning.Households: 40}
	tests := []struct {
		name    string
		confirm bool
		claim   twinning.Quantities
		files   []twinning.FileRef
		want    twinning.ActivityState
		version int
	}{
		{"the same", true, nil, nil, twinning.ActivityConfirmed, 2},
		{"with a picture", true, nil, []twinning.FileRef{{UniqueID: "p"}}, twinning.ActivityConfirmed, 3},
		{"with other numbers", false, claim, nil, twinning.ActivityDisputed, 2},
		{"a picture only", false, nil, []twinning.FileRef{{UniqueID: "p"}}, twinning.ActivityLogged, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := b.peek(func(w *ledger.Work) error {
				d := support(border, 5, 45)
				d.Files = test.files
				d, err := w.StartDraft(by(commune), d)
				if err != nil {
					return err
				}
				act, err := w.SettleTwin(by(commune), d, test.confirm, test.claim)
				if act.State != test.want || act.Version != test.version || len(act.Files) != len(test.files) {
					t.Errorf("version %d is %s with %d files", act.Version, act.State, len(act.Files))
				}
				if _, err := w.Draft(d.ID); !errors.Is(err, twinning.ErrNotFound) {
					t.Errorf("the draft stays: %v", err)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
