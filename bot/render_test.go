package bot

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// amount is the key of a text that is its argument Value alone.
const amount = "measure.amount_vnd"

func newRenderer(t *testing.T) (renderer, *locales.Catalogue) {
	t.Helper()
	c, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("ICT", 7*60*60)
	return renderer{location: zone, log: slog.New(slog.DiscardHandler)}, c
}

func TestRenderArguments(t *testing.T) {
	t.Parallel()
	d, c := newRenderer(t)
	line := func(a twinning.Arg) twinning.Line {
		return twinning.Line{Key: amount, Args: twinning.Args{{"Value", a}}}
	}
	tests := map[string]struct {
		arg    twinning.Arg
		vi, en string
	}{
		"text is escaped":     {twinning.Text(`<b>Ch'ơm</b> & "A"`), "&lt;b&gt;Ch'ơm&lt;/b&gt; &amp; &quot;A&quot;", "&lt;b&gt;Ch'ơm&lt;/b&gt; &amp; &quot;A&quot;"},
		"text becomes NFC":    {twinning.Text("hô\u0323i"), "hội", "hội"},
		"template is inert":   {twinning.Text("{{.Value}}"), "{{.Value}}", "{{.Value}}"},
		"number":              {twinning.Number(2027), "2.027", "2,027"},
		"money":               {twinning.Money(12_500_000), "12.500.000 đ", "12,500,000 VND"},
		"date":                {twinning.Day(twinning.NewDate(2027, 2, 27)), "27/02/2027", "27/02/2027"},
		"no date":             {twinning.Day(0), "…", "…"},
		"time":                {twinning.Arg{Kind: twinning.ArgTime, Num: time.Date(2027, 2, 27, 1, 30, 0, 0, time.UTC).Unix()}, "08:30 27/02/2027", "08:30 27/02/2027"},
		"key":                 {twinning.Key("weekday.1"), "thứ Hai", "Monday"},
		"names":               {twinning.Named(twinning.Names{"vi": "Kế hoạch <1>", "en": "Plan"}), "Kế hoạch &lt;1&gt;", "Plan"},
		"names of one tongue": {twinning.Named(twinning.Names{"vi": "Kế hoạch"}), "Kế hoạch", "Kế hoạch"},
		"lines":               {twinning.Joined(line(twinning.Text("a<")), line(twinning.Key("weekday.2"))), "a&lt;; thứ Ba", "a&lt;; Tuesday"},
		"lines apart": {
			twinning.JoinedBy(" < ", line(twinning.Text("a")), line(twinning.Text("b"))),
			"a &lt; b", "a &lt; b",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := []string{d.line(c.Printer("vi"), line(test.arg)), d.line(c.Printer("en"), line(test.arg))}
			if diff := cmp.Diff([]string{test.vi, test.en}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRenderParts(t *testing.T) {
	t.Parallel()
	d, c := newRenderer(t)
	photo, document := twinning.FileRef{ID: "p", Photo: true}, twinning.FileRef{ID: "d"}
	files := func(n int, f twinning.FileRef) []twinning.FileRef {
		var all []twinning.FileRef
		for range n {
			all = append(all, f)
		}
		return all
	}
	long := strings.Repeat("một dòng chữ\n", 100)
	longer := strings.Repeat("một dòng chữ\n", 700)
	tests := map[string]struct {
		text   string
		files  []twinning.FileRef
		report bool
		// want says of each part: photos, documents, a report, how long the text is, and whether it has the buttons.
		want []string
	}{
		"text":                 {text: "a", want: []string{"text buttons"}},
		"long text":            {text: longer, want: []string{"text", "text", "text buttons"}},
		"photo":                {text: "a", files: files(1, photo), want: []string{"p text buttons"}},
		"photo without words":  {files: files(1, photo), want: []string{"p buttons"}},
		"photo, long caption":  {text: long, files: files(1, photo), want: []string{"p", "text buttons"}},
		"album":                {text: "a", files: files(3, photo), want: []string{"ppp", "text buttons"}},
		"mixed":                {text: "a", files: append(files(2, document), photo), want: []string{"p", "dd", "text buttons"}},
		"eleven":               {text: "a", files: files(11, document), want: []string{"dddddddddd", "d", "text buttons"}},
		"album without words":  {files: files(2, photo), want: []string{"pp"}},
		"report":               {text: "a", report: true, want: []string{"report text buttons"}},
		"report, long caption": {text: long, report: true, want: []string{"report", "text buttons"}},
		"nothing":              {want: nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := twinning.Message{Files: test.files, Buttons: [][]twinning.Button{{{Label: words("Ghi").Lines[0], Data: "d:1"}}}}
			if test.text != "" {
				m.Lines = words(test.text).Lines
			}
			if test.report {
				m.Report = &twinning.ReportRequest{Kind: "status_xlsx"}
			}
			var got []string
			for _, p := range d.parts(c.Printer("vi"), m) {
				got = append(got, describePart(p))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func describePart(p part) string {
	files := ""
	for _, f := range p.files {
		files += f.ID
	}
	var said []string
	if files != "" {
		said = append(said, files)
	}
	if p.report != nil {
		said = append(said, "report")
	}
	if p.text != "" {
		said = append(said, "text")
	}
	if p.buttons != nil {
		said = append(said, "buttons")
	}
	return strings.Join(said, " ")
}

func TestRenderButtons(t *testing.T) {
	t.Parallel()
	d, c := newRenderer(t)
	tests := map[string]struct {
		button twinning.Button
		want   string
	}{
		"plain label":   {twinning.Button{Label: words("A & <B>").Lines[0], Data: "d:1:ok"}, "A & <B>|d:1:ok"},
		"link":          {twinning.Button{Label: words("A").Lines[0], URL: "https://a.test"}, "A|https://a.test"},
		"64 bytes":      {twinning.Button{Label: words("A").Lines[0], Data: strings.Repeat("d", 64)}, "A|" + strings.Repeat("d", 64)},
		"65 bytes":      {twinning.Button{Label: words("A").Lines[0], Data: strings.Repeat("d", 65)}, ""},
		"no data":       {twinning.Button{Label: words("A").Lines[0]}, ""},
		"data and link": {twinning.Button{Label: words("A").Lines[0], Data: "d", URL: "https://a.test"}, ""},
		"not ASCII":     {twinning.Button{Label: words("A").Lines[0], Data: "d:ơ"}, ""},
		"no prefix":     {twinning.Button{Label: words("A").Lines[0], Data: ":1"}, ""},
		"no label":      {twinning.Button{Data: "d"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if k := d.keyboard(c.Printer("vi"), [][]twinning.Button{{test.button}}); k != nil {
				b := k.InlineKeyboard[0][0]
				got = b.Text + "|" + b.CallbackData + b.URL
			}
			if got != test.want {
				t.Errorf("button %q, want %q", got, test.want)
			}
		})
	}
}

func TestRenderAnswer(t *testing.T) {
	t.Parallel()
	d, c := newRenderer(t)
	tests := map[string]struct{ text, want string }{
		"plain": {"a < b & c", "a < b & c"},
		"long":  {strings.Repeat("ô", 300), strings.Repeat("ô", 199) + "…"},
		"200":   {strings.Repeat("ô", 200), strings.Repeat("ô", 200)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := d.answer(c.Printer("vi"), words(test.text)); got != test.want {
				t.Errorf("answer %q, want %q", got, test.want)
			}
		})
	}
}
