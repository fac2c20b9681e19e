package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"
	"time"

	"ketnghia/sandbox"
)

// prepared is a world with a text, a photo and a foreign message in An's chat, and their ids.
func prepared(t *testing.T) (w *world, text, foreign, photo int) {
	t.Helper()
	w = newWorld(t)
	foreign = w.say(an, an, "/start").ID
	id := func(raw json.RawMessage) int {
		var m struct {
			ID int `json:"message_id"`
		}
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		return m.ID
	}
	text = id(w.ok("sendMessage", `{"chat_id":103,"text":"<b>a</b>","parse_mode":"HTML","reply_markup":{"inline_keyboard":[[{"text":"x","callback_data":"y"}]]}}`))
	files, err := w.SendFiles(an, an, "", sandbox.File{Name: "a.png", Data: picture(t), Photo: true})
	if err != nil {
		t.Fatal(err)
	}
	photo = id(w.ok("sendPhoto", `{"chat_id":103,"photo":"`+files[0].Photo.ID+`","caption":"c"}`))
	return w, text, foreign, photo
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w, text, foreign, photo := prepared(t)
	long := strings.Repeat("ạ", 4097)
	tests := map[string]struct {
		method, body string
		code         int
		want         string
	}{
		"unknown method":         {"sendPigeon", `{}`, 404, "Not Found"},
		"unknown parameter":      {"sendMessage", `{"chat_id":103,"text":"a","colour":"red"}`, 400, `Bad Request: unknown parameter "colour" of sendMessage`},
		"not JSON":               {"sendMessage", `{`, 400, "Bad Request: Can't parse JSON object"},
		"no chat":                {"sendMessage", `{"text":"a"}`, 400, "Bad Request: chat_id is empty"},
		"unknown chat":           {"sendMessage", `{"chat_id":999,"text":"a"}`, 400, "Bad Request: chat not found"},
		"chat by name":           {"sendMessage", `{"chat_id":"@someone","text":"a"}`, 400, "Bad Request: chat not found"},
		"never wrote":            {"sendMessage", `{"chat_id":105,"text":"a"}`, 403, "Forbidden: bot can't initiate conversation with a user"},
		"group without the bot":  {"sendMessage", `{"chat_id":-900,"text":"a"}`, 400, "Bad Request: chat not found"},
		"empty text":             {"sendMessage", `{"chat_id":103,"text":""}`, 400, "Bad Request: message text is empty"},
		"blank text":             {"sendMessage", `{"chat_id":103,"text":" \n "}`, 400, "Bad Request: text must be non-empty"},
		"long text":              {"sendMessage", `{"chat_id":103,"text":"` + long + `"}`, 400, "Bad Request: message is too long"},
		"long caption":           {"sendPhoto", `{"chat_id":103,"photo":"x","caption":"` + long[:3*1025] + `"}`, 400, "Bad Request: message caption is too long"},
		"broken HTML":            {"sendMessage", `{"chat_id":103,"text":"<b>a","parse_mode":"HTML"}`, 400, `Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`},
		"Markdown":               {"sendMessage", `{"chat_id":103,"text":"*a*","parse_mode":"MarkdownV2"}`, 400, "Bad Request: can't parse entities: the sandbox reads parse_mode HTML only, not MarkdownV2"},
		"unknown parse mode":     {"sendMessage", `{"chat_id":103,"text":"a","parse_mode":"rtf"}`, 400, "Bad Request: unsupported parse_mode"},
		"entity outside":         {"sendMessage", `{"chat_id":103,"text":"a","entities":[{"type":"bold","offset":0,"length":2}]}`, 400, "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2"},
		"unknown entity field":   {"sendMessage", `{"chat_id":103,"text":"a","entities":[{"type":"bold","offset":0,"length":1,"x":1}]}`, 400, `Bad Request: unknown field "x" of MessageEntity in "entities[0]"`},
		"no button data":         {"sendMessage", `{"chat_id":103,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"x","callback_data":""}]]}}`, 400, "Bad Request: BUTTON_DATA_INVALID"},
		"65 bytes of data":       {"sendMessage", `{"chat_id":103,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"x","callback_data":"` + strings.Repeat("ạ", 21) + `xx"}]]}}`, 400, "Bad Request: BUTTON_DATA_INVALID"},
		"button without action":  {"sendMessage", `{"chat_id":103,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"x"}]]}}`, 400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		"button with two":        {"sendMessage", `{"chat_id":103,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"x","url":"https://x.vn","callback_data":"y"}]]}}`, 400, "Bad Request: can't parse inline keyboard button: the button must have exactly one action"},
		"button URL":             {"sendMessage", `{"chat_id":103,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"x","url":"ftp://x"}]]}}`, 400, "Bad Request: inline keyboard button URL 'ftp://x' is invalid: Wrong HTTP URL"},
		"button without text":    {"sendMessage", `{"chat_id":103,"text":"a","reply_markup":{"inline_keyboard":[[{"callback_data":"y"}]]}}`, 400, `Bad Request: can't find field "text" of InlineKeyboardButton in "reply_markup.inline_keyboard[0][0]"`},
		"unknown button field":   {"sendMessage", `{"chat_id":103,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"x","callback_data":"y","colour":"red"}]]}}`, 400, `Bad Request: unknown field "colour" of InlineKeyboardButton in "reply_markup.inline_keyboard[0][0]"`},
		"keyboard of one level":  {"sendMessage", `{"chat_id":103,"text":"a","reply_markup":{"inline_keyboard":[{"text":"x"}]}}`, 400, `Bad Request: field "reply_markup.inline_keyboard[0]" must be an Array`},
		"markup no JSON":         {"sendMessage", `{"chat_id":103,"text":"a","reply_markup":"{"}`, 400, "Bad Request: can't parse reply markup JSON object"},
		"integer":                {"getUpdates", `{"offset":"ten"}`, 400, `Bad Request: parameter "offset" must be Integer`},
		"boolean":                {"sendMessage", `{"chat_id":103,"text":"a","protect_content":"perhaps"}`, 400, `Bad Request: parameter "protect_content" must be Boolean`},
		"reply to nothing":       {"sendMessage", `{"chat_id":103,"text":"a","reply_parameters":{"message_id":99}}`, 400, "Bad Request: message to be replied not found"},
		"edit nothing":           {"editMessageText", `{"chat_id":103,"message_id":99,"text":"a"}`, 400, "Bad Request: message to edit not found"},
		"edit without id":        {"editMessageText", `{"chat_id":103,"text":"a"}`, 400, "Bad Request: message identifier is not specified"},
		"edit a person's":        {"editMessageText", fmt.Sprintf(`{"chat_id":103,"message_id":%d,"text":"a"}`, foreign), 400, "Bad Request: message can't be edited"},
		"edit text of a photo":   {"editMessageText", fmt.Sprintf(`{"chat_id":103,"message_id":%d,"text":"a"}`, photo), 400, "Bad Request: there is no text in the message to edit"},
		"edit caption of a text": {"editMessageCaption", fmt.Sprintf(`{"chat_id":103,"message_id":%d,"caption":"a"}`, text), 400, "Bad Request: there is no caption in the message to edit"},
		"same again": {
			"editMessageText",
			fmt.Sprintf(`{"chat_id":103,"message_id":%d,"text":"<b>a</b>","parse_mode":"HTML","reply_markup":{"inline_keyboard":[[{"text":"x","callback_data":"y","copy_text":{"text":""}}]]}}`, text), 400,
			"Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
		},
		"delete nothing":    {"deleteMessage", `{"chat_id":103,"message_id":99}`, 400, "Bad Request: message to delete not found"},
		"copy nothing":      {"copyMessage", `{"chat_id":103,"from_chat_id":103,"message_id":99}`, 400, "Bad Request: message to copy not found"},
		"forward nothing":   {"forwardMessage", `{"chat_id":103,"from_chat_id":103,"message_id":99}`, 400, "Bad Request: message to forward not found"},
		"no photo":          {"sendPhoto", `{"chat_id":103}`, 400, "Bad Request: there is no photo in the request"},
		"unknown file id":   {"sendDocument", `{"chat_id":103,"document":"BQAC"}`, 400, "Bad Request: wrong file identifier/HTTP URL specified"},
		"album of one":      {"sendMediaGroup", `{"chat_id":103,"media":[{"type":"photo","media":"x"}]}`, 400, "Bad Request: media group must include 2-10 items"},
		"missing part":      {"sendMediaGroup", `{"chat_id":103,"media":[{"type":"photo","media":"attach://x"},{"type":"photo","media":"y"}]}`, 400, "Bad Request: wrong file attachment: there is no part named x"},
		"unknown media":     {"sendMediaGroup", `{"chat_id":103,"media":[{"type":"hologram","media":"x"}]}`, 400, `Bad Request: field "media[0]" is none of InputMediaAudio, InputMediaDocument, InputMediaLivePhoto, InputMediaPhoto, InputMediaVideo`},
		"old query":         {"answerCallbackQuery", `{"callback_query_id":"1"}`, 400, "Bad Request: query is too old and response timeout expired or query ID is invalid"},
		"unknown file":      {"getFile", `{"file_id":"x"}`, 400, "Bad Request: invalid file_id"},
		"command form":      {"setMyCommands", `{"commands":[{"command":"Nộp","description":"x"}]}`, 400, "Bad Request: BOT_COMMAND_INVALID"},
		"reaction":          {"setMessageReaction", fmt.Sprintf(`{"chat_id":103,"message_id":%d,"reaction":[{"type":"emoji","emoji":"✅"}]}`, text), 400, "Bad Request: REACTION_INVALID"},
		"action":            {"sendChatAction", `{"chat_id":103,"action":"dancing"}`, 400, "Bad Request: wrong parameter action in request"},
		"private admins":    {"getChatAdministrators", `{"chat_id":103}`, 400, "Bad Request: there are no administrators in the private chat"},
		"library's caption": {"editMessageCaption", fmt.Sprintf(`{"chat_id":103,"message_id":%d,"k":true}`, photo), 400, `Bad Request: unknown parameter "k" of editMessageCaption`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := w.call(tt.method, tt.body)
			if a.OK || a.Code != tt.code || a.Description != tt.want {
				t.Errorf("%s: %d %q, want %d %q", tt.method, a.Code, a.Description, tt.code, tt.want)
			}
		})
	}
}

func TestLongestIsTaken(t *testing.T) {
	t.Parallel()
	w, _, _, _ := prepared(t)
	w.ok("sendMessage", `{"chat_id":"103","parse_mode":"HTML","text":"<b>`+strings.Repeat("ạ", 4096)+`</b>"}`)
	w.ok("sendMessage", `{"chat_id":103,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"x","callback_data":"`+strings.Repeat("x", 64)+`"}]]}}`)
	if a := w.call("sendMessage", `{"chat_id":103,"text":"`+strings.Repeat("😀", 2049)+`"}`); a.OK {
		t.Error("an emoji counts as two units")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, want := range map[string]int{
		"/bot1:x/getMe": 401, "/bot" + token + "/": 404, "/bot" + token + "/a/b": 404, "/": 404, "/file/bot1:x/y": 401,
		"/file/bot" + token + "/nope": 404, "/bot" + token + "/GETME": 0,
	} {
		if a := w.post(t.Context(), w.url+path, "application/json", nil); a.Code != want {
			t.Errorf("%s: %d, want %d", path, a.Code, want)
		}
	}
	for _, bad := range []string{"", "abc", "x:y", "-1:y", "12"} {
		if _, err := sandbox.New(sandbox.Options{Token: bad, Now: start}); err == nil {
			t.Errorf("token %q is taken", bad)
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(an, an, "/start")
	markup := `{"inline_keyboard":[[{"text":"Ghi","callback_data":"g"}]]}`
	values := url.Values{"chat_id": {"103"}, "text": {"<b>chào</b>"}, "parse_mode": {"HTML"}, "reply_markup": {markup}}
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	for k, v := range values {
		if err := parts.WriteField(k, v[0]); err != nil {
			t.Fatal(err)
		}
	}
	if err := parts.Close(); err != nil {
		t.Fatal(err)
	}
	base := w.url + "/bot" + token + "/sendMessage"
	tests := map[string]struct{ url, kind, body string }{
		"query":        {base + "?" + values.Encode(), "", ""},
		"form":         {base, "application/x-www-form-urlencoded", values.Encode()},
		"JSON":         {base, "application/json", `{"chat_id":103,"text":"<b>chào</b>","parse_mode":"HTML","reply_markup":` + markup + `,"entities":null}`},
		"JSON in JSON": {base, "application/json; charset=utf-8", `{"chat_id":"103","text":"<b>chào</b>","parse_mode":"HTML","reply_markup":"{\"inline_keyboard\":[[{\"text\":\"Ghi\",\"callback_data\":\"g\"}]]}"}`},
		"multipart":    {base, parts.FormDataContentType(), form.String()},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if a := w.post(t.Context(), tt.url, tt.kind, strings.NewReader(tt.body)); !a.OK {
				t.Fatal(a.Description)
			}
			got := lastOf(t, w, an)
			if got.Text != "chào" || len(got.Entities) != 1 || got.Buttons[0][0].Data != "g" {
				t.Errorf("message %v %v", got, got.Entities)
			}
		})
	}
	if a := w.post(t.Context(), base, "text/plain", strings.NewReader("x")); a.Code != 400 {
		t.Errorf("text/plain: %+v", a)
	}
	if a := w.post(t.Context(), base, "multipart/form-data; boundary=x", strings.NewReader("--y\r\n")); a.Code != 400 {
		t.Errorf("broken multipart: %+v", a)
	}
}

func TestFileLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	files, err := w.SendFiles(an, an, "", sandbox.File{Name: "to.zip", Data: make([]byte, 20<<20+1)})
	if err != nil {
		t.Fatal(err)
	}
	if a := w.call("getFile", `{"file_id":"`+files[0].Document.ID+`"}`); a.Description != "Bad Request: file is too big" {
		t.Errorf("getFile: %+v", a)
	}
	upload := func(method, field string, data []byte) answer {
		var body bytes.Buffer
		parts := multipart.NewWriter(&body)
		part, err := parts.CreateFormFile(field, "a.bin")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(data)
		_ = parts.WriteField("chat_id", "103")
		_ = parts.Close()
		return w.post(t.Context(), w.url+"/bot"+token+"/"+method, parts.FormDataContentType(), &body)
	}
	tests := map[string]struct {
		method, field string
		data          []byte
		want          string
	}{
		"no image":       {"sendPhoto", "photo", []byte("not an image"), "Bad Request: IMAGE_PROCESS_FAILED"},
		"big photo":      {"sendPhoto", "photo", make([]byte, 10<<20+1), "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"},
		"empty document": {"sendDocument", "document", nil, "Bad Request: file must be non-empty"},
		"stray file":     {"sendDocument", "other", []byte("x"), `Bad Request: unknown parameter "other" of sendDocument`},
		"good document":  {"sendDocument", "document", []byte("x"), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if a := upload(tt.method, tt.field, tt.data); a.Description != tt.want {
				t.Errorf("answer %+v, want %q", a, tt.want)
			}
		})
	}
}

func TestOldMessages(t *testing.T) {
	t.Parallel()
	w, text, _, _ := prepared(t)
	press, err := w.Press(an, an, text, "x")
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(49 * time.Hour)
	if a := w.call("deleteMessage", fmt.Sprintf(`{"chat_id":103,"message_id":%d}`, text)); a.Description != "Bad Request: message can't be deleted for everyone" {
		t.Errorf("deleteMessage: %+v", a)
	}
	if a := w.call("answerCallbackQuery", `{"callback_query_id":"`+press.QueryID+`"}`); !strings.Contains(a.Description, "query is too old") {
		t.Errorf("answerCallbackQuery: %+v", a)
	}
}
