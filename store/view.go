package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// pageSize is how many pairs a scan holds in memory at a time.
const pageSize = 256

// View reads one snapshot of the store at one time. It must not be used after its function has returned.
//
// What lies inside the units, pairings, people, groups, activities and deliveries that it returns, their slices and maps,
// is shared with others who read them: whoever changes it copies it first.
type View struct {
	r   engine.Reader
	now time.Time
	// memory is nil where every record is read once.
	memory *memory
}

// Tx reads and writes in one transaction; a read sees the writes before it.
type Tx struct {
	View
	w engine.Tx
}

// Now returns the time of the transaction.
func (v *View) Now() time.Time { return v.now }

// Fresh says whether the store has no units yet. A store that cannot be read is not fresh.
func (v *View) Fresh() bool {
	prefix := keyOf(kindUnit)
	found, err := v.r.Scan(prefix, prefix.end(), 1)
	return err == nil && len(found) == 0
}

// encode writes a value as JSON, with < and & as they are.
func encode(value any) ([]byte, error) {
	if b := encodeShort(value); b != nil {
		return b, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// decode reads what encode wrote.
func decode[T any](k, value []byte) (T, error) {
	var t T
	if decodeShort(value, &t) {
		return t, nil
	}
	t = *new(T)
	if err := json.Unmarshal(value, &t); err != nil {
		return t, fmt.Errorf("value of key %q: %w", k, err)
	}
	return t, nil
}

// get returns the value of k, or a bare twinning.ErrNotFound.
func get[T any](v *View, k key) (T, error) {
	value, err := v.peek(k)
	if err == nil && value == nil {
		err = twinning.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return recollect[T](v, k, value)
}

// peek returns the value of k to be read at once: it may lie in the memory of the engine, which the next write moves.
func (v *View) peek(k key) ([]byte, error) {
	if p, ok := v.r.(interface {
		Peek(key []byte) ([]byte, error)
	}); ok {
		return p.Peek(k)
	}
	return v.r.Get(k)
}

// span is a range of keys, from included, to excluded.
type span struct{ from, to key }

// under returns the span of all keys that begin with prefix.
func under(prefix key) span { return span{prefix, prefix.end()} }

// each calls fn for the pairs of the span in order until fn says that it is enough. It reads page by page and holds no
// place in the engine, so fn may write.
func (v *View) each(s span, fn func(engine.Pair) (enough bool, err error)) error {
	for {
		page, err := v.r.Scan(s.from, s.to, pageSize)
		if err != nil {
			return err
		}
		for _, pair := range page {
			if enough, err := fn(pair); err != nil || enough {
				return err
			}
		}
		if len(page) < pageSize {
			return nil
		}
		s.from = key(page[len(page)-1].Key).next()
	}
}

// list returns the values of the span in order, at most limit of them.
func list[T any](v *View, s span, limit int) ([]T, error) {
	var all []T
	err := v.each(s, func(p engine.Pair) (bool, error) {
		t, err := recollect[T](v, p.Key, p.Value)
		if err != nil {
			return true, err
		}
		all = append(all, t)
		return len(all) == limit, nil
	})
	return all, err
}

// walk calls fn with the keys of the span, from the separator on, and their values, in order until fn says that it is
// enough. It copies nothing where the engine can spare that, so fn must neither keep what it gets nor read or write.
func (v *View) walk(s span, fn func(rest, value []byte) (enough bool, err error)) error {
	if w, ok := v.r.(interface {
		Walk(from, to []byte, fn func(rest, value []byte) (bool, error)) error
	}); ok {
		return w.Walk(s.from, s.to, fn)
	}
	return v.each(s, func(p engine.Pair) (bool, error) {
		return fn(p.Key[bytes.IndexByte(p.Key, engine.Separator):], p.Value)
	})
}

// numbers returns the last part of each key of the span, a num, in order.
func (v *View) numbers(s span, limit int) ([]uint64, error) {
	var all []uint64
	err := v.walk(s, func(rest, _ []byte) (bool, error) {
		n, err := lastNumber(rest)
		all = append(all, n)
		return len(all) == limit, err
	})
	return all, err
}

// lastNumber returns the last part of a key, a num.
func lastNumber(k []byte) (uint64, error) {
	if len(k) <= 8 {
		return 0, fmt.Errorf("key %q: no number at its end", k)
	}
	return binary.BigEndian.Uint64(k[len(k)-8:]), nil
}

// downs is numbers for keys that end in a down.
func (v *View) downs(s span, limit int) ([]uint64, error) {
	all, err := v.numbers(s, limit)
	for i := range all {
		all[i] = ^all[i]
	}
	return all, err
}

// resolve returns the records of the ids in order.
func resolve[ID ~uint64, T any](ids []uint64, record func(ID) (T, error)) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	all := make([]T, 0, len(ids))
	for _, id := range ids {
		t, err := record(ID(id))
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// put stores value as JSON.
func (tx *Tx) put(k key, value any) error {
	encoded, err := encode(value)
	if err != nil {
		return fmt.Errorf("key %q: %w", []byte(k), err)
	}
	return tx.w.Put(k, encoded)
}

// number returns id, or the next number of the kind when id is 0. A given id is never handed out again.
func (tx *Tx) number(k kind, id uint64) (uint64, error) {
	counter := keyOf(kindNext).text(string(k))
	last, err := get[uint64](&tx.View, counter)
	if err != nil && !isNotFound(err) {
		return 0, err
	}
	if id == 0 {
		id = last + 1
	}
	if id <= last {
		return id, nil
	}
	return id, tx.put(counter, id)
}

// index maps keys of indexes to what is stored there.
type index map[string]any

func (x index) add(k key, value any) { x[string(k)] = value }

// reindex takes the index keys of a record from what they were to what they are. A key that another record has taken
// over meanwhile (its value differs) stays.
func (tx *Tx) reindex(was, is index) error {
	for k, value := range was {
		if _, stays := is[k]; stays {
			continue
		}
		if err := tx.release(key(k), value); err != nil {
			return err
		}
	}
	for k, value := range is {
		if err := tx.put(key(k), value); err != nil {
			return err
		}
	}
	return nil
}

// release deletes k if it still holds value.
func (tx *Tx) release(k key, value any) error {
	want, err := encode(value)
	if err != nil {
		return err
	}
	has, err := tx.w.Get(k)
	if err != nil || !bytes.Equal(has, want) {
		return err
	}
	return tx.w.Delete(k)
}
