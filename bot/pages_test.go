package bot

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		markup string
		want   []string
	}{
		"nothing":               {"", nil},
		"only markup":           {"<b></b>\n", nil},
		"fits":                  {"một\nhai", []string{"một\nhai"}},
		"exactly fits":          {"0123456789", []string{"0123456789"}},
		"at a line end":         {"một hai\nba bốn", []string{"một hai", "ba bốn"}},
		"at a space":            {"một hai ba bốn", []string{"một hai", "ba bốn"}},
		"in a word":             {"0123456789abc", []string{"0123456789", "abc"}},
		"markup does not count": {"<b>0123456789</b>", []string{"<b>0123456789</b>"}},
		"entity counts one":     {"&lt;&lt;&lt;&lt;&lt;&amp;&amp;&amp;&amp;&amp;", []string{"&lt;&lt;&lt;&lt;&lt;&amp;&amp;&amp;&amp;&amp;"}},
		"entity stays whole":    {"012345678&amp;&lt;", []string{"012345678&amp;", "&lt;"}},
		"astral counts two":     {"😀😀😀😀😀😀", []string{"😀😀😀😀😀", "😀"}},
		"open tag goes on":      {"<b>một hai\nba bốn</b>", []string{"<b>một hai\n</b>", "<b>ba bốn</b>"}},
		"nested tags go on": {
			`<b><a href="https://a.test/?a=1">một hai ba bốn</a></b>`,
			[]string{`<b><a href="https://a.test/?a=1">một hai </a></b>`, `<b><a href="https://a.test/?a=1">ba bốn</a></b>`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, pages(test.markup, 10)); diff != "" {
				t.Errorf("pages (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPagesKeepWords cuts random HTML and looks whether all words are there, every page fits and every tag is closed.
func TestPagesKeepWords(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"từ", "chữ dài hơn một dòng", " ", "\n", "&lt;", "&amp;", "😀", "<b>đậm</b>", "<i>a\nb <b>c</b></i>"})
	rapid.Check(t, func(t *rapid.T) {
		markup := strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(t, "pieces"), "")
		limit := rapid.IntRange(5, 40).Draw(t, "limit")
		var whole strings.Builder
		for _, page := range pages(markup, limit) {
			if n := units(page); n > limit {
				t.Fatalf("page of %d units: %q", n, page)
			}
			var open []string
			for _, token := range tokens(page) {
				open = track(open, token)
			}
			if len(open) > 0 || strings.Count(page, "<b>") != strings.Count(page, "</b>") {
				t.Fatalf("page with open tags %q: %q", open, page)
			}
			whole.WriteString(strip(page))
		}
		if want, got := squeeze(strip(markup)), squeeze(whole.String()); want != got {
			t.Fatalf("words %q, want %q", got, want)
		}
	})
}

// squeeze drops white space, since pages begin and end without.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
