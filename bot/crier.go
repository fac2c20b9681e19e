package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// crierTick is how often an announcement is taken a step on while one goes out. What a step queues lasts for seconds.
const crierTick = time.Second

// crier takes announcements on: the messages of one are queued bit by bit, so that thousands hold nobody up.
type crier struct {
	ledger *ledger.Ledger
	now    func() time.Time
	log    *slog.Logger
	vitals *vitals
	// wake rings when an announcement may have begun, queued after a step that may have queued messages.
	wake, queued signal
}

// run takes on what is open until the context ends.
func (c *crier) run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		// What is in hand is finished when the bot is being stopped.
		n, err := c.step(context.WithoutCancel(ctx))
		switch {
		case err != nil:
			failures++
			c.log.DebugContext(ctx, "announcement not taken on", slog.Any("error", err))
			sleep(ctx, delay(failures, storeMostPause))
		case n > 0:
			failures = 0
			c.queued.ring()
			sleep(ctx, crierTick)
		default:
			failures = 0
			select {
			case <-c.wake:
			case <-ctx.Done():
			}
		}
	}
}

// step takes each open announcement a step on, in a transaction of its own, and returns how many there are. One that
// fails does not hold up the others.
func (c *crier) step(ctx context.Context) (int, error) {
	var open []twinning.AnnouncementID
	err := c.ledger.View(ctx, c.now(), func(l *ledger.Look) (err error) {
		open, err = l.OpenAnnouncements()
		return err
	})
	for _, id := range open {
		failed := c.ledger.Update(ctx, c.now(), func(w *ledger.Work) error { return w.Proclaim(id) })
		err = errors.Join(err, failed)
	}
	if len(open) > 0 || err != nil {
		c.vitals.stored(ctx, partAnnounce, err)
	}
	return len(open), err
}
