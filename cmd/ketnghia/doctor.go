package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ketnghia/store"
	"ketnghia/twinning"
)

// doctorCmd looks whether everything is as it should be, and says for each thing that isn't how to mend it.
type doctorCmd struct {
	JSON   bool   `name:"json" help:"${help_doctor_json}"`
	APIURL string `name:"telegram-api-url" env:"TELEGRAM_API_URL" placeholder:"URL" help:"${help_api_url}"`

	Backups string `name:"backup-dir" env:"KETNGHIA_BACKUP_DIR" placeholder:"DIR" help:"${help_backup_dir}"`
	// Snapshot is where this process wants a copy of the database that the bot has open, to inspect it: reading a damaged
	// file may end the process that does, and the bot must go on.
	Snapshot string `kong:"-"`
}

// level is how bad a finding is.
type level string

const (
	levelOK   level = "ok"
	levelWarn level = "warning"
	levelBad  level = "broken"
)

// mark is what a line begins with.
func (l level) mark() string {
	switch l {
	case levelOK:
		return "✓"
	case levelWarn:
		return "!"
	case levelBad:
		return "✗"
	}
	return "?"
}

// finding is what a check found. Its text is doctor.<key>; unless all is well, doctor.mend.<key> says how to mend it.
type finding struct {
	level level
	key   string
	args  map[string]any
}

func fine(key string, args map[string]any) []finding { return []finding{{levelOK, key, args}} }

func warn(key string, args map[string]any) []finding { return []finding{{levelWarn, key, args}} }

func bad(key string, args map[string]any) []finding { return []finding{{levelBad, key, args}} }

// patient is what the doctor looks at.
type patient struct {
	app *app
	cmd *doctorCmd
	dir string
	now time.Time
	// wall is the time of the machine; now may have been moved in a sandbox.
	wall time.Time
	// programme is nil when the file can't be read, books when the database can't; machine is nil where no bot runs here.
	programme *twinning.Programme
	books     *books
	machine   *machine
}

// check is one thing that the doctor looks at.
type check struct {
	name string
	look func(ctx context.Context, p *patient) []finding
}

// checks are all of them in the order in which they are told. The database is inspected after them.
func checks() []check {
	return []check{
		{"telegram", lookTelegram},
		{"running", lookRunning},
		{"programme", lookProgramme},
		{"calendar", lookCalendar},
		{"folder", lookFolder},
		{"disk", lookDisk},
		{"database", lookDatabase},
		{"queues", lookQueues},
		{"roster", lookRoster},
		{"people", lookPeople},
		{"backups", lookBackups},
	}
}

// Run looks at everything and fails when something is broken.
func (c *doctorCmd) Run(ctx context.Context, a *app) (err error) {
	p := &patient{app: a, cmd: c, dir: a.cli.Data, now: a.now(), wall: a.now()}
	if c.Backups == "" {
		c.Backups = filepath.Join(a.cli.Data, backupsName)
	}
	told, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if p.books != nil {
			p.books.closeInto(&err)
		}
	}()
	broken := c.tell(a, "database", told)
	for _, check := range checks() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		broken = c.tell(a, check.name, check.look(ctx, p)) || broken
	}
	switch {
	case a.task != nil:
		err = p.snapshot(ctx)
	case p.books != nil:
		broken = c.tell(a, "integrity", examine(ctx, a, p.books.store.Path())) || broken
	}
	if err == nil && broken {
		a.sick = true
	}
	return err
}

// open opens the database for reading alone; what is wrong with it is a finding. The error is for a folder without books,
// and for books that another process has, which then does this.
func (p *patient) open(ctx context.Context) ([]finding, error) {
	a := p.app
	if a.task != nil {
		h := a.task.host
		p.books, p.machine, p.programme, p.dir = h.books.share(), h.machine, h.books.ledger.Programme(), h.machine.o.data
		p.wall = h.machine.wall()
		return nil, nil
	}
	var err error
	if p.programme, err = a.loadProgramme(); err != nil {
		p.programme = nil // its check tells why
	}
	path := filepath.Join(p.dir, databaseName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, noBooks(p.dir, err)
	}
	var told []finding
	if err := a.reach(ctx, p.dir); err != nil {
		if _, elsewhere := errors.AsType[*handover](err); elsewhere {
			return nil, err
		}
		told = bad("socket_wrong", map[string]any{"Path": filepath.Join(p.dir, socketName)})
	}
	s, err := store.Open(path, store.Options{Now: p.now, ReadOnly: true})
	switch {
	case err == nil:
		p.books = booksOver(s, p.programme)
	case errors.Is(err, store.ErrLocked) && len(told) == 0:
		return nil, &folderError{dir: p.dir, cause: err}
	case errors.Is(err, store.ErrLocked):
		told = append(told, bad("database_locked", nil)...)
	case errors.Is(err, store.ErrOlder):
		told = append(told, warn("database_older", nil)...)
	case errors.Is(err, store.ErrNewer):
		told = append(told, bad("database_newer", nil)...)
	case errors.Is(err, fs.ErrPermission):
		told = append(told, bad("database_forbidden", map[string]any{"Path": path})...)
	default:
		told = append(told, bad("database_broken", map[string]any{"Path": path})...)
	}
	return told, nil
}

// tell prints findings and says whether one of them is bad.
func (c *doctorCmd) tell(a *app, name string, all []finding) (broken bool) {
	for _, f := range all {
		text, mend := a.printer().Text("doctor."+f.key, f.args), ""
		if f.level != levelOK {
			mend = a.printer().Text("doctor.mend."+f.key, f.args)
		}
		broken = broken || f.level == levelBad
		if c.JSON {
			line, err := json.Marshal(map[string]any{
				"check": name, "finding": f.key, "level": f.level, "text": text, "mend": mend,
			})
			if err == nil {
				a.print("%s\n", line)
			}
			continue
		}
		a.print("%s %s\n", f.level.mark(), oneLine(text))
		if mend != "" {
			a.print("  → %s\n", oneLine(mend))
		}
	}
	return broken
}
