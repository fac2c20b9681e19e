package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"ketnghia/store"
	"ketnghia/twinning"
)

// Ledger is the books of one programme over one store. It is safe for concurrent use.
type Ledger struct {
	store     *store.Store
	programme *twinning.Programme
	terms     atomic.Pointer[yearTerms]
}

// New returns the ledger of the programme over the store.
func New(s *store.Store, p *twinning.Programme) *Ledger { return &Ledger{store: s, programme: p} }

// Programme returns the programme that the ledger follows; callers must not change it.
func (l *Ledger) Programme() *twinning.Programme { return l.programme }

// Look reads one snapshot of the books at one moment.
type Look struct {
	*store.View
	programme *twinning.Programme
	terms     *atomic.Pointer[yearTerms]
}

// Programme returns the programme that the books follow.
func (k *Look) Programme() *twinning.Programme { return k.programme }

// Today returns the date of the look in the programme's time zone.
func (k *Look) Today() twinning.Date { return k.programme.Today(k.Now()) }

// Work is one transaction: what it reads and writes is committed together or not at all.
type Work struct {
	Look
	tx *store.Tx
	// cause names what the work is done for ("update 991"); every queued message gets a number after it.
	cause  string
	queued int
}

// View runs fn over one snapshot.
func (l *Ledger) View(ctx context.Context, now time.Time, fn func(*Look) error) error {
	err := l.store.View(ctx, now, func(v *store.View) error {
		return fn(&Look{View: v, programme: l.programme, terms: &l.terms})
	})
	return wrap("view", err)
}

// Update runs fn in one transaction. If fn returns an error nothing is kept. fn must be pure: it may run again.
func (l *Ledger) Update(ctx context.Context, now time.Time, fn func(*Work) error) error {
	err := l.store.Update(ctx, now, func(tx *store.Tx) error {
		return fn(&Work{Look: Look{View: &tx.View, programme: l.programme, terms: &l.terms}, tx: tx})
	})
	return wrap("update", err)
}

// Backup writes a consistent copy of the store while it serves.
func (l *Ledger) Backup(ctx context.Context, w io.Writer) error {
	return wrap("backup", l.store.Backup(ctx, w))
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// For names the cause of what the work does from here on: messages queued get the causes "cause/0", "cause/1", … The
// same cause never queues twice, so a repeated update or tick says nothing twice.
func (w *Work) For(cause string) *Work {
	w.cause, w.queued = cause, 0
	return w
}

// Actor is who does something, and from which message.
type Actor struct {
	// Person is the zero Person for the operator's command line.
	Person  twinning.Person
	Chat    twinning.ChatID
	Message int
}

// operator says whether the actor is the command line of the server, who may do everything.
func (a Actor) operator() bool { return a.Person.ID == 0 && a.Chat == 0 }

// audit records what was done to which object; detail is marshalled by the store.
func (w *Work) audit(a Actor, action, object string, detail any) error {
	raw, err := json.Marshal(detail)
	if err != nil {
		return fmt.Errorf("audit %s %s: %w", action, object, err)
	}
	return wrap("audit "+action, w.tx.Audit(store.AuditEntry{
		Person: a.Person.ID, Chat: a.Chat, Message: a.Message, Action: action, Object: object, Detail: raw,
	}))
}
