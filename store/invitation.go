package store

import (
	"fmt"

	"ketnghia/twinning"
)

func invitationKey(hash string) key { return keyOf(kindInvitation).text(hash) }

// Invitation returns the invitation whose code has that hash, used or expired ones too.
func (v *View) Invitation(hash string) (twinning.Invitation, error) {
	i, err := get[twinning.Invitation](v, invitationKey(hash))
	if err != nil {
		return i, fmt.Errorf("invitation: %w", err)
	}
	return i, nil
}

// Invitations returns all invitations by hash.
func (v *View) Invitations() ([]twinning.Invitation, error) {
	return list[twinning.Invitation](v, under(keyOf(kindInvitation)), 0)
}

// PutInvitation stores the invitation under its hash.
func (tx *Tx) PutInvitation(i twinning.Invitation) error {
	if i.Hash == "" {
		return required("hash")
	}
	if err := tx.put(invitationKey(i.Hash), i); err != nil {
		return fmt.Errorf("invitation: %w", err)
	}
	return nil
}
