package ledger

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ketnghia/store"
	"ketnghia/twinning"
)

// The delivery of updates and messages passes through the ledger so that the bot needs no second way to the store.
type (
	// Update is an update as it came from Telegram.
	Update = store.Update
	// Delivery is a message on its way out.
	Delivery = store.OutRow
	// Conversation is what the bot waits for from a person in a chat.
	Conversation = store.Conversation
	// MessageRef names a message in a chat.
	MessageRef = store.MessageRef
	// Page is a part of a list, newest first.
	Page = store.Page
)

// The classes in which deliveries go out, most urgent first.
const (
	ClassReply        = 0
	ClassReminder     = 1
	ClassAnnouncement = 2
)

// The operations of a delivery.
const (
	OpSend   = "send"
	OpEdit   = "edit"
	OpAnswer = "answer"
	OpDelete = "delete"
	OpLeave  = "leave"
)

// The states of a delivery.
const (
	Pending = store.OutPending
	Sending = store.OutSending
	Sent    = store.OutSent
	Failed  = store.OutFailed
)

// Queue puts a delivery into the outbox; without a cause it gets the work's next one.
func (w *Work) Queue(d Delivery) error {
	if d.Cause == "" {
		if w.cause == "" {
			return fmt.Errorf("delivery to %d: no cause: %w", d.Chat, twinning.ErrConflict)
		}
		d.Cause = fmt.Sprintf("%s/%d", w.cause, w.queued)
		w.queued++
	}
	if _, err := w.tx.Queue(d); err != nil {
		return fmt.Errorf("delivery %s: %w", d.Cause, err)
	}
	return nil
}

// tell queues a message to a person's private chat.
func (w *Work) tell(p twinning.Person, class int, subject string, m twinning.Message) error {
	return w.Queue(Delivery{
		Chat: p.Telegram, Person: p.ID, Class: class, Op: OpSend, Subject: subject, Message: m,
	})
}

// Receive stores a batch of updates and the next offset; updates seen before are skipped.
func (w *Work) Receive(batch []Update, next int64) error {
	return wrap("inbox", w.tx.Receive(batch, next))
}

// Done removes a handled update from the inbox.
func (w *Work) Done(seq uint64) error { return wrap("inbox", w.tx.Done(seq)) }

// Fail counts a failed try of an update and returns how many there were.
func (w *Work) Fail(seq uint64) (int, error) {
	n, err := w.tx.Fail(seq)
	return n, wrap("inbox", err)
}

// Bury moves an update that cannot be handled to the dead letters and tells the coordinators by one line.
func (w *Work) Bury(seq uint64, reason string) error {
	if err := w.tx.Bury(seq, reason); err != nil {
		return wrap("inbox", err)
	}
	return w.tellCoordinators(ClassReply, twinning.Say("notice.dead_letter", twinning.Args{
		{"Number", twinning.Number(seq)}, {"Reason", twinning.Text(reason)},
	}))
}

// SetDelivery stores the new state of a delivery, and counts it if it is of an announcement.
func (w *Work) SetDelivery(d Delivery) error {
	if d.Class == ClassAnnouncement {
		if err := w.count(d); err != nil {
			return err
		}
	}
	return wrap("outbox", w.tx.PutOutRow(d))
}

// Recover puts deliveries that were being sent when the process ended back to pending. Each of them may have arrived:
// that is the one duplicate that a crash can cause.
func (w *Work) Recover() (int, error) {
	n, err := w.tx.Recover()
	return n, wrap("outbox", err)
}

// Prune removes delivered messages and seen update ids older than before.
func (w *Work) Prune(before time.Time, limit int) (int, error) {
	n, err := w.tx.Prune(before, limit)
	return n, wrap("prune", err)
}

// Link remembers what a message of the bot speaks of: "draft/12", "activity/5".
func (w *Work) Link(subject string, chat twinning.ChatID, message int) error {
	return wrap("message", w.tx.LinkMessage(subject, chat, message))
}

// Migrate rewrites the chat id of a group that became a supergroup (Bot API, ResponseParameters.migrate_to_chat_id). What
// the group was told under the old id counts as told under the new one.
func (w *Work) Migrate(from, to twinning.ChatID) error {
	if from == to {
		return nil
	}
	old, fresh := groupAddressee(from), groupAddressee(to)
	for _, prefix := range []string{digestAbout + old + "|", twinning.RemindersBegin} {
		said, err := w.SaidWithPrefix(prefix)
		if err != nil {
			return wrap("chat", err)
		}
		for _, s := range said {
			switch rest, reminder := strings.CutSuffix(s.Cause, "|"+old); {
			case reminder:
				s.Cause = rest + "|" + fresh
			case strings.HasPrefix(s.Cause, digestAbout+old+"|"):
				s.Cause = digestAbout + fresh + strings.TrimPrefix(s.Cause, digestAbout+old)
			default:
				continue
			}
			if err := w.tx.PutSaid(s); err != nil {
				return wrap("chat", err)
			}
		}
	}
	return wrap("chat", w.tx.Migrate(from, to))
}

// Converse remembers what the bot waits for from a person in a chat.
func (w *Work) Converse(c Conversation) error { return wrap("conversation", w.tx.PutConversation(c)) }

// EndConversation forgets it; it is no error when there is none.
func (w *Work) EndConversation(chat twinning.ChatID, p twinning.PersonID) error {
	return wrap("conversation", w.tx.DeleteConversation(chat, p))
}

// Unreachable marks a person whom Telegram refuses (403) in the private chat, and hands the message to one other person
// of the unit who does not have it: first a lead, then an officer, and when that one is refused too to the next, each at
// most once. When the unit has nobody left the coordinators are told, once. A plain answer is of use to nobody else.
// Without a person, or in a group, only the delivery is given up.
func (w *Work) Unreachable(d Delivery) error {
	if d.Person == 0 {
		return nil
	}
	p, err := w.Person(d.Person)
	if err != nil {
		return wrap("unreachable", err)
	}
	if d.Chat != p.Telegram {
		return nil
	}
	first := !p.Unreachable
	if err := w.mark(p, true); err != nil {
		return err
	}
	if _, announced := announcedIn(d); announced {
		return nil // the others of the unit have it, and the announcer gets a list of those who have not
	}
	deputies, err := w.Officers(p.Unit)
	if err != nil {
		return err
	}
	if len(deputies) == 0 && d.Op == OpSend {
		if err := w.copyLost(d.Subject, p, 0); err != nil {
			return err
		}
	}
	if len(deputies) == 0 && first {
		cause := w.cause
		defer func(queued int) { w.cause, w.queued = cause, queued }(w.queued)
		return w.For(d.Cause+">gone").tellCoordinators(ClassReply, twinning.Say("notice.unreachable", twinning.Args{
			{"Name", twinning.Text(p.Name)}, {"Unit", w.UnitName(p.Unit)},
		}))
	}
	if d.Op != "" && d.Op != OpSend || d.Class == ClassReply && d.Subject == "" {
		return nil
	}
	deputy, err := w.handOver(d, deputies)
	if err != nil {
		return err
	}
	return w.copyLost(d.Subject, p, deputy)
}

// handOver gives a message that its addressee did not get to the first of the deputies who neither has it nor was tried
// before, and returns who that is, 0 for nobody. The cause grows by the deputy's id, so that it tells who was tried.
func (w *Work) handOver(d Delivery, deputies []twinning.Person) (twinning.PersonID, error) {
	slices.SortStableFunc(deputies, func(a, b twinning.Person) int {
		return cmp.Compare(deputyRank(a), deputyRank(b))
	})
	for _, deputy := range deputies {
		if slices.Contains(strings.Split(d.Cause, ">")[1:], fmt.Sprint(deputy.ID)) {
			continue
		}
		has, err := w.has(deputy, d)
		if err != nil {
			return 0, err
		}
		if has {
			continue
		}
		return deputy.ID, w.Queue(Delivery{
			Cause: fmt.Sprintf("%s>%d", d.Cause, deputy.ID), Chat: deputy.Telegram, Person: deputy.ID,
			Class: d.Class, Op: OpSend, Subject: d.Subject, Message: d.Message,
		})
	}
	return 0, nil
}

func deputyRank(p twinning.Person) int {
	if p.Role == twinning.RoleLead {
		return 0
	}
	return 1
}

// has says whether the person got or will get a message of the same subject. Of digests everybody gets one a day at
// most: one that is handed over is the deputy's of that day.
func (w *Work) has(p twinning.Person, d Delivery) (bool, error) {
	if d.Subject == "" {
		return false, nil
	}
	if day, err := twinning.ParseDate(strings.TrimPrefix(d.Subject, digestPrefix)); err == nil {
		cause := digestCause(p.ID, day)
		_, said, err := w.Said(cause)
		if err == nil && !said {
			err = w.tx.MarkSaid(cause)
		}
		return said, wrap(cause, err)
	}
	refs, err := w.MessagesOf(d.Subject)
	if err != nil {
		return false, wrap("hand over", err)
	}
	if slices.ContainsFunc(refs, func(r MessageRef) bool { return r.Chat == p.Telegram }) {
		return true, nil
	}
	pending, err := w.Pending(0)
	return slices.ContainsFunc(pending, func(r Delivery) bool {
		return r.Chat == p.Telegram && r.Subject == d.Subject && r.Op == OpSend
	}), wrap("hand over", err)
}

// mark stores whether Telegram lets us write to the person. It is audited, so that whoever derives what to say looks
// again.
func (w *Work) mark(p twinning.Person, unreachable bool) error {
	if p.Unreachable == unreachable {
		return nil
	}
	p.Unreachable = unreachable
	if _, err := w.tx.PutPerson(p); err != nil {
		return wrap("person", err)
	}
	action := "person.reached"
	if unreachable {
		action = "person.unreachable"
	}
	return w.audit(Actor{Person: p, Chat: p.Telegram}, action, personObject(p.ID), nil)
}

// Blocked marks a person who blocked the bot; a message from the person clears the mark.
func (w *Work) Blocked(p twinning.Person) error { return w.mark(p, true) }

// Reached clears the mark of a person who had blocked the bot and writes again, and sends the copies that waited for it.
func (w *Work) Reached(p twinning.Person) error {
	if !p.Unreachable {
		return nil
	}
	if err := w.mark(p, false); err != nil {
		return err
	}
	return w.deliverUncopied(p)
}

// NewConversation returns what the bot waits for, with its data as JSON; the caller sets Expires.
func NewConversation(chat twinning.ChatID, p twinning.PersonID, kind string, data any) (Conversation, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return Conversation{}, fmt.Errorf("conversation %s: %w", kind, err)
	}
	return Conversation{Chat: chat, Person: p, Kind: kind, Data: raw}, nil
}
