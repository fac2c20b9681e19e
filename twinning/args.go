package twinning

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Args are the values of a line by name; each name occurs once. An argument "Count" of kind ArgNumber chooses the plural
// form. Lines have one to three, and there are many lines: a list is a quarter of a map's size. As JSON they are an object.
type Args []NamedArg

// NamedArg is one of the values of a line.
type NamedArg struct {
	Name string
	Arg  Arg
}

// Lookup returns the argument of that name; ok is false where there is none.
func (a Args) Lookup(name string) (arg Arg, ok bool) {
	for i := range a {
		if a[i].Name == name {
			return a[i].Arg, true
		}
	}
	return Arg{}, false
}

// Get returns the argument of that name, the zero Arg where there is none.
func (a Args) Get(name string) Arg {
	arg, _ := a.Lookup(name)
	return arg
}

// Set adds an argument, or replaces the one of that name. Copies of a that were made before may see it or not.
func (a *Args) Set(name string, arg Arg) {
	if i := slices.IndexFunc(*a, func(n NamedArg) bool { return n.Name == name }); i >= 0 {
		(*a)[i].Arg = arg
		return
	}
	*a = append(*a, NamedArg{name, arg})
}

// MarshalJSON writes an object, in the order of the arguments. Whether <, > and & are escaped is left to the encoder that
// asks.
func (a Args) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString("{")
	out := json.NewEncoder(b)
	out.SetEscapeHTML(false)
	for i, n := range a {
		if i > 0 {
			_ = b.WriteByte(',') // never fails
		}
		if err := out.Encode(n.Name); err != nil {
			return nil, fmt.Errorf("name: %w", err)
		}
		_ = b.WriteByte(':')
		if err := out.Encode(n.Arg); err != nil {
			return nil, fmt.Errorf("%s: %w", n.Name, err)
		}
	}
	_ = b.WriteByte('}')
	return b.Bytes(), nil // its line ends are no part of a text, and the encoder that asks drops them
}

var errNoObject = errors.New("no object")

// UnmarshalJSON reads an object; of a name that occurs twice the last value counts.
func (a *Args) UnmarshalJSON(b []byte) error {
	*a = nil
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	in := json.NewDecoder(bytes.NewReader(b))
	open, err := in.Token()
	if err == nil && open != json.Delim('{') {
		err = errNoObject
	}
	if err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return fmt.Errorf("arguments: %w", err)
		}
		var arg Arg
		if err := in.Decode(&arg); err != nil {
			return fmt.Errorf("%v: %w", name, err)
		}
		text, _ := name.(string) // the names of an object are texts
		a.Set(text, arg)
	}
	return nil
}
