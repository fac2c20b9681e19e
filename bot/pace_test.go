package bot

import (
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
			case bulk > 27:
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
	if took := now.Sub(start); took > messages*time.Second/26 {
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
		"third of all waits":      {take(start, 1, 0, 0), 2, ledger.ClassReply, time.Second / 29},
		"bulk leaves room":        {take(start, 1, ledger.ClassReminder), 2, ledger.ClassReminder, time.Second / 27},
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
