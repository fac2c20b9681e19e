package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// leaveLimit is the longest absence in days; whoever is away for longer hands the membership over.
const leaveLimit = 366

// SetLeave keeps when a person is away and who stands in, or with a nil leave that the person is back: oneself, a lead
// for somebody of the own unit, or a coordinator. The deputy must be somebody else who acts for the unit.
func (w *Work) SetLeave(a Actor, id twinning.PersonID, leave *twinning.Leave) error {
	p, err := w.Person(id)
	if err != nil {
		return wrap("leave", err)
	}
	if a.Person.ID != id || id == 0 {
		if err := mayInvite(a, p.Unit, p.Role); err != nil {
			return err
		}
	}
	if leave != nil {
		if leave.To < leave.From || leave.To < w.Today() || leave.To.DaysSince(leave.From) > leaveLimit {
			return &twinning.InvalidError{Field: "leave", Rule: "range"}
		}
		if err := w.mayDeputise(p, leave.Deputy); err != nil {
			return err
		}
	}
	p.Leave = leave
	if _, err := w.tx.PutPerson(p); err != nil {
		return wrap("leave", err)
	}
	if leave != nil && leave.Deputy != 0 {
		deputy, err := w.Person(leave.Deputy)
		if err != nil {
			return wrap("leave", err)
		}
		if err := w.tell(deputy, ClassReply, "", twinning.Say("notice.deputy", twinning.Args{
			"Name": twinning.Text(p.Name), "From": twinning.Day(leave.From), "To": twinning.Day(leave.To),
		})); err != nil {
			return err
		}
	}
	return w.audit(a, "person.leave", personObject(id), leave)
}

// mayDeputise refuses a deputy who does not act for the person's unit; 0 is no deputy.
func (w *Work) mayDeputise(p twinning.Person, deputy twinning.PersonID) error {
	if deputy == 0 {
		return nil
	}
	d, err := w.Person(deputy)
	if err != nil {
		return wrap("deputy", err)
	}
	if deputy == p.ID || d.Unit != p.Unit || !d.MayLog() {
		return fmt.Errorf("deputy %d: %w", deputy, twinning.ErrForbidden)
	}
	return nil
}

// StandIns puts for each of the people who is away on the day the deputy, when there is one who is there, and leaves the
// others out; nobody stands twice. When all are away and nobody stands in, all are returned: who is away may still be
// the only one who can see to it.
func StandIns(people, staff []twinning.Person, day twinning.Date) []twinning.Person {
	var present []twinning.Person
	add := func(p twinning.Person) {
		if !slices.ContainsFunc(present, func(x twinning.Person) bool { return x.ID == p.ID }) {
			present = append(present, p)
		}
	}
	for _, p := range people {
		if !p.Leave.On(day) {
			add(p)
			continue
		}
		for _, d := range staff {
			if d.ID == p.Leave.Deputy && !d.Leave.On(day) {
				add(d)
			}
		}
	}
	if len(present) == 0 {
		return people
	}
	slices.SortFunc(present, func(a, b twinning.Person) int { return cmp.Compare(a.ID, b.ID) })
	return present
}

// sortByTime sorts by a moment, stably.
func sortByTime[T any](list []T, at func(T) int64) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(at(a), at(b)) })
}
