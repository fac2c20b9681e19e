package ledger_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// TestExtend files one document for more: it meets all of them, and who must have it by the further ones gets a copy.
func TestExtend(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-02-20 09:00")
	officer, head := b.enrol(border, twinning.RoleOfficer), b.enrol(district, twinning.RoleLead)
	b.files(officer, document("report", border, 0, 2027)) // its copies don't go to the district
	before := len(b.outbox())
	var also []ledger.Owing
	b.look(func(k *ledger.Look) (err error) {
		f, err := k.Filing(1)
		if err == nil {
			also, err = k.AlsoOpen(f)
		}
		return err
	})
	if len(also) != 1 || also[0].Obligation.Rule != "evaluation" {
		t.Errorf("of the same deadline and open: %v", also)
	}
	group := twinning.Obligation{Rule: "commune_group", Unit: border, Year: 2027}
	f, err := b.changes(func(w *ledger.Work) (twinning.Filing, error) {
		return w.Extend(by(officer), 1, []twinning.Obligation{group, group})
	})
	if err != nil || len(f.Meets) != 2 {
		t.Fatalf("%v, %v", err, f.Meets)
	}
	if got := b.owing(group).Standing; got != twinning.StandingMet {
		t.Errorf("the group is %s", got)
	}
	if diff := cmp.Diff([]twinning.PersonID{head.ID, head.ID}, b.told(before)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if n := b.entriesOf("filing/1"); n != 2 {
		t.Errorf("%d audit entries, want one to file and one to extend", n)
	}
	b.checkTexts()
}

// entriesOf counts the audit entries about an object.
func (b *books) entriesOf(object string) int {
	b.Helper()
	n := 0
	b.look(func(k *ledger.Look) error {
		entries, err := k.AuditOf(object)
		n = len(entries)
		return err
	})
	return n
}

// TestDescribe corrects number and date, and refuses what can't be one.
func TestDescribe(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-02-20 09:00")
	officer := b.enrol(border, twinning.RoleOfficer)
	b.files(officer, document("needs", border, 0, 2027))
	tests := []struct {
		name, number string
		dated        twinning.Date
		want         string
	}{
		{"both", " 15/KH-UBND ", twinning.NewDate(2027, 2, 10), ""},
		{"today", "", twinning.NewDate(2027, 2, 20), ""},
		{"tomorrow", "", twinning.NewDate(2027, 2, 21), "invalid document: future"},
		{"too long", string(make([]byte, 61)), 0, "invalid document: number"},
	}
	for _, test := range tests {
		_, err := b.changes(func(w *ledger.Work) (twinning.Filing, error) {
			return w.Describe(by(officer), 1, test.number, test.dated)
		})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: %q", test.name, got)
		}
	}
	if f := b.filing(1); f.Number != "15/KH-UBND" || f.Dated != twinning.NewDate(2027, 2, 20) {
		t.Errorf("%s of %s", f.Number, f.Dated)
	}
}

// TestChecklist stores what a programme lacks and takes it as it comes; each supplement goes to everybody with a copy.
func TestChecklist(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	lead, officer := b.enrol(health, twinning.RoleLead), b.enrol(border, twinning.RoleOfficer)
	one := b.enrol(standing, twinning.RoleCoordinator)
	b.files(lead, document("programme", health, 1, 2027))
	f, err := b.changes(func(w *ledger.Work) (twinning.Filing, error) {
		return w.SetChecklist(by(lead), 1, []string{"schedule", "budget", "nonsense"})
	})
	if diff := cmp.Diff([]string{"budget", "schedule"}, f.Lacks); diff != "" || err != nil || !f.Checked {
		t.Errorf("lacks (-want +got), %v:\n%s", err, diff)
	}
	before := len(b.outbox())
	supply := func(s twinning.Supplement) error {
		_, err := b.changes(func(w *ledger.Work) (twinning.Filing, error) { return w.Supplement(by(lead), 1, s) })
		return err
	}
	if err := supply(twinning.Supplement{Content: "budget", Text: "250 triệu"}); err != nil {
		t.Error(err)
	}
	var invalid *twinning.InvalidError
	for _, s := range []twinning.Supplement{{Content: "place", Text: "x"}, {Content: "schedule"}} {
		if err := supply(s); !errors.As(err, &invalid) {
			t.Errorf("%v: %v", s, err)
		}
	}
	if diff := cmp.Diff([]twinning.PersonID{officer.ID, one.ID}, b.told(before)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"schedule"}, b.owing(f.Meets[0]).Wanting()); diff != "" {
		t.Errorf("wanting (-want +got):\n%s", diff)
	}
	if err := supply(twinning.Supplement{Content: "schedule", Files: []twinning.FileRef{{ID: "g", UniqueID: "g"}}}); err != nil {
		t.Error(err)
	}
	if w := b.owing(f.Meets[0]).Wanting(); len(w) > 0 {
		t.Errorf("still wanting %v", w)
	}
	b.checkTexts()
}

// TestWaitingCopies lets somebody in by each way; the copies that waited come once, and the receipts say so.
func TestWaitingCopies(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-02-20 09:00")
	officer := b.enrol(border, twinning.RoleOfficer)
	b.files(officer, document("needs", border, 0, 2027))
	b.files(officer, document("needs", border, 0, 2027)) // the first one waits for nobody any more
	waits := func(want ...twinning.UnitKey) {
		t.Helper()
		var units []twinning.UnitKey
		b.look(func(k *ledger.Look) error {
			waiting, err := k.UncopiedUnits()
			for _, u := range waiting {
				units = append(units, u.Unit)
				if len(u.Filings) != 1 || u.Filings[0].ID != 2 {
					t.Errorf("%s waits for %v", u.Unit, u.Filings)
				}
			}
			return err
		})
		if diff := cmp.Diff(want, units); diff != "" {
			t.Errorf("waiting (-want +got):\n%s", diff)
		}
	}
	waits(standing, health, district)
	b.enrol(health, twinning.RoleObserver) // gets no copies
	waits(standing, health, district)
	before := len(b.outbox())
	b.now = b.now.Add(24 * time.Hour)
	one := b.enrol(standing, twinning.RoleCoordinator)
	waits(health, district)
	b.must(func(w *ledger.Work) error {
		request, err := w.AskEntry(newcomer(90), district, twinning.RoleLead)
		if err != nil {
			return err
		}
		_, err = w.Decide(by(one), request.ID, true)
		return err
	})
	waits(health)
	if n := len(slices.DeleteFunc(b.outbox()[before:], func(d ledger.Delivery) bool { return d.Subject != "filing/2" || d.Op != ledger.OpSend })); n != 2 {
		t.Errorf("%d copies were sent", n)
	}
	// Refused by Telegram, it waits again, and comes when the person writes again.
	lead := b.enrol(health, twinning.RoleLead)
	waits()
	row := b.outbox()[len(b.outbox())-1]
	if row.Person != lead.ID || row.Subject != "filing/2" {
		t.Fatalf("the last delivery is %+v", row)
	}
	b.must(func(w *ledger.Work) error {
		row.State = ledger.Failed
		return errors.Join(w.SetDelivery(row), w.Unreachable(row))
	})
	waits(health)
	b.must(func(w *ledger.Work) error {
		p, err := w.Person(lead.ID)
		if err != nil {
			return err
		}
		return w.Reached(p)
	})
	waits()
	b.checkTexts()
}

// UBND tỉnh has people who only look on; they get the summary report all the same.
func TestCopyToIssuer(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2028-01-10 09:00")
	one, watcher := b.enrol(standing, twinning.RoleCoordinator), b.enrol(issuer, twinning.RoleObserver)
	before := len(b.outbox())
	f := b.files(one, document("standing_report", standing, 0, 2027))
	want := []twinning.Receipt{{Unit: issuer, To: []twinning.PersonID{watcher.ID}, At: b.now}}
	if diff := cmp.Diff(want, f.Copies); diff != "" || f.ByCoordinator {
		t.Errorf("copies (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]twinning.PersonID{watcher.ID}, b.told(before)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
