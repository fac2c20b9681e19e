package locales

import (
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

// In returns the printer of another language: for what is written in one language whoever reads.
func (p Printer) In(lang string) Printer { return p.catalogue.Printer(lang) }

// Has says whether the language has the text.
func (p Printer) Has(key string) bool {
	_, found := slices.BinarySearch(p.catalogue.keys[p.lang], key)
	return found
}

// noValue is what text/template writes for an argument that is absent. It would be a broken tag for Telegram.
const noValue = "<no value>"

// Text returns the text of the key with its arguments, which are escaped strings, or numbers. Numbers of type int or
// int64 are written with thousands separators, but for those that name something instead of counting: arguments called
// ID, Number or Year, or ending so. The number Count chooses the plural form. A missing text comes back as its key in
// brackets, a missing argument as "…"; both are reported to the OnMissing hook.
func (p Printer) Text(key string, args map[string]any) string {
	return p.TextOf(key, func(name string) any { return args[name] }, func() map[string]any { return args })
}

// TextOf is Text for arguments that are made when they are asked for, one by one or all: most texts need no map of them.
// An argument that is absent is nil.
func (p Printer) TextOf(key string, arg func(name string) any, all func() map[string]any) string {
	if s, known := p.catalogue.simple[p.lang][key]; known {
		if text, ok := s.text(p, arg); ok {
			return text
		}
	}
	args := all()
	if !p.Has(key) {
		p.catalogue.onMissing(p.lang, key)
		return "[" + key + "]"
	}
	shown, _ := p.catalogue.shown.Get().(map[string]any)
	defer func() {
		clear(shown)
		p.catalogue.shown.Put(shown)
	}()
	p.write(shown, args)
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: shown}
	if count, ok := wholeNumber(args["Count"]); ok {
		config.PluralCount = count
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

// write puts the arguments into shown, with the quantities written out.
func (p Printer) write(shown, args map[string]any) {
	for name, value := range args {
		if n, ok := wholeNumber(value); ok && !namesSomething(name) {
			value = p.Number(n)
		}
		shown[name] = value
	}
}

func namesSomething(argument string) bool {
	return strings.HasSuffix(argument, "ID") || strings.HasSuffix(argument, "Number") || strings.HasSuffix(argument, "Year")
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
