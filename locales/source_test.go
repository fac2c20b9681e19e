package locales_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// source is what the module's Go code, tests apart, says about the texts.
type source struct {
	// literals are all string literals, each with the place of one occurrence.
	literals map[string]string
	// uses are the literals that are surely meant as keys.
	uses []keyUse
	// constants are the values of typed constants by their type, as in "twinning.Measure".
	constants map[string][]string
}

// keyUse is a key in the code. Where known is set, args are the names of the arguments that it is given. It is sure
// when the code passes it to twinning or stands in the bot, else it is taken for a key when its first word is that of
// another text.
type keyUse struct {
	key, place  string
	args        map[string]bool
	known, sure bool
}

// textRooms are the folders whose literals in the form of a key are keys, however they are passed on.
var textRooms = regexp.MustCompile(`^(bot|cmd|ledger|nlu|report|scheduler)/`)

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

// notKeys are literals of the text rooms that only look like keys.
var notKeys = map[string]bool{"api.telegram.org": true}

// actionCall are the ledger's methods that take the name of an audited action ("activity.void"), which is no key.
var actionCall = regexp.MustCompile(`\.(append|audit)$`)

var fileName = regexp.MustCompile(`\.(csv|db|docx|go|html|jpg|json|log|mp4|pdf|png|sock|toml|txt|xlsx|xml|zip)$`)

func readSource(t *testing.T) *source {
	t.Helper()
	s := &source{literals: map[string]string{}, constants: map[string][]string{}}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, filepath.Join("..", path), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s.add(path, files, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *source) add(path string, files *token.FileSet, file *ast.File) {
	room, _, _ := strings.Cut(path, "/")
	place := func(node ast.Node) string { return path + ":" + strconv.Itoa(files.Position(node.Pos()).Line) }
	seen := map[ast.Expr]bool{}
	late := lateArgs(file)
	use := func(e ast.Expr, args ast.Expr, plain bool) {
		key, ok := stringOf(e)
		if !ok || seen[e] {
			return
		}
		seen[e] = true
		names, known := argNames(args, plain)
		if known {
			maps.Copy(names, late)
		}
		s.uses = append(s.uses, keyUse{key: key, place: place(e), args: names, known: known, sure: true})
	}
	for _, declaration := range file.Decls {
		s.addConstants(room, declaration)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CallExpr:
			if actionCall.MatchString(calleeName(n)) {
				for _, argument := range n.Args {
					seen[argument] = true
				}
			}
			callKeys(n, use)
		case *ast.ValueSpec:
			if strings.HasPrefix(n.Names[0].Name, "action") { // a constant for an audited action
				for _, value := range n.Values {
					seen[value] = true
				}
			}
		case *ast.CompositeLit:
			lineKey(n, use)
		case *ast.BasicLit:
			literal, ok := stringOf(n)
			if !ok {
				return true
			}
			s.literals[literal] = place(n)
			if !seen[n] && textRooms.MatchString(path) && looksLikeKey(literal) {
				s.uses = append(s.uses, keyUse{key: literal, place: place(n), sure: room == "bot"})
			}
		}
		return true
	})
}

// callKeys finds the keys that are passed to twinning.Say and twinning.Key, and those that any function is given
// together with literal arguments.
func callKeys(call *ast.CallExpr, use func(key, args ast.Expr, plain bool)) {
	switch name := calleeName(call); {
	case name == "twinning.Key" && len(call.Args) == 1:
		use(call.Args[0], nil, true)
	case name == "twinning.Say" && len(call.Args) == 2:
		use(call.Args[0], call.Args[1], true)
	}
	for i := range len(call.Args) - 1 {
		key, ok := stringOf(call.Args[i])
		if literal, isLiteral := call.Args[i+1].(*ast.CompositeLit); ok && isLiteral && keyForm.MatchString(key) {
			if isArgs(literal.Type) {
				use(call.Args[i], literal, false)
			}
		}
	}
}

// calleeName returns "package.Function" or "variable.Method", or "" for anything else that is called.
func calleeName(call *ast.CallExpr) string {
	if f, ok := call.Fun.(*ast.SelectorExpr); ok {
		if base, ok := f.X.(*ast.Ident); ok {
			return base.Name + "." + f.Sel.Name
		}
	}
	return ""
}

func looksLikeKey(literal string) bool {
	return keyForm.MatchString(literal) && !fileName.MatchString(literal) && !notKeys[literal]
}

// lineKey finds the key of a twinning.Line, also where the type is left out inside a list of lines.
func lineKey(literal *ast.CompositeLit, use func(key, args ast.Expr, plain bool)) {
	var key, args ast.Expr
	for _, element := range literal.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			return
		}
		switch field, _ := pair.Key.(*ast.Ident); {
		case field == nil:
			return
		case field.Name == "Key":
			key = pair.Value
		case field.Name == "Args":
			args = pair.Value
		}
	}
	if text, ok := stringOf(key); ok && (typeName(literal.Type) == "Line" || keyForm.MatchString(text)) && text != "" {
		use(key, args, args == nil && typeName(literal.Type) == "Line")
	}
}

func typeName(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

func isArgs(e ast.Expr) bool {
	_, isMap := e.(*ast.MapType)
	return isMap || typeName(e) == "Args"
}

// argNames returns the names in a literal of arguments; plain says that nil or nothing means no arguments.
func argNames(e ast.Expr, plain bool) (names map[string]bool, known bool) {
	names = map[string]bool{}
	literal, ok := e.(*ast.CompositeLit)
	if !ok {
		return names, plain && (e == nil || typeName(e) == "nil")
	}
	for _, element := range literal.Elts {
		name, ok := argName(element)
		if !ok {
			return nil, false
		}
		names[name] = true
	}
	return names, true
}

// argName returns the name of an argument: twinning.Args are a list of pairs {"Name", value}, the arguments of locales a map.
func argName(element ast.Expr) (string, bool) {
	switch e := element.(type) {
	case *ast.KeyValueExpr:
		return stringOf(e.Key)
	case *ast.CompositeLit:
		if len(e.Elts) == 2 {
			return stringOf(e.Elts[0])
		}
	}
	return "", false
}

// lateArgs returns the names that the file assigns one by one, as in line.Args.Set("Name", …) or args["Name"] = …: they
// may complete any of its lines.
func lateArgs(file *ast.File) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Set" && len(n.Args) == 2 {
				if name, ok := stringOf(n.Args[0]); ok {
					names[name] = true
				}
			}
		case *ast.AssignStmt:
			for _, target := range n.Lhs {
				if index, ok := target.(*ast.IndexExpr); ok {
					if name, ok := stringOf(index.Index); ok {
						names[name] = true
					}
				}
			}
		}
		return true
	})
	return names
}

func stringOf(e ast.Expr) (string, bool) {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}

// addConstants notes the values of constants that are declared with a type and a literal.
func (s *source) addConstants(room string, declaration ast.Decl) {
	general, ok := declaration.(*ast.GenDecl)
	if !ok || general.Tok != token.CONST {
		return
	}
	for _, spec := range general.Specs {
		constant, ok := spec.(*ast.ValueSpec)
		if !ok || constant.Type == nil {
			continue
		}
		for _, value := range constant.Values {
			if literal, ok := value.(*ast.BasicLit); ok {
				name := room + "." + typeName(constant.Type)
				s.constants[name] = append(s.constants[name], strings.Trim(literal.Value, `"`))
			}
		}
	}
}
