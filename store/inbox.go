package store

import (
	"encoding/json"
	"fmt"
	"time"

	"ketnghia/twinning"
)

// Update is an update of Telegram as it came, kept until it has been handled.
type Update struct {
	// Seq counts the updates in the order of arrival; Receive assigns it.
	Seq uint64 `json:"seq"`
	// ID is Telegram's update_id. It tells updates apart and says nothing of their order: it may jump either way.
	ID  int64           `json:"id"`
	Raw json.RawMessage `json:"raw"`
	// Arrived is the time of the transaction; Receive assigns it.
	Arrived time.Time `json:"arrived"`
	// Tries counts how often handling it failed.
	Tries int `json:"tries,omitempty"`
}

// DeadLetter is an update that could not be handled.
type DeadLetter struct {
	Update
	Reason string    `json:"reason"`
	Buried time.Time `json:"buried"`
}

func inboxKey(seq uint64) key { return numberKey(kindInbox, seq) }

func offsetKey() key { return keyOf(kindOffset) }

// Receive stores a batch of updates and the offset to ask Telegram for next, so that acknowledging the batch loses
// nothing. An update whose id was seen before (Prune forgets that) is skipped, also within the batch. The offset is
// kept as given, whether greater or smaller than the one before.
func (tx *Tx) Receive(updates []Update, nextOffset int64) error {
	for _, u := range updates {
		if err := tx.receive(u); err != nil {
			return fmt.Errorf("update %d: %w", u.ID, err)
		}
	}
	if err := tx.put(offsetKey(), nextOffset); err != nil {
		return fmt.Errorf("offset: %w", err)
	}
	return nil
}

func (tx *Tx) receive(u Update) error {
	seen := keyOf(kindInboxSeen).int(u.ID)
	if has, err := tx.r.Get(seen); has != nil || err != nil {
		return err
	}
	seq, err := tx.number(kindInbox, 0)
	if err != nil {
		return err
	}
	u.Seq, u.Arrived = seq, tx.now
	value, err := encode(u)
	if err != nil {
		// All else of an update can be written.
		return &twinning.InvalidError{Field: "raw", Rule: "json"}
	}
	if err := tx.put(seen, nothing()); err != nil {
		return err
	}
	if err := tx.put(keyOf(kindInboxArrived).int(tx.now.Unix()).int(u.ID), nothing()); err != nil {
		return err
	}
	return tx.w.Put(inboxKey(seq), value)
}

// Offset returns the offset that the last Receive stored, 0 before the first.
func (v *View) Offset() (int64, error) {
	offset, err := get[int64](v, offsetKey())
	if _, err := absent(err); err != nil {
		return 0, fmt.Errorf("offset: %w", err)
	}
	return offset, nil
}

// Waiting returns the updates that are not yet done or buried, in the order of arrival.
func (v *View) Waiting(limit int) ([]Update, error) {
	updates, err := list[Update](v, under(keyOf(kindInbox)), limit)
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	return updates, nil
}

// Done removes a handled update.
func (tx *Tx) Done(seq uint64) error {
	k := inboxKey(seq)
	value, err := tx.r.Get(k)
	if err == nil && value == nil {
		err = twinning.ErrNotFound
	}
	if err == nil {
		err = tx.w.Delete(k)
	}
	if err != nil {
		return fmt.Errorf("inbox %d: %w", seq, err)
	}
	return nil
}

// Fail counts a failed try and returns how many there were. The update keeps its place.
func (tx *Tx) Fail(seq uint64) (tries int, err error) {
	u, err := tx.waiting(seq)
	if err != nil {
		return 0, err
	}
	u.Tries++
	if err := tx.put(inboxKey(seq), u); err != nil {
		return 0, fmt.Errorf("inbox %d: %w", seq, err)
	}
	return u.Tries, nil
}

// Bury moves an update that cannot be handled to the dead letters.
func (tx *Tx) Bury(seq uint64, reason string) error {
	u, err := tx.waiting(seq)
	if err != nil {
		return err
	}
	letter := DeadLetter{Update: u, Reason: reason, Buried: tx.now}
	if err := tx.put(keyOf(kindInboxDead).down(seq), letter); err != nil {
		return fmt.Errorf("inbox %d: %w", seq, err)
	}
	return tx.Done(seq)
}

// DeadLetters returns what was buried, last arrival first.
func (v *View) DeadLetters(limit int) ([]DeadLetter, error) {
	letters, err := list[DeadLetter](v, under(keyOf(kindInboxDead)), limit)
	if err != nil {
		return nil, fmt.Errorf("dead letters: %w", err)
	}
	return letters, nil
}

func (tx *Tx) waiting(seq uint64) (Update, error) {
	u, err := get[Update](&tx.View, inboxKey(seq))
	if err != nil {
		return u, fmt.Errorf("inbox %d: %w", seq, err)
	}
	return u, nil
}
