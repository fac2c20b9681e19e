package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// mostFindings is how many faults of the database are told one by one.
const mostFindings = 20

// booksOver returns the books over an open store.
func booksOver(s *store.Store, p *twinning.Programme) *books {
	return &books{store: s, ledger: ledger.New(s, p)}
}

// snapshot sends a copy of the database to the client, who inspects it.
func (p *patient) snapshot(ctx context.Context) error {
	if p.cmd.Snapshot == "" {
		return nil
	}
	return p.app.writeFile(p.cmd.Snapshot, func(w io.Writer) error { return p.books.ledger.Backup(ctx, w) })
}

// finish inspects the copy that the bot has sent, after it has told the rest.
func (c *doctorCmd) finish(ctx context.Context, a *app) (broken bool) {
	defer os.Remove(c.Snapshot) //nolint:errcheck // it may not have come
	if _, err := os.Stat(c.Snapshot); err != nil {
		return false // what kept it from coming was told
	}
	return c.tell(a, "integrity", examine(ctx, a, c.Snapshot))
}

// examine looks at everything in a database file that nobody writes, and at the copies of files in the data folder.
func examine(ctx context.Context, a *app, path string) []finding {
	var found []finding
	all, err := store.InspectFile(ctx, path, store.InspectOptions{
		Kept: store.KeptIn(a.cli.Data),
		Found: func(f store.Finding) error {
			if len(found) < mostFindings {
				key := "integrity_found"
				if f.Kind == store.FoundCopy {
					key = "copy_missing"
				}
				found = append(found, finding{levelBad, key, map[string]any{"Kind": string(f.Kind), "Object": f.Object, "Detail": f.What}})
			}
			return nil
		},
	})
	switch {
	case err != nil && !errors.Is(err, context.Canceled):
		return append(found, bad("integrity_unread", map[string]any{"Detail": oneLine(err.Error())})...)
	case all.Findings > len(found):
		return append(found, bad("integrity_more", map[string]any{"Count": all.Findings - len(found), "Value": all.Findings - len(found)})...)
	case all.Findings > 0 || err != nil:
		return found
	}
	return fine("integrity_ok", map[string]any{"Keys": all.Keys, "Audit": all.Audit.String()})
}

// snapshotPath is where a client of this user wants a copy of the database, a name that nobody else has.
func snapshotPath() (string, error) {
	dir, err := os.MkdirTemp("", "ketnghia-doctor-")
	if err != nil {
		return "", &folderError{dir: os.TempDir(), cause: err}
	}
	return filepath.Join(dir, databaseName), nil
}
