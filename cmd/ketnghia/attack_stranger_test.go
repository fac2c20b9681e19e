package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// routes are the commands and the buttons of the desk, so that a new one is attacked from its first day on.
func (h *house) routes() (commands, presses []string) {
	h.t.Helper()
	reader, err := h.books.reader(h.ctx, h.clock.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	router := bot.NewDesk(bot.DeskOptions{
		Reader: reader, Programme: h.books.ledger.Programme(), Catalogue: h.app.catalogue, Random: rand.Reader,
	}).Router()
	return router.Commands(), router.Presses()
}

// passing are the kinds of records that a message of anybody may change: how it is handled and answered, what the bot
// remembers of the talk, and the requests and guesses of strangers.
func passing() []string {
	return []string{
		"inbox", "inbox.seen", "inbox.arrived", "outbox", "outbox.message", "outbox.cause", "outbox.state", "offset", "next", "attempts", "conversation",
		"conversation.ends", "message", "message.subject", "request", "request.open", "schema",
	}
}

// dump returns all lasting records of the books, but for the audit of requests.
func (h *house) dump() map[string]string {
	h.t.Helper()
	h.quiet()
	var copied bytes.Buffer
	if err := h.books.ledger.Backup(h.ctx, &copied); err != nil {
		h.t.Fatal(err)
	}
	path := filepath.Join(h.t.TempDir(), "copy.db")
	if err := os.WriteFile(path, copied.Bytes(), 0o600); err != nil {
		h.t.Fatal(err)
	}
	db, err := engine.OpenBolt(path, true, false)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	all := map[string]string{}
	err = db.View(context.WithoutCancel(h.ctx), func(r engine.Reader) error {
		for _, kind := range store.Kinds() {
			if slices.Contains(passing(), kind) {
				continue
			}
			pairs, err := r.Scan([]byte(kind+"/"), engine.End([]byte(kind+"/")), 0)
			if err != nil {
				return err
			}
			for _, p := range pairs {
				request := strings.HasPrefix(kind, "audit") && bytes.Contains(append(p.Key, p.Value...), []byte("request"))
				if !request {
					all[fmt.Sprintf("%q", p.Key)] = string(p.Value)
				}
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if len(all) < 100 {
		h.t.Fatalf("the dump holds %d records only", len(all))
	}
	return all
}

// TestAttackByStrangers has somebody who is nobody here try every command, every button, files, edits, replies, links
// with guessed codes and a group: the books stay as they were, and nothing of them is told.
func TestAttackByStrangers(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	hoa.says("hôm nay khám bệnh cho 45 hộ nghèo thôn Pà Tôi xã Ch'ơm, hết 12tr5")
	hoa.presses("Ghi")
	card := mai.hears("Có đúng không")
	mai.sends("báo cáo nhu cầu 2027", pdf("zzsecret"))
	mai.sees("phải không")
	mai.presses("Đúng, nộp")
	lan.says("/nguoi xã Ch'ơm")
	group := h.group(true, hoa)
	hoa.in(group).says("/gannhom Sở Y tế")
	hoa.in(group).hears("Sở Y tế")
	stranger := h.person(666, "<b>Kẻ", "Lạ\u202e")
	if err := h.server.Join(stranger.id, group); err != nil {
		t.Fatal(err)
	}
	before := h.dump()

	commands, presses := h.routes()
	if len(commands) < 20 || len(presses) < 40 {
		t.Fatalf("%d commands, %d buttons", len(commands), len(presses))
	}
	places := []*voice{stranger, stranger.in(group)}
	for _, v := range places {
		for _, c := range commands {
			for _, args := range []string{"", " xã Ch'ơm", " HĐ1", " 1", " Sở Y tế 2027"} {
				v.say("/" + c + args)
			}
		}
		for _, p := range presses {
			for _, rest := range []string{"", ":1", ":1:ok:1", ":W20437", ":W20437:2027", ":needs:2027:0:W20437", ":1:yes", ":0", ":p1:2027", ":no"} {
				if p != "join" {
					v.pushes(card, p+rest)
				}
			}
		}
		for _, text := range []string{
			"tình hình Tây Giang", "hôm qua tặng 20 suất quà xã Ch'ơm", "xác nhận", "1", "huỷ", "hoàn tác", "@ketnghia_bot tình hình Sở Y tế",
			strings.Repeat("a", 4096), "\x00\x01", "đồng ý", "xuất dữ liệu", "ai phụ trách Sở Y tế",
		} {
			v.say(text)
			v.say(text, sandbox.ReplyTo(1))
		}
		v.sends("báo cáo nhu cầu 2027", pdf("kế hoạch"))
		v.sends("hôm qua tặng 20 suất quà xã Ch'ơm", photo("a"), photo("b"))
		h.quiet()
	}
	first := stranger.say("chào")
	stranger.edits(first, "hôm qua tặng 20 suất quà xã Ch'ơm")
	for _, code := range []string{
		strings.Repeat("A", 22), strings.Repeat("A", 64), "1", "0", "../../etc", "' OR 1=1", "%00", "đường dẫn", strings.Repeat("x", 4000),
		"start=abc", "null", "W20437", "officer",
	} {
		stranger.say("/start " + code)
		stranger.say("/start@ketnghia_bot " + code)
		stranger.say("/START " + code)
	}
	own := h.server.NewGroupID()
	h.server.AddGroup(sandbox.Group{ID: own, Title: "<a href='x'>Nhóm", Members: []int64{stranger.id}})
	if err := h.server.AddBotTo(own); err != nil {
		t.Fatal(err)
	}
	stranger.in(own).say("/gannhom xã Ch'ơm")
	h.quiet()

	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("a stranger changed the books (-before +after):\n%s", diff)
	}
	told := 0
	for _, chat := range []int64{stranger.chat, own, group} {
		for _, m := range h.server.Messages(chat) {
			if !m.FromBot {
				continue
			}
			told++
			for _, words := range []string{"zzsecret", "Nguyễn Văn Hòa", "Bling Thị Mai", "12.500.000", "45 hộ", "Pà Tôi", "1 hoạt động"} {
				if strings.Contains(m.Text, words) {
					t.Errorf("a stranger is told %q: %s", words, m.Text)
				}
			}
		}
	}
	if told == 0 {
		t.Error("nothing was answered at all")
	}
	if n := stranger.in(group).count("dành cho cán bộ") + stranger.in(group).count("kết nghĩa của tỉnh"); n > 1 {
		t.Errorf("the group is told %d times whom the bot is for", n)
	}
}

// say writes without waiting for what was said before; what Telegram itself would refuse is not sent.
func (v *voice) say(text string, opts ...sandbox.SayOption) sandbox.Message {
	m, err := v.h.server.Say(v.id, v.chat, text, opts...)
	if err != nil {
		v.h.t.Logf("the server refuses %.20q: %v", text, err)
	}
	return m
}

// TestAttackGuessing: nobody guesses an invitation; five tries a day are answered, and asking to be let in counts too, so
// that nobody pesters the coordinators.
func TestAttackGuessing(t *testing.T) {
	t.Parallel()
	h := openChat(t)
	lan := h.lan()
	good := h.code("W20437", twinning.RoleOfficer)
	guesser := h.person(667, "Đoán", "Mò")
	for i := range 40 {
		guesser.say(fmt.Sprintf("/start guess%d", i))
	}
	h.quiet()
	if n := guesser.count("Đường dẫn mời không đúng"); n != 5 {
		t.Errorf("%d guesses were tried, want 5", n)
	}
	guesser.says(good)
	guesser.sees("Đã thử sai quá nhiều lần")
	units := []string{"W20437", "W20440", "W20443", "W20446", "W20449", "W20452", "W20455", "W20458", "ASYT", "ASTC"}
	pest := h.person(668, "Xin", "Vào")
	pest.says("/start")
	m := pest.sees("Xin chào")
	for range 3 {
		for _, u := range units {
			for _, role := range []string{"officer", "lead", "coordinator", "observer"} {
				pest.pushes(m, "join:"+u+":"+role)
			}
		}
	}
	h.quiet()
	if n := lan.count("xin tham gia"); n > 5 {
		t.Errorf("one account pesters the coordinator with %d requests", n)
	}
	var people int
	h.update(func(w *ledger.Work) error {
		all, err := w.People()
		people = len(all)
		return err
	})
	if people != 1 {
		t.Errorf("%d people are in the books, want the coordinator alone", people)
	}
}
