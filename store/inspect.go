package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// FindingKind is what sort of fault an inspection found.
type FindingKind string

// What an inspection finds.
const (
	// FoundFile is a fault in the structure of the database file.
	FoundFile FindingKind = "file"
	// FoundValue is a key or value that can't be read as it is drawn, or a record that stands under another's key.
	FoundValue FindingKind = "value"
	// FoundIndex is a key of an index that no record accounts for, or that a record misses.
	FoundIndex FindingKind = "index"
	// FoundTotal is a sum that is not that of its activities.
	FoundTotal FindingKind = "total"
	// FoundNumber is a number that would be given a second time.
	FoundNumber FindingKind = "number"
	// FoundAudit is a broken link of the audit's chain.
	FoundAudit FindingKind = "audit"
	// FoundCopy is a local copy of a file that is not there, or not as it was kept.
	FoundCopy FindingKind = "copy"
)

// Finding is one fault. It names records by kind and id, and holds no names or texts of people.
type Finding struct {
	Kind FindingKind
	// Object is where: "activity/5", "total/2027/ASYT/1/4/true", "" for the whole file.
	Object string
	// What says what is wrong, in English.
	What string
}

// Inspection says what was inspected.
type Inspection struct {
	// Keys and Bytes are how many keys there are, and the length of the file.
	Keys  int
	Bytes int64
	// Findings is how many there were.
	Findings int
	// Audit is the end of the audit's chain, to be printed and compared with one printed before.
	Audit AuditHead
}

// InspectOptions say what to do with what an inspection meets.
type InspectOptions struct {
	// Found is called with each finding as it is found; an error ends the inspection.
	Found func(Finding) error
	// Kept, if set, is called with each record of a file in the state KeptDone; its error is a finding: KeptIn looks
	// whether the copy is there.
	Kept func(KeptFile) error
}

// KeptIn returns a function for InspectOptions.Kept that looks whether the copy lies in the data folder with its length.
// It doesn't read the content.
func KeptIn(folder string) func(KeptFile) error {
	return func(f KeptFile) error {
		root, err := os.OpenRoot(folder)
		if err != nil {
			return fmt.Errorf("data folder: %w", err)
		}
		defer func() { _ = root.Close() }()
		info, err := root.Lstat(filepath.FromSlash(f.Path))
		switch {
		case err != nil:
			return fmt.Errorf("copy: %w", err)
		case !info.Mode().IsRegular():
			return errors.New("copy: no regular file")
		case info.Size() != f.Bytes:
			return fmt.Errorf("copy: %d bytes, kept with %d", info.Size(), f.Bytes)
		}
		return nil
	}
}

// InspectFile inspects a database file that nobody has open for writing: a backup, a copy, that of a stopped program.
// It checks the structure of the file, that every key and value reads as it is drawn, that records and indexes agree
// both ways, the totals, the numbers to come and the chain of the audit. It changes nothing. What it finds goes to
// o.Found; the error says that it couldn't look: those of Open for reading only, that of the context, or Found's.
//
// It reads everything once and decodes it, and holds one page of keys, the totals and a note for each page of the file
// in memory. A file that is badly damaged may end the process in which it is read, as reading it would anywhere: so a
// command does this, not the serving process.
func InspectFile(ctx context.Context, path string, o InspectOptions) (Inspection, error) {
	i := newInspector(ctx, o)
	var s *Store
	err := surviving(func() (err error) {
		s, err = Open(path, Options{ReadOnly: true})
		return err
	})
	if damaged, ok := errors.AsType[*damageError](err); ok {
		return i.result, i.found(FoundFile, "", damaged.Error())
	}
	if err != nil {
		return i.result, err
	}
	err = errors.Join(i.inspect(s), s.Close())
	return i.result, err
}

// Inspect does what InspectFile does while others go on reading and writing. It inspects a copy, which it makes beside
// the database and removes again, since a snapshot that lasts lets the file grow and can hold up an update. It takes as
// much room on the disk as the database has.
func (s *Store) Inspect(ctx context.Context, o InspectOptions) (found Inspection, err error) {
	f, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".inspected-*")
	if err != nil {
		return found, fmt.Errorf("inspect: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	if err := errors.Join(s.Backup(ctx, f), f.Close()); err != nil {
		return found, fmt.Errorf("inspect: %w", err)
	}
	return InspectFile(ctx, f.Name(), o)
}

// damageError says that reading ran into memory or pages that are not what they should be.
type damageError struct{ reason any }

func (e *damageError) Error() string { return fmt.Sprintf("damaged: %v", e.reason) }

// surviving turns a panic of fn, and an access to memory beyond the file, into a *damageError.
func surviving(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = &damageError{r}
		}
	}()
	return fn()
}

// inspector goes through a snapshot.
type inspector struct {
	ctx     context.Context
	o       InspectOptions
	result  Inspection
	view    *View
	drawn   map[kind]drawing
	ledgers map[kind]ledgerOf
	debtors map[kind]func(k, value []byte) (key, error)
	// held counts the keys of each index, owed those of them that a record accounts for.
	held, owed map[kind]int
	// totals are the sums that the activities make.
	totals map[string]twinning.Quantities
}

func newInspector(ctx context.Context, o InspectOptions) *inspector {
	i := &inspector{
		ctx: ctx, o: o, drawn: map[kind]drawing{}, ledgers: ledgers(), debtors: debtors(),
		held: map[kind]int{}, owed: map[kind]int{}, totals: map[string]twinning.Quantities{},
	}
	for _, d := range keyTree() {
		i.drawn[d.kind] = d
	}
	return i
}

// inspect inspects an open store on one snapshot.
func (i *inspector) inspect(s *Store) error {
	if info, err := os.Stat(s.path); err == nil {
		i.result.Bytes = info.Size()
	}
	err := surviving(func() error { return s.View(i.ctx, time.Time{}, i.records) })
	if damaged, ok := errors.AsType[*damageError](err); ok {
		// What can't even be walked through is not given to bbolt's own check, which may not survive it.
		return i.found(FoundFile, "", damaged.Error())
	}
	if err != nil {
		return err
	}
	if err := s.Check(i.ctx); err != nil {
		if i.ctx.Err() != nil {
			return err
		}
		return i.found(FoundFile, "", err.Error())
	}
	return nil
}

func (i *inspector) found(k FindingKind, object, what string) error {
	i.result.Findings++
	return i.o.Found(Finding{Kind: k, Object: object, What: what})
}

// records goes through all kinds and then through what only shows at the end.
func (i *inspector) records(v *View) error {
	i.view = v
	for _, d := range keyTree() {
		if err := i.kind(d); err != nil {
			return err
		}
	}
	for _, check := range []func() error{i.strays, i.leftTotals, i.strangers, i.audit} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// kind goes through the keys of a kind.
func (i *inspector) kind(d drawing) error {
	var first, last engine.Pair
	err := i.view.each(under(keyOf(d.kind)), func(p engine.Pair) (bool, error) {
		if i.result.Keys++; i.result.Keys%pageSize == 0 && i.ctx.Err() != nil {
			return true, fmt.Errorf("inspect: %w", i.ctx.Err())
		}
		i.held[d.kind]++
		if first.Key == nil {
			first = p
		}
		last = p
		return false, i.pair(d, p)
	})
	if err != nil {
		return err
	}
	return i.number(d, first, last)
}

// audit checks the chain of the audit.
func (i *inspector) audit() error {
	head, err := i.view.CheckAudit(i.ctx)
	i.result.Audit = head
	if broken, ok := errors.AsType[*AuditBrokenError](err); ok {
		return i.found(FoundAudit, fmt.Sprintf("audit/%d", broken.Seq), broken.Error())
	}
	return err
}
