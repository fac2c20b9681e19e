package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

func TestCommand(t *testing.T) {
	t.Parallel()
	type read struct {
		Name, Addressee, Args string
		OK                    bool
	}
	tests := map[string]struct {
		text string
		want read
	}{
		"bare":           {"/han", read{"han", "", "", true}},
		"args":           {"/han xã Ch'ơm  ", read{"han", "", "xã Ch'ơm", true}},
		"addressed":      {"/han@ketnghia_bot đầu", read{"han", "ketnghia_bot", "đầu", true}},
		"line break":     {"/nop\nkế hoạch", read{"nop", "", "kế hoạch", true}},
		"upper case":     {"/HAN", read{"han", "", "", true}},
		"diacritics":     {"/Hạn đến", read{"han", "", "đến", true}},
		"letter đ":       {"/đăngký", read{"dangky", "", "", true}},
		"no-break space": {"/han\u00a0mai", read{"han", "", "mai", true}},
		"words":          {"han", read{}},
		"slash":          {"/", read{}},
		"date":           {"/20/02", read{}},
		"path":           {"/etc/passwd", read{}},
		"space":          {"/ han", read{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got read
			got.Name, got.Addressee, got.Args, got.OK = command(test.text)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSplitData(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		data   string
		prefix string
		parts  []string
	}{
		"prefix":    {"menu", "menu", []string{}},
		"parts":     {"d:12:ok", "d", []string{"12", "ok"}},
		"empty one": {"d::ok", "d", []string{"", "ok"}},
		"64 bytes":  {"d:" + strings.Repeat("1", 62), "d", []string{strings.Repeat("1", 62)}},
		"65 bytes":  {"d:" + strings.Repeat("1", 63), "", nil},
		"control":   {"d:\x00", "", nil},
		"not ASCII": {"d:ơ", "", nil},
		"space":     {"d: 1", "", nil},
		"nothing":   {"", "", []string{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			prefix, parts := splitData(test.data)
			if prefix != test.prefix || !slices.Equal(parts, test.parts) {
				t.Errorf("%q, %q; want %q, %q", prefix, parts, test.prefix, test.parts)
			}
		})
	}
}

func TestPressID(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		part string
		want uint64
	}{"id": {"12", 12}, "zero": {"0", 0}, "sign": {"-1", 0}, "words": {"ok", 0}, "huge": {"99999999999999999999", 0}, "absent": {"", 0}}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := Press{Parts: []string{test.part}}.ID(0)
			if id != test.want || (test.want == 0) != errors.Is(err, twinning.ErrNotFound) {
				t.Errorf("id %d, %v; want %d", id, err, test.want)
			}
		})
	}
}

func TestRouter(t *testing.T) {
	t.Parallel()
	var called []string
	names := func(name string) Handler {
		return func(context.Context, *Request) error {
			called = append(called, name)
			return nil
		}
	}
	router := NewRouter()
	router.Use(func(next Handler) Handler {
		return func(ctx context.Context, r *Request) error {
			called = append(called, "outer")
			return next(ctx, r)
		}
	}, func(next Handler) Handler {
		return func(ctx context.Context, r *Request) error {
			called = append(called, "inner")
			return next(ctx, r)
		}
	})
	router.Command("han", names("han"))
	router.Press("d", names("d"))
	router.Text(names("text"))
	router.Files(names("files"))
	router.Unsupported(names("unsupported"))
	router.Unknown(names("unknown"))
	router.Stale(names("stale"))
	router.Edited(names("edited"))
	router.Member(names("member"))
	router.Migrated(names("migrated"))
	file := []twinning.FileRef{{ID: "f"}}
	tests := []struct {
		request Request
		want    string
	}{
		{Request{Kind: KindMessage, Text: "/han", Command: "han"}, "han"},
		{Request{Kind: KindMessage, Text: "/han", Command: "han", Files: file}, "han"},
		{Request{Kind: KindMessage, Text: "/x", Command: "x"}, "unknown"},
		{Request{Kind: KindMessage, Text: "a"}, "text"},
		{Request{Kind: KindMessage, Text: "a", Files: file}, "files"},
		{Request{Kind: KindMessage, Unsupported: "voice"}, "unsupported"},
		{Request{Kind: KindPress, Press: Press{Prefix: "d"}}, "d"},
		{Request{Kind: KindPress, Press: Press{Prefix: "gone"}}, "stale"},
		{Request{Kind: KindPress}, "stale"},
		{Request{Kind: KindEdited, Text: "/han", Command: "han"}, "edited"},
		{Request{Kind: KindMember, From: Sender{Bot: true}}, "member"},
		{Request{Kind: KindMigrated}, "migrated"},
		{Request{Kind: KindMessage, Text: "a", From: Sender{Bot: true}}, ""},
		{Request{Kind: KindOther}, ""},
	}
	for _, test := range tests {
		called = nil
		if err := router.Handle(t.Context(), &test.request); err != nil {
			t.Fatal(err)
		}
		want := []string{"outer", "inner", test.want}
		if test.want == "" {
			want = nil
		}
		if diff := cmp.Diff(want, called); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.request, diff)
		}
	}
	if err := NewRouter().Handle(t.Context(), &Request{Kind: KindMessage, Text: "a"}); err != nil {
		t.Errorf("empty router: %v", err)
	}
}
