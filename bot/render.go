package bot

import (
	"html"
	"log/slog"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/twinning"
)

const (
	// maxText and maxCaption count UTF-16 units after the markup is parsed (Bot API, sendMessage.text and
	// sendPhoto.caption).
	maxText    = 4096
	maxCaption = 1024
	// maxAnswerText is in characters (Bot API, answerCallbackQuery.text).
	maxAnswerText = 200
	// maxAlbum is the most files of one album (Bot API, sendMediaGroup.media: 2-10).
	maxAlbum = 10
)

// renderer turns messages without language into what goes to Telegram.
type renderer struct {
	location *time.Location
	log      *slog.Logger
}

// part is what one call of the Bot API sends: a text, one file with its caption, or an album.
type part struct {
	// text is HTML.
	text  string
	files []twinning.FileRef
	// copies are the local copies of the files to send in their place, in the same order; none when the files' ids are
	// sent.
	copies  []ledger.KeptFile
	report  *twinning.ReportRequest
	buttons *models.InlineKeyboardMarkup
}

// parts returns what the message is sent as, in order. The buttons hang on the last part.
func (d renderer) parts(p locales.Printer, m twinning.Message) []part {
	text, buttons := d.lines(p, m.Lines, "\n"), d.keyboard(p, m.Buttons)
	var parts []part
	switch files := albums(m.Files); {
	case len(files) == 1 && len(files[0]) == 1 && m.Report == nil && units(text) <= maxCaption:
		return []part{{text: text, files: files[0], buttons: buttons}}
	case len(files) == 0 && m.Report != nil && units(text) <= maxCaption:
		return []part{{text: text, report: m.Report, buttons: buttons}}
	default:
		for _, album := range files {
			parts = append(parts, part{files: album})
		}
		if m.Report != nil {
			parts = append(parts, part{report: m.Report})
		}
	}
	for _, page := range pages(text, maxText) {
		parts = append(parts, part{text: page})
	}
	if n := len(parts); n > 0 && len(parts[n-1].files) <= 1 {
		parts[n-1].buttons = buttons
	}
	return parts
}

// albums puts the files together as Telegram takes them: photos and documents apart, ten at most.
func albums(files []twinning.FileRef) [][]twinning.FileRef {
	var all [][]twinning.FileRef
	for _, photo := range []bool{true, false} {
		var album []twinning.FileRef
		for _, f := range files {
			if f.Photo != photo {
				continue
			}
			if len(album) == maxAlbum {
				all, album = append(all, album), nil
			}
			album = append(album, f)
		}
		if len(album) > 0 {
			all = append(all, album)
		}
	}
	return all
}

// lines returns the lines as HTML.
func (d renderer) lines(p locales.Printer, lines []twinning.Line, separator string) string {
	texts := make([]string, len(lines))
	for i, line := range lines {
		texts[i] = d.line(p, line)
	}
	return strings.Join(texts, separator)
}

func (d renderer) line(p locales.Printer, line twinning.Line) string {
	if line.Key == "" {
		return ""
	}
	one := func(name string) any {
		if a, ok := line.Args.Lookup(name); ok {
			return d.arg(p, a)
		}
		return nil
	}
	all := func() map[string]any {
		args := make(map[string]any, len(line.Args))
		for _, a := range line.Args {
			args[a.Name] = d.arg(p, a.Arg)
		}
		return args
	}
	return p.TextOf(line.Key, one, all)
}

// arg returns a value as the texts of locales take it. Whatever people or the roster wrote is escaped; numbers stay
// numbers, since locales decides how they are written.
func (d renderer) arg(p locales.Printer, a twinning.Arg) any {
	switch a.Kind {
	case twinning.ArgText:
		return escape(a.Text)
	case twinning.ArgNumber:
		return a.Num
	case twinning.ArgMoney:
		return escape(p.Money(a.Num))
	case twinning.ArgDate:
		if a.Date.IsZero() {
			return "…"
		}
		return escape(p.Date(a.Date.Parts()))
	case twinning.ArgTime:
		return escape(p.Time(time.Unix(a.Num, 0).In(d.location)))
	case twinning.ArgKey:
		return p.Text(a.Text, nil)
	case twinning.ArgNames:
		if text := a.Names[p.Lang()]; text != "" {
			return escape(text)
		}
		return escape(a.Names[langVI])
	case twinning.ArgLines:
		separator := a.Joint()
		if separator == "" {
			separator = "; "
		}
		return d.lines(p, a.Lines(), escapeMarkup(separator))
	}
	return escape(a.Text)
}

// plain returns a line without markup, for the label of a button or the answer to a press, which take none.
func (d renderer) plain(p locales.Printer, line twinning.Line) string { return strip(d.line(p, line)) }

// answer returns the text of an answer to a press, cut at what Telegram takes.
func (d renderer) answer(p locales.Printer, m twinning.Message) string {
	text := []rune(strip(d.lines(p, m.Lines, "\n")))
	if len(text) > maxAnswerText {
		text = append(text[:maxAnswerText-1], '…')
	}
	return string(text)
}

// keyboard returns the buttons, nil for none. A button that Telegram would refuse is left out, so that the message
// arrives at least.
func (d renderer) keyboard(p locales.Printer, rows [][]twinning.Button) *models.InlineKeyboardMarkup {
	keyboard := &models.InlineKeyboardMarkup{}
	for _, row := range rows {
		var shown []models.InlineKeyboardButton
		for _, b := range row {
			label := d.plain(p, b.Label)
			if label == "" || !buttonFits(b) {
				d.log.Error("button left out", slog.String("label_key", b.Label.Key), slog.Int("bytes", len(b.Data)))
				continue
			}
			shown = append(shown, models.InlineKeyboardButton{Text: label, URL: b.URL, CallbackData: b.Data})
		}
		if len(shown) > 0 {
			keyboard.InlineKeyboard = append(keyboard.InlineKeyboard, shown)
		}
	}
	if len(keyboard.InlineKeyboard) == 0 {
		return nil
	}
	return keyboard
}

// buttonFits says whether the button either holds callback data that Telegram takes and splitData reads, or a link.
func buttonFits(b twinning.Button) bool {
	if b.URL != "" {
		return b.Data == ""
	}
	prefix, _ := splitData(b.Data)
	return prefix != ""
}

// escape returns text as HTML of the Bot API, in NFC, without space around it.
func escape(text string) string { return escapeMarkup(clean(text)) }

func escapeMarkup(text string) string {
	if !strings.ContainsAny(text, `&<>"`) {
		return text
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}

// strip returns HTML without its tags, and characters for entities.
func strip(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return markup
	}
	var text strings.Builder
	for len(markup) > 0 {
		t := firstToken(markup)
		if !t.tag {
			text.WriteString(t.text)
		}
		markup = markup[len(t.text):]
	}
	return html.UnescapeString(text.String())
}
