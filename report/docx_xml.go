package report

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// element is an XML element in the making; its name carries the prefix ("w:p"). A nil element is nothing.
type element struct {
	name string
	// attributes are names and values in turn.
	attributes []string
	children   []*element
	text       string
}

// tag returns an element with attributes, given as names and values in turn.
func tag(name string, attributes ...string) *element {
	return &element{name: name, attributes: attributes}
}

// tagged returns an element that holds text.
func tagged(name, text string) *element { return &element{name: name, text: text} }

// add puts children behind those that are there; nil ones are left out.
func (e *element) add(children ...*element) *element {
	for _, child := range children {
		if child != nil {
			e.children = append(e.children, child)
		}
	}
	return e
}

// orNothing returns nil for an element without children, which says nothing where properties are optional.
func (e *element) orNothing() *element {
	if len(e.children) == 0 {
		return nil
	}
	return e
}

// toggle returns an element without a value where a property is on, and nothing where it is off.
func toggle(name string, on bool) *element {
	if !on {
		return nil
	}
	return tag(name)
}

// xmlDeclaration is what Word itself writes at the top of its parts.
const xmlDeclaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// part returns the element as a file of the package.
func (e *element) part() []byte {
	var b bytes.Buffer
	b.WriteString(xmlDeclaration)
	e.appendTo(&b)
	return b.Bytes()
}

func (e *element) appendTo(b *bytes.Buffer) {
	b.WriteString("<" + e.name)
	for i := 0; i+1 < len(e.attributes); i += 2 {
		b.WriteString(" " + e.attributes[i] + `="` + escaped(e.attributes[i+1]) + `"`)
	}
	if e.text == "" && len(e.children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteString(">" + escaped(e.text))
	for _, child := range e.children {
		child.appendTo(b)
	}
	b.WriteString("</" + e.name + ">")
}

// escaped returns the text composed, without characters that XML forbids, and with references for those that it reads
// as its own.
func escaped(text string) string {
	var b strings.Builder
	// A strings.Builder refuses nothing.
	_ = xml.EscapeText(&b, []byte(xmlText(text)))
	return b.String()
}
