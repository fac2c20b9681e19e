package ledger_test

import (
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// TestAlarmOverClockChanges raises and ends an alarm while the clock is set back and forth: it is told once each time.
func TestAlarmOverClockChanges(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.enrol(standing, twinning.RoleCoordinator)
	b.enrol(standing, twinning.RoleObserver)
	since := at("2027-03-10 08:00")
	told := len(b.outbox())
	stands := func(want bool) {
		t.Helper()
		b.must(func(w *ledger.Work) error {
			alarm, stands, err := w.Alarm("test")
			if stands != want || want && !alarm.Since.Equal(since) {
				t.Errorf("stands %v since %v, want %v", stands, alarm.Since, want)
			}
			return err
		})
	}
	do := func(fn func(*ledger.Work) error, want int) {
		t.Helper()
		b.must(fn)
		b.must(fn)
		if n := len(b.outbox()); n != told+want {
			t.Errorf("%d messages, want %d", n-told, want)
		}
		told = len(b.outbox())
	}
	raise := func(w *ledger.Work) error {
		return w.RaiseAlarm("test", since, twinning.Say("status.nothing", nil))
	}
	end := func(w *ledger.Work) error { return w.EndAlarm("test", twinning.Say("status.nothing", nil)) }
	stands(false)
	do(end, 0)
	for _, ahead := range []time.Duration{0, time.Hour, -24 * time.Hour, 0, 48 * time.Hour} {
		b.now = at("2027-03-10 09:00").Add(ahead)
		do(raise, 1)
		stands(true)
		b.now = b.now.Add(-2 * time.Hour)
		do(end, 1)
		stands(false)
	}
}
