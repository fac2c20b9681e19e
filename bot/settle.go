package bot

import (
	"log/slog"
	"slices"
	"time"

	"ketnghia/ledger"
)

// settle stores what came of a call.
func (s *sender) settle(w *ledger.Work, r result, p *plan) error {
	row, err := w.OutHead(r.job.row.Seq) // the chat may have got a new id meanwhile
	if err != nil {
		return err
	}
	withheld := row.State == ledger.Failed // while it was on its way: its addressee left
	row.State, row.Error = ledger.Pending, r.verdict.reason
	switch r.verdict.outcome {
	case outcomeSent:
		if r.job.next+1 < len(r.job.parts) {
			p.open = append(p.open, r.job.following(r.ids))
			return nil
		}
		row.State, row.Error = ledger.Sent, ""
		if err := link(w, row, append(slices.Clone(r.job.ids), r.ids...)); err != nil {
			return err
		}
	case outcomeDropped:
		row.State = ledger.Sent
	case outcomePaused:
		p.pace.slow(p.now, row.Chat, r.verdict.after)
		p.note(slog.LevelWarn, "telegram asks to wait", row, r.verdict)
	case outcomeAgain:
		s.retry(w, &row, r, p)
	case outcomeUnreachable:
		row.State = ledger.Failed
		s.giveUpPerson(w, row, r, p)
	case outcomeMigrated:
		return s.migrate(w, row, r, p)
	case outcomeAnew:
		row.Op, row.EditID = ledger.OpSend, 0
	case outcomeBare:
		row.ReplyTo = 0
	case outcomeRefused:
		row.State = ledger.Failed
		p.note(slog.LevelError, "delivery refused", row, r.verdict)
	}
	if withheld && row.State == ledger.Pending {
		row.State = ledger.Failed
	}
	return p.putBack(w, row, r)
}

// putBack stores the row. One that is to be tried again although some of its parts arrived stays marked and open, so that
// those parts are not sent twice.
func (p *plan) putBack(w *ledger.Work, row ledger.Delivery, r result) error {
	if row.State == ledger.Pending && r.job.next > 0 {
		row.State = ledger.Sending
		p.open = append(p.open, r.job)
	}
	return w.SetDelivery(row)
}

// following returns the job of the next part, after the messages with these ids arrived.
func (j *job) following(ids []int) *job {
	next := *j
	next.next++
	next.ids = append(slices.Clone(j.ids), ids...)
	return &next
}

func link(w *ledger.Work, row ledger.Delivery, ids []int) error {
	if row.Subject == "" {
		return nil
	}
	for _, id := range ids {
		if err := w.Link(row.Subject, row.Chat, id); err != nil {
			return err
		}
	}
	return nil
}

// retry counts a failed try, and puts the row off or gives it up. The chat waits for it, so that order is kept; from
// orderTries on those behind it may pass, unless nothing gets through at all.
func (s *sender) retry(w *ledger.Work, row *ledger.Delivery, r result, p *plan) {
	row.Tries++
	age := w.Now().Sub(row.Queued)
	if age > patience(*row) && row.Tries >= giveUpTries || r.verdict.reason == reasonReport && row.Tries >= reportTries {
		row.State = ledger.Failed
		p.note(slog.LevelError, "delivery given up", *row, r.verdict)
		return
	}
	most, outage := sendMostPause, s.outage()
	if outage {
		// Long enough for the others to be tried in between, should this chat fail for a reason of its own.
		most = min(most, time.Duration(len(s.failing))*outageMost)
	}
	pause := delay(row.Tries, most)
	if row.Tries < orderTries || r.job.next > 0 || outage {
		p.pace.hold(row.Chat, p.now.Add(pause))
	} else {
		row.NotBefore = w.Now().Add(pause)
	}
	p.note(slog.LevelWarn, "delivery failed", *row, r.verdict)
}

func patience(row ledger.Delivery) time.Duration {
	switch {
	case row.Op == ledger.OpAnswer:
		return giveUpAnswer
	case row.Class == ledger.ClassReply:
		return giveUpReply
	}
	return giveUpReminder
}

// giveUpPerson tells the books that Telegram refuses the person. A group names nobody. What goes wrong here must not
// hold up the outbox.
func (s *sender) giveUpPerson(w *ledger.Work, row ledger.Delivery, r result, p *plan) {
	p.note(slog.LevelInfo, "addressee unreachable", row, r.verdict)
	if row.Person == 0 {
		return
	}
	if err := w.Unreachable(row); err != nil {
		p.notes = append(p.notes, note{slog.LevelError, "unreachable addressee not noted", []slog.Attr{
			slog.Uint64("delivery", row.Seq), slog.Any("error", err),
		}})
	}
}

// migrate rewrites the chat everywhere and makes the row pending for the new one. The books may know of it already: the
// group's own message can come in while the call is on its way.
func (s *sender) migrate(w *ledger.Work, row ledger.Delivery, r result, p *plan) error {
	if r.verdict.chat == r.job.row.Chat {
		s.retry(w, &row, r, p)
		return p.putBack(w, row, r)
	}
	if err := w.Migrate(row.Chat, r.verdict.chat); err != nil {
		return err
	}
	row.Chat = r.verdict.chat
	return p.putBack(w, row, r)
}

func (p *plan) note(level slog.Level, message string, row ledger.Delivery, v verdict) {
	p.notes = append(p.notes, note{level, message, []slog.Attr{
		slog.Uint64("delivery", row.Seq), slog.String("op", row.Op), slog.Int("class", row.Class),
		slog.Int("tries", row.Tries), slog.Int("code", v.code), slog.String("reason", v.reason),
	}})
}
