package bot

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ketnghia/twinning"
)

const (
	chatJSON  = `"chat":{"id":1001,"type":"private"},"from":{"id":1001,"first_name":"Alăng","last_name":"Hoa","language_code":"vi"}`
	groupJSON = `"chat":{"id":-500,"type":"supergroup","title":"Tổ"},"from":{"id":1001,"first_name":"Alăng"}`
)

func TestReadUpdate(t *testing.T) {
	t.Parallel()
	alang := Sender{ID: 1001, Name: "Alăng Hoa", Lang: "vi"}
	inGroup := Sender{ID: 1001, Name: "Alăng", Lang: "vi"}
	private := func(edit func(*Request)) Request {
		r := Request{Kind: KindMessage, Chat: 1001, Message: 7, From: alang, Sent: time.Unix(100, 0)}
		edit(&r)
		return r
	}
	group := func(edit func(*Request)) Request {
		r := Request{Kind: KindMessage, Chat: -500, Group: true, ChatTitle: "Tổ", Message: 7, From: inGroup, Sent: time.Unix(100, 0)}
		edit(&r)
		return r
	}
	tests := map[string]struct {
		raw  string
		want Request
	}{
		"text becomes NFC": {
			`{"message":{"message_id":7,"date":100,` + chatJSON + `,"text":"  ho\u0323\u0302 nghèo "}}`,
			private(func(r *Request) { r.Text = "hộ nghèo" }),
		},
		"edited": {
			`{"edited_message":{"message_id":7,"date":50,"edit_date":100,` + chatJSON + `,"text":"a"}}`,
			private(func(r *Request) { r.Kind, r.Text = KindEdited, "a" }),
		},
		"command with diacritics after it": {
			`{"message":{"message_id":7,"date":100,` + chatJSON + `,"text":"/han@Ketnghia_Bot xã Ch'ơm\nđến 20/02"}}`,
			private(func(r *Request) {
				r.Text, r.Command, r.Args, r.Mentioned = "/han@Ketnghia_Bot xã Ch'ơm\nđến 20/02", "han", "xã Ch'ơm\nđến 20/02", true
			}),
		},
		"another bot's command": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"text":"/han@other_bot"}}`,
			group(func(r *Request) { r.Kind, r.Text = KindOther, "/han@other_bot" }),
		},
		"group without mention": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"text":"trưa nay ăn gì"}}`,
			group(func(r *Request) { r.Text = "trưa nay ăn gì" }),
		},
		"mention before": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"text":"@KETNGHIA_bot, còn mấy ngày"}}`,
			group(func(r *Request) { r.Text, r.Mentioned = "còn mấy ngày", true }),
		},
		"mention after": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"text":"đợi @ketnghia_bot"}}`,
			group(func(r *Request) { r.Text, r.Mentioned = "đợi", true }),
		},
		"mention of a similar name": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"text":"@ketnghia_bot2 ơi"}}`,
			group(func(r *Request) { r.Text = "@ketnghia_bot2 ơi" }),
		},
		"mention by entity": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"text":"Bot ơi","entities":[{"type":"text_mention","offset":0,"length":3,"user":{"id":42}}]}}`,
			group(func(r *Request) { r.Text, r.Mentioned = "Bot ơi", true }),
		},
		"reply to the bot": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"text":"54 hộ","reply_to_message":{"message_id":5,"from":{"id":42}}}}`,
			group(func(r *Request) { r.Text, r.ReplyTo, r.ReplyAny, r.Mentioned = "54 hộ", 5, 5, true }),
		},
		"reply to a person": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"text":"ừ","reply_to_message":{"message_id":5,"from":{"id":9}}}}`,
			group(func(r *Request) { r.Text, r.ReplyAny = "ừ", 5 }),
		},
		"photo of an album": {
			`{"message":{"message_id":7,"date":100,` + chatJSON + `,"caption":"phát quà","media_group_id":"g1","photo":[
				{"file_id":"s","file_unique_id":"us","width":90,"height":60},{"file_id":"l","file_unique_id":"ul","width":1280,"height":960,"file_size":900},
				{"file_id":"m","file_unique_id":"um","width":320,"height":240}]}}`,
			private(func(r *Request) {
				r.Text, r.Album = "phát quà", "g1"
				r.Files = []twinning.FileRef{{ID: "l", UniqueID: "ul", Size: 900, Photo: true}}
			}),
		},
		"document": {
			`{"message":{"message_id":7,"date":100,` + chatJSON + `,"document":{"file_id":"d","file_unique_id":"ud","file_name":"kế hoạch.pdf","mime_type":"application/pdf","file_size":5000000000}}}`,
			private(func(r *Request) {
				r.Files = []twinning.FileRef{{ID: "d", UniqueID: "ud", Name: "kế hoạch.pdf", MIME: "application/pdf", Size: 5_000_000_000}}
			}),
		},
		"voice": {
			`{"message":{"message_id":7,"date":100,` + chatJSON + `,"voice":{"file_id":"v"}}}`,
			private(func(r *Request) { r.Unsupported = "voice" }),
		},
		"service message": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"new_chat_title":"Tổ mới"}}`,
			group(func(r *Request) { r.Kind = KindOther }),
		},
		"migration": {
			`{"message":{"message_id":7,"date":100,` + groupJSON + `,"migrate_to_chat_id":-1009}}`,
			group(func(r *Request) { r.Kind, r.MigratedTo = KindMigrated, -1009 }),
		},
		"press": {
			`{"callback_query":{"id":"q1","from":{"id":1001,"first_name":"Alăng","last_name":"Hoa"},"data":"d:12:ok","message":{"message_id":7,"date":100,"chat":{"id":1001,"type":"private"}}}}`,
			private(func(r *Request) {
				r.Kind, r.Sent = KindPress, time.Time{}
				r.Press = Press{QueryID: "q1", Data: "d:12:ok", Prefix: "d", Parts: []string{"12", "ok"}, Message: 7}
			}),
		},
		"press of an inline message": {
			`{"callback_query":{"id":"q1","from":{"id":1001,"first_name":"Alăng","last_name":"Hoa"},"data":"d"}}`,
			Request{Kind: KindOther, From: alang},
		},
		"blocked": {
			`{"my_chat_member":{"date":100,` + chatJSON + `,"old_chat_member":{"status":"member","user":{"id":42,"is_bot":true}},"new_chat_member":{"status":"kicked","user":{"id":42,"is_bot":true}}}}`,
			private(func(r *Request) {
				r.Kind, r.Message = KindMember, 0
				r.Member = Member{Who: Sender{ID: 42, Lang: "vi", Bot: true}, Me: true, Old: "member", New: "kicked"}
			}),
		},
		"member of an unknown status": {
			`{"chat_member":{"date":100,` + chatJSON + `,"old_chat_member":{"status":"novel","user":{"id":9}},"new_chat_member":{"status":"left","user":{"id":9}}}}`,
			private(func(r *Request) {
				r.Kind, r.Message = KindMember, 0
				r.Member = Member{Who: Sender{ID: 9, Lang: "vi"}, Old: "novel", New: "left"}
			}),
		},
		"English": {
			`{"message":{"message_id":7,"date":100,"chat":{"id":1001,"type":"private"},"from":{"id":1001,"first_name":"A","language_code":"en-GB"},"text":"hi"}}`,
			private(func(r *Request) { r.From, r.Text = Sender{ID: 1001, Name: "A", Lang: "en"}, "hi" }),
		},
		"unknown kind": {`{"poll_answer":{}}`, Request{From: Sender{Lang: "vi"}}},
		"no sender":    {`{"message":{"message_id":7,"chat":{"id":-5,"type":"channel"},"text":"a"}}`, Request{Chat: -5, Message: 7, From: Sender{Lang: "vi"}, Text: "a"}},
	}
	me := identity{id: 42, username: "ketnghia_bot"}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var u tgUpdate
			if err := json.Unmarshal([]byte(test.raw), &u); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, *me.read(&u), cmpopts.IgnoreUnexported(Request{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzReadUpdate looks for updates that make the reader panic or give a request that a handler must not see.
func FuzzReadUpdate(f *testing.F) {
	f.Add(`{"message":{"message_id":7,` + chatJSON + `,"text":"/han@ketnghia_bot @ketnghia_bot"}}`)
	f.Add(`{"message":{"message_id":7,` + groupJSON + `,"text":"@ketnghia_bot"}}`)
	f.Add(`{"callback_query":{"id":"q","from":{"id":1},"data":"::","message":{"chat":{"id":1}}}}`)
	f.Add(`{"message":{"text":"@KETNGHİA_bot İİ @ketnghia_bot","chat":{"id":1},"from":{"id":1}}}`)
	me := identity{id: 42, username: "ketnghia_bot"}
	f.Fuzz(func(t *testing.T, raw string) {
		var u tgUpdate
		_ = json.Unmarshal([]byte(raw), &u)
		r := me.read(&u)
		if r.Kind != KindOther && (r.Chat == 0 || r.From.ID == 0) {
			t.Errorf("request without chat or sender: %+v", r)
		}
	})
}
