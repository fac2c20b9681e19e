package sandbox

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDetectEntities(t *testing.T) {
	t.Parallel()
	type found struct{ Kind, Part string }
	tests := map[string]struct {
		text string
		want []found
	}{
		"nothing":                  {"hôm qua khám bệnh cho 45 hộ", nil},
		"command":                  {"/start AbC_1", []found{{"bot_command", "/start"}}},
		"command to a bot":         {"/nop@ketnghia_bot giúp", []found{{"bot_command", "/nop@ketnghia_bot"}}},
		"command after Vietnamese": {"Gõ /trogiup để xem", []found{{"bot_command", "/trogiup"}}},
		"two commands":             {"/a /b", []found{{"bot_command", "/a"}, {"bot_command", "/b"}}},
		"not ASCII":                {"/hạn", nil},
		"date":                     {"trước 28/02 và 31/3", nil},
		"path":                     {"xem /a/b", nil},
		"mention":                  {"chào @ketnghia_bot nhé", []found{{"mention", "@ketnghia_bot"}}},
		"e-mail":                   {"gửi a.b@tinh.gov.vn", []found{{"email", "a.b@tinh.gov.vn"}}},
		"link":                     {"xem https://x.vn/a?b=1.", []found{{"url", "https://x.vn/a?b=1"}}},
		"deep link":                {"t.me/ketnghia_bot?start=A-1 nhé", []found{{"url", "t.me/ketnghia_bot?start=A-1"}}},
		"hashtag":                  {"#kếtnghĩa 😀 #b", []found{{"hashtag", "#kếtnghĩa"}, {"hashtag", "#b"}}},
		"number sign":              {"#45", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []found
			for _, e := range detectEntities(tt.text) {
				got = append(got, found{e.Type, cut16(tt.text, e.Offset, e.end())})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("detectEntities(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestUTF16Offsets(t *testing.T) {
	t.Parallel()
	got := detectEntities("😀 ơ /nop")
	want := []Entity{{Type: "bot_command", Offset: 5, Length: 4}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("offsets (-want +got):\n%s", diff)
	}
}

func TestAddressed(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"/nop": true, "/nop@KetNghia_bot": true, "/nop@other_bot": false, "nhờ @ketnghia_bot": true, "chào": false,
		"xem /nop": false,
	}
	for text, want := range tests {
		if got := addressed(text, detectEntities(text), "ketnghia_bot"); got != want {
			t.Errorf("addressed(%q) = %v", text, got)
		}
	}
}

func TestTrimText(t *testing.T) {
	t.Parallel()
	text, got := trimText("  đậm  ", []Entity{{Type: "bold", Offset: 1, Length: 6}, {Type: "italic", Offset: 0, Length: 1}})
	if text != "đậm" {
		t.Errorf("text %q", text)
	}
	if diff := cmp.Diff([]Entity{{Type: "bold", Offset: 0, Length: 3}}, got); diff != "" {
		t.Errorf("entities (-want +got):\n%s", diff)
	}
}
