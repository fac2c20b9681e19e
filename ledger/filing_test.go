package ledger_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// document is a filing for one obligation.
func document(rule twinning.RuleID, unit twinning.UnitKey, pairing twinning.PairingID, year int) twinning.Filing {
	return twinning.Filing{
		Unit: unit, Chat: 7, Sources: []int{3}, Files: []twinning.FileRef{{ID: "f", UniqueID: "u"}},
		Meets: []twinning.Obligation{{Rule: rule, Unit: unit, Pairing: pairing, Year: year}},
	}
}

func (b *books) files(p twinning.Person, f twinning.Filing) twinning.Filing {
	b.Helper()
	b.must(func(w *ledger.Work) (err error) {
		f, err = w.File(by(p), f)
		return err
	})
	return f
}

func (b *books) owing(o twinning.Obligation) ledger.Owing {
	b.Helper()
	var owing ledger.Owing
	b.look(func(k *ledger.Look) (err error) {
		owing, err = k.OwingNamed(o)
		return err
	})
	return owing
}

func (b *books) filing(id twinning.FilingID) twinning.Filing {
	b.Helper()
	var f twinning.Filing
	b.look(func(k *ledger.Look) (err error) {
		f, err = k.Filing(id)
		return err
	})
	return f
}

// TestNewerVersion files in time, again when it is late, and a third document for one obligation of two.
func TestNewerVersion(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer := b.enrol(border, twinning.RoleOfficer)
	b.now = at("2027-02-20 09:00")
	plan := document("commune_plan", border, 0, 2027)
	first := b.files(officer, plan)
	if len(first.Meets) != 2 || first.Meets[1].Rule != "needs" {
		t.Fatalf("a plan meets %v", first.Meets)
	}
	b.now = at("2027-04-01 09:00")
	second := b.files(officer, document("needs", border, 0, 2027))
	if second.Supersedes != first.ID || b.filing(first.ID).State != twinning.FilingSubmitted {
		t.Errorf("the plan is replaced for one obligation of two only: %s", b.filing(first.ID).State)
	}
	third := b.files(officer, plan)
	if got := b.filing(first.ID).State; got != twinning.FilingSuperseded {
		t.Errorf("the first plan is %s", got)
	}
	if got := b.filing(second.ID).State; got != twinning.FilingSuperseded {
		t.Errorf("the second document is %s", got)
	}
	for _, o := range third.Meets {
		owing := b.owing(o)
		if owing.Standing != twinning.StandingMet || owing.Filing == nil || owing.Filing.ID != first.ID {
			t.Errorf("%s is %s by %v", o.Key(), owing.Standing, owing.Filing)
		}
	}
	b.checkTexts()
}

func TestFileRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, now, filed string
		f                twinning.Filing
		want             string
	}{
		{"in time", "2027-02-20 09:00", "", document("needs", border, 0, 2027), ""},
		{"the last day of last year's report", "2028-01-31 23:00", "", document("report", border, 0, 2027), ""},
		{"sent on the last day, handled after it", "2028-02-01 09:00", "2028-01-31", document("report", border, 0, 2027), ""},
		{"a closed year", "2028-02-01 09:00", "", document("report", border, 0, 2027), "invalid obligation: closed"},
		{
			"a year to come", "2027-12-20 09:00", "", document("needs", border, 0, 2028),
			"obligation needs|W1|2028: not before its year: not found",
		},
		{"a rule that is none", "2027-02-20 09:00", "", document("x", border, 0, 2027), "obligation x|W1|2027: not found"},
		{
			"another's pairing", "2027-02-20 09:00", "", document("programme", health, 2, 2027),
			"obligation programme|ASYT|2027|p2: not found",
		},
		{"no file", "2027-02-20 09:00", "", twinning.Filing{Unit: border, Meets: []twinning.Obligation{{}}}, "invalid filing: required"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			b.now = at(test.now)
			if test.filed != "" {
				day, err := twinning.ParseDate(test.filed)
				if err != nil {
					t.Fatal(err)
				}
				test.f.Filed = day
			}
			got := ""
			if err := b.try(func(w *ledger.Work) error {
				_, err := w.File(ledger.Actor{}, test.f)
				return err
			}); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestCopies files for a unit and on its behalf, and looks who gets the document.
func TestCopies(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer, lead := b.enrol(border, twinning.RoleOfficer), b.enrol(health, twinning.RoleLead)
	one := b.enrol(standing, twinning.RoleCoordinator)
	head := b.enrol(district, twinning.RoleLead)
	b.enrol(health, twinning.RoleObserver)
	before := len(b.outbox())
	f := b.files(officer, document("needs", border, 0, 2027))
	want := []twinning.Receipt{
		{Unit: health, To: []twinning.PersonID{lead.ID}, At: b.now},
		{Unit: standing, To: []twinning.PersonID{one.ID}, At: b.now},
		{Unit: district, To: []twinning.PersonID{head.ID}, At: b.now},
	}
	if diff := cmp.Diff(want, f.Copies); diff != "" {
		t.Errorf("copies (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]twinning.PersonID{lead.ID, one.ID, head.ID}, b.told(before)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	before = len(b.outbox())
	f = b.files(one, document("needs", border, 0, 2027))
	if !f.ByCoordinator || f.Copies[0].Unit != border || f.Copies[2].Unit != standing || len(f.Copies[2].To) != 1 {
		t.Errorf("filed for the commune: %v", f.Copies)
	}
	if diff := cmp.Diff([]twinning.PersonID{officer.ID, lead.ID, head.ID}, b.told(before)); diff != "" {
		t.Errorf("told of what was filed for the commune (-want +got):\n%s", diff)
	}
	// A report on last year goes to last year's counterpart too.
	b.must(func(w *ledger.Work) error {
		p, err := w.Pairing(1)
		p.To = twinning.NewDate(2027, 12, 31)
		return errors.Join(err, w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: []twinning.Pairing{p}}))
	})
	b.now = at("2028-01-10 09:00")
	f = b.files(officer, document("report", border, 0, 2027))
	if !slices.ContainsFunc(f.Copies, func(r twinning.Receipt) bool { return r.Unit == health }) {
		t.Errorf("last year's counterpart got no copy: %v", f.Copies)
	}
	b.checkTexts()
}

// TestOwingsAgree compares what is derived for all units with what is derived for one, over random filings; an
// obligation once met keeps its standing whatever is filed later.
func TestOwingsAgree(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-01-05 09:00")
	met := map[twinning.Obligation]twinning.Standing{}
	rapid.Check(t, func(r *rapid.T) {
		b.now = b.now.AddDate(0, 0, rapid.IntRange(0, 2).Draw(r, "days"))
		var all []ledger.Owing
		b.look(func(k *ledger.Look) (err error) {
			all, err = k.Owings(2027)
			return err
		})
		o := rapid.SampledFrom(all).Draw(r, "obligation")
		if b.now.Year() == 2027 && b.ledger.Programme().Today(b.now) <= o.Deadlines.Closes {
			b.files(twinning.Person{}, twinning.Filing{
				Unit: o.Unit, Meets: []twinning.Obligation{o.Obligation}, Files: []twinning.FileRef{{UniqueID: "u"}},
			})
		}
		b.look(func(k *ledger.Look) error {
			all, err := k.Owings(2027)
			if err != nil {
				return err
			}
			single := map[twinning.Obligation]ledger.Owing{}
			for _, u := range testUnits() {
				list, err := k.OwingsIn(u.Key, 2027)
				if err != nil {
					return err
				}
				for _, o := range list {
					single[o.Obligation] = o
				}
			}
			if len(single) != len(all) {
				r.Fatalf("%d owings of units, %d of all", len(single), len(all))
			}
			for _, o := range all {
				if diff := cmp.Diff(o, single[o.Obligation]); diff != "" {
					r.Fatalf("%s (-all +one):\n%s", o.Obligation.Key(), diff)
				}
				if was, ok := met[o.Obligation]; ok && was != o.Standing {
					r.Fatalf("%s was %s and is %s", o.Obligation.Key(), was, o.Standing)
				}
				if o.Standing.Met() {
					met[o.Obligation] = o.Standing
				}
			}
			return nil
		})
	})
}
