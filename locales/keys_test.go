package locales_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"ketnghia/locales"
)

// families are the texts that the code chooses by a constant: prefix and type of the constants. Each constant must have
// its text, and there is no other text below the prefix.
var families = map[string]string{
	"activity.state.":       "twinning.ActivityState",
	"button.role.":          "twinning.Role",
	"button.circle.":        "twinning.CircleKind",
	"category.":             "twinning.Category",
	"circle.":               "twinning.CircleKind",
	"filing.state.":         "twinning.FilingState",
	"kind.":                 "twinning.Kind",
	"measure.":              "twinning.Measure",
	"question.measure.":     "twinning.Measure",
	"report.chart.measure.": "twinning.Measure",
	"report.chart.value.":   "twinning.Measure",
	"rating.factor.":        "twinning.Factor",
	"rating.flag.":          "twinning.Flag",
	"rating.level.":         "twinning.RatingLevel",
	"role.":                 "twinning.Role",
	"source.":               "twinning.Source",
	"standing.":             "twinning.Standing",
	"unitrole.":             "twinning.UnitRole",
	"unitstate.":            "twinning.UnitState",
	"yearly.factor.":        "twinning.Factor",
	"yearly.flag.":          "twinning.Flag",
	"yearly.level.":         "twinning.RatingLevel",
}

// openFamilies are likewise, but other texts stand below the same prefix.
var openFamilies = map[string]string{
	"help.":           "twinning.Role",
	"news.":           "twinning.ActivityState",
	"question.":       "twinning.Field",
	"question.label.": "nlu.Ask",
	"warning.":        "nlu.WarningCode",
	"welcome.":        "twinning.Role",
}

// dynamicPrefixes are the other beginnings that the code completes at run time. A text below one of them counts as
// used once the prefix stands in the code.
var dynamicPrefixes = []string{
	"cmd.error.",  // what twinning.InvalidError names
	"cmd.help.",   // the name of a command or flag of the program
	"cmd.reject.", // the reason for which a row of the roster is refused
	"command.",    // the name of a command of the bot
	"doctor.",     // what a check found
	"doctor.mend.",
	"notice.unit.", // what became of a unit
	"filings.",     // those of nlu.Ask that are about filings
	"refuse.",      // field and rule of twinning.InvalidError
	"weekday.",     // the number of time.Weekday
}

// reserved are families that no message shows yet: their texts are kept, since they are checked against the constants.
var reserved = []string{}

func prefixes() []string {
	return slices.Concat(slices.Sorted(maps.Keys(families)), slices.Sorted(maps.Keys(openFamilies)), dynamicPrefixes)
}

func TestEveryConstantHasItsText(t *testing.T) {
	t.Parallel()
	s := readSource(t)
	keys := newCatalogue(t).Keys(locales.Vietnamese)
	want := func(prefix, name string) []string {
		values := s.constants[name]
		if len(values) == 0 {
			t.Errorf("%s: no constants of type %s", prefix, name)
		}
		for _, value := range values {
			if !slices.Contains(keys, prefix+value) {
				t.Errorf("no text %q for a constant of %s", prefix+value, name)
			}
		}
		return values
	}
	for prefix, name := range openFamilies {
		want(prefix, name)
	}
	for prefix, name := range families {
		values := want(prefix, name)
		for _, key := range keys {
			if rest, ok := strings.CutPrefix(key, prefix); ok && !slices.Contains(values, rest) {
				t.Errorf("text %q: %s has no such constant", key, name)
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
	begun := slices.Clone(reserved)
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
