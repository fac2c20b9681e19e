package locales_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"text/template/parse"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"ketnghia/locales"
)

// text is one plural form of one message, as it stands in the file.
type text struct {
	lang, key, form, source string
	// required are the placeholders that are always written, optional those that stand in a condition only.
	required, optional []string
}

func (x text) String() string { return x.lang + ".toml " + x.key + " " + x.form }

// readTexts reads the files apart from the library, so that what the library would overlook is seen.
func readTexts(t *testing.T) []text {
	t.Helper()
	var texts []text
	for _, lang := range locales.Languages() {
		file, err := os.ReadFile(lang + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		messages := map[string]map[string]string{}
		if err := toml.Unmarshal(file, &messages); err != nil {
			t.Fatalf("%s.toml: not one table of texts per quoted key: %v", lang, err)
		}
		for _, key := range slices.Sorted(maps.Keys(messages)) {
			for _, form := range slices.Sorted(maps.Keys(messages[key])) {
				x := text{lang: lang, key: key, form: form, source: messages[key][form]}
				x.required, x.optional = placeholders(t, x)
				texts = append(texts, x)
			}
		}
	}
	return texts
}

// placeholders returns the names of the arguments of a text, sorted.
func placeholders(t *testing.T, x text) (required, optional []string) {
	t.Helper()
	parsed, err := template.New("").Parse(x.source)
	if err != nil {
		t.Errorf("%v: %v", x, err)
		return nil, nil
	}
	found := map[string]bool{}
	if parsed.Tree != nil {
		collectFields(parsed.Root, false, found)
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if found[name] {
			required = append(required, name)
		} else {
			optional = append(optional, name)
		}
	}
	return required, optional
}

// collectFields adds the fields below node to found, which tells whether one stands outside of all conditions.
func collectFields(node parse.Node, conditional bool, found map[string]bool) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			collectFields(child, conditional, found)
		}
	case *parse.ActionNode:
		collectFields(n.Pipe, conditional, found)
	case *parse.PipeNode:
		for _, command := range n.Cmds {
			collectFields(command, conditional, found)
		}
	case *parse.CommandNode:
		for _, argument := range n.Args {
			collectFields(argument, conditional, found)
		}
	case *parse.FieldNode:
		found[n.Ident[0]] = found[n.Ident[0]] || !conditional
	case *parse.IfNode:
		collectFields(n.Pipe, true, found)
		collectFields(n.List, true, found)
		collectFields(n.ElseList, true, found)
	}
}

func TestBothLanguagesHaveTheSameTexts(t *testing.T) {
	t.Parallel()
	shapes := map[string]map[string]string{}
	for _, x := range readTexts(t) {
		if shapes[x.lang] == nil {
			shapes[x.lang] = map[string]string{}
		}
		shapes[x.lang][x.key+" "+x.form] = strings.Join(x.required, " ") + " ? " + strings.Join(x.optional, " ")
	}
	if diff := cmp.Diff(shapes["vi"], shapes["en"]); diff != "" {
		t.Errorf("keys, plural forms or placeholders differ (-vi +en):\n%s", diff)
	}
}

func TestPluralForms(t *testing.T) {
	t.Parallel()
	type message struct {
		forms, placeholders []string
		counted             bool
	}
	messages := map[string]message{}
	for _, x := range readTexts(t) {
		all := slices.Sorted(slices.Values(slices.Concat(x.required, x.optional)))
		id := x.lang + " " + x.key
		m, seen := messages[id]
		if seen && !slices.Equal(m.placeholders, all) {
			t.Errorf("%v: placeholders %v, another form has %v", x, all, m.placeholders)
		}
		m.placeholders, m.forms = all, append(m.forms, x.form)
		m.counted = m.counted || slices.Contains(all, "Count")
		messages[id] = m
	}
	for id, m := range messages {
		plural := slices.Equal(m.forms, []string{"one", "other"})
		switch {
		case m.counted && !plural:
			t.Errorf("%s: forms %v, a text with a Count needs one and other", id, m.forms)
		case !plural && !slices.Equal(m.forms, []string{"other"}):
			t.Errorf("%s: forms %v, want other, or one and other", id, m.forms)
		}
	}
}

func TestTextsAreClean(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	for _, x := range readTexts(t) {
		if !key.MatchString(x.key) {
			t.Errorf("%v: want a dotted key of small letters", x)
		}
		if !norm.NFC.IsNormalString(x.source) {
			t.Errorf("%v: not NFC", x)
		}
		if strings.TrimSpace(x.source) == "" {
			t.Errorf("%v: empty", x)
		}
		for line := range strings.SplitSeq(x.source, "\n") {
			if strings.TrimRight(line, " \t\u00a0\r") != line {
				t.Errorf("%v: line ends in a space: %q", x, line)
			}
		}
		if strings.Trim(x.source, " \n") != x.source {
			t.Errorf("%v: begins or ends in a blank: %q", x, x.source)
		}
		if strings.Contains(x.source, "  ") && !x.onTerminal() {
			t.Errorf("%v: two spaces in a row: %q", x, x.source)
		}
	}
}

func TestTextsAreTelegramHTML(t *testing.T) {
	t.Parallel()
	for _, x := range readTexts(t) {
		if fault := x.markupFault(x.source); fault != "" {
			t.Errorf("%v: %s in %q", x, fault, x.source)
		}
	}
}

// onTerminal says whether the text is written to a terminal, where spaces make columns and <FILE> is no tag.
func (x text) onTerminal() bool { return strings.HasPrefix(x.key, "cmd.") }

// markupFault returns what is wrong with the markup of the text, as it stands or rendered, where it is shown.
func (x text) markupFault(shown string) string {
	plain := regexp.MustCompile(`^(button|command|report)\.`)
	switch {
	case x.onTerminal():
		return ""
	case plain.MatchString(x.key) && strings.ContainsAny(x.source, "<>&"):
		return "a tag or entity, which would be shown as it stands,"
	}
	return htmlFault(shown)
}

// htmlFault returns what Telegram's HTML parse mode would refuse in the text, or "".
func htmlFault(source string) string {
	opening := regexp.MustCompile(`^<(b|i|u|s|code|pre|a href="[^"<>]+"|blockquote( expandable)?)>`)
	closing := regexp.MustCompile(`^</(b|i|u|s|code|pre|a|blockquote)>`)
	entity := regexp.MustCompile(`^&(lt|gt|amp|quot|#\d+);`)
	source = regexp.MustCompile(`\{\{[^}]*\}\}`).ReplaceAllString(source, "x")
	var open []string
	for i := range len(source) {
		rest := source[i:]
		switch {
		case rest[0] == '&' && !entity.MatchString(rest):
			return "a bare &"
		case rest[0] != '<':
		case closing.MatchString(rest):
			name := closing.FindStringSubmatch(rest)[1]
			if len(open) == 0 || open[len(open)-1] != name {
				return "</" + name + "> closes nothing"
			}
			open = open[:len(open)-1]
		case opening.MatchString(rest):
			name, _, _ := strings.Cut(opening.FindStringSubmatch(rest)[1], " ")
			open = append(open, name)
		default:
			return "a bare < or a tag that Telegram does not know"
		}
	}
	if len(open) > 0 {
		return "<" + open[len(open)-1] + "> is not closed"
	}
	return ""
}

func TestHTMLFault(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"plain":                               true,
		"<b>Hạn {{.Date}}</b> &amp; <i>x</i>": true,
		`<a href="https://example.org/?a=1">x</a>`:         true,
		`<a href="{{.URL}}">x</a>`:                         true,
		"<blockquote expandable>x</blockquote>":            true,
		"{{if .Place}}<b>{{end}}x{{if .Place}}</b>{{end}}": true,
		"{{if and (lt .A 2)}}a{{end}}":                     true,
		"<b>x":                                             false,
		"x</b>":                                            false,
		"<b><i>x</b></i>":                                  false,
		"a < b":                                            false,
		"<h1>x</h1>":                                       false,
		"R&D":                                              false,
		"x<br>":                                            false,
		`<b class="x">y</b>`:                               false,
	}
	for source, want := range tests {
		if fault := htmlFault(source); (fault == "") != want {
			t.Errorf("htmlFault(%q) = %q", source, fault)
		}
	}
}
