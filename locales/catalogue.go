package locales

import (
	"embed"
	"fmt"
	"slices"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed vi.toml en.toml
var files embed.FS

// The languages of the product. Vietnamese is the default and the one to fall back on.
const (
	Vietnamese = "vi"
	English    = "en"
)

// Languages returns the languages that texts exist in, the default first.
func Languages() []string { return []string{Vietnamese, English} }

// Catalogue holds the texts of all languages. It is safe for concurrent use.
type Catalogue struct {
	localizers map[string]*i18n.Localizer
	keys       map[string][]string
	onMissing  func(lang, key string)
	// simple are the texts of each language that need no template.
	simple map[string]map[string]simple
	// shown are maps of arguments to be used again.
	shown sync.Pool
}

// Option adjusts a new catalogue.
type Option func(*Catalogue)

// OnMissing sets a hook that is told of each text that is asked for and absent in the language, or that lacks one of
// its arguments. It may be called by several goroutines at once.
func OnMissing(hook func(lang, key string)) Option {
	return func(c *Catalogue) { c.onMissing = hook }
}

// New loads the embedded texts. The error names the file that cannot be read as messages.
func New(options ...Option) (*Catalogue, error) {
	c := &Catalogue{
		localizers: map[string]*i18n.Localizer{},
		keys:       map[string][]string{},
		simple:     map[string]map[string]simple{},
		onMissing:  func(string, string) {},
		shown:      sync.Pool{New: func() any { return map[string]any{} }},
	}
	for _, option := range options {
		option(c)
	}
	bundle := i18n.NewBundle(language.Vietnamese)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, lang := range Languages() {
		name := lang + ".toml"
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("texts %s: %w", name, err)
		}
		parsed, err := bundle.ParseMessageFileBytes(text, name)
		if err != nil {
			return nil, fmt.Errorf("texts %s: %w", name, err)
		}
		c.simple[lang] = map[string]simple{}
		for _, message := range parsed.Messages {
			c.keys[lang] = append(c.keys[lang], message.ID)
			if s, ok := simpleText(message); ok {
				c.simple[lang][message.ID] = s
			}
		}
		slices.Sort(c.keys[lang])
	}
	for _, lang := range Languages() {
		c.localizers[lang] = i18n.NewLocalizer(bundle, lang)
	}
	return c, nil
}

// Keys returns the keys of the language, sorted, or nil for an unknown language.
func (c *Catalogue) Keys(lang string) []string { return slices.Clone(c.keys[lang]) }

// Printer returns the printer of the language, or the Vietnamese one when the language is unknown or "".
func (c *Catalogue) Printer(lang string) Printer {
	if _, known := c.localizers[lang]; !known {
		lang = Vietnamese
	}
	return Printer{catalogue: c, lang: lang}
}
