package report

import (
	"archive/zip"
	"fmt"
	"io"
	"time"

	"ketnghia/twinning"
)

// document is a Word document in the making (WordprocessingML, ECMA-376 transitional): blocks one below the other on A4
// pages in Times New Roman, the page number at the top of every page but the first. The same document is the same bytes.
type document struct {
	title, author string
	// date is when the document says that it was made; its parts carry it too, as midnight UTC.
	date   twinning.Date
	blocks []block
}

// block is what stands on a page by itself: a paragraph or a table.
type block interface{ element() *element }

// Namespaces and types of parts (ECMA-376-1, annex A; ECMA-376-2, annex E).
const (
	nsWord          = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsDocRelations  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsRelations     = "http://schemas.openxmlformats.org/package/2006/relationships"
	nsContentTypes  = "http://schemas.openxmlformats.org/package/2006/content-types"
	nsCore          = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
	typeCoreRel     = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
	typeCore        = "application/vnd.openxmlformats-package.core-properties+xml"
	typeWord        = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	typeRelations   = "application/vnd.openxmlformats-package.relationships+xml"
	relationHeader  = "rIdHeader"
	partDocument    = "word/document.xml"
	partStyles      = "word/styles.xml"
	partSettings    = "word/settings.xml"
	partHeader      = "word/header1.xml"
	partCore        = "docProps/core.xml"
	partDocumentRel = "word/_rels/document.xml.rels"
)

// write writes the document as a .docx file.
func (d *document) write(w io.Writer) error {
	if d.date.IsZero() {
		return &twinning.InvalidError{Field: "date", Rule: "required"}
	}
	z := zip.NewWriter(w)
	for _, part := range []struct {
		name string
		root *element
	}{
		// Readers that look at the start of a file want the types of its parts first.
		{"[Content_Types].xml", contentTypes()},
		{"_rels/.rels", packageRelations()},
		{partDocument, d.body()},
		{partDocumentRel, documentRelations()},
		{partStyles, styleSheet()},
		{partSettings, settings()},
		{partHeader, pageHeader()},
		{partCore, d.core()},
	} {
		f, err := z.CreateHeader(&zip.FileHeader{
			Name: part.name, Method: zip.Deflate, Modified: d.date.At(0, 0, time.UTC),
		})
		if err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		if _, err := f.Write(part.root.part()); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	return nil
}

// body returns the text of the document. Two tables that touch would become one, and a page cannot end with a table: a
// line of hair's breadth stands between and behind.
func (d *document) body() *element {
	body := tag("w:body")
	wasTable := false
	for _, b := range d.blocks {
		_, isTable := b.(table)
		if isTable && wasTable {
			body.add(hairline().element())
		}
		body.add(b.element())
		wasTable = isTable
	}
	if wasTable {
		body.add(hairline().element())
	}
	return tag("w:document", "xmlns:w", nsWord, "xmlns:r", nsDocRelations).add(body.add(section()))
}

func contentTypes() *element {
	override := func(part, kind string) *element {
		return tag("Override", "PartName", "/"+part, "ContentType", kind)
	}
	return tag("Types", "xmlns", nsContentTypes).add(
		tag("Default", "Extension", "rels", "ContentType", typeRelations),
		tag("Default", "Extension", "xml", "ContentType", "application/xml"),
		override(partDocument, typeWord+"document.main+xml"),
		override(partStyles, typeWord+"styles+xml"),
		override(partSettings, typeWord+"settings+xml"),
		override(partHeader, typeWord+"header+xml"),
		override(partCore, typeCore),
	)
}

func packageRelations() *element {
	return tag("Relationships", "xmlns", nsRelations).add(
		tag("Relationship", "Id", "rIdDocument", "Type", nsDocRelations+"/officeDocument", "Target", partDocument),
		tag("Relationship", "Id", "rIdCore", "Type", typeCoreRel, "Target", partCore),
	)
}

func documentRelations() *element {
	return tag("Relationships", "xmlns", nsRelations).add(
		tag("Relationship", "Id", "rIdStyles", "Type", nsDocRelations+"/styles", "Target", "styles.xml"),
		tag("Relationship", "Id", "rIdSettings", "Type", nsDocRelations+"/settings", "Target", "settings.xml"),
		tag("Relationship", "Id", relationHeader, "Type", nsDocRelations+"/header", "Target", "header1.xml"),
	)
}

// settings keep Word from opening the document in the mode for old versions: 15 is that of Word 2013 and later.
func settings() *element {
	return tag("w:settings", "xmlns:w", nsWord).add(tag("w:compat").add(tag(
		"w:compatSetting", "w:name", "compatibilityMode", "w:uri", "http://schemas.microsoft.com/office/word", "w:val", "15",
	)))
}

// core returns the properties that file managers show (ECMA-376-2, 11).
func (d *document) core() *element {
	moment := func(name string) *element {
		e := tagged(name, d.date.At(0, 0, time.UTC).Format(time.RFC3339))
		e.attributes = []string{"xsi:type", "dcterms:W3CDTF"}
		return e
	}
	return tag(
		"cp:coreProperties", "xmlns:cp", nsCore, "xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xmlns:dcterms", "http://purl.org/dc/terms/", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
	).add(
		tagged("dc:title", d.title), tagged("dc:creator", d.author), tagged("dc:language", documentLanguage),
		moment("dcterms:created"), moment("dcterms:modified"),
	)
}
