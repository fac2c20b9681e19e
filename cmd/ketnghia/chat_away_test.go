package main

import (
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// leave is when the person is away, by the books.
func (v *voice) leave() (leave *twinning.Leave) {
	v.h.t.Helper()
	v.h.quiet()
	err := v.h.books.ledger.View(v.h.ctx, v.h.clock.Now(), func(k *ledger.Look) error {
		p, err := k.PersonByTelegram(twinning.ChatID(v.id))
		leave = p.Leave
		return err
	})
	if err != nil {
		v.h.t.Fatal(err)
	}
	return leave
}

func (v *voice) mustBeAway(from, to int, deputy bool) {
	v.h.t.Helper()
	l := v.leave()
	if l == nil || l.From != twinning.NewDate(2027, 2, from) || l.To != twinning.NewDate(2027, 2, to) || (l.Deputy != 0) != deputy {
		v.h.t.Errorf("away: %+v, want %d to %d", l, from, to)
	}
}

// An officer says in words when he is away and who stands in; the deputy is told; back at work.
func TestChatAway(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	nam := h.joins(107, "Zơrâm Văn Nam", "W20437", twinning.RoleOfficer)
	nam.says("/nghi")
	nam.sees("Zơrâm Văn Nam: không vắng", "nhờ Mai thay")
	nam.says("từ 20/2 đến 25/2, nhờ Mai thay")
	nam.sees("Zơrâm Văn Nam vắng từ 20/02/2027 đến 25/02/2027", "Bling Thị Mai thay")
	mai.hears("Zơrâm Văn Nam vắng từ 20/02/2027 đến 25/02/2027 và nhờ bạn thay")
	nam.mustBeAway(20, 25, true)
	nam.says("/nghi")
	nam.sees("vắng từ 20/02/2027")
	nam.presses("Đã đi làm lại")
	nam.sees("không vắng")
	mai.hears("không phải thay Zơrâm Văn Nam nữa")
	if l := nam.leave(); l != nil {
		t.Errorf("still away: %v", l)
	}
	nam.says("/nghi 22/2-24/2")
	nam.sees("vắng từ 22/02/2027 đến 24/02/2027", "Ai thay")
	nam.says("chị hoa")
	nam.sees("Không thấy “chị hoa”")
	nam.says("1")
	nam.sees("vắng từ 22/02/2027", "Bling Thị Mai thay")
	// Who is away then can't stand in.
	mai.says("/nghi mai nghỉ 6 ngày, nhờ anh Nam")
	mai.sees("Zơrâm Văn Nam cũng vắng")
	mai.sees("vắng từ 17/02/2027 đến 22/02/2027", "Ai thay")
	mai.says("nam")
	mai.sees("Không thấy “nam”")
	mai.says("/nghi mai nghỉ 5 ngày, nhờ anh Nam")
	mai.sees("17/02/2027 đến 21/02/2027", "Zơrâm Văn Nam thay")
	mai.says("/nghi thôi")
	mai.sees("Bling Thị Mai: không vắng")
	mai.says("/nghi hết tuần này")
	mai.sees("đến 21/02/2027", "Ai thay")
	mai.says("không ai")
	mai.sees("đến 21/02/2027", "chưa có ai thay")
	for words, want := range map[string]string{
		"/nghi 10/2/2027 đến 12/2/2027": "phải chưa qua",
		"/nghi từ mai đến 20/2/2029":    "không quá một năm",
		"/nghi abc":                     "từ ngày nào đến ngày nào",
	} {
		mai.says(words)
		mai.sees(want)
	}
	mai.says("huỷ")
	mai.sees("Không có gì thay đổi")
	mai.says("/trogiup")
	mai.sees("/nghi")
}

// A lead and Ban Dân tộc say it for others, who are told; nobody else can.
func TestChatAwayForOthers(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan, hoa := h.mai(), h.lan(), h.hoa()
	nam := h.joins(107, "Zơrâm Văn Nam", "W20437", twinning.RoleLead)
	nam.says("/nguoi")
	nam.sees("Người phụ trách")
	nam.presses("Vắng: Bling Thị Mai")
	nam.sees("Bling Thị Mai: không vắng")
	nam.says("20/2 đến 25/2")
	nam.sees("Ai thay")
	nam.presses("Không ai thay")
	nam.sees("Bling Thị Mai vắng từ 20/02/2027 đến 25/02/2027", "chưa có ai thay")
	mai.hears("Zơrâm Văn Nam đã ghi: Bling Thị Mai vắng từ 20/02/2027")
	mai.mustBeAway(20, 25, false)
	lan.says("/nguoi xã Ch'ơm")
	lan.sees("Bling Thị Mai vắng từ 20/02/2027")
	lan.presses("Vắng: Bling Thị Mai")
	lan.sees("vắng từ 20/02/2027")
	lan.presses("Đã đi làm lại")
	lan.sees("không vắng")
	mai.hears("Trần Thị Lan đã ghi: Bling Thị Mai không còn vắng")
	id := func(v *voice) (id twinning.PersonID) {
		err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
			p, err := k.PersonByTelegram(twinning.ChatID(v.id))
			id = p.ID
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	hoa.pushes(hoa.newest("Chào"), "nghi:"+itoa(int64(id(mai)))+":2027-02-20:2027-02-25:0")
	mai.pushes(mai.newest("Chào"), "nghi:"+itoa(int64(id(nam)))+":2027-02-20:2027-02-25:0")
	mai.pushes(mai.newest("Chào"), "nghi:"+itoa(int64(id(mai)))+":2027-02-20:2027-02-25:"+itoa(int64(id(hoa))))
	mai.pushes(mai.newest("Chào"), "nghi:"+itoa(int64(id(mai)))+":2027-02-25:2027-02-20:0")
	if nam.leave() != nil || mai.leave() != nil {
		t.Errorf("forged presses: %v, %v", nam.leave(), mai.leave())
	}
	g := mai.in(h.group(true, mai, nam))
	g.says("/nghi")
	g.sees("tin nhắn riêng")
}

// digest queues a reminder to the person as the scheduler does, whatever it says.
func (v *voice) digest() sandbox.Message {
	v.h.t.Helper()
	v.h.update(func(w *ledger.Work) error {
		p, err := w.PersonByTelegram(twinning.ChatID(v.id))
		if err != nil {
			return err
		}
		return w.Remind(ledger.Digest{Person: p, Message: twinning.Say("remind.title", twinning.Args{
			"Date": twinning.Day(w.Today()),
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
	for _, words := range []string{"đã rõ", "Ok", "vâng ạ", "nhận được."} {
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
	binh.hears("Nguyễn Văn Hòa giao cho bạn", title)
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
			if name := k.Title(o).Args["Name"].Names["vi"]; o.Standing.Open() && !strings.HasPrefix(but, name+" ") {
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
