package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/scheduler"
	"ketnghia/store/backup"
	"ketnghia/twinning"
)

// backupSettings are how the bot makes backups by itself.
type backupSettings struct {
	Dir       string `env:"KETNGHIA_BACKUP_DIR" placeholder:"DIR" help:"${help_backup_dir}"`
	Recipient string `env:"KETNGHIA_BACKUP_RECIPIENT" placeholder:"KEY" help:"${help_backup_recipient}"`
	Identity  string `env:"KETNGHIA_BACKUP_IDENTITY" placeholder:"FILE" help:"${help_backup_identity}"`
	At        string `env:"KETNGHIA_BACKUP_AT" default:"01:30" placeholder:"HH:MM" help:"${help_backup_at}"`
	Chat      string `env:"KETNGHIA_BACKUP_CHAT" default:"off" enum:"off,on" placeholder:"off|on" help:"${help_backup_chat}"`
}

// backupsName is the folder of backups in the data folder.
const backupsName = "backups"

const (
	// backupSpec is how often it is looked whether a backup is owed, as a cron line.
	backupSpec = "* * * * *"
	// backupPause is how long nothing is tried after a backup failed.
	backupPause = 30 * time.Minute
)

// nightly makes a backup every night, or as soon as the machine runs again after one that was missed.
type nightly struct {
	books *books
	shelf *backup.Shelf
	// data is the data folder.
	data string
	// minute is when, counted from midnight in the programme's zone.
	minute int
	chat   bool
	log    *slog.Logger

	mu sync.Mutex
	// good is when the newest good backup was made, failed when the last try failed and why: a failure that a good
	// backup followed is forgotten.
	good, failed time.Time
	reason       error
}

// newNightly reads the settings.
func (a *app) newNightly(b *books, o backupSettings, log *slog.Logger) (*nightly, error) {
	data := filepath.Dir(b.store.Path())
	n := &nightly{books: b, data: data, chat: o.Chat == "on", log: log}
	at, err := time.Parse("15:04", o.At)
	if err != nil {
		return nil, &failure{key: "cmd.error.backup_at", status: exitUsage, cause: err, args: map[string]any{"Text": o.At}}
	}
	n.minute = at.Hour()*60 + at.Minute()
	n.shelf = &backup.Shelf{Folder: o.Dir, Zone: b.ledger.Programme().Location}
	if n.shelf.Recipients, err = a.recipients(o.Recipient); err != nil {
		return nil, err
	}
	if n.shelf.Identities, err = a.identities(o.Identity); err != nil {
		return nil, err
	}
	if n.chat && len(n.shelf.Recipients) == 0 {
		return nil, &failure{key: "cmd.error.backup_chat", status: exitUsage}
	}
	if o.Dir == "" {
		n.shelf.Folder = filepath.Join(data, backupsName)
		if err := os.MkdirAll(n.shelf.Folder, 0o700); err != nil {
			return nil, &folderError{dir: n.shelf.Folder, cause: err}
		}
	}
	return n, nil
}

// begin removes what a crash left and finds the newest backup there is. Nobody else may use the data folder.
func (n *nightly) begin(now time.Time) {
	if err := errors.Join(backup.Sweep(n.data), backup.SweepUnpacked(n.data)); err != nil {
		n.log.Warn("leftovers of backups not removed", slog.Any("error", err))
	}
	if len(n.shelf.Recipients) == 0 {
		n.log.Warn("backups are not encrypted: no recipient is set")
	}
	// A folder that was named is not made, since it may be on a disk that isn't there; nor does the bot wait for it.
	err := n.shelf.Sweep()
	var newest time.Time
	if err == nil {
		newest, err = n.newest(now)
	}
	if err != nil {
		n.log.Error("folder of backups can't be used", slog.Any("error", err))
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.good, n.reason = newest, err
}

// newest returns when the newest backup was made, the zero time when there is none. One that a clock dated into the
// future says nothing.
func (n *nightly) newest(now time.Time) (time.Time, error) {
	all, err := n.shelf.List()
	if err != nil {
		return time.Time{}, err
	}
	for _, e := range all {
		if !e.Made.After(now) {
			return e.Made, nil
		}
	}
	return time.Time{}, nil
}

// job has the scheduler look every minute.
func (n *nightly) job() scheduler.Job {
	return scheduler.Job{Name: "backup", Spec: backupSpec, Run: n.run}
}

// Last returns when the newest good backup was made, the zero time when there is none, and why the last try failed, nil
// when it did not.
func (n *nightly) Last() (at time.Time, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.good, n.reason
}

// run makes a backup if one is owed at now. What is owed follows from the newest backup there is, not from what ran.
func (n *nightly) run(ctx context.Context, now time.Time) error {
	n.mu.Lock()
	failed := n.failed
	n.mu.Unlock()
	if since := now.Sub(failed); !failed.IsZero() && since >= 0 && since < backupPause {
		return nil
	}
	newest, err := n.newest(now)
	if err == nil {
		if failed.IsZero() && !newest.Before(backup.Due(now.In(n.shelf.Zone), n.minute)) {
			return nil
		}
		err = n.make(ctx, now)
	}
	if err != nil && ctx.Err() != nil {
		return nil // being stopped is no failure; it is owed still
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.reason = err; err != nil {
		n.failed = now
		return err
	}
	n.good, n.failed = now, time.Time{}
	return nil
}

// make puts a backup and the new copies of files on the shelf, removes what need not be kept, and offers the backup to
// the coordinators.
func (n *nightly) make(ctx context.Context, now time.Time) (err error) {
	shot, err := backup.Take(ctx, n.books.store, n.data, now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shot.Remove()) }()
	done, err := n.shelf.Put(ctx, shot)
	if err != nil {
		return err
	}
	removed, err := n.shelf.Rotate(now)
	if err != nil {
		return err
	}
	data, err := os.OpenRoot(n.data)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { _ = data.Close() }()
	filed, err := n.shelf.File(ctx, shot, data)
	if err != nil {
		return err
	}
	n.log.InfoContext(ctx, "backup made", slog.String("name", done.Name), slog.Int64("bytes", done.Bytes),
		slog.Bool("encrypted", done.Sealed), slog.String("audit", shot.Manifest().Audit),
		slog.Int("copies_added", filed.Added.Count), slog.Int("removed", len(removed)))
	if broken := shot.Manifest().AuditBroken; broken != "" {
		n.log.ErrorContext(ctx, "audit chain broken", slog.String("where", broken))
	}
	if filed.Missing > 0 {
		n.log.WarnContext(ctx, "copies of files could not be backed up", slog.Int("count", filed.Missing))
	}
	if !n.chat {
		return nil
	}
	return n.books.ledger.Update(ctx, now, func(w *ledger.Work) error { return w.SendBackup(done.Bytes) })
}

// reports makes the file of the newest encrypted backup, and leaves all other reports to those who make them.
func (n *nightly) reports(
	others func(context.Context, twinning.ReportRequest, locales.Printer) (string, []byte, error),
) func(context.Context, twinning.ReportRequest, locales.Printer) (string, []byte, error) {
	return func(ctx context.Context, r twinning.ReportRequest, p locales.Printer) (string, []byte, error) {
		if r.Kind != ledger.ReportBackup {
			return others(ctx, r, p)
		}
		all, err := n.shelf.List()
		if err != nil {
			return "", nil, err
		}
		for _, e := range all {
			if !e.Sealed || e.Bytes > ledger.BackupMost {
				continue
			}
			content, err := os.ReadFile(filepath.Join(n.shelf.Folder, e.Name))
			if err != nil {
				return "", nil, fmt.Errorf("backup: %w", err)
			}
			return e.Name, content, nil
		}
		return "", nil, fmt.Errorf("backup: %w", twinning.ErrNotFound)
	}
}
