package ledger_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/programme"
	"ketnghia/store"
	"ketnghia/twinning"
)

// The units of the tests: two sponsors and Sở Nội vụ, a lowland district, and two mountain districts with communes, of
// which the first one borders.
const (
	issuer   twinning.UnitKey = "P49"
	standing twinning.UnitKey = "ABDT"
	rewards  twinning.UnitKey = "ASNV"
	guards   twinning.UnitKey = "ABCHBP"
	health   twinning.UnitKey = "ASYT"
	finance  twinning.UnitKey = "ASTC"
	lowland  twinning.UnitKey = "D502"
	district twinning.UnitKey = "D504"
	border   twinning.UnitKey = "W1"
	inland   twinning.UnitKey = "W2"
	far      twinning.UnitKey = "D505"
	farther  twinning.UnitKey = "W3"
)

func testUnits() []twinning.Unit {
	return []twinning.Unit{
		{Key: issuer, Name: "Tỉnh Quảng Nam", Role: twinning.RoleIssuer},
		{Key: standing, Name: "Ban Dân tộc", Role: twinning.RoleStanding},
		{Key: rewards, Name: "Sở Nội vụ", Role: twinning.RoleEmulation},
		{Key: guards, Name: "Bộ Chỉ huy BĐBP", Role: twinning.RoleOverseer},
		{Key: health, Name: "Sở Y tế", Role: twinning.RoleSponsorAgency, Staff: 37},
		{Key: finance, Name: "Sở Tài chính", Role: twinning.RoleSponsorAgency},
		{Key: lowland, Name: "Thành phố Tam Kỳ", Role: twinning.RoleSponsorLowland},
		{Key: district, Name: "Huyện Tây Giang", Role: twinning.RoleRecipientDistrict},
		{Key: border, Name: "Xã Ch'ơm", Role: twinning.RoleRecipientCommune, Parent: district, Border: true},
		{Key: inland, Name: "Xã Dang", Role: twinning.RoleRecipientCommune, Parent: district},
		{Key: far, Name: "Huyện Đông Giang", Role: twinning.RoleRecipientDistrict},
		{Key: farther, Name: "Xã Ba", Role: twinning.RoleRecipientCommune, Parent: far},
	}
}

// The pairings of the tests by number: 1 health–border, 2 lowland–district, 3 rewards–farther, 4 finance–inland.
func testPairings() []twinning.Pairing {
	from := twinning.NewDate(2026, 1, 1)
	return []twinning.Pairing{
		{Sponsor: health, Recipient: border, Decision: "1", From: from},
		{Sponsor: lowland, Recipient: district, Decision: "1", From: from},
		{Sponsor: rewards, Recipient: farther, Decision: "1", From: from, Demo: true},
		{Sponsor: finance, Recipient: inland, Decision: "1", From: from},
	}
}

// books are a ledger over a real store. Every change is tried once and rolled back before it is made, as an engine may
// do that runs a transaction again; at the end every text that was queued must exist.
type books struct {
	testing.TB
	ledger *ledger.Ledger
	store  *store.Store
	now    time.Time
	steps  int
	people int
	// plain leaves the trial out.
	plain bool
}

func newBooks(t testing.TB) *books {
	t.Helper()
	b := &books{TB: t, now: at("2027-03-10 09:00")}
	b.store = openStore(t)
	p, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	b.ledger = ledger.New(b.store, p)
	b.must(func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: testUnits(), Pairings: testPairings()})
	})
	return b
}

func openStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "k.db"), store.Options{
		Create: true, Now: at("2027-01-01 08:00"), Altered: func(key string) { t.Errorf("%s was changed in place", key) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		inspect(t, s.Path())
	})
	return s
}

// at reads "2027-02-26 09:00" as a moment in Vietnam.
func at(text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("+07", 7*60*60))
	if err != nil {
		panic(err)
	}
	return moment
}

var errRollback = errors.New("rolled back")

// try makes a change and returns the error of the use case. Nothing is kept when there is one, but for a wrong code.
func (b *books) try(fn func(*ledger.Work) error) error {
	b.Helper()
	b.steps++
	run := func(keep bool) error {
		var failed error
		err := b.ledger.Update(context.Background(), b.now, func(w *ledger.Work) error {
			failed = fn(w.For(fmt.Sprintf("step %d", b.steps)))
			if !keep || failed != nil && !errors.Is(failed, ledger.ErrCodeUnknown) {
				return errRollback
			}
			return nil
		})
		if err != nil && !errors.Is(err, errRollback) {
			b.Fatal(err)
		}
		return failed
	}
	if !b.plain {
		first := run(false)
		defer func() {
			if b.Failed() {
				b.Logf("first run: %v", first)
			}
		}()
	}
	return run(true)
}

func (b *books) must(fn func(*ledger.Work) error) {
	b.Helper()
	if err := b.try(fn); err != nil {
		b.Fatal(err)
	}
}

// peek runs a change and keeps nothing.
func (b *books) peek(fn func(*ledger.Work) error) (failed error) {
	b.Helper()
	err := b.ledger.Update(context.Background(), b.now, func(w *ledger.Work) error {
		failed = fn(w.For("peek"))
		return errRollback
	})
	if !errors.Is(err, errRollback) {
		b.Fatal(err)
	}
	return failed
}

func (b *books) look(fn func(*ledger.Look) error) {
	b.Helper()
	if err := b.ledger.View(context.Background(), b.now, fn); err != nil {
		b.Fatal(err)
	}
}

// enrol lets somebody into the unit by an invitation.
func (b *books) enrol(unit twinning.UnitKey, role twinning.Role) twinning.Person {
	b.Helper()
	b.people++
	var p twinning.Person
	b.must(func(w *ledger.Work) (err error) {
		code := fmt.Sprintf("code%d", b.people)
		if _, err := w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: code, Unit: unit, Role: role}); err != nil {
			return err
		}
		p, err = w.Enrol(newcomer(b.people), code)
		return err
	})
	return p
}

func newcomer(n int) ledger.Newcomer {
	return ledger.Newcomer{Telegram: twinning.ChatID(1000 + n), Name: fmt.Sprintf("Người %d", n), Lang: "vi"}
}

// by is the person writing in the private chat.
func by(p twinning.Person) ledger.Actor { return ledger.Actor{Person: p, Chat: p.Telegram, Message: 1} }

// support is a draft of households helped in the commune at the border on a day of March.
func support(unit twinning.UnitKey, day int, households int64) twinning.Draft {
	return twinning.Draft{
		Unit: unit, Chat: 7, NoNumbers: true, Facts: twinning.Facts{
			From: twinning.NewDate(2027, 3, day), Sponsor: health, Recipient: border, Category: twinning.CategoryWelfare,
			Quantities: twinning.Quantities{twinning.Households: households},
		},
	}
}

// logs makes the draft a fact.
func (b *books) logs(p twinning.Person, d twinning.Draft) twinning.Activity {
	b.Helper()
	var act twinning.Activity
	b.must(func(w *ledger.Work) (err error) {
		act, err = logDraft(w, by(p), d)
		return err
	})
	return act
}

func logDraft(w *ledger.Work, a ledger.Actor, d twinning.Draft) (twinning.Activity, error) {
	d, err := w.StartDraft(a, d)
	if err != nil {
		return twinning.Activity{}, err
	}
	return w.Log(a, d.ID)
}

// revision is a draft that would give an activity another number of households.
func revision(act twinning.Activity, households int64) twinning.Draft {
	d := twinning.Draft{Unit: act.Unit, Chat: 7, Facts: act.Facts.Clone(), Revises: act.ID, NoNumbers: true}
	d.Facts.Quantities[twinning.Households] = households
	return d
}

// outbox returns the rows that wait to be sent, in the order of queueing.
func (b *books) outbox() []ledger.Delivery {
	b.Helper()
	var rows []ledger.Delivery
	b.look(func(k *ledger.Look) (err error) {
		rows, err = k.Pending(0)
		return err
	})
	slices.SortFunc(rows, func(a, b ledger.Delivery) int { return cmp.Compare(a.Seq, b.Seq) })
	return rows
}

// told returns the ids of those to whom the step since before queued new messages, by id.
func (b *books) told(before int) []twinning.PersonID {
	b.Helper()
	var ids []twinning.PersonID
	for _, row := range b.outbox()[before:] {
		if row.Op == ledger.OpSend {
			ids = append(ids, row.Person)
		}
	}
	slices.Sort(ids)
	return ids
}

// checkTexts fails for a queued message whose text one of the languages lacks, or whose button data is too long.
func (b *books) checkTexts() {
	b.Helper()
	c, err := locales.New()
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range b.outbox() {
		lines := slices.Clone(row.Message.Lines)
		for _, buttons := range row.Message.Buttons {
			for _, button := range buttons {
				lines = append(lines, button.Label)
				if len(button.Data) > 64 {
					b.Errorf("callback data %q", button.Data)
				}
			}
		}
		for _, key := range keysOf(lines) {
			for _, lang := range locales.Languages() {
				if !c.Printer(lang).Has(key) {
					b.Errorf("%s: no text %s", lang, key)
				}
			}
		}
	}
}

func keysOf(lines []twinning.Line) []string {
	var keys []string
	for _, line := range lines {
		if line.Key != "" {
			keys = append(keys, line.Key)
		}
		for _, a := range line.Args {
			if a.Arg.Kind == twinning.ArgKey {
				keys = append(keys, a.Arg.Text)
			}
			keys = append(keys, keysOf(a.Arg.Lines())...)
		}
	}
	return keys
}

// inspect fails the test unless the database that it leaves is whole: indexes, totals, audit and all.
func inspect(t testing.TB, path string) {
	t.Helper()
	_, err := store.InspectFile(context.Background(), path, store.InspectOptions{ //nolint:usetesting // it runs at the end
		Found: func(f store.Finding) error { t.Errorf("found: %+v", f); return nil },
	})
	if err != nil {
		t.Error(err)
	}
}
