package store

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
		if _, err := d.shape([]byte(k)); err != nil {
			t.Errorf("%q is drawn as %q: %v", k, d.key, err)
		}
		read, err := d.read([]byte(value))
		if err != nil {
			t.Errorf("%q is drawn with %T: %v", k, d.value, err)
		}
		if d.value != nil && value != "0" && !strings.HasPrefix(value, `"`) && reflect.ValueOf(read).IsZero() {
			t.Errorf("%q: value %s reads as nothing", k, value)
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
