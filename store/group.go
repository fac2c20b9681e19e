package store

import (
	"fmt"

	"ketnghia/twinning"
)

func groupKey(chat twinning.ChatID) key { return keyOf(kindGroup).int(int64(chat)) }

// Group returns the group of that chat.
func (v *View) Group(chat twinning.ChatID) (twinning.Group, error) {
	g, err := get[twinning.Group](v, groupKey(chat))
	if err != nil {
		return g, fmt.Errorf("group %d: %w", chat, err)
	}
	return g, nil
}

// Groups returns all groups by chat id.
func (v *View) Groups() ([]twinning.Group, error) {
	return list[twinning.Group](v, under(keyOf(kindGroup)), 0)
}

// PutGroup stores the group under its chat id.
func (tx *Tx) PutGroup(g twinning.Group) error {
	if g.Chat == 0 {
		return required("chat")
	}
	if err := tx.put(groupKey(g.Chat), g); err != nil {
		return fmt.Errorf("group %d: %w", g.Chat, err)
	}
	return nil
}

// DeleteGroup forgets the group; one that is not there is no error.
func (tx *Tx) DeleteGroup(chat twinning.ChatID) error {
	if err := tx.w.Delete(groupKey(chat)); err != nil {
		return fmt.Errorf("group %d: %w", chat, err)
	}
	return nil
}
