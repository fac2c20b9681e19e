package sandbox

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseHTML(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		text string
		want []Entity
	}{
		"plain":                 {"xin chào", "xin chào", nil},
		"bold after diacritics": {"Đến hạn <b>nộp</b>", "Đến hạn nộp", []Entity{{Type: "bold", Offset: 8, Length: 3}}},
		"emoji count twice":     {"😀<i>a</i>", "😀a", []Entity{{Type: "italic", Offset: 2, Length: 1}}},
		"synonyms": {
			"<strong>a</strong><em>b</em><ins>c</ins><strike>d</strike><del>e</del>", "abcde",
			[]Entity{{Type: "bold", Length: 1}, {Type: "italic", Offset: 1, Length: 1}, {Type: "underline", Offset: 2, Length: 1}, {Type: "strikethrough", Offset: 3, Length: 1}, {Type: "strikethrough", Offset: 4, Length: 1}},
		},
		"nested":                 {"<b>a<u>b</u></b>", "ab", []Entity{{Type: "bold", Length: 2}, {Type: "underline", Offset: 1, Length: 1}}},
		"link":                   {`<a href="https://x.vn/?a=1&amp;b=2">đây</a>`, "đây", []Entity{{Type: "text_link", Length: 3, URL: "https://x.vn/?a=1&b=2"}}},
		"link in single quotes":  {`<a href='https://x.vn'>x</a>`, "x", []Entity{{Type: "text_link", Length: 1, URL: "https://x.vn"}}},
		"link without a target":  {`<a href="javascript:alert(1)">x</a>`, "x", nil},
		"link by its text":       {`<a>x.vn</a>`, "x.vn", []Entity{{Type: "text_link", Length: 4, URL: "http://x.vn"}}},
		"spoilers":               {`<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>`, "ab", []Entity{{Type: "spoiler", Length: 1}, {Type: "spoiler", Offset: 1, Length: 1}}},
		"quotes":                 {"<blockquote>a</blockquote><blockquote expandable>b</blockquote>", "ab", []Entity{{Type: "blockquote", Length: 1}, {Type: "expandable_blockquote", Offset: 1, Length: 1}}},
		"code keeps no bold":     {"<code>a<b>b</b></code>", "ab", []Entity{{Type: "code", Length: 2}}},
		"pre with language":      {`<pre><code class="language-go">x</code></pre>`, "x", []Entity{{Type: "pre", Length: 1, Language: "go"}}},
		"references":             {"&lt;&gt;&amp;&quot;&#65;&#x1F600;&nbsp;&", "<>&\"A😀&nbsp;&", nil},
		"end tag without a name": {"<b>a</>", "a", []Entity{{Type: "bold", Length: 1}}},
		"upper case":             {"<B>a</b>", "a", []Entity{{Type: "bold", Length: 1}}},
		"empty tag":              {"a<b></b>", "a", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, got, err := parseHTML(tt.in)
			if err != nil || text != tt.text {
				t.Fatalf("parseHTML(%q) = %q, %v; want %q", tt.in, text, err, tt.text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("entities of %q (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestParseHTMLRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"unclosed":         {"<b>a", `can't find end tag corresponding to start tag "b"`},
		"crossed":          {"<b><i>a</b></i>", `unmatched end tag at byte offset 7, expected "</i>", found "</b>"`},
		"end only":         {"a</b>", "unexpected end tag at byte offset 1"},
		"unknown tag":      {"<p>a</p>", `unsupported start tag "p" at byte offset 0`},
		"a lone less-than": {"3 < 5", "unclosed start tag at byte offset 2"},
		"less-than and >":  {"3 < 5 > 4", `unsupported start tag "" at byte offset 2`},
		"span":             {"<span>a</span>", `tag "span" must have class "tg-spoiler" at byte offset 0`},
		"open quote":       {`<a href="x>y</a>`, "unclosed start tag at byte offset 0"},
		"emoji without id": {"<tg-emoji>a</tg-emoji>", "must have an emoji-id"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := parseHTML(tt.in)
			if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("parseHTML(%q): error %v, want %q", tt.in, err, tt.want)
			}
		})
	}
}

// FuzzParseHTML checks that entities lie in the text, and that what the page shows is balanced and made of our tags only.
func FuzzParseHTML(f *testing.F) {
	for _, seed := range []string{
		"<b>a<i>b</i></b>", "<pre><code class='language-x'>y</code></pre>", `<a href="https://x.vn">x</a>`, "&#x1F600;&lt;script&gt;",
		"/start@bot https://t.me/x?start=1 @someone #hạn a@b.vn", "<b>", "\xff<", "<span class=tg-spoiler>😀</span>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		text, entities, err := parseHTML(in)
		if err != nil {
			text, entities = in, nil
		}
		if !validUTF8(in) {
			return // refused before
		}
		entities = withDetected(text, entities)
		for _, e := range entities {
			if e.Offset < 0 || e.Length <= 0 || e.end() > utf16Len(text) {
				t.Fatalf("entity %+v of %q lies outside", e, text)
			}
		}
		checkRendered(t, text, renderHTML(text, entities))
	})
}

// checkRendered reads the HTML back with an XML reader: tags must be balanced, known, and the text unchanged.
func checkRendered(t *testing.T, text, rendered string) {
	t.Helper()
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0xFFFE || r == 0xFFFF || r == 0xFFFD }) {
		return // XML can't hold these
	}
	d := xml.NewDecoder(strings.NewReader("<x>" + rendered + "</x>"))
	var b strings.Builder
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("renderHTML(%q) = %q: %v", text, rendered, err)
		}
		switch tok := tok.(type) {
		case xml.CharData:
			b.Write(tok)
		case xml.StartElement:
			checkTag(t, tok)
		}
	}
	if b.String() != text {
		t.Fatalf("renderHTML(%q) reads as %q", text, b.String())
	}
}

func checkTag(t *testing.T, tag xml.StartElement) {
	t.Helper()
	if !strings.Contains(" x b i u s a code pre blockquote span ", " "+tag.Name.Local+" ") {
		t.Fatalf("tag %q", tag.Name.Local)
	}
	for _, a := range tag.Attr {
		if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" && a.Value != "#" && !safeURL(a.Value) {
			t.Fatalf("attribute %s=%q", a.Name.Local, a.Value)
		}
	}
}

func TestRenderHTML(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text     string
		entities []Entity
		want     string
	}{
		"escapes":  {`<script>"&'`, nil, "&lt;script&gt;&#34;&amp;&#39;"},
		"bold":     {"ab", []Entity{{Type: "bold", Offset: 1, Length: 1}}, `a<b class="bold">b</b>`},
		"crossing": {"abc", []Entity{{Type: "bold", Length: 2}, {Type: "italic", Offset: 1, Length: 2}}, `<b class="bold">a<i class="italic">b</i></b><i class="italic">c</i>`},
		"command":  {"/nop", []Entity{{Type: "bot_command", Length: 4}}, `<a class="bot_command" href="#" data-say="/nop">/nop</a>`},
		"bad link": {"x", []Entity{{Type: "text_link", Length: 1, URL: "javascript:alert(1)"}}, `<a>x</a>`},
		"link":     {"x", []Entity{{Type: "text_link", Length: 1, URL: `https://x.vn/"><b>`}}, `<a href="https://x.vn/&#34;&gt;&lt;b&gt;" target="_blank" rel="noopener noreferrer">x</a>`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := renderHTML(tt.text, tt.entities); got != tt.want {
				t.Errorf("renderHTML(%q) = %s, want %s", tt.text, got, tt.want)
			}
		})
	}
}
