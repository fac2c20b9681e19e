package main

import (
	"testing"

	"ketnghia/ledger"
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
	mai.hears("Zơrâm Văn Nam vắng từ 20/02/2027 đến 25/02/2027 và nhờ anh/chị thay")
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

// The same in English.
func TestChatDutiesInEnglish(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	nam := h.joins(107, "Zơrâm Văn Nam", "W20437", twinning.RoleOfficer)
	nam.says("/ngonngu en")
	nam.sees("English")
	nam.says("/nghi from 20/2 to 25/2, deputy Mai")
	nam.sees("is away from 20/02/2027 to 25/02/2027", "Bling Thị Mai stands in")
	mai.hears("vắng từ 20/02/2027 đến 25/02/2027")
	nam.says("/nghi back")
	nam.sees("not away")
	nam.says("/nghi tomorrow")
	nam.sees("away from 17/02/2027 to 17/02/2027", "Who stands in")
	nam.says("nobody")
	nam.sees("nobody stands in yet")
	nam.says("/viec")
	nam.sees("Duties of")
	nam.says("1")
	nam.sees("2027")
	nam.presses("Remind me later")
	nam.sees("remind you again")
	nam.says("2 days")
	nam.sees("I shall remind you again on 18/02/2027")
	nam.answers("I shall remind you", "give to Mai until due")
	nam.sees("Bling Thị Mai has it until 27/02/2027")
	nam.answers("has it until", "got it, thanks")
	nam.sees("Thank you. I go on reminding")
}
