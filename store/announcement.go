package store

import (
	"fmt"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

func announcementKey(id twinning.AnnouncementID) key { return keyOf(kindAnnouncement).down(uint64(id)) }

func tallyKey(id twinning.AnnouncementID) key { return numberKey(kindAnnouncementTally, uint64(id)) }

// Announcement returns the announcement of that id.
func (v *View) Announcement(id twinning.AnnouncementID) (twinning.Announcement, error) {
	a, err := get[twinning.Announcement](v, announcementKey(id))
	if err != nil {
		return a, fmt.Errorf("announcement %d: %w", id, err)
	}
	return a, nil
}

// Announcements returns the newest announcements, newest first; 0 means all.
func (v *View) Announcements(limit int) ([]twinning.Announcement, error) {
	all, err := list[twinning.Announcement](v, under(keyOf(kindAnnouncement)), limit)
	if err != nil {
		return nil, fmt.Errorf("announcements: %w", err)
	}
	return all, nil
}

// OpenAnnouncements returns the announcements that have not ended, oldest first.
func (v *View) OpenAnnouncements() ([]twinning.AnnouncementID, error) {
	ids, err := v.numbers(under(keyOf(kindAnnouncementOpen)), 0)
	if err != nil {
		return nil, fmt.Errorf("announcements: %w", err)
	}
	open := make([]twinning.AnnouncementID, len(ids))
	for i, id := range ids {
		open[i] = twinning.AnnouncementID(id)
	}
	return open, nil
}

// PutAnnouncement stores the announcement and returns its id, a new one when it is 0.
func (tx *Tx) PutAnnouncement(a twinning.Announcement) (twinning.AnnouncementID, error) {
	id, err := tx.number(kindAnnouncement, uint64(a.ID))
	if err != nil {
		return 0, fmt.Errorf("announcement: %w", err)
	}
	a.ID = twinning.AnnouncementID(id)
	if err := tx.put(announcementKey(a.ID), a); err != nil {
		return 0, fmt.Errorf("announcement %d: %w", id, err)
	}
	open := numberKey(kindAnnouncementOpen, id)
	if a.Ended.IsZero() {
		err = tx.put(open, nothing())
	} else {
		err = tx.w.Delete(open)
	}
	if err != nil {
		return 0, fmt.Errorf("announcement %d: %w", id, err)
	}
	return a.ID, nil
}

// Tally returns how far the announcement is, the zero Tally of one that has not begun.
func (v *View) Tally(id twinning.AnnouncementID) (twinning.Tally, error) {
	t, err := get[twinning.Tally](v, tallyKey(id))
	if found, err := absent(err); err != nil || !found {
		if err != nil {
			err = fmt.Errorf("tally of announcement %d: %w", id, err)
		}
		return twinning.Tally{Announcement: id}, err
	}
	return t, nil
}

// PutTally stores how far an announcement is.
func (tx *Tx) PutTally(t twinning.Tally) error {
	if err := tx.put(tallyKey(t.Announcement), t); err != nil {
		return fmt.Errorf("tally of announcement %d: %w", t.Announcement, err)
	}
	return nil
}

func missedKey(id twinning.AnnouncementID) key { return numberKey(kindAnnouncementMissed, uint64(id)) }

// Missed returns the people whom the announcement could not reach, by id.
func (v *View) Missed(id twinning.AnnouncementID) ([]twinning.PersonID, error) {
	ids, err := v.numbers(under(missedKey(id)), 0)
	if err != nil {
		return nil, fmt.Errorf("missed of announcement %d: %w", id, err)
	}
	people := make([]twinning.PersonID, len(ids))
	for i, p := range ids {
		people[i] = twinning.PersonID(p)
	}
	return people, nil
}

// MarkMissed remembers that the announcement could not reach the person.
func (tx *Tx) MarkMissed(id twinning.AnnouncementID, p twinning.PersonID) error {
	if err := tx.put(missedKey(id).num(uint64(p)), nothing()); err != nil {
		return fmt.Errorf("missed of announcement %d: %w", id, err)
	}
	return nil
}

// PeopleAfter returns at most limit people whose ids come after that one, by id.
func (v *View) PeopleAfter(id twinning.PersonID, limit int) ([]twinning.Person, error) {
	from := personKey(id + 1)
	people, err := list[twinning.Person](v, span{from, keyOf(kindPerson).end()}, limit)
	if err != nil {
		return nil, fmt.Errorf("people after %d: %w", id, err)
	}
	return people, nil
}

// PendingIn returns the pending rows of a class in the order of queueing, also those that must not go out yet.
func (v *View) PendingIn(class int) ([]OutRow, error) {
	var rows []OutRow
	err := v.each(under(stateKey(OutPending).int(int64(class))), func(p engine.Pair) (bool, error) {
		row, err := v.rowAt(p.Key)
		rows = append(rows, row)
		return false, err
	})
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return rows, nil
}
