package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readShape reads the parts of a flat key as its drawing says.
func readShape(d drawing, k []byte) error {
	p := partsOf(k)
	for field := range strings.FieldsSeq(d.key) {
		_, codec, _ := strings.Cut(field, ":")
		switch codec {
		case "text":
			p.text()
		case "num":
			p.num()
		case "down":
			p.down()
		case "int":
			p.int()
		case "int4":
			p.int4()
		case "down4":
			p.down4()
		case "flag":
			if b := p.take(1)[0]; b > 1 {
				return fmt.Errorf("flag %d", b)
			}
		default:
			return fmt.Errorf("%s is drawn with an unknown codec", field)
		}
	}
	return p.done()
}

// readValue reads a value as its drawing says, with every field known.
func readValue(d drawing, value string) error {
	if d.value == nil {
		if value != "null" {
			return fmt.Errorf("value %s, drawn as none", value)
		}
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(value))
	decoder.DisallowUnknownFields()
	into := reflect.New(reflect.TypeOf(d.value))
	if err := decoder.Decode(into.Interface()); err != nil {
		return err
	}
	if into.Elem().IsZero() && value != "0" && !strings.HasPrefix(value, `"`) {
		return fmt.Errorf("value %s reads as nothing", value)
	}
	return nil
}

func TestTreeIsAsDrawn(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, fill)
	drawn := map[kind]drawing{}
	for _, d := range keyTree() {
		if _, twice := drawn[d.kind]; twice {
			t.Errorf("%s is drawn twice", d.kind)
		}
		drawn[d.kind] = d
	}
	seen := map[kind]bool{}
	for k, value := range dump(t, snapshot(t, s)) {
		name, _, _ := strings.Cut(k, "/")
		seen[kind(name)] = true
		d, ok := drawn[kind(name)]
		if !ok {
			t.Errorf("%q is not drawn", k)
			continue
		}
		if err := readShape(d, []byte(k)); err != nil {
			t.Errorf("%q is drawn as %q: %v", k, d.key, err)
		}
		if err := readValue(d, value); err != nil {
			t.Errorf("%q is drawn with %T: %v", k, d.value, err)
		}
	}
	for name := range drawn {
		if !seen[name] {
			t.Errorf("%s is drawn, but the sample store has none", name)
		}
	}
}

func TestCommentDrawsTheSameTree(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("keys.go")
	if err != nil {
		t.Fatal(err)
	}
	var commented, coded []string
	for line := range bytes.Lines(source) {
		if rest, ok := bytes.CutPrefix(line, []byte("//\t")); ok {
			commented = append(commented, strings.Join(strings.Fields(string(rest)), " "))
		}
	}
	for _, d := range keyTree() {
		value := "-"
		if d.value != nil {
			value = reflect.TypeOf(d.value).String()
		}
		coded = append(coded, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s", d.kind, d.key, value)), " "))
	}
	if diff := cmp.Diff(coded, commented); diff != "" {
		t.Errorf("table (-) and comment (+) differ:\n%s", diff)
	}
}
