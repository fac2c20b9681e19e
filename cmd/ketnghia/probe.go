package main

import (
	"context"
	"os"
	"time"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/scheduler"
	"ketnghia/store"
	"ketnghia/twinning"
)

// When a thing counts as bad for /readyz and the metrics. The coordinators are told later, when it stays so (Probe.After).
const (
	// pollLate: a long poll takes 50 s; a webhook is asked about every minute.
	pollLate = 3 * time.Minute
	// pollFailing is for how long polls must fail without one that succeeds.
	pollFailing = time.Minute
	// tickLate: the scheduler looks every minute, and at nobody's clock for longer than a minute.
	tickLate = 3 * time.Minute
	// inboxLate, replyLate and reminderLate are how long an update, a reply or a reminder may wait for its first try. A
	// reminder waits for those before it: 5,000 take three minutes at Telegram's limit of 30 a second.
	inboxLate    = 5 * time.Minute
	replyLate    = 5 * time.Minute
	reminderLate = 30 * time.Minute
	// diskLow is how many bytes must be free: a backup and a year's growth fit in.
	diskLow = 512 << 20
	// backupLate is how old the newest backup may be: one may fail, and be made up for the next night.
	backupLate = 48 * time.Hour
)

// How long it must be bad before the coordinators are told: long enough for a restart or a network that comes back.
const (
	tellSoon   = 5 * time.Minute
	tellLater  = 10 * time.Minute
	tellBackup = time.Hour
)

// lastBackup tells of backups: when the newest good one was made, the zero time when there is none, and why the last try
// failed.
type lastBackup interface {
	Last() (at time.Time, err error)
}

// signs are where the state of the running program is read.
type signs struct {
	bot    interface{ Health() bot.Health }
	ticks  interface{ LastTick() time.Time }
	ledger *ledger.Ledger
	// database and data are the file of the store and the data folder.
	database, data string
	// backups is nil when none are made.
	backups lastBackup
	// disk returns the free bytes where a folder is.
	disk func(folder string) (int64, bool)
	// began is when the program started: what has not happened yet is late only some time after that.
	began time.Time
}

// probes are what is watched, for /readyz, the metrics and the coordinators.
func (s *signs) probes() []scheduler.Probe {
	list := []scheduler.Probe{
		{Name: "telegram", Look: s.telegram, After: tellLater, Told: "alarm.telegram", Over: "alarm.telegram_over"},
		{Name: "reminders", Look: s.reminders, After: tellLater, Told: "alarm.reminders", Over: "alarm.reminders_over"},
		{Name: "replies", Look: s.replies, After: tellLater, Told: "alarm.replies", Over: "alarm.replies_over"},
		{Name: "store", Look: s.store, After: tellSoon, Told: "alarm.store", Over: "alarm.store_over"},
		{Name: "disk", Look: s.free, After: tellLater, Told: "alarm.disk", Over: "alarm.disk_over"},
	}
	if s.backups != nil {
		list = append(list, scheduler.Probe{
			Name: "backup", Look: s.backup, After: tellBackup, Told: "alarm.backup", Over: "alarm.backup_over",
		})
	}
	return list
}

// telegram: whether updates come in.
func (s *signs) telegram(_ context.Context, now time.Time) scheduler.Finding {
	h := s.bot.Health()
	last := later(h.LastPoll, s.began)
	f := scheduler.Finding{Since: last, Why: h.PollError}
	switch {
	case h.PollError != "":
		f.Bad = now.Sub(h.PollSince) >= pollFailing && now.Sub(last) >= pollFailing
	case h.StoreError == "": // else nothing is taken in because of the disk
		f.Bad, f.Why = now.Sub(last) >= pollLate, "silent"
	}
	return f
}

// reminders: whether the books are looked at for what is due, and whether what was found goes out.
func (s *signs) reminders(ctx context.Context, now time.Time) scheduler.Finding {
	if last := later(s.ticks.LastTick(), s.began); now.Sub(last) >= tickLate {
		return scheduler.Finding{Bad: true, Since: last, Why: "no tick"}
	}
	return s.waiting(ctx, now, ledger.ClassReminder, reminderLate)
}

// replies: whether messages are handled and answered.
func (s *signs) replies(ctx context.Context, now time.Time) scheduler.Finding {
	b, err := s.backlog(ctx, now)
	if err == nil && !b.Arrived.IsZero() && now.Sub(later(b.Arrived, s.began)) >= inboxLate {
		return scheduler.Finding{Bad: true, Since: b.Arrived, Why: "inbox"}
	}
	return s.waiting(ctx, now, ledger.ClassReply, replyLate)
}

// waiting: whether a message of the class waits too long for its first try. What waited while the program was off counts
// from its start.
func (s *signs) waiting(ctx context.Context, now time.Time, class int, limit time.Duration) scheduler.Finding {
	b, err := s.backlog(ctx, now)
	if err != nil {
		return scheduler.Finding{} // the probe of the store tells
	}
	since := b.Classes[class].Untried
	return scheduler.Finding{Bad: !since.IsZero() && now.Sub(later(since, s.began)) >= limit, Since: since, Why: "outbox"}
}

// store: whether the books can be read and written.
func (s *signs) store(ctx context.Context, now time.Time) scheduler.Finding {
	if h := s.bot.Health(); h.StoreError != "" {
		return scheduler.Finding{Bad: true, Since: h.StoreSince, Why: h.StoreError}
	}
	if _, err := s.backlog(ctx, now); err != nil {
		return scheduler.Finding{Bad: true, Why: "read"}
	}
	return scheduler.Finding{}
}

// free: whether the disk has room.
func (s *signs) free(context.Context, time.Time) scheduler.Finding {
	free, known := s.disk(s.data)
	return scheduler.Finding{
		Bad: known && free < diskLow, Why: "full", Args: twinning.Args{{"Free", twinning.Number(free >> 20)}},
	}
}

// backup: whether there is a backup that is new enough, and the last try did not fail.
func (s *signs) backup(_ context.Context, now time.Time) scheduler.Finding {
	at, err := s.backups.Last()
	f := scheduler.Finding{Since: later(at, s.began)}
	if at.IsZero() && err == nil {
		f.Bad, f.Why = now.Sub(s.began) >= backupLate, "none"
		return f
	}
	f.Since, f.Why = at, "old"
	if err != nil {
		f.Why = "failed"
	}
	f.Bad = err != nil || now.Sub(at) >= backupLate
	return f
}

func (s *signs) backlog(ctx context.Context, now time.Time) (b store.Backlog, err error) {
	err = s.ledger.View(ctx, now, func(k *ledger.Look) (err error) {
		b, err = k.Backlog()
		return err
	})
	return b, err
}

// size is how many bytes the database takes on the disk.
func (s *signs) size() int64 {
	info, err := os.Stat(s.database)
	if err != nil {
		return 0
	}
	return info.Size()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
