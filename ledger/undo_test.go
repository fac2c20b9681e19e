package ledger_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// snapshot is what a naive model knows of an activity: as much as the tests change.
type snapshot struct {
	state      twinning.ActivityState
	unit       twinning.UnitKey
	recipient  twinning.UnitKey
	households int64
	claim      int64
	confirmed  twinning.PersonID
}

// deed is a change that stands: who made it, what for, and what held after it.
type deed struct {
	by    twinning.PersonID
	kind  string
	at    int
	after snapshot
}

// modelled is an activity of the model: its deeds as a stack.
type modelled struct {
	deeds   []deed
	gone    snapshot
	version int
}

func (m *modelled) now() snapshot {
	if len(m.deeds) == 0 {
		gone := m.gone
		gone.state, gone.claim, gone.confirmed = twinning.ActivityVoided, 0, 0
		return gone
	}
	return m.deeds[len(m.deeds)-1].after
}

func (m *modelled) counterpart() twinning.UnitKey {
	if m.now().unit == health {
		return m.now().recipient
	}
	return health
}

// undoModel plays random people on a handful of activities, beside the real books.
type undoModel struct {
	b      *books
	people []twinning.Person
	acts   map[twinning.ActivityID]*modelled
	clock  int
}

func newUndoModel(t testing.TB) *undoModel {
	b := newBooks(t)
	m := &undoModel{b: b, acts: map[twinning.ActivityID]*modelled{}}
	for _, x := range []struct {
		unit twinning.UnitKey
		role twinning.Role
	}{
		{health, twinning.RoleOfficer},
		{health, twinning.RoleLead},
		{border, twinning.RoleOfficer},
		{border, twinning.RoleLead},
		{inland, twinning.RoleOfficer},
		{standing, twinning.RoleCoordinator},
	} {
		m.people = append(m.people, b.enrol(x.unit, x.role))
	}
	return m
}

// speaks and answers say who may change an activity for its own side and for the other.
func (m *undoModel) speaks(p twinning.Person, a *modelled) bool {
	return p.Role == twinning.RoleCoordinator || p.Unit == a.now().unit
}

func (m *undoModel) answers(p twinning.Person, a *modelled) bool { return p.Unit == a.counterpart() }

func (m *undoModel) do(a *modelled, p twinning.Person, kind string, after snapshot) {
	m.clock++
	a.version++
	a.deeds = append(a.deeds, deed{by: p.ID, kind: kind, at: m.clock, after: after})
}

// undo takes back the newest deed of the person; it says whether the books must refuse and why.
func (m *undoModel) undo(p twinning.Person) error {
	var last *modelled
	place := -1
	for _, a := range m.acts {
		for i, d := range a.deeds {
			if d.by == p.ID && (last == nil || d.at > last.deeds[place].at) {
				last, place = a, i
			}
		}
	}
	if last == nil {
		return ledger.ErrNothingToUndo
	}
	word := last.deeds[place].kind == "confirm" || last.deeds[place].kind == "dispute"
	if word && !m.answers(p, last) || !word && !m.speaks(p, last) {
		return twinning.ErrForbidden
	}
	for _, d := range last.deeds[place+1:] {
		// A word about facts that go falls with them; other people's facts stay, and so do their words about a word.
		if word || d.kind != "confirm" && d.kind != "dispute" {
			return twinning.ErrConflict
		}
	}
	last.gone = last.deeds[0].after
	if place == 0 {
		last.gone = last.now()
	}
	last.deeds = last.deeds[:place]
	last.version++
	return nil
}

// step lets one person do one thing, in the model and in the books, and compares whether it was allowed.
func (m *undoModel) step(r *rapid.T) {
	p := rapid.SampledFrom(m.people).Draw(r, "person")
	kind := rapid.SampledFrom([]string{"log", "revise", "confirm", "dispute", "take", "void", "undo", "undo"}).Draw(r, "kind")
	if kind == "undo" {
		want := m.undo(p)
		m.compare(r, "undo", want, m.b.try(func(w *ledger.Work) error { _, err := w.Undo(by(p)); return err }))
		return
	}
	number := int64(rapid.IntRange(1, 4).Draw(r, "households"))
	if kind == "log" || len(m.acts) == 0 {
		m.log(p, number)
		return
	}
	id := twinning.ActivityID(rapid.IntRange(1, len(m.acts)).Draw(r, "activity"))
	a := m.acts[id]
	s := a.now()
	var want, got error
	switch kind {
	case "revise":
		want, got = m.revise(r, p, id, number)
	case "confirm":
		want = verdict(m.answers(p, a), s.state != twinning.ActivityVoided && s.state != twinning.ActivityConfirmed)
		if want == nil {
			s.state, s.claim, s.confirmed = twinning.ActivityConfirmed, 0, p.ID
			m.do(a, p, kind, s)
		}
		got = m.b.try(func(w *ledger.Work) error { _, err := w.Confirm(by(p), id, 0); return err })
	case "dispute":
		want = verdict(m.answers(p, a), s.state != twinning.ActivityVoided)
		if want == nil {
			s.state, s.claim, s.confirmed = twinning.ActivityDisputed, number, 0
			m.do(a, p, kind, s)
		}
		claim := twinning.Quantities{twinning.Households: number}
		got = m.b.try(func(w *ledger.Work) error { _, err := w.Dispute(by(p), id, 0, claim); return err })
	case "take":
		want = verdict(m.speaks(p, a), s.state == twinning.ActivityDisputed)
		if want == nil {
			s.state, s.households, s.claim, s.confirmed = twinning.ActivityConfirmed, s.claim, 0, claimant(a)
			m.do(a, p, kind, s)
		}
		got = m.b.try(func(w *ledger.Work) error { _, err := w.TakeClaim(by(p), id, 0); return err })
	case "void":
		want = verdict(m.speaks(p, a), s.state != twinning.ActivityVoided)
		if want == nil {
			s.state = twinning.ActivityVoided
			m.do(a, p, kind, s)
		}
		got = m.b.try(func(w *ledger.Work) error { _, err := w.Void(by(p), id, 0, "undo"); return err })
	}
	m.compare(r, kind, want, got)
}

// claimant is who first gave the claim that stands.
func claimant(a *modelled) twinning.PersonID {
	i := len(a.deeds) - 1
	for i > 0 && a.deeds[i-1].kind == "dispute" && a.deeds[i-1].after.claim == a.now().claim {
		i--
	}
	return a.deeds[i].by
}

func verdict(may, fits bool) error {
	switch {
	case !may:
		return twinning.ErrForbidden
	case !fits:
		return twinning.ErrConflict
	}
	return nil
}

func (m *undoModel) compare(r *rapid.T, kind string, want, got error) {
	if want == nil && got != nil || !errors.Is(got, want) {
		r.Fatalf("%s: got %v, want %v", kind, got, want)
	}
}

func (m *undoModel) log(p twinning.Person, number int64) {
	if len(m.acts) == 4 || p.Unit == inland {
		return
	}
	d := support(p.Unit, 1+len(m.acts), number)
	d.Distinct = true
	act := m.b.logs(p, d)
	a := &modelled{}
	m.acts[act.ID] = a
	s := snapshot{state: twinning.ActivityLogged, unit: p.Unit, recipient: border, households: number}
	if p.Unit == standing {
		s.unit = health
	}
	m.do(a, p, "log", s)
}

// revise gives another number; a coordinator may give the activity to the other commune too.
func (m *undoModel) revise(r *rapid.T, p twinning.Person, id twinning.ActivityID, number int64) (want, got error) {
	a := m.acts[id]
	before := a.now()
	s := snapshot{state: twinning.ActivityLogged, unit: before.unit, recipient: before.recipient, households: number}
	if p.Role == twinning.RoleCoordinator {
		s.recipient = rapid.SampledFrom([]twinning.UnitKey{border, inland}).Draw(r, "recipient")
	}
	changes := s.recipient != before.recipient || s.households != before.households
	want = verdict(m.speaks(p, a), before.state != twinning.ActivityVoided)
	if want == nil && changes {
		if before.state == twinning.ActivityDisputed && before.claim == number {
			s.state, s.confirmed = twinning.ActivityConfirmed, claimant(a)
		}
		if s.unit != health {
			s.unit = s.recipient
		}
		m.do(a, p, "revise", s)
	}
	got = m.b.try(func(w *ledger.Work) error {
		act, err := w.Activity(id)
		if err != nil {
			return err
		}
		d := revision(act, number)
		d.Facts.Recipient = s.recipient
		_, err = logDraft(w, by(p), d)
		return err
	})
	return want, got
}

// check compares every activity, the versions and the totals with the model.
func (m *undoModel) check(r *rapid.T) {
	counted := map[twinning.UnitKey]int64{}
	for id, a := range m.acts {
		s := a.now()
		if s.state != twinning.ActivityVoided {
			counted[health] += s.households
			counted[s.recipient] += s.households
		}
		m.b.look(func(k *ledger.Look) error {
			versions, err := k.ActivityVersions(id)
			if err != nil {
				return err
			}
			act := versions[len(versions)-1]
			got := snapshot{
				act.State, act.Unit, act.Facts.Recipient, act.Facts.Quantities[twinning.Households],
				act.Claim[twinning.Households], act.ConfirmedBy,
			}
			if s.state == twinning.ActivityVoided {
				got.claim, got.confirmed, s.claim, s.confirmed = 0, 0, 0, 0
			}
			if diff := cmp.Diff(s, got, cmp.AllowUnexported(snapshot{})); diff != "" {
				r.Fatalf("activity %d (-want +got):\n%s", id, diff)
			}
			if len(versions) != a.version {
				r.Fatalf("activity %d has %d versions, want %d", id, len(versions), a.version)
			}
			for i, v := range versions {
				if v.Version != i+1 {
					r.Fatalf("activity %d: version %d stands at %d", id, v.Version, i+1)
				}
			}
			return nil
		})
	}
	got := map[twinning.UnitKey]int64{}
	m.b.look(func(k *ledger.Look) error {
		rows, err := k.AllTotals(2027)
		for _, row := range rows {
			got[row.Unit] += row.Sum[twinning.Households]
		}
		return err
	})
	maps.DeleteFunc(counted, func(_ twinning.UnitKey, n int64) bool { return n == 0 })
	maps.DeleteFunc(got, func(_ twinning.UnitKey, n int64) bool { return n == 0 })
	if diff := cmp.Diff(counted, got); diff != "" {
		r.Fatalf("totals (-want +got):\n%s", diff)
	}
}

// TestUndoAgainstModel lets people log, correct, confirm, dispute, take claims, void and undo at random.
func TestUndoAgainstModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		m := newUndoModel(t)
		m.b.plain = true
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			m.step(r)
			m.check(r)
		}
	})
}

// TestUndoReach says how far back an undo goes.
func TestUndoReach(t *testing.T) {
	t.Parallel()
	undo := func(b *books, p twinning.Person) string {
		b.Helper()
		var act twinning.Activity
		err := b.try(func(w *ledger.Work) (err error) { act, err = w.Undo(by(p)); return err })
		if err != nil {
			return fmt.Sprint(err)
		}
		return fmt.Sprintf("%d %s %d", act.ID, act.State, act.Facts.Quantities[twinning.Households])
	}
	tests := []struct {
		name string
		do   func(*books, twinning.Person)
		want []string
	}{
		{"nothing", func(*books, twinning.Person) {}, []string{"nothing to undo"}},
		{"one after the other, the newest first", func(b *books, p twinning.Person) {
			b.logs(p, support(health, 1, 1))
			b.logs(p, support(health, 2, 2))
		}, []string{"2 voided 2", "1 voided 1", "nothing to undo"}},
		{"a week is over", func(b *books, p twinning.Person) {
			b.logs(p, support(health, 1, 1))
			b.now = b.now.Add(7*24*time.Hour + time.Second)
		}, []string{"nothing to undo"}},
		{"who goes on means the same activity", func(b *books, p twinning.Person) {
			act := b.logs(p, support(health, 1, 1))
			b.now = b.now.Add(8 * 24 * time.Hour)
			b.logs(p, revision(act, 2))
		}, []string{"1 logged 1", "1 voided 1", "nothing to undo"}},
		{"a void comes back", func(b *books, p twinning.Person) {
			act := b.logs(p, support(health, 1, 1))
			b.must(func(w *ledger.Work) error { _, err := w.Void(by(p), act.ID, 1, "nhầm"); return err })
		}, []string{"1 logged 1", "1 voided 1"}},
		{"a document filed since is no change of an activity", func(b *books, p twinning.Person) {
			b.logs(p, support(health, 1, 1))
			b.files(p, document("programme", health, 1, 2027))
		}, []string{"nothing to undo"}},
		{"much happened since", func(b *books, p twinning.Person) {
			b.logs(p, support(health, 1, 1))
			b.must(func(w *ledger.Work) error {
				for range 600 {
					if err := w.UnbindGroup(ledger.Actor{}, -1); err != nil {
						return err
					}
				}
				return nil
			})
		}, []string{"1 voided 1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			p := b.enrol(health, twinning.RoleOfficer)
			test.do(b, p)
			var got []string
			for range test.want {
				got = append(got, undo(b, p))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("undone (-want +got):\n%s", diff)
			}
			b.checkTexts()
		})
	}
}
