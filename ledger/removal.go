package ledger

import (
	"fmt"

	"ketnghia/twinning"
)

// Remove ends a membership: by a coordinator, or by a lead for somebody of the own unit, or by oneself. The drafts of
// the person go with it, and so does what waits to be sent to the private chat: it was written for somebody who may read
// the books, and a file would be made of them only when it is sent. Somebody must be left to let people in: the last coordinator stays (ErrLastCoordinator).
func (w *Work) Remove(a Actor, id twinning.PersonID) (twinning.Person, error) {
	p, err := w.Person(id)
	if err != nil {
		return p, wrap("remove", err)
	}
	if a.Person.ID != id || id == 0 {
		if err := mayInvite(a, p.Unit, p.Role); err != nil {
			return p, err
		}
	}
	if p.State == twinning.MembershipLeft {
		return p, fmt.Errorf("person %d: left: %w", id, twinning.ErrConflict)
	}
	if err := w.keepCoordinator(p); err != nil {
		return p, err
	}
	p.State = twinning.MembershipLeft
	if _, err := w.tx.PutPerson(p); err != nil {
		return p, wrap("remove", err)
	}
	if err := w.dropDrafts(id); err != nil {
		return p, err
	}
	if err := w.withhold(id); err != nil {
		return p, err
	}
	if err := w.EndConversation(p.Telegram, id); err != nil {
		return p, err
	}
	return p, w.audit(a, "person.remove", personObject(id), map[string]any{"unit": p.Unit})
}

// keepCoordinator refuses to let the last coordinator go.
func (k *Look) keepCoordinator(p twinning.Person) error {
	if !p.Active() || p.Role != twinning.RoleCoordinator {
		return nil
	}
	people, err := k.People()
	if err != nil {
		return wrap("people", err)
	}
	for _, other := range people {
		if other.ID != p.ID && other.Active() && other.Role == twinning.RoleCoordinator {
			return nil
		}
	}
	return fmt.Errorf("person %d: %w", p.ID, ErrLastCoordinator)
}

// dropDrafts forgets what the person has not logged: it was written for a unit that is the person's no more.
func (w *Work) dropDrafts(p twinning.PersonID) error {
	drafts, err := w.DraftsOf(p)
	if err != nil {
		return wrap("drafts", err)
	}
	for _, d := range drafts {
		if err := w.tx.DeleteDraft(d.ID); err != nil {
			return wrap("drafts", err)
		}
	}
	return nil
}

// withhold gives up what waits to be sent to the person, or was tried and is to be tried again.
func (w *Work) withhold(p twinning.PersonID) error {
	rows, err := w.UnsentTo(p)
	if err != nil {
		return wrap("withhold", err)
	}
	for _, row := range rows {
		row.State, row.Error = Failed, errorLeft
		if err := w.tx.PutOutRow(row); err != nil {
			return wrap("withhold", err)
		}
	}
	return nil
}

// errorLeft is the error of a delivery whose addressee is no longer in the programme.
const errorLeft = "left"
