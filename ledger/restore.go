package ledger

import (
	"strings"
	"time"
)

// staleReply is how old an unsent reply of restored books may be to be sent still. An older one was almost certainly
// sent after the backup was made, and its reader has moved on.
const staleReply = 6 * time.Hour

// lostNumbers is how many numbers of each kind are passed over when the books that were lost can't be asked which were
// given. A province gives some 10,000 to its activities in a year.
const lostNumbers = 1000

// Restored is what is known of books that come from a backup.
type Restored struct {
	// Made is when the backup was made.
	Made time.Time
	// Used are the last numbers of the books that are replaced, nil when there are none or they can't be read.
	Used map[string]uint64
	// Missing are the unique ids of the files whose copies came neither with the backup nor lie in the data folder.
	Missing map[string]bool
}

// Aftermath counts what was done to restored books.
type Aftermath struct {
	// Dropped are old replies that won't be sent, Owed reminders that will be told anew with what came due since, Fetch
	// copies of files to be fetched from Telegram again.
	Dropped int `json:"dropped"`
	Owed    int `json:"owed"`
	Fetch   int `json:"fetch"`
}

// TakeUp makes restored books fit to go on at the time of the work, before the bot sees them:
//
//   - Reminders that were still to be sent are owed again, so that each person gets one message with all that is owed.
//   - Replies older than six hours are dropped: they were answered after the backup was made.
//   - Copies of documents and announcements stay: a person may get one a second time, which is better than never.
//   - Numbers that were given after the backup are not given again: a button of that time must not touch another record.
//   - Copies of files that are not there are fetched from Telegram again.
func (w *Work) TakeUp(r Restored) (done Aftermath, err error) {
	rows, err := w.tx.Unsent()
	if err != nil {
		return done, wrap("restore", err)
	}
	unsaid := map[saying]bool{}
	for _, row := range rows {
		switch {
		case isDigest(row):
			done.Owed++
			who, _, _ := strings.Cut(strings.TrimPrefix(row.Cause, digestAbout), "|")
			unsaid[saying{who, row.Queued.UnixNano()}] = true
			err = w.tx.DropRow(row.Seq)
		case row.Class == ClassReply && w.Now().Sub(row.Queued) > staleReply:
			done.Dropped++
			err = w.tx.DropRow(row.Seq)
		}
		if err != nil {
			return done, wrap("restore", err)
		}
	}
	if err := w.unsay(unsaid); err != nil {
		return done, wrap("restore", err)
	}
	if err := w.tx.SkipNumbers(r.Used, lostNumbers); err != nil {
		return done, wrap("restore", err)
	}
	for id := range r.Missing {
		f, err := w.KeptFile(id)
		if err != nil {
			return done, wrap("restore", err)
		}
		f.State, f.NotBefore, f.Tries, f.Refusals = KeptPending, w.Now(), 0, 0
		f.SHA256, f.Path, f.Bytes = "", "", 0
		if err := w.tx.PutKeptFile(f); err != nil {
			return done, wrap("restore", err)
		}
		done.Fetch++
	}
	return done, w.audit(Actor{}, "store.restore", "", map[string]any{
		"made": r.Made, "dropped": done.Dropped, "owed": done.Owed, "fetch": done.Fetch,
	})
}

// isDigest says whether the delivery is a digest on its way to the one for whom it was made: one that was handed over to
// a deputy is no longer derived for anybody.
func isDigest(d Delivery) bool {
	return d.Class == ClassReminder && strings.HasPrefix(d.Cause, digestAbout) && !strings.Contains(d.Cause, ">")
}

// saying is what was said to an addressee ("person 5") in one transaction, by its time in nanoseconds.
type saying struct {
	who string
	at  int64
}

// unsay forgets that what digests say was said: the day of the digest and all of its causes, which were marked when it
// was queued.
func (w *Work) unsay(unsaid map[saying]bool) error {
	if len(unsaid) == 0 {
		return nil
	}
	all, err := w.SaidWithPrefix("")
	if err != nil {
		return err
	}
	for _, s := range all {
		about, who := s.Cause, ""
		if day, digest := strings.CutPrefix(about, digestAbout); digest {
			who, _, _ = strings.Cut(day, "|")
		} else {
			who = about[strings.LastIndex(about, "|")+1:]
		}
		if !unsaid[saying{who, s.At.UnixNano()}] {
			continue
		}
		if err := w.tx.Unsay(s.Cause); err != nil {
			return err
		}
	}
	return nil
}
