package bot

import (
	"maps"
	"math"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// Limits are how fast the bot sends. Zero fields take the defaults, which stay below what Telegram allows: 30 messages a
// second in all, one a second in a chat, 20 a minute in a group (Bots FAQ, "My bot is hitting limits").
type Limits struct {
	// All and Bulk are messages a second: of every class, and of reminders and announcements. Bulk may be as fast as All:
	// it never takes all of a burst, so that a reply waits for half a message at most, and replies always go first. It falls while
	// Telegram says that it is too much (slow).
	All, Bulk int
	// Chat and Group are the pauses between two messages to a private chat and to a group.
	Chat, Group time.Duration
	// InFlight is how many calls may wait for their answer at the same time.
	InFlight int
}

// What Limits are by default, and how many messages may go out at once after a pause. With 29 a second and a burst of two
// no second holds more than 30; 5,000 announcements take 5,000 s / 29.
const (
	defaultAll      = 29
	defaultBulk     = 29
	defaultChat     = time.Second
	defaultGroup    = 3 * time.Second
	defaultInFlight = 128
	burstAll        = 2
	burstReply      = 3
)

// burstShare is which part of a second's messages may go out at once where that is more than burstAll: with a greater
// limit, as Telegram gives for stars (Bot API, sendMessage.allow_paid_broadcast: 1000 a second), two in each turn of the
// sender would be all that goes.
const burstShare = 15

// burst is how many messages may go out at once after a pause; bulk leaves one of them for a reply.
func (l Limits) burst() int { return max(burstAll, l.All/burstShare) }

// How the rate of bulk gives way. After a 429 it is slowBy of what it was, but not below slowLeast (or what is configured,
// if that is less); each healAfter without another one gives it healBy back. All are messages a second.
const (
	slowBy    = 0.8
	slowLeast = 1.0
	healBy    = 1.0
	healAfter = 10 * time.Second
)

func (l Limits) withDefaults() Limits {
	orInt := func(v *int, otherwise int) {
		if *v <= 0 {
			*v = otherwise
		}
	}
	orTime := func(v *time.Duration, otherwise time.Duration) {
		if *v <= 0 {
			*v = otherwise
		}
	}
	orInt(&l.All, defaultAll)
	orInt(&l.Bulk, min(defaultBulk, l.All))
	orTime(&l.Chat, defaultChat)
	orTime(&l.Group, defaultGroup)
	orInt(&l.InFlight, defaultInFlight)
	return l
}

// bucket is a rate by the generic cell rate algorithm: full is when it would be back to rest. The zero value is at rest.
type bucket struct{ full time.Time }

// ready returns the first moment at which one more may go, at one each every, burst at once.
func (b bucket) ready(every time.Duration, burst int) time.Time {
	return b.full.Add(-time.Duration(burst-1) * every)
}

// take counts one at now.
func (b bucket) take(now time.Time, every time.Duration) bucket {
	if b.full.Before(now) {
		b.full = now
	}
	return bucket{full: b.full.Add(every)}
}

// pace says when a message may go out. It has no clock of its own: times come in and must never run backwards. It is
// copied with clone, so that a transaction that may run again can plan on a copy.
type pace struct {
	limits Limits
	all    bucket
	bulk   bucket
	chats  map[twinning.ChatID]bucket
	// held are chats whose first message failed: those behind it wait for it.
	held map[twinning.ChatID]time.Time
	// paused is until when nothing may be sent (429, or Telegram is out of reach).
	paused time.Time
	// slowed is the rate of bulk at healing, messages a second; it has grown since. 0 means that nothing slowed it.
	slowed  float64
	healing time.Time
	// flooded is until when groups are held that got a 429 alone.
	flooded map[twinning.ChatID]time.Time
}

func newPace(l Limits) *pace {
	return &pace{
		limits: l.withDefaults(),
		chats:  map[twinning.ChatID]bucket{}, held: map[twinning.ChatID]time.Time{},
		flooded: map[twinning.ChatID]time.Time{},
	}
}

func (p *pace) clone() *pace {
	c := *p
	c.chats, c.held, c.flooded = maps.Clone(p.chats), maps.Clone(p.held), maps.Clone(p.flooded)
	return &c
}

// chatRate returns the pause between two messages to the chat and how many replies may go at once. Groups have negative
// ids.
func (p *pace) chatRate(chat twinning.ChatID, class int) (every time.Duration, burst int) {
	switch {
	case chat < 0:
		return p.limits.Group, 1
	case class == ledger.ClassReply:
		return p.limits.Chat, burstReply
	}
	return p.limits.Chat, 1
}

// second returns the pause between two messages at n a second, rounded up: a nanosecond less would let one more into
// some seconds.
func second(n int) time.Duration { return (time.Second + time.Duration(n) - 1) / time.Duration(n) }

// bulkRate returns how many reminders and announcements may go a second at that time.
func (p *pace) bulkRate(at time.Time) float64 {
	most := float64(p.limits.Bulk)
	if p.slowed == 0 {
		return most
	}
	clean := max(0, at.Sub(p.healing)/healAfter)
	return min(most, p.slowed+healBy*float64(clean))
}

// betweenBulk returns the pause between two of bulk at that time.
func (p *pace) betweenBulk(at time.Time) time.Duration {
	return time.Duration(math.Ceil(float64(time.Second) / p.bulkRate(at)))
}

// slow takes note of a 429 that came at now: everything waits as long as told, and bulk goes on slower. Calls that were
// on their way together are refused together; they count once.
//
// Telegram's 429 doesn't say which limit was passed. One from a group (20 a minute) is taken for the group's own, so that
// a busy group does not silence everybody, unless another chat was refused while the group waits: then it is everybody's.
func (p *pace) slow(now time.Time, chat twinning.ChatID, after time.Duration) {
	until := now.Add(after)
	alone := chat < 0 && !now.Before(p.paused)
	for other, held := range p.flooded {
		alone = alone && (other == chat || !now.Before(held))
	}
	if alone {
		p.flooded[chat] = until
		p.hold(chat, until)
		return
	}
	if !now.Before(p.paused) {
		p.slowed = max(slowBy*p.bulkRate(now), min(slowLeast, float64(p.limits.Bulk)))
	}
	p.pause(until)
	p.healing = p.paused
}

// ready returns the first moment at which a message of the class may go to the chat.
func (p *pace) ready(chat twinning.ChatID, class int) time.Time {
	every, burst := p.chatRate(chat, class)
	return latest(p.free(chat), p.allows(class), p.chats[chat].ready(every, burst))
}

// allows returns the first moment at which the rates of all chats together allow a message of the class.
func (p *pace) allows(class int) time.Time {
	at := p.all.ready(second(p.limits.All), p.limits.burst())
	if class != ledger.ClassReply {
		// Half a message of the burst lets bulk make up for a turn that came late; the rest of it is left to replies.
		bulk, every, between := p.limits.burst()-1, second(p.limits.All), p.betweenBulk(p.bulk.full)
		at = latest(at, p.all.ready(every, bulk).Add(-every/2), p.bulk.ready(between, bulk).Add(-between/2))
	}
	return at
}

// free returns the first moment at which anything may be done in the chat, also what no rate limits.
func (p *pace) free(chat twinning.ChatID) time.Time { return latest(p.paused, p.held[chat]) }

// take counts a message of the class to the chat at now.
func (p *pace) take(now time.Time, chat twinning.ChatID, class int) {
	every, _ := p.chatRate(chat, class)
	p.all = p.all.take(now, second(p.limits.All))
	if class != ledger.ClassReply {
		p.bulk = p.bulk.take(now, p.betweenBulk(now))
	}
	p.chats[chat] = p.chats[chat].take(now, every)
	if len(p.chats)+len(p.held) > 4*p.limits.All {
		p.forget(now)
	}
}

// forget drops what no longer holds anybody up.
func (p *pace) forget(now time.Time) {
	maps.DeleteFunc(p.chats, func(_ twinning.ChatID, b bucket) bool { return b.full.Before(now) })
	gone := func(_ twinning.ChatID, until time.Time) bool { return until.Before(now) }
	maps.DeleteFunc(p.held, gone)
	maps.DeleteFunc(p.flooded, gone)
}

// pause stops all sending until then.
func (p *pace) pause(until time.Time) { p.paused = latest(p.paused, until) }

// hold stops the sending to one chat until then.
func (p *pace) hold(chat twinning.ChatID, until time.Time) {
	p.held[chat] = latest(p.held[chat], until)
}

// release lets all chats go on that were held, but for the groups that Telegram told to wait.
func (p *pace) release() {
	maps.DeleteFunc(p.held, func(chat twinning.ChatID, _ time.Time) bool {
		_, told := p.flooded[chat]
		return !told
	})
}

// paceMemory is the longest window of Telegram's limits: 20 messages a minute to a group.
const paceMemory = time.Minute

// resumed returns a new pace that has counted what went out before a restart, in the order of time. The moment start of
// the steady clock is the time began of the deliveries' clock.
func (p *pace) resumed(start, began time.Time, sent []ledger.Delivery) *pace {
	fresh := newPace(p.limits)
	for _, d := range sent {
		if d.Op != ledger.OpAnswer {
			fresh.take(start.Add(max(0, min(paceMemory, d.Changed.Sub(began)))), d.Chat, d.Class)
		}
	}
	return fresh
}

func latest(first time.Time, others ...time.Time) time.Time {
	for _, t := range others {
		if t.After(first) {
			first = t
		}
	}
	return first
}
