package sandbox

import (
	"slices"
	"sync"
	"time"
)

// Clock shows a base clock's time moved by an offset, so that it runs on from where it was set at the base's speed.
type Clock struct {
	base func() time.Time

	mu     sync.Mutex
	offset time.Duration
	moved  []func(time.Time)
}

// NewClock makes a clock that shows the base's time until it is moved. The base is not nil.
func NewClock(base func() time.Time) *Clock {
	return &Clock{base: base}
}

// Now is the base's time plus all moves.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base().Add(c.offset)
}

// Set moves the clock to t, forwards or backwards, and calls the functions of OnMove.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	c.offset = t.Sub(c.base())
	calls := slices.Clip(c.moved)
	c.mu.Unlock()
	for _, call := range calls {
		call(t)
	}
}

// Advance moves the clock by d, which may be negative, and calls the functions of OnMove.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	c.offset += d
	now := c.base().Add(c.offset)
	calls := slices.Clip(c.moved)
	c.mu.Unlock()
	for _, call := range calls {
		call(now)
	}
}

// OnMove has f called with the new time after each Set or Advance, in the mover's goroutine and without a lock held.
func (c *Clock) OnMove(f func(time.Time)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = append(c.moved, f)
}
