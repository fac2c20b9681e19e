package ledger

import (
	"fmt"

	"ketnghia/twinning"
)

// BindGroup binds a Telegram group to a unit or to a pairing. People of the unit (of either party) may, and
// coordinators.
func (w *Work) BindGroup(a Actor, g twinning.Group) error {
	units := []twinning.UnitKey{g.Unit}
	if g.Pairing != 0 {
		p, err := w.Pairing(g.Pairing)
		if err != nil {
			return wrap("group", err)
		}
		units = []twinning.UnitKey{p.Sponsor, p.Recipient}
	}
	allowed := false
	for _, u := range units {
		if _, err := w.Unit(u); err != nil {
			return wrap("group", err)
		}
		allowed = allowed || maySpeakFor(a, u) == nil
	}
	if !allowed {
		return fmt.Errorf("group %d: %w", g.Chat, twinning.ErrForbidden)
	}
	g.By, g.Bound = a.Person.ID, w.Now()
	if err := w.tx.PutGroup(g); err != nil {
		return wrap("group", err)
	}
	return w.audit(a, "group.bind", fmt.Sprintf("group/%d", g.Chat), g)
}

// UnbindGroup forgets a group: on request, or because the bot was removed from it.
func (w *Work) UnbindGroup(a Actor, chat twinning.ChatID) error {
	if err := w.tx.DeleteGroup(chat); err != nil {
		return wrap("group", err)
	}
	return w.audit(a, "group.unbind", fmt.Sprintf("group/%d", chat), nil)
}
