package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// SetLeave keeps when a person is away and who stands in, or with a nil leave that the person is back: oneself, a lead
// for somebody of the own unit, or a coordinator. The deputy must be somebody else who acts for the unit, and is told;
// so is the person when somebody else says it. Saying the same again changes nothing. The error is an InvalidError
// "leave" with rule "range" for days that are over, in the wrong order or more than a year.
func (w *Work) SetLeave(a Actor, id twinning.PersonID, leave *twinning.Leave) error {
	p, err := w.Person(id)
	if err == nil && !p.Active() {
		err = fmt.Errorf("person %d: %w", id, twinning.ErrNotFound)
	}
	if err != nil {
		return wrap("leave", err)
	}
	if a.Person.ID != id || id == 0 {
		if err := mayInvite(a, p.Unit, p.Role); err != nil {
			return err
		}
	}
	former := p.Leave
	if former == nil && leave == nil || former != nil && leave != nil && *former == *leave {
		return nil
	}
	if leave != nil {
		if !leave.Fits(w.Today()) {
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
	if err := w.tellLeave(a, p, former); err != nil {
		return err
	}
	return w.audit(a, "person.leave", personObject(id), leave)
}

// tellLeave tells of a changed absence whom it concerns, the actor aside: the person, who stands in now, and who stood in
// before and need not any more.
func (w *Work) tellLeave(a Actor, p twinning.Person, former *twinning.Leave) error {
	args := twinning.Args{{"Name", twinning.Text(p.Name)}, {"By", twinning.Text(a.Person.Name)}}
	key, deputy := "notice.leave_over", twinning.PersonID(0)
	if p.Leave != nil {
		key, deputy = "notice.leave_set", p.Leave.Deputy
		args.Set("From", twinning.Day(p.Leave.From))
		args.Set("To", twinning.Day(p.Leave.To))
	}
	if a.Person.ID != p.ID {
		if err := w.tell(p, ClassReply, "", twinning.Say(key, args)); err != nil {
			return err
		}
	}
	if former != nil && former.Deputy != 0 && former.Deputy != deputy && former.To >= w.Today() {
		if err := w.tellPerson(a, former.Deputy, twinning.Say("notice.deputy_over", args)); err != nil {
			return err
		}
	}
	if deputy == 0 {
		return nil
	}
	return w.tellPerson(a, deputy, twinning.Say("notice.deputy", args))
}

// tellPerson tells somebody who is still there and is not the actor.
func (w *Work) tellPerson(a Actor, id twinning.PersonID, m twinning.Message) error {
	p, err := w.Person(id)
	if err != nil || !p.Active() || p.ID == a.Person.ID {
		return wrap("tell", err)
	}
	return w.tell(p, ClassReply, "", m)
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
