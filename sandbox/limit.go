package sandbox

import (
	"fmt"
	"math"
	"net/http"
	"time"
)

// Telegram's sending limits (Bots FAQ: "My bot is hitting limits").
const (
	perSecond      = 30
	perChatSecond  = 1
	perChatBurst   = 3
	perGroupMinute = 20
)

// bucket holds tokens that grow with time.
type bucket struct {
	tokens float64
	at     time.Time
}

// limiter counts the bot's sends; used only with Options.EnforceLimits.
type limiter struct {
	all    bucket
	chats  map[int64]*bucket
	groups map[int64]*bucket
}

func newLimiter() limiter {
	return limiter{chats: map[int64]*bucket{}, groups: map[int64]*bucket{}}
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
	l.all.refill(now, perSecond, perSecond)
	one := at(l.chats, c.id)
	one.refill(now, perChatSecond, perChatBurst)
	wait := max(l.all.wait(count, perSecond), one.wait(min(count, perChatBurst), perChatSecond))
	buckets := []*bucket{&l.all, one}
	if c.kind != kindPrivate {
		group := at(l.groups, c.id)
		group.refill(now, perGroupMinute/60.0, perGroupMinute)
		wait = max(wait, group.wait(count, perGroupMinute/60.0))
		buckets = append(buckets, group)
	}
	if wait > 0 {
		seconds := int(math.Ceil(wait))
		e := fail(http.StatusTooManyRequests, fmt.Sprintf("Too Many Requests: retry after %d", seconds))
		e.retryAfter = seconds
		return e
	}
	for _, b := range buckets {
		b.tokens -= count
	}
	return nil
}

func at(m map[int64]*bucket, id int64) *bucket {
	if m[id] == nil {
		m[id] = &bucket{}
	}
	return m[id]
}
