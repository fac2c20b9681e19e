package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"plain":                {"Xã Ch'ơm, 45 hộ", "Xã Ch'ơm, 45 hộ"},
		"composed":             {"Hoa\u0300", "Hoà"},
		"override":             {"báo cáo\u202egpj.exe", "báo cáogpj.exe"},
		"isolates":             {"\u2066a\u2067b\u2068c\u2069", "abc"},
		"marks":                {"\u200ea\u200fb\u061cc", "abc"},
		"zero width":           {"Ki\u200bm\ufeff\u2060", "Kim"},
		"emoji of a family":    {"👨‍👩‍👧", "👨‍👩‍👧"},
		"controls":             {"a\x00b\x1bc\x7fd\u009be", "abcde"},
		"lines":                {"a\r\nb\u2028c\u2029d\u0085e\tf", "a\nb\nc\nd\ne\tf"},
		"nothing to be seen":   {"\u2063\u200b\u00ad", ""},
		"tags":                 {"x\U000e0041\U000e007f", "x"},
		"broken":               {"a\xffb", "a\ufffdb"},
		"a mention kept whole": {"@ketnghia_bot", "@ketnghia_bot"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := strings.ToValidUTF8(clean(tt.in), "\ufffd")
			if got != tt.want {
				t.Errorf("clean(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// A name is one line of something that can be seen.
func TestNames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		first, last, want string
	}{
		"usual":     {"Trần Thị", "Lan", "Trần Thị Lan"},
		"lines":     {"Trần\n\nThị", "\tLan", "Trần Thị Lan"},
		"invisible": {"\u2063", "\u202e", "#77"},
		"endless":   {strings.Repeat("ạ", 4000), "", strings.Repeat("ạ", nameLimit)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := &tgUser{ID: 77, FirstName: tt.first, LastName: tt.last}
			if got := u.sender().Name; got != tt.want {
				t.Errorf("the name is %q, want %q", got, tt.want)
			}
		})
	}
}

// The bot's own name is cut off where it stands, whatever letters it is written with: U+212A, the Kelvin sign, is a K of
// three bytes.
func TestMentionOfOtherLength(t *testing.T) {
	t.Parallel()
	me := identity{id: 42, username: "ketnghia_bot"}
	for text, want := range map[string]string{
		"@\u212aetnghia_bot tình hình": "tình hình", "tình hình @\u212aETNGHIA_BOT": "tình hình", "@ketnghia_bot": "",
		"@ketnghia_bot, tình hình": "tình hình", "@ketnghia_bot @ketnghia_bot": "", "@ketnghia_bott x": "@ketnghia_bott x",
	} {
		got, named := me.mention(&tgMessage{Text: text})
		if got != want || named != (got != text) || !utf8.ValidString(got) {
			t.Errorf("mention(%q) = %q, %v, want %q", text, got, named, want)
		}
	}
}

// FuzzUpdate reads what Telegram, or somebody in its place, sends: nothing of it ends the bot, and what is read can be shown.
func FuzzUpdate(f *testing.F) {
	for _, seed := range []string{
		`{"update_id":1,"message":{"message_id":1,"from":{"id":1,"first_name":"A"},"chat":{"id":1,"type":"private"},"text":"/start x"}}`,
		`{"callback_query":{"id":"q","from":{"id":1},"data":"d:1:2:3","message":{"message_id":1,"chat":{"id":1}}}}`,
		`{"edited_message":{"message_id":1,"from":{"id":1},"chat":{"id":-1,"type":"group","title":"\u202e"},"caption":"@ketnghia_bot","photo":[{"file_id":"a"}]}}`,
		`{"my_chat_member":{"chat":{"id":1},"from":{"id":1},"new_chat_member":{"status":"kicked","user":{"id":42}}}}`,
		`{"message":{"message_id":-1,"chat":{"id":9e18},"migrate_to_chat_id":-5,"document":{"file_name":"\u0000../../x\n"}}}`,
	} {
		f.Add([]byte(seed))
	}
	me := identity{id: 42, username: "ketnghia_bot"}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, ok := me.parse(raw)
		if !ok {
			return
		}
		for _, text := range []string{r.Text, r.Args, r.From.Name, r.ChatTitle, r.Command} {
			if strings.IndexFunc(text, unseen) >= 0 || !utf8.ValidString(text) {
				t.Errorf("%q can't be shown", text)
			}
		}
		for _, file := range r.Files {
			if strings.IndexFunc(file.Name, unseen) >= 0 || strings.Contains(extensionOf(file), "/") {
				t.Errorf("file name %q", file.Name)
			}
		}
	})
}

// parse reads an update as the intake does.
func (me identity) parse(raw []byte) (*Request, bool) {
	var u tgUpdate
	if json.Unmarshal(raw, &u) != nil {
		return nil, false
	}
	return me.read(&u), true
}
