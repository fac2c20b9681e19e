package locales

import (
	"maps"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Printer writes texts, numbers and dates in one language. It comes from Catalogue.Printer; the zero value is unusable.
type Printer struct {
	catalogue *Catalogue
	lang      string
}

// Lang returns "vi" or "en".
func (p Printer) Lang() string { return p.lang }

// Has says whether the language has the text.
func (p Printer) Has(key string) bool {
	_, found := slices.BinarySearch(p.catalogue.keys[p.lang], key)
	return found
}

// noValue is what text/template writes for an argument that is absent. It would be a broken tag for Telegram.
const noValue = "<no value>"

// Text returns the text of the key with its arguments, which are escaped strings, or numbers. An argument "Count" of
// type int or int64 chooses the plural form and is written with thousands separators; other numbers are written plain,
// as years want it. A missing text comes back as its key in brackets, a missing argument as "…"; both are reported to the
// OnMissing hook.
func (p Printer) Text(key string, args map[string]any) string {
	if !p.Has(key) {
		p.catalogue.onMissing(p.lang, key)
		return "[" + key + "]"
	}
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: args}
	if count, ok := wholeNumber(args["Count"]); ok {
		shown := maps.Clone(args)
		shown["Count"] = p.Number(count)
		config.PluralCount, config.TemplateData = count, shown
	}
	text, err := p.catalogue.localizers[p.lang].Localize(config)
	if err != nil || strings.Contains(text, noValue) {
		p.catalogue.onMissing(p.lang, key)
	}
	if text == "" {
		return "[" + key + "]"
	}
	return strings.ReplaceAll(text, noValue, "…")
}

func wholeNumber(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}
