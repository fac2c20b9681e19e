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

// bucket holds tokens that grow with time.
type bucket struct {
	tokens float64
	at     time.Time
}

// limiter counts the bot's sends; used only with Options.EnforceLimits.
type limiter struct {
	all    bucket
	chats  map[int64]*bucket
	groups map[int64][]time.Time // the sends of the last minute
}

func newLimiter() limiter {
	return limiter{chats: map[int64]*bucket{}, groups: map[int64][]time.Time{}}
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
	if c.kind != kindPrivate {
		wait = max(wait, l.groupWait(now, c.id, n))
	}
	if wait > 0 {
		seconds := int(math.Ceil(wait))
		e := fail(http.StatusTooManyRequests, fmt.Sprintf("Too Many Requests: retry after %d", seconds))
		e.retryAfter = seconds
		return e
	}
	l.all.tokens -= count
	one.tokens -= count
	if c.kind != kindPrivate {
		for range n {
			l.groups[c.id] = append(l.groups[c.id], now)
		}
	}
	return nil
}

// groupWait is how many seconds until n more sends to the group make no more than 20 in one minute.
func (l *limiter) groupWait(now time.Time, id int64, n int) float64 {
	sends := slices.DeleteFunc(l.groups[id], func(t time.Time) bool { return now.Sub(t) >= time.Minute || t.After(now) })
	l.groups[id] = sends
	over := len(sends) + n - perGroupMinute
	if over <= 0 {
		return 0
	}
	return sends[min(over, len(sends))-1].Add(time.Minute).Sub(now).Seconds()
}

func at(m map[int64]*bucket, id int64) *bucket {
	if m[id] == nil {
		m[id] = &bucket{}
	}
	return m[id]
}
