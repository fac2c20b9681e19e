package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
)

// mortal is an intake that is started again and again over one store, as by a service manager. A handler that ends its
// goroutine is the death of the process: nothing of its transaction is kept and nobody hears of it.
type mortal struct {
	*inbox
	next int64
}

func newMortal(t *testing.T) *mortal {
	t.Helper()
	return &mortal{inbox: newInbox(t), next: 1}
}

// writes stores a message of a person.
func (m *mortal) writes(person int64, text string) {
	m.t.Helper()
	raw := fmt.Sprintf(`{"message":{"message_id":%d,"date":1,"from":{"id":%d},"chat":{"id":%[2]d},"text":%q}}`, m.next, person, text)
	m.update(func(w *ledger.Work) error {
		return w.Receive([]ledger.Update{{ID: m.next, Raw: json.RawMessage(raw)}}, m.next+1)
	})
	m.next++
}

// lives runs a process for at most the span, and says whether a handler ended it.
func (m *mortal) lives(span time.Duration, handle Handler) (died bool) {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), span)
	defer cancel()
	options := Options{Now: time.Now, Steady: time.Now, Log: slog.New(slog.NewTextHandler(m.logged, nil))}
	in := &intake{
		ledger: m.ledger, me: m.in.me, handle: handle, now: time.Now, steady: time.Now, log: options.Log,
		vitals: newVitals(options), counted: map[uint64]bool{},
		stored: newSignal(), handled: newSignal(), registered: newSignal(),
	}
	ended, stopped := make(chan struct{}), false
	go func() {
		defer close(ended)
		in.run(ctx)
		stopped = true
	}()
	<-ended
	return !stopped
}

// TestCrasherIsBuried starts a process again and again that one update brings down. It is buried within a minute, and
// nobody but its sender waits for that.
func TestCrasherIsBuried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMortal(t)
		m.writes(bela, "trước")
		m.writes(alice, "chết")
		m.writes(alice, "sau")
		m.writes(bela, "khác")
		began := time.Now()
		heard := map[string]time.Duration{}
		starts := 1
		for m.lives(time.Hour, func(_ context.Context, r *Request) error {
			if r.Text == "chết" {
				runtime.Goexit()
			}
			heard[r.Text] = time.Since(began)
			return r.Reply(words(r.Text))
		}) {
			if starts++; starts > 10 {
				t.Fatal("it still dies after ten starts")
			}
		}
		if starts != crashTries+1 {
			t.Errorf("%d starts, want %d", starts, crashTries+1)
		}
		if heard["trước"] != 0 || heard["khác"] != 0 || heard["sau"] > time.Minute || len(heard) != 3 {
			t.Errorf("handled after %v", heard)
		}
		want := left{
			Queued: []string{"1002 trước", "1002 khác", "1001 error.internal", "1001 sau"}, Dead: []string{"2 crash"},
		}
		if diff := cmp.Diff(want, m.left()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestKilledIsNoCrasher kills the process at random moments, again and again, while it handles what people write. Nothing
// is buried however often an update was in hand, and each chat is handled in its order.
func TestKilledIsNoCrasher(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { killOften(t, rand.New(rand.NewPCG(seed, 6))) })
		})
	}
}

func killOften(t *testing.T, random *rand.Rand) {
	m := newMortal(t)
	want, got := map[int64][]string{}, map[int64][]string{}
	var kill time.Time
	var inHand string
	struck := map[string]int{}
	handle := func(_ context.Context, r *Request) error {
		time.Sleep(20 * time.Millisecond)
		if !time.Now().Before(kill) {
			struck[r.Text]++
			inHand = r.Text
			runtime.Goexit()
		}
		if err := r.Reply(words(r.Text)); err != nil {
			return err
		}
		got[int64(r.Chat)] = append(got[int64(r.Chat)], r.Text)
		return nil
	}
	for n := range 300 {
		for range random.IntN(3) {
			person := int64(alice + random.IntN(3))
			text := fmt.Sprintf("%d %d", person, m.next)
			want[person] = append(want[person], text)
			m.writes(person, text)
		}
		span := time.Duration(random.IntN(60)) * time.Millisecond
		kill = time.Now().Add(span)
		inHand = ""
		if died := m.lives(span, handle); died != (inHand != "") {
			t.Fatalf("life %d: died %t with %q in hand", n, died, inHand)
		}
	}
	kill = time.Now().Add(time.Hour)
	m.lives(2*time.Minute, handle)
	most := 0
	for _, n := range struck {
		most = max(most, n)
	}
	if most < 2 {
		t.Errorf("no update was in hand at more than %d deaths: this proves little", most)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("handled (-want +got):\n%s", diff)
	}
	if l := m.left(); l.Waiting != 0 || len(l.Dead) != 0 {
		t.Errorf("%d updates wait, %q are dead", l.Waiting, l.Dead)
	}
}
