package sandbox

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Telegram's limits of keyboards.
const (
	maxCallbackData = 64 // bytes (InlineKeyboardButton.callback_data)
	maxButtons      = 100
	maxButtonText   = 256
)

// markup is a read reply_markup.
type markup struct {
	raw      json.RawMessage // an inline keyboard to echo; nil if none
	buttons  [][]Button
	keyboard [][]string
}

// readMarkup reads reply_markup, whose shape was checked before. Absent gives an empty markup.
func readMarkup(raw string) (markup, *apiError) {
	var m markup
	if raw == "" {
		return m, nil
	}
	var object struct {
		Inline   [][]map[string]any `json:"inline_keyboard"`
		Keyboard [][]struct {
			Text string `json:"text"`
		} `json:"keyboard"`
	}
	if err := json.Unmarshal([]byte(raw), &object); err != nil {
		return m, bad("object expected as reply markup")
	}
	for _, row := range object.Keyboard {
		var texts []string
		for _, b := range row {
			texts = append(texts, b.Text)
		}
		m.keyboard = append(m.keyboard, texts)
	}
	return m, m.readInline(object.Inline)
}

func (m *markup) readInline(rows [][]map[string]any) *apiError {
	total := 0
	rows = slices.DeleteFunc(rows, func(row []map[string]any) bool { return len(row) == 0 })
	for _, row := range rows {
		var buttons []Button
		for _, object := range row {
			b, err := readButton(object)
			if err != nil {
				return err
			}
			buttons = append(buttons, b)
			total++
		}
		m.buttons = append(m.buttons, buttons)
	}
	if total > maxButtons {
		return bad("reply markup is too long")
	}
	if total == 0 {
		return nil
	}
	raw, err := json.Marshal(map[string]any{"inline_keyboard": rows})
	if err != nil {
		return bad("object expected as reply markup")
	}
	m.raw = raw
	return nil
}

// actions are the fields of which an inline button has exactly one.
func actions() []string {
	return []string{
		"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
		"switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
	}
}

func readButton(object map[string]any) (Button, *apiError) {
	dropEmptyCopyText(object)
	b := Button{}
	b.Text, _ = object["text"].(string)
	b.Data, _ = object["callback_data"].(string)
	b.URL, _ = object["url"].(string)
	b.Style, _ = object["style"].(string)
	n := 0
	for _, action := range actions() {
		if _, ok := object[action]; ok {
			n++
		}
	}
	_, hasData := object["callback_data"]
	_, hasURL := object["url"]
	switch {
	case strings.TrimSpace(b.Text) == "":
		return b, bad("can't parse inline keyboard button: Button text must be non-empty")
	case utf16Len(b.Text) > maxButtonText:
		return b, bad("can't parse inline keyboard button: Button text is too long")
	case n == 0:
		return b, bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case n > 1:
		return b, bad("can't parse inline keyboard button: the button must have exactly one action")
	case hasData && (b.Data == "" || len(b.Data) > maxCallbackData):
		return b, bad("BUTTON_DATA_INVALID")
	case hasURL && !buttonURL(b.URL):
		return b, bad(fmt.Sprintf("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL))
	case !slices.Contains([]string{"", "primary", "success", "danger"}, b.Style):
		return b, bad("can't parse inline keyboard button: Unsupported style")
	}
	return b, nil
}

// buttonURL says whether Telegram takes the address: http or https with a dotted host, or tg://.
func buttonURL(raw string) bool {
	if !strings.Contains(raw, "://") {
		raw = "http://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	return u.Scheme == "tg" || (u.Scheme == "http" || u.Scheme == "https") && strings.Contains(u.Host, ".")
}
