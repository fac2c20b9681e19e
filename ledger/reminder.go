package ledger

import (
	"fmt"

	"ketnghia/twinning"
)

// Digest is the one message a day that reminds a person, or the group of a unit, with the causes that it says.
type Digest struct {
	// Person is the addressee; the zero Person for a group, whose chat is then Group.
	Person  twinning.Person
	Group   twinning.ChatID
	Message twinning.Message
	// Causes name what is said, such as "remind|needs|W20437|2027|-7|person 5"; none of them is ever said again.
	Causes []string
}

// digestPrefix begins the subject of a digest; the date follows.
const digestPrefix = "digest/"

// digestCause names the one digest that a person gets on a day.
func digestCause(p twinning.PersonID, day twinning.Date) string {
	return fmt.Sprintf("digest|person %d|%s", p, day)
}

// groupCause names the one digest that a group gets on a day.
func groupCause(chat twinning.ChatID, day twinning.Date) string {
	return digestAbout + groupAddressee(chat) + "|" + day.String()
}

// digestAbout begins the causes of digests, which name their addressee and day.
const digestAbout = "digest|"

// groupAddressee is how causes name a group.
func groupAddressee(chat twinning.ChatID) string { return fmt.Sprintf("group %d", chat) }

// Reminded says whether the person got today's digest already.
func (k *Look) Reminded(p twinning.PersonID) (bool, error) {
	_, said, err := k.Said(digestCause(p, k.Today()))
	return said, wrap("digest", err)
}

// GroupReminded says whether the group got today's digest already.
func (k *Look) GroupReminded(chat twinning.ChatID) (bool, error) {
	_, said, err := k.Said(groupCause(chat, k.Today()))
	return said, wrap("digest", err)
}

// Remind queues the digest and marks its causes as said. A second digest for the same addressee on the same day is a
// conflict: what came up since then waits for the next working day.
func (w *Work) Remind(d Digest) error {
	day, to := digestCause(d.Person.ID, w.Today()), d.Person.Telegram
	if d.Group != 0 {
		day, to = groupCause(d.Group, w.Today()), d.Group
	}
	switch _, said, err := w.Said(day); {
	case err != nil:
		return wrap("digest", err)
	case said:
		return fmt.Errorf("%s: %w", day, twinning.ErrConflict)
	}
	for _, cause := range append([]string{day}, d.Causes...) {
		if err := w.tx.MarkSaid(cause); err != nil {
			return wrap(cause, err)
		}
	}
	return w.Queue(Delivery{
		Cause: day, Chat: to, Person: d.Person.ID, Class: ClassReminder, Op: OpSend,
		Subject: digestPrefix + w.Today().String(), Message: d.Message,
	})
}
