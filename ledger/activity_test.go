package ledger_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// TestWhoIsTold writes out who hears of each change of an activity.
func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	author, colleague := b.enrol(health, twinning.RoleOfficer), b.enrol(health, twinning.RoleLead)
	one, two := b.enrol(border, twinning.RoleOfficer), b.enrol(border, twinning.RoleLead)
	b.enrol(border, twinning.RoleObserver)
	neighbour := b.enrol(inland, twinning.RoleOfficer)
	coordinator, other := b.enrol(standing, twinning.RoleCoordinator), b.enrol(standing, twinning.RoleCoordinator)
	var act twinning.Activity
	does := func(fn func(w *ledger.Work) (twinning.Activity, error)) func() {
		return func() {
			b.must(func(w *ledger.Work) (err error) {
				act, err = fn(w)
				return err
			})
		}
	}
	steps := []struct {
		name string
		do   func()
		want []twinning.PersonID
	}{
		{"log", does(func(w *ledger.Work) (twinning.Activity, error) {
			return logDraft(w, by(author), support(health, 1, 45))
		}), []twinning.PersonID{one.ID, two.ID}},
		{"confirm", does(func(w *ledger.Work) (twinning.Activity, error) {
			return w.Confirm(by(one), act.ID, 1)
		}), []twinning.PersonID{author.ID, two.ID}},
		{"dispute", does(func(w *ledger.Work) (twinning.Activity, error) {
			return w.Dispute(by(two), act.ID, 2, twinning.Quantities{twinning.Households: 40})
		}), []twinning.PersonID{author.ID, one.ID, coordinator.ID, other.ID}},
		{"a colleague takes the claim", does(func(w *ledger.Work) (twinning.Activity, error) {
			return w.TakeClaim(by(colleague), act.ID, 3)
		}), []twinning.PersonID{author.ID, one.ID, two.ID}},
		{"a coordinator names the other commune", does(func(w *ledger.Work) (twinning.Activity, error) {
			d := revision(act, 40)
			d.Facts.Recipient = inland
			return logDraft(w, by(coordinator), d)
		}), []twinning.PersonID{author.ID, one.ID, two.ID, neighbour.ID}},
		{"the coordinator takes that back", does(func(w *ledger.Work) (twinning.Activity, error) {
			return w.Undo(by(coordinator))
		}), []twinning.PersonID{author.ID, one.ID, two.ID, neighbour.ID}},
		{"nothing new", does(func(w *ledger.Work) (twinning.Activity, error) {
			return logDraft(w, by(author), revision(act, 40))
		}), nil},
		{"logged for the sponsor", does(func(w *ledger.Work) (twinning.Activity, error) {
			d := support(standing, 2, 3)
			return logDraft(w, by(coordinator), d)
		}), []twinning.PersonID{author.ID, colleague.ID, one.ID, two.ID}},
	}
	for _, step := range steps {
		before := len(b.outbox())
		step.do()
		if diff := cmp.Diff(step.want, b.told(before)); diff != "" {
			t.Errorf("%s: told (-want +got):\n%s", step.name, diff)
		}
	}
	if act.Unit != health || !act.ByCoordinator || act.Author != coordinator.ID {
		t.Errorf("logged for the sponsor: %+v", act)
	}
	b.checkTexts()
}

// TestOldCards takes the buttons off older cards, but shows nothing new to somebody who left.
func TestOldCards(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	author, gone := b.enrol(health, twinning.RoleOfficer), b.enrol(border, twinning.RoleOfficer)
	act := b.logs(author, support(health, 1, 45))
	b.must(func(w *ledger.Work) error {
		if _, err := w.Remove(ledger.Actor{}, gone.ID); err != nil {
			return err
		}
		return errors.Join(
			w.Link(ledger.ActivitySubject(act.ID), author.Telegram, 11),
			w.Link(ledger.ActivitySubject(act.ID), author.Telegram, 1),
			w.Link(ledger.ActivitySubject(act.ID), gone.Telegram, 12),
			w.Link(ledger.ActivitySubject(act.ID), -5, 13),
		)
	})
	before := len(b.outbox())
	b.must(func(w *ledger.Work) error { _, err := w.Void(by(author), act.ID, 1, "nhầm"); return err })
	var edited []int
	for _, row := range b.outbox()[before:] {
		if row.Op == ledger.OpEdit {
			edited = append(edited, row.EditID)
			if len(row.Message.Buttons) > 0 {
				t.Errorf("card %d keeps its buttons", row.EditID)
			}
		}
	}
	if diff := cmp.Diff([]int{13, 11}, edited); diff != "" {
		t.Errorf("edited (-want +got):\n%s", diff)
	}
}

// TestStale refuses decisions and corrections about what was changed meanwhile.
func TestStale(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	author, commune := b.enrol(health, twinning.RoleOfficer), b.enrol(border, twinning.RoleOfficer)
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	act := b.logs(author, support(health, 1, 45))
	var slow, other twinning.Draft
	b.must(func(w *ledger.Work) (err error) {
		if slow, err = w.StartDraft(by(author), revision(act, 46)); err != nil {
			return err
		}
		other, err = w.StartDraft(by(author), revision(act, 47))
		return err
	})
	// A confirmation changes no facts: the correction still knows what it corrects.
	b.must(func(w *ledger.Work) error { _, err := w.Confirm(by(commune), act.ID, 1); return err })
	b.must(func(w *ledger.Work) (err error) { act, err = w.Log(by(author), other.ID); return err })
	if act.State != twinning.ActivityLogged || act.ConfirmedBy != 0 {
		t.Errorf("other figures are still confirmed: %s by %d", act.State, act.ConfirmedBy)
	}
	b.logs(coordinator, revision(act, 50))
	tests := map[string]func(*ledger.Work) error{
		"a correction of facts that were corrected": func(w *ledger.Work) error {
			_, err := w.Log(by(author), slow.ID)
			if _, gone := w.Draft(slow.ID); gone != nil {
				return gone
			}
			return err
		},
		"a button of an older card": func(w *ledger.Work) error {
			_, err := w.Confirm(by(commune), act.ID, act.Version)
			return err
		},
		"a second confirmation": func(w *ledger.Work) error {
			if _, err := w.Confirm(by(commune), act.ID, 0); err != nil {
				return err
			}
			_, err := w.Confirm(by(commune), act.ID, 0)
			return err
		},
		"a voided activity": func(w *ledger.Work) error {
			if _, err := w.Void(by(author), act.ID, 0, "nhầm"); err != nil {
				return err
			}
			_, err := w.Dispute(by(commune), act.ID, 0, nil)
			return err
		},
		"a claim that is none": func(w *ledger.Work) error {
			if _, err := w.Dispute(by(commune), act.ID, 0, nil); err != nil {
				return err
			}
			_, err := w.TakeClaim(by(author), act.ID, 0)
			return err
		},
	}
	for name, do := range tests {
		if err := b.peek(do); !errors.Is(err, twinning.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := b.peek(func(w *ledger.Work) error { _, err := w.Void(by(author), act.ID, 0, ""); return err })
	if err == nil || err.Error() != "invalid reason: required" {
		t.Errorf("a void without a reason: %v", err)
	}
}

// TestAgreedNumbers corrects a disputed activity to the numbers of the claim: no second confirmation is needed.
func TestAgreedNumbers(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	author, commune := b.enrol(health, twinning.RoleOfficer), b.enrol(border, twinning.RoleOfficer)
	act := b.logs(author, support(health, 1, 45))
	b.must(func(w *ledger.Work) error {
		_, err := w.Dispute(by(commune), act.ID, 1, twinning.Quantities{twinning.Households: 40})
		return err
	})
	act = b.logs(author, revision(act, 40))
	if act.State != twinning.ActivityConfirmed || act.ConfirmedBy != commune.ID || len(act.Claim) > 0 {
		t.Errorf("%s by %d, claim %v", act.State, act.ConfirmedBy, act.Claim)
	}
}

func TestLogRefuses(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	author := b.enrol(health, twinning.RoleOfficer)
	tests := map[string]func(*twinning.Facts){
		"invalid date: required":         func(f *twinning.Facts) { f.From = 0 },
		"invalid date: future":           func(f *twinning.Facts) { f.To = twinning.NewDate(2027, 3, 11) },
		"invalid date: order":            func(f *twinning.Facts) { f.To = f.From - 1 },
		"invalid date: before_programme": func(f *twinning.Facts) { f.From = twinning.NewDate(2020, 4, 15) },
		"invalid category: required":     func(f *twinning.Facts) { f.Category = 0 },
		"invalid recipient: role":        func(f *twinning.Facts) { f.Recipient = lowland },
		"invalid sponsor: role":          func(f *twinning.Facts) { f.Sponsor = inland },
		"recipient: unit X: not found":   func(f *twinning.Facts) { f.Recipient = "X" },
	}
	for want, spoil := range tests {
		d := support(health, 1, 45)
		spoil(&d.Facts)
		err := b.peek(func(w *ledger.Work) error { _, err := logDraft(w, by(author), d); return err })
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestFillParties completes what an officer leaves open.
func TestFillParties(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	tests := []struct {
		name               string
		d                  twinning.Draft
		sponsor, recipient twinning.UnitKey
		asking             twinning.Field
	}{
		{"a sponsor with one commune", twinning.Draft{Unit: health}, health, border, twinning.FieldDate},
		{"a commune with one sponsor", twinning.Draft{Unit: inland}, finance, inland, twinning.FieldDate},
		{"a commune without a sponsor", twinning.Draft{Unit: far, Facts: twinning.Facts{From: 20000}}, "", far, twinning.FieldSponsor},
		{
			"a coordinator who names one side",
			twinning.Draft{Unit: standing, Facts: twinning.Facts{Sponsor: rewards}},
			rewards, farther, twinning.FieldDate,
		},
		{
			"a name that means another unit",
			twinning.Draft{Unit: health, Candidates: []twinning.UnitKey{inland, farther}, Facts: twinning.Facts{From: 20000}},
			health, "", twinning.FieldRecipient,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := b.peek(func(w *ledger.Work) error {
				d, err := w.StartDraft(by(coordinator), test.d)
				if d.Facts.Sponsor != test.sponsor || d.Facts.Recipient != test.recipient || d.Asking != test.asking {
					t.Errorf("%s for %s, asking %q", d.Facts.Sponsor, d.Facts.Recipient, d.Asking)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestEveryChangeIsAudited looks for who, when, from which chat and message in the audit of a life of an activity.
func TestEveryChangeIsAudited(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	author, commune := b.enrol(health, twinning.RoleOfficer), b.enrol(border, twinning.RoleOfficer)
	act := b.logs(author, support(health, 1, 45))
	b.must(func(w *ledger.Work) error { _, err := w.Dispute(by(commune), act.ID, 1, nil); return err })
	b.must(func(w *ledger.Work) error { _, err := w.Confirm(by(commune), act.ID, 2); return err })
	b.must(func(w *ledger.Work) error { _, err := w.Void(by(author), act.ID, 3, "nhầm"); return err })
	b.must(func(w *ledger.Work) error { _, err := w.Undo(by(author)); return err })
	b.look(func(k *ledger.Look) error {
		entries, err := k.AuditOf(ledger.ActivitySubject(act.ID))
		actions := []string{"activity.log", "activity.dispute", "activity.confirm", "activity.void", "activity.undo"}
		if len(entries) != len(actions) {
			t.Fatalf("%d entries", len(entries))
		}
		for i, e := range entries {
			p := author
			if i == 1 || i == 2 {
				p = commune
			}
			var detail struct {
				Version int                    `json:"version"`
				State   twinning.ActivityState `json:"state"`
			}
			if err := json.Unmarshal(e.Detail, &detail); err != nil {
				t.Error(err)
			}
			if e.Action != actions[i] || e.Person != p.ID || e.Chat != p.Telegram || e.Message != 1 || !e.At.Equal(b.now) ||
				detail.Version != i+1 || detail.State == "" {
				t.Errorf("entry %d: %+v %+v", i, e, detail)
			}
		}
		return err
	})
}

func TestUnconfirmed(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	author, commune := b.enrol(health, twinning.RoleOfficer), b.enrol(border, twinning.RoleOfficer)
	for day := 1; day <= 3; day++ {
		b.logs(author, support(health, day, int64(day)))
	}
	b.logs(commune, support(border, 4, 4))
	b.must(func(w *ledger.Work) error { _, err := w.Confirm(by(commune), 2, 1); return err })
	b.look(func(k *ledger.Look) error {
		for unit, want := range map[twinning.UnitKey][]twinning.ActivityID{border: {3, 1}, health: {4}, inland: nil} {
			list, err := k.Unconfirmed(unit)
			if err != nil {
				return err
			}
			var got []twinning.ActivityID
			for _, a := range list {
				got = append(got, a.ID)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", unit, diff)
			}
		}
		return nil
	})
}
