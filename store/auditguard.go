package store

import (
	"bytes"
	"errors"
	"fmt"

	"ketnghia/store/engine"
)

// errAppendOnly says that a transaction wanted to change the audit that is there.
var errAppendOnly = errors.New("entries of the audit are only ever added")

// appendOnly is an engine's transaction in which entries of the audit can be added but neither changed nor removed,
// whatever the code above it does. Migrations, which chain entries that have no chain, don't go through it.
type appendOnly struct{ engine.Tx }

func (a appendOnly) Put(k, value []byte) error {
	if ofAudit(k) {
		switch was, err := a.Get(k); {
		case err != nil:
			return err
		case was != nil && !bytes.Equal(was, value):
			return fmt.Errorf("key %q: %w", k, errAppendOnly)
		}
	}
	return a.Tx.Put(k, value)
}

func (a appendOnly) Delete(k []byte) error {
	if ofAudit(k) {
		return fmt.Errorf("key %q: %w", k, errAppendOnly)
	}
	return a.Tx.Delete(k)
}

// ofAudit says whether the key is that of an entry or of its place in the index of objects. The head is neither: every
// new entry moves it.
func ofAudit(k []byte) bool {
	name, _, _ := bytes.Cut(k, []byte{engine.Separator})
	return string(name) == string(kindAudit) || string(name) == string(kindAuditObject)
}
