package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/store/backup"
)

// restoreCmd puts the books of a backup in the place of those in the data folder.
type restoreCmd struct {
	File     string `arg:"" name:"file" help:"${help_restore_file}"`
	Identity string `env:"KETNGHIA_BACKUP_IDENTITY" placeholder:"FILE" help:"${help_identity}"`
	Check    bool   `help:"${help_check}"`
}

// restoring is a restore on its way.
type restoring struct {
	*restoreCmd
	app        *app
	dir        string
	identities []age.Identity
	programme  *time.Location
	// made is when the backup was made.
	made      time.Time
	aftermath ledger.Aftermath
	// step is called before each step of the swap; nil but in tests.
	step func(string) error
}

// Run checks the backup in a folder beside the books and swaps them, or only checks.
func (c *restoreCmd) Run(ctx context.Context, a *app) error {
	identities, err := a.identities(c.Identity)
	if err != nil {
		return err
	}
	r := &restoring{restoreCmd: c, app: a, dir: a.cli.Data, identities: identities}
	return a.restoreFailure(c.File, r.run(ctx))
}

func (r *restoring) run(ctx context.Context) (err error) {
	p, err := r.app.loadProgramme()
	if err != nil {
		return err
	}
	r.programme = p.Location
	if r.Check {
		return r.check(ctx)
	}
	if isKept(r.dir) {
		return &failure{key: "cmd.error.sandbox_data", status: exitUsage, args: map[string]any{"Data": r.dir}}
	}
	if err := r.folder(); err != nil {
		return err
	}
	used, release, err := r.hold(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := backup.SweepUnpacked(r.dir); err != nil {
		return &folderError{dir: r.dir, cause: err}
	}
	u, err := r.unpack(ctx, r.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.Remove()) }()
	s, err := u.Open(ctx, r.app.now())
	if err != nil {
		return err
	}
	taken := r.takeUp(ctx, ledger.New(s, p), u, used)
	if err := errors.Join(taken, s.Close()); err != nil {
		return err
	}
	before, err := u.Place(r.app.now(), r.step)
	if err != nil {
		return err
	}
	r.tell(u, before)
	return nil
}

// hold makes sure that nobody has the books open or opens them while they are replaced, and returns the last numbers
// that they have given. Books that can't be read are no reason not to restore: they may be why.
func (r *restoring) hold(ctx context.Context) (used map[string]uint64, release func() error, err error) {
	path := filepath.Join(r.dir, databaseName)
	held, err := store.Hold(path)
	if errors.Is(err, store.ErrLocked) {
		return nil, nil, &folderError{dir: r.dir, cause: err}
	}
	if err != nil {
		return nil, func() error { return nil }, nil //nolint:nilerr // see above
	}
	if store.Probe(ctx, path) != nil {
		return nil, held.Close, nil //nolint:nilerr // see above
	}
	err = held.View(ctx, r.app.now(), func(v *store.View) (err error) {
		used, err = v.Numbers()
		return err
	})
	if err != nil {
		used = nil
	}
	return used, held.Close, nil
}

// folder makes the data folder, once it is known that the file can be read.
func (r *restoring) folder() error {
	f, err := os.Open(r.File)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return &folderError{dir: r.dir, cause: err}
	}
	return nil
}

// unpack reads the whole backup into a folder within the given one.
func (r *restoring) unpack(ctx context.Context, within string) (*backup.Unpacked, error) {
	f, err := os.Open(r.File)
	if err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	defer func() { _ = f.Close() }()
	archive, err := backup.Read(f, r.identities)
	if errors.Is(err, backup.ErrNotBackup) {
		u, made, err := backup.CopyWithin(ctx, f, within)
		r.made = made
		return u, err
	}
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	r.made = archive.Manifest().Made
	return archive.UnpackWithin(ctx, within)
}

// takeUp finds the copies of files and makes the books fit to go on.
func (r *restoring) takeUp(ctx context.Context, l *ledger.Ledger, u *backup.Unpacked, used map[string]uint64) error {
	missing, err := u.Gather(ctx, filepath.Dir(r.File), r.identities)
	if err != nil {
		return err
	}
	return l.Update(ctx, r.app.now(), func(w *ledger.Work) (err error) {
		r.aftermath, err = w.TakeUp(ledger.Restored{Made: r.made, Used: used, Missing: missing})
		return err
	})
}

// check unpacks the backup into a folder that is thrown away, and opens it.
func (r *restoring) check(ctx context.Context) (err error) {
	folder, err := os.MkdirTemp("", "ketnghia-check-*")
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	u, err := r.unpack(ctx, folder)
	if err != nil {
		return err
	}
	s, err := u.Open(ctx, r.app.now())
	if err != nil {
		return err
	}
	missing, err := u.Gather(ctx, filepath.Dir(r.File), r.identities)
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	head, broken := u.Audit()
	r.say("cmd.restore.checked", map[string]any{"File": r.File, "Time": r.time(), "Audit": head, "Copies": u.Copies()})
	r.app.warnAudit(broken)
	r.count("cmd.restore.without", len(missing))
	return nil
}

// tell says what was done, how old the books are, and what to do next.
func (r *restoring) tell(u *backup.Unpacked, before string) {
	hours := max(0, int(r.app.now().Sub(r.made)/time.Hour))
	head, broken := u.Audit()
	r.say("cmd.restore.done", map[string]any{
		"Data": r.dir, "Time": r.time(), "Hours": hours % 24, "Days": hours / 24, "Audit": head,
	})
	r.app.warnAudit(broken)
	if before != "" {
		r.say("cmd.restore.before", map[string]any{"File": before})
	}
	r.count("cmd.restore.fetch", r.aftermath.Fetch)
	r.count("cmd.restore.dropped", r.aftermath.Dropped)
	r.say("cmd.restore.next", nil)
}

// warnAudit says that somebody has changed the audit.
func (a *app) warnAudit(broken string) {
	if broken != "" {
		a.say("cmd.backup.audit_broken", map[string]any{"Detail": oneLine(broken)})
	}
}

func (r *restoring) say(key string, args map[string]any) { r.app.say(key, args) }

// count says a number of things unless it is none.
func (r *restoring) count(key string, n int) {
	if n > 0 {
		r.app.say(key, map[string]any{"Count": n, "Value": n})
	}
}

func (r *restoring) time() string { return r.app.printer().Time(r.made.In(r.programme)) }

// restoreFailure gives an error of reading a backup the text that tells its mend.
func (a *app) restoreFailure(path string, err error) error {
	args := map[string]any{"File": path}
	told := func(key string, status int) error {
		return &failure{key: key, status: status, cause: err, args: args}
	}
	_, own := errors.AsType[*failure](err)
	_, folder := errors.AsType[*folderError](err)
	switch {
	case err == nil || own || folder || errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, backup.ErrNoSpace):
		return a.backupFailure(err)
	case errors.Is(err, backup.ErrSealed):
		return told("cmd.error.backup_sealed", exitUsage)
	case errors.Is(err, backup.ErrIdentity):
		return told("cmd.error.backup_identity", exitUsage)
	case errors.Is(err, backup.ErrNotBackup), errors.Is(err, store.ErrNotStore):
		return told("cmd.error.not_backup", exitUsage)
	case errors.Is(err, store.ErrNewer):
		return told("cmd.error.backup_newer", exitError)
	case errors.Is(err, backup.ErrBroken):
		return told("cmd.error.backup_broken", exitError)
	case errors.Is(err, fs.ErrNotExist):
		return a.fileFailure(path, err)
	}
	return err
}
