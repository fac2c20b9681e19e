package store

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// OutState is where a row of the outbox stands.
type OutState string

// A row is pending, then sending (kept before Telegram is called), then sent or failed; both can go back to pending.
const (
	OutPending OutState = "pending"
	OutSending OutState = "sending"
	OutSent    OutState = "sent"
	OutFailed  OutState = "failed"
)

// OutStates returns all states.
func OutStates() []OutState { return []OutState{OutPending, OutSending, OutSent, OutFailed} }

// The classes of rows, sent in this order.
const (
	ClassReply        = 0
	ClassReminder     = 1
	ClassAnnouncement = 2
)

// What a row asks Telegram to do: send a message, edit the text of one, answer a pressed button, delete a message,
// leave a group.
const (
	OpSend   = "send"
	OpEdit   = "edit"
	OpAnswer = "answer"
	OpDelete = "delete"
	OpLeave  = "leave"
)

// OutRow is something to do at Telegram. It holds what to say, not the text: that is rendered when it is sent.
type OutRow struct {
	// Seq counts the rows in the order of queueing; Queue assigns it.
	Seq uint64 `json:"seq"`
	// Cause is why the row exists; it is unique: "update 991/0", "remind|needs|W20437|2027|-7|person 5".
	Cause string          `json:"cause"`
	Chat  twinning.ChatID `json:"chat"`
	// Person is the addressee, 0 for nobody enrolled (a stranger, a group); then Lang is the language.
	Person twinning.PersonID `json:"person,omitempty"`
	Lang   string            `json:"lang,omitempty"`
	Class  int               `json:"class"`
	// Op is one of the Op constants.
	Op string `json:"op"`
	// Message is stored apart, under outMessageKey, until it is sent: what a sent row said is told by its cause and the
	// books.
	Message twinning.Message `json:"message,omitzero"`
	// ReplyTo is the id of the message that it replies to, 0 for none.
	ReplyTo int `json:"reply_to,omitempty"`
	// Subject is what the sent message will be linked to, or whose message in the chat is edited or deleted.
	Subject string `json:"subject,omitempty"`
	// EditID is the message to edit or delete; 0 means that of Subject.
	EditID int `json:"edit_id,omitempty"`
	// QueryID is the pressed button's query to answer; Alert shows the answer as a window.
	QueryID string   `json:"query_id,omitempty"`
	Alert   bool     `json:"alert,omitempty"`
	State   OutState `json:"state"`
	Tries   int      `json:"tries,omitempty"`
	// NotBefore is the first moment at which it may go out; the zero time means at once.
	NotBefore time.Time `json:"not_before,omitzero"`
	// Queued and Changed are times of transactions; Queue and PutOutRow assign them.
	Queued  time.Time `json:"queued"`
	Changed time.Time `json:"changed"`
	// Error is what Telegram said last.
	Error string `json:"error,omitempty"`
}

func outKey(seq uint64) key { return numberKey(kindOutbox, seq) }

func outMessageKey(seq uint64) key { return numberKey(kindOutboxMessage, seq) }

func causeKey(cause string) key { return keyOf(kindOutboxCause).text(cause) }

// stateKey begins the keys of a state in the index; they are made several times for each row.
func stateKey(s OutState) key {
	if k, known := stateKeys[s]; known {
		return k
	}
	return keyOf(kindOutboxState).text(string(s))
}

var stateKeys = func() map[OutState]key {
	keys := map[OutState]key{}
	for _, s := range OutStates() {
		keys[s] = keyOf(kindOutboxState).text(string(s))
	}
	return keys
}()

// lasting says whether a cause is kept for ever: what is derived from the state of things would otherwise be queued
// again after Prune.
func lasting(cause string) bool {
	return strings.HasPrefix(cause, "remind|") || strings.HasPrefix(cause, "digest|")
}

// Queue adds a pending row, unless a row of the same cause was ever queued: then it does nothing and queued is false.
// A cause is forgotten when Prune removes its row, but one that begins with "remind|" or "digest|" never. What lies inside
// the message is shared from then on with whoever reads the row, so the caller must not change it afterwards.
func (tx *Tx) Queue(row OutRow) (queued bool, err error) {
	if row.Cause == "" {
		return false, required("cause")
	}
	_, err = get[uint64](&tx.View, causeKey(row.Cause))
	found, err := absent(err)
	if err != nil || found {
		return false, err
	}
	if row.Seq, err = tx.number(kindOutbox, 0); err != nil {
		return false, fmt.Errorf("outbox: %w", err)
	}
	row.State, row.Queued, row.Changed = OutPending, tx.now.Round(0), tx.now.Round(0) // no reading of the monotonic clock
	if err := tx.put(causeKey(row.Cause), row.Seq); err != nil {
		return false, fmt.Errorf("outbox %d: %w", row.Seq, err)
	}
	message, err := encodeMessage(row.Message)
	if err == nil {
		err = tx.w.Put(outMessageKey(row.Seq), message)
	}
	if err == nil {
		kept := message
		if bytes.Contains(message, []byte(`\ufffd`)) {
			kept = nil // bytes that are no UTF-8 are written as a sign that says so: that is not what will be read
		}
		err = tx.storeRow(OutRow{}, storedRow{row, kept})
	}
	if err != nil {
		return false, fmt.Errorf("outbox %d: %w", row.Seq, err)
	}
	return true, nil
}

// OutRow returns the row of that number; one that is sent has no message any more.
func (v *View) OutRow(seq uint64) (OutRow, error) {
	row, err := v.whole(outKey(seq), outMessageKey(seq))
	if err != nil {
		return OutRow{}, fmt.Errorf("outbox %d: %w", seq, err)
	}
	return row, nil
}

// OutHead returns the row of that number; its message may be missing, which PutOutRow does not mind.
func (v *View) OutHead(seq uint64) (OutRow, error) {
	stored, _, err := v.storedRow(outKey(seq))
	if err != nil {
		return OutRow{}, fmt.Errorf("outbox %d: %w", seq, err)
	}
	return stored.OutRow, nil
}

// Delivered says whether the row of a lasting cause reached Telegram. One that is no more did: only sent rows are pruned.
func (v *View) Delivered(cause string) (bool, error) {
	seq, err := get[uint64](v, causeKey(cause))
	found, err := absent(err)
	if err != nil || !found {
		return false, err
	}
	row, err := v.OutHead(seq)
	found, err = absent(err)
	return !found || row.State == OutSent, err
}

// PutOutRow replaces a row that exists; cause, message and time of queueing stay as they are. A row that is sent loses its
// message and stays sent: any other state is ErrConflict.
func (tx *Tx) PutOutRow(row OutRow) error {
	was, _, err := tx.storedRow(outKey(row.Seq))
	if err != nil {
		return fmt.Errorf("outbox %d: %w", row.Seq, err)
	}
	if was.State == OutSent && row.State != OutSent {
		return fmt.Errorf("outbox %d: sent: %w", row.Seq, twinning.ErrConflict)
	}
	row.Cause, row.Message, row.Queued = was.Cause, was.Message, was.Queued
	row.Changed = tx.now.Round(0) // no reading of the monotonic clock
	if err := tx.storeRow(was.OutRow, storedRow{row, was.message}); err != nil {
		return fmt.Errorf("outbox %d: %w", row.Seq, err)
	}
	return nil
}

// storeRow stores a row and moves it in the index of states. One that is not done with is remembered, because it is read
// again soon, when its call begins or is back.
func (tx *Tx) storeRow(was OutRow, is storedRow) error {
	is.NotBefore = is.NotBefore.Round(0) // no reading of the monotonic clock
	to := outIndex(is.OutRow)
	if was.Seq != 0 {
		if from := outIndex(was); !bytes.Equal(from, to) {
			if err := tx.release(from, was.NotBefore); err != nil {
				return err
			}
		}
	}
	if err := tx.put(to, is.NotBefore); err != nil {
		return err
	}
	value, err := encodeRow(is.OutRow)
	if err != nil {
		return err
	}
	k := outKey(is.Seq)
	if err := tx.w.Put(k, value); err != nil {
		return err
	}
	if tx.memory == nil {
		return nil
	}
	done := is.State == OutSent || is.State == OutFailed
	if is.State == OutSent && was.State != OutSent {
		if err := tx.w.Delete(outMessageKey(is.Seq)); err != nil {
			return err
		}
	}
	if done || is.message == nil || bytes.Contains(value, []byte(`\ufffd`)) {
		tx.memory.forget(k)
	} else {
		tx.memory.keep(k, value, is, len(is.message))
	}
	return nil
}

// outIndex returns the index key of a row.
func outIndex(row OutRow) key {
	rank := row.Changed.Unix()
	if row.State == OutPending {
		rank = int64(row.Class)
	}
	return stateKey(row.State).intNum(rank, row.Seq)
}

// Pending returns the rows that may go out at Now, by class, then in the order of queueing.
func (v *View) Pending(limit int) ([]OutRow, error) {
	var rows []OutRow
	err := v.each(under(stateKey(OutPending)), func(p engine.Pair) (bool, error) {
		notBefore, err := decode[time.Time](p.Key, p.Value)
		if err != nil || notBefore.After(v.now) {
			return err != nil, err
		}
		row, err := v.rowAt(p.Key)
		if err != nil {
			return true, err
		}
		rows = append(rows, row)
		return len(rows) == limit, nil
	})
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return rows, nil
}

// PendingSeqs returns the numbers of the rows that Pending returns: it reads the index alone.
func (v *View) PendingSeqs(limit int) ([]uint64, error) {
	var seqs []uint64
	err := v.walk(under(stateKey(OutPending)), func(rest, value []byte) (bool, error) {
		notBefore, err := decode[time.Time](rest, value)
		if err != nil || notBefore.After(v.now) {
			return err != nil, err
		}
		seq, err := lastNumber(rest)
		seqs = append(seqs, seq)
		return len(seqs) == limit, err
	})
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return seqs, nil
}

// rowAt returns the row that a key of the index of states names.
func (v *View) rowAt(k []byte) (OutRow, error) {
	seq, err := seqAt(k)
	if err != nil {
		return OutRow{}, err
	}
	return v.OutRow(seq)
}

// seqAt returns the number of the row that a key of the index of states names.
func seqAt(k []byte) (uint64, error) {
	p := partsOf(k)
	p.text()
	p.int()
	return p.num(), p.done()
}

// rowsIn returns all rows of a state in the order of its index.
func (v *View) rowsIn(s OutState) ([]OutRow, error) {
	seqs, err := v.numbers(under(stateKey(s)), 0)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return resolve(seqs, v.OutRow)
}

// OutChangedSince returns the rows that are being sent, sent or failed and changed at or after that second, by the time
// of their last change, as OutHead returns them.
func (v *View) OutChangedSince(since time.Time) ([]OutRow, error) {
	var rows []OutRow
	for _, s := range []OutState{OutSending, OutSent, OutFailed} {
		seqs, err := v.numbers(span{stateKey(s).int(since.Unix()), stateKey(s).end()}, 0)
		if err != nil {
			return nil, fmt.Errorf("outbox: %w", err)
		}
		changed, err := resolve(seqs, v.OutHead)
		if err != nil {
			return nil, err
		}
		rows = append(rows, changed...)
	}
	slices.SortStableFunc(rows, func(a, b OutRow) int { return a.Changed.Compare(b.Changed) })
	return rows, nil
}

// OutboxStats returns how many rows are in each state, and when the oldest pending row was queued: the zero time when
// none is. It reads the index keys of all rows that are kept, so Prune bounds its cost.
func (v *View) OutboxStats() (counts map[OutState]int, oldest time.Time, err error) {
	counts = map[OutState]int{}
	for _, s := range OutStates() {
		seqs, err := v.numbers(under(stateKey(s)), 0)
		if err != nil {
			return nil, oldest, fmt.Errorf("outbox: %w", err)
		}
		counts[s] = len(seqs)
		if s != OutPending || len(seqs) == 0 {
			continue
		}
		row, err := v.OutHead(slices.Min(seqs))
		if err != nil {
			return nil, oldest, err
		}
		oldest = row.Queued
	}
	return counts, oldest, nil
}

// Recover makes the rows pending that were being sent when the program stopped, and returns how many. Whether Telegram
// got such a row is unknown, so its addressee may see it twice: at most one duplicate per row in flight and crash.
func (tx *Tx) Recover() (n int, err error) {
	rows, err := tx.rowsIn(OutSending)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		row.State = OutPending
		if err := tx.PutOutRow(row); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// UnsentTo returns the rows to the person's private chat that are pending, also those that may not go out yet, and those
// that are being sent.
func (v *View) UnsentTo(p twinning.PersonID) ([]OutRow, error) {
	var to []OutRow
	for _, s := range []OutState{OutPending, OutSending} {
		rows, err := v.rowsIn(s)
		if err != nil {
			return nil, err
		}
		to = append(to, slices.DeleteFunc(rows, func(row OutRow) bool { return row.Person != p })...)
	}
	return to, nil
}
