package sandbox

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"
)

// Telegram's sending limits (Bots FAQ: "My bot is hitting limits").
const (
	perSecond      = 30
	perChatSecond  = 1
	perChatBurst   = 3
	perGroupMinute = 20
)

// Limits are what Options.EnforceLimits enforces. Zero fields take what Telegram documents.
type Limits struct {
	// Second is the most messages of the bot in any second (30), GroupMinute the most to one group in any minute (20).
	Second, GroupMinute int
}

func (l Limits) withDefaults() Limits {
	if l.Second <= 0 {
		l.Second = perSecond
	}
	if l.GroupMinute <= 0 {
		l.GroupMinute = perGroupMinute
	}
	return l
}

// SetLimits changes the limits that EnforceLimits enforces from now on.
func (s *Server) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits.Limits = l.withDefaults()
}

// Refusals returns how many calls were answered with 429 because a limit was passed.
func (s *Server) Refusals() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits.refused
}

// bucket holds tokens that grow with time.
type bucket struct {
	tokens float64
	at     time.Time
}

// limiter counts the bot's sends; used only with Options.EnforceLimits.
type limiter struct {
	Limits

	all     []time.Time // the sends of the last second
	chats   map[int64]*bucket
	groups  map[int64][]time.Time // the sends of the last minute
	refused int
}

func newLimiter(l Limits) limiter {
	return limiter{Limits: l.withDefaults(), chats: map[int64]*bucket{}, groups: map[int64][]time.Time{}}
}

// refill brings the bucket to now; a clock that went back refills nothing.
func (b *bucket) refill(now time.Time, rate, burst float64) {
	if b.at.IsZero() {
		b.tokens = burst
	} else if d := now.Sub(b.at).Seconds(); d > 0 {
		b.tokens = min(burst, b.tokens+d*rate)
	}
	b.at = now
}

// wait is how long until the bucket holds n tokens.
func (b *bucket) wait(n, rate float64) float64 { return max(0, (n-b.tokens)/rate) }

// take spends n sends to the chat, or says to wait.
func (l *limiter) take(now time.Time, c *chat, n int) *apiError {
	count := float64(n)
	one := at(l.chats, c.id)
	one.refill(now, perChatSecond, perChatBurst)
	l.all = within(l.all, now, time.Second)
	wait := max(tooMany(l.all, now, time.Second, n-l.Second), one.wait(min(count, perChatBurst), perChatSecond))
	if c.kind != kindPrivate {
		l.groups[c.id] = within(l.groups[c.id], now, time.Minute)
		wait = max(wait, tooMany(l.groups[c.id], now, time.Minute, n-l.GroupMinute))
	}
	if wait > 0 {
		l.refused++
		seconds := int(math.Ceil(wait))
		e := fail(http.StatusTooManyRequests, fmt.Sprintf("Too Many Requests: retry after %d", seconds))
		e.retryAfter = seconds
		return e
	}
	one.tokens -= count
	for range n {
		l.all = append(l.all, now)
		if c.kind != kindPrivate {
			l.groups[c.id] = append(l.groups[c.id], now)
		}
	}
	return nil
}

// within returns the sends that lie less than the window before now.
func within(sends []time.Time, now time.Time, window time.Duration) []time.Time {
	return slices.DeleteFunc(sends, func(t time.Time) bool { return now.Sub(t) >= window || t.After(now) })
}

// tooMany is how many seconds until enough of the sends left the window; more is how many sends are to be added, less
// how many there may be.
func tooMany(sends []time.Time, now time.Time, window time.Duration, more int) float64 {
	over := len(sends) + more
	if over <= 0 || len(sends) == 0 {
		return 0
	}
	return sends[min(over, len(sends))-1].Add(window).Sub(now).Seconds()
}

func at(m map[int64]*bucket, id int64) *bucket {
	if m[id] == nil {
		m[id] = &bucket{}
	}
	return m[id]
}
