package bot

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// TestPaceKeepsLimits sends as fast as the pace allows and counts what falls into each second and minute.
func TestPaceKeepsLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := newPace(Limits{})
		start := time.Unix(1_000_000, 0)
		now := start
		type sending struct {
			at    time.Time
			chat  twinning.ChatID
			class int
		}
		var all []sending
		for range rapid.IntRange(1, 200).Draw(t, "messages") {
			chat := twinning.ChatID(rapid.SampledFrom([]int{-1, -2, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "chat"))
			class := rapid.IntRange(ledger.ClassReply, ledger.ClassAnnouncement).Draw(t, "class")
			now = now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "ms")) * time.Millisecond)
			if rapid.Bool().Draw(t, "wait") {
				now = latest(now, p.ready(chat, class))
			}
			if p.ready(chat, class).After(now) {
				continue
			}
			p.take(now, chat, class)
			all = append(all, sending{now, chat, class})
		}
		for i, first := range all {
			second, bulk, burst, minute := 0, 0, 0, 0
			for _, s := range all[i:] {
				d := s.at.Sub(first.at)
				if d < time.Second {
					second++
					if s.class != ledger.ClassReply {
						bulk++
					}
					if s.chat == first.chat {
						burst++
					}
				}
				if d < time.Minute && s.chat == first.chat {
					minute++
				}
			}
			switch {
			case second > 30:
				t.Fatalf("%d messages in a second", second)
			case bulk > 30:
				t.Fatalf("%d reminders and announcements in a second", bulk)
			case burst > burstReply:
				t.Fatalf("%d messages in a second to chat %d", burst, first.chat)
			case first.chat < 0 && (burst > 1 || minute > 20):
				t.Fatalf("%d in a second, %d in a minute to group %d", burst, minute, first.chat)
			}
		}
	})
}

// TestPaceIsFast says that many chats together get nearly all that Telegram allows.
func TestPaceIsFast(t *testing.T) {
	t.Parallel()
	p, now := newPace(Limits{}), time.Unix(1_000_000, 0)
	start := now
	const messages = 1000
	for i := range messages {
		chat := twinning.ChatID(i + 1)
		now = latest(now, p.ready(chat, ledger.ClassAnnouncement))
		p.take(now, chat, ledger.ClassAnnouncement)
	}
	if took := now.Sub(start); took > messages*time.Second/28 {
		t.Errorf("%d announcements took %v", messages, took)
	}
	if len(p.chats) > 500 {
		t.Errorf("%d chats remembered", len(p.chats))
	}
}

func TestPaceReadyTimes(t *testing.T) {
	t.Parallel()
	start := time.Unix(1_000_000, 0)
	tests := map[string]struct {
		prepare func(*pace)
		chat    twinning.ChatID
		class   int
		want    time.Duration
	}{
		"at rest":                 {func(*pace) {}, 1, ledger.ClassReply, 0},
		"second reply at once":    {take(start, 1, ledger.ClassReply), 1, ledger.ClassReply, 0},
		"fourth reply waits":      {take(start, 1, 0, 0, 0), 1, ledger.ClassReply, time.Second},
		"reminder after a reply":  {take(start, 1, ledger.ClassReply), 1, ledger.ClassReminder, time.Second},
		"group waits":             {take(start, -1, ledger.ClassReply), -1, ledger.ClassReply, 3 * time.Second},
		"another group":           {take(start, -1, ledger.ClassReply), -2, ledger.ClassReply, 0},
		"third of all waits":      {take(start, 1, 0, 0), 2, ledger.ClassReply, second(29)},
		"bulk leaves room":        {take(start, 1, ledger.ClassReminder), 2, ledger.ClassReminder, second(29) - second(29)/2},
		"pause holds everything":  {func(p *pace) { p.pause(start.Add(time.Minute)) }, 9, 0, time.Minute},
		"pause is never shorter":  {func(p *pace) { p.pause(start.Add(time.Hour)); p.pause(start) }, 9, 0, time.Hour},
		"held chat":               {func(p *pace) { p.hold(1, start.Add(time.Minute)) }, 1, 0, time.Minute},
		"other than a held chat":  {func(p *pace) { p.hold(1, start.Add(time.Minute)) }, 2, 0, 0},
		"forgetting keeps a hold": {func(p *pace) { p.hold(1, start.Add(time.Minute)); p.forget(start) }, 1, 0, time.Minute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPace(Limits{})
			test.prepare(p)
			if got := max(0, p.ready(test.chat, test.class).Sub(start)); got != test.want {
				t.Errorf("ready after %v, want %v", got, test.want)
			}
		})
	}
}

// take returns what sends messages of the classes to the chat at once.
func take(at time.Time, chat twinning.ChatID, classes ...int) func(*pace) {
	return func(p *pace) {
		for _, class := range classes {
			p.take(at, chat, class)
		}
	}
}

func TestPaceClone(t *testing.T) {
	t.Parallel()
	p, now := newPace(Limits{}), time.Unix(1_000_000, 0)
	c := p.clone()
	c.take(now, -1, ledger.ClassReply)
	c.hold(2, now.Add(time.Hour))
	c.pause(now.Add(time.Hour))
	if ready := latest(p.ready(-1, ledger.ClassReply), p.ready(2, ledger.ClassReply)); ready.After(now) {
		t.Errorf("the original waits until %v", ready)
	}
}

// TestPaceNeverTooFast drives the pace as hard as it allows, with 429s in between, and counts what falls into each second
// and minute: never more than Telegram allows, nothing while all is paused, whatever the classes.
func TestPaceNeverTooFast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, now := newPace(Limits{}), time.Unix(1_000_000, 0)
		var all, bulk []time.Time
		groups := map[twinning.ChatID][]time.Time{}
		chats := rapid.SampledFrom([]int{1, 5, 200}).Draw(t, "chats")
		for n := range rapid.IntRange(100, 400).Draw(t, "messages") {
			chat := twinning.ChatID(n%chats + 1)
			if rapid.IntRange(0, 9).Draw(t, "group") == 0 {
				chat = twinning.ChatID(-1 - n%2)
			}
			class := rapid.SampledFrom([]int{ledger.ClassReply, ledger.ClassReminder, ledger.ClassAnnouncement}).Draw(t, "class")
			if rapid.IntRange(0, 99).Draw(t, "flood") == 0 {
				p.slow(now, chat, time.Duration(rapid.IntRange(1, 9).Draw(t, "retry"))*time.Second)
				if at := p.ready(chat, class); at.Sub(now) < time.Second {
					t.Fatalf("a chat that was refused may go on after %v", at.Sub(now))
				}
			}
			now = latest(now, p.ready(chat, class))
			if now.Before(p.paused) {
				t.Fatal("ready while all is paused")
			}
			p = p.clone()
			p.take(now, chat, class)
			all = append(all, now)
			if class != ledger.ClassReply {
				bulk = append(bulk, now)
			}
			if chat < 0 {
				groups[chat] = append(groups[chat], now)
			}
		}
		most := func(sends []time.Time, window time.Duration, allowed int, what string) {
			for i := allowed; i < len(sends); i++ {
				if sends[i].Sub(sends[i-allowed]) < window {
					t.Fatalf("%s: more than %d within %v", what, allowed, window)
				}
			}
		}
		most(all, time.Second, 30, "all")
		most(bulk, time.Second, 30, "bulk")
		for _, sends := range groups {
			most(sends, time.Minute, 20, "group")
		}
	})
}

// TestReplyHasAReserve says that bulk at full speed lets a reply go after half a message at most.
func TestReplyHasAReserve(t *testing.T) {
	t.Parallel()
	p, now := newPace(Limits{}), time.Unix(1_000_000, 0)
	for i := range 100 {
		chat := twinning.ChatID(i + 1)
		now = latest(now, p.ready(chat, ledger.ClassAnnouncement))
		p.take(now, chat, ledger.ClassAnnouncement)
		if ready := p.ready(1_000_000, ledger.ClassReply); ready.Sub(now) > second(29)/2 {
			t.Fatalf("after %d announcements a reply waits %v", i+1, ready.Sub(now))
		}
	}
}

// TestBulkGivesWay follows the rate of bulk through 429s and the time after them.
func TestBulkGivesWay(t *testing.T) {
	t.Parallel()
	start := time.Unix(1_000_000, 0)
	type refusal struct {
		at    time.Duration
		chat  twinning.ChatID
		after time.Duration
	}
	tests := map[string]struct {
		refusals []refusal
		at       time.Duration
		want     float64
	}{
		"nothing refused":                  {nil, 0, 29},
		"once":                             {[]refusal{{0, 1, time.Second}}, time.Second, 23.2},
		"together they count once":         {[]refusal{{0, 1, time.Second}, {50, 2, time.Second}, {90, 3, 2 * time.Second}}, 2 * time.Second, 23.2},
		"again after the pause":            {[]refusal{{0, 1, time.Second}, {time.Second, 2, time.Second}}, 2 * time.Second, 18.56},
		"the pause is not clean":           {[]refusal{{0, 1, time.Minute}}, time.Minute + 9*time.Second, 23.2},
		"one more after ten clean seconds": {[]refusal{{0, 1, time.Second}}, 11 * time.Second, 24.2},
		"as before in the end":             {[]refusal{{0, 1, time.Second}}, time.Hour, 29},
		"of a group alone":                 {[]refusal{{0, -1, time.Minute}}, 0, 29},
		"of a group again":                 {[]refusal{{0, -1, time.Minute}, {time.Second, -1, time.Minute}}, 0, 29},
		"of two groups":                    {[]refusal{{0, -1, time.Minute}, {time.Second, -2, time.Second}}, 2 * time.Second, 23.2},
		"of a group and somebody":          {[]refusal{{0, -1, time.Minute}, {time.Second, 5, time.Second}}, 2 * time.Second, 23.2},
		"of two groups apart":              {[]refusal{{0, -1, time.Second}, {time.Minute, -2, time.Second}}, time.Minute, 29},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPace(Limits{})
			for _, r := range test.refusals {
				p.slow(start.Add(r.at), r.chat, r.after)
			}
			if got := p.bulkRate(start.Add(test.at)); math.Abs(got-test.want) > 1e-9 {
				t.Errorf("%v a second, want %v", got, test.want)
			}
		})
	}
	p := newPace(Limits{})
	now := start
	for range 100 {
		p.slow(now, 1, time.Second)
		now = now.Add(time.Second)
	}
	if got := p.bulkRate(now); got != slowLeast {
		t.Errorf("%v a second after a hundred refusals, want %v", got, slowLeast)
	}
}

// TestGroupWaitsAlone says that a 429 of a group stops nobody else, and that another chat's does.
func TestGroupWaitsAlone(t *testing.T) {
	t.Parallel()
	p, now := newPace(Limits{}), time.Unix(1_000_000, 0)
	p.slow(now, -1, time.Minute)
	if at := p.ready(-1, ledger.ClassReply).Sub(now); at != time.Minute {
		t.Errorf("the group waits %v", at)
	}
	if at := p.ready(1, ledger.ClassReply); at.After(now) {
		t.Errorf("somebody else waits %v", at.Sub(now))
	}
	p.slow(now, 2, 5*time.Second)
	if at := p.ready(1, ledger.ClassReply).Sub(now); at != 5*time.Second {
		t.Errorf("all wait %v", at)
	}
}

// TestBurstGrowsWithTheLimit says that the default limits have a burst of two, and that whatever is configured no second
// holds more than its messages and the burst.
func TestBurstGrowsWithTheLimit(t *testing.T) {
	t.Parallel()
	if got := (Limits{}).withDefaults(); got.All != 29 || got.Bulk != 29 || got.burst() != burstAll || got.Chat != time.Second {
		t.Errorf("default limits %+v with a burst of %d", got, got.burst())
	}
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SampledFrom([]int{1, 2, 28, 29, 30, 31, 44, 45, 60, 1000}).Draw(t, "all")
		l := Limits{All: all, Chat: time.Nanosecond}
		if all <= 30 && l.burst() != burstAll {
			t.Fatalf("%d a second have a burst of %d", all, l.burst())
		}
		p, now := newPace(l), time.Unix(1_000_000, 0)
		var sends []time.Time
		for n := range 3*all + 10 {
			if rapid.IntRange(0, 20).Draw(t, "pause") == 0 {
				now = now.Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, "ms")) * time.Millisecond)
			}
			chat, class := twinning.ChatID(n+1), rapid.IntRange(ledger.ClassReply, ledger.ClassAnnouncement).Draw(t, "class")
			now = latest(now, p.ready(chat, class))
			p.take(now, chat, class)
			sends = append(sends, now)
		}
		// In a second that begins at rest the burst goes at once and the rest of the second at the rate.
		most := all + l.burst() - 1
		for i := most; i < len(sends); i++ {
			if sends[i].Sub(sends[i-most]) < time.Second {
				t.Fatalf("more than %d within a second at %d a second", most, all)
			}
		}
	})
}
