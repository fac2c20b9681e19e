package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// TestHeadsOfARollback has the sender hand a message over to a deputy in a transaction that is rolled back. The number of
// the deputy's delivery goes to another one then, which must not be taken for it.
func TestHeadsOfARollback(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, disk := newFailing(t, silent)
		first := h.enrols(twinning.Person{Telegram: alice, Unit: "U", Role: twinning.RoleOfficer})
		h.enrols(twinning.Person{Telegram: bela, Unit: "U", Role: twinning.RoleLead})
		h.queues(ledger.Delivery{Cause: "1", Chat: alice, Person: first, Class: ledger.ClassReminder, Message: words("một")})
		s := h.bot.newSender()
		h.faults(&sandbox.Fault{Status: 403, Description: "Forbidden: bot was blocked by the user"})
		if _, err := s.turn(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		refused := <-s.results
		if refused.verdict.outcome != outcomeUnreachable {
			t.Fatalf("the first delivery is %v", refused.verdict.outcome)
		}
		s.pace.hold(bela, s.steady().Add(time.Hour))
		disk.fails(errBroken)
		if _, err := s.turn(t.Context(), []result{refused}); !errors.Is(err, errBroken) {
			t.Fatalf("turn: %v", err)
		}
		disk.fails(nil)
		h.queues(reply("2", cong, words("hai")))
		if heads := headsNow(t, h, s); len(heads) != 1 || heads[0].Chat != cong {
			t.Errorf("the sender sees %+v, want the delivery to %d", heads, cong)
		}
	})
}

// headsNow returns what the sender would choose from.
func headsNow(t testing.TB, h *house, s *sender) (heads []*ledger.Delivery) {
	t.Helper()
	h.look(func(l *ledger.Look) (err error) {
		heads, err = s.pending(l, s.plan(nil))
		return err
	})
	return heads
}

// outboxStory is a random story of an outbox: what was queued, and which of it was withdrawn.
type outboxStory struct {
	*house
	disk      *failing
	sender    *sender
	said      *said
	team      twinning.ChatID
	queued    map[uint64]ledger.Delivery
	withdrawn map[uint64]bool
}

// TestHeadsAreWhatIsStored sends through faults of Telegram and of the disk, while deliveries are withdrawn, put off and
// moved to a group's new id. What the sender remembers of those that are pending is what is stored at each turn; in the end
// each was sent once, and those of a class to a person in their order.
func TestHeadsAreWhatIsStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// The deadline of a test is real time, which rapid must not ask for within a bubble.
		rapid.Check(struct{ testing.TB }{t}, func(r *rapid.T) {
			s := newOutboxStory(t)
			defer func() { _ = s.store.Close() }()
			s.faultsAny(r)
			for range rapid.IntRange(1, 25).Draw(r, "steps") {
				rapid.SampledFrom([]func(*rapid.T){
					s.queueAny, s.queueAny, s.turnAny, s.turnAny, s.withdrawAny, s.moveTeam, s.wait,
				}).Draw(r, "step")(r)
			}
			s.finish(r)
		})
	})
}

func newOutboxStory(t *testing.T) *outboxStory {
	t.Helper()
	heard := &said{}
	h, disk := newFailing(t, silent, func(o *Options) {
		heard.RoundTripper = o.HTTPClient.Transport
		o.HTTPClient = &http.Client{Transport: heard}
		o.Limits = Limits{All: 10_000, Bulk: 10_000, Chat: time.Second, Group: time.Second}
	})
	for _, p := range []int64{alice, bela, cong} {
		if _, err := h.server.Say(p, p, "/start"); err != nil {
			t.Fatal(err)
		}
	}
	return &outboxStory{
		house: h, disk: disk, sender: h.bot.newSender(), team: team,
		said: heard, queued: map[uint64]ledger.Delivery{}, withdrawn: map[uint64]bool{},
	}
}

// faultsAny lets some of the first calls fail without an effect: fewer than would let others pass a delivery.
func (s *outboxStory) faultsAny(r *rapid.T) {
	lost := &sandbox.Fault{Status: 400, Description: "Bad Request: message to edit not found"}
	plan := rapid.SliceOfN(rapid.SampledFrom([]*sandbox.Fault{
		nil, nil, {Status: 500}, {Status: 429, RetryAfter: 1}, {Reset: true}, lost,
	}), 0, orderTries-1).Draw(r, "faults")
	s.fails(func(method string) *sandbox.Fault {
		if len(plan) == 0 || plan[0] == lost && method != "editMessageText" {
			return nil
		}
		defer func() { plan = plan[1:] }()
		return plan[0]
	})
}

func (s *outboxStory) queueAny(r *rapid.T) {
	n := uint64(len(s.queued) + 1)
	d := ledger.Delivery{
		Cause: fmt.Sprint("test ", n), Op: ledger.OpSend, Message: words(fmt.Sprint("số ", n, ".")),
		Chat:  rapid.SampledFrom([]twinning.ChatID{alice, bela, cong, s.team}).Draw(r, "chat"),
		Class: rapid.IntRange(ledger.ClassReply, ledger.ClassAnnouncement).Draw(r, "class"),
	}
	if rapid.IntRange(0, 3).Draw(r, "later") == 0 {
		d.NotBefore = time.Now().Add(time.Duration(rapid.IntRange(1, 5).Draw(r, "seconds")) * time.Second)
	}
	switch rapid.IntRange(0, 3).Draw(r, "op") {
	case 0:
		d.Subject = "draft/1"
	case 1:
		d.Subject, d.Op = "draft/1", ledger.OpEdit
	}
	s.queues(d)
	s.queued[n] = d
}

// turnAny is a turn of the sender with what came back. Some commits fail: the results are given to it again.
func (s *outboxStory) turnAny(r *rapid.T) {
	synctest.Wait()
	results := s.sender.arrived(nil)
	if rapid.IntRange(0, 3).Draw(r, "disk") == 0 {
		s.disk.fails(errBroken)
		_, err := s.sender.turn(context.Background(), results)
		s.disk.fails(nil)
		if err == nil {
			results = nil
		} else if !errors.Is(err, errBroken) {
			r.Fatal(err)
		}
		s.check(r)
	}
	if _, err := s.sender.turn(context.Background(), results); err != nil {
		r.Fatal(err)
	}
	s.check(r)
}

func (s *outboxStory) withdrawAny(r *rapid.T) {
	seq := rapid.Uint64Range(1, uint64(len(s.queued)+1)).Draw(r, "withdrawn")
	if s.queued[seq].Op == "" {
		return
	}
	s.update(func(w *ledger.Work) error {
		row := s.rowIn(w, seq)
		if row.State != ledger.Pending {
			return nil
		}
		s.withdrawn[seq] = true
		row.State = ledger.Failed
		return w.SetDelivery(row)
	})
	s.check(r)
}

func (s *outboxStory) moveTeam(r *rapid.T) {
	fresh := s.team - 1
	if err := s.server.Migrate(int64(s.team), int64(fresh)); err != nil {
		r.Fatal(err)
	}
	s.update(func(w *ledger.Work) error { return w.Migrate(s.team, fresh) })
	s.team = fresh
	s.check(r)
}

func (s *outboxStory) wait(r *rapid.T) {
	passes(time.Duration(rapid.IntRange(0, 3000).Draw(r, "ms")) * time.Millisecond)
}

// check compares what the sender chooses from with what is stored.
func (s *outboxStory) check(r *rapid.T) {
	type choice struct {
		Seq     uint64
		Chat    twinning.ChatID
		Class   int
		Op      string
		EditID  int
		Subject string
	}
	chosen := func(d ledger.Delivery) choice { return choice{d.Seq, d.Chat, d.Class, d.Op, d.EditID, d.Subject} }
	var got, want []choice
	for _, d := range headsNow(s.t, s.house, s.sender) {
		got = append(got, chosen(*d))
	}
	s.look(func(l *ledger.Look) error {
		rows, err := l.Pending(s.sender.window)
		for _, row := range rows {
			want = append(want, chosen(row))
		}
		return err
	})
	if diff := gocmp.Diff(want, got); diff != "" {
		r.Fatalf("pending deliveries (-stored +chosen):\n%s", diff)
	}
}

// finish lets the sender work until nothing is left, and looks at what came of all.
func (s *outboxStory) finish(r *rapid.T) {
	for range 200 {
		passes(2 * time.Second)
		synctest.Wait()
		if _, err := s.sender.turn(context.Background(), s.sender.arrived(nil)); err != nil {
			r.Fatal(err)
		}
		s.check(r)
	}
	synctest.Wait()
	said := s.said.all()
	last := map[[2]int64]uint64{}
	for seq := range uint64(len(s.queued)) {
		seq++
		want, row := ledger.Sent, s.row(seq)
		if s.withdrawn[seq] {
			want = ledger.Failed
		}
		if row.State != want || (want == ledger.Sent) != (said[seq] == 1) || said[seq] > 1 {
			r.Fatalf("delivery %d is %s (%s) and was said %d times", seq, row.State, row.Error, said[seq])
		}
	}
	for _, seq := range s.said.order() {
		d := s.queued[seq]
		line := [2]int64{int64(d.Chat), int64(d.Class)}
		if d.Chat < 0 || d.Op != ledger.OpSend || !d.NotBefore.IsZero() {
			continue
		}
		if seq < last[line] {
			r.Fatalf("delivery %d was said after %d", seq, last[line])
		}
		last[line] = seq
	}
}

// said is what Telegram took, by the number in the text.
type said struct {
	http.RoundTripper
	mu      sync.Mutex
	numbers []uint64
}

func (s *said) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	resp, err := s.RoundTripper.RoundTrip(r)
	if err != nil || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	var params struct{ Text string }
	var number uint64
	if json.Unmarshal(body, &params) == nil {
		if _, err := fmt.Sscanf(params.Text, "số %d.", &number); err == nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.numbers = append(s.numbers, number)
		}
	}
	return resp, nil
}

func (s *said) order() []uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.numbers)
}

func (s *said) all() map[uint64]int {
	counts := map[uint64]int{}
	for _, n := range s.order() {
		counts[n]++
	}
	return counts
}
