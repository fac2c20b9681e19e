package store

import (
	"fmt"
	"time"

	"ketnghia/twinning"
)

// attempts counts what a stranger tried.
type attempts struct {
	N     int       `json:"n"`
	Since time.Time `json:"since"`
}

func attemptsKey(chat twinning.ChatID) key { return keyOf(kindAttempts).int(int64(chat)) }

// Attempts returns how often a stranger tried to get in and since when it is counted; 0 for somebody unknown.
func (v *View) Attempts(chat twinning.ChatID) (n int, since time.Time, err error) {
	a, err := get[attempts](v, attemptsKey(chat))
	if _, err := absent(err); err != nil {
		return 0, time.Time{}, fmt.Errorf("attempts of chat %d: %w", chat, err)
	}
	return a.N, a.Since, nil
}

// PutAttempts stores the count; n = 0 forgets it.
func (tx *Tx) PutAttempts(chat twinning.ChatID, n int, since time.Time) error {
	var err error
	if n == 0 {
		err = tx.w.Delete(attemptsKey(chat))
	} else {
		err = tx.put(attemptsKey(chat), attempts{N: n, Since: since})
	}
	if err != nil {
		return fmt.Errorf("attempts of chat %d: %w", chat, err)
	}
	return nil
}
