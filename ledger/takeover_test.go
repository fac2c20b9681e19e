package ledger_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// past is a deed of the year 2021.
func past(day int, households int64, state twinning.ActivityState) ledger.Deed {
	return ledger.Deed{Row: day + 1, State: state, Facts: twinning.Facts{
		From: twinning.NewDate(2021, 5, day), Sponsor: health, Recipient: border, Category: twinning.CategoryWelfare,
		Quantities: twinning.Quantities{twinning.Households: households},
	}}
}

func (b *books) takesOver(a ledger.Actor, deeds ...ledger.Deed) error {
	b.Helper()
	return b.try(func(w *ledger.Work) error {
		return w.TakeOver(a, ledger.Takeover{File: "2021.xlsx", Activities: deeds})
	})
}

// What is taken over counts at once, confirmed only if the file says so, is marked by file and row, and is told to
// nobody; the counterpart can confirm it later like any other.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.enrol(health, twinning.RoleLead)
	mai := b.enrol(border, twinning.RoleOfficer)
	before := len(b.outbox())
	disputed, voided := past(3, 7, twinning.ActivityDisputed), past(4, 1000, twinning.ActivityVoided)
	disputed.Claim, voided.Reason = twinning.Quantities{twinning.Households: 6}, "ghi nhầm"
	numbered := past(5, 100, twinning.ActivityConfirmed)
	numbered.ID = 1
	if err := b.takesOver(ledger.Actor{}, past(1, 40, twinning.ActivityConfirmed), past(2, 5, twinning.ActivityLogged), disputed,
		voided, numbered); err != nil {
		t.Fatal(err)
	}
	if len(b.outbox()) != before {
		t.Errorf("somebody is told: %v", b.outbox()[before:])
	}
	sum := func() (confirmed, unconfirmed int64) {
		b.look(func(k *ledger.Look) error {
			s, err := k.Sum(2021, ledger.Filter{Units: []twinning.UnitKey{border}})
			confirmed, unconfirmed = s.Confirmed[twinning.Households], s.Unconfirmed[twinning.Households]
			return err
		})
		return confirmed, unconfirmed
	}
	if confirmed, unconfirmed := sum(); confirmed != 140 || unconfirmed != 12 {
		t.Errorf("%d confirmed, %d unconfirmed", confirmed, unconfirmed)
	}
	b.look(func(k *ledger.Look) error {
		first, err := k.Activity(2)
		if err != nil {
			return err
		}
		if first.Imported != "2021.xlsx" || first.Facts.From.Day() != 1 || !first.ByCoordinator || first.Unit != health {
			t.Errorf("%+v", first)
		}
		entries, err := k.AuditOf("activity/2")
		if err != nil {
			return err
		}
		var detail struct {
			File string
			Row  int
		}
		if len(entries) != 1 || entries[0].Action != "activity.import" {
			t.Fatalf("%+v", entries)
		}
		if err := json.Unmarshal(entries[0].Detail, &detail); err != nil || detail.File != "2021.xlsx" || detail.Row != 2 {
			t.Errorf("%+v, %v", detail, err)
		}
		return nil
	})
	b.must(func(w *ledger.Work) error { _, err := w.Confirm(by(mai), 3, 1); return err })
	if confirmed, unconfirmed := sum(); confirmed != 145 || unconfirmed != 7 {
		t.Errorf("after the confirmation: %d confirmed, %d unconfirmed", confirmed, unconfirmed)
	}
	b.checkTexts()
}

func TestTakeOverAllOrNothing(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	lead := b.enrol(health, twinning.RoleLead)
	good := past(1, 40, twinning.ActivityConfirmed)
	future, early, reasonless, stateless := good, good, good, good
	future.Facts.From, early.Facts.From = twinning.NewDate(2027, 3, 11), twinning.NewDate(2020, 4, 15)
	reasonless.State, stateless.State = twinning.ActivityVoided, "unknown"
	for name, bad := range map[string]ledger.Deed{
		"future": future, "early": early, "no reason": reasonless, "no state": stateless, "no facts": {State: twinning.ActivityLogged},
	} {
		invalid := &twinning.InvalidError{}
		if err := b.takesOver(ledger.Actor{}, good, bad); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := b.takesOver(by(lead), good); !errors.Is(err, twinning.ErrForbidden) {
		t.Errorf("a lead: %v", err)
	}
	taken := good
	taken.ID = 1
	b.must(func(w *ledger.Work) error {
		return w.TakeOver(ledger.Actor{}, ledger.Takeover{File: "a.csv", Activities: []ledger.Deed{taken}})
	})
	if err := b.takesOver(ledger.Actor{}, good, taken); !errors.Is(err, twinning.ErrConflict) {
		t.Errorf("a number that is taken: %v", err)
	}
	b.look(func(k *ledger.Look) error {
		n := 0
		err := k.Activities(func(twinning.Activity) error { n++; return nil })
		if n != 1 {
			t.Errorf("%d activities", n)
		}
		return err
	})
}

// An export of a unit holds what is the unit's, and names what that speaks of; a district's holds its communes'.
func TestExportByUnit(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	lead, mai, other := b.enrol(health, twinning.RoleLead), b.enrol(border, twinning.RoleOfficer), b.enrol(finance, twinning.RoleLead)
	b.logs(lead, support(health, 1, 45))
	b.logs(mai, support(border, 2, 7))
	elsewhere := support(finance, 3, 9)
	elsewhere.Facts.Sponsor, elsewhere.Facts.Recipient = finance, inland
	b.logs(other, elsewhere)
	for scope, want := range map[ledger.Scope]string{
		{}:                           "12 units, 4 pairings, 3 people, 3 activities",
		{Unit: health}:               "3 units, 1 pairings, 1 people, 2 activities",
		{Unit: health, Year: 2026}:   "3 units, 1 pairings, 1 people, 0 activities",
		{Unit: inland}:               "3 units, 1 pairings, 0 people, 1 activities",
		{Unit: district}:             "6 units, 3 pairings, 1 people, 3 activities",
		{Unit: district, Year: 2027}: "6 units, 3 pairings, 1 people, 3 activities",
	} {
		b.look(func(k *ledger.Look) error {
			x, err := k.Extract(scope)
			if err != nil {
				return err
			}
			got := fmtExtract(x)
			if got != want {
				t.Errorf("%+v: got %s, want %s", scope, got, want)
			}
			var out bytes.Buffer
			if err := k.Export(&out, scope); err != nil {
				return err
			}
			var book struct {
				People     []twinning.Person
				Activities [][]twinning.Activity
				Audit      []struct{ Object string }
			}
			if err := json.Unmarshal(out.Bytes(), &book); err != nil {
				return err
			}
			if len(book.Activities) != len(x.Activities) || len(book.People) != len(x.People) {
				t.Errorf("%+v: JSON and tables differ", scope)
			}
			strange := slices.ContainsFunc(book.Audit, func(e struct{ Object string }) bool { return e.Object == "activity/3" })
			if scope.Unit == health && strange {
				t.Errorf("%+v: another unit's activity is in the audit", scope)
			}
			return nil
		})
	}
	b.look(func(k *ledger.Look) error {
		if _, err := k.Extract(ledger.Scope{Unit: "NO"}); !errors.Is(err, twinning.ErrNotFound) {
			t.Errorf("an unknown unit: %v", err)
		}
		return nil
	})
}

func fmtExtract(x ledger.Extract) string {
	return fmt.Sprintf("%d units, %d pairings, %d people, %d activities", len(x.Units), len(x.Pairings), len(x.People),
		len(x.Activities))
}

// The card of an activity that was taken over says from where.
func TestTakenOverCard(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	if err := b.takesOver(ledger.Actor{}, past(1, 40, twinning.ActivityLogged)); err != nil {
		t.Fatal(err)
	}
	b.look(func(k *ledger.Look) error {
		act, err := k.Activity(1)
		if err != nil {
			return err
		}
		keys := keysOf(k.ActivityLines(act))
		if !slices.Contains(keys, "card.imported") || slices.Contains(keys, "card.by_coordinator") {
			t.Error(cmp.Diff(nil, keys))
		}
		return nil
	})
}
