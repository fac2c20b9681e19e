package report

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

// TestDocumentParts follows the package as a reader does: every part has a type, and every relation leads to a part.
func TestDocumentParts(t *testing.T) {
	t.Parallel()
	parts := unzipped(t, written(t, document{title: "Báo cáo", author: "Ban Dân tộc"}))
	types := map[string]string{}
	for _, o := range readXML(t, parts["[Content_Types].xml"]).child {
		if o.attr["PartName"] != "" {
			types[o.attr["PartName"]] = o.attr["ContentType"]
		}
	}
	for name := range parts {
		if name != "[Content_Types].xml" && !strings.HasSuffix(name, ".rels") && types["/"+name] == "" {
			t.Errorf("%s has no type", name)
		}
	}
	ids := map[string]string{}
	for file, folder := range map[string]string{"_rels/.rels": "", "word/_rels/document.xml.rels": "word/"} {
		for _, r := range readXML(t, parts[file]).child {
			ids[r.attr["Id"]] = folder + r.attr["Target"]
			if parts[folder+r.attr["Target"]] == nil {
				t.Errorf("%s: %s leads nowhere", file, r.attr["Id"])
			}
		}
	}
	if len(types) != 5 || len(ids) != 5 {
		t.Errorf("%d types, %d relations", len(types), len(ids))
	}
	header := readXML(t, parts["word/document.xml"]).all("w:headerReference")[0]
	if ids[header.attr["r:id"]] != "word/header1.xml" {
		t.Errorf("the header is %q", ids[header.attr["r:id"]])
	}
}

func TestDocumentPage(t *testing.T) {
	t.Parallel()
	parts := unzipped(t, written(t, document{}))
	section := readXML(t, parts["word/document.xml"]).all("w:sectPr")[0]
	got := map[string]string{}
	for _, c := range section.child {
		for name, value := range c.attr {
			got[c.name+" "+name] = value
		}
		if len(c.attr) == 0 {
			got[c.name] = ""
		}
	}
	want := map[string]string{
		// 210 mm x 297 mm; 20 mm are 1134 twips, 30 mm 1701, 15 mm 850, 10 mm 567.
		"w:pgSz w:w": "11906", "w:pgSz w:h": "16838",
		"w:pgMar w:top": "1134", "w:pgMar w:bottom": "1134", "w:pgMar w:left": "1701", "w:pgMar w:right": "850",
		"w:pgMar w:header": "567", "w:pgMar w:footer": "567", "w:pgMar w:gutter": "0",
		"w:headerReference w:type": "default", "w:headerReference r:id": "rIdHeader",
		"w:titlePg": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	header := readXML(t, parts["word/header1.xml"])
	if got := header.all("w:fldSimple")[0].attr["w:instr"]; got != " PAGE " {
		t.Errorf("the header holds %q", got)
	}
	if got := header.val("w:val", "w:p", "w:pPr", "w:pStyle"); got != "Header" {
		t.Errorf("the header has the style %q", got)
	}
}

func TestDocumentStyles(t *testing.T) {
	t.Parallel()
	sheet := readXML(t, unzipped(t, written(t, document{}))["word/styles.xml"])
	defaults := sheet.child[0].child[0].child[0]
	for _, script := range []string{"w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"} {
		if got := defaults.val(script, "w:rFonts"); got != "Times New Roman" {
			t.Errorf("%s: %q", script, got)
		}
	}
	if got := defaults.val("w:val", "w:color") + " " + defaults.val("w:val", "w:sz"); got != "000000 28" {
		t.Errorf("text is %s", got)
	}
	style := map[string]*node{}
	for _, s := range sheet.all("w:style") {
		style[s.attr["w:styleId"]] = s
	}
	for _, test := range []struct {
		id, want string
		path     []string
	}{
		{"BodyText", "both", []string{"w:pPr", "w:jc", "w:val"}},
		{"BodyText", "720", []string{"w:pPr", "w:ind", "w:firstLine"}}, // 12.7 mm
		{"BodyText", "120", []string{"w:pPr", "w:spacing", "w:after"}}, // 6 pt
		{"Header", "center", []string{"w:pPr", "w:jc", "w:val"}},
		{"Header", "26", []string{"w:rPr", "w:sz", "w:val"}},
		{"Heading1", "0", []string{"w:pPr", "w:outlineLvl", "w:val"}},
		{"Heading2", "1", []string{"w:pPr", "w:outlineLvl", "w:val"}},
		{"Normal", "1", []string{"w:default"}},
	} {
		last := len(test.path) - 1
		if got := style[test.id].val(test.path[last], test.path[:last]...); got != test.want {
			t.Errorf("%s %v: got %q, want %q", test.id, test.path, got, test.want)
		}
	}
	if len(style) != len(documentStyles()) {
		t.Errorf("%d styles", len(style))
	}
}

func TestDocumentProperties(t *testing.T) {
	t.Parallel()
	file := written(t, document{title: "V/v <đôn đốc>", author: "Ban Dân tộc", date: twinning.NewDate(2027, 3, 9)})
	got := map[string]string{}
	for _, p := range readXML(t, unzipped(t, file)["docProps/core.xml"]).child {
		got[p.name] = p.text
	}
	want := map[string]string{
		"dc:title": "V/v <đôn đốc>", "dc:creator": "Ban Dân tộc", "dc:language": "vi-VN",
		"dcterms:created": "2027-03-09T00:00:00Z", "dcterms:modified": "2027-03-09T00:00:00Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if want := time.Date(2027, 3, 9, 0, 0, 0, 0, time.UTC); !f.Modified.Equal(want) {
			t.Errorf("%s is of %s", f.Name, f.Modified)
		}
	}
	if z.File[0].Name != "[Content_Types].xml" {
		t.Errorf("the first part is %s", z.File[0].Name)
	}
	if err := (&document{}).write(io.Discard); err == nil || err.Error() != "invalid date: required" {
		t.Errorf("without a date: %v", err)
	}
}

func TestDocumentTextsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		runes := rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("<>&\"'\n\r\t \x00\x0b\ufffeộ\u0323\u0302ê🎋a")))
		text := rapid.StringOfN(runes, 0, 60, -1).Draw(t, "text")
		body := bodyOf(t, paragraph{runs: plain(text)})
		var kept []rune
		for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
			switch {
			case r == '\r' || r == '\u2028' || r == '\u2029':
				kept = append(kept, '\n')
			case r < ' ' && r != '\n' && r != '\t' || r == '\ufffe' || r == '\uffff':
			default:
				kept = append(kept, r)
			}
		}
		if diff := cmp.Diff(norm.NFC.String(string(kept)), norm.NFC.String(body.child[0].shows())); diff != "" {
			t.Fatal(diff)
		}
		for _, x := range body.all("w:t") {
			if !norm.NFC.IsNormalString(x.text) || x.attr["xml:space"] != "preserve" {
				t.Fatalf("%q with %v", x.text, x.attr)
			}
		}
	})
}

func TestDocumentTable(t *testing.T) {
	t.Parallel()
	word := func(s string) tableCell { return tableCell{paragraphs: []paragraph{{runs: plain(s)}}} }
	wide := word("all")
	wide.span, wide.middle = 2, true
	bordered := table{
		widths: []twips{1000, 2000}, heads: 1, borders: true,
		rows: []tableRow{{wide}, {word("left"), {}}},
	}
	body := bodyOf(t, bordered, table{widths: []twips{500}, rows: []tableRow{{word("x")}}})
	var names []string
	for _, c := range body.child {
		names = append(names, c.name)
	}
	// Tables that touch would be one, and the last needs a paragraph behind it.
	if diff := cmp.Diff([]string{"w:tbl", "w:p", "w:tbl", "w:p", "w:sectPr"}, names); diff != "" {
		t.Fatal(diff)
	}
	first, second := body.child[0], body.child[2]
	if got := first.val("w:w", "w:tblPr", "w:tblW") + first.val("w:type", "w:tblPr", "w:tblLayout"); got != "3000fixed" {
		t.Errorf("the table is %s", got)
	}
	rows := first.all("w:tr")
	if len(rows[0].all("w:tblHeader")) != 1 || len(rows[1].all("w:tblHeader")) != 0 || len(first.all("w:cantSplit")) != 2 {
		t.Error("the first row alone comes again, and none is split")
	}
	var widths []string
	for _, c := range first.all("w:tc") {
		widths = append(widths, c.val("w:w", "w:tcPr", "w:tcW"))
		if len(c.all("w:p")) != 1 {
			t.Errorf("%d paragraphs in a cell", len(c.all("w:p")))
		}
	}
	if diff := cmp.Diff([]string{"3000", "1000", "2000"}, widths); diff != "" {
		t.Error(diff)
	}
	if got := rows[0].child[1].val("w:val", "w:tcPr", "w:gridSpan"); got != "2" {
		t.Errorf("the wide cell spans %q", got)
	}
	if len(first.all("w:insideH")) != 1 || len(second.all("w:tblBorders")) != 0 {
		t.Error("borders are only where they are asked for")
	}
	if got := second.val("w:w", "w:tblPr", "w:tblCellMar", "w:left"); got != "0" {
		t.Errorf("a table for layout has margins of %q", got)
	}
}

// TestDocumentOrderOfProperties holds the children of properties to the order of the schema, which Word insists on.
func TestDocumentOrderOfProperties(t *testing.T) {
	t.Parallel()
	order := map[string][]string{
		"w:pPr": {"w:pStyle", "w:keepNext", "w:pageBreakBefore", "w:widowControl", "w:pBdr", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"},
		"w:rPr": {"w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:color", "w:sz", "w:szCs", "w:lang"},
		"w:sectPr": {
			"w:headerReference", "w:pgSz", "w:pgMar", "w:titlePg",
		},
		"w:tblPr":      {"w:tblW", "w:tblBorders", "w:tblLayout", "w:tblCellMar"},
		"w:tblBorders": {"w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"},
		"w:tcPr":       {"w:tcW", "w:gridSpan", "w:vMerge", "w:vAlign"},
		"w:style":      {"w:name", "w:basedOn", "w:qFormat", "w:pPr", "w:rPr"},
	}
	everything := paragraph{
		style: styleHeading1,
		layout: layout{
			align: alignLeft, firstLine: 1, left: 2, right: 3, before: 4, after: 5, exact: 6, keepNext: true, newPage: true, rule: true,
			outline: 1,
		},
		runs: []run{{"x", textFormat{bold: true, italic: true, size: 13}}},
	}
	full := tableCell{paragraphs: []paragraph{everything}, span: 2, merge: mergeFirst, middle: true}
	parts := unzipped(t, written(t, document{blocks: []block{
		everything, table{widths: []twips{1, 2}, borders: true, rows: []tableRow{{full}}},
	}}))
	for _, name := range []string{"word/document.xml", "word/styles.xml"} {
		root := readXML(t, parts[name])
		for parent, children := range order {
			for _, n := range root.all(parent) {
				last := -1
				for _, c := range n.child {
					i := slices.Index(children, c.name)
					if i <= last {
						t.Errorf("%s: %s in %s is not where the schema has it", name, c.name, parent)
					}
					last = i
				}
			}
		}
	}
}

func TestRuler(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                string
		length, width       twips
		wantLeft, wantRight string
	}{
		{"in the middle", 1000, 3001, "1000", "1001"},
		{"as long as the column", 3000, 3000, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := bodyOf(t, ruler(test.length, test.width)).child[0]
			left, right := p.val("w:left", "w:pPr", "w:ind"), p.val("w:right", "w:pPr", "w:ind")
			if left != test.wantLeft || right != test.wantRight {
				t.Errorf("indents %q and %q", left, right)
			}
			if got := p.val("w:val", "w:pPr", "w:pBdr", "w:top"); got != "single" {
				t.Errorf("the line is %q", got)
			}
		})
	}
}

// TestBoldWidth compares with lengths that were measured in a font of the same metrics.
func TestBoldWidth(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		size float64
		mm   float64
	}{
		{"Độc lập - Tự do - Hạnh phúc", 14, 60.46},
		{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, 95.67},
		{"", 13, 0},
	} {
		got, want := boldWidth(test.text, test.size), mm(test.mm)
		if diff := got - want; diff < -pt(1) || diff > pt(1) {
			t.Errorf("%s: %s twips, want %s", test.text, got, want)
		}
	}
}
