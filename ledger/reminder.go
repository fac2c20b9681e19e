package ledger

import (
	"fmt"

	"ketnghia/twinning"
)

// Digest is the one message a day that reminds a person, with the causes that it says.
type Digest struct {
	Person  twinning.Person
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

// Reminded says whether the person got today's digest already.
func (k *Look) Reminded(p twinning.PersonID) (bool, error) {
	_, said, err := k.Said(digestCause(p, k.Today()))
	return said, wrap("digest", err)
}

// Remind queues the digest and marks its causes as said. A second digest for the same person on the same day is a
// conflict: what came up since then waits for the next working day.
func (w *Work) Remind(d Digest) error {
	day := digestCause(d.Person.ID, w.Today())
	if said, err := w.Reminded(d.Person.ID); err != nil || said {
		if err == nil {
			err = fmt.Errorf("%s: %w", day, twinning.ErrConflict)
		}
		return err
	}
	for _, cause := range append([]string{day}, d.Causes...) {
		if err := w.tx.MarkSaid(cause); err != nil {
			return wrap(cause, err)
		}
	}
	return w.Queue(Delivery{
		Cause: day, Chat: d.Person.Telegram, Person: d.Person.ID, Class: ClassReminder, Op: OpSend,
		Subject: digestPrefix + w.Today().String(), Message: d.Message,
	})
}
