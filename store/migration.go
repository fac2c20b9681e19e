package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// Schema says which version of the key tree the database follows.
type Schema struct {
	Version int `json:"version"`
	// Since is when the database was made or upgraded to the version.
	Since time.Time `json:"since"`
}

// migration brings a database from the version before to its own.
type migration struct {
	version int
	name    string
	// up changes the records; nil only for the first version, which nothing comes before.
	up func(engine.Tx) error
}

// migrations returns the ladder in order; its last version is the current one. Each new step needs a file
// testdata/v<version>.db, written by "go test ./store -run TestOldFiles -update", and a check in migration_test.go.
func migrations() []migration {
	return []migration{
		{version: 1, name: "begin"},
		{version: 2, name: "copies to come, files to keep, totals by kind", up: func(tx engine.Tx) error {
			return errors.Join(indexUncopied(tx), registerFiles(tx), recount(tx))
		}},
		{version: 3, name: "the audit as a chain", up: chainAudit},
		{version: 4, name: "messages apart from the rows of the outbox", up: partMessages},
		{version: 5, name: "no messages of sent rows", up: dropSent},
	}
}

// indexUncopied adds the index of the copies that nobody could be sent.
func indexUncopied(tx engine.Tx) error {
	prefix := keyOf(kindFiling)
	pairs, err := tx.Scan(prefix, prefix.end(), 0)
	if err != nil {
		return fmt.Errorf("filings: %w", err)
	}
	for _, p := range pairs {
		f, err := decode[twinning.Filing](p.Key, p.Value)
		if err != nil {
			return err
		}
		for k, value := range uncopiedIndex(f) {
			encoded, err := encode(value)
			if err != nil {
				return err
			}
			if err := tx.Put([]byte(k), encoded); err != nil {
				return fmt.Errorf("filing %d: %w", f.ID, err)
			}
		}
	}
	return nil
}

// registerFiles has local copies fetched of the files of all filings and activities there are.
func registerFiles(tx engine.Tx) error {
	for _, k := range []kind{kindFiling, kindActivity} {
		pairs, err := tx.Scan(keyOf(k), keyOf(k).end(), 0)
		if err != nil {
			return fmt.Errorf("%s: %w", k, err)
		}
		for _, p := range pairs {
			// Both kinds of records hold their files under the same name.
			record, err := decode[struct {
				Files []twinning.FileRef `json:"files"`
			}](p.Key, p.Value)
			if err != nil {
				return err
			}
			for _, f := range record.Files {
				if err := registerFile(tx, f); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// registerFile puts the record of a file that waits for its copy, unless there is one.
func registerFile(tx engine.Tx, f twinning.FileRef) error {
	if has, err := tx.Get(keptKey(f.UniqueID)); err != nil || has != nil || f.UniqueID == "" {
		return err
	}
	waiting := KeptFile{File: f, State: KeptPending}
	pairs := keptIndex(waiting)
	pairs.add(keptKey(f.UniqueID), waiting)
	for k, value := range pairs {
		encoded, err := encode(value)
		if err != nil {
			return err
		}
		if err := tx.Put([]byte(k), encoded); err != nil {
			return fmt.Errorf("file %s: %w", f.UniqueID, err)
		}
	}
	return nil
}

// recount makes the totals anew from the activities.
func recount(tx engine.Tx) error {
	t := &Tx{View: View{r: tx}, w: tx}
	rows, err := tx.Scan(keyOf(kindTotal), keyOf(kindTotal).end(), 0)
	if err != nil {
		return fmt.Errorf("totals: %w", err)
	}
	for _, p := range rows {
		if err := tx.Delete(p.Key); err != nil {
			return fmt.Errorf("totals: %w", err)
		}
	}
	return t.Activities(func(a twinning.Activity) error { return t.total(a, 1) })
}

// chainAudit chains the entries that there are, and numbers those to come by the head of the chain. It vouches for the
// entries as it finds them.
func chainAudit(tx engine.Tx) error {
	t := &Tx{View: View{r: tx}, w: tx}
	var head AuditHead
	err := t.each(under(keyOf(kindAudit)), func(p engine.Pair) (bool, error) {
		e, err := decode[AuditEntry](p.Key, p.Value)
		if err != nil {
			return true, err
		}
		if e.Seq != head.Seq+1 {
			return true, fmt.Errorf("audit %d: after %d", e.Seq, head.Seq)
		}
		if e.Detail, err = plainJSON(e.Detail); err != nil {
			return true, fmt.Errorf("audit %d: %w", e.Seq, err)
		}
		var value []byte
		if value, head, err = link(head, e); err != nil {
			return true, fmt.Errorf("audit %d: %w", e.Seq, err)
		}
		return false, tx.Put(p.Key, value)
	})
	if err != nil {
		return err
	}
	if head.Seq > 0 {
		err = t.put(auditHeadKey(), head)
	}
	return errors.Join(err, tx.Delete(keyOf(kindNext).text(string(kindAudit))))
}

// partMessages takes the messages out of the rows of the outbox.
func partMessages(tx engine.Tx) error {
	t := &Tx{View: View{r: tx}, w: tx}
	return t.each(under(keyOf(kindOutbox)), func(p engine.Pair) (bool, error) {
		row, err := decode[OutRow](p.Key, p.Value)
		if err != nil {
			return true, err
		}
		message, err := encodeMessage(row.Message)
		if err != nil {
			return true, fmt.Errorf("outbox %d: %w", row.Seq, err)
		}
		head, err := encodeRow(row)
		if err != nil {
			return true, fmt.Errorf("outbox %d: %w", row.Seq, err)
		}
		return false, errors.Join(tx.Put(outMessageKey(row.Seq), message), tx.Put(p.Key, head))
	})
}

// dropSent deletes the messages that were sent.
func dropSent(tx engine.Tx) error {
	t := &Tx{View: View{r: tx}, w: tx}
	sent, err := t.numbers(under(stateKey(OutSent)), 0)
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	for _, seq := range sent {
		if err := tx.Delete(outMessageKey(seq)); err != nil {
			return fmt.Errorf("outbox %d: %w", seq, err)
		}
	}
	return nil
}

// newSchema returns the record of a database that is made now.
func newSchema(ladder []migration, now time.Time) Schema {
	return Schema{Version: ladder[len(ladder)-1].version, Since: now}
}

func schemaKey() key { return keyOf(kindSchema) }

func putSchema(tx engine.Tx, s Schema) error {
	value, err := encode(s)
	if err != nil {
		return err
	}
	return tx.Put(schemaKey(), value)
}

// schema returns the schema record, or ErrNotStore.
func (s *Store) schema() (Schema, error) {
	var schema Schema
	err := s.engine.View(context.Background(), func(r engine.Reader) error {
		value, err := r.Get(schemaKey())
		if err != nil {
			return err
		}
		if value == nil || json.Unmarshal(value, &schema) != nil || schema.Version < 1 {
			return ErrNotStore
		}
		return nil
	})
	return schema, err
}

// upgrade climbs the ladder from the database's version to the current one, in one transaction and after a backup.
func (s *Store) upgrade(o Options, ladder []migration) error {
	schema, err := s.schema()
	if err != nil {
		return err
	}
	current := newSchema(ladder, o.Now)
	switch {
	case schema.Version == current.Version:
		return nil
	case schema.Version > current.Version:
		return fmt.Errorf("schema %d, known up to %d: %w", schema.Version, current.Version, ErrNewer)
	case o.ReadOnly:
		return fmt.Errorf("schema %d, current %d: %w", schema.Version, current.Version, ErrOlder)
	}
	backup := s.upgradeBackup(schema.Version, o.Now)
	if err := copyTo(backup, s.engine); err != nil {
		return err
	}
	err = s.climb(ladder, schema, current)
	if err != nil && s.Check(context.Background()) == nil {
		// The database is as it was. A service that is started again and again must not fill the disk with copies.
		err = errors.Join(err, os.Remove(backup))
	}
	return err
}

// climb runs the steps of the ladder above the database's schema and writes down the current one.
func (s *Store) climb(ladder []migration, schema, current Schema) error {
	return s.engine.Update(context.Background(), func(tx engine.Tx) error {
		for _, m := range ladder {
			if m.version <= schema.Version {
				continue
			}
			if err := m.up(tx); err != nil {
				return fmt.Errorf("upgrade to schema %d (%s): %w", m.version, m.name, err)
			}
		}
		return putSchema(tx, current)
	})
}

// upgradeBackup names the copy that is made before an upgrade: "ketnghia.db.v1-20270226T020000Z.bak", in UTC.
func (s *Store) upgradeBackup(version int, now time.Time) string {
	return fmt.Sprintf("%s.v%d-%s.bak", s.path, version, now.UTC().Format("20060102T150405Z"))
}
