package store

import (
	"bytes"
	"cmp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ketnghia/twinning"
)

// tuple is a key with one part of every codec.
type tuple struct {
	a, b string
	num  uint64
	down uint64
	int  int64
	int4 int32
	day  twinning.Date
	flag bool
}

func (u tuple) key() key {
	return keyOf("test").text(u.a).num(u.num).text(u.b).down(u.down).int(u.int).int4(u.int4).down4(u.day).flag(u.flag)
}

func (u tuple) compare(w tuple) int {
	flag := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(
		strings.Compare(u.a, w.a), cmp.Compare(u.num, w.num), strings.Compare(u.b, w.b), cmp.Compare(w.down, u.down),
		cmp.Compare(u.int, w.int), cmp.Compare(u.int4, w.int4), cmp.Compare(w.day, u.day), flag(u.flag)-flag(w.flag),
	)
}

// trickyText draws texts whose bytes are those of marks and ends, so that two of them often share a beginning.
func trickyText() *rapid.Generator[string] {
	bytes := rapid.SampledFrom([]byte{0, 0, 1, 2, 'a', '/', 0xfe, 0xff})
	return rapid.Custom(func(t *rapid.T) string {
		if rapid.Bool().Draw(t, "plain") {
			return rapid.String().Draw(t, "text")
		}
		return string(rapid.SliceOfN(bytes, 0, 5).Draw(t, "bytes"))
	})
}

func tuples() *rapid.Generator[tuple] {
	return rapid.Custom(func(t *rapid.T) tuple {
		return tuple{
			a: trickyText().Draw(t, "a"), b: trickyText().Draw(t, "b"),
			num: rapid.Uint64().Draw(t, "num"), down: rapid.Uint64().Draw(t, "down"),
			int: rapid.Int64().Draw(t, "int"), int4: rapid.Int32().Draw(t, "int4"),
			day: twinning.Date(rapid.Int32().Draw(t, "day")), flag: rapid.Bool().Draw(t, "flag"),
		}
	})
}

func TestKeysReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := tuples().Draw(t, "tuple")
		p := partsOf(want.key())
		var got tuple
		got.a, got.num, got.b, got.down = p.text(), p.num(), p.text(), p.down()
		got.int, got.int4, got.day, got.flag = p.int(), p.int4(), p.down4(), p.flag()
		if err := p.done(); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Fatalf("%q reads as %+v, want %+v", want.key(), got, want)
		}
	})
}

func TestKeysSortAsTheirParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		u, w := tuples().Draw(t, "one"), tuples().Draw(t, "other")
		// Let the first parts agree often, so that the later ones decide.
		if rapid.Bool().Draw(t, "same a") {
			w.a = u.a
		}
		if rapid.Bool().Draw(t, "same num") {
			w.num = u.num
		}
		if rapid.Bool().Draw(t, "same b") {
			w.b, w.down = u.b, u.down
		}
		if got, want := bytes.Compare(u.key(), w.key()), u.compare(w); got != want {
			t.Fatalf("%q against %q: keys compare as %d, parts as %d", u.key(), w.key(), got, want)
		}
	})
}

func TestStartIsThePrefixOfExactlyItsTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start, text := trickyText().Draw(t, "start"), trickyText().Draw(t, "text")
		if rapid.Bool().Draw(t, "joined") {
			text = start + text
		}
		s := under(keyOf("test").start(start))
		k := keyOf("test").text(text)
		within := bytes.Compare(s.from, k) <= 0 && bytes.Compare(k, s.to) < 0
		if within != strings.HasPrefix(text, start) {
			t.Fatalf("%q under the start %q: %v", text, start, within)
		}
	})
}

func TestBrokenKeysAreErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		key  string
		read func(*parts)
	}{
		"no kind":           {"unit", func(*parts) {}},
		"short number":      {"unit/1234567", func(p *parts) { p.num() }},
		"left over":         {"unit/123456789", func(p *parts) { p.num() }},
		"text without end":  {"unit/abc", func(p *parts) { p.text() }},
		"text with half":    {"unit/abc\x00", func(p *parts) { p.text() }},
		"text with unknown": {"unit/abc\x00\x02\x00\x01", func(p *parts) { p.text() }},
		"after an error":    {"unit/\x00\x02", func(p *parts) { p.text(); p.text(); p.num() }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := partsOf([]byte(test.key))
			test.read(p)
			if p.done() == nil {
				t.Errorf("%q was read", test.key)
			}
		})
	}
}

func TestKeysGrownFromOnePrefixAreApart(t *testing.T) {
	t.Parallel()
	prefix := keyOf("test").text("unit")
	one, other := prefix.num(1), prefix.num(2)
	if bytes.Equal(one, other) || bytes.Equal(prefix.plus(1), prefix.plus(2)) {
		t.Errorf("%q and %q share their bytes", one, other)
	}
}
