package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// key is a flat key: the record kind, the separator, then parts whose bytes sort as their values do. Each method
// returns a new key, so that several may grow from one prefix.
type key []byte

// The bits that make signed numbers sort as unsigned ones.
const (
	sign4 = 1 << 31
	sign8 = 1 << 63
)

// A text ends with endOfText; a zero byte inside it is written as zeroInText. The second byte of endOfText is the
// smaller one, so that "a" sorts before "a\x00".
const (
	endOfText  = "\x00\x01"
	zeroInText = "\x00\xff"
)

// keyOf begins a key of the kind.
func keyOf(k kind) key { return append(append(make(key, 0, len(k)+1), k...), engine.Separator) }

// numberKey is keyOf(k).num(n), the key that is made most often.
func numberKey(k kind, n uint64) key {
	b := append(append(make(key, 0, len(k)+1+8), k...), engine.Separator)
	return binary.BigEndian.AppendUint64(b, n)
}

func (k key) plus(b ...byte) key { return append(k.with(len(b)), b...) }

// with returns a copy that has room for so many bytes more.
func (k key) with(n int) key { return append(make(key, 0, len(k)+n), k...) }

// text appends a string of any length and content.
func (k key) text(s string) key { return append(k.start(s), endOfText...) }

// start appends the beginning of a text: the prefix of all texts that begin with s.
func (k key) start(s string) key {
	s = strings.ReplaceAll(s, "\x00", zeroInText)
	return append(k.with(len(s)+len(endOfText)), s...)
}

// num appends an unsigned number in 8 bytes, smallest first.
func (k key) num(n uint64) key { return binary.BigEndian.AppendUint64(k.with(8), n) }

// down appends an unsigned number in 8 bytes, greatest first.
func (k key) down(n uint64) key { return k.num(^n) }

// int appends a signed number in 8 bytes, smallest first.
func (k key) int(n int64) key { return k.num(uint64(n) ^ sign8) }

// intNum is int(n).num(m) at once.
func (k key) intNum(n int64, m uint64) key {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(k.with(16), uint64(n)^sign8), m)
}

// int4 appends a signed number in 4 bytes, smallest first.
func (k key) int4(n int32) key {
	return binary.BigEndian.AppendUint32(k.with(4), uint32(n)^sign4)
}

// year appends a calendar year.
func (k key) year(y int) key { return k.int4(int32(y)) }

// down4 appends a date in 4 bytes, latest first.
func (k key) down4(d twinning.Date) key { return k.int4(^int32(d)) }

// flag appends a truth value in one byte, false first.
func (k key) flag(b bool) key {
	if b {
		return k.plus(1)
	}
	return k.plus(0)
}

// end returns the first key after all that begin with k.
func (k key) end() key { return engine.End(k) }

// next returns the smallest key after k.
func (k key) next() key { return k.plus(0) }

// parts reads a key from its front. After the first error every method returns the zero value.
type parts struct {
	rest []byte
	err  error
}

// partsOf reads what follows the kind of k.
func partsOf(k []byte) *parts {
	_, rest, ok := bytes.Cut(k, []byte{engine.Separator})
	if !ok {
		return &parts{err: fmt.Errorf("key %q: no record kind", k)}
	}
	return &parts{rest: rest}
}

func (p *parts) take(n int) []byte {
	if p.err == nil && len(p.rest) < n {
		p.err = fmt.Errorf("key ends %d bytes early", n-len(p.rest))
	}
	if p.err != nil {
		return make([]byte, n)
	}
	b := p.rest[:n]
	p.rest = p.rest[n:]
	return b
}

func (p *parts) text() string {
	if p.err != nil {
		return ""
	}
	var b []byte
	for {
		i := bytes.IndexByte(p.rest, 0)
		if i < 0 || i+1 >= len(p.rest) {
			p.err = errors.New("text in a key without its end")
			return ""
		}
		b = append(b, p.rest[:i]...)
		mark := p.rest[i : i+2]
		p.rest = p.rest[i+2:]
		switch string(mark) {
		case endOfText:
			return string(b)
		case zeroInText:
			b = append(b, 0)
		default:
			p.err = fmt.Errorf("unknown mark %x in a text of a key", mark)
			return ""
		}
	}
}

func (p *parts) num() uint64          { return binary.BigEndian.Uint64(p.take(8)) }
func (p *parts) down() uint64         { return ^p.num() }
func (p *parts) int() int64           { return int64(p.num() ^ sign8) }
func (p *parts) int4() int32          { return int32(binary.BigEndian.Uint32(p.take(4)) ^ sign4) }
func (p *parts) down4() twinning.Date { return twinning.Date(^p.int4()) }
func (p *parts) flag() bool           { return p.take(1)[0] == 1 }

// done returns the first error, or one that says what is left over.
func (p *parts) done() error {
	if p.err == nil && len(p.rest) > 0 {
		p.err = fmt.Errorf("key goes on for %d bytes", len(p.rest))
	}
	return p.err
}
