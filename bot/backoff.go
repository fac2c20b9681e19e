package bot

import (
	"context"
	"math/rand/v2"
	"time"
)

// firstPause is how long the first failure of anything waits.
const firstPause = time.Second

// delay returns how long to wait after that many failures in a row: firstPause, growing up to most.
func delay(failures int, most time.Duration) time.Duration {
	return growing(firstPause, most, failures)
}

// growing returns the pause after that many failures in a row: the first one doubled each time up to most, give or take a
// quarter, so that many waiters don't come back together.
func growing(first, most time.Duration, failures int) time.Duration {
	d := first
	for range min(failures, 30) - 1 {
		if d *= 2; d >= most {
			d = most
			break
		}
	}
	return d*3/4 + rand.N(d/2+1) //nolint:gosec // jitter is no secret
}

// sleep waits for d or the end of the context, and says whether the context still goes on.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// signal is a bell that remembers one ring.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

func (s signal) ring() {
	select {
	case s <- struct{}{}:
	default:
	}
}
