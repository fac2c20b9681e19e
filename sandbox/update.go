package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// maxPending bounds the unconfirmed updates; the oldest are lost, as Telegram loses them after 24 hours.
const maxPending = 100_000

// saysOtherPoller is how Telegram ends a getUpdates when another one comes.
const saysOtherPoller = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"

// maxPoll is the longest long poll that Telegram holds.
const maxPoll = 50 * time.Second

// update is one update that waits to be confirmed.
type update struct {
	id  int64
	raw json.RawMessage
}

// updateQueue is the bot's queue of updates.
type updateQueue struct {
	lastID int64
	// topID is the greatest id so far: lastID may have jumped back.
	topID     int64
	waiting   []update
	delivered int
	// past are the last updates that were confirmed, for a plan to deliver again.
	past []update
	// allowed is the remembered allowed_updates; nil means all kinds but optIn.
	allowed []string
	// poller numbers the getUpdates calls: only the newest may wait.
	poller uint64
}

// firstUpdate comes before the id of the first update: Telegram's are large numbers too.
const firstUpdate = 731_000_000

func newUpdateQueue(after int64) updateQueue {
	return updateQueue{lastID: firstUpdate + after, topID: firstUpdate + after}
}

// add puts an update into the queue under the next id; build gets the id and returns the update.
func (q *updateQueue) add(build func(id int64) json.RawMessage) {
	q.lastID++
	q.topID = max(q.topID, q.lastID)
	q.waiting = append(q.waiting, update{id: q.lastID, raw: build(q.lastID)})
	if over := len(q.waiting) - maxPending; over > 0 {
		q.waiting = slices.Delete(q.waiting, 0, over)
	}
}

// optIn are the kinds that Telegram sends only if they are named in allowed_updates.
func optIn(kind string) bool {
	return kind == "chat_member" || kind == "message_reaction" || kind == "message_reaction_count"
}

func (q *updateQueue) wants(kind string) bool {
	if q.allowed == nil {
		return !optIn(kind)
	}
	return slices.Contains(q.allowed, kind)
}

// allow remembers allowed_updates: an empty list means the default.
func (q *updateQueue) allow(kinds []string) {
	q.allowed = nil
	if len(kinds) > 0 {
		q.allowed = kinds
	}
}

// maxPast bounds the confirmed updates that are kept.
const maxPast = 50

// confirm forgets the updates before the offset. A negative offset keeps that many of the newest. An offset beyond the
// next id is one from before the ids jumped back: it confirms nothing.
func (q *updateQueue) confirm(offset int64) {
	n := 0
	switch {
	case offset < 0:
		n = max(0, len(q.waiting)+int(max(offset, -maxPending)))
	case offset > 0 && offset <= q.lastID+1:
		for n < len(q.waiting) && q.waiting[n].id < offset {
			n++
		}
	}
	q.past = append(q.past, q.waiting[:n]...)
	q.past = slices.Delete(q.past, 0, max(0, len(q.past)-maxPast))
	q.waiting = slices.Delete(q.waiting, 0, n)
	q.delivered += n
}

// enqueue makes an update of the kind, if the bot wants it. The lock is held.
func (s *Server) enqueue(kind string, object any) {
	if !s.queue.wants(kind) {
		return
	}
	if s.plan != nil {
		s.plan.trouble(&s.queue)
	}
	s.queue.add(func(id int64) json.RawMessage {
		raw, err := json.Marshal(map[string]any{"update_id": id, kind: object})
		if err != nil {
			s.o.Log.Error("update not encoded", "kind", kind, "error", err)
			return json.RawMessage("null")
		}
		return raw
	})
	s.touch()
}

// Delivered is how many updates the bot has confirmed, by offset or by a 2xx of its webhook.
func (s *Server) Delivered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue.delivered
}

// Pending is how many updates wait to be confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue.waiting)
}

// getUpdates is a method of the Bot API: long polling, one poller at a time.
func (s *Server) getUpdates(c *call) (any, *apiError) {
	limit := c.p.intOr("limit", 100)
	if limit < 1 || limit > 100 {
		limit = 100
	}
	wait := min(time.Duration(max(0, c.p.intOr("timeout", 0)))*time.Second, maxPoll)
	kinds, given := c.p.list("allowed_updates")

	s.mu.Lock()
	if s.hook.url != "" {
		s.mu.Unlock()
		return nil, fail(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if given {
		s.queue.allow(kinds)
	}
	s.queue.poller++
	mine := s.queue.poller
	s.queue.confirm(int64(c.p.intOr("offset", 0)))
	s.touch() // ends the poller before this one, and tells waiters of the confirmation
	s.mu.Unlock()
	return s.poll(c.ctx, mine, int(limit), wait)
}

// poll waits until there are updates, the time is over, or another poller came.
func (s *Server) poll(ctx context.Context, mine uint64, limit int, wait time.Duration) (any, *apiError) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	over := wait == 0
	for {
		s.mu.Lock()
		ch := s.changed
		superseded := s.queue.poller != mine
		var batch []json.RawMessage
		for _, u := range s.nextBatch(limit, !superseded) {
			batch = append(batch, u.raw)
		}
		s.mu.Unlock()
		switch {
		case superseded:
			return nil, fail(http.StatusConflict, saysOtherPoller)
		case len(batch) > 0:
			return batch, nil
		case over:
			return []json.RawMessage{}, nil
		}
		select {
		case <-ch:
		case <-timer.C:
			over = true
		case <-ctx.Done():
			return nil, fail(502, fmt.Sprintf("Bad Gateway: %v", context.Cause(ctx)))
		case <-s.done:
			return nil, fail(502, "Bad Gateway")
		}
	}
}

// nextBatch returns the updates that the next answer carries. The lock is held.
func (s *Server) nextBatch(limit int, answered bool) []update {
	batch := s.queue.waiting[:min(limit, len(s.queue.waiting))]
	if s.plan != nil && answered && len(batch) > 0 {
		batch = s.plan.shuffle(batch, s.queue.past)
	}
	return batch
}
