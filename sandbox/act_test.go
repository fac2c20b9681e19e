package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-telegram/bot"
	"github.com/google/go-cmp/cmp"

	"ketnghia/sandbox"
)

func TestSayAndEdit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	yesterday := start().Add(-24 * time.Hour)
	first := w.say(an, an, "  hôm qua 45 hộ \n", sandbox.At(yesterday))
	second := w.say(an, an, "54 hộ", sandbox.ReplyTo(first.ID))
	if err := w.Edit(an, an, first.ID, "hôm qua 46 hộ"); err != nil {
		t.Fatal(err)
	}
	all := w.updates(`{}`)
	if len(all) != 3 || all[0].Message.Text != "hôm qua 45 hộ" || all[0].Message.Date != yesterday.Unix() {
		t.Fatalf("updates %+v", all)
	}
	if all[1].Message.Reply == nil || all[1].Message.Reply.ID != first.ID || all[2].Edited.Text != "hôm qua 46 hộ" {
		t.Errorf("reply and edit %+v", all[1:])
	}
	got := w.Messages(an)
	if got[0].Text != "hôm qua 46 hộ" || got[0].Edited.IsZero() || got[1].ReplyTo != first.ID || got[0].Version <= second.Version {
		t.Errorf("phone shows %+v", got)
	}
	if err := w.Delete(an, an, second.ID); err != nil || len(w.Messages(an)) != 1 {
		t.Errorf("delete: %v", err)
	}
}

func TestSayRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bots := w.say(an, an, "a").ID
	tests := map[string]struct {
		do   func() error
		want error
	}{
		"unknown person": {func() error { _, err := w.Say(1, 1, "a"); return err }, sandbox.ErrNotFound},
		"unknown chat":   {func() error { _, err := w.Say(an, 77, "a"); return err }, sandbox.ErrNotFound},
		"another's chat": {func() error { _, err := w.Say(an, mai, "a"); return err }, sandbox.ErrForbidden},
		"not a member":   {func() error { _, err := w.Say(stranger, team, "a"); return err }, sandbox.ErrForbidden},
		"empty":          {func() error { _, err := w.Say(an, an, " "); return err }, sandbox.ErrInvalid},
		"long":           {func() error { _, err := w.Say(an, an, strings.Repeat("x", 4097)); return err }, sandbox.ErrInvalid},
		"no such reply":  {func() error { _, err := w.Say(an, an, "a", sandbox.ReplyTo(99)); return err }, sandbox.ErrNotFound},
		"edit another's": {func() error { return w.Edit(mai, mai, bots, "b") }, sandbox.ErrNotFound},
		"empty file":     {func() error { _, err := w.SendFiles(an, an, "", sandbox.File{Name: "a"}); return err }, sandbox.ErrInvalid},
		"mixed album": {func() error {
			_, err := w.SendFiles(an, an, "", sandbox.File{Name: "a", Data: []byte("x")}, sandbox.File{Name: "b", Data: []byte("x"), Photo: true})
			return err
		}, sandbox.ErrInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if err := tt.do(); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestAlbum(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent, err := w.SendFiles(an, an, "buổi khám", sandbox.File{Data: picture(t), Photo: true}, sandbox.File{Data: []byte("x"), Photo: true})
	if err != nil || len(sent) != 2 {
		t.Fatal(sent, err)
	}
	all := w.updates(`{}`)
	if len(all) != 2 || all[0].Message.MediaGroup == "" || all[0].Message.MediaGroup != all[1].Message.MediaGroup {
		t.Fatalf("updates %+v", all)
	}
	if all[0].Message.Caption != "buổi khám" || all[1].Message.Caption != "" {
		t.Errorf("the caption stands on the first only: %+v", all)
	}
	if err := w.Edit(an, an, sent[0].ID, "buổi khám bệnh"); err != nil || w.Messages(an)[0].Text != "buổi khám bệnh" {
		t.Errorf("caption edit: %v", err)
	}
}

func TestBlock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(an, an, "/start")
	w.Block(an, true)
	_, err := w.bot.SendMessage(t.Context(), &bot.SendMessageParams{ChatID: an, Text: "a"})
	if !errors.Is(err, bot.ErrorForbidden) || !strings.Contains(err.Error(), "Forbidden: bot was blocked by the user") {
		t.Errorf("send to a blocker: %v", err)
	}
	if _, err := w.Say(an, an, "a"); !errors.Is(err, sandbox.ErrForbidden) || !w.Blocked(an) {
		t.Errorf("a blocker writes: %v", err)
	}
	w.Block(an, false)
	if _, err := w.bot.SendMessage(t.Context(), &bot.SendMessageParams{ChatID: an, Text: "a"}); err != nil {
		t.Error(err)
	}
	all := w.updates(`{}`)
	if len(all) != 3 || !strings.Contains(string(all[1].MyMember), `"new_chat_member":{"status":"kicked"`) || !strings.Contains(string(all[2].MyMember), `"new_chat_member":{"status":"member"`) {
		t.Errorf("updates %+v", all)
	}
}

func TestPrivacyMode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(an, team, "trước khi có bot")
	if err := w.AddBotTo(team); err != nil {
		t.Fatal(err)
	}
	w.updates(`{"offset":-1}`)
	bots := w.ok("sendMessage", `{"chat_id":-900,"text":"chào cả nhóm"}`)
	var sent struct {
		ID int `json:"message_id"`
	}
	if err := json.Unmarshal(bots, &sent); err != nil {
		t.Fatal(err)
	}
	w.say(an, team, "nói riêng với nhau")
	w.say(an, team, "/gannhom")
	w.say(an, team, "/gannhom@other_bot")
	w.say(mai, team, "hỏi @ketnghia_bot")
	w.say(mai, team, "trả lời", sandbox.ReplyTo(sent.ID))
	all := w.updates(`{}`)
	if diff := cmp.Diff([]string{"", "/gannhom", "hỏi @ketnghia_bot", "trả lời"}, texts(all)); diff != "" { // first: the bot joined
		t.Errorf("the bot sees (-want +got):\n%s", diff)
	}
	w.AddGroup(sandbox.Group{ID: team, Title: "Tổ công tác", Members: []int64{an, mai}})
	w.say(an, team, "nay ai cũng thấy")
	if all := w.updates(`{"offset":-1}`); all[0].Message == nil || all[0].Message.Text != "nay ai cũng thấy" {
		t.Errorf("without privacy mode the bot sees everything: %+v", all)
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddGroup(sandbox.Group{ID: -901, Title: "Có quản trị", Members: []int64{an, botID}, BotAdmin: true})
	w.updates(`{"allowed_updates":["message","my_chat_member","chat_member"]}`)
	for _, do := range []func() error{
		func() error { return w.Join(mai, -901) }, func() error { return w.Leave(mai, -901) },
		func() error { return w.RemoveBotFrom(-901) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	all := w.updates(`{}`)
	if len(all) != 5 || all[0].ChatMember == nil || all[1].Message == nil || all[2].ChatMember == nil || all[4].MyMember == nil {
		t.Errorf("updates %+v", all)
	}
	if a := w.call("sendMessage", `{"chat_id":-901,"text":"a"}`); a.Description != "Forbidden: bot was kicked from the group chat" {
		t.Errorf("after being removed: %+v", a)
	}
	if g := w.Groups(); len(g) != 2 || g[1].HasBot || len(g[1].Members) != 1 {
		t.Errorf("groups %+v", g)
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.AddBotTo(team); err != nil {
		t.Fatal(err)
	}
	const upgraded = -1000000000900
	if err := w.Migrate(team, upgraded); err != nil {
		t.Fatal(err)
	}
	_, err := w.bot.SendMessage(t.Context(), &bot.SendMessageParams{ChatID: team, Text: "a"})
	var moved *bot.MigrateError
	if !errors.As(err, &moved) || moved.MigrateToChatID != upgraded || !strings.Contains(err.Error(), "group chat was upgraded to a supergroup chat") {
		t.Fatalf("send to the old id: %v", err)
	}
	if _, err := w.bot.SendMessage(t.Context(), &bot.SendMessageParams{ChatID: upgraded, Text: "a"}); err != nil {
		t.Errorf("send to the new id: %v", err)
	}
	all := w.updates(`{}`)
	if n := len(all); n != 4 || all[n-2].Message.MigrateTo != upgraded {
		t.Errorf("updates %+v", all)
	}
	if _, err := w.Say(an, team, "a"); !errors.Is(err, sandbox.ErrForbidden) {
		t.Errorf("the old group is closed: %v", err)
	}
	if err := w.Migrate(upgraded, an); !errors.Is(err, sandbox.ErrInvalid) {
		t.Errorf("a taken id: %v", err)
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(an, an, "/start")
	before := w.Version()
	var sending sync.WaitGroup
	sending.Go(func() { w.call("sendMessage", `{"chat_id":103,"text":"chào anh"}`) })
	defer sending.Wait()
	m, err := w.WaitSince(t.Context(), an, before, func(m sandbox.Message) bool { return strings.Contains(m.Text, "anh") })
	if err != nil || m.Text != "chào anh" {
		t.Fatalf("waited for %v, %v", m, err)
	}
	if again, err := w.Wait(t.Context(), an, func(sandbox.Message) bool { return true }); err != nil || again.ID != m.ID {
		t.Errorf("an existing message: %v, %v", again, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = w.Wait(ctx, an, func(m sandbox.Message) bool { return m.Text == "không bao giờ" })
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), `"chào anh"`) {
		t.Errorf("the error shows the chat's end: %v", err)
	}
	if err := w.WaitQuiet(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("WaitQuiet with a pending update: %v", err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(an, an, "/start")
	tests := map[string]struct {
		fault sandbox.Fault
		want  string
		code  int
	}{
		"429":     {sandbox.Fault{Status: 429, RetryAfter: 7}, "Too Many Requests: retry after 7", 429},
		"500":     {sandbox.Fault{}, "Internal Server Error", 500},
		"403":     {sandbox.Fault{Status: 403}, "Forbidden: bot was blocked by the user", 403},
		"migrate": {sandbox.Fault{Status: 400, MigrateTo: -5}, "Bad Request: group chat was upgraded to a supergroup chat", 400},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w.SetFault(func(method string, chat int64) *sandbox.Fault {
				if method != "sendMessage" || chat != an {
					t.Errorf("asked for %s to %d", method, chat)
				}
				return &tt.fault
			})
			a := w.call("sendMessage", `{"chat_id":103,"text":"a"}`)
			if a.Code != tt.code || a.Description != tt.want || a.Parameters.RetryAfter != tt.fault.RetryAfter || a.Parameters.MigrateTo != tt.fault.MigrateTo {
				t.Errorf("answer %+v", a)
			}
		})
	}
	if len(w.Messages(an)) != 1 {
		t.Error("a refused call has an effect")
	}
	var asked atomic.Int32
	w.SetFault(func(string, int64) *sandbox.Fault {
		asked.Add(1)
		return &sandbox.Fault{DropAfter: true}
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/bot"+token+"/sendMessage", strings.NewReader("chat_id=103&text=b"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if res, err := http.DefaultClient.Do(req); err == nil {
		_ = res.Body.Close()
		t.Errorf("the connection wasn't dropped: %s", res.Status)
	}
	if got := lastOf(t, w, an); got.Text != "b" || asked.Load() < 1 {
		t.Errorf("the effect of a dropped call: %v", got)
	}
	w.SetFault(nil)
	w.ok("sendMessage", `{"chat_id":103,"text":"c"}`)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *sandbox.Options) { o.EnforceLimits = true })
	if err := w.AddBotTo(team); err != nil {
		t.Fatal(err)
	}
	w.say(an, an, "/start")
	for range 3 {
		w.ok("sendMessage", `{"chat_id":103,"text":"a"}`)
	}
	a := w.call("sendMessage", `{"chat_id":103,"text":"a"}`)
	if a.Code != 429 || a.Parameters.RetryAfter != 1 || a.Description != "Too Many Requests: retry after 1" {
		t.Errorf("the fourth at once: %+v", a)
	}
	w.clock.Advance(time.Second)
	w.ok("sendMessage", `{"chat_id":103,"text":"a"}`)
	for range 20 {
		w.clock.Advance(time.Second)
		w.ok("sendMessage", `{"chat_id":-900,"text":"a"}`)
	}
	w.clock.Advance(time.Second)
	if a := w.call("sendMessage", `{"chat_id":-900,"text":"a"}`); a.Code != 429 || a.Parameters.RetryAfter != 40 {
		t.Errorf("the 21st to a group within a minute: %+v", a)
	}
	w.clock.Advance(40 * time.Second)
	w.ok("sendMessage", `{"chat_id":-900,"text":"a"}`)
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.updates(`{"allowed_updates":["callback_query"]}`)
	for range 5010 {
		w.say(an, an, "a")
	}
	all := w.Messages(an)
	if len(all) != 5000 || all[0].ID != 11 {
		t.Errorf("%d messages from %d on", len(all), all[0].ID)
	}
}
