package bot

import (
	"errors"
	"maps"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// FloodLimits are how many updates one sender may bring, so that nobody makes others wait. Zero fields take the defaults:
// an officer whose phone was without a network for a day sends everything at once, and it is taken; a coordinator who
// presses a button a second for hours is not slowed down.
type FloodLimits struct {
	// Burst is how many messages and presses a person of the programme may send in a row, Every the time after which one
	// more is allowed. An album counts as one message.
	Burst int
	Every time.Duration
	// StrangerBurst and StrangerEvery are the same for somebody who is not in the books.
	StrangerBurst int
	StrangerEvery time.Duration
	// GroupBurst and GroupEvery are the same for all people of a group together, counting what speaks to the bot there:
	// by default what Telegram lets a bot answer (20 a minute in a group; Bots FAQ).
	GroupBurst int
	GroupEvery time.Duration
}

func (l FloodLimits) withDefaults() FloodLimits {
	for _, f := range []struct {
		set       *int
		otherwise int
	}{{&l.Burst, 120}, {&l.StrangerBurst, 20}, {&l.GroupBurst, 60}} {
		if *f.set <= 0 {
			*f.set = f.otherwise
		}
	}
	for _, f := range []struct {
		set       *time.Duration
		otherwise time.Duration
	}{{&l.Every, time.Second}, {&l.StrangerEvery, 30 * time.Second}, {&l.GroupEvery, 3 * time.Second}} {
		if *f.set <= 0 {
			*f.set = f.otherwise
		}
	}
	return l
}

// gate says what becomes of an update before any handler sees it.
type gate struct {
	// shut says that it is not handled; tell that its sender is told so, once until the sender is heard again.
	shut, tell bool
	// wait is after how long the sender is heard again.
	wait time.Duration
	// missed says what was not handled before this one, which is.
	missed missed
}

// missed are the updates in a row of one sender that were not handled.
type missed struct {
	count       int
	first, last time.Time
}

// flooder is what is remembered of a sender, or of a group.
type flooder struct {
	bucket bucket
	// strange counts as strictly as strangers are counted, so that the books are asked who it is only beyond it.
	strange bucket
	album   string
	missed  missed
	// last is the latest moment that was counted, arrived when the last update came here.
	last, arrived time.Time
}

// moment returns the time by which an update counts. None counts as earlier than one before it: a press tells only when it
// came here, which may be long after messages that were sent later. When the machine's clock went back, what was counted
// by it says nothing any more.
func (one *flooder) moment(u ledger.Update, r *Request) time.Time {
	if u.Arrived.Before(one.arrived) {
		*one = flooder{album: one.album, missed: one.missed}
	}
	one.arrived = u.Arrived
	one.last = latest(one.last, sentAt(u, r))
	return one.last
}

const (
	// floodersKept is from how many senders on those are forgotten who have been quiet long enough to start anew.
	floodersKept = 4096
	// oldestSent is how long Telegram keeps updates for a bot (Bot API, getUpdates): no message that comes is older.
	oldestSent = 24 * time.Hour
)

// flood takes what somebody sends too fast out of the inbox unhandled: at the cost of reading it, without an answer of its
// own. The sender learns when it begins and, once heard again, how many were not taken and which, so that nothing is lost
// in silence. What counts is when Telegram got a message, not when it came here, so that a night without the bot makes
// nobody a flooder. All this is in memory: after a restart everybody begins anew.
//
// Senders are not served in turns: what is left of a flood after the gate is too little to be waited for.
type flood struct {
	limits  FloodLimits
	senders map[twinning.ChatID]flooder
	// decided are the gates of updates that are still in the inbox: a transaction that runs again decides nothing anew.
	decided map[uint64]gate
}

func newFlood(l FloodLimits) *flood {
	return &flood{limits: l.withDefaults(), senders: map[twinning.ChatID]flooder{}, decided: map[uint64]gate{}}
}

// gate decides about an update; without a flood all are open.
func (f *flood) gate(w *ledger.Work, u ledger.Update, r *Request) (gate, error) {
	if f == nil || !wished(r) {
		return gate{}, nil
	}
	if g, ok := f.decided[u.Seq]; ok {
		return g, nil
	}
	f.forget(u.Arrived)
	one := f.senders[r.From.ID]
	at := one.moment(u, r)
	if one.sameAlbum(r) {
		f.decided[u.Seq] = gate{}
		return gate{}, nil
	}
	strange := one.strange.ready(f.limits.StrangerEvery, f.limits.StrangerBurst).After(at) || one.missed.count > 0
	if strange {
		known, err := f.known(w, r.From.ID)
		if err != nil {
			return gate{}, err
		}
		strange = !known
	}
	every, burst := f.limits.Every, f.limits.Burst
	counting := &one.bucket
	if strange {
		every, burst, counting = f.limits.StrangerEvery, f.limits.StrangerBurst, &one.strange
	}
	g := one.pass(at, r, pacing{counting, every, burst})
	if !g.shut && !strange && !one.strange.ready(f.limits.StrangerEvery, f.limits.StrangerBurst).After(at) {
		one.strange = one.strange.take(at, f.limits.StrangerEvery)
	}
	if !g.shut && strange {
		one.bucket = one.bucket.take(at, f.limits.Every)
	}
	f.senders[r.From.ID] = one
	if r.Group && !g.shut {
		g = f.group(u, r, g)
	}
	f.decided[u.Seq] = g
	return g, nil
}

// group decides about what was said to the bot in a group, by whomever.
func (f *flood) group(u ledger.Update, r *Request, own gate) gate {
	all := f.senders[r.Chat]
	g := all.pass(all.moment(u, r), r, pacing{&all.bucket, f.limits.GroupEvery, f.limits.GroupBurst})
	f.senders[r.Chat] = all
	if own.missed.count == 0 {
		return g
	}
	if g.shut {
		one := f.senders[r.From.ID]
		one.missed = own.missed // to be told when the group is heard again
		f.senders[r.From.ID] = one
		return g
	}
	g.missed = own.missed
	return g
}

// known says whether the sender is in the books.
func (f *flood) known(w *ledger.Work, sender twinning.ChatID) (bool, error) {
	p, err := w.PersonByTelegram(sender)
	if errors.Is(err, twinning.ErrNotFound) {
		return false, nil
	}
	return p.Active(), wrapStep("flood", err)
}

// settled forgets what was decided about updates that are no longer in the inbox.
func (f *flood) settled() {
	if f != nil {
		clear(f.decided)
	}
}

// forget drops those who are as new when they come again.
func (f *flood) forget(now time.Time) {
	if len(f.senders) < floodersKept {
		return
	}
	maps.DeleteFunc(f.senders, func(_ twinning.ChatID, one flooder) bool {
		return one.bucket.full.Before(now) && one.strange.full.Before(now) && one.missed.count == 0
	})
}

// sameAlbum says whether the update is another picture of the album that was taken last.
func (one *flooder) sameAlbum(r *Request) bool {
	return r.Album != "" && r.Album == one.album && one.missed.count == 0
}

// pacing is a rate with what was counted against it.
type pacing struct {
	bucket *bucket
	every  time.Duration
	burst  int
}

// pass counts an update. Who was too fast is heard again when half of the burst is free, so that a flood that goes on is
// not told of with every message.
func (one *flooder) pass(at time.Time, r *Request, p pacing) gate {
	needed := 1
	if one.missed.count > 0 {
		needed = max(1, p.burst/2)
	}
	free := p.bucket.ready(p.every, p.burst-needed+1)
	if free.After(at) {
		first := one.missed.count == 0
		if first {
			one.missed.first = at
			free = p.bucket.ready(p.every, p.burst-max(1, p.burst/2)+1)
		}
		one.missed.count, one.missed.last = one.missed.count+1, at
		return gate{shut: true, tell: first, wait: free.Sub(at)}
	}
	*p.bucket = p.bucket.take(at, p.every)
	g := gate{missed: one.missed}
	one.album, one.missed = r.Album, missed{}
	return g
}

// wished says whether an update is somebody's wish to the bot. Chatter of a group is not.
func wished(r *Request) bool {
	switch r.Kind {
	case KindPress:
		return true
	case KindMessage, KindEdited:
		return !r.Group || r.Mentioned || len(r.Files) > 0
	case KindOther, KindMember, KindMigrated:
	}
	return false
}

// sentAt returns when the update was sent, as far as that can be believed: a press tells no time.
func sentAt(u ledger.Update, r *Request) time.Time {
	if r.Kind == KindPress || r.Sent.After(u.Arrived) || u.Arrived.Sub(r.Sent) > oldestSent {
		return u.Arrived
	}
	return r.Sent
}

// say tells the sender what the gate did; the sender of a shut one is told nothing else.
func (g gate) say(r *Request) error {
	switch {
	case g.tell && r.Kind == KindPress:
		return r.Alert("flood.alert", g.args(r.Now, r.Now))
	case g.tell:
		return r.Reply(twinning.Say("flood.shut", g.args(r.Now, r.Sent)))
	case g.missed.count > 0 && !g.shut:
		args := g.args(g.missed.last, g.missed.first)
		args.Set("Count", twinning.Number(g.missed.count))
		args.Set("Value", twinning.Number(g.missed.count))
		return r.Reply(twinning.Say("flood.missed", args))
	}
	return nil
}

// args are the moments between which nothing was taken, and how many minutes to wait.
func (g gate) args(last, first time.Time) twinning.Args {
	return twinning.Args{
		{"From", twinning.Arg{Kind: twinning.ArgTime, Num: first.Unix()}},
		{"To", twinning.Arg{Kind: twinning.ArgTime, Num: last.Unix()}},
		{"Minutes", twinning.Number(max(1, int((g.wait+time.Minute-1)/time.Minute)))},
	}
}
