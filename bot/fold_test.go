package bot

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestPlainLettersQuickAndSlow says that the quick way of folding and the one for any script come to the same.
func TestPlainLettersQuickAndSlow(t *testing.T) {
	t.Parallel()
	letters := []rune("aăâđeêioôơuưyĐẮằẲẵẶấẦẩẫậếểỰữỳỴỶỹÀãßøñçŽ\u0301\u0323\u0300\u031b ,.1Z한字ﬁ")
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOfN(rapid.SampledFrom(letters), 0, 20).Draw(t, "letters")) + rapid.String().Draw(t, "any")
		if got, want := plainLetters(s), foldAny(strings.ToLower(s)); got != want {
			t.Fatalf("%q is folded to %q and %q", s, got, want)
		}
	})
}
