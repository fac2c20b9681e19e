package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

const (
	// plansUsual is how many plans the normal run follows; KETNGHIA_FAULT_PLANS says another number. plansOfAll are enough
	// for every kind of fault to come.
	plansUsual = 6
	plansOfAll = 16
	// planMessages and planReminders are what people and the scheduler say under one plan.
	planMessages  = 50
	planReminders = 12
	// planMost is how long everything may take to arrive.
	planMost = 24 * time.Hour
)

// TestFaultPlans follows random fault plans, each with people who write and reminders that fall due meanwhile: every
// update has exactly one effect, everything said arrives, in each chat's order, and a message comes once more at most for
// each answer that got lost. KETNGHIA_FAULT_SEED runs one plan alone.
func TestFaultPlans(t *testing.T) {
	t.Parallel()
	if alone := os.Getenv("KETNGHIA_FAULT_SEED"); alone != "" {
		seed, err := strconv.ParseUint(alone, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		followPlan(t, seed, &tally{made: map[sandbox.FaultKind]int{}})
		return
	}
	plans := plansUsual
	if many := os.Getenv("KETNGHIA_FAULT_PLANS"); many != "" {
		var err error
		if plans, err = strconv.Atoi(many); err != nil {
			t.Fatal(err)
		}
	}
	sum := &tally{made: map[sandbox.FaultKind]int{}}
	t.Run("plans", func(t *testing.T) {
		for seed := range uint64(plans) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				followPlan(t, seed, sum)
			})
		}
	})
	t.Logf("%d plans: %d updates with an effect, %d messages to arrive, %d of them came more than once, %d answers got lost",
		plans, sum.effects, sum.messages, sum.twice, sum.lost)
	for _, kind := range sandbox.FaultKinds() {
		t.Logf("%s: %d", kind, sum.made[kind])
		if sum.made[kind] == 0 && plans >= plansOfAll {
			t.Errorf("no plan made a fault of the kind %s", kind)
		}
	}
}

// tally adds up what the plans did.
type tally struct {
	mu                             sync.Mutex
	effects, messages, twice, lost int
	made                           map[sandbox.FaultKind]int
}

func (s *tally) add(p *planned) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for chat, texts := range p.said {
		s.effects += len(texts)
		s.messages += len(texts) + len(p.reminded[chat])
	}
	s.lost += len(p.server.LostAnswers())
	s.twice += p.twice
	for kind, n := range p.plan.Made() {
		s.made[kind] += n
	}
}

// planned is a house under a fault plan, with what must come of it.
type planned struct {
	*house
	plan *sandbox.FaultPlan
	// said are the texts of each person, reminded the reminders to each, in order.
	said, reminded map[int64][]string
	twice          int
}

func followPlan(t *testing.T, seed uint64, sum *tally) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		clock := sandbox.NewClock(time.Now)
		logged := &logBuffer{written: newSignal()}
		h := newHouse(t, countingEcho, func(o *Options) {
			o.Now, o.Steady, o.Limits = clock.Now, time.Now, Limits{}
			o.Flood = FloodLimits{Burst: planMessages, StrangerBurst: planMessages, GroupBurst: planMessages}
			o.Log = slog.New(slog.NewTextHandler(logged, nil))
		})
		p := &planned{
			house: h, plan: sandbox.NewFaultPlan(seed), said: map[int64][]string{}, reminded: map[int64][]string{},
		}
		p.plan.MoveClock(clock)
		h.server.Follow(p.plan)
		stop := h.start()
		defer stop()
		p.talk(rand.New(rand.NewPCG(seed, 50)))
		for passed := time.Duration(0); !p.done(); passed += time.Minute {
			if passed > planMost {
				t.Errorf("not everything arrived under the %s", p.plan)
				break
			}
			passes(time.Minute)
			waits()
		}
		p.check()
		if t.Failed() {
			t.Logf("KETNGHIA_FAULT_SEED=%d: %s\n%s", seed, p.plan, tail(logged.String()))
		}
		sum.add(p)
	})
}

// tail returns the last part of a long log.
func tail(log string) string {
	const most = 8000
	return log[max(0, len(log)-most):]
}

// countingEcho keeps in the conversation of each chat what was written there, and answers with the same words.
func countingEcho(_ context.Context, r *Request) error {
	if r.Kind != KindMessage {
		return nil
	}
	kept, err := r.Work.Conversation(r.Chat, countingPerson)
	if err != nil && !errors.Is(err, twinning.ErrNotFound) {
		return err
	}
	var texts []string
	if kept.Data != nil {
		if err := json.Unmarshal(kept.Data, &texts); err != nil {
			return err
		}
	}
	c, err := ledger.NewConversation(r.Chat, countingPerson, "count", append(texts, r.Text))
	if err != nil {
		return err
	}
	if err := r.Work.Converse(c); err != nil {
		return err
	}
	return r.Reply(words("nghe " + r.Text))
}

const countingPerson = 77

// talk has people write and reminders fall due, by turns and with pauses by chance.
func (p *planned) talk(random *rand.Rand) {
	people := []int64{alice, bela, cong}
	for i, who := range people {
		p.writes(who, fmt.Sprintf("chào %d", i)) // before that the bot may not write to them
	}
	reminders := 0
	for i := range planMessages - len(people) {
		who := people[random.IntN(len(people))]
		p.writes(who, fmt.Sprintf("tin %d", i))
		if random.IntN(planMessages) < 2*planReminders && reminders < planReminders {
			reminders++
			to := people[random.IntN(len(people))]
			text := fmt.Sprintf("nhắc %d", reminders)
			p.reminded[to] = append(p.reminded[to], text)
			p.queues(ledger.Delivery{
				Cause: "remind|" + text, Chat: twinning.ChatID(to), Class: ledger.ClassReminder, Message: words(text),
			})
		}
		if random.IntN(2) == 0 {
			passes(time.Duration(random.IntN(20_000)) * time.Millisecond)
		}
	}
}

func (p *planned) writes(who int64, text string) {
	p.says(who, text)
	p.said[who] = append(p.said[who], text)
}

// done says whether nothing waits and all has arrived.
func (p *planned) done() bool {
	for chat, texts := range p.said {
		if len(p.effects(chat)) < len(texts) || len(distinct(p.heardOf(chat, "nghe "))) < len(texts) ||
			len(distinct(p.heardOf(chat, "nhắc "))) < len(p.reminded[chat]) {
			return false
		}
	}
	return p.server.Pending() == 0
}

// effects returns what the handler kept of the chat.
func (p *planned) effects(chat int64) (texts []string) {
	p.t.Helper()
	p.look(func(l *ledger.Look) error {
		kept, err := l.Conversation(twinning.ChatID(chat), countingPerson)
		if errors.Is(err, twinning.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return json.Unmarshal(kept.Data, &texts)
	})
	return texts
}

// heardOf returns the bot's texts in the chat that begin so, as often as they came.
func (p *planned) heardOf(chat int64, begin string) []string {
	return slices.DeleteFunc(p.heard(chat), func(text string) bool { return !strings.HasPrefix(text, begin) })
}

// distinct returns the texts without repetition, in the order in which each came first.
func distinct(texts []string) []string {
	var out []string
	for _, text := range texts {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// check compares what came of the plan with what must.
func (p *planned) check() {
	p.t.Helper()
	for _, chat := range slices.Sorted(maps.Keys(p.said)) {
		var replies []string
		for _, text := range p.said[chat] {
			replies = append(replies, "nghe "+text)
		}
		for _, c := range []struct {
			what      string
			want, got []string
		}{
			{"effects", p.said[chat], p.effects(chat)},
			{"replies", replies, distinct(p.heardOf(chat, "nghe "))},
			{"reminders", p.reminded[chat], distinct(p.heardOf(chat, "nhắc "))},
		} {
			if diff := cmp.Diff(c.want, c.got, cmpopts.EquateEmpty()); diff != "" {
				p.t.Errorf("%s of chat %d (-want +got):\n%s", c.what, chat, diff)
			}
		}
		p.checkCopies(chat)
	}
	p.look(func(l *ledger.Look) error {
		waiting, err := l.Waiting(0)
		if len(waiting) > 0 {
			p.t.Errorf("%d updates wait", len(waiting))
		}
		if err != nil {
			return err
		}
		dead, err := l.DeadLetters(0)
		for _, d := range dead {
			if d.Reason != "malformed" {
				p.t.Errorf("update %d was buried: %s", d.Seq, d.Reason)
			}
		}
		return err
	})
}

// checkCopies wants no more copies of a message than answers to it that got lost, and one.
func (p *planned) checkCopies(chat int64) {
	p.t.Helper()
	may, came := map[string]int{}, map[string]int{}
	for _, lost := range p.server.LostAnswers() {
		if lost.Chat == chat && lost.Method == "sendMessage" {
			may[lost.Text]++
		}
	}
	for _, text := range p.heard(chat) {
		came[text]++
	}
	for text, n := range came {
		if n > 1 {
			p.twice++
		}
		if n > 1+may[text] {
			p.t.Errorf("chat %d got %q %d times, of which %d answers got lost", chat, text, n, may[text])
		}
	}
}
