package sandbox_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/google/go-cmp/cmp"

	"ketnghia/sandbox"
)

// keyboard is an inline keyboard as the client library sends it, with its empty copy_text.
func keyboard(label, data string) models.InlineKeyboardMarkup {
	return models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: label, CallbackData: data}}}}
}

// lastOf is the chat's last message.
func lastOf(t *testing.T, w *world, chat int64) sandbox.Message {
	t.Helper()
	all := w.Messages(chat)
	if len(all) == 0 {
		t.Fatal("no messages")
	}
	return all[len(all)-1]
}

func TestClientTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	me, err := w.bot.GetMe(ctx)
	if err != nil || me.ID != botID || !me.IsBot || me.Username != "ketnghia_bot" {
		t.Fatalf("getMe: %+v, %v", me, err)
	}
	asked := w.say(an, an, "/start")
	sent, err := w.bot.SendMessage(ctx, &bot.SendMessageParams{
		ChatID: int64(an), Text: "<b>Đến hạn</b> rồi & xong", ParseMode: models.ParseModeHTML,
		ReplyParameters: &models.ReplyParameters{MessageID: asked.ID}, ReplyMarkup: keyboard("Ghi", "g|1"),
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: bot.True()}, DisableNotification: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if sent.Text != "Đến hạn rồi & xong" || sent.Entities[0].Type != "bold" || sent.ReplyToMessage.ID != asked.ID {
		t.Errorf("sent %+v", sent)
	}
	if b := sent.ReplyMarkup.InlineKeyboard[0][0]; b.Text != "Ghi" || b.CallbackData != "g|1" {
		t.Errorf("buttons %+v", sent.ReplyMarkup)
	}
	got := lastOf(t, w, an)
	want := [][]sandbox.Button{{{Text: "Ghi", Data: "g|1"}}}
	if diff := cmp.Diff(want, got.Buttons); diff != "" || !got.FromBot || got.ReplyTo != asked.ID {
		t.Errorf("phone shows %+v (-want +got):\n%s", got, diff)
	}

	if _, err := w.bot.EditMessageText(ctx, &bot.EditMessageTextParams{ChatID: an, MessageID: sent.ID, Text: "đã ghi"}); err != nil {
		t.Fatal(err)
	}
	if got := lastOf(t, w, an); got.Text != "đã ghi" || len(got.Buttons) != 0 || got.Edited.IsZero() {
		t.Errorf("after the edit the phone shows %v", got)
	}
	if _, err := w.bot.EditMessageReplyMarkup(ctx, &bot.EditMessageReplyMarkupParams{ChatID: an, MessageID: sent.ID, ReplyMarkup: keyboard("Hoàn tác", "u")}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.bot.EditMessageReplyMarkup(ctx, &bot.EditMessageReplyMarkupParams{ChatID: an, MessageID: sent.ID, ReplyMarkup: models.InlineKeyboardMarkup{}}); err != nil {
		t.Errorf("an empty keyboard takes the buttons away: %v", err)
	}
	if _, err := w.bot.SetMessageReaction(ctx, &bot.SetMessageReactionParams{ChatID: an, MessageID: asked.ID, Reaction: []models.ReactionType{
		{Type: models.ReactionTypeTypeEmoji, ReactionTypeEmoji: &models.ReactionTypeEmoji{Emoji: "👍"}},
	}}); err != nil || w.Messages(an)[0].Reactions[0] != "👍" {
		t.Errorf("reaction: %v", err)
	}
	if _, err := w.bot.SendChatAction(ctx, &bot.SendChatActionParams{ChatID: an, Action: models.ChatActionTyping}); err != nil {
		t.Error(err)
	}
	if _, err := w.bot.DeleteMessage(ctx, &bot.DeleteMessageParams{ChatID: an, MessageID: sent.ID}); err != nil || len(w.Messages(an)) != 1 {
		t.Errorf("deleteMessage: %v, left %v", err, w.Messages(an))
	}
}

func TestClientFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.say(an, an, "/start")
	photo, err := w.bot.SendPhoto(ctx, &bot.SendPhotoParams{
		ChatID: an, Caption: "<i>ảnh</i>", ParseMode: models.ParseModeHTML,
		Photo: &models.InputFileUpload{Filename: "a.png", Data: bytes.NewReader(picture(t))},
	})
	if err != nil {
		t.Fatal(err)
	}
	full := photo.Photo[len(photo.Photo)-1]
	if full.Width != 200 || full.Height != 100 || photo.Caption != "ảnh" || photo.CaptionEntities[0].Type != "italic" {
		t.Errorf("photo %+v", photo)
	}
	doc, err := w.bot.SendDocument(ctx, &bot.SendDocumentParams{
		ChatID: an, Document: &models.InputFileUpload{Filename: "báo cáo.docx", Data: strings.NewReader("PK nội dung")},
	})
	if err != nil || doc.Document.FileName != "báo cáo.docx" {
		t.Fatalf("document %+v, %v", doc, err)
	}
	if _, err := w.bot.EditMessageCaption(ctx, &bot.EditMessageCaptionParams{ChatID: an, MessageID: doc.ID, Caption: "bản cuối", ReplyMarkup: keyboard("Nộp", "n")}); err != nil {
		t.Fatal(err)
	}
	again, err := w.bot.SendDocument(ctx, &bot.SendDocumentParams{ChatID: an, Document: &models.InputFileString{Data: doc.Document.FileID}})
	if err != nil || again.Document.FileUniqueID != doc.Document.FileUniqueID {
		t.Errorf("by file id: %+v, %v", again, err)
	}
	album, err := w.bot.SendMediaGroup(ctx, &bot.SendMediaGroupParams{ChatID: an, Media: []models.InputMedia{
		&models.InputMediaPhoto{Media: "attach://one.png", Caption: "<b>hai ảnh</b>", ParseMode: models.ParseModeHTML, MediaAttachment: bytes.NewReader(picture(t))},
		&models.InputMediaPhoto{Media: full.FileID},
	}})
	if err != nil || len(album) != 2 || album[0].MediaGroupID == "" || album[0].MediaGroupID != album[1].MediaGroupID || album[0].Caption != "hai ảnh" {
		t.Errorf("album %+v, %v", album, err)
	}
	f, err := w.bot.GetFile(ctx, &bot.GetFileParams{FileID: doc.Document.FileID})
	if err != nil {
		t.Fatal(err)
	}
	if got := fetch(t, w.bot.FileDownloadLink(f)); got != "PK nội dung" {
		t.Errorf("downloaded %q", got)
	}
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestClientCopyAndForward(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.say(mai, mai, "/start")
	files, err := w.SendFiles(an, an, "kế hoạch", sandbox.File{Name: "kh.pdf", Data: []byte("%PDF")})
	if err != nil {
		t.Fatal(err)
	}
	id, err := w.bot.CopyMessage(ctx, &bot.CopyMessageParams{ChatID: mai, FromChatID: an, MessageID: files[0].ID, Caption: "từ Sở Y tế", ReplyMarkup: keyboard("Nhận", "r")})
	if err != nil {
		t.Fatal(err)
	}
	got := lastOf(t, w, mai)
	if got.ID != id.ID || got.Text != "từ Sở Y tế" || got.Document.Name != "kh.pdf" || got.ForwardFrom != "" {
		t.Errorf("copy %+v", got)
	}
	fwd, err := w.bot.ForwardMessage(ctx, &bot.ForwardMessageParams{ChatID: mai, FromChatID: an, MessageID: files[0].ID})
	if err != nil || fwd.ForwardOrigin.MessageOriginUser.SenderUser.ID != an || fwd.Caption != "kế hoạch" {
		t.Errorf("forward %+v, %v", fwd, err)
	}
}

func TestClientProfile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	menu := []models.BotCommand{{Command: "nop", Description: "Nộp văn bản"}}
	scope := &models.BotCommandScopeAllPrivateChats{}
	if _, err := w.bot.SetMyCommands(ctx, &bot.SetMyCommandsParams{Commands: menu, Scope: scope, LanguageCode: "vi"}); err != nil {
		t.Fatal(err)
	}
	got, err := w.bot.GetMyCommands(ctx, &bot.GetMyCommandsParams{Scope: scope, LanguageCode: "vi"})
	if diff := cmp.Diff(menu, got); diff != "" || err != nil {
		t.Errorf("commands %v (-want +got):\n%s", err, diff)
	}
	if shown := w.Commands(an); len(shown) != 1 || shown[0].Command != "nop" {
		t.Errorf("a phone shows %v", shown)
	}
	if shown := w.Commands(team); len(shown) != 0 {
		t.Errorf("a group shows %v", shown)
	}
	if _, err := w.bot.DeleteMyCommands(ctx, &bot.DeleteMyCommandsParams{Scope: scope, LanguageCode: "vi"}); err != nil || len(w.Commands(an)) != 0 {
		t.Errorf("deleteMyCommands: %v", err)
	}
	if _, err := w.bot.SetMyDescription(ctx, &bot.SetMyDescriptionParams{Description: "Trợ lý"}); err != nil || w.Description() != "Trợ lý" {
		t.Errorf("description %q, %v", w.Description(), err)
	}
	if _, err := w.bot.SetMyShortDescription(ctx, &bot.SetMyShortDescriptionParams{ShortDescription: strings.Repeat("x", 121)}); !errors.Is(err, bot.ErrorBadRequest) {
		t.Errorf("a long short description: %v", err)
	}
}

func TestClientChats(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	if err := w.AddBotTo(team); err != nil {
		t.Fatal(err)
	}
	chat, err := w.bot.GetChat(ctx, &bot.GetChatParams{ChatID: team})
	if err != nil || chat.Title != "Tổ công tác" || chat.Type != models.ChatTypeGroup {
		t.Errorf("getChat %+v, %v", chat, err)
	}
	owner, err := w.bot.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: team, UserID: an})
	if err != nil || owner.Type != models.ChatMemberTypeOwner {
		t.Errorf("owner %+v, %v", owner, err)
	}
	gone, err := w.bot.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: team, UserID: stranger})
	if err != nil || gone.Type != models.ChatMemberTypeLeft {
		t.Errorf("stranger %+v, %v", gone, err)
	}
	admins, err := w.bot.GetChatAdministrators(ctx, &bot.GetChatAdministratorsParams{ChatID: team})
	if err != nil || len(admins) != 1 || admins[0].Owner.User.ID != an {
		t.Errorf("administrators %+v, %v", admins, err)
	}
	if n, err := w.bot.GetChatMemberCount(ctx, &bot.GetChatMemberCountParams{ChatID: team}); err != nil || n != 3 {
		t.Errorf("members %d, %v", n, err)
	}
	if _, err := w.bot.LeaveChat(ctx, &bot.LeaveChatParams{ChatID: team}); err != nil {
		t.Error(err)
	}
	if _, err := w.bot.SendMessage(ctx, &bot.SendMessageParams{ChatID: team, Text: "x"}); !errors.Is(err, bot.ErrorForbidden) {
		t.Errorf("after leaving: %v", err)
	}
}

func TestClientWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	if _, err := w.bot.SetWebhook(ctx, &bot.SetWebhookParams{URL: "http://127.0.0.1:9/x", SecretToken: "a", AllowedUpdates: []string{"message"}}); err != nil {
		t.Fatal(err)
	}
	info, err := w.bot.GetWebhookInfo(ctx)
	if err != nil || info.URL != "http://127.0.0.1:9/x" || info.AllowedUpdates[0] != "message" {
		t.Errorf("info %+v, %v", info, err)
	}
	if _, err := w.bot.DeleteWebhook(ctx, &bot.DeleteWebhookParams{DropPendingUpdates: true}); err != nil {
		t.Error(err)
	}
}

func TestClientPress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.say(an, an, "/start")
	card, err := w.bot.SendMessage(ctx, &bot.SendMessageParams{ChatID: an, Text: "thẻ", ReplyMarkup: keyboard("Ghi", "g|1")})
	if err != nil {
		t.Fatal(err)
	}
	asked, err := w.Press(an, an, card.ID, "Ghi")
	if err != nil || asked.Answered {
		t.Fatalf("press %+v, %v", asked, err)
	}
	all := w.updates(`{"offset":-1}`)
	if len(all) != 1 || all[0].Callback == nil || all[0].Callback.Data != "g|1" || all[0].Callback.ID != asked.QueryID {
		t.Fatalf("updates %+v", all)
	}
	if _, err := w.bot.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: asked.QueryID, Text: "Đã ghi", ShowAlert: true}); err != nil {
		t.Fatal(err)
	}
	got, err := w.WaitAnswer(ctx, asked.QueryID)
	want := sandbox.Answer{QueryID: asked.QueryID, Answered: true, Text: "Đã ghi", Alert: true}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("answer %v (-want +got):\n%s", err, diff)
	}
	if _, err := w.Press(an, an, card.ID, "Không có"); !errors.Is(err, sandbox.ErrNotFound) {
		t.Errorf("an unknown button: %v", err)
	}
}
