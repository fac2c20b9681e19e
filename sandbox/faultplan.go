package sandbox

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind names one way in which things go wrong.
type FaultKind string

// What can go wrong with a call of the bot, with the queue of updates, and with the clock.
const (
	FaultFlood         FaultKind = "flood"          // 429 with retry_after
	FaultServer        FaultKind = "server"         // 5xx as JSON
	FaultPage          FaultKind = "page"           // 5xx as HTML
	FaultTimeoutBefore FaultKind = "timeout_before" // no answer, and no effect
	FaultTimeoutAfter  FaultKind = "timeout_after"  // no answer after the effect
	FaultReset         FaultKind = "reset"          // connection closed before the effect
	FaultDropped       FaultKind = "dropped"        // connection closed after the effect
	FaultCut           FaultKind = "cut"            // half an answer
	FaultSlow          FaultKind = "slow"           // an answer that takes long
	FaultConflict      FaultKind = "conflict"       // 409: another program polls
	FaultDuplicate     FaultKind = "duplicate"      // updates that were confirmed come again
	FaultReorder       FaultKind = "reorder"        // updates of different chats change places within an answer
	FaultJump          FaultKind = "jump"           // update ids jump forwards, and back while no update waits
	FaultUnknown       FaultKind = "unknown"        // updates of an unknown kind, malformed ones, some without an id
	FaultClock         FaultKind = "clock"          // the clock jumps forwards or back
)

// FaultKinds returns all kinds.
func FaultKinds() []FaultKind { return append(callFaults(), queueFaults()...) }

// callFaults are the kinds that befall a call.
func callFaults() []FaultKind {
	return []FaultKind{
		FaultFlood, FaultServer, FaultPage, FaultTimeoutBefore, FaultTimeoutAfter, FaultReset, FaultDropped, FaultCut,
		FaultSlow, FaultConflict,
	}
}

// queueFaults are the others.
func queueFaults() []FaultKind {
	return []FaultKind{FaultDuplicate, FaultReorder, FaultJump, FaultUnknown, FaultClock}
}

const (
	// mostFaults is the greatest share of calls of a plan that go wrong, and longestRun how many in a row may do so for
	// one method and chat: a plan tries how the bot gets over faults, not when it gives up.
	mostFaults = 0.5
	longestRun = 5
	// noAnswer is longer than any client waits.
	noAnswer = time.Hour
)

// FaultPlan is a course of faults that its seed determines. What happens to a call depends on the seed, the method, the
// chat and how many such calls there were, so that it doesn't depend on the order in which calls to different chats
// happen to come. All methods are safe for concurrent use.
type FaultPlan struct {
	seed  uint64
	rates map[FaultKind]float64

	mu     sync.Mutex
	clock  *Clock
	spared []string
	ended  bool
	counts map[string]uint64
	runs   map[string]int
	made   map[FaultKind]int
}

// NewFaultPlan makes the plan of a seed out of these kinds, by default of all. Each kind is left out, rare or frequent
// by chance.
func NewFaultPlan(seed uint64, kinds ...FaultKind) *FaultPlan {
	p := &FaultPlan{
		seed: seed, rates: map[FaultKind]float64{}, counts: map[string]uint64{}, runs: map[string]int{},
		made: map[FaultKind]int{},
	}
	if len(kinds) == 0 {
		kinds = FaultKinds()
	}
	random, total := p.random("rates"), 0.0
	for _, kind := range FaultKinds() { // always in this order, whatever the caller's
		rate := []float64{0, 0.02, 0.1, 0.3}[random.IntN(4)]
		if !slices.Contains(kinds, kind) {
			continue
		}
		p.rates[kind] = rate
		if slices.Contains(callFaults(), kind) {
			total += rate
		}
	}
	if total > mostFaults {
		for _, kind := range callFaults() {
			p.rates[kind] *= mostFaults / total
		}
	}
	return p
}

// Follow has the server follow the plan; nil ends it. A hook of SetFault is asked first.
func (s *Server) Follow(p *FaultPlan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan = p
}

// MoveClock gives the plan the clock that it makes jump; without one no clock jumps.
func (p *FaultPlan) MoveClock(c *Clock) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clock = c
}

// Spare lets all calls of these methods go well.
func (p *FaultPlan) Spare(methods ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spared = append(p.spared, methods...)
}

// End lets all go well from now on.
func (p *FaultPlan) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}

// Made says how often each kind has happened.
func (p *FaultPlan) Made() map[FaultKind]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.made)
}

// String prints the seed and the rates.
func (p *FaultPlan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "fault plan %d:", p.seed)
	for _, kind := range FaultKinds() {
		if p.rates[kind] > 0 {
			fmt.Fprintf(&b, " %s %.2f", kind, p.rates[kind])
		}
	}
	return b.String()
}

// random returns the source for the next thing of that name. The lock is held, or the plan is not yet shared.
func (p *FaultPlan) random(name string) *rand.Rand {
	p.counts[name]++
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))                                   // never fails
	return rand.New(rand.NewPCG(p.seed^h.Sum64(), p.counts[name])) //nolint:gosec // repeatable on purpose
}

// happens says whether the kind happens now, and counts it. The lock is held.
func (p *FaultPlan) happens(kind FaultKind, random *rand.Rand) bool {
	if p.ended || random.Float64() >= p.rates[kind] {
		return false
	}
	p.made[kind]++
	return true
}

// fault chooses what happens to a call.
func (p *FaultPlan) fault(method string, chat int64) *Fault {
	p.mu.Lock()
	random := p.random("clock")
	clock, jumps := p.clock, p.clock != nil && p.happens(FaultClock, random)
	var f *Fault
	if !slices.Contains(p.spared, method) {
		f = p.choose(method, chat)
	}
	p.mu.Unlock()
	if jumps {
		clock.Advance(jump(random))
	}
	return f
}

// jump returns how far a clock jumps: seconds to days, either way.
func jump(random *rand.Rand) time.Duration {
	far := []time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour}[random.IntN(4)]
	return time.Duration((random.Float64()*6 - 3) * float64(far))
}

// choose picks the fault of a call, nil for none. The lock is held.
func (p *FaultPlan) choose(method string, chat int64) *Fault {
	name := method + " " + strconv.FormatInt(chat, 10)
	random := p.random(name)
	at := random.Float64()
	for _, kind := range callFaults() {
		if at -= p.rates[kind]; at >= 0 {
			continue
		}
		if p.ended || p.runs[name] >= longestRun || kind == FaultConflict && method != "getUpdates" {
			break
		}
		p.runs[name]++
		p.made[kind]++
		return faultOf(kind, random)
	}
	p.runs[name] = 0
	return nil
}

func faultOf(kind FaultKind, random *rand.Rand) *Fault {
	status := []int{
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}[random.IntN(4)]
	switch kind {
	case FaultFlood:
		return &Fault{Status: http.StatusTooManyRequests, RetryAfter: 1 + random.IntN(30)}
	case FaultServer:
		return &Fault{Status: status}
	case FaultPage:
		return &Fault{Status: status, HTML: true}
	case FaultTimeoutBefore:
		return &Fault{Before: noAnswer}
	case FaultTimeoutAfter:
		return &Fault{After: noAnswer}
	case FaultReset:
		return &Fault{Reset: true}
	case FaultDropped:
		return &Fault{DropAfter: true}
	case FaultCut:
		return &Fault{Cut: true}
	case FaultSlow:
		slow := time.Duration(1 + random.IntN(10_000)*random.IntN(1000)/1000)
		return &Fault{Before: slow * time.Millisecond / 2, After: slow * time.Millisecond / 2}
	case FaultConflict:
		return &Fault{Status: http.StatusConflict, Description: saysOtherPoller}
	case FaultDuplicate, FaultReorder, FaultJump, FaultUnknown, FaultClock:
	}
	return nil // not of a call
}

// trouble lets ids jump and strange updates come before the next one. The server's lock is held.
func (p *FaultPlan) trouble(q *updateQueue) {
	p.mu.Lock()
	defer p.mu.Unlock()
	random := p.random("queue")
	if p.happens(FaultJump, random) {
		if len(q.waiting) == 0 && random.IntN(2) == 0 {
			// Telegram chooses the next id at random after a week without updates (Bot API, Update.update_id), when none
			// waits. This is so far from the ids before that they don't meet.
			q.lastID = 1_000_000 + random.Int64N(firstUpdate-2_000_000)
		} else {
			q.lastID += 1 + random.Int64N(1000)
		}
	}
	if p.happens(FaultUnknown, random) {
		q.add(func(id int64) json.RawMessage { return strange(id, random) })
	}
}

// strange makes an update that no handler is for.
func strange(id int64, random *rand.Rand) json.RawMessage {
	shape := []string{
		`{"update_id":%d,"novel_update":{"a":[1]}}`,
		`{"update_id":%d,"message":{"message_id":1,"novel_content":{}}}`,
		`{"update_id":%d,"message":7}`,
		`{"update_id":%d,"message":{"chat":{"id":"x"}}}`,
		`{"update_id":%d,"poll":{}}`,
		`{"update_id":%d}`,
		`{"update_id":"%d","message":{}}`,
		`[%d]`,
		`"%d"`,
	}[random.IntN(9)]
	return json.RawMessage(fmt.Sprintf(shape, id))
}

// shuffle returns what an answer carries instead of the batch: with updates that were confirmed before, and with those of
// different chats in another order. Each chat's own stay in order, so that a test can tell what it must see.
func (p *FaultPlan) shuffle(batch, past []update) []update {
	p.mu.Lock()
	defer p.mu.Unlock()
	random := p.random("batch")
	if p.happens(FaultReorder, random) {
		batch = reorder(batch, random)
	}
	if p.happens(FaultDuplicate, random) {
		again := append(slices.Clone(past), batch...)
		batch = slices.Clone(batch)
		for range 1 + random.IntN(3) {
			u := again[random.IntN(len(again))]
			first := 1 + slices.IndexFunc(batch, func(b update) bool { return b.id == u.id })
			batch = slices.Insert(batch, first+random.IntN(len(batch)-first+1), u)
		}
	}
	return batch
}

// reorder lets the chats of the updates take turns by chance.
func reorder(batch []update, random *rand.Rand) []update {
	turns := make([]int64, len(batch))
	of := map[int64][]update{}
	for i, u := range batch {
		turns[i] = u.chat()
		of[turns[i]] = append(of[turns[i]], u)
	}
	random.Shuffle(len(turns), func(i, j int) { turns[i], turns[j] = turns[j], turns[i] })
	out := make([]update, len(batch))
	for i, chat := range turns {
		out[i], of[chat] = of[chat][0], of[chat][1:]
	}
	return out
}

// chat returns the chat of a message or of a pressed button, 0 for any other update.
func (u update) chat() int64 {
	type message struct {
		Chat struct {
			ID int64 `json:"id"`
		} `json:"chat"`
	}
	var read struct {
		Message  message `json:"message"`
		Edited   message `json:"edited_message"`
		Callback struct {
			Message message `json:"message"`
		} `json:"callback_query"`
	}
	_ = json.Unmarshal(u.raw, &read) // what can't be read has no chat
	return read.Message.Chat.ID + read.Edited.Chat.ID + read.Callback.Message.Chat.ID
}
