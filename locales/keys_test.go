package locales_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"ketnghia/locales"
)

// families are the texts that the code chooses by a constant of the domain: prefix and the type in twinning. Each
// constant must have its text, and there is no other text below the prefix.
var families = map[string]string{
	"activity.state.": "ActivityState",
	"category.":       "Category",
	"filing.state.":   "FilingState",
	"kind.":           "Kind",
	"measure.":        "Measure",
	"role.":           "Role",
	"source.":         "Source",
	"standing.":       "Standing",
	"unitrole.":       "UnitRole",
}

// dynamicPrefixes are the other beginnings that the code completes at run time. A text below one of them counts as
// used once the prefix stands in the code.
var dynamicPrefixes = []string{
	"weekday.", // the number of time.Weekday
}

func prefixes() []string {
	return slices.Concat(slices.Sorted(maps.Keys(families)), dynamicPrefixes)
}

func TestEveryConstantHasItsText(t *testing.T) {
	t.Parallel()
	s := readSource(t)
	keys := newCatalogue(t).Keys(locales.Vietnamese)
	for prefix, name := range families {
		values := s.constants[name]
		if len(values) == 0 {
			t.Errorf("%s: no constants of type twinning.%s", prefix, name)
		}
		for _, value := range values {
			if !slices.Contains(keys, prefix+value) {
				t.Errorf("no text %q for a constant of twinning.%s", prefix+value, name)
			}
		}
		for _, key := range keys {
			if rest, ok := strings.CutPrefix(key, prefix); ok && !slices.Contains(values, rest) {
				t.Errorf("text %q: twinning.%s has no such constant", key, name)
			}
		}
	}
}

func TestEveryKeyInTheCodeHasItsText(t *testing.T) {
	t.Parallel()
	s := readSource(t)
	catalogue := newCatalogue(t)
	namespaces := map[string]bool{}
	for _, key := range catalogue.Keys(locales.Vietnamese) {
		namespace, _, _ := strings.Cut(key, ".")
		namespaces[namespace] = true
	}
	required := map[string][]string{}
	for _, x := range readTexts(t) {
		required[x.key] = append(required[x.key], x.required...)
	}
	for _, use := range s.uses {
		namespace, _, _ := strings.Cut(use.key, ".")
		switch {
		case !catalogue.Printer(locales.Vietnamese).Has(use.key):
			if namespaces[namespace] || use.sure {
				t.Errorf("%s: no text %q", use.place, use.key)
			}
		case use.known:
			for _, name := range slices.Compact(slices.Sorted(slices.Values(required[use.key]))) {
				if !use.args[name] {
					t.Errorf("%s: text %q wants an argument %q", use.place, use.key, name)
				}
			}
		}
	}
	for literal, place := range s.literals {
		namespace, _, _ := strings.Cut(literal, ".")
		beginning, dotted := strings.CutSuffix(literal, ".")
		if dotted && namespaces[namespace] && textRooms.MatchString(place) &&
			(beginning == namespace || keyForm.MatchString(beginning)) && !slices.Contains(prefixes(), literal) {
			t.Errorf("%s: prefix %q is not in the list of dynamic prefixes", place, literal)
		}
	}
}

func TestEveryTextIsUsed(t *testing.T) {
	t.Parallel()
	s := readSource(t)
	if !s.hasBot {
		t.Skip("the bot, which uses most texts, is not there")
	}
	var begun []string
	for _, prefix := range prefixes() {
		for literal := range s.literals {
			if strings.HasPrefix(literal, prefix) && !keyForm.MatchString(literal) {
				begun = append(begun, prefix)
				break
			}
		}
	}
	for _, key := range newCatalogue(t).Keys(locales.Vietnamese) {
		_, literal := s.literals[key]
		dynamic := slices.ContainsFunc(begun, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		if !literal && !dynamic {
			t.Errorf("text %q is used nowhere", key)
		}
	}
}
