package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"ketnghia/ledger"
)

const (
	// pollLimit is the most updates of one answer (Bot API, getUpdates.limit: 1-100).
	pollLimit = 100
	// pollSlack is how much longer than the long poll itself its answer may take.
	pollSlack = 15 * time.Second
	// pollMostPause is the longest pause after failed polls.
	pollMostPause = 30 * time.Second
)

// poller asks Telegram for updates and stores them. The answer to a getUpdates acknowledges what came before it, so the
// next one is asked only after the batch and its offset are committed.
type poller struct {
	api     *apiClient
	ledger  *ledger.Ledger
	now     func() time.Time
	log     *slog.Logger
	vitals  *vitals
	timeout time.Duration
	// stored rings after a batch was committed.
	stored signal
}

// pollParams are the parameters of getUpdates.
type pollParams struct {
	Offset  int64    `json:"offset,omitempty"`
	Limit   int      `json:"limit"`
	Timeout int      `json:"timeout"`
	Allowed []string `json:"allowed_updates"`
}

// run polls until the context ends. A failure is waited out; none is for good.
func (p *poller) run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		n, err := p.once(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failures++
			p.log.DebugContext(ctx, "nothing polled", slog.Any("error", err))
			sleep(ctx, pollPause(failures, err))
			continue
		case n > 0:
			p.stored.ring()
		}
		failures = 0
	}
}

func pollPause(failures int, err error) time.Duration {
	pause := delay(failures, pollMostPause)
	if refused, ok := errors.AsType[*apiError](err); ok {
		pause = max(pause, refused.RetryAfter)
	}
	return pause
}

// once polls one time and returns how many updates it stored.
func (p *poller) once(ctx context.Context) (int, error) {
	var offset int64
	err := p.ledger.View(ctx, p.now(), func(l *ledger.Look) (err error) {
		offset, err = l.Offset()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("poll: %w", err)
	}
	raws, err := p.fetch(ctx, offset)
	if ctx.Err() == nil {
		p.vitals.polled(ctx, err)
	}
	if err != nil {
		return 0, err
	}
	if len(raws) == 0 {
		p.vitals.took(0)
		return 0, nil
	}
	batch, next := p.sort(ctx, raws, offset)
	// A batch that is here is stored even when the bot is being stopped: it would only come again.
	err = p.ledger.Update(context.WithoutCancel(ctx), p.now(), func(w *ledger.Work) error {
		return w.Receive(batch, next)
	})
	p.vitals.stored(ctx, partPoll, err)
	if err != nil {
		return 0, fmt.Errorf("poll: %w", err)
	}
	p.vitals.took(len(batch))
	if len(batch) == 0 {
		return 0, errNoID // they come again at once until the offset is past them
	}
	return len(batch), nil
}

// errNoID says that no update of an answer has an id.
var errNoID = errors.New("getUpdates: no update_id")

func (p *poller) fetch(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout+pollSlack)
	defer cancel()
	return callFor[[]json.RawMessage](ctx, p.api, "getUpdates", pollParams{
		Offset: offset, Limit: pollLimit, Timeout: int(p.timeout / time.Second),
		Allowed: allowedUpdates(),
	})
}

// sort returns the updates that have an id, in the order in which they came, and the offset to ask for next: one more
// than the last id. When no id can be read it moves past as many ids as there were updates: ids differ, so it passes no
// update that was not in this batch.
//
// An offset that is too small costs nothing: what comes again is known by its id and skipped. An id that is smaller than
// those before is no mistake: after a week without updates Telegram chooses the next one at random (Bot API,
// Update.update_id), and asked for an offset that lies ahead of all it has, it begins with the oldest that waits.
func (p *poller) sort(ctx context.Context, raws []json.RawMessage, offset int64) (batch []ledger.Update, next int64) {
	next = offset
	for _, raw := range raws {
		id, ok := polledID(raw)
		if !ok {
			p.log.WarnContext(ctx, "update skipped: no update_id", slog.Int("bytes", len(raw)))
			continue
		}
		batch = append(batch, ledger.Update{ID: id, Raw: raw})
		if next = max(next, id+1); len(batch) == 1 {
			next = id + 1 // ids may jump back after a quiet week, so the old offset says nothing
		}
	}
	if len(batch) == 0 {
		next += int64(len(raws))
	}
	return batch, next
}

// polledID reads the id of an update that is known to be JSON. Telegram writes it first; then nothing else is read.
func polledID(raw json.RawMessage) (int64, bool) {
	if rest, first := bytes.CutPrefix(raw, []byte(`{"update_id":`)); first {
		digits, _, _ := bytes.Cut(rest, []byte(","))
		if id, err := strconv.ParseInt(string(digits), 10, 64); err == nil {
			return id, true
		}
	}
	return updateID(raw)
}
