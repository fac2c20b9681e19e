package programme

import (
	_ "embed" // The words travel in the binary.
	"fmt"
	"regexp"

	"github.com/BurntSushi/toml"
)

// inParentheses is what a header says besides its name: "Từ ngày (dd/mm/yyyy)".
var inParentheses = regexp.MustCompile(`\([^)]*\)`)

//go:embed vocabulary.toml
var vocabularyTOML string

// vocabulary turns the words of roster files into our identifiers. All maps are from the folded word.
type vocabulary struct {
	sheets      map[string]string
	columns     map[string]map[string]string
	unitRoles   map[string]string
	unitStates  map[string]string
	personRoles map[string]string
	answers     map[string]string
	categories  map[string]string
	kinds       map[string]string
	sources     map[string]string
	states      map[string]string
}

// loadVocabulary reads the embedded words. Two meanings of one word are an error of the table.
func loadVocabulary() (*vocabulary, error) {
	var raw struct {
		Sheets      map[string][]string            `toml:"sheets"`
		Columns     map[string]map[string][]string `toml:"columns"`
		UnitRoles   map[string][]string            `toml:"unit_roles"`
		UnitStates  map[string][]string            `toml:"unit_states"`
		PersonRoles map[string][]string            `toml:"person_roles"`
		Answers     map[string][]string            `toml:"answers"`
		Categories  map[string][]string            `toml:"categories"`
		Kinds       map[string][]string            `toml:"kinds"`
		Sources     map[string][]string            `toml:"sources"`
		States      map[string][]string            `toml:"states"`
	}
	if _, err := toml.Decode(vocabularyTOML, &raw); err != nil {
		return nil, fmt.Errorf("vocabulary.toml: %w", err)
	}
	v := &vocabulary{columns: map[string]map[string]string{}}
	targets := map[*map[string]string]map[string][]string{
		&v.sheets: raw.Sheets, &v.unitRoles: raw.UnitRoles, &v.unitStates: raw.UnitStates,
		&v.personRoles: raw.PersonRoles, &v.answers: raw.Answers,
		&v.categories: raw.Categories, &v.kinds: raw.Kinds, &v.sources: raw.Sources, &v.states: raw.States,
	}
	for target, words := range targets {
		folded, err := foldWords(words)
		if err != nil {
			return nil, err
		}
		*target = folded
	}
	for sheet, words := range raw.Columns {
		folded, err := foldWords(words)
		if err != nil {
			return nil, err
		}
		v.columns[sheet] = folded
	}
	return v, nil
}

func foldWords(words map[string][]string) (map[string]string, error) {
	folded := map[string]string{}
	for id, list := range words {
		for _, word := range list {
			key := fold(word)
			if key == "" {
				key = word
			}
			if other, ok := folded[key]; ok && other != id {
				return nil, fmt.Errorf("vocabulary.toml: %q means %s and %s", word, other, id)
			}
			folded[key] = id
		}
	}
	return folded, nil
}

// lookup returns the identifier of a word, "" when it is unknown. A word of punctuation alone ("-") stands for itself.
func lookup(words map[string]string, word string) string {
	word = inParentheses.ReplaceAllString(word, " ")
	if key := fold(word); key != "" {
		return words[key]
	}
	return words[clean(word)]
}
