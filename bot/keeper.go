package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"ketnghia/ledger"
)

const (
	// keptTogether is how many files are fetched at a time.
	keptTogether = 2
	// keeperTick is how often the keeper looks without being woken: the people's clock may have been moved.
	keeperTick = time.Minute
	// fetchTimeout bounds one try, which is at most 20 MB; the link that getFile gives holds for an hour (Bot API).
	fetchTimeout = 15 * time.Minute
	// A file that can't be fetched is tried again after keepFirstPause, doubled each time up to keepMostPause, until
	// keepTries tries, over some seven days, have failed.
	keepFirstPause = time.Minute
	keepMostPause  = 6 * time.Hour
	keepTries      = 36
	// keepRefusals is how often, over some eight hours, Telegram may say that it doesn't have a file: it says the same
	// of one that is out of reach for a while ("temporarily unavailable") and of an id of another bot.
	keepRefusals = 10
)

// The words for why a file is not kept.
const (
	reasonRefused = "refused"
	reasonDisk    = "disk"
	reasonCutOff  = "cut_off"
	reasonServer  = "server"
	reasonNetwork = "network"
	reasonPanic   = "panic"
)

// saysTooBig is how Telegram refuses to give a file of more than 20 MB (Bot API, getFile).
const saysTooBig = "file is too big"

// keeper fetches local copies of the files that the ledger registered. One goroutine, run, decides everything; each
// fetch has a goroutine of its own that comes back through results. Nothing waits for it.
//
// A copy is on disk before its record says so. After a crash in between it is fetched again, and found to be there.
type keeper struct {
	ledger  *ledger.Ledger
	api     *apiClient
	cabinet *cabinet
	now     func() time.Time
	log     *slog.Logger
	vitals  *vitals
	wake    signal

	results chan fetched
	// flying are the unique ids of the files that are being fetched, done what came of those whose records don't say so
	// yet.
	flying map[string]bool
	done   []fetched
	// paused is until when Telegram asked to make no calls (429).
	paused time.Time
}

// fetched is what came of fetching a file.
type fetched struct {
	file    ledger.KeptFile
	content content
	err     error
}

// run fetches until the context ends; what is being fetched then is left for the next time, which is no failed try.
func (k *keeper) run(ctx context.Context) {
	if err := k.cabinet.sweep(); err != nil {
		k.log.ErrorContext(ctx, "leftovers of copies not removed", slog.Any("error", err))
	}
	timer, failures := time.NewTimer(0), 0
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
		case r := <-k.results:
			k.done = append(k.done, r)
		case <-k.wake:
		case <-timer.C:
		}
		if ctx.Err() != nil {
			k.finish(ctx)
			return
		}
		wait, err := k.turn(ctx)
		if err != nil {
			failures++
			k.log.DebugContext(ctx, "kept files not stored", slog.Any("error", err))
			wait = delay(failures, storeMostPause)
		} else {
			failures = 0
		}
		timer.Reset(wait)
	}
}

// finish waits for the fetches, which end with the context, and notes those that were done.
func (k *keeper) finish(ctx context.Context) {
	for len(k.done) < len(k.flying) {
		k.done = append(k.done, <-k.results)
	}
	k.done = slices.DeleteFunc(k.done, func(r fetched) bool { return r.err != nil })
	if err := k.store(context.WithoutCancel(ctx)); err != nil {
		k.log.ErrorContext(ctx, "kept files not stored", slog.Any("error", err))
	}
}

// turn notes what was fetched and begins to fetch what waits. It returns when to look again.
func (k *keeper) turn(ctx context.Context) (time.Duration, error) {
	if err := k.store(context.WithoutCancel(ctx)); err != nil {
		return 0, err
	}
	now := k.now()
	if now.Before(k.paused) {
		return min(keeperTick, k.paused.Sub(now)), nil
	}
	var waiting []ledger.KeptFile
	err := k.ledger.View(context.WithoutCancel(ctx), now, func(l *ledger.Look) (err error) {
		waiting, err = l.FilesWaiting(2*keptTogether + 1) // those that are being fetched wait too
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, f := range waiting {
		switch {
		case k.flying[f.File.UniqueID]:
			continue
		case len(k.flying) >= keptTogether:
			return keeperTick, nil // woken when one of them is done
		case f.NotBefore.After(now):
			return min(keeperTick, f.NotBefore.Sub(now)), nil
		}
		k.flying[f.File.UniqueID] = true
		go func() { k.results <- k.fetch(ctx, f) }()
	}
	return keeperTick, nil
}

// fetch fetches a file into the cabinet.
func (k *keeper) fetch(ctx context.Context, f ledger.KeptFile) (r fetched) {
	r.file = f
	defer func() {
		if v := recover(); v != nil {
			stack := debug.Stack()
			k.log.ErrorContext(ctx, "fetching a file panicked", slog.String("file", f.File.UniqueID),
				slog.String("type", fmt.Sprintf("%T", v)), slog.String("stack", string(stack[:min(len(stack), stackLimit)])))
			r.err = &panicError{value: v}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	where, size, err := k.api.locate(ctx, f.File.ID)
	if err != nil {
		r.err = err
		return r
	}
	if size > ledger.LargestKept {
		r.err = errTooLarge
		return r
	}
	body, err := k.api.download(ctx, where)
	if err != nil {
		r.err = err
		return r
	}
	defer func() { _ = body.Close() }()
	r.content, err = k.cabinet.put(body, size, extensionOf(f.File))
	if err != nil {
		r.err = k.api.clean("download", err)
	}
	return r
}

// store notes in one transaction what came of the fetches. When it fails nothing has happened.
func (k *keeper) store(ctx context.Context) error {
	if len(k.done) == 0 {
		return nil
	}
	var records []ledger.KeptFile
	err := k.ledger.Update(ctx, k.now(), func(w *ledger.Work) error {
		records = records[:0]
		for _, r := range k.done {
			is, err := settleFetch(w, r)
			if err != nil {
				return err
			}
			records = append(records, is)
		}
		return nil
	})
	k.vitals.stored(ctx, partKeep, err)
	if err != nil {
		return err
	}
	for i, r := range k.done {
		delete(k.flying, r.file.File.UniqueID)
		if no, ok := errors.AsType[*apiError](r.err); ok && no.Code == http.StatusTooManyRequests {
			k.paused = latest(k.paused, records[i].NotBefore)
		}
		k.report(ctx, r, records[i])
	}
	k.done = nil
	return nil
}

// settleFetch stores what came of a fetch and returns the record. A failure with an id in whose place a newer one has
// come says nothing of the file.
func settleFetch(w *ledger.Work, r fetched) (ledger.KeptFile, error) {
	is, err := w.KeptFile(r.file.File.UniqueID)
	if err != nil || r.err != nil && is.File.ID != r.file.File.ID {
		return is, err
	}
	if r.err == nil {
		is.State, is.Error, is.NotBefore = ledger.KeptDone, "", time.Time{}
		is.SHA256, is.Path, is.Bytes = r.content.sum, r.content.path, r.content.size
		return is, w.SetKept(is)
	}
	failedFetch(&is, r.err, w.Now())
	return is, w.SetKept(is)
}

// failedFetch puts the file off or gives it up. Too many calls are no try, and a disk that is full is no reason to give
// up.
func failedFetch(f *ledger.KeptFile, err error, now time.Time) {
	no, refused := errors.AsType[*apiError](err)
	switch {
	case errors.Is(err, errTooLarge), refused && no.says(saysTooBig):
		f.State, f.Error, f.NotBefore = ledger.KeptTooLarge, "", time.Time{}
		return
	case refused && no.Code == http.StatusTooManyRequests:
		f.NotBefore = now.Add(max(minPause, no.RetryAfter))
		return
	}
	f.Tries++
	f.Error = reasonOfFetch(err)
	if f.Error == reasonRefused {
		f.Refusals++
	}
	if f.Refusals >= keepRefusals || f.Tries >= keepTries && f.Error != reasonDisk {
		f.State, f.NotBefore = ledger.KeptFailed, time.Time{}
		return
	}
	f.NotBefore = now.Add(growing(keepFirstPause, keepMostPause, f.Tries))
}

func reasonOfFetch(err error) string {
	var no *apiError
	var thrown *panicError
	switch {
	case errors.Is(err, errDisk):
		return reasonDisk
	case errors.Is(err, errCutOff):
		return reasonCutOff
	case errors.As(err, &thrown):
		return reasonPanic
	case !errors.As(err, &no):
		return reasonNetwork
	case slices.Contains([]int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound}, no.Code):
		return reasonRefused
	}
	return reasonServer
}

// report logs what came of a fetch.
func (k *keeper) report(ctx context.Context, r fetched, is ledger.KeptFile) {
	attrs := []slog.Attr{
		slog.String("file", r.file.File.UniqueID), slog.String("state", string(is.State)), slog.Int("tries", is.Tries),
	}
	level, message := slog.LevelDebug, "file kept"
	switch {
	case r.err == nil:
	case is.State == ledger.KeptFailed:
		level, message = slog.LevelError, "file given up"
	case is.State == ledger.KeptTooLarge:
		level, message = slog.LevelInfo, "file too large to keep"
	default:
		level, message = slog.LevelInfo, "file not fetched"
	}
	if r.err != nil {
		attrs = append(attrs, slog.String("reason", reasonOfFetch(r.err)), slog.Any("error", r.err))
	}
	k.log.LogAttrs(ctx, level, message, attrs...) //nolint:sloglint // the messages are constants
}
