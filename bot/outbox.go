package bot

import (
	"log/slog"
	"slices"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// How long a delivery is tried before it is given up: the press of a button is answered at once or not at all, a reply
// is of use for a day, a reminder stays owed.
const (
	giveUpAnswer   = time.Hour
	giveUpReply    = 24 * time.Hour
	giveUpReminder = 14 * 24 * time.Hour
	// giveUpTries is how often it must have failed besides, over an hour or more: when the clock jumps by days a message
	// only looks old.
	giveUpTries = 20
	// reportTries is how often the making of a report may fail.
	reportTries = 5
)

// plan is what a turn of the sender changes. It is made anew whenever the transaction runs again.
type plan struct {
	// now is a time of the steady clock.
	now    time.Time
	pace   *pace
	open   []*job
	launch []*job
	notes  []note
	// busy are the chats in which nothing more may be begun in this turn.
	busy map[twinning.ChatID]bool
	// free is how many more calls may be begun.
	free int
	// next is the first moment at which something now held up may go; the zero time when nothing is.
	next time.Time
	// heads are pending deliveries that were read anew. A transaction that is rolled back may have read one that it had
	// queued itself, and another one gets its number: so the sender takes them over once the plan is stored.
	heads map[uint64]*ledger.Delivery
	// read is how many pending deliveries were read (the window, when none were), starved that more should have been.
	read    int
	starved bool
}

// note is a line of the log, written once the plan is stored.
type note struct {
	level   slog.Level
	message string
	attrs   []slog.Attr
}

func (s *sender) plan(results []result) *plan {
	p := &plan{
		now: s.steady(), pace: s.pace.clone(), open: slices.Clone(s.open), busy: map[twinning.ChatID]bool{},
		free: s.pace.limits.InFlight - len(s.flying) + len(results), read: s.window, heads: map[uint64]*ledger.Delivery{},
	}
	if s.outage() {
		p.free = min(p.free, 1-len(s.flying)+len(results))
	}
	for j := range s.flying {
		back := slices.ContainsFunc(results, func(r result) bool { return r.job == j })
		if !back && j.row.Op != ledger.OpAnswer {
			p.busy[j.row.Chat] = true
		}
	}
	return p
}

// wait returns how long from now on nothing can be done; storing the plan took time.
func (p *plan) wait(now time.Time) time.Duration {
	switch {
	case p.starved:
		return 0
	case p.next.IsZero():
		return senderTick
	}
	return min(senderTick, max(p.next.Sub(now), time.Millisecond))
}

// later remembers that something can be done at that time.
func (p *plan) later(at time.Time) {
	if p.next.IsZero() || at.Before(p.next) {
		p.next = at
	}
}

// admit says whether the delivery may go now, and counts it if so. If not, nothing else of its chat may go before it.
// An answer to a press is no message: no rate limits it, and it overtakes the messages of its chat.
func (p *plan) admit(row ledger.Delivery) bool {
	answer := row.Op == ledger.OpAnswer
	if p.free <= 0 || !answer && p.busy[row.Chat] {
		return false
	}
	at := p.pace.free(row.Chat)
	if !answer {
		at = p.pace.ready(row.Chat, row.Class)
		p.busy[row.Chat] = true
	}
	if at.After(p.now) {
		p.later(at)
		return false
	}
	if !answer {
		p.pace.take(p.now, row.Chat, row.Class)
	}
	p.free--
	return true
}

// pick chooses what goes now: first the rest of what has begun, then what is pending, replies first.
func (s *sender) pick(l *ledger.Look, p *plan) error {
	waiting := p.open
	p.open = nil
	for _, j := range waiting {
		row, err := l.OutRow(j.row.Seq) // the chat may have a new id
		if err != nil {
			return err
		}
		following := *j
		following.row = row
		if p.admit(row) {
			p.launch = append(p.launch, &following)
		} else {
			p.open = append(p.open, &following)
		}
		p.busy[row.Chat] = true
	}
	// Answers to presses wait for the rate of all messages too: a thirtieth of a second is not worth reading for.
	at := latest(p.pace.paused, p.pace.all.ready(second(p.pace.limits.All), p.pace.limits.burst()))
	switch {
	case s.draining || p.free <= 0:
		return nil
	case at.After(p.now):
		p.later(at)
		return nil
	}
	return s.pickPending(l, p)
}

func (s *sender) pickPending(l *ledger.Look, p *plan) error {
	heads, err := s.pending(l, p)
	if err != nil {
		return err
	}
	p.read = len(heads)
	begun := firstSends(heads)
	for _, head := range heads {
		if head.Op == ledger.OpEdit && head.EditID == 0 {
			if seq, ok := begun[subjectIn{head.Chat, head.Subject}]; ok && seq < head.Seq {
				continue // the message to edit is itself still to be sent
			}
		}
		if !p.admit(*head) {
			continue
		}
		row, err := l.OutRow(head.Seq)
		if err != nil {
			return err
		}
		j, err := prepareJob(l, row)
		if err != nil {
			return err
		}
		p.launch = append(p.launch, j)
	}
	// Rows come by class, so none behind the last may go sooner than that one but for its chat.
	ready := len(heads) > 0 && !p.pace.allows(heads[len(heads)-1].Class).After(p.now)
	p.starved = ready && p.free > 0 && len(heads) == s.window && s.window < windowMost
	return nil
}

// pending returns the deliveries that are pending, without their messages. What was read of one is remembered until it
// is begun, since while many wait for their chats each turn looks at all of them; nobody else changes it. Those for groups
// are read anew: a group's id can change.
func (s *sender) pending(l *ledger.Look, p *plan) ([]*ledger.Delivery, error) {
	seqs, err := l.PendingSeqs(s.window)
	if err != nil {
		return nil, err
	}
	if len(s.heads) > 2*len(seqs)+windowLeast {
		clear(s.heads)
	}
	heads := make([]*ledger.Delivery, 0, len(seqs))
	for _, seq := range seqs {
		head, known := s.heads[seq]
		if !known {
			row, err := l.OutHead(seq)
			if err != nil {
				return nil, err
			}
			head = &row
			if head.Chat > 0 {
				p.heads[seq] = head
			}
		}
		heads = append(heads, head)
	}
	return heads, nil
}

type subjectIn struct {
	chat    twinning.ChatID
	subject string
}

// firstSends returns the first delivery that sends a message of each subject.
func firstSends(rows []*ledger.Delivery) map[subjectIn]uint64 {
	first := map[subjectIn]uint64{}
	for _, row := range rows {
		if row.Op != ledger.OpSend || row.Subject == "" {
			continue
		}
		k := subjectIn{row.Chat, row.Subject}
		if seq, ok := first[k]; !ok || row.Seq < seq {
			first[k] = row.Seq
		}
	}
	return first
}

// prepareJob looks up the language of the addressee and the message to edit or delete: the newest one of the subject,
// unless the delivery names it. An edit without a message to edit becomes a new message.
func prepareJob(l *ledger.Look, row ledger.Delivery) (*job, error) {
	j := &job{row: row, lang: row.Lang}
	if row.Person != 0 {
		if person, err := l.Person(row.Person); err == nil && person.Lang != "" {
			j.lang = person.Lang
		}
	}
	if row.EditID != 0 || row.Op != ledger.OpEdit && row.Op != ledger.OpDelete {
		return j, nil
	}
	if row.Subject != "" {
		refs, err := l.MessagesOf(row.Subject)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			if ref.Chat == row.Chat {
				j.row.EditID = max(j.row.EditID, ref.ID)
			}
		}
	}
	if j.row.EditID == 0 && row.Op == ledger.OpEdit {
		j.row.Op = ledger.OpSend
	}
	return j, nil
}

// mark stores that the picked deliveries are being sent. One that changed since it was picked, because its chat got a new
// id, is left for the next turn; one that was withdrawn is left out.
func (p *plan) mark(w *ledger.Work) error {
	var launch []*job
	for _, j := range p.launch {
		row, err := w.OutHead(j.row.Seq)
		if err != nil {
			return err
		}
		if row.Chat != j.row.Chat {
			if j.next > 0 {
				p.open = append(p.open, j)
			}
			continue
		}
		if row.State == ledger.Sent || row.State == ledger.Failed {
			continue
		}
		j.row.State = ledger.Sending
		if err := w.SetDelivery(j.row); err != nil {
			return err
		}
		launch = append(launch, j)
	}
	p.launch = launch
	return nil
}

// copy returns a plan that mark may change without changing p.
func (p *plan) copy() *plan {
	c := *p
	c.open, c.launch = slices.Clone(p.open), slices.Clone(p.launch)
	return &c
}
