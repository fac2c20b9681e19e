package main

import (
	"slices"
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// digest queues a reminder to the person as the scheduler does, whatever it says.
func (v *voice) digest() sandbox.Message {
	v.h.t.Helper()
	v.h.update(func(w *ledger.Work) error {
		p, err := w.PersonByTelegram(twinning.ChatID(v.id))
		if err != nil {
			return err
		}
		return w.Remind(ledger.Digest{Person: p, Message: twinning.Say("remind.title", twinning.Args{
			{"Date", twinning.Day(w.Today())},
		})})
	})
	v.h.m.bot.Wake()
	return v.hears("Nhắc nộp văn bản")
}

// A reply to a reminder: "noted" changes nothing and says so; "later" and "give to" work on the one document that is
// meant, or ask which one.
func TestChatRepliesToAReminder(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	binh := h.joins(110, "Lê Bình", "ASYT", twinning.RoleOfficer)
	hoa.digest()
	for _, words := range []string{"đã rõ", "Ok", "vâng ạ", "nhận được.", "Dạ, em đã nhận được rồi ạ"} {
		hoa.answers("Nhắc nộp văn bản", words)
		hoa.sees("Cảm ơn anh/chị. Tôi vẫn nhắc cho đến khi nộp")
	}
	hoa.answers("Nhắc nộp văn bản", "tình hình xã Ch'ơm")
	hoa.sees("Xã Ch'ơm · 2027")
	hoa.answers("Nhắc nộp văn bản", "nhắc lại sau 3 ngày")
	list := hoa.sees("Việc của Sở Y tế")
	// All but one are filed: then it is plain which one is meant.
	title := labels(list)[0]
	for _, data := range hoa.owing(title) {
		hoa.pushes(hoa.newest("Việc của Sở Y tế"), data)
		hoa.sees("Hãy gửi ảnh hoặc tệp")
		hoa.sends("", pdf(strings.ReplaceAll(data, ":", "-")))
		hoa.sees("Đã nộp")
	}
	hoa.answers("Nhắc nộp văn bản", "rõ")
	hoa.sees("Tôi vẫn nhắc cho đến khi nộp: ", title)
	hoa.answers("Nhắc nộp văn bản", "mai nhắc lại giúp")
	hoa.sees("nhắc lại anh/chị ngày 17/02/2027", title)
	hoa.answers("Nhắc nộp văn bản", "nhắc lại sau")
	hoa.sees("Nhắc lại anh/chị ngày nào")
	hoa.answers("Nhắc nộp văn bản", "giao cho anh Bình đến 25/2 nhé")
	hoa.sees("Đã giao cho Lê Bình đến 25/02/2027", title)
	binh.hears("Nguyễn Văn Hòa giao cho anh/chị", title)
	hoa.answers("Nhắc nộp văn bản", "giao cho Mai")
	hoa.sees("Không thấy “Mai”")
	hoa.sees("Giao cho ai")
}

// owing returns the press that files each open document of the person's unit but the one of that title.
func (v *voice) owing(but string) (data []string) {
	v.h.t.Helper()
	err := v.h.books.ledger.View(v.h.ctx, v.h.clock.Now(), func(k *ledger.Look) error {
		p, err := k.PersonByTelegram(twinning.ChatID(v.id))
		if err != nil {
			return err
		}
		owings, err := k.OwingsOf(p.Unit)
		for _, o := range owings {
			if name := k.Title(o).Args.Get("Name").Names["vi"]; o.Standing.Open() && !strings.HasPrefix(but, name+" ") {
				data = append(data, ledger.ObligationData("nop", o.Obligation))
			}
		}
		return err
	})
	if err != nil {
		v.h.t.Fatal(err)
	}
	return data
}

// In a group everybody of the unit may press, each for oneself; people of other units are told that it is not theirs.
func TestChatDutiesInAGroup(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	nam := h.joins(107, "Zơrâm Văn Nam", "W20437", twinning.RoleOfficer)
	id := h.group(true, mai, hoa, lan, nam)
	maiG, hoaG, namG, lanG := mai.in(id), hoa.in(id), nam.in(id), lan.in(id)
	maiG.says("/viec")
	maiG.sees("Việc của Xã Ch'ơm")
	maiG.presses(needsTitle)
	card := maiG.sees(needsTitle, "Đơn vị: Xã Ch'ơm")
	for _, v := range []*voice{hoaG, lanG} {
		if text := v.pops(card, "Nhắc lại sau"); !strings.Contains(text, "việc của Xã Ch'ơm") {
			t.Errorf("another unit's press is answered by %q", text)
		}
	}
	if text := lanG.pops(card, "Việc khác…"); text != "" {
		t.Logf("the list opens: %q", text)
	}
	maiG.says("/viec")
	maiG.sees("Việc của Xã Ch'ơm")
	maiG.presses(needsTitle)
	maiG.sees(needsTitle, "Đơn vị")
	namG.presses("Không thuộc đơn vị tôi")
	namG.sees("vì sao")
	maiG.says("trưa nay ăn ở đâu")
	maiG.silent()
	namG.says("không có hộ nghèo")
	namG.silent()
	namG.answers("vì sao", "không có hộ nghèo")
	namG.sees("Đã báo Ban Dân tộc")
	lan.hears("Zơrâm Văn Nam báo", "Lý do: không có hộ nghèo")
	lanG.pushes(namG.newest("Đã báo"), "wv:needs:2027:0:W20437")
	h.quiet()
	if x := h.handling(needs()); x.Waiver != nil || !x.Disclaimer.Open() {
		t.Errorf("decided in a group: %+v", x)
	}
}

// The buttons of a reminder: what they open stands below it, and the reminder stays as it is.
func TestChatButtonsOfAReminder(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	nam := h.joins(107, "Zơrâm Văn Nam", "W20437", twinning.RoleOfficer)
	h.clockTo("2027-02-19T09:00:00+07:00")
	reminder := mai.hears("Nhắc nộp văn bản", needsTitle)
	before := labels(reminder)
	mai.presses("Việc khác…")
	list := mai.sees("Việc của Xã Ch'ơm")
	if now := mai.newest("Nhắc nộp văn bản"); list.ID == reminder.ID || !slices.Equal(labels(now), before) {
		t.Errorf("the reminder lost its buttons %q: %q", before, labels(now))
	}
	mai.presses(needsTitle)
	if card := mai.sees(needsTitle, "hạn"); card.ID != list.ID {
		t.Error("the card does not stand in place of the list")
	}
	nam.answers("Nhắc nộp văn bản", "ok ạ")
	nam.sees("Cảm ơn anh/chị. Tôi vẫn nhắc cho đến khi nộp")
	// A group that belongs to the unit hears it once, and speaks of the unit's documents whoever presses.
	hoa := h.hoa()
	g := h.group(true, mai, hoa)
	maiG, hoaG := mai.in(g), hoa.in(g)
	maiG.says("/gannhom xã Ch'ơm")
	maiG.sees("Xã Ch'ơm")
	h.clockTo("2027-02-24T09:00:00+07:00")
	reminder = maiG.hears("Nhắc nộp văn bản")
	if text := hoaG.pops(reminder, labels(reminder)[0]); !strings.Contains(text, "không có quyền") {
		t.Errorf("another unit's press is answered by %q:\n%v", text, reminder)
	}
	hoaG.pushes(reminder, "viec")
	maiG.pushes(reminder, "lat:needs:2027:0")
	maiG.sees("Nhắc lại anh/chị ngày nào", needsTitle)
	if n := hoaG.count("Việc của Sở Y tế"); n != 0 {
		t.Error("in the commune's group another unit's documents are shown")
	}
	hoaG.answers("Nhắc nộp văn bản", "đã rõ")
	hoaG.silent()
	maiG.answers("Nhắc nộp văn bản", "đã rõ")
	maiG.sees("Tôi vẫn nhắc cho đến khi nộp")
}
