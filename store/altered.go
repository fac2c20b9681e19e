package store

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// imprint is everything that lies in a remembered record, also what slices have behind their end: two readers that append
// to the same slice would write there both. It serves to find who changes in place what is shared.
func imprint(value any) string {
	var b strings.Builder
	imprintOn(&b, reflect.ValueOf(value))
	return b.String()
}

func imprintOn(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		b.WriteByte('{')
		for i := range v.NumField() {
			// A time points to its zone, which everybody shares and nobody can change.
			if v.Type().Field(i).Name != "loc" {
				imprintOn(b, v.Field(i))
			}
		}
		b.WriteByte('}')
	case reflect.Slice:
		fmt.Fprintf(b, "%d[", v.Len())
		for i, all := 0, v.Slice(0, v.Cap()); i < all.Len(); i++ {
			imprintOn(b, all.Index(i))
		}
		b.WriteByte(']')
	case reflect.Map:
		var entries []string
		for _, k := range v.MapKeys() {
			var entry strings.Builder
			imprintOn(&entry, k)
			imprintOn(&entry, v.MapIndex(k))
			entries = append(entries, entry.String())
		}
		slices.Sort(entries)
		fmt.Fprint(b, entries)
	case reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		imprintOn(b, v.Elem())
	default:
		fmt.Fprintf(b, "%#v,", v)
	}
}

// guard tells of a record that is no more what it was when it was kept. The lock is held.
func (m *memory) guard(k string, r remembered) {
	if m.altered != nil && imprint(r.value) != r.imprint {
		m.altered(k)
	}
}

// guardAll looks at everything that is remembered. A held database (Hold) has no memory.
func (m *memory) guardAll() {
	if m == nil || m.altered == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, half := range []map[string]remembered{m.young, m.old} {
		for k, r := range half {
			m.guard(k, r)
		}
	}
}
