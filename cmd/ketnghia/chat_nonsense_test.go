package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// broken returns how many updates ended as dead letters, and how many messages could not be sent.
func (h *house) broken() (n int) {
	h.t.Helper()
	h.quiet()
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		dead, err := k.DeadLetters(10)
		if err != nil {
			return err
		}
		rows, _, err := k.OutboxStats()
		n = len(dead) + rows[ledger.Failed]
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// Nothing that people write breaks the bot, and everything said in private gets an answer.
func TestChatNonsenseIsAnswered(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	for _, words := range []string{
		"😀😀😀", "<b>", "</b></i>&amp;&#x27;", "<script>alert(1)</script>", "{{.Name}}", "%s%d\x01", "\u202eabc", "a",
		"0", "-1", "99999999999999999999", "1.5", "/", "//", "/khongco", "/start", "/start@ketnghia_bot x", "/tinhhinh <b>&",
		"/tinhhinh 0000", "/tinhhinh 99999", "/hoatdong 😀", "/nguoi '\"", "/sua", "/sua x", "/sua HĐ0 1", "/sua 18446744073709551616 2",
		"/ngonngu xx", "/nop abc", "/moi <i>", "/roi lung tung", "/choxacnhan 5", "/han 3", "/hoantac x", "/huy x",
		strings.Repeat("a", 4096), strings.Repeat("hôm qua tặng quà ", 240), strings.Repeat("1 ", 2000), strings.Repeat("😀", 2000),
		"hôm qua <b>khám</b> cho 45 hộ nghèo thôn <script>&lt; xã Ch'ơm",
	} {
		hoa.says(words)
		hoa.sees("")
		h.quiet()
	}
	if n := h.broken(); n != 0 {
		t.Errorf("%d updates or messages failed", n)
	}
	// A name and a caption that would be markup.
	eve := h.joins(301, "<b>Eve</b> & {{.Unit}}", "W20437", twinning.RoleOfficer)
	eve.sends(strings.Repeat("<i>x</i> ", 100), photo("a"))
	eve.sees("văn bản nào")
	eve.says("1")
	eve.sees("Đã nộp · VB1", "<i>x</i>")
	hoa.hears("vừa nộp VB1", "<i>x</i>")
	hoa.says("/nguoi xã Ch'ơm")
	hoa.sees("<b>Eve</b> & {{.Unit}}")
	if n := h.broken(); n != 0 {
		t.Errorf("%d updates or messages failed", n)
	}
}

// Forged buttons do nothing: others' ids, other chats, broken data, of drafts that are gone.
func TestChatForgedButtons(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASCT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	binh := h.joins(110, "Lê Bình", "ASCT", twinning.RoleOfficer)
	tam := h.joins(111, "Hồ Tâm", "ASYT", twinning.RoleOfficer)
	hello := hoa.newest("Chào")
	hoa.says("hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	card := hoa.sees("45 hộ nghèo")
	save := card.Buttons[0][0].Data
	// A colleague's forged press in another chat, another unit's, and a counterpart's.
	for _, v := range []*voice{tam, binh, mai} {
		v.pushes(v.newest("Chào"), save)
		h.quiet()
	}
	for i, data := range []string{
		"d", "d:", "d:x", "d:0:a:ok", "d:1", "d:1::ok", "d:99:a:ok", "d:1:a:date:x", "a:1", "a:x:ok:1", "a:1:ok", "a:1:ok:x", "a:9:void:1",
		"f:no", "f:draft:1", "f:needs:x:0", "nop:::", "st", "st:::", "st:p:", "list", "act:x", "ask:x", "ask:9", "log", "req:1:yes",
		"req:x", "join:W20437:officer", "join::", "lang:xx", "inv", "inv:W20437:lead", "who:x", "grp:W20437", "ppl", "nopu:W20437",
		"miss", "miss:x:y", "xlsx", "xlsx:x", "xuat", "xuat:x", "xuat:0:1", "uc:1", "han:1",
		"rep", "rep:", "rep:NO:2027:f", "rep:-:2027:y", "rep:ASYT:2027:zz", "rep:ASYT:1:o", "rep:ASYT:2027:d", "zzz", "::::", "-",
	} {
		hoa.pushes(hello, data)
		if i%8 == 0 {
			h.quiet()
		}
	}
	if n := h.broken(); n != 0 {
		t.Errorf("%d forged presses broke something", n)
	}
	if q := h.sum("W20437"); len(q) != 0 {
		t.Errorf("a forged press logged %v", q)
	}
	// The card itself still works, once.
	hoa.pushes(card, save)
	hoa.pushes(card, save)
	hoa.hears("Đã ghi HĐ1")
	h.quiet()
	if diff := cmp.Diff(twinning.Quantities{twinning.Activities: 1, twinning.Households: 45}, h.sum("W20437")); diff != "" {
		t.Errorf("totals after a double press (-want +got):\n%s", diff)
	}
}

// A warning or a question always has a way on: every message of the main flows ends in buttons or says what to do.
func TestChatCancelEverything(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	for i, step := range []struct {
		who   *voice
		words string
		press string
		want  string
	}{
		{hoa, "/nop", "", "Không có gì thay đổi"},
		{hoa, "/hoatdong", "", "Không có gì đang chờ"},
		{hoa, "đã tặng quà", "", "Đã bỏ, không ghi gì"},
		{hoa, "", "Huỷ ghi", "Không có gì thay đổi"},
		{hoa, "", "Sửa", "Không có gì thay đổi"},
		{mai, "", "Sai số", "Không có gì thay đổi"},
	} {
		t.Log(fmt.Sprint(i, step.words, step.press))
		if step.words != "" {
			step.who.says(step.words)
		} else {
			step.who.presses(step.press)
		}
		step.who.sees("")
		step.who.says("huỷ")
		step.who.sees(step.want)
		h.quiet()
	}
}

// TestChatUnreadableTalk has the bot wait for an answer to a question that another version of it asked, in a shape that
// this one can't read: what people write, send and press counts as if nothing was asked.
func TestChatUnreadableTalk(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan := h.lan()
	var me twinning.Person
	h.update(func(w *ledger.Work) (err error) {
		me, err = w.PersonByTelegram(twinning.ChatID(lan.id))
		return err
	})
	unread := func(kind string) {
		h.update(func(w *ledger.Work) error {
			c, err := ledger.NewConversation(twinning.ChatID(lan.id), me.ID, kind, 7)
			c.Expires = h.clock.Now().Add(time.Hour)
			return errors.Join(err, w.Converse(c))
		})
	}
	lan.says("tình hình xã Ch'ơm")
	asked := lan.sees("Xã Ch'ơm · 2027")
	for _, kind := range []string{
		"dispute", "void", "revise", "options", "file", "filed", "helped", "snooze", "delegate", "until", "disclaim",
		"waive", "staff", "rating", "away", "reason", "follow", "announce", "pages", "of a later version",
	} {
		unread(kind)
		lan.says("tình hình xã Ch'ơm")
		lan.sees("Xã Ch'ơm · 2027")
		unread(kind)
		lan.sends("Sở Y tế tặng quà cho 45 hộ nghèo xã Ch'ơm hôm qua, hết 22 triệu", photo(fmt.Sprint("photo ", kind)))
		lan.sees("45 hộ nghèo")
		unread(kind)
		lan.says("bỏ") // the draft
		unread(kind)
		for _, data := range []string{"tb:edit:1", "log", "nghi", "nop:kind:1", "ask:0"} {
			lan.pushes(asked, data)
		}
		h.quiet()
	}
	if n := h.broken(); n > 0 {
		t.Errorf("%d updates or messages are broken", n)
	}
}
