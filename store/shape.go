package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"ketnghia/store/engine"
)

// shape reads the parts of a flat key as its drawing says, as words.
func (d drawing) shape(k []byte) (words []string, err error) {
	p := partsOf(k)
	for field := range strings.FieldsSeq(d.key) {
		_, codec, _ := strings.Cut(field, ":")
		word, err := p.word(codec)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field, err)
		}
		words = append(words, word)
	}
	if d.key == "" && p.err == nil && len(p.rest) == 0 {
		return nil, nil
	}
	return words, p.done()
}

// word reads the next part of a key by the name of how it is written.
func (p *parts) word(codec string) (string, error) {
	var value any
	switch codec {
	case "text":
		value = p.text()
	case "num":
		value = p.num()
	case "down":
		value = p.down()
	case "int":
		value = p.int()
	case "int4":
		value = p.int4()
	case "down4":
		value = p.down4()
	case "flag":
		b := p.take(1)[0]
		if b > 1 {
			return "", fmt.Errorf("flag %d", b)
		}
		value = b == 1
	default:
		return "", errors.New("drawn with an unknown codec")
	}
	return fmt.Sprint(value), p.err
}

// object names what a key holds: "activity/5", "total/2027/ASYT/1/4/true".
func (d drawing) object(words []string) string {
	return strings.Join(append([]string{string(d.kind)}, words...), "/")
}

// read returns the value of a key as its drawing says, with every field known; nil for a key that says it all.
func (d drawing) read(value []byte) (any, error) {
	if d.value == nil {
		if !bytes.Equal(value, nothing()) {
			return nil, errors.New("a value where there should be none")
		}
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.DisallowUnknownFields()
	into := reflect.New(reflect.TypeOf(d.value))
	if err := decoder.Decode(into.Interface()); err != nil {
		return nil, fmt.Errorf("value: %w", err)
	}
	if decoder.InputOffset() != int64(len(value)) {
		return nil, errors.New("value: it goes on after its end")
	}
	return into.Elem().Interface(), nil
}

// kindOf returns the kind that a flat key begins with.
func kindOf(k []byte) kind {
	name, _, _ := bytes.Cut(k, []byte{engine.Separator})
	return kind(name)
}
