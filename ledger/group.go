package ledger

import (
	"errors"
	"fmt"

	"ketnghia/twinning"
)

// BindGroup binds a Telegram group to a unit or to a pairing. People of the unit (of either party) may, and
// coordinators; a group that is bound already only if they may bind it as it is bound.
func (w *Work) BindGroup(a Actor, g twinning.Group) error {
	if g.Pairing != 0 {
		g.Unit = ""
	}
	if err := w.mayBind(a, g); err != nil {
		return err
	}
	old, err := w.Group(g.Chat)
	switch {
	case err == nil:
		err = w.mayBind(a, old)
	case errors.Is(err, twinning.ErrNotFound):
		err = nil
	}
	if err != nil {
		return wrap("group", err)
	}
	g.By, g.Bound = a.Person.ID, w.Now()
	if err := w.tx.PutGroup(g); err != nil {
		return wrap("group", err)
	}
	return w.audit(a, "group.bind", groupObject(g.Chat), g)
}

// mayBind says whether the actor may speak for the group's unit or for a party of its pairing.
func (k *Look) mayBind(a Actor, g twinning.Group) error {
	units := []twinning.UnitKey{g.Unit}
	if g.Pairing != 0 {
		p, err := k.Pairing(g.Pairing)
		if err != nil {
			return wrap("group", err)
		}
		units = []twinning.UnitKey{p.Sponsor, p.Recipient}
	}
	for _, u := range units {
		if _, err := k.Unit(u); err != nil {
			return wrap("group", err)
		}
		if k.maySpeakFor(a, u) == nil {
			return nil
		}
	}
	return fmt.Errorf("group %d: %w", g.Chat, twinning.ErrForbidden)
}

// UnbindGroup forgets a group. It asks for no right, since the bot may have been removed from the group by anybody: who
// calls it for somebody's request checks that first.
func (w *Work) UnbindGroup(a Actor, chat twinning.ChatID) error {
	if err := w.tx.DeleteGroup(chat); err != nil {
		return wrap("group", err)
	}
	return w.audit(a, "group.unbind", groupObject(chat), nil)
}

// groupObject names a group in the audit.
func groupObject(chat twinning.ChatID) string { return fmt.Sprintf("group/%d", chat) }
