package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// fitsRunes is a ruler on which every character is as wide as the others.
func fitsRunes(most int) func(string) bool {
	return func(s string) bool { return utf8.RuneCountInString(s) <= most }
}

func TestShortened(t *testing.T) {
	t.Parallel()
	const name = "Ban Quản lý các Khu kinh tế và Khu công nghiệp tỉnh"
	tests := []struct {
		text string
		room int
		want string
	}{
		{name, 60, name},
		{name, 51, name},
		{name, 50, "Ban Quản lý các Khu kinh tế và Khu công nghiệp…"},
		{name, 30, "Ban Quản lý các Khu kinh tế…"},
		{name, 31, "Ban Quản lý các Khu kinh tế…"},
		{name, 16, "Ban Quản lý…"},
		{name, 3, "Ba…"},
		{name, 1, "…"},
		{"Sở Văn hóa, Thể thao và Du lịch", 14, "Sở Văn hóa…"},
		{"Sở Lao động - Thương binh và Xã hội", 14, "Sở Lao động…"},
		{"  Sở\n Y\u0000 tế  ", 9, "Sở Y tế"},
		{"Sơ\u0309 Y tế \U0001F600", 20, "Sở Y tế"},
		{"", 5, ""},
	}
	for _, test := range tests {
		if got := shortened(test.text, fitsRunes(test.room)); got != test.want {
			t.Errorf("shortened(%q, %d) = %q, want %q", test.text, test.room, got, test.want)
		}
	}
}

func TestWrapped(t *testing.T) {
	t.Parallel()
	const name = "Ban Quản lý các Khu kinh tế và Khu công nghiệp tỉnh"
	tests := []struct {
		lines, room int
		want        []string
	}{
		{1, 60, []string{name}},
		{2, 60, []string{name}},
		{2, 30, []string{"Ban Quản lý các Khu kinh tế và", "Khu công nghiệp tỉnh"}},
		{2, 16, []string{"Ban Quản lý các", "Khu kinh tế…"}},
		{3, 16, []string{"Ban Quản lý các", "Khu kinh tế và", "Khu công nghiệp…"}},
		{2, 4, []string{"Ban", "Quả…"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, wrapped(name, test.lines, fitsRunes(test.room))); diff != "" {
			t.Errorf("%d lines of %d (-want +got):\n%s", test.lines, test.room, diff)
		}
	}
}

// words draws texts as users write them: Vietnamese words, marks apart or not, signs and blanks.
func words() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		word := rapid.OneOf(
			rapid.SampledFrom([]string{"Sở", "và", "các", "Khu", "công", "nghiệp,", "-", "(tỉnh)", "Ch'ơm", "Zuôih", "ước", "Ễ"}),
			rapid.StringN(1, 8, -1),
		)
		return strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "words"), " ")
	})
}

func TestShorteningProperties(t *testing.T) {
	t.Parallel()
	c := newCanvas(1)
	rapid.Check(t, func(t *rapid.T) {
		text, room := words().Draw(t, "text"), rapid.IntRange(40, 900).Draw(t, "room")
		lines := rapid.IntRange(1, 3).Draw(t, "lines")
		short, whole := c.shortened(text, room, labelInk), chartText(text)
		if c.width(short, labelInk) > room {
			t.Fatalf("%q is wider than %d", short, room)
		}
		if kept, cut := strings.CutSuffix(short, ellipsis); short != whole && (!cut || !strings.HasPrefix(whole, kept)) {
			t.Fatalf("%q is no beginning of %q", short, whole)
		}
		if c.width(whole, labelInk) <= room && short != whole {
			t.Fatalf("%q fits and became %q", whole, short)
		}
		if !norm.NFC.IsNormalString(short) {
			t.Fatalf("%q is not NFC", short)
		}
		if again := c.shortened(short, room, labelInk); again != short {
			t.Fatalf("%q became %q when shortened again", short, again)
		}
		all := c.wrapped(text, room, lines, labelInk)
		if len(all) > lines || (len(all) == 0) != (whole == "") {
			t.Fatalf("%d lines of %q, want at most %d", len(all), whole, lines)
		}
		for _, line := range all {
			if line == "" || c.width(line, labelInk) > room {
				t.Fatalf("line %q is empty or wider than %d", line, room)
			}
		}
		if joined := strings.Join(all, " "); !strings.Contains(joined, ellipsis) && joined != whole {
			t.Fatalf("%q became %q without an ellipsis", whole, joined)
		}
	})
}

func TestAxisProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.OneOf(rapid.Int64Range(0, 200), rapid.Int64Range(0, 12*maxChartValue)).Draw(t, "most")
		height := rapid.IntRange(countHeight, 640).Draw(t, "height")
		for name, ticks := range map[string][]int64{
			"axisTicks": axisTicks(most, steps(height)), "ticksTo": ticksTo(most, steps(height)),
		} {
			a := panel{rect{0, 0, 100, height}, ticks}
			if ticks[0] != 0 || a.top() < most || a.top() < 1 || name == "ticksTo" && a.top() != max(most, 1) {
				t.Fatalf("%s(%d) = %v", name, most, ticks)
			}
			for i := 1; i < len(ticks); i++ {
				if gap := a.y(ticks[i-1]) - a.y(ticks[i]); gap < noteInk.line() {
					t.Fatalf("%s(%d): %d and %d are %d pixels apart", name, most, ticks[i-1], ticks[i], gap)
				}
			}
		}
	})
}
