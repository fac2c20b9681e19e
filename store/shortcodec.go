package store

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"ketnghia/twinning"
)

// What is written or read with every message goes without the reflection of encoding/json: the values of most indexes,
// the updates of the inbox and the sums of the totals. What these functions can't read is left to encoding/json.

// noTime is the zero time as JSON.
const noTime = `"0001-01-01T00:00:00Z"`

// encodeShort writes what encoding/json would write; nil for anything else.
func encodeShort(value any) []byte {
	switch v := value.(type) {
	case json.RawMessage:
		if string(v) == "null" {
			return []byte(v)
		}
	case uint64:
		return strconv.AppendUint(nil, v, 10)
	case time.Time:
		if v.IsZero() {
			return []byte(noTime)
		}
	case Update:
		return encodeUpdate(v)
	case twinning.Quantities:
		return encodeQuantities(v)
	}
	return nil
}

// decodeShort reads what encodeShort wrote, and says whether it could. The value is not kept.
func decodeShort(value []byte, into any) bool {
	switch t := into.(type) {
	case *time.Time:
		return string(value) == noTime
	case *uint64:
		n, err := strconv.ParseUint(string(value), 10, 64)
		*t = n
		return err == nil
	case *Update:
		return decodeUpdate(value, t)
	case *twinning.Quantities:
		return decodeQuantities(value, t)
	}
	return false
}

// encodeUpdate writes an update, the raw one as it came; nil if that is no JSON.
func encodeUpdate(u Update) []byte {
	if !json.Valid(u.Raw) {
		return nil
	}
	w := jsonWriter{b: make([]byte, 0, len(u.Raw)+rowSize/2)}
	w.begin()
	w.number("seq", int64(u.Seq))
	w.number("id", u.ID)
	w.name("raw")
	w.b = append(w.b, u.Raw...)
	w.time("arrived", u.Arrived)
	w.numberIf("tries", int64(u.Tries))
	w.end()
	if w.err != nil {
		return nil
	}
	return w.b
}

// decodeUpdate reads what encodeUpdate wrote. What follows the raw update is found from the end, so that nothing within it
// can be taken for that.
func decodeUpdate(value []byte, u *Update) bool {
	var ids [2]int64
	for i, name := range []string{`{"seq":`, `,"id":`} {
		rest, found := bytes.CutPrefix(value, []byte(name))
		digits := bytes.IndexByte(rest, ',')
		if !found || digits < 0 {
			return false
		}
		n, err := strconv.ParseInt(string(rest[:digits]), 10, 64)
		if err != nil {
			return false
		}
		ids[i], value = n, rest[digits:]
	}
	value, found := bytes.CutPrefix(value, []byte(`,"raw":`))
	end := bytes.LastIndex(value, []byte(`,"arrived":"`))
	if !found || end < 0 {
		return false
	}
	raw, rest := value[:end], value[end+len(`,"arrived":"`):]
	moment, rest, found := bytes.Cut(rest, []byte(`"`))
	if !found || u.Arrived.UnmarshalText(moment) != nil {
		return false
	}
	if tries, more := bytes.CutPrefix(rest, []byte(`,"tries":`)); more {
		n, err := strconv.Atoi(string(bytes.TrimSuffix(tries, []byte("}"))))
		if err != nil {
			return false
		}
		u.Tries, rest = n, []byte("}")
	}
	u.Seq, u.ID, u.Raw = uint64(ids[0]), ids[1], bytes.Clone(raw)
	return string(rest) == "}"
}

// encodeQuantities writes sums in the order of their measures.
func encodeQuantities(q twinning.Quantities) []byte {
	if q == nil {
		return nil
	}
	var room [16]twinning.Measure
	measures := slices.AppendSeq(room[:0], maps.Keys(q))
	slices.Sort(measures)
	w := jsonWriter{b: make([]byte, 0, len(q)*24+2)}
	w.begin()
	for _, m := range measures {
		if !plain(string(m)) {
			return nil
		}
		w.number(string(m), q[m])
	}
	w.end()
	return w.b
}

// decodeQuantities reads what encodeQuantities wrote.
func decodeQuantities(value []byte, into *twinning.Quantities) bool {
	rest, found := bytes.CutPrefix(value, []byte("{"))
	q := twinning.Quantities{}
	for found && len(rest) > 1 {
		rest, found = bytes.CutPrefix(rest, []byte(`"`))
		name, after, ends := bytes.Cut(rest, []byte(`":`))
		digits := bytes.IndexAny(after, ",}")
		if !found || !ends || digits < 0 || bytes.ContainsAny(name, `\"`) {
			return false
		}
		n, err := strconv.ParseInt(string(after[:digits]), 10, 64)
		if err != nil {
			return false
		}
		q[twinning.Measure(name)] = n
		if after[digits] == ',' {
			digits++
		}
		rest = after[digits:]
	}
	if !found || string(rest) != "}" {
		return false
	}
	*into = q
	return true
}
