package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Health is how the bot gets on with what it depends on: Telegram, which it polls, and the disk, which holds the store.
// With a webhook a poll is the question whether Telegram posts there.
type Health struct {
	// LastPoll is when a poll was last answered and what it brought was stored; the zero time before the first.
	LastPoll time.Time
	// PollError is why polls fail, one of the Poll words, and PollSince is when they began to. They are "" and the zero
	// time when the last poll succeeded, and while the disk alone is why nothing is taken in.
	PollError string
	PollSince time.Time
	// StoreError is why nothing can be stored, one of the Store words, and StoreSince is when that began. They are "" and
	// the zero time when all is well. While it lasts nothing is acknowledged to Telegram, which keeps updates for 24 hours
	// (Bot API, "Getting updates"); the bot goes on by itself when the disk does.
	StoreError string
	StoreSince time.Time
	// Waiting is how many updates are stored and not handled yet, as far as intake has looked.
	Waiting int
}

// Why polls fail.
const (
	// PollConflict: another program polls for the same bot.
	PollConflict = "conflict"
	// PollWebhook: a webhook is set for the bot.
	PollWebhook = "webhook"
	// PollToken: Telegram doesn't know the token.
	PollToken = "token"
	// PollFlood: Telegram asks to wait.
	PollFlood = "flood"
	// PollServer: Telegram, or a proxy before it, fails.
	PollServer = "server"
	// PollNetwork: no answer came, or none that can be read.
	PollNetwork = "network"
	// PollElsewhere: another program set the webhook to an address of its own.
	PollElsewhere = "webhook_elsewhere"
	// PollBlocked: updates wait, since Telegram can't post them to the webhook.
	PollBlocked = "webhook_blocked"
)

// Why nothing can be stored.
const (
	// StoreFull: the disk or the quota is full.
	StoreFull = "full"
	// StoreReadOnly: the file system takes no writes.
	StoreReadOnly = "read_only"
	// StoreIO: the disk fails.
	StoreIO = "io"
	// StoreOther: anything else.
	StoreOther = "other"
)

// pollReminds is how often the same complaint about polls is logged again.
const pollReminds = 10 * time.Minute

// The parts of the bot that store something. Each vouches for the store for itself: a small transaction may still fit
// on a disk that is full for a larger one.
const (
	partPoll     = "poll"
	partIntake   = "intake"
	partSend     = "send"
	partAnnounce = "announce"
	partKeep     = "keep"
)

// vitals gathers what Health tells, and logs when it changes. It is safe for concurrent use.
type vitals struct {
	now func() time.Time
	// steady times the repeated complaints; now may jump.
	steady func() time.Time
	log    *slog.Logger

	mu     sync.Mutex
	health Health
	// ailing are the parts whose last transaction failed.
	ailing map[string]bool
	// said is the reason of the last complaint about polls, saidAt when it was logged.
	said   string
	saidAt time.Time
}

func newVitals(o Options) *vitals {
	return &vitals{now: o.Now, steady: o.Steady, log: o.Log, ailing: map[string]bool{}}
}

// Health returns how the bot fares now. It reads neither disk nor network.
func (b *Bot) Health() Health {
	b.vitals.mu.Lock()
	defer b.vitals.mu.Unlock()
	return b.vitals.health
}

// stored takes note of what came of a transaction of a part: nil when it was committed, else the error of the store.
func (v *vitals) stored(ctx context.Context, part string, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err == nil {
		delete(v.ailing, part)
		if len(v.ailing) == 0 && v.health.StoreError != "" {
			v.log.InfoContext(ctx, "store takes writes again", slog.String("reason", v.health.StoreError),
				slog.Duration("after", v.now().Sub(v.health.StoreSince)))
			v.health.StoreError, v.health.StoreSince = "", time.Time{}
		}
		return
	}
	v.ailing[part] = true
	reason := StoreReason(err)
	if v.health.StoreError == "" {
		v.health.StoreSince = v.now()
	}
	if v.health.StoreError != reason {
		v.health.StoreError = reason
		v.log.ErrorContext(ctx, "store takes no writes: nothing is acknowledged until it does",
			slog.String("reason", reason), slog.String("part", part), slog.Any("error", err))
	}
}

// polled takes note of what a poll was answered: nil, or why it failed.
func (v *vitals) polled(ctx context.Context, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err == nil {
		v.health.PollError, v.health.PollSince = "", time.Time{}
		return
	}
	reason := pollReason(err)
	if v.health.PollError == "" {
		v.health.PollSince = v.now()
	}
	v.health.PollError = reason
	// Two programs that poll for one bot succeed and fail by turns, so success doesn't end the complaint.
	if at := v.steady(); reason != v.said || at.Sub(v.saidAt) >= pollReminds {
		v.said, v.saidAt = reason, at
		complain(ctx, v.log, reason, err)
	}
}

// took takes note that the updates of a poll are stored, so many of them.
func (v *vitals) took(n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.health.LastPoll = v.now()
	v.health.Waiting += n
}

// waits takes note of how many updates intake saw waiting.
func (v *vitals) waits(n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.health.Waiting = n
}

// pollReason returns the word for why a poll failed.
func pollReason(err error) string {
	var refused *apiError
	switch {
	case errors.Is(err, errHookElsewhere):
		return PollElsewhere
	case errors.Is(err, errHookBlocked):
		return PollBlocked
	case !errors.As(err, &refused):
		return PollNetwork
	case refused.Code == http.StatusConflict && refused.says("webhook"):
		return PollWebhook
	case refused.Code == http.StatusConflict:
		return PollConflict
	case refused.Code == http.StatusTooManyRequests:
		return PollFlood
	case tokenRefused(refused):
		return PollToken
	}
	return PollServer
}

// complain logs why a poll failed; the message says what the operator can mend.
func complain(ctx context.Context, log *slog.Logger, reason string, err error) {
	switch reason {
	case PollWebhook:
		log.ErrorContext(ctx, "poll refused: a webhook is set for this bot", slog.Any("error", err))
	case PollConflict:
		log.ErrorContext(ctx, "poll refused: another program polls for this bot", slog.Any("error", err))
	case PollElsewhere:
		log.ErrorContext(ctx, "webhook leads elsewhere: another program took the bot over")
	case PollToken:
		log.ErrorContext(ctx, "poll refused: the token is not known", slog.Any("error", err))
	default:
		log.WarnContext(ctx, "poll failed", slog.String("reason", reason), slog.Any("error", err))
	}
}

// StoreReason returns the word for why something could not be stored, "" for nil.
func StoreReason(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	for _, known := range []struct {
		errno  syscall.Errno
		reason string
	}{
		{syscall.ENOSPC, StoreFull},
		{syscall.EDQUOT, StoreFull},
		{syscall.EROFS, StoreReadOnly},
		{syscall.EIO, StoreIO},
	} {
		// bbolt passes on the text alone of what went wrong when the file had to grow.
		if errors.Is(err, known.errno) || strings.Contains(text, known.errno.Error()) {
			return known.reason
		}
	}
	return StoreOther
}
