package bot

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ketnghia/twinning"
)

// The structures of this file hold the parts of a Bot API Update that the bot reads. They are not the library's models
// because those refuse a whole update over a part that nobody reads (an unknown kind of chat member, of forwarded
// origin, of gift).

type tgUpdate struct {
	ID           int64           `json:"update_id"`
	Message      *tgMessage      `json:"message"`
	Edited       *tgMessage      `json:"edited_message"`
	Callback     *tgCallback     `json:"callback_query"`
	MyChatMember *tgMemberUpdate `json:"my_chat_member"`
	ChatMember   *tgMemberUpdate `json:"chat_member"`
}

type tgUser struct {
	ID        int64  `json:"id"`
	Bot       bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Lang      string `json:"language_code"`
}

type tgChat struct {
	ID    int64  `json:"id"`
	Type  string `json:"type"`
	Title string `json:"title"`
}

type tgMessage struct {
	ID          int             `json:"message_id"`
	From        *tgUser         `json:"from"`
	Chat        tgChat          `json:"chat"`
	Date        int64           `json:"date"`
	EditDate    int64           `json:"edit_date"`
	ReplyTo     *tgReplied      `json:"reply_to_message"`
	Album       string          `json:"media_group_id"`
	Text        string          `json:"text"`
	Entities    []tgEntity      `json:"entities"`
	Caption     string          `json:"caption"`
	Photo       []tgFile        `json:"photo"`
	Document    *tgFile         `json:"document"`
	MigrateTo   twinning.ChatID `json:"migrate_to_chat_id"`
	MigrateFrom twinning.ChatID `json:"migrate_from_chat_id"`

	tgUnsupported
}

// tgUnsupported says which kind of message it is that the bot has no use for; only the presence is read.
type tgUnsupported struct {
	Voice     json.RawMessage `json:"voice"`
	Audio     json.RawMessage `json:"audio"`
	Video     json.RawMessage `json:"video"`
	VideoNote json.RawMessage `json:"video_note"`
	Sticker   json.RawMessage `json:"sticker"`
	Location  json.RawMessage `json:"location"`
	Contact   json.RawMessage `json:"contact"`
	Poll      json.RawMessage `json:"poll"`
}

type tgReplied struct {
	ID   int     `json:"message_id"`
	From *tgUser `json:"from"`
}

type tgEntity struct {
	Type string  `json:"type"`
	User *tgUser `json:"user"`
}

type tgFile struct {
	ID       string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Name     string `json:"file_name"`
	MIME     string `json:"mime_type"`
	Size     int64  `json:"file_size"`
	Width    int64  `json:"width"`
	Height   int64  `json:"height"`
}

type tgCallback struct {
	ID      string     `json:"id"`
	From    tgUser     `json:"from"`
	Message *tgMessage `json:"message"`
	Data    string     `json:"data"`
}

type tgMemberUpdate struct {
	Chat tgChat   `json:"chat"`
	From tgUser   `json:"from"`
	Date int64    `json:"date"`
	Old  tgMember `json:"old_chat_member"`
	New  tgMember `json:"new_chat_member"`
}

type tgMember struct {
	Status string `json:"status"`
	User   tgUser `json:"user"`
}

// kind names what the message is when the bot has no use for it, "" otherwise.
func (u tgUnsupported) kind() string {
	for _, k := range []struct {
		name string
		raw  json.RawMessage
	}{
		{"voice", u.Voice},
		{"audio", u.Audio},
		{"video", u.Video},
		{"video_note", u.VideoNote},
		{"sticker", u.Sticker},
		{"location", u.Location},
		{"contact", u.Contact},
		{"poll", u.Poll},
	} {
		if len(k.raw) > 0 && string(k.raw) != "null" {
			return k.name
		}
	}
	return ""
}

// files returns the largest size of a photo, or the document.
func (m *tgMessage) files() []twinning.FileRef {
	if len(m.Photo) > 0 {
		best := m.Photo[0]
		for _, p := range m.Photo[1:] {
			if p.Width*p.Height > best.Width*best.Height {
				best = p
			}
		}
		return []twinning.FileRef{{ID: best.ID, UniqueID: best.UniqueID, Size: best.Size, Photo: true}}
	}
	if d := m.Document; d != nil {
		return []twinning.FileRef{{ID: d.ID, UniqueID: d.UniqueID, Name: clean(d.Name), MIME: d.MIME, Size: d.Size}}
	}
	return nil
}

// words returns the text, or the caption of a photo or document, as NFC without space around it.
func (m *tgMessage) words() string { return clean(m.Text + m.Caption) }

// sender turns a user into a Sender; a language that is not English is answered in Vietnamese.
func (u *tgUser) sender() Sender {
	if u == nil {
		return Sender{Lang: langVI}
	}
	lang := langVI
	if tag := strings.ToLower(u.Lang); tag == langEN || strings.HasPrefix(tag, langEN+"-") {
		lang = langEN
	}
	return Sender{ID: twinning.ChatID(u.ID), Name: u.called(), Lang: lang, Bot: u.Bot}
}

// group says whether the chat is a group; channels and private chats are none.
func (c tgChat) group() bool { return c.Type == "group" || c.Type == "supergroup" }

// clean returns s in NFC without space around it and without characters that nobody sees: control characters, and those
// of format, with which a name could turn the text after it around (U+202E) or look like another one. Line breaks of all
// kinds become "\n"; what joins emoji and scripts stays.
func clean(s string) string {
	if strings.IndexFunc(s, unseen) >= 0 {
		s = strings.Map(func(c rune) rune {
			switch {
			case c == '\u2028', c == '\u2029', c == '\u0085':
				return '\n'
			case unseen(c):
				return -1
			}
			return c
		}, s)
	}
	return strings.TrimSpace(norm.NFC.String(s))
}

// unseen says whether a character is none to be shown.
func unseen(c rune) bool {
	switch {
	case c < ' ':
		return c != '\n' && c != '\t'
	case c < '\u007f':
		return false
	case c >= 'À' && c <= 'ɏ', c >= 'Ạ' && c <= 'ỹ': // letters
		return false
	case c == '\u200c', c == '\u200d': // zero-width non-joiner and joiner
		return false
	}
	return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || c == '\u2028' || c == '\u2029'
}

// nameLimit is the most characters of a person's name; Telegram allows 64 each for first and last name.
const nameLimit = 129

// called returns a person's name in one line; somebody whose name is nothing to be seen goes by the number.
func (u *tgUser) called() string {
	name := []rune(strings.Join(strings.Fields(clean(u.FirstName+" "+u.LastName)), " "))
	if len(name) == 0 && u.FirstName != "" {
		return "#" + strconv.FormatInt(u.ID, 10)
	}
	return string(name[:min(len(name), nameLimit)])
}

// unix returns the moment of a date in a Bot API object, or the zero time for 0.
func unix(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
