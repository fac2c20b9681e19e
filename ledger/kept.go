package ledger

import (
	"errors"
	"fmt"

	"ketnghia/store"
	"ketnghia/twinning"
)

// KeptFile says how far the local copy of a file is.
type KeptFile = store.KeptFile

// The states of a local copy.
const (
	KeptPending  = store.KeptPending
	KeptDone     = store.KeptDone
	KeptTooLarge = store.KeptTooLarge
	KeptFailed   = store.KeptFailed
)

// KeptState is the state of a local copy.
type KeptState = store.KeptState

// LargestKept is the size in bytes up to which a bot can fetch a file (Bot API, getFile: 20 MB).
const LargestKept = 20 << 20

// keep registers files of which a local copy is to be kept. A file that is known already is named by its newest id from
// then on, since that is the one of the bot account now in use; if it was given up it is tried anew. Telegram gives
// every file a unique id; without one there is nothing to keep it under.
func (w *Work) keep(files []twinning.FileRef) error {
	for _, f := range files {
		if f.UniqueID == "" {
			continue
		}
		was, err := w.KeptFile(f.UniqueID)
		if err != nil && !errors.Is(err, twinning.ErrNotFound) {
			return wrap("keep", err)
		}
		known := err == nil
		if known && was.File.ID == f.ID && was.State != KeptFailed {
			continue
		}
		is := KeptFile{File: f, State: KeptPending, NotBefore: w.Now()}
		switch {
		case known && (was.State == KeptDone || was.State == KeptTooLarge):
			is = was
			is.File.ID = f.ID
		case f.Size > LargestKept:
			is.State = KeptTooLarge
		}
		if err := w.tx.PutKeptFile(is); err != nil {
			return wrap("keep", err)
		}
	}
	return nil
}

// SetKept stores how far the local copy of a registered file is. The file's id stays what it was registered as last:
// that may be newer than the one that the caller worked with.
func (w *Work) SetKept(f KeptFile) error {
	was, err := w.KeptFile(f.File.UniqueID)
	if err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	f.File = was.File
	return wrap("keep", w.tx.PutKeptFile(f))
}
