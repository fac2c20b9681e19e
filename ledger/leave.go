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

// sortByTime sorts by a moment, stably.
func sortByTime[T any](list []T, at func(T) int64) {
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(at(a), at(b)) })
}
