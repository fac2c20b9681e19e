package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

// ReportFunc makes the file that a message asks for: its name and content.
type ReportFunc func(
	ctx context.Context, r twinning.ReportRequest, p locales.Printer,
) (name string, data []byte, err error)

// caller makes the calls of the Bot API that deliveries stand for.
type caller struct {
	client    *tg.Bot
	api       *apiClient
	catalogue *locales.Catalogue
	render    renderer
	reports   ReportFunc
	copies    copies
	log       *slog.Logger
	// tell is told what came of each call, once that is stored.
	tell func(op, outcome string)
}

// perform makes the next call of the job.
func (c *caller) perform(ctx context.Context, j *job) (r result) {
	defer func() {
		if v := recover(); v != nil {
			stack := debug.Stack()
			c.log.ErrorContext(ctx, "delivery panicked", slog.Uint64("delivery", j.row.Seq),
				slog.String("type", fmt.Sprintf("%T", v)), slog.String("stack", string(stack[:min(len(stack), stackLimit)])))
			r = result{job: j, verdict: verdict{outcome: outcomeRefused, reason: "panic"}}
		}
	}()
	ids, err := c.call(ctx, j)
	return result{job: j, ids: ids, verdict: judge(err)}
}

// call returns the ids of the messages that the call made or changed. When Telegram refuses the id of a file, it is
// followed by another one that sends the local copy.
func (c *caller) call(ctx context.Context, j *job) ([]int, error) {
	p, row := c.catalogue.Printer(j.lang), j.row
	if row.Op == ledger.OpAnswer || row.Op == ledger.OpDelete || row.Op == ledger.OpLeave {
		return nil, c.act(ctx, p, row)
	}
	if j.parts == nil {
		j.parts = c.render.parts(p, row.Message)
	}
	if j.next >= len(j.parts) {
		return nil, &apiError{Code: 400, Description: "message is empty"}
	}
	if row.Op == ledger.OpEdit {
		return c.edit(ctx, j, j.parts[j.next])
	}
	for {
		next := j.parts[j.next]
		ids, err := c.send(ctx, j, p, next)
		if !fileLost(err) || len(next.files) == 0 || len(next.copies) > 0 {
			return ids, err
		}
		instead, err := c.restore(ctx, p, next)
		if err != nil {
			return nil, err
		}
		j.parts = slices.Concat(j.parts[:j.next], instead, j.parts[j.next+1:])
	}
}

// act does what makes no message.
func (c *caller) act(ctx context.Context, p locales.Printer, row ledger.Delivery) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	var err error
	switch row.Op {
	case ledger.OpAnswer:
		_, err = c.api.call(ctx, "answerCallbackQuery", &tg.AnswerCallbackQueryParams{
			CallbackQueryID: row.QueryID, Text: c.render.answer(p, row.Message), ShowAlert: row.Alert,
		})
	case ledger.OpDelete:
		_, err = c.client.DeleteMessage(ctx, &tg.DeleteMessageParams{ChatID: int64(row.Chat), MessageID: row.EditID})
	case ledger.OpLeave:
		_, err = c.client.LeaveChat(ctx, &tg.LeaveChatParams{ChatID: int64(row.Chat)})
	}
	return err //nolint:wrapcheck // judged, never shown
}

// edit changes the text of a message, or the caption of a file. What takes several messages can't be an edit and is sent
// anew.
func (c *caller) edit(ctx context.Context, j *job, p part) ([]int, error) {
	if len(j.parts) > 1 || len(p.files) > 0 || p.report != nil {
		return nil, &apiError{Code: 400, Description: saysCantEdit}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	chat, message, markup := int64(j.row.Chat), j.row.EditID, markupOf(p)
	_, err := c.api.call(ctx, "editMessageText", &tg.EditMessageTextParams{
		ChatID: chat, MessageID: message, Text: p.text, ParseMode: models.ParseModeHTML, ReplyMarkup: markup,
		LinkPreviewOptions: noPreview(),
	})
	if err != nil && strings.Contains(describe(err), saysNoText) && units(p.text) <= maxCaption {
		_, err = c.client.EditMessageCaption(ctx, &tg.EditMessageCaptionParams{
			ChatID: chat, MessageID: message, Caption: p.text, ParseMode: models.ParseModeHTML, ReplyMarkup: markup,
		})
	}
	return []int{message}, err //nolint:wrapcheck // judged, never shown
}

// send makes new messages of the part.
func (c *caller) send(ctx context.Context, j *job, printer locales.Printer, p part) ([]int, error) {
	ctx, cancel := context.WithTimeout(ctx, p.limit())
	defer cancel()
	chat, markup := int64(j.row.Chat), markupOf(p)
	var reply *models.ReplyParameters
	if j.row.ReplyTo != 0 && j.next == 0 {
		reply = &models.ReplyParameters{MessageID: j.row.ReplyTo, AllowSendingWithoutReply: true}
	}
	switch {
	case p.report != nil:
		return c.sendReport(ctx, chat, reply, made{p, printer})
	case len(p.files) > 1 && len(p.copies) > 0:
		return c.uploadAlbum(ctx, chat, reply, p)
	case len(p.files) > 1:
		return c.sendAlbum(ctx, &tg.SendMediaGroupParams{ChatID: chat, Media: album(p.files), ReplyParameters: reply})
	case len(p.files) == 1:
		return c.sendFile(ctx, chat, reply, p)
	}
	id, err := c.api.message(ctx, "sendMessage", &tg.SendMessageParams{
		ChatID: chat, Text: p.text, ParseMode: models.ParseModeHTML, ReplyParameters: reply, ReplyMarkup: markup,
		LinkPreviewOptions: noPreview(),
	})
	if err != nil {
		return nil, err
	}
	return []int{id}, nil
}

// made is a part with a file that is made for it, and the language of the file.
type made struct {
	part
	printer locales.Printer
}

// sendReport makes the file that the part asks for and sends it: a picture as a photo, so that it is seen without being
// opened, anything else as a document. Where there is nothing to draw, or the reader may no longer see it, that is said
// below the words of the part.
func (c *caller) sendReport(ctx context.Context, chat int64, reply *models.ReplyParameters, p made) ([]int, error) {
	name, data, err := c.reports(ctx, *p.report, p.printer)
	if key := insteadOfReport(err); key != "" {
		return sentID(c.client.SendMessage(ctx, &tg.SendMessageParams{
			ChatID: chat, Text: strings.TrimSpace(p.text + "\n" + p.printer.Text(key, nil)), ParseMode: models.ParseModeHTML,
			ReplyParameters: reply, ReplyMarkup: markupOf(p.part), LinkPreviewOptions: noPreview(),
		}))
	}
	if err != nil {
		c.log.ErrorContext(ctx, "report not made", slog.String("kind", p.report.Kind), slog.Any("error", err))
		return nil, fmt.Errorf("%w %s", errReport, p.report.Kind)
	}
	file := &models.InputFileUpload{Filename: name, Data: bytes.NewReader(data)}
	if strings.HasSuffix(name, ".png") {
		return sentID(c.client.SendPhoto(ctx, &tg.SendPhotoParams{
			ChatID: chat, Photo: file,
			Caption: p.text, ParseMode: models.ParseModeHTML, ReplyParameters: reply, ReplyMarkup: markupOf(p.part),
		}))
	}
	return sentID(c.client.SendDocument(ctx, &tg.SendDocumentParams{
		ChatID: chat, Document: file,
		Caption: p.text, ParseMode: models.ParseModeHTML, ReplyParameters: reply, ReplyMarkup: markupOf(p.part),
	}))
}

// insteadOfReport returns the text that takes the place of a file, "" where there is no reason for one.
func insteadOfReport(err error) string {
	switch {
	case errors.Is(err, report.ErrEmptyChart):
		return "chart.empty"
	case errors.Is(err, twinning.ErrForbidden):
		return "error.forbidden"
	}
	return ""
}

// sendFile sends the one file of the part, by its id or from its copy.
func (c *caller) sendFile(ctx context.Context, chat int64, reply *models.ReplyParameters, p part) ([]int, error) {
	file, free, err := c.single(p)
	if err != nil {
		return nil, err
	}
	defer free()
	if p.files[0].Photo {
		return sentID(c.client.SendPhoto(ctx, &tg.SendPhotoParams{
			ChatID: chat, Photo: file,
			Caption: p.text, ParseMode: models.ParseModeHTML, ReplyParameters: reply, ReplyMarkup: markupOf(p),
		}))
	}
	return sentID(c.client.SendDocument(ctx, &tg.SendDocumentParams{
		ChatID: chat, Document: file,
		Caption: p.text, ParseMode: models.ParseModeHTML, ReplyParameters: reply, ReplyMarkup: markupOf(p),
	}))
}

func (c *caller) sendAlbum(ctx context.Context, params *tg.SendMediaGroupParams) ([]int, error) {
	messages, err := c.client.SendMediaGroup(ctx, params)
	var ids []int
	for _, m := range messages {
		ids = append(ids, m.ID)
	}
	return ids, err //nolint:wrapcheck // judged, never shown
}

func sentID(m *models.Message, err error) ([]int, error) {
	if err != nil {
		return nil, err
	}
	return []int{m.ID}, nil
}

func album(files []twinning.FileRef) []models.InputMedia {
	media := make([]models.InputMedia, len(files))
	for i, f := range files {
		if f.Photo {
			media[i] = &models.InputMediaPhoto{Media: f.ID}
		} else {
			media[i] = &models.InputMediaDocument{Media: f.ID}
		}
	}
	return media
}

// markupOf returns the buttons as the library wants them: a nil pointer in the interface would go out as "null".
func markupOf(p part) models.ReplyMarkup {
	if p.buttons == nil {
		return nil
	}
	return p.buttons
}

func noPreview() *models.LinkPreviewOptions { return &models.LinkPreviewOptions{IsDisabled: tg.True()} }
