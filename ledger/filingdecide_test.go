package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// needs is the report of needs of the commune at the border.
func needs() twinning.Obligation {
	return twinning.Obligation{Rule: "needs", Unit: border, Year: 2027}
}

// changes makes a change of a filing and returns it with the error of the use case.
func (b *books) changes(do func(*ledger.Work) (twinning.Filing, error)) (f twinning.Filing, failed error) {
	b.Helper()
	failed = b.try(func(w *ledger.Work) (err error) {
		f, err = do(w)
		return err
	})
	return f, failed
}

func accepts(p twinning.Person, id twinning.FilingID, seen twinning.FilingState) func(*ledger.Work) (twinning.Filing, error) {
	return func(w *ledger.Work) (twinning.Filing, error) { return w.Accept(by(p), id, seen) }
}

func returns(p twinning.Person, id twinning.FilingID, seen twinning.FilingState) func(*ledger.Work) (twinning.Filing, error) {
	return func(w *ledger.Work) (twinning.Filing, error) { return w.Return(by(p), id, seen, "chưa ký") }
}

// TestDecisions goes through the states of a document, one step after another.
func TestDecisions(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-02-20 09:00")
	officer, one := b.enrol(border, twinning.RoleOfficer), b.enrol(standing, twinning.RoleCoordinator)
	const submitted, accepted, returned = twinning.FilingSubmitted, twinning.FilingAccepted, twinning.FilingReturned
	first := b.files(officer, document("needs", border, 0, 2027))
	steps := []struct {
		name string
		do   func(*ledger.Work) (twinning.Filing, error)
		want error
		// state is that of the first document after the step, met whether its obligation is.
		state twinning.FilingState
		met   bool
	}{
		{"accept", accepts(one, 1, submitted), nil, accepted, true},
		{"accept twice", accepts(one, 1, accepted), twinning.ErrConflict, accepted, true},
		{"an old button", returns(one, 1, submitted), twinning.ErrConflict, accepted, true},
		{"return what was accepted", returns(one, 1, accepted), nil, returned, false},
		{"return twice", returns(one, 1, returned), twinning.ErrConflict, returned, false},
		{"accept what was returned by mistake", accepts(one, 1, returned), nil, accepted, true},
		{"return once more", returns(one, 1, accepted), nil, returned, false},
		{"file again", func(w *ledger.Work) (twinning.Filing, error) {
			return w.File(by(officer), document("needs", border, 0, 2027))
		}, nil, returned, true},
		{"accept the old version", accepts(one, 1, returned), twinning.ErrConflict, returned, true},
		{"accept the new version", accepts(one, 2, submitted), nil, returned, true},
		{"a better one", func(w *ledger.Work) (twinning.Filing, error) {
			return w.File(by(officer), document("needs", border, 0, 2027))
		}, nil, returned, true},
		{"return the replaced one", returns(one, 2, twinning.FilingSuperseded), twinning.ErrConflict, returned, true},
		{"return the better one: nothing stands", returns(one, 3, submitted), nil, returned, false},
		{"without a reason", func(w *ledger.Work) (twinning.Filing, error) {
			return w.Return(by(one), 3, returned, " ")
		}, twinning.ErrConflict, returned, false},
	}
	for _, step := range steps {
		if _, err := b.changes(step.do); !errors.Is(err, step.want) {
			t.Errorf("%s: %v", step.name, err)
		}
		if got := b.filing(first.ID).State; got != step.state {
			t.Errorf("%s: state %s", step.name, got)
		}
		if got := b.owing(needs()); got.Standing.Met() != step.met {
			t.Errorf("%s: standing %s", step.name, got.Standing)
		}
	}
	if f := b.filing(2); f.Supersedes != 1 || f.State != twinning.FilingSuperseded {
		t.Errorf("the second version is %s and replaces %d", f.State, f.Supersedes)
	}
	if o := b.owing(needs()); o.Returned == nil || o.Returned.ID != 3 || o.Newest != nil {
		t.Errorf("returned is %v, newest %v", o.Returned, o.Newest)
	}
	b.checkTexts()
}

// The date that counts is that of the first version since the last one that was returned.
func TestDateAfterReturn(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer, one := b.enrol(border, twinning.RoleOfficer), b.enrol(standing, twinning.RoleCoordinator)
	b.now = at("2027-02-20 09:00")
	b.files(officer, document("needs", border, 0, 2027))
	b.files(officer, document("needs", border, 0, 2027))
	if _, err := b.changes(returns(one, 2, twinning.FilingSubmitted)); err != nil {
		t.Fatal(err)
	}
	b.now = at("2027-03-10 09:00")
	if got := b.owing(needs()).Standing; got != twinning.StandingOverdue {
		t.Errorf("returned, it is %s", got)
	}
	b.files(officer, document("needs", border, 0, 2027))
	if got := b.owing(needs()); got.Standing != twinning.StandingMetLate || got.Filing.ID != 3 {
		t.Errorf("filed again, it is %s by %d", got.Standing, got.Filing.ID)
	}
	// What was given up for a document that was refused does not come back when its successor is taken back.
	if _, err := b.changes(func(w *ledger.Work) (twinning.Filing, error) { return w.Withdraw(by(officer), 3, "x") }); err != nil {
		t.Fatal(err)
	}
	if got := b.owing(needs()).Standing; got != twinning.StandingOverdue {
		t.Errorf("taken back, it is %s", got)
	}
}

// TestFilingRights tries every change as everybody.
func TestFilingRights(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-02-20 09:00")
	people := map[string]twinning.Person{
		"filer": b.enrol(border, twinning.RoleOfficer), "colleague": b.enrol(border, twinning.RoleOfficer),
		"lead": b.enrol(border, twinning.RoleLead), "looker": b.enrol(border, twinning.RoleObserver),
		"counterpart": b.enrol(health, twinning.RoleLead), "district": b.enrol(district, twinning.RoleLead),
		"coordinator": b.enrol(standing, twinning.RoleCoordinator), "observer": b.enrol(standing, twinning.RoleObserver),
		"neighbour": b.enrol(inland, twinning.RoleLead), "guard": b.enrol(guards, twinning.RoleOfficer),
	}
	plan := b.files(people["filer"], document("needs", border, 0, 2027))
	signed := b.files(people["counterpart"], document("programme", health, 1, 2027))
	more := []twinning.Obligation{{Rule: "commune_group", Unit: border, Year: 2027}}
	change := func(do func(w *ledger.Work, a ledger.Actor) (twinning.Filing, error)) func(*ledger.Work, ledger.Actor) error {
		return func(w *ledger.Work, a ledger.Actor) error {
			_, err := do(w, a)
			return err
		}
	}
	tests := []struct {
		name string
		who  []string
		do   func(*ledger.Work, ledger.Actor) error
	}{
		{"accept", []string{"coordinator"}, change(func(w *ledger.Work, a ledger.Actor) (twinning.Filing, error) {
			return w.Accept(a, plan.ID, twinning.FilingSubmitted)
		})},
		{"return", []string{"coordinator"}, change(func(w *ledger.Work, a ledger.Actor) (twinning.Filing, error) {
			return w.Return(a, plan.ID, twinning.FilingSubmitted, "x")
		})},
		{"withdraw", []string{"filer", "lead"}, change(func(w *ledger.Work, a ledger.Actor) (twinning.Filing, error) {
			return w.Withdraw(a, plan.ID, "x")
		})},
		{"retitle", []string{"filer", "lead"}, change(func(w *ledger.Work, a ledger.Actor) (twinning.Filing, error) {
			return w.Retitle(a, plan.ID, more)
		})},
		{"extend", []string{"filer", "lead"}, change(func(w *ledger.Work, a ledger.Actor) (twinning.Filing, error) {
			return w.Extend(a, plan.ID, more)
		})},
		{"number", []string{"filer", "colleague", "lead", "coordinator"}, change(func(w *ledger.Work, a ledger.Actor) (twinning.Filing, error) {
			return w.Describe(a, plan.ID, "15/KH-UBND", twinning.NewDate(2027, 2, 10))
		})},
		{"checklist", []string{"counterpart", "coordinator"}, change(func(w *ledger.Work, a ledger.Actor) (twinning.Filing, error) {
			return w.SetChecklist(a, signed.ID, []string{"budget"})
		})},
		{
			"read",
			[]string{"filer", "colleague", "lead", "looker", "counterpart", "district", "coordinator", "observer", "guard"},
			func(w *ledger.Work, a ledger.Actor) error { return refused(w.MayReadFiling(a.Person, plan)) },
		},
		{
			"read the sponsor's",
			[]string{"filer", "colleague", "lead", "looker", "counterpart", "district", "coordinator", "observer"},
			func(w *ledger.Work, a ledger.Actor) error { return refused(w.MayReadFiling(a.Person, signed)) },
		},
	}
	for _, test := range tests {
		for name, p := range people {
			t.Run(fmt.Sprintf("%s/%s", test.name, name), func(t *testing.T) {
				err := b.peek(func(w *ledger.Work) error { return test.do(w, by(p)) })
				allowed := slices.Contains(test.who, name)
				if allowed && err != nil || !allowed && !errors.Is(err, twinning.ErrForbidden) {
					t.Errorf("allowed %t: %v", allowed, err)
				}
			})
		}
	}
}

// TestTakeBack changes the title of a document and takes another back; what they had replaced stands again.
func TestTakeBack(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-02-20 09:00")
	officer, one := b.enrol(border, twinning.RoleOfficer), b.enrol(standing, twinning.RoleCoordinator)
	lead := b.enrol(health, twinning.RoleLead)
	b.files(officer, document("needs", border, 0, 2027))
	if _, err := b.changes(accepts(one, 1, twinning.FilingSubmitted)); err != nil {
		t.Fatal(err)
	}
	b.now = at("2027-02-21 09:00")
	b.files(officer, document("needs", border, 0, 2027))
	before := len(b.outbox())
	b.now = at("2027-03-20 09:00")
	f, err := b.changes(func(w *ledger.Work) (twinning.Filing, error) {
		return w.Retitle(by(officer), 2, []twinning.Obligation{{Rule: "commune_regulation", Unit: border, Year: 2027}})
	})
	if err != nil || f.Supersedes != 0 || f.Filed != twinning.NewDate(2027, 2, 21) || len(f.Files) != 1 {
		t.Errorf("retitled: %v, %+v", err, f)
	}
	if diff := cmp.Diff([]twinning.PersonID{one.ID, lead.ID}, b.told(before)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if got := b.filing(1).State; got != twinning.FilingAccepted {
		t.Errorf("the first document is %s", got)
	}
	if got := b.owing(f.Meets[0]).Standing; got != twinning.StandingMet {
		t.Errorf("the new title is %s", got)
	}
	third := b.files(officer, document("needs", border, 0, 2027))
	if f, err = b.changes(func(w *ledger.Work) (twinning.Filing, error) {
		return w.Withdraw(by(officer), third.ID, "gửi nhầm tệp")
	}); err != nil || !f.Withdrawn {
		t.Errorf("withdrawn: %v, %+v", err, f)
	}
	if o := b.owing(needs()); o.Filing == nil || o.Filing.ID != 1 || o.Newest == nil || o.Newest.ID != 1 || o.Returned != nil {
		t.Errorf("after the withdrawal: %+v", o)
	}
	for name, do := range map[string]func(*ledger.Work) (twinning.Filing, error){
		"accept":         accepts(one, third.ID, twinning.FilingReturned),
		"withdraw again": func(w *ledger.Work) (twinning.Filing, error) { return w.Withdraw(by(officer), third.ID, "x") },
		"withdraw what was accepted": func(w *ledger.Work) (twinning.Filing, error) {
			return w.Withdraw(by(officer), 1, "x")
		},
	} {
		if _, err := b.changes(do); !errors.Is(err, twinning.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.checkTexts()
}

// TestReturnedIsNeverMet files, decides and takes back at random: whatever happens, an obligation is met only by a
// document that stands, or by one that such a document replaced.
func TestReturnedIsNeverMet(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.plain = true
	b.now = at("2027-01-05 09:00")
	one := b.enrol(standing, twinning.RoleCoordinator)
	officer := b.enrol(border, twinning.RoleLead)
	rules := []twinning.RuleID{"needs", "commune_plan", "commune_group"}
	rapid.Check(t, func(r *rapid.T) {
		var filings []twinning.Filing
		b.look(func(k *ledger.Look) (err error) {
			filings, err = k.FilingsOf(border, 2027)
			return err
		})
		id := twinning.FilingID(1)
		if len(filings) > 0 {
			id = rapid.SampledFrom(filings[:min(len(filings), 6)]).Draw(r, "filing").ID
		}
		rule := rapid.SampledFrom(rules).Draw(r, "rule")
		seen := rapid.SampledFrom([]twinning.FilingState{"submitted", "accepted", "returned", "superseded"}).Draw(r, "seen")
		act := rapid.SampledFrom([]string{"file", "accept", "return", "withdraw", "retitle"}).Draw(r, "act")
		_ = b.try(func(w *ledger.Work) (err error) {
			switch act {
			case "file":
				_, err = w.File(by(officer), document(rule, border, 0, 2027))
			case "accept":
				_, err = w.Accept(by(one), id, seen)
			case "return":
				_, err = w.Return(by(one), id, seen, "x")
			case "withdraw":
				_, err = w.Withdraw(by(officer), id, "x")
			case "retitle":
				_, err = w.Retitle(by(officer), id, []twinning.Obligation{{Rule: rule, Unit: border, Year: 2027}})
			}
			return err
		})
		b.look(func(k *ledger.Look) error {
			owings, err := k.Owings(2027)
			if err != nil {
				return err
			}
			for _, o := range owings {
				all, err := k.FilingsFor(o.Obligation)
				if err != nil {
					return err
				}
				stands := slices.ContainsFunc(all, func(f twinning.Filing) bool { return f.Stands() })
				if o.Standing.Met() && (!stands || !o.Filing.Counts()) || !o.Standing.Met() && stands {
					r.Fatalf("after %s of %d: %s is %s by %v", act, id, o.Obligation.Key(), o.Standing, o.Filing)
				}
			}
			return nil
		})
	})
}
