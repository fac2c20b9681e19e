package store

import (
	"fmt"
	"time"

	"ketnghia/store/engine"
)

// Saying is a reminder that was said, named by its cause.
type Saying struct {
	Cause string
	At    time.Time
}

func saidKey(cause string) key { return keyOf(kindSaid).text(cause) }

// Said returns when the cause was last said; false if never.
func (v *View) Said(cause string) (time.Time, bool, error) {
	at, err := get[time.Time](v, saidKey(cause))
	found, err := absent(err)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("said %q: %w", cause, err)
	}
	return at, found, nil
}

// SaidWithPrefix returns what was said with a cause that begins with prefix, by cause.
func (v *View) SaidWithPrefix(prefix string) ([]Saying, error) {
	var all []Saying
	err := v.each(under(keyOf(kindSaid).start(prefix)), func(p engine.Pair) (bool, error) {
		at, err := decode[time.Time](p.Key, p.Value)
		if err != nil {
			return true, err
		}
		k := partsOf(p.Key)
		all = append(all, Saying{Cause: k.text(), At: at})
		return false, k.done()
	})
	if err != nil {
		return nil, fmt.Errorf("said %q…: %w", prefix, err)
	}
	return all, nil
}

// MarkSaid keeps that the cause is said now, for ever.
func (tx *Tx) MarkSaid(cause string) error {
	return tx.PutSaid(Saying{Cause: cause, At: tx.now})
}

// PutSaid keeps that the cause was said at a moment, for ever.
func (tx *Tx) PutSaid(s Saying) error {
	if s.Cause == "" {
		return required("cause")
	}
	if err := tx.put(saidKey(s.Cause), s.At); err != nil {
		return fmt.Errorf("said %q: %w", s.Cause, err)
	}
	return nil
}
