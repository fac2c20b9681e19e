package store

import (
	"fmt"
	"time"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// Prune removes what is older than before, to the second, and returns how much it was: ids of seen updates, sent rows
// of the outbox with their causes (not the lasting ones), expired conversations, attempts of strangers. It stops at
// limit, which keeps the transaction short: call it again while n == limit.
func (tx *Tx) Prune(before time.Time, limit int) (n int, err error) {
	for _, prune := range []func(time.Time, int) (int, error){
		tx.pruneSeen, tx.pruneSent, tx.pruneConversations, tx.pruneAttempts,
	} {
		left := limit - n
		if limit > 0 && left <= 0 {
			break
		}
		removed, err := prune(before, max(left, 0))
		if err != nil {
			return 0, fmt.Errorf("prune: %w", err)
		}
		n += removed
	}
	return n, nil
}

// older returns the keys below prefix whose next part is a second before that of t.
func (tx *Tx) older(prefix key, t time.Time, limit int) ([]key, error) {
	var keys []key
	err := tx.each(span{prefix, prefix.int(t.Unix())}, func(p engine.Pair) (bool, error) {
		keys = append(keys, p.Key)
		return len(keys) == limit, nil
	})
	return keys, err
}

func (tx *Tx) pruneSeen(before time.Time, limit int) (int, error) {
	keys, err := tx.older(keyOf(kindInboxArrived), before, limit)
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		p := partsOf(k)
		p.int()
		id := p.int()
		if err := p.done(); err != nil {
			return 0, err
		}
		if err := tx.deleteAll(k, keyOf(kindInboxSeen).int(id)); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

func (tx *Tx) pruneSent(before time.Time, limit int) (int, error) {
	keys, err := tx.older(stateKey(OutSent), before, limit)
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		seq, err := seqAt(k)
		if err != nil {
			return 0, err
		}
		row, err := tx.OutHead(seq)
		if err != nil {
			return 0, err
		}
		if !lasting(row.Cause) {
			if err := tx.w.Delete(causeKey(row.Cause)); err != nil {
				return 0, err
			}
		}
		if err := tx.deleteAll(k, outKey(seq), outMessageKey(seq)); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

func (tx *Tx) pruneConversations(before time.Time, limit int) (int, error) {
	keys, err := tx.older(keyOf(kindConversationEnds), before, limit)
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		p := partsOf(k)
		p.int()
		chat, person := twinning.ChatID(p.int()), twinning.PersonID(p.num())
		if err := p.done(); err != nil {
			return 0, err
		}
		if err := tx.DeleteConversation(chat, person); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

// pruneAttempts reads all attempts: they are few, since entering or being let in forgets them.
func (tx *Tx) pruneAttempts(before time.Time, limit int) (n int, err error) {
	err = tx.each(under(keyOf(kindAttempts)), func(p engine.Pair) (bool, error) {
		a, err := decode[attempts](p.Key, p.Value)
		if err != nil || !a.Since.Before(before) {
			return err != nil, err
		}
		n++
		return n == limit, tx.w.Delete(p.Key)
	})
	return n, err
}

func (tx *Tx) deleteAll(keys ...key) error {
	for _, k := range keys {
		if err := tx.w.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
