package bot

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

const (
	// senderTick is how often the outbox is looked at without being woken, for messages whose time has come.
	senderTick = 2 * time.Second
	// gather is how long results are waited for to be stored together.
	gather = 3 * time.Millisecond
	// sendTimeout bounds one call, sendFileTimeout one that uploads a file.
	sendTimeout     = 30 * time.Second
	sendFileTimeout = 3 * time.Minute
	// The longest pauses of a chat whose message failed, and of everything while Telegram is out of reach.
	sendMostPause = 5 * time.Minute
	outageMost    = 30 * time.Second
	// outageChats is how many chats must fail, with nothing getting through in between, to call it an outage.
	outageChats = 3
	// orderTries is how often a message fails, over some eight minutes, before those behind it may pass: order is worth a
	// wait, but one message that Telegram never takes must not silence a chat.
	orderTries = 10
	// The window is how many pending deliveries are read in a turn. It grows while too few of them may go.
	windowLeast = 16
	windowMost  = 1 << 14
)

// sender takes deliveries out of the outbox and sends them. One goroutine, run, decides everything; each call of the
// Bot API has a goroutine of its own that comes back through results.
//
// A delivery is marked as being sent before its call begins, and what came of it is stored afterwards, in one
// transaction with the marks of the next ones. So a crash leaves marks, and Recover makes those deliveries pending
// again: each may reach its addressee twice, and none is lost.
type sender struct {
	ledger *ledger.Ledger
	caller *caller
	now    func() time.Time
	steady func() time.Time
	log    *slog.Logger
	vitals *vitals
	grace  time.Duration
	wake   signal

	results chan result
	pace    *pace
	// flying are the jobs whose call is on its way.
	flying map[*job]bool
	// open are jobs with parts still to send, whose deliveries stay marked.
	open   []*job
	window int
	// heads are pending deliveries as they were read, without their messages.
	heads map[uint64]*ledger.Delivery
	// failing are the chats that failed since something last got through, rounds the turns in which some did.
	failing  map[twinning.ChatID]bool
	rounds   int
	draining bool
}

// job is a delivery in hand. It is changed only by the goroutine of its call; a following call gets a copy.
type job struct {
	row  ledger.Delivery
	lang string
	// parts are what is sent, one call each; next is the one to send now, ids are the messages sent so far.
	parts []part
	next  int
	ids   []int
}

// result is what came of a call.
type result struct {
	job     *job
	ids     []int
	verdict verdict
}

// run sends until the context ends, then finishes what is in hand for at most the grace.
func (s *sender) run(ctx context.Context) {
	calls, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	if !s.recover(ctx) {
		return
	}
	timer, ended, failures := time.NewTimer(0), ctx.Done(), 0
	var deadline <-chan time.Time
	var results []result
	for {
		select {
		case <-ended:
			s.draining, ended, deadline = true, nil, time.After(s.grace)
		case <-deadline:
			stop()
		case r := <-s.results:
			results = append(results, r)
		case <-s.wake:
		case <-timer.C:
		}
		results = s.collect(results)
		wait, err := s.turn(calls, results)
		if err != nil {
			failures++
			s.log.DebugContext(ctx, "outbox not stored", slog.Any("error", err))
			wait = delay(failures, storeMostPause)
		} else {
			results, failures = nil, 0
		}
		if s.finished(calls, err) {
			return
		}
		timer.Reset(wait)
	}
}

// finished says whether a sender that is being stopped has nothing left to do: what is on its way came back, and what
// has begun is complete, or its time is up.
func (s *sender) finished(calls context.Context, err error) bool {
	if !s.draining {
		return false
	}
	late := calls.Err() != nil
	return len(s.flying) == 0 && (late || err == nil && len(s.open) == 0)
}

// collect adds what else has come back, and what does within a moment, so that one transaction stores it all. New
// messages cut the moment short.
func (s *sender) collect(results []result) []result {
	results = s.arrived(results)
	if len(results) == 0 || len(results) >= len(s.flying) {
		return results
	}
	moment := time.NewTimer(gather)
	defer moment.Stop()
	for len(results) < len(s.flying) {
		select {
		case r := <-s.results:
			results = s.arrived(append(results, r))
		case <-s.wake:
			return s.arrived(results)
		case <-moment.C:
			return results
		}
	}
	return results
}

// arrived adds what has come back already.
func (s *sender) arrived(results []result) []result {
	for {
		select {
		case r := <-s.results:
			results = append(results, r)
		default:
			return results
		}
	}
}

// recover makes the deliveries pending that were being sent when the last process ended, and counts what that one sent
// within the last minute, since Telegram's limits know nothing of a restart. It tries until it can.
func (s *sender) recover(ctx context.Context) bool {
	for failures := 1; ; failures++ {
		var n int
		err := s.ledger.Update(ctx, s.now(), func(w *ledger.Work) (err error) {
			recent, err := w.OutChangedSince(w.Now().Add(-paceMemory))
			if err != nil {
				return fmt.Errorf("outbox: %w", err)
			}
			s.pace = s.pace.resumed(s.steady().Add(-paceMemory), w.Now().Add(-paceMemory), recent)
			n, err = w.Recover()
			return err
		})
		s.vitals.stored(ctx, partSend, err)
		if err == nil {
			if n > 0 {
				s.log.InfoContext(ctx, "deliveries will be sent again", slog.Int("count", n))
			}
			return true
		}
		s.log.DebugContext(ctx, "outbox not recovered", slog.Any("error", err))
		if !sleep(ctx, delay(failures, storeMostPause)) {
			return false
		}
	}
}

// turn stores the results, picks what may go now, marks it and starts its calls. It returns when to look again. When it
// fails nothing has happened, and the results must be given to it again.
func (s *sender) turn(calls context.Context, results []result) (time.Duration, error) {
	ctx := context.WithoutCancel(calls)
	var p *plan
	if len(results) == 0 {
		p = s.plan(nil)
		err := s.ledger.View(ctx, s.now(), func(l *ledger.Look) error { return s.pick(l, p) })
		if err != nil || len(p.launch) == 0 {
			if err == nil {
				s.remember(p)
			}
			return p.wait(s.steady()), err
		}
	}
	picked := p
	err := s.ledger.Update(ctx, s.now(), func(w *ledger.Work) error {
		if len(results) == 0 {
			p = picked.copy()
			return p.mark(w)
		}
		p = s.plan(results)
		for _, r := range results {
			if err := s.settle(w, r, p); err != nil {
				return err
			}
		}
		if err := s.pick(&w.Look, p); err != nil {
			return err
		}
		return p.mark(w)
	})
	s.vitals.stored(ctx, partSend, err)
	if err != nil {
		return 0, err
	}
	s.commit(ctx, p, results)
	for _, j := range p.launch {
		s.flying[j] = true
		go func() { s.results <- s.caller.perform(calls, j) }()
	}
	return p.wait(s.steady()), nil
}

// commit takes over what the plan changed, once it is stored.
func (s *sender) commit(ctx context.Context, p *plan, results []result) {
	s.pace, s.open = p.pace, p.open
	s.remember(p)
	for _, j := range p.launch {
		delete(s.heads, j.row.Seq)
	}
	for _, r := range results {
		delete(s.flying, r.job)
		s.caller.tell(r.job.row.Op, r.verdict.outcome.String())
		switch r.verdict.outcome {
		case outcomeAgain:
			s.failing[r.job.row.Chat] = true
		case outcomeSent, outcomeDropped, outcomePaused, outcomeUnreachable, outcomeMigrated, outcomeAnew, outcomeBare,
			outcomeRefused:
			s.through()
		}
	}
	if s.outage() && len(results) > 0 {
		s.rounds++
		s.pace.pause(p.now.Add(delay(s.rounds, outageMost)))
	}
	for _, note := range p.notes {
		s.log.LogAttrs(ctx, note.level, note.message, note.attrs...) //nolint:sloglint // the notes' messages are constants
	}
}

// outage says whether nothing gets through to Telegram; then one call at a time tries.
func (s *sender) outage() bool { return len(s.failing) >= outageChats }

// through takes note that a call got through to Telegram. At the end of an outage all chats may go on at once: what held
// them up was not theirs.
func (s *sender) through() {
	if s.outage() {
		s.pace.release()
	}
	clear(s.failing)
	s.rounds = 0
}

// remember keeps what was read for the plan, and fits the window to how much of it was of use.
func (s *sender) remember(p *plan) {
	maps.Copy(s.heads, p.heads)
	switch {
	case p.starved:
		s.window = min(2*s.window, windowMost)
	case p.read < s.window/4:
		s.window = max(s.window/2, windowLeast)
	}
}
