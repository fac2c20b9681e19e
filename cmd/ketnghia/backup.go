package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"ketnghia/store/backup"
)

// backupCmd writes a backup of everything into one file.
type backupCmd struct {
	File      string `arg:"" name:"file" help:"${help_backup_file}"`
	Recipient string `name:"backup-recipient" env:"KETNGHIA_BACKUP_RECIPIENT" placeholder:"KEY" help:"${help_backup_recipient}"`
	Force     bool   `help:"${help_force}"`
}

// Run writes the file and says what it holds.
func (c *backupCmd) Run(ctx context.Context, a *app) (err error) {
	if a.task == nil {
		if err := c.settle(a); err != nil {
			return err
		}
	}
	recipients, err := a.recipients(c.Recipient)
	if err != nil {
		return err
	}
	b, err := a.openThere(ctx, a.cli.Data, a.now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	if len(recipients) == 0 {
		recipients = a.ownRecipients()
	}
	path := backupPath(c.File, len(recipients) > 0)
	done, err := a.writeBackup(ctx, b, path, recipients)
	if err != nil {
		return a.backupFailure(err)
	}
	a.sayBackup(path, done, b.ledger.Programme().Location)
	return nil
}

// settle makes the arguments mean the same in another process, which may do the work, and refuses to write over a file.
func (c *backupCmd) settle(a *app) (err error) {
	if c.Recipient, err = backup.RecipientList(c.Recipient); err != nil {
		return recipientFailure(err)
	}
	if c.File, err = filepath.Abs(c.File); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	for _, path := range c.files() {
		if err := a.writable(path, c.Force); err != nil {
			return err
		}
	}
	return nil
}

// files are the names that the backup may get: whether it is encrypted is decided by who does the work when no recipient
// is named.
func (c *backupCmd) files() []string {
	sealed := []string{backupPath(c.File, true)}
	if c.Recipient != "" {
		return sealed
	}
	return append(sealed, backupPath(c.File, false))
}

// ownRecipients are those of the bot that runs in this process: who asks it for a backup need not know them.
func (a *app) ownRecipients() []age.Recipient {
	if a.task == nil || a.task.host.machine.o.backups == nil {
		return nil
	}
	return a.task.host.machine.o.backups.shelf.Recipients
}

// backupPath gives a path the ending that tells what kind of backup it is.
func backupPath(path string, sealed bool) string {
	stem := strings.TrimSuffix(path, backup.EndingOf(true))
	stem = strings.TrimSuffix(stem, backup.EndingOf(false))
	return stem + backup.EndingOf(sealed)
}

// writable refuses a path that stands already, unless it may be replaced, and one that is no file's.
func (a *app) writable(path string, force bool) error {
	info, err := os.Stat(path)
	name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), backup.EndingOf(true)), backup.EndingOf(false))
	switch {
	case name == "" || name == "." || name == ".." || err == nil && !info.Mode().IsRegular():
		return &failure{key: "cmd.error.backup_name", status: exitUsage, args: map[string]any{"File": path}}
	case err == nil && !force:
		return &failure{key: "cmd.error.backup_exists", status: exitUsage, args: map[string]any{"File": path}}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// writeBackup takes a snapshot, packs it with the copies of files into the file.
func (a *app) writeBackup(
	ctx context.Context, b *books, path string, recipients []age.Recipient,
) (done backup.Written, err error) {
	folder := filepath.Dir(b.store.Path())
	shot, err := backup.Take(ctx, b.store, folder, a.now())
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, shot.Remove()) }()
	m := shot.Manifest()
	if err := backup.Room(backup.Need{Folder: filepath.Dir(path), Bytes: backup.Packed(m) + m.Copies.Bytes}); err != nil {
		return done, err
	}
	data, err := os.OpenRoot(folder)
	if err != nil {
		return done, &folderError{dir: folder, cause: err}
	}
	defer func() { _ = data.Close() }()
	err = a.writeFile(path, func(w io.Writer) (err error) {
		done, err = shot.Write(ctx, w, backup.WriteOptions{Recipients: recipients, Data: data})
		return err
	})
	return done, err
}

// sayBackup says what was written.
func (a *app) sayBackup(path string, done backup.Written, zone *time.Location) {
	p := a.printer()
	a.say("cmd.written", map[string]any{"File": path})
	a.say("cmd.backup.holds", map[string]any{
		"Time": p.Time(done.Made.In(zone)), "Size": a.size(done.File.Bytes), "Copies": done.Held.Count, "Audit": done.Audit,
	})
	a.warnAudit(done.AuditBroken)
	if n := len(done.Missing); n > 0 {
		a.say("cmd.backup.missing", map[string]any{"Count": n, "Value": n})
	}
	if done.Sealed {
		a.say("cmd.backup.sealed", nil)
	} else {
		a.say("cmd.backup.open", nil)
	}
}

// size shows a number of bytes in MB, at least 0,1, or in GB from one on.
func (a *app) size(bytes int64) string {
	unit, shift := " MB", 20
	if bytes >= 1<<30 {
		unit, shift = " GB", 30
	}
	tenths := max(1, (bytes*10+1<<(shift-1))>>shift)
	return a.printer().Decimal(tenths, 1) + unit
}

// recipients reads to whom backups are encrypted.
func (a *app) recipients(list string) ([]age.Recipient, error) {
	recipients, err := backup.Recipients(list)
	if err != nil {
		return nil, recipientFailure(err)
	}
	return recipients, nil
}

func recipientFailure(err error) error {
	return &failure{key: "cmd.error.backup_recipient", status: exitUsage, cause: err, args: map[string]any{
		"Detail": oneLine(err.Error()),
	}}
}

// identities reads the keys that open backups; there are none where no file is named.
func (a *app) identities(path string) ([]age.Identity, error) {
	if path == "" {
		return nil, nil
	}
	identities, err := backup.Identities(path)
	if errors.Is(err, backup.ErrIdentityFile) {
		return nil, &failure{key: "cmd.error.identity_file", status: exitUsage, cause: err, args: map[string]any{"File": path}}
	}
	if err != nil {
		return nil, a.fileFailure(path, err)
	}
	return identities, nil
}

// backupFailure gives an error of making or reading a backup the text that tells its mend.
func (a *app) backupFailure(err error) error {
	if full, ok := errors.AsType[*backup.SpaceError](err); ok {
		return &failure{key: "cmd.error.no_space", status: exitError, cause: err, args: map[string]any{
			"Path": full.Folder, "Need": a.size(full.Need), "Free": a.size(full.Free),
		}}
	}
	return err
}
