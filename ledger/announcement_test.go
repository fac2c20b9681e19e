package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// announces begins an announcement of the coordinator.
func (b *books) announces(p twinning.Person, c twinning.Circle) (n twinning.Announcement) {
	b.Helper()
	b.must(func(w *ledger.Work) (err error) {
		n, err = w.Announce(by(p), twinning.Announcement{To: c, Text: "Họp lúc 8 giờ."})
		return err
	})
	return n
}

func (b *books) proclaims(n twinning.Announcement) (t twinning.Tally) {
	b.Helper()
	b.must(func(w *ledger.Work) error { return w.Proclaim(n.ID) })
	b.look(func(k *ledger.Look) (err error) {
		t, err = k.Tally(n.ID)
		return err
	})
	return t
}

// announced returns the messages of announcements that wait to be sent.
func (b *books) announced() []ledger.Delivery {
	b.Helper()
	return slices.DeleteFunc(b.outbox(), func(d ledger.Delivery) bool { return d.Class != ledger.ClassAnnouncement })
}

// settles gives the rows their last state.
func (b *books) settles(rows []ledger.Delivery, to func(*ledger.Delivery)) {
	b.Helper()
	b.must(func(w *ledger.Work) error {
		for _, row := range rows {
			to(&row)
			if err := w.SetDelivery(row); err != nil {
				return err
			}
		}
		return nil
	})
}

func sent(d *ledger.Delivery) { d.State = ledger.Sent }

// TestCircles says who belongs to which circle; the announcer never does.
func TestCircles(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	people := b.cast()
	coordinator := people["coordinator"]
	b.enrol(rewards, twinning.RoleLead)
	for name, test := range map[string]struct {
		circle twinning.Circle
		want   int
	}{
		"all":        {twinning.Circle{Kind: twinning.CircleAll}, 16}, // of the cast not the stranger, the announcer and who left; the suspended is so in the test alone
		"sponsors":   {twinning.Circle{Kind: twinning.CircleSponsors}, 6},
		"recipients": {twinning.Circle{Kind: twinning.CircleRecipients}, 6},
		"border":     {twinning.Circle{Kind: twinning.CircleBorder}, 4},
		"leads":      {twinning.Circle{Kind: twinning.CircleLeads}, 6},
		"district":   {twinning.Circle{Kind: twinning.CircleDistrict, Unit: district}, 6},
		"unit":       {twinning.Circle{Kind: twinning.CircleUnit, Unit: district}, 1},
		"nowhere":    {twinning.Circle{Kind: twinning.CircleUnit, Unit: far}, 0},
		"unknown":    {twinning.Circle{Kind: "?"}, 0},
	} {
		b.look(func(k *ledger.Look) error {
			r, err := k.Reaching(by(coordinator), test.circle)
			if diff := cmp.Diff(ledger.Reach{People: test.want}, r); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			return err
		})
	}
}

// TestAnnouncementRuns follows an announcement to more people than one step queues: bit by bit, each of them once, with
// the card changed now and then, and at last a list of who was not reached.
func TestAnnouncementRuns(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	const people = 250
	var blocked []twinning.Person
	for i := range people {
		p := b.enrol(health, twinning.RoleOfficer)
		if i%100 == 50 {
			blocked = append(blocked, p)
		}
	}
	b.must(func(w *ledger.Work) error {
		for _, p := range blocked {
			if err := w.Blocked(p); err != nil {
				return err
			}
		}
		return nil
	})
	n := b.announces(coordinator, twinning.Circle{Kind: twinning.CircleSponsors})
	got, cards := map[twinning.PersonID]int{}, 0
	for range 50 {
		b.now = b.now.Add(time.Second)
		tally := b.proclaims(n)
		rows := b.announced()
		if len(rows) > 200 {
			t.Fatalf("%d messages wait at once", len(rows))
		}
		if tally.Whole && tally.Waiting() == 0 {
			break
		}
		for _, row := range rows[:min(len(rows), 29)] {
			got[row.Person]++
		}
		b.settles(rows[:min(len(rows), 29)], sent)
	}
	var over twinning.Announcement
	var tally twinning.Tally
	b.look(func(k *ledger.Look) (err error) {
		over, err = k.Announcement(n.ID)
		if err != nil {
			return err
		}
		tally, err = k.Tally(n.ID)
		return err
	})
	if len(got) != people-len(blocked) || over.Ended.IsZero() {
		t.Errorf("%d people got it, ended %v", len(got), over.Ended)
	}
	for p, times := range got {
		if times != 1 {
			t.Errorf("person %d got it %d times", p, times)
		}
	}
	if tally.Sent != people-len(blocked) || tally.Missed != len(blocked) || tally.Withdrawn != 0 || tally.Addressed != people {
		t.Errorf("tally %+v", tally)
	}
	missed := ""
	for _, row := range b.outbox() {
		switch {
		case row.Op == ledger.OpEdit && row.Subject == ledger.AnnouncementSubject(n.ID):
			cards++
		case strings.HasSuffix(row.Cause, "missed"):
			missed = fmt.Sprint(row.Message)
		}
	}
	if cards < 2 || cards > 4 {
		t.Errorf("the card was changed %d times in some nine seconds", cards)
	}
	for _, p := range blocked {
		if !strings.Contains(missed, p.Name) {
			t.Errorf("%q does not name %s", missed, p.Name)
		}
	}
	before := len(b.outbox())
	b.proclaims(n)
	if len(b.outbox()) != before {
		t.Error("went on after its end")
	}
	b.checkTexts()
}

// TestAnnouncementStopped withdraws what waits; what is on its way is finished, and if it fails it is not tried again.
func TestAnnouncementStopped(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	for range 5 {
		b.enrol(health, twinning.RoleOfficer)
	}
	n := b.announces(coordinator, twinning.Circle{Kind: twinning.CircleAll})
	b.proclaims(n)
	rows := b.announced()
	b.settles(rows[:1], sent)
	b.settles(rows[1:3], func(d *ledger.Delivery) { d.State = ledger.Sending })
	stop := func(w *ledger.Work) error {
		_, err := w.StopAnnouncement(by(coordinator), n.ID)
		return err
	}
	b.must(stop)
	if err := b.try(stop); !errors.Is(err, twinning.ErrConflict) {
		t.Errorf("stopped twice: %v", err)
	}
	if left := b.announced(); len(left) != 0 {
		t.Errorf("%d messages still wait", len(left))
	}
	if tally := b.proclaims(n); tally.Waiting() != 2 {
		t.Errorf("%d are on their way, want 2", tally.Waiting())
	}
	b.settles(rows[1:2], sent)
	b.settles(rows[2:3], func(d *ledger.Delivery) { d.State, d.Tries = ledger.Pending, 1 })
	tally := b.proclaims(n)
	if tally.Sent != 2 || tally.Withdrawn != 3 || tally.Missed != 0 || len(b.announced()) != 0 {
		t.Errorf("tally %+v, %d messages wait", tally, len(b.announced()))
	}
	b.look(func(k *ledger.Look) error {
		over, err := k.Announcement(n.ID)
		open, openErr := k.OpenAnnouncements()
		if over.Ended.IsZero() || len(open) != 0 {
			t.Errorf("ended %v, open %v", over.Ended, open)
		}
		return errors.Join(err, openErr)
	})
	b.checkTexts()
}

// TestAnnouncementMisses has Telegram refuse somebody: nobody else gets the message in place of that person, who stands
// on the list, and the coordinators are not told apart from it.
func TestAnnouncementMisses(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	lone := b.enrol(finance, twinning.RoleLead)
	b.enrol(health, twinning.RoleOfficer)
	refused := b.enrol(health, twinning.RoleLead)
	n := b.announces(coordinator, twinning.Circle{Kind: twinning.CircleLeads})
	b.proclaims(n)
	for _, row := range b.announced() {
		b.must(func(w *ledger.Work) error {
			if err := w.Unreachable(row); err != nil {
				return err
			}
			row.State, row.Error = ledger.Failed, "forbidden"
			return w.SetDelivery(row)
		})
	}
	if left := b.outbox(); len(left) != 0 {
		t.Errorf("told %v", left)
	}
	b.look(func(k *ledger.Look) error {
		missed, err := k.Missed(n.ID)
		if diff := cmp.Diff([]twinning.PersonID{lone.ID, refused.ID}, missed); diff != "" {
			t.Errorf("missed (-want +got):\n%s", diff)
		}
		p, readErr := k.Person(refused.ID)
		if !p.Unreachable {
			t.Error("not marked unreachable")
		}
		return errors.Join(err, readErr)
	})
	// What is settled twice counts once.
	b.must(func(w *ledger.Work) error {
		row, err := w.OutRow(1)
		if err != nil {
			return err
		}
		return w.SetDelivery(row)
	})
	if tally := b.proclaims(n); tally.Missed != 2 {
		t.Errorf("tally %+v", tally)
	}
}

func TestAnnounceRefuses(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	b.enrol(health, twinning.RoleOfficer)
	all := twinning.Circle{Kind: twinning.CircleAll}
	for rule, n := range map[string]twinning.Announcement{
		"required": {To: all, Text: " \n"},
		"length":   {To: all, Text: strings.Repeat("ă", ledger.AnnouncementLimit+1)},
		"circle":   {To: twinning.Circle{Kind: twinning.CircleUnit}, Text: "a"},
		"nobody":   {To: twinning.Circle{Kind: twinning.CircleUnit, Unit: far}, Text: "a"},
	} {
		err := b.peek(func(w *ledger.Work) error {
			_, err := w.Announce(by(coordinator), n)
			return err
		})
		invalid, ok := errors.AsType[*twinning.InvalidError](err)
		if !ok || invalid.Field != "announcement" || invalid.Rule != rule {
			t.Errorf("%s: %v", rule, err)
		}
	}
}
