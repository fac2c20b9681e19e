package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

func (b *books) applies(units ...twinning.Unit) error {
	b.Helper()
	return b.try(func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: units})
	})
}

func (b *books) unit(key twinning.UnitKey) twinning.Unit {
	b.Helper()
	var u twinning.Unit
	b.look(func(k *ledger.Look) (err error) {
		u, err = k.Unit(key)
		return err
	})
	return u
}

// TestMerge ends a commune: its people, its records and its invitations go on in the successor.
func TestMerge(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer, sponsor := b.enrol(border, twinning.RoleOfficer), b.enrol(health, twinning.RoleOfficer)
	left := b.enrol(border, twinning.RoleLead)
	b.must(func(w *ledger.Work) error { _, err := w.Remove(by(left), left.ID); return err })
	b.invites("link", border, twinning.RoleOfficer)
	act := b.logs(sponsor, support(health, 1, 45))
	b.must(func(w *ledger.Work) error {
		return w.BindGroup(by(officer), twinning.Group{Chat: -500, Title: "Tổ công tác", Unit: border})
	})
	before := len(b.outbox())
	ended := b.unit(border)
	ended.State, ended.Changed = twinning.UnitMerged, twinning.NewDate(2027, 3, 1)
	if err := b.applies(ended); err == nil {
		t.Fatal("merged into nothing")
	}
	ended.Successor = inland
	if err := b.applies(ended); err != nil {
		t.Fatal(err)
	}
	news := b.outbox()[before:]
	if len(news) != 1 || news[0].Person != officer.ID || news[0].Message.Lines[0].Key != "notice.unit.merged" {
		t.Errorf("told: %+v", news)
	}
	b.look(func(k *ledger.Look) error {
		g, err := k.Group(-500)
		if g.Unit != inland {
			t.Errorf("the group is that of %s", g.Unit)
		}
		return err
	})
	// A later import that says nothing of the state leaves it.
	plain := ended
	plain.State, plain.Successor, plain.Changed, plain.Staff = "", "", 0, 9
	if err := b.applies(plain); err != nil {
		t.Fatal(err)
	}
	ended.Staff = 9
	if diff := cmp.Diff(ended, b.unit(border)); diff != "" {
		t.Errorf("after a plain import (-want +got):\n%s", diff)
	}
	late, err := b.enters(newcomer(80), "link")
	if err != nil || late.Unit != inland {
		t.Errorf("an old invitation leads to %s, %v", late.Unit, err)
	}
	b.look(func(k *ledger.Look) error {
		gone, err := k.Person(left.ID)
		if err != nil || gone.Unit != border {
			t.Errorf("who had left was moved to %s (%v)", gone.Unit, err)
		}
		officer, err = k.Person(officer.ID)
		return err
	})
	if officer.Unit != inland {
		t.Fatalf("the officer is in %s", officer.Unit)
	}
	b.look(func(k *ledger.Look) error {
		for name, may := range map[string]func() (bool, error){
			"the old unit": func() (bool, error) { return k.MayRead(officer, border) },
			"the activity": func() (bool, error) { return k.MayReadActivity(officer, act) },
		} {
			if ok, err := may(); err != nil || !ok {
				t.Errorf("%s can't be read: %v", name, err)
			}
		}
		return nil
	})
	b.look(func(k *ledger.Look) error {
		units, err := k.SpokenUnits()
		for _, u := range units {
			if u.Key == border || slices.Contains(u.Aliases, ended.Name) != (u.Key == inland) {
				t.Errorf("%s is called %q", u.Key, u.Aliases)
			}
		}
		return err
	})
	b.must(func(w *ledger.Work) error { _, err := w.Confirm(by(officer), act.ID, 1); return err })
	if err := b.try(func(w *ledger.Work) error {
		_, err := w.File(by(officer), document("needs", border, 0, 2027))
		return err
	}); !errors.Is(err, twinning.ErrNotFound) {
		t.Errorf("the old unit still owes: %v", err)
	}
}

// TestMergeKeepsRoles refuses a successor in which a coordinator could not be one.
func TestMergeKeepsRoles(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.enrol(standing, twinning.RoleCoordinator)
	u := b.unit(standing)
	u.State, u.Successor = twinning.UnitRenamed, health
	if err := b.applies(u); err == nil || b.unit(standing).State != twinning.UnitActive {
		t.Errorf("the coordinators are locked out: %v", err)
	}
	u.Successor = "ABDTTG"
	renamed := twinning.Unit{Key: "ABDTTG", Name: "Sở Dân tộc và Tôn giáo", Role: twinning.RoleStanding}
	if err := b.applies(u, renamed); err != nil {
		t.Error(err)
	}
	b.look(func(k *ledger.Look) error {
		people, err := k.Coordinators()
		if len(people) != 1 || people[0].Unit != "ABDTTG" {
			t.Errorf("coordinators %v", people)
		}
		return err
	})
}

// TestRosterAudit keeps what a unit and a pairing were before.
func TestRosterAudit(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	u := b.unit(health)
	old := u
	u.Staff = 40
	if err := b.applies(u, b.unit(finance)); err != nil {
		t.Fatal(err)
	}
	b.look(func(k *ledger.Look) error {
		for object, want := range map[string]int{"unit/ASYT": 1, "unit/ASTC": 0, "roster": 2} {
			entries, err := k.AuditOf(object)
			if err != nil || len(entries) != want {
				t.Errorf("%s: %d entries, %v", object, len(entries), err)
			}
			if object == "unit/ASYT" && len(entries) == 1 {
				var was map[string]twinning.Unit
				if err := json.Unmarshal(entries[0].Detail, &was); err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(map[string]twinning.Unit{"old": old, "new": u}, was); diff != "" {
					t.Error(diff)
				}
			}
		}
		return nil
	})
}

func TestSeed(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.must(func(w *ledger.Work) error {
		seeded, err := w.Seed(testUnits())
		if seeded {
			t.Error("seeded books that have units")
		}
		return err
	})
	empty := &books{TB: t, store: openStore(t), now: b.now}
	empty.ledger = ledger.New(empty.store, b.ledger.Programme())
	empty.must(func(w *ledger.Work) error {
		seeded, err := w.Seed(testUnits())
		if !seeded {
			t.Error("not seeded")
		}
		return err
	})
	if got := empty.unit(border); got.State != twinning.UnitActive {
		t.Errorf("seeded %+v", got)
	}
}

// tell plays a bit of everything.
func (b *books) tell() {
	b.Helper()
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	author, commune := b.enrol(health, twinning.RoleOfficer), b.enrol(border, twinning.RoleOfficer)
	act := b.logs(author, support(health, 1, 45))
	b.must(func(w *ledger.Work) error {
		_, err := w.Dispute(by(commune), act.ID, 1, twinning.Quantities{twinning.Households: 0})
		return err
	})
	b.must(func(w *ledger.Work) error { _, err := w.TakeClaim(by(author), act.ID, 2); return err })
	b.must(func(w *ledger.Work) error { _, err := w.Undo(by(author)); return err })
	f := document("commune_plan", border, 0, 2027)
	b.files(commune, f)
	b.files(coordinator, f)
	b.must(func(w *ledger.Work) error { return w.BindGroup(by(commune), twinning.Group{Chat: -4, Unit: border}) })
	b.must(func(w *ledger.Work) error { _, err := w.AskEntry(newcomer(70), inland, twinning.RoleLead); return err })
	b.must(func(w *ledger.Work) error { _, err := w.Decide(by(coordinator), 1, true); return err })
	b.must(func(w *ledger.Work) error { _, err := w.AskEntry(newcomer(71), far, twinning.RoleLead); return err })
	b.must(func(w *ledger.Work) error {
		return w.Remind(ledger.Digest{
			Person: commune, Message: twinning.Say("status.nothing", nil), Causes: []string{"remind|needs|W1|2027|3|person 3"},
		})
	})
	_, _ = b.enters(newcomer(72), "wrong")
	b.must(func(w *ledger.Work) error { _, err := w.Remove(by(author), author.ID); return err })
}

func (b *books) export(year int) []byte {
	b.Helper()
	var out bytes.Buffer
	b.look(func(k *ledger.Look) error { return k.Export(&out, ledger.Scope{Year: year}) })
	return out.Bytes()
}

// TestRunAgain plays the same story over an engine that runs every transaction twice, and over one that does not: the
// books and the outbox are the same.
func TestRunAgain(t *testing.T) {
	t.Parallel()
	once, twice := newBooks(t), newBooks(t)
	once.plain = true
	once.tell()
	twice.tell()
	if diff := cmp.Diff(string(once.export(0)), string(twice.export(0))); diff != "" {
		t.Errorf("books (-once +twice):\n%s", diff)
	}
	if diff := cmp.Diff(once.outbox(), twice.outbox()); diff != "" {
		t.Errorf("outbox (-once +twice):\n%s", diff)
	}
	twice.checkTexts()
}

// TestExport reads the file back, and looks that a year holds its own records only.
func TestExport(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.tell()
	tests := map[int]string{
		0:    "units 12, pairings 4, people 4, invitations 3, requests 1, groups 1, activities 1, filings 2, reminders 1, audit 19",
		2027: "units 12, pairings 4, people 4, invitations 3, requests 1, groups 1, activities 1, filings 2, reminders 1, audit 19",
		2026: "units 12, pairings 4, people 4, invitations 3, requests 1, groups 1, activities 0, filings 0, reminders 1, audit 0",
	}
	for year, want := range tests {
		raw := b.export(year)
		var lists map[string]json.RawMessage
		if err := json.Unmarshal(raw, &lists); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, name := range []string{
			"units", "pairings", "people", "invitations", "requests", "groups", "activities", "filings", "reminders", "audit",
		} {
			var list []json.RawMessage
			if err := json.Unmarshal(lists[name], &list); err != nil || list == nil {
				t.Errorf("%d: %s is no list: %s, %v", year, name, lists[name], err)
			}
			if got != "" {
				got += ", "
			}
			got += fmt.Sprintf("%s %d", name, len(list))
		}
		if got != want {
			t.Errorf("%d: %s\nwant %s", year, got, want)
		}
		if !bytes.Equal(raw, b.export(year)) {
			t.Errorf("%d: two exports of the same books differ", year)
		}
	}
	var versions struct {
		Activities [][]twinning.Activity `json:"activities"`
	}
	if err := json.Unmarshal(b.export(0), &versions); err != nil || len(versions.Activities[0]) != 4 {
		t.Errorf("versions %v, %v", versions, err)
	}
}

// TestExportedAuditIsAChain follows the chain through the file alone, as whoever gets it can.
func TestExportedAuditIsAChain(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.tell()
	var book struct {
		Audit []json.RawMessage `json:"audit"`
		Head  store.AuditHead   `json:"audit_head"`
	}
	if err := json.Unmarshal(b.export(0), &book); err != nil {
		t.Fatal(err)
	}
	chain := ""
	for n, indented := range book.Audit {
		var entry bytes.Buffer
		if err := json.Compact(&entry, indented); err != nil {
			t.Fatal(err)
		}
		canonical, link, ok := strings.Cut(entry.String(), `,"chain":`)
		sum := sha256.Sum256([]byte(chain + canonical + "}"))
		if chain = hex.EncodeToString(sum[:]); !ok || link != fmt.Sprintf("%q}", chain) {
			t.Fatalf("entry %d has link %s, want %q", n+1, link, chain)
		}
	}
	if len(book.Audit) != 19 || book.Head != (store.AuditHead{Seq: 19, Chain: chain}) {
		t.Errorf("%d entries, head %s, want 19 %s", len(book.Audit), book.Head, chain)
	}
}
