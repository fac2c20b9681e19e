package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"ketnghia/twinning"
)

// node is an element of a written part as a reader sees it. Names keep the prefix that the namespace has here.
type node struct {
	name  string
	attr  map[string]string
	child []*node
	text  string
}

// prefixes are the namespaces that the tests look into.
var prefixes = map[string]string{
	nsWord: "w:", nsDocRelations: "r:", "http://www.w3.org/XML/1998/namespace": "xml:",
	"http://purl.org/dc/elements/1.1/": "dc:", "http://purl.org/dc/terms/": "dcterms:",
}

func readXML(t interface{ Fatal(...any) }, data []byte) *node {
	root := &node{}
	open := []*node{root}
	decoder := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return root.child[0]
		}
		if err != nil {
			t.Fatal(err)
		}
		top := open[len(open)-1]
		switch x := token.(type) {
		case xml.StartElement:
			n := &node{name: prefixes[x.Name.Space] + x.Name.Local, attr: map[string]string{}}
			for _, a := range x.Attr {
				n.attr[prefixes[a.Name.Space]+a.Name.Local] = a.Value
			}
			top.child = append(top.child, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(x)
		}
	}
}

// all returns the elements of the name, from top to bottom.
func (n *node) all(name string) []*node {
	var found []*node
	for _, c := range n.child {
		if c.name == name {
			found = append(found, c)
		}
		found = append(found, c.all(name)...)
	}
	return found
}

// val returns an attribute of the first element at the path below n, "" where there is none.
func (n *node) val(attr string, path ...string) string {
	for _, name := range path {
		i := slices.IndexFunc(n.child, func(c *node) bool { return c.name == name })
		if i < 0 {
			return ""
		}
		n = n.child[i]
	}
	return n.attr[attr]
}

// shows returns the text as it is read: breaks and tabs are those of the text.
func (n *node) shows() string {
	switch n.name {
	case "w:t":
		return n.text
	case "w:br":
		return "\n"
	case "w:tab":
		return "\t"
	}
	var b strings.Builder
	for _, c := range n.child {
		b.WriteString(c.shows())
	}
	return b.String()
}

// unzipped returns the parts of a .docx by name.
func unzipped(t interface{ Fatal(...any) }, file []byte) map[string][]byte {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return parts
}

func written(t interface{ Fatal(...any) }, d document) []byte {
	if d.date.IsZero() {
		d.date = twinning.NewDate(2027, 3, 9)
	}
	var b bytes.Buffer
	if err := d.write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func bodyOf(t interface{ Fatal(...any) }, blocks ...block) *node {
	return readXML(t, unzipped(t, written(t, document{blocks: blocks}))["word/document.xml"]).child[0]
}
