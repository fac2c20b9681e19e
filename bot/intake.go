package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

const (
	// intakeBatch is the most updates of one transaction.
	intakeBatch = 100
	// intakeTries is how often an update may fail alone before it is buried.
	intakeTries = 3
	// stackLimit is the most bytes of a panic's stack in the log.
	stackLimit = 4096
	// storeMostPause is the longest pause after a store that doesn't commit.
	storeMostPause = time.Minute
)

// intake handles the updates that wait in the inbox, one after the other in the order of arrival.
type intake struct {
	ledger *ledger.Ledger
	me     identity
	handle Handler
	now    func() time.Time
	log    *slog.Logger
	vitals *vitals
	// steady measures how long the process has lived, since it began.
	steady func() time.Time
	began  time.Time
	// counted are the updates whose record counts the try of this process.
	counted map[uint64]bool
	// flood keeps one sender from making the others wait; nil takes all.
	flood *flood
	// stored wakes it; handled rings after a commit that may have queued messages, registered after one that may have
	// registered files, announced after one that may have begun an announcement.
	stored, handled, registered, announced signal
}

// run handles what waits until the context ends. Among the first batch may be the update that brought the last process
// down, so that batch is handled one by one, each try counted before it is made.
func (in *intake) run(ctx context.Context) {
	failures, careful := 0, true
	in.began = in.steady()
	for ctx.Err() == nil {
		// What is in hand is finished when the bot is being stopped.
		n, wait, err := in.batch(context.WithoutCancel(ctx), careful)
		in.vitals.stored(ctx, partIntake, err)
		if err != nil {
			failures++
			in.log.DebugContext(ctx, "inbox not handled", slog.Any("error", err))
			sleep(ctx, delay(failures, storeMostPause))
			continue
		}
		failures, careful = 0, false
		if n == 0 {
			in.rest(ctx, wait)
		}
	}
}

// rest waits until something was stored or the context ends, at most for the wait if that is not 0.
func (in *intake) rest(ctx context.Context, wait time.Duration) {
	var over <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-in.stored:
	case <-over:
	case <-ctx.Done():
	}
}

// batch handles up to intakeBatch waiting updates and returns how many, and how long to wait for those that may not be
// handled yet, 0 for none. An error means that the store failed.
func (in *intake) batch(ctx context.Context, careful bool) (n int, wait time.Duration, err error) {
	var ready []ledger.Update
	err = in.ledger.View(ctx, in.now(), func(l *ledger.Look) (err error) {
		ready, wait, err = in.choose(l, in.steady().Sub(in.began))
		return err
	})
	in.vitals.waits(len(ready))
	if err != nil || len(ready) == 0 {
		return 0, wait, err
	}
	defer in.handled.ring()
	defer in.registered.ring()
	defer in.announced.ring()
	if !careful && !suspicious(ready) {
		if err := in.all(ctx, ready); err != nil {
			return 0, 0, err
		}
		in.flood.settled()
		return len(ready), wait, nil
	}
	for _, u := range ready {
		if err := in.alone(ctx, u); err != nil {
			return 0, 0, err
		}
	}
	in.flood.settled()
	return len(ready), wait, nil
}

// all handles the updates in one transaction. When one fails, nothing of the batch is kept: those before it are handled
// again, it is settled alone, and those after it follow as a batch of their own.
func (in *intake) all(ctx context.Context, updates []ledger.Update) error {
	for len(updates) > 0 {
		failed, cause := -1, error(nil)
		err := in.ledger.Update(ctx, in.now(), func(w *ledger.Work) error {
			failed, cause = -1, nil
			for i, u := range updates {
				if cause = in.one(ctx, w, u); cause != nil {
					failed = i
					return cause
				}
			}
			return nil
		})
		if failed < 0 {
			return err
		}
		if err := in.all(ctx, updates[:failed]); err != nil {
			return err
		}
		if err := in.settle(ctx, updates[failed], cause); err != nil {
			return err
		}
		updates = updates[failed+1:]
	}
	return nil
}

// settle ends an update whose handler returned an error in a batch: a refusal by the rules is told to the sender, any
// other error gets its own tries.
func (in *intake) settle(ctx context.Context, u ledger.Update, cause error) error {
	if no, ok := errors.AsType[*refusal](cause); ok {
		return in.refuse(ctx, u, no)
	}
	return in.alone(ctx, u)
}

// alone handles one update in its own transaction, up to intakeTries times, then buries it. A try is counted before it
// is made, so that an update that brings the process down is not tried for ever: see crashTries.
func (in *intake) alone(ctx context.Context, u ledger.Update) error {
	if in.deaths(u) >= crashTries {
		return in.bury(ctx, u, "crash")
	}
	if err := in.count(ctx, u); err != nil {
		return err
	}
	for failed := 1; ; failed++ {
		var cause error
		err := in.ledger.Update(ctx, in.now(), func(w *ledger.Work) error {
			cause = in.one(ctx, w, u)
			return cause
		})
		if cause == nil {
			if err == nil {
				delete(in.counted, u.Seq)
			}
			return err
		}
		if no, ok := errors.AsType[*refusal](cause); ok {
			return in.refuse(ctx, u, no)
		}
		in.complain(ctx, u, cause)
		if failed >= intakeTries || errors.Is(cause, errMalformed) {
			return in.bury(ctx, u, reasonOf(cause))
		}
	}
}

// count counts that this process tries the update, once.
func (in *intake) count(ctx context.Context, u ledger.Update) error {
	if in.counted[u.Seq] {
		return nil
	}
	err := in.ledger.Update(ctx, in.now(), func(w *ledger.Work) error {
		_, err := w.Fail(u.Seq)
		return err
	})
	if err == nil {
		in.counted[u.Seq] = true
	}
	return err
}

// errMalformed says that an update is not shaped as the Bot API documents it.
var errMalformed = errors.New("malformed update")

// one handles an update within the transaction and takes it out of the inbox.
func (in *intake) one(ctx context.Context, w *ledger.Work, u ledger.Update) error {
	w.For(causeOf(u))
	var read tgUpdate
	if err := json.Unmarshal(u.Raw, &read); err != nil {
		return errMalformed // the error itself may quote the message
	}
	r := in.me.read(&read)
	g, err := in.flood.gate(w, u, r)
	if err != nil {
		return err
	}
	if g.shut && !g.tell {
		return w.Done(u.Seq)
	}
	if err := in.prepare(w, r); err != nil {
		return err
	}
	if err := g.say(r); err != nil {
		return err
	}
	if r.Kind != KindOther && !g.shut {
		if err := in.call(ctx, r); err != nil {
			return err
		}
		if err := r.Answer("", nil); err != nil {
			return err
		}
	}
	return w.Done(u.Seq)
}

// causeOf names the update as the cause of what it queues.
func causeOf(u ledger.Update) string { return fmt.Sprintf("update %d", u.Seq) }

// prepare gives the request its time and its person, and tells the books of a group's new id.
func (in *intake) prepare(w *ledger.Work, r *Request) error {
	r.Work, r.Now = w, w.Now()
	if r.Sent.IsZero() {
		r.Sent = r.Now
	}
	if r.Kind == KindMigrated {
		if err := w.Migrate(r.Chat, r.MigratedTo); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		r.Chat = r.MigratedTo
	}
	person, err := w.PersonByTelegram(r.From.ID)
	switch {
	case err == nil:
		r.Person = &person
	case !errors.Is(err, twinning.ErrNotFound):
		return fmt.Errorf("sender: %w", err)
	}
	return nil
}

// panicError is a panic of a handler. Its text holds the type of what was thrown, not the value, which may be a
// person's words.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %T", e.value) }

// call runs the handler and turns a panic into an error.
func (in *intake) call(ctx context.Context, r *Request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			stack := debug.Stack()
			err = &panicError{value: v, stack: stack[:min(len(stack), stackLimit)]}
		}
	}()
	err = in.handle(ctx, r)
	if key := refusalKey(err); key != "" {
		return &refusal{key: key, cause: err}
	}
	return err
}

// refusal is an error of a handler by which the rules say no. Key is what the sender is told.
type refusal struct {
	key   string
	cause error
}

func (e *refusal) Error() string { return e.cause.Error() }

// refusalKey returns the text of locales for an error by which the rules refuse something, "" for a failure.
func refusalKey(err error) string {
	var invalid *twinning.InvalidError
	switch {
	case errors.Is(err, twinning.ErrForbidden):
		return "error.forbidden"
	case errors.Is(err, twinning.ErrNotFound):
		return "error.not_found"
	case errors.Is(err, twinning.ErrConflict):
		return "error.conflict"
	case errors.As(err, &invalid):
		return "error.invalid"
	}
	return ""
}

// refuse takes the update out of the inbox and tells its sender why nothing was done.
func (in *intake) refuse(ctx context.Context, u ledger.Update, no *refusal) error {
	in.log.InfoContext(ctx, "update refused", slog.Uint64("seq", u.Seq), slog.Int64("update_id", u.ID),
		slog.Any("error", no.cause))
	return in.ledger.Update(ctx, in.now(), func(w *ledger.Work) error {
		w.For(causeOf(u))
		if err := in.tell(w, u, no.key); err != nil {
			return err
		}
		return w.Done(u.Seq)
	})
}

// bury moves the update to the dead letters, with an apology to its sender.
func (in *intake) bury(ctx context.Context, u ledger.Update, reason string) error {
	in.log.ErrorContext(ctx, "update buried", slog.Uint64("seq", u.Seq), slog.Int64("update_id", u.ID),
		slog.String("reason", reason))
	return in.ledger.Update(ctx, in.now(), func(w *ledger.Work) error {
		w.For(causeOf(u))
		if err := in.tell(w, u, "error.internal"); err != nil {
			return err
		}
		return w.Bury(u.Seq, reason)
	})
}

// tell queues a text to the sender of an update as far as it can be read: over the chat for a pressed button, as a
// message for anything that somebody wrote.
func (in *intake) tell(w *ledger.Work, u ledger.Update, key string) error {
	var read tgUpdate
	_ = json.Unmarshal(u.Raw, &read) // what can be read of a malformed update is enough
	r := in.me.read(&read)
	if err := in.prepare(w, r); err != nil {
		return err
	}
	g, err := in.flood.gate(w, u, r)
	if err != nil {
		return err
	}
	if err := g.say(r); err != nil {
		return err
	}
	switch r.Kind {
	case KindPress:
		return r.Alert(key, nil)
	case KindMessage, KindEdited:
		return r.Reply(twinning.Say(key, nil))
	case KindOther, KindMember, KindMigrated:
	}
	return nil
}

func (in *intake) complain(ctx context.Context, u ledger.Update, cause error) {
	attrs := []any{slog.Uint64("seq", u.Seq), slog.Int64("update_id", u.ID), slog.Any("error", cause)}
	if thrown, ok := errors.AsType[*panicError](cause); ok {
		attrs = append(attrs, slog.String("stack", string(thrown.stack)))
	}
	in.log.ErrorContext(ctx, "update failed", attrs...)
}

func reasonOf(cause error) string {
	var thrown *panicError
	switch {
	case errors.As(cause, &thrown):
		return "panic"
	case errors.Is(cause, errMalformed):
		return "malformed"
	}
	return "error"
}
