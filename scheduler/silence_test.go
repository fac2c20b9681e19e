package scheduler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// TestNobodyWhoOwesIsForgotten lets a commune's people put off, give away, go on leave, leave for good, bind a group and
// file at random in the weeks around a deadline, with outages. After every look on a working day somebody was told of each
// document that is owed, not longer ago than the ladder's last rung, or put it off; and nobody got two messages a day.
func TestNobodyWhoOwesIsForgotten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newWeeks(t, r)
		for day := twinning.NewDate(2027, 2, 10); day <= twinning.NewDate(2027, 3, 12); day++ {
			for range rapid.IntRange(0, 2).Draw(r, "decisions") {
				w.decide(day)
			}
			if rapid.IntRange(0, 9).Draw(r, "down") < 2 {
				continue
			}
			w.look(day)
		}
	})
}

// weeks is one run of the property.
type weeks struct {
	*books
	r      *rapid.T
	people []twinning.PersonID
	// gone are those who left for good, slept until when somebody put an obligation off.
	gone  map[twinning.PersonID]bool
	slept map[string]twinning.Date
	group bool
	seen  map[string]bool
	n     int
}

func newWeeks(t *testing.T, r *rapid.T) *weeks {
	units := []twinning.Unit{
		{Key: "ABDT", Name: "Ban Dân tộc", Role: twinning.RoleStanding, State: twinning.UnitActive},
		{Key: "D504", Name: "Huyện Tây Giang", Role: twinning.RoleRecipientDistrict, State: twinning.UnitActive},
		{Key: "W20437", Name: "Xã Ch'ơm", Role: twinning.RoleRecipientCommune, Parent: "D504", State: twinning.UnitActive},
	}
	w := &weeks{
		books: newBooksOf(t, units, nil), r: r, gone: map[twinning.PersonID]bool{}, slept: map[string]twinning.Date{},
		seen: map[string]bool{},
	}
	joined := at("2027-01-04 08:00")
	for _, role := range []twinning.Role{twinning.RoleOfficer, twinning.RoleOfficer, twinning.RoleLead} {
		w.people = append(w.people, w.enrol(joined, "W20437", role))
	}
	w.enrol(joined, "D504", twinning.RoleOfficer)
	return w
}

func rules() []twinning.RuleID {
	return []twinning.RuleID{"needs", "commune_plan", "commune_group", "commune_regulation", "commune_stages"}
}

// decide lets somebody do something at eight in the morning; what the books refuse changes nothing.
func (w *weeks) decide(day twinning.Date) {
	now := day.At(8, 0, zone())
	id := rapid.SampledFrom(w.people).Draw(w.r, "who")
	o := twinning.Obligation{Rule: rapid.SampledFrom(rules()).Draw(w.r, "rule"), Unit: "W20437", Year: 2027}
	days := rapid.IntRange(1, 12).Draw(w.r, "days")
	var s twinning.Snooze
	var done func()
	use := map[string]func(*ledger.Work, ledger.Actor) error{
		"put off": func(k *ledger.Work, a ledger.Actor) (err error) {
			s, err = k.Snooze(a, o, days)
			done = func() { w.slept[personCalled(id)+o.Key()] = s.Until }
			return err
		},
		"give": func(k *ledger.Work, a ledger.Actor) error {
			return k.Delegate(a, o, rapid.SampledFrom(w.people).Draw(w.r, "to"), day.AddDays(days))
		},
		"leave": func(k *ledger.Work, _ ledger.Actor) error {
			leave := &twinning.Leave{From: day, To: day.AddDays(days)}
			if d := rapid.SampledFrom(w.people).Draw(w.r, "deputy"); d != id && !w.gone[d] {
				leave.Deputy = d
			}
			return k.SetLeave(ledger.Actor{}, id, leave)
		},
		"go": func(k *ledger.Work, _ ledger.Actor) error {
			done = func() { w.gone[id] = true }
			_, err := k.Remove(ledger.Actor{}, id)
			return err
		},
		"bind": func(k *ledger.Work, _ ledger.Actor) error {
			done = func() { w.group = true }
			return k.BindGroup(ledger.Actor{}, twinning.Group{Chat: -77, Title: "Tổ", Unit: "W20437"})
		},
		"file": func(k *ledger.Work, a ledger.Actor) error {
			_, err := k.File(a, twinning.Filing{
				Unit: "W20437", Meets: []twinning.Obligation{o}, Files: []twinning.FileRef{{ID: "f", UniqueID: "u"}},
			})
			return err
		},
		"urge": func(k *ledger.Work, _ ledger.Actor) error {
			_, err := k.Urge(ledger.Actor{}, o.Rule, 2027)
			return err
		},
	}
	choices := []string{"put off", "put off", "put off", "give", "give", "leave", "leave", "go", "bind", "file", "urge"}
	choice := rapid.SampledFrom(choices).Draw(w.r, "choice")
	if choice == "go" && rapid.IntRange(0, 9).Draw(w.r, "really") > 0 {
		return
	}
	w.n++
	err := w.ledger.Update(w.Context(), now, func(k *ledger.Work) error {
		p, err := k.Person(id)
		if err != nil {
			return err
		}
		return use[choice](k.For(fmt.Sprintf("use %d", w.n)), ledger.Actor{Person: p, Chat: p.Telegram})
	})
	if err == nil && done != nil {
		done()
	}
}

// look lets the scheduler look at nine and holds what was said against what is owed.
func (w *weeks) look(day twinning.Date) {
	for _, row := range w.tick(day.String() + " 09:00") {
		name := fmt.Sprintf("%d on %s", row.Chat, day)
		if w.seen[name] {
			w.r.Fatalf("two messages to %s", name)
		}
		w.seen[name] = true
	}
	if !works(day) {
		return
	}
	err := w.ledger.View(w.Context(), day.At(9, 1, zone()), func(k *ledger.Look) error {
		owings, err := k.OwingsIn("W20437", 2027)
		for _, o := range owings {
			if slices.Contains(rules(), o.Rule.ID) && o.Standing.Open() {
				w.heard(k, o, day)
			}
		}
		return err
	})
	if err != nil {
		w.r.Fatal(err)
	}
}

// heard fails when nobody was told of the obligation since the last rung came, and nobody put it off.
func (w *weeks) heard(k *ledger.Look, o ledger.Owing, day twinning.Date) {
	rungs := k.Programme().Ladder.Rungs(o.Deadlines.Due, o.Deadlines.Closes, k.Programme().Calendar)
	rung, come := twinning.Latest(rungs, day)
	if !come {
		return
	}
	said, err := k.SaidWithPrefix("remind|" + o.Key() + "|")
	if err != nil {
		w.r.Fatal(err)
	}
	current := func(s store.Saying) bool {
		var id twinning.PersonID
		_, err := fmt.Sscanf(s.Cause[strings.LastIndexByte(s.Cause, '|')+1:], "person %d", &id)
		return twinning.DateOf(s.At, time.FixedZone("", 7*60*60)) >= rung.On && (err != nil || !w.gone[id])
	}
	if slices.ContainsFunc(said, current) {
		return
	}
	for who, until := range w.slept {
		if strings.HasSuffix(who, o.Key()) && until > day {
			return
		}
	}
	w.r.Fatalf("%s: nobody was told of %s since %s (%v)", day, o.Key(), rung.On, said)
}
