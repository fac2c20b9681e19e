package store

import (
	"bytes"
	"fmt"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// Page asks for a part of a list of activities.
type Page struct {
	// Limit is how many at most, 0 for all.
	Limit int
	// After is the last activity of the page before, 0 for the first page. Its present place in the list counts.
	After twinning.ActivityID
}

func activityKey(id twinning.ActivityID) key { return numberKey(kindActivity, uint64(id)) }

func replacedKey(id twinning.ActivityID) key { return numberKey(kindActivityReplaced, uint64(id)) }

func sourceKey(chat twinning.ChatID, message int) key {
	return keyOf(kindActivitySource).int(int64(chat)).int(int64(message))
}

// Activity returns the latest version of the activity.
func (v *View) Activity(id twinning.ActivityID) (twinning.Activity, error) {
	a, err := get[twinning.Activity](v, activityKey(id))
	if err != nil {
		return a, fmt.Errorf("activity %d: %w", id, err)
	}
	return a, nil
}

// ActivityVersions returns all versions of the activity, the first one first.
func (v *View) ActivityVersions(id twinning.ActivityID) ([]twinning.Activity, error) {
	latest, err := v.Activity(id)
	if err != nil {
		return nil, err
	}
	versions, err := list[twinning.Activity](v, under(replacedKey(id)), 0)
	if err != nil {
		return nil, fmt.Errorf("activity %d: %w", id, err)
	}
	return append(versions, latest), nil
}

// ActivityBySource returns the activity that was read from a message; of several, the one stored last.
func (v *View) ActivityBySource(chat twinning.ChatID, message int) (twinning.Activity, error) {
	id, err := get[twinning.ActivityID](v, sourceKey(chat, message))
	if err != nil {
		return twinning.Activity{}, fmt.Errorf("activity of message %d/%d: %w", chat, message, err)
	}
	return v.Activity(id)
}

// ActivitiesOf returns the activities that the unit is sponsor or recipient of, latest versions, newest first (by first
// day, then id), voided ones too. The year is that of the first day; 0 means any.
func (v *View) ActivitiesOf(u twinning.UnitKey, year int, page Page) ([]twinning.Activity, error) {
	return v.activities(keyOf(kindActivityUnit).text(string(u)), year, page)
}

// ActivitiesOn returns the activities that the unit is sponsor or recipient of and that began on the day, newest first,
// voided ones too. Its cost is that of what it returns.
func (v *View) ActivitiesOn(u twinning.UnitKey, day twinning.Date) ([]twinning.Activity, error) {
	ids, err := v.downs(under(keyOf(kindActivityUnit).text(string(u)).down4(day)), 0)
	if err != nil {
		return nil, fmt.Errorf("activities of %s on %s: %w", u, day, err)
	}
	return resolve(ids, v.Activity)
}

// ActivitiesIn calls fn with the activities that the unit is sponsor or recipient of and that began in the range, newest
// first, voided ones too, until fn says that it is enough. Its cost is that of what it passes.
func (v *View) ActivitiesIn(u twinning.UnitKey, r twinning.DateRange, fn func(twinning.Activity) (enough bool)) error {
	prefix := keyOf(kindActivityUnit).text(string(u))
	ids, err := v.downs(span{prefix.down4(r.To), prefix.down4(r.From.AddDays(-1))}, 0)
	if err != nil {
		return fmt.Errorf("activities of %s from %s to %s: %w", u, r.From, r.To, err)
	}
	for _, id := range ids {
		a, err := v.Activity(twinning.ActivityID(id))
		if err != nil || fn(a) {
			return err
		}
	}
	return nil
}

// ActivitiesOfPairing returns the activities of a pairing as ActivitiesOf does.
func (v *View) ActivitiesOfPairing(id twinning.PairingID, year int, page Page) ([]twinning.Activity, error) {
	return v.activities(numberKey(kindActivityPairing, uint64(id)), year, page)
}

// ActivitiesBy returns the activities that the person logged, of any year, as ActivitiesOf does.
func (v *View) ActivitiesBy(author twinning.PersonID, page Page) ([]twinning.Activity, error) {
	return v.activities(numberKey(kindActivityAuthor, uint64(author)), 0, page)
}

// Activities calls fn with the latest version of every activity by id.
func (v *View) Activities(fn func(twinning.Activity) error) error {
	return v.each(under(keyOf(kindActivity)), func(p engine.Pair) (bool, error) {
		a, err := decode[twinning.Activity](p.Key, p.Value)
		if err != nil {
			return true, err
		}
		return false, fn(a)
	})
}

// activities reads one page of the index below prefix, whose keys go on with the first day and the id.
func (v *View) activities(prefix key, year int, page Page) ([]twinning.Activity, error) {
	s := under(prefix)
	if year != 0 {
		s.from = prefix.down4(twinning.NewDate(year, 12, 31))
		s.to = prefix.down4(twinning.NewDate(year, 1, 1).AddDays(-1))
	}
	if page.After != 0 {
		last, err := v.Activity(page.After)
		if err != nil {
			return nil, err
		}
		after := prefix.down4(last.Facts.From).down(uint64(last.ID)).next()
		if bytes.Compare(after, s.from) > 0 {
			s.from = after
		}
	}
	ids, err := v.downs(s, page.Limit)
	if err != nil {
		return nil, fmt.Errorf("activities: %w", err)
	}
	return resolve(ids, v.Activity)
}

// PutActivity stores a version of the activity, its index keys and what it changes in the totals, and returns its id.
// A new activity has id 0 and version 1. Any other must be the version after the latest, or it is twinning.ErrConflict:
// somebody else changed the activity meanwhile.
func (tx *Tx) PutActivity(a twinning.Activity) (twinning.ActivityID, error) {
	id, err := tx.number(kindActivity, uint64(a.ID))
	if err != nil {
		return 0, fmt.Errorf("activity: %w", err)
	}
	a.ID = twinning.ActivityID(id)
	if err := tx.putActivity(a); err != nil {
		return 0, fmt.Errorf("activity %d: %w", id, err)
	}
	return a.ID, nil
}

func (tx *Tx) putActivity(a twinning.Activity) error {
	was, err := get[twinning.Activity](&tx.View, activityKey(a.ID))
	found, err := absent(err)
	switch {
	case err != nil:
		return err
	case !found && a.Version > 1:
		return twinning.ErrNotFound
	case a.Version != was.Version+1:
		return fmt.Errorf("version %d after %d: %w", a.Version, was.Version, twinning.ErrConflict)
	}
	if found {
		if err := tx.put(replacedKey(a.ID).num(uint64(was.Version)), was); err != nil {
			return err
		}
		if err := tx.total(was, -1); err != nil {
			return err
		}
	}
	if err := tx.total(a, 1); err != nil {
		return err
	}
	if err := tx.reindex(activityIndex(was), activityIndex(a)); err != nil {
		return err
	}
	return tx.put(activityKey(a.ID), a)
}

// activityIndex returns the index keys of an activity, none for the zero activity.
func activityIndex(a twinning.Activity) index {
	x := index{}
	if a.ID == 0 {
		return x
	}
	place := func(k key) { x.add(k.down4(a.Facts.From).down(uint64(a.ID)), nothing()) }
	for _, u := range parties(a) {
		place(keyOf(kindActivityUnit).text(string(u)))
	}
	if a.Pairing != 0 {
		place(numberKey(kindActivityPairing, uint64(a.Pairing)))
	}
	place(numberKey(kindActivityAuthor, uint64(a.Author)))
	for _, message := range a.Sources {
		x.add(sourceKey(a.Chat, message), a.ID)
	}
	return x
}

// parties returns the sponsor and the recipient, each once and only if known.
func parties(a twinning.Activity) []twinning.UnitKey {
	var units []twinning.UnitKey
	if a.Facts.Sponsor != "" {
		units = append(units, a.Facts.Sponsor)
	}
	if a.Facts.Recipient != "" && a.Facts.Recipient != a.Facts.Sponsor {
		units = append(units, a.Facts.Recipient)
	}
	return units
}
