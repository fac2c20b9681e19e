package store

import (
	"fmt"

	"ketnghia/twinning"
)

func draftKey(id twinning.DraftID) key { return numberKey(kindDraft, uint64(id)) }

func albumKey(chat twinning.ChatID, mediaGroup string) key {
	return keyOf(kindDraftAlbum).int(int64(chat)).text(mediaGroup)
}

// Draft returns the draft of that id.
func (v *View) Draft(id twinning.DraftID) (twinning.Draft, error) {
	d, err := get[twinning.Draft](v, draftKey(id))
	if err != nil {
		return d, fmt.Errorf("draft %d: %w", id, err)
	}
	return d, nil
}

// DraftByAlbum returns the draft that was read from an album: the messages of a chat that share a media group id.
func (v *View) DraftByAlbum(chat twinning.ChatID, mediaGroup string) (twinning.Draft, error) {
	id, err := get[twinning.DraftID](v, albumKey(chat, mediaGroup))
	if err != nil {
		return twinning.Draft{}, fmt.Errorf("draft of an album in chat %d: %w", chat, err)
	}
	return v.Draft(id)
}

// DraftsOf returns the drafts of an author, newest first.
func (v *View) DraftsOf(author twinning.PersonID) ([]twinning.Draft, error) {
	ids, err := v.downs(under(numberKey(kindDraftAuthor, uint64(author))), 0)
	if err != nil {
		return nil, fmt.Errorf("drafts of person %d: %w", author, err)
	}
	return resolve(ids, v.Draft)
}

// PutDraft stores the draft and returns its id, a new one when it is 0.
func (tx *Tx) PutDraft(d twinning.Draft) (twinning.DraftID, error) {
	id, err := tx.number(kindDraft, uint64(d.ID))
	if err != nil {
		return 0, fmt.Errorf("draft: %w", err)
	}
	d.ID = twinning.DraftID(id)
	was, err := get[twinning.Draft](&tx.View, draftKey(d.ID))
	if _, err := absent(err); err != nil {
		return 0, fmt.Errorf("draft %d: %w", id, err)
	}
	if err := tx.reindex(draftIndex(was), draftIndex(d)); err != nil {
		return 0, fmt.Errorf("draft %d: %w", id, err)
	}
	if err := tx.put(draftKey(d.ID), d); err != nil {
		return 0, fmt.Errorf("draft %d: %w", id, err)
	}
	return d.ID, nil
}

// DeleteDraft removes the draft; one that is not there is no error.
func (tx *Tx) DeleteDraft(id twinning.DraftID) error {
	d, err := tx.Draft(id)
	if found, err := absent(err); !found {
		return err
	}
	if err := tx.reindex(draftIndex(d), nil); err != nil {
		return fmt.Errorf("draft %d: %w", id, err)
	}
	if err := tx.w.Delete(draftKey(id)); err != nil {
		return fmt.Errorf("draft %d: %w", id, err)
	}
	return nil
}

// draftIndex returns the index keys of a draft, none for the zero draft.
func draftIndex(d twinning.Draft) index {
	x := index{}
	if d.ID == 0 {
		return x
	}
	x.add(numberKey(kindDraftAuthor, uint64(d.Author)).down(uint64(d.ID)), nothing())
	if d.MediaGroup != "" {
		x.add(albumKey(d.Chat, d.MediaGroup), d.ID)
	}
	return x
}
