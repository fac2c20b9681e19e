package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ketnghia/store"
)

// temporary begins the names of snapshots in the data folder, which are gone when a backup is done.
const temporary = ".backup-"

// chainedSchema is the first schema in which the audit is a chain.
const chainedSchema = 3

// Snapshot is a copy of the database in a file of its own, opened and checked, with what a backup must know of it.
type Snapshot struct {
	manifest Manifest
	path     string
	// copies are the copies that the database speaks of, by their path in the data folder, missing out twice the same.
	copies []keptCopy
}

// keptCopy is the copy of a file in the data folder.
type keptCopy struct {
	path, sum string
	bytes     int64
	// ids are the unique ids of the files that have this content.
	ids []string
}

// Take copies the database of the store into a file in the folder, which is the data folder or one as safe, brings it to
// disk, opens it and reads it whole. Copying follows one snapshot and waits for the disk alone, so that it holds up the
// store as short as can be. The caller removes what it returns. The error is ErrNoSpace, that of the disk, or what the
// check found.
func Take(ctx context.Context, s *store.Store, folder string, now time.Time) (_ *Snapshot, err error) {
	info, err := os.Stat(s.Path())
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	if err := Room(Need{folder, info.Size()}); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(folder, temporary+"*")
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	shot := &Snapshot{path: f.Name(), manifest: Manifest{Program: program, Format: format, Made: now}}
	defer func() {
		if err != nil {
			err = errors.Join(err, shot.Remove())
		}
	}()
	h := NewCounter(f)
	err = s.Backup(ctx, h)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	shot.manifest.Database = h.Part()
	if err := shot.look(ctx); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return shot, nil
}

// look opens the copy, checks all of it and reads what the manifest says.
func (s *Snapshot) look(ctx context.Context) (err error) {
	// A damaged database must not end the program that serves.
	if err := store.Probe(ctx, s.path); err != nil {
		return err
	}
	opened, err := store.Open(s.path, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	if err := opened.Check(ctx); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	schema, err := opened.Schema(ctx)
	if err != nil {
		return err
	}
	s.manifest.Schema = schema.Version
	return opened.View(ctx, s.manifest.Made, func(v *store.View) error {
		s.manifest.Audit, s.manifest.AuditBroken, err = auditHead(ctx, v, schema.Version)
		if err != nil {
			return err
		}
		s.copies, err = copiesOf(v)
		for _, c := range s.copies {
			s.manifest.Copies.Count++
			s.manifest.Copies.Bytes += c.bytes
		}
		return err
	})
}

// auditHead returns the head of the audit as it is printed, and where its chain is broken. A schema without a chain has
// neither.
func auditHead(ctx context.Context, v *store.View, schema int) (head, broken string, err error) {
	if schema < chainedSchema {
		return "", "", nil
	}
	end, err := v.CheckAudit(ctx)
	if fault, ok := errors.AsType[*store.AuditBrokenError](err); ok {
		return end.String(), fault.Error(), nil
	}
	return end.String(), "", err
}

// copiesOf returns the copies that the database speaks of, each content once, by path.
func copiesOf(v *store.View) ([]keptCopy, error) {
	byPath := map[string]*keptCopy{}
	err := v.EachKeptFile(func(f store.KeptFile) error {
		sum, ok := copyHash(f.Path)
		if f.State != store.KeptDone || !ok || f.Bytes < 0 || f.Bytes > copyMost {
			return nil
		}
		if byPath[f.Path] == nil {
			byPath[f.Path] = &keptCopy{path: f.Path, sum: sum, bytes: f.Bytes}
		}
		byPath[f.Path].ids = append(byPath[f.Path].ids, f.File.UniqueID)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []keptCopy
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		all = append(all, *byPath[path])
	}
	return all, nil
}

// Manifest says what the snapshot holds.
func (s *Snapshot) Manifest() Manifest { return s.manifest }

// Remove removes the file of the snapshot; removing twice is no error.
func (s *Snapshot) Remove() error {
	if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

// Sweep removes snapshots that a crash left in the folder. Nobody may be taking one there meanwhile.
func Sweep(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("sweep: %w", err)
	}
	var all []error
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), temporary) && e.Type().IsRegular() {
			all = append(all, os.Remove(filepath.Join(folder, e.Name())))
		}
	}
	return errors.Join(all...)
}

// Counter counts and hashes what passes to a writer.
type Counter struct {
	w io.Writer
	h hash.Hash
	n int64
}

// NewCounter returns one that passes on to w.
func NewCounter(w io.Writer) *Counter { return &Counter{w: w, h: sha256.New()} }

// Write passes p on.
func (c *Counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.h.Write(p[:n])
	c.n += int64(n)
	return n, err //nolint:wrapcheck // passed through
}

// Part returns the size and hash of what has passed.
func (c *Counter) Part() Part { return Part{Bytes: c.n, SHA256: c.sum()} }

func (c *Counter) sum() string { return hex.EncodeToString(c.h.Sum(nil)) }
