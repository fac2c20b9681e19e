package store

import (
	"fmt"
	"time"

	"ketnghia/store/engine"
)

// untriedAmong is how many of the first pending rows of a class are searched for one that was never tried.
const untriedAmong = 200

// Backlog is what waits at a moment, and how much ever came.
type Backlog struct {
	// Updates wait in the inbox; the first of them came at Arrived, the zero time when none does. Dead could not be
	// handled.
	Updates int
	Arrived time.Time
	Dead    int
	// Classes are the pending rows of the outbox by class. Sending are on their way, Failed were given up.
	Classes         map[int]ClassBacklog
	Sending, Failed int
	// Received, Queued and Changed count updates, rows of the outbox and audited changes since the store was made.
	Received, Queued, Changed uint64
}

// ClassBacklog is what waits in the outbox in one class.
type ClassBacklog struct {
	Pending int
	// Untried is since when the first row waits that could go out and was never tried, looking at the first of the class;
	// the zero time when there is none. A row that Telegram refuses again and again says nothing of the others.
	Untried time.Time
}

// Backlog counts what waits. It reads the index keys of what was not sent, not the rows.
func (v *View) Backlog() (Backlog, error) {
	b, err := v.backlog()
	if err != nil {
		return b, fmt.Errorf("backlog: %w", err)
	}
	return b, nil
}

func (v *View) backlog() (b Backlog, err error) {
	if b.Updates, err = v.countOf(keyOf(kindInbox)); err != nil {
		return b, err
	}
	first, err := v.Waiting(1)
	if err != nil {
		return b, err
	}
	for _, u := range first {
		b.Arrived = u.Arrived
	}
	if b.Dead, err = v.countOf(keyOf(kindInboxDead)); err != nil {
		return b, err
	}
	if b.Sending, err = v.countOf(stateKey(OutSending)); err != nil {
		return b, err
	}
	if b.Failed, err = v.countOf(stateKey(OutFailed)); err != nil {
		return b, err
	}
	if b.Classes, err = v.pendingByClass(); err != nil {
		return b, err
	}
	head, err := v.AuditHead()
	if err != nil {
		return b, err
	}
	b.Changed = head.Seq
	for kind, into := range map[kind]*uint64{kindInbox: &b.Received, kindOutbox: &b.Queued} {
		last, err := get[uint64](v, keyOf(kindNext).text(string(kind)))
		if _, err := absent(err); err != nil {
			return b, err
		}
		*into = last
	}
	return b, nil
}

// countOf counts the keys below the prefix.
func (v *View) countOf(prefix key) (n int, err error) {
	err = v.each(under(prefix), func(engine.Pair) (bool, error) { n++; return false, nil })
	return n, err
}

func (v *View) pendingByClass() (map[int]ClassBacklog, error) {
	classes := map[int]ClassBacklog{}
	err := v.each(under(stateKey(OutPending)), func(p engine.Pair) (bool, error) {
		k := partsOf(p.Key)
		k.text()
		class := int(k.int())
		c := classes[class]
		c.Pending++
		if c.Untried.IsZero() && c.Pending <= untriedAmong {
			since, err := v.untried(p)
			if err != nil {
				return true, err
			}
			c.Untried = since
		}
		classes[class] = c
		return false, nil
	})
	return classes, err
}

// untried returns since when the row of an index entry could have gone out, the zero time when it was tried or must not
// go out yet.
func (v *View) untried(p engine.Pair) (time.Time, error) {
	row, err := v.rowAt(p.Key)
	if err != nil || row.Tries > 0 || row.NotBefore.After(v.now) {
		return time.Time{}, err
	}
	if row.NotBefore.After(row.Queued) {
		return row.NotBefore, nil
	}
	return row.Queued, nil
}
