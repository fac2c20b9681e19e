package locales_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/locales"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden renders every text in every plural form, so that a change of wording is seen as it reads. A text with
// conditions is rendered once with all of its arguments and once without those that it can do without.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range locales.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			got := renderAll(t, lang)
			path := filepath.Join("testdata", lang+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("run with -update if the change is meant (-golden +now):\n%s", diff)
			}
		})
	}
}

func renderAll(t *testing.T, lang string) string {
	t.Helper()
	c := newCatalogue(t, locales.OnMissing(func(lang, key string) { t.Errorf("%s %s: missing text or argument", lang, key) }))
	printer := c.Printer(lang)
	var all strings.Builder
	texts := readTexts(t)
	plural := map[string]bool{}
	for _, x := range texts {
		plural[x.key] = plural[x.key] || x.form == "one"
	}
	for _, x := range texts {
		if x.lang != lang {
			continue
		}
		lists := [][]string{slices.Concat(x.required, x.optional)}
		if len(x.optional) > 0 {
			lists = append(lists, x.required)
		}
		for _, names := range lists {
			args := samples(names)
			if plural[x.key] {
				args["Count"] = map[string]int{"one": 1, "other": 1350}[x.form]
			}
			rendered := printer.Text(x.key, args)
			if fault := x.markupFault(rendered); fault != "" {
				t.Errorf("%v: %s in %q", x, fault, rendered)
			}
			fmt.Fprintf(&all, "[%s %s] %s\n", x.key, x.form, strings.ReplaceAll(rendered, "\n", "\n    "))
		}
	}
	return all.String()
}

func samples(names []string) map[string]any {
	args := map[string]any{}
	for _, name := range names {
		args[name] = "‹" + name + "›"
	}
	return args
}
