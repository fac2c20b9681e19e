package store

import (
	"bytes"
	"sync"

	"ketnghia/store/engine"
)

// memoryBytes is how much of encoded records each half of the memory holds. Decoded they take about three times that.
const memoryBytes = 2 << 20

// isRemembered says whether records of the key's kind are kept decoded whenever they are read: those that handling a
// message reads again and again. (The outbox keeps some of its rows by itself.) Whoever reads them shares what lies inside, so a kind whose records are changed in place, as drafts are, must
// not be among them.
func isRemembered(key []byte) bool {
	name, _, _ := bytes.Cut(key, []byte{engine.Separator})
	k := kind(name)
	return k == kindUnit || k == kindPairing || k == kindPerson || k == kindGroup || k == kindActivity
}

// memory keeps records as they were decoded last, so that what is read again and again (units, people, the rows of the
// outbox) is decoded once. A record is known by its key and by all bytes of its value: whatever snapshot is read and
// whatever was rolled back, what comes out is what the bytes say.
//
// It forgets by halves: when the young half is full it becomes the old one, and what was in the old one and not asked for
// since is gone.
type memory struct {
	mu         sync.Mutex
	young, old map[string]remembered
	size       int
	// altered, if set, is told the key of a record that somebody changed in place.
	altered func(key string)
}

// remembered is a record with the bytes that it was decoded from.
type remembered struct {
	raw   []byte
	value any
	// size is how much of encoded records it stands for.
	size int
	// imprint is what the record held when it was kept; it is taken where memory.altered is set.
	imprint string
}

func newMemory(altered func(key string)) *memory {
	return &memory{young: map[string]remembered{}, old: map[string]remembered{}, altered: altered}
}

// recall returns the record of the key if it was decoded from these very bytes.
func (m *memory) recall(k, raw []byte) (any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, young := m.young[string(k)]
	if !young {
		r = m.old[string(k)]
	}
	if r.value == nil || !bytes.Equal(r.raw, raw) {
		return nil, false
	}
	m.guard(string(k), r)
	if !young {
		m.add(string(k), r)
	}
	return r.value, true
}

// keep remembers a record. Its bytes must not change from now on. more is what it holds besides them, as it is encoded.
func (m *memory) keep(k, raw []byte, value any, more int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := remembered{raw: raw, value: value, size: len(k) + len(raw) + more}
	if m.altered != nil {
		r.imprint = imprint(value)
	}
	m.drop(k)
	m.add(string(k), r)
}

// forget drops a record that will not be asked for soon.
func (m *memory) forget(k []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(k)
	delete(m.old, string(k))
}

// drop takes a record out of the young half.
func (m *memory) drop(k []byte) {
	if r, young := m.young[string(k)]; young {
		m.size -= r.size
		delete(m.young, string(k))
	}
}

func (m *memory) add(k string, r remembered) {
	if m.size += r.size; m.size > memoryBytes {
		m.old, m.young, m.size = m.young, make(map[string]remembered, len(m.young)), r.size
	}
	m.young[k] = r
}

// recollect decodes the value of a key, or returns what it was decoded to before. What lies inside the record, maps and
// slices, is shared with whoever reads it too.
func recollect[T any](v *View, k, raw []byte) (T, error) {
	if v.memory == nil || !isRemembered(k) {
		return decode[T](k, raw)
	}
	if value, ok := v.memory.recall(k, raw); ok {
		if t, ok := value.(T); ok {
			return t, nil
		}
	}
	t, err := decode[T](k, raw)
	if err == nil {
		v.memory.keep(k, bytes.Clone(raw), t, 0)
	}
	return t, err
}
