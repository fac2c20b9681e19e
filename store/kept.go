package store

import (
	"fmt"
	"time"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// KeptState is how far the local copy of a file is.
type KeptState string

// A file waits for its copy to be fetched, until it is kept or that is given up. One that is too large for bots to
// fetch is never tried.
const (
	KeptPending  KeptState = "pending"
	KeptDone     KeptState = "kept"
	KeptTooLarge KeptState = "too_large"
	KeptFailed   KeptState = "failed"
)

// KeptFile is a file of which a local copy is kept, so that it outlives the bot account whose file ids name it.
type KeptFile struct {
	// File is the file as it came last: its unique id never changes, its id is that for the bot that got it last.
	File  twinning.FileRef `json:"file"`
	State KeptState        `json:"state"`
	// SHA256 is the hash of the content in hex, Path where the copy lies in the data folder, with slashes, Bytes its
	// length. They are set when the state is KeptDone.
	SHA256 string `json:"sha256,omitempty"`
	Path   string `json:"path,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
	// Tries counts failed tries, Refusals those of them in which Telegram said that it won't give the file.
	Tries    int `json:"tries,omitempty"`
	Refusals int `json:"refusals,omitempty"`
	// NotBefore is the first moment at which it may be fetched; the zero time means at once.
	NotBefore time.Time `json:"not_before,omitzero"`
	// Error is a word for what went wrong last; it holds no text of people and no address.
	Error string `json:"error,omitempty"`
	// Registered and Changed are times of transactions; PutKeptFile assigns them.
	Registered time.Time `json:"registered"`
	Changed    time.Time `json:"changed"`
}

func keptKey(uniqueID string) key { return keyOf(kindFile).text(uniqueID) }

// KeptFile returns the record of the file with that unique id.
func (v *View) KeptFile(uniqueID string) (KeptFile, error) {
	f, err := get[KeptFile](v, keptKey(uniqueID))
	if err != nil {
		return f, fmt.Errorf("file %s: %w", uniqueID, err)
	}
	return f, nil
}

// PutKeptFile stores the record under the file's unique id; the time of registering stays as it is.
func (tx *Tx) PutKeptFile(f KeptFile) error {
	if f.File.UniqueID == "" {
		return required("unique_id")
	}
	was, err := get[KeptFile](&tx.View, keptKey(f.File.UniqueID))
	found, err := absent(err)
	if err != nil {
		return fmt.Errorf("file %s: %w", f.File.UniqueID, err)
	}
	f.Registered, f.Changed = tx.now, tx.now
	if found {
		f.Registered = was.Registered
	}
	if err := tx.reindex(keptIndex(was), keptIndex(f)); err != nil {
		return fmt.Errorf("file %s: %w", f.File.UniqueID, err)
	}
	if err := tx.put(keptKey(f.File.UniqueID), f); err != nil {
		return fmt.Errorf("file %s: %w", f.File.UniqueID, err)
	}
	return nil
}

// keptIndex returns the index key of a record, none for one that waits for nothing.
func keptIndex(f KeptFile) index {
	x := index{}
	if f.State == KeptPending {
		x.add(keyOf(kindFileWaiting).int(f.NotBefore.Unix()).text(f.File.UniqueID), nothing())
	}
	return x
}

// FilesWaiting returns the records in the state KeptPending by the second before which they must not be fetched,
// whether that has passed or not.
func (v *View) FilesWaiting(limit int) ([]KeptFile, error) {
	var files []KeptFile
	err := v.each(under(keyOf(kindFileWaiting)), func(p engine.Pair) (bool, error) {
		k := partsOf(p.Key)
		k.int()
		uniqueID := k.text()
		if err := k.done(); err != nil {
			return true, err
		}
		f, err := v.KeptFile(uniqueID)
		if err != nil {
			return true, err
		}
		files = append(files, f)
		return len(files) == limit, nil
	})
	if err != nil {
		return nil, fmt.Errorf("files waiting: %w", err)
	}
	return files, nil
}
