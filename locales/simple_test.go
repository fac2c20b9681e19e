package locales

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is put together from pieces must be what the templates write, argument by argument.
func TestSimpleTextsAreAsTheTemplatesWriteThem(t *testing.T) {
	t.Parallel()
	missing := map[string][]string{}
	c, err := New(OnMissing(func(lang, key string) { missing["simple"] = append(missing["simple"], lang+" "+key) }))
	if err != nil {
		t.Fatal(err)
	}
	templates, err := New(OnMissing(func(lang, key string) { missing["templates"] = append(missing["templates"], lang+" "+key) }))
	if err != nil {
		t.Fatal(err)
	}
	clear(templates.simple)
	type named string
	compared := 0
	for _, lang := range Languages() {
		for _, key := range c.Keys(lang) {
			s, ok := c.simple[lang][key]
			if !ok {
				continue
			}
			compared++
			for _, value := range []any{"Xã <b>", "", "<no value>", 1350, int64(-1350), 0, 1, int64(-1), int64(1_000_000_001), named("x"), nil, true} {
				args := map[string]any{}
				for _, form := range []*pieces{s.other, s.one} {
					if form == nil {
						continue
					}
					for _, name := range form.names {
						args[name] = value
					}
				}
				want, got := templates.Printer(lang).Text(key, args), c.Printer(lang).Text(key, args)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s %s with %v: %s", lang, key, value, diff)
				}
			}
			if want, got := templates.Printer(lang).Text(key, nil), c.Printer(lang).Text(key, nil); want != got {
				t.Errorf("%s %s without arguments: %q, want %q", lang, key, got, want)
			}
		}
	}
	if compared < 1000 {
		t.Errorf("%d texts are simple", compared)
	}
	if !slices.Equal(missing["simple"], missing["templates"]) {
		t.Error("different arguments are missing")
	}
}
