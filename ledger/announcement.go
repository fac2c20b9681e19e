package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ketnghia/twinning"
)

// How an announcement goes out. feedBelow is how few queued messages must be left before more are queued, feedAtOnce how
// many then; they last for seconds at Telegram's rate, and there are never so many that the outbox is slow to look
// through. seenAtOnce bounds how many people one transaction looks at. showEvery is the least time between two changes
// of the card that shows how far it is: each costs a message.
const (
	feedBelow  = 100
	feedAtOnce = 100
	seenAtOnce = 400
	showEvery  = 5 * time.Second
)

// AnnouncementLimit is the most characters of an announcement: together with its header it must fit into one message
// (Bot API, sendMessage.text: 4096).
const AnnouncementLimit = 4096

// withdrawn is the error of a delivery that somebody withdrew.
const withdrawn = "withdrawn"

// announceCause begins the causes of the messages of announcements: "announce|7|12" is announcement 7 to person 12, so
// that nobody can get it twice.
const announceCause = "announce|"

func announcementCause(id twinning.AnnouncementID, p twinning.PersonID) string {
	return fmt.Sprintf("%s%d|%d", announceCause, id, p)
}

// announcedIn returns which announcement a delivery is of.
func announcedIn(d Delivery) (twinning.AnnouncementID, bool) {
	rest, ok := strings.CutPrefix(d.Cause, announceCause)
	number, _, _ := strings.Cut(rest, "|")
	id, err := strconv.ParseUint(number, 10, 64)
	return twinning.AnnouncementID(id), ok && err == nil
}

// AnnouncementSubject is the subject of the card that shows how far an announcement is.
func AnnouncementSubject(id twinning.AnnouncementID) string {
	return fmt.Sprintf("announcement/%d", id)
}

// Reach says whom an announcement would reach: how many, and how many more whom Telegram refuses.
type Reach struct{ People, Blocked int }

// Reaching counts whom an announcement of the actor to the circle would reach. Coordinators only.
func (k *Look) Reaching(a Actor, c twinning.Circle) (Reach, error) {
	var r Reach
	if err := mustCoordinate(a); err != nil {
		return r, err
	}
	people, err := k.People()
	if err != nil {
		return r, wrap("announcement", err)
	}
	units, err := k.parties()
	if err != nil {
		return r, err
	}
	for _, p := range people {
		switch {
		case !k.addressed(c, p, units, a.Person.ID):
		case p.Unreachable:
			r.Blocked++
		default:
			r.People++
		}
	}
	return r, nil
}

// addressed says whether an announcement to the circle is for the person: everybody in it but the announcer.
func (k *Look) addressed(c twinning.Circle, p twinning.Person, units parties, announcer twinning.PersonID) bool {
	if !p.Active() || p.ID == announcer {
		return false
	}
	u := units.units[p.Unit]
	if !u.Active() {
		u = units.units[k.heir(p.Unit)]
	}
	return c.Has(p, u)
}

// Announce begins an announcement to everybody of the circle but the announcer; Proclaim queues its messages bit by bit.
// Coordinators only. The error is an InvalidError "announcement" with rule "required" or "length" for its text, "circle"
// for one that names no unit, and "nobody" when nobody could be reached.
func (w *Work) Announce(a Actor, n twinning.Announcement) (twinning.Announcement, error) {
	invalid := func(rule string) error { return &twinning.InvalidError{Field: "announcement", Rule: rule} }
	reach, err := w.Reaching(a, n.To)
	if err != nil {
		return n, err
	}
	named := n.To.Kind == twinning.CircleDistrict || n.To.Kind == twinning.CircleUnit
	switch {
	case strings.TrimSpace(n.Text) == "" && n.File == nil:
		return n, invalid("required")
	case utf8.RuneCountInString(n.Text) > AnnouncementLimit:
		return n, invalid("length")
	case named != (n.To.Unit != ""):
		return n, invalid("circle")
	case reach.People == 0:
		return n, invalid("nobody")
	}
	n.ID, n.By, n.Name, n.Unit, n.At = 0, a.Person.ID, a.Person.Name, a.Person.Unit, w.Now()
	n.Chat, n.StoppedBy, n.Ended = a.Chat, 0, time.Time{}
	if n.ID, err = w.tx.PutAnnouncement(n); err != nil {
		return n, wrap("announcement", err)
	}
	err = w.tx.PutTally(twinning.Tally{Announcement: n.ID, Addressed: reach.People + reach.Blocked, Shown: w.Now()})
	if err != nil {
		return n, wrap("announcement", err)
	}
	return n, w.audit(a, "announcement.begin", AnnouncementSubject(n.ID), map[string]any{
		"to": n.To, "people": reach.People, "blocked": reach.Blocked, "file": n.File != nil,
	})
}

// StopAnnouncement withdraws what of an announcement has not gone out. Coordinators only. It is a conflict when it has
// ended or was stopped before.
func (w *Work) StopAnnouncement(a Actor, id twinning.AnnouncementID) (twinning.Announcement, error) {
	if err := mustCoordinate(a); err != nil {
		return twinning.Announcement{}, err
	}
	n, err := w.Announcement(id)
	if err != nil {
		return n, wrap("stop", err)
	}
	if n.Stopped() || !n.Ended.IsZero() {
		return n, fmt.Errorf("announcement %d: over: %w", id, twinning.ErrConflict)
	}
	n.StoppedBy = a.Person.ID
	if _, err := w.tx.PutAnnouncement(n); err != nil {
		return n, wrap("stop", err)
	}
	if err := w.recall(id); err != nil {
		return n, err
	}
	return n, w.audit(a, "announcement.stop", AnnouncementSubject(id), nil)
}

// recall gives up the messages of the announcement that have not gone out.
func (w *Work) recall(id twinning.AnnouncementID) error {
	rows, err := w.PendingIn(ClassAnnouncement)
	if err != nil {
		return wrap("recall", err)
	}
	for _, row := range rows {
		if of, ok := announcedIn(row); !ok || of != id {
			continue
		}
		row.State, row.Error = Failed, withdrawn
		if err := w.SetDelivery(row); err != nil {
			return err
		}
	}
	return nil
}

// count enters into the tally of its announcement that a delivery was sent or given up.
func (w *Work) count(d Delivery) error {
	id, ok := announcedIn(d)
	if !ok || d.State != Sent && d.State != Failed {
		return nil
	}
	was, err := w.OutHead(d.Seq)
	if err != nil || was.State == Sent || was.State == Failed {
		return wrap("tally", err)
	}
	t, err := w.Tally(id)
	if err != nil {
		return wrap("tally", err)
	}
	switch {
	case d.State == Sent:
		t.Sent++
	case d.Error == withdrawn:
		t.Withdrawn++
	default:
		t.Missed++
		if err := w.tx.MarkMissed(id, d.Person); err != nil {
			return wrap("tally", err)
		}
	}
	return wrap("tally", w.tx.PutTally(t))
}

// Proclaim takes an announcement a step on: it queues further messages when few are left, shows how far it is now and
// then, and ends it when nothing is left. What it did is durable, so that it goes on after a crash where it was. It does
// nothing for one that has ended.
func (w *Work) Proclaim(id twinning.AnnouncementID) error {
	n, err := w.Announcement(id)
	if err != nil || !n.Ended.IsZero() {
		return wrap("proclaim", err)
	}
	if n.Stopped() {
		// A message that was on its way and failed is pending again.
		err = w.recall(id)
	}
	if err != nil {
		return err
	}
	t, err := w.Tally(id)
	if err != nil {
		return wrap("proclaim", err)
	}
	if !n.Stopped() && !t.Whole && t.Waiting() < feedBelow {
		if t, err = w.feed(n, t); err != nil {
			return err
		}
	}
	if (t.Whole || n.Stopped()) && t.Waiting() == 0 {
		return w.endAnnouncement(n, t)
	}
	if t.Settled() != t.ShownAt && w.Now().Sub(t.Shown) >= showEvery {
		t.Shown, t.ShownAt = w.Now(), t.Settled()
		if err := w.showAnnouncement(n, t); err != nil {
			return err
		}
	}
	return wrap("proclaim", w.tx.PutTally(t))
}

// feed queues the messages to the next people of the circle. Those whom Telegram refuses are missed at once.
func (w *Work) feed(n twinning.Announcement, t twinning.Tally) (twinning.Tally, error) {
	people, err := w.PeopleAfter(t.After, seenAtOnce)
	if err != nil {
		return t, wrap("feed", err)
	}
	units, err := w.parties()
	if err != nil {
		return t, err
	}
	t.Whole = len(people) < seenAtOnce
	fed := 0
	for _, p := range people {
		if fed == feedAtOnce {
			t.Whole = false
			break
		}
		t.After = p.ID
		if !w.addressed(n.To, p, units, n.By) {
			continue
		}
		t.Queued++
		if p.Unreachable {
			t.Missed++
			if err := w.tx.MarkMissed(n.ID, p.ID); err != nil {
				return t, wrap("feed", err)
			}
			continue
		}
		fed++
		err := w.Queue(Delivery{
			Cause: announcementCause(n.ID, p.ID), Chat: p.Telegram, Person: p.ID, Class: ClassAnnouncement, Op: OpSend,
			Message: w.AnnouncementMessage(n),
		})
		if err != nil {
			return t, err
		}
	}
	return t, nil
}

// endAnnouncement notes that nothing is left to send, shows it, and tells the announcer who was not reached.
func (w *Work) endAnnouncement(n twinning.Announcement, t twinning.Tally) error {
	n.Ended, t.Shown, t.ShownAt = w.Now(), w.Now(), t.Settled()
	if _, err := w.tx.PutAnnouncement(n); err != nil {
		return wrap("proclaim", err)
	}
	if err := w.tx.PutTally(t); err != nil {
		return wrap("proclaim", err)
	}
	if err := w.showAnnouncement(n, t); err != nil || t.Missed == 0 {
		return err
	}
	m, err := w.MissedMessage(n.ID)
	if err != nil {
		return err
	}
	return w.Queue(Delivery{
		Cause: fmt.Sprintf("announcement %d missed", n.ID), Chat: n.Chat, Person: n.By, Class: ClassReply, Op: OpSend, Message: m,
	})
}

// showAnnouncement changes the card that shows how far the announcement is.
func (w *Work) showAnnouncement(n twinning.Announcement, t twinning.Tally) error {
	cause := fmt.Sprintf("announcement %d at %d", n.ID, t.Settled())
	if !n.Ended.IsZero() {
		cause = fmt.Sprintf("announcement %d over", n.ID)
	}
	return w.Queue(Delivery{
		Cause: cause, Chat: n.Chat, Person: n.By, Class: ClassReply, Op: OpEdit, Subject: AnnouncementSubject(n.ID),
		Message: w.AnnouncementCard(n, t),
	})
}
