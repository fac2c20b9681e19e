package main

import (
	"slices"
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// handling is what was decided about an obligation.
func (h *house) handling(o twinning.Obligation) (decided twinning.Handling) {
	h.t.Helper()
	h.quiet()
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) (err error) {
		decided, err = k.Handling(o)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return decided
}

// needs is the commune's first obligation of 2027, due on 27/02.
func needs() twinning.Obligation {
	return twinning.Obligation{Rule: "needs", Unit: "W20437", Year: 2027}
}

// opens shows the card of the commune's first obligation.
func (v *voice) opens(title string) sandbox.Message {
	v.h.t.Helper()
	v.says("/viec")
	v.sees("Việc của")
	v.presses(title)
	return v.sees(title, "hạn")
}

const needsTitle = "Kế hoạch / báo cáo đề xuất nhu cầu 2027"

// An officer puts a reminder off by button, number and words; never past the deadline, and three times at most.
func TestChatRemindMeLater(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	card := mai.opens(needsTitle)
	if got := labels(card); !slices.Equal(got[:4], []string{"Nộp ngay", "Nhắc lại sau", "Giao cho…", "Không thuộc đơn vị tôi"}) {
		t.Errorf("the card offers %q", got)
	}
	mai.presses("Nhắc lại sau")
	ask := mai.sees("Nhắc lại anh/chị ngày nào", "27/02/2027")
	want := []string{"17/02/2027 (sau 1 ngày)", "19/02/2027 (sau 3 ngày)", "23/02/2027 (sau 7 ngày)", "Quay lại"}
	if got := labels(ask); !slices.Equal(got, want) {
		t.Errorf("the choices are %q, want %q", got, want)
	}
	if ask.ID != card.ID {
		t.Error("the question does not stand in place of the card")
	}
	mai.says("2")
	mai.sees("Tôi sẽ nhắc lại anh/chị ngày 19/02/2027", "Còn dời được 2 lần")
	// The same wish twice counts once; an old button of the same day too.
	mai.pushes(mai.newest("Tôi sẽ nhắc lại"), "lat:needs:2027:0::3")
	for _, s := range h.handling(needs()).Snoozes {
		if s.Count != 1 {
			t.Errorf("one wish counts as %d", s.Count)
		}
	}
	mai.presses("Việc khác…")
	mai.sees("Việc của Xã Ch'ơm")
	mai.presses(needsTitle)
	mai.sees("Anh/chị được nhắc lại ngày 19/02/2027")
	mai.says("2")
	mai.sees("Nhắc lại anh/chị ngày nào")
	mai.says("hai ngày")
	mai.sees("ngày 18/02/2027", "Còn dời được 1 lần")
	// "Tomorrow" on a Friday is the Monday after.
	h.clockTo("2027-02-19T09:00:00+07:00")
	mai.opens(needsTitle)
	mai.presses("Nhắc lại sau")
	mai.sees("Nhắc lại anh/chị ngày nào")
	mai.says("mai")
	mai.sees("ngày 22/02/2027", "lần dời cuối")
	mai.opens(needsTitle)
	if text := mai.pops(mai.newest(needsTitle, "hạn"), "Nhắc lại sau"); !strings.Contains(text, "3 lần") {
		t.Errorf("the fourth wish is answered by %q", text)
	}
}

// In the last days there is nothing left to put off to.
func TestChatRemindMeLaterNearTheDeadline(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	h.clockTo("2027-02-25T09:00:00+07:00") // Thursday; the deadline is a Saturday
	mai.opens(needsTitle)
	mai.presses("Nhắc lại sau")
	if got := labels(mai.sees("Nhắc lại anh/chị ngày nào")); !slices.Equal(got, []string{"26/02/2027 (sau 1 ngày)", "Quay lại"}) {
		t.Errorf("the choices are %q", got)
	}
	mai.says("5 ngày")
	mai.sees("ngày 26/02/2027")
	h.clockTo("2027-03-02T09:00:00+07:00")
	card := mai.opens(needsTitle)
	if text := mai.pops(card, "Nhắc lại sau"); !strings.Contains(text, "Không còn ngày làm việc nào trước hạn 27/02/2027") {
		t.Errorf("after the deadline the answer is %q", text)
	}
	if n := len(h.handling(needs()).Snoozes); n != 1 {
		t.Errorf("%d people put it off", n)
	}
}

// Somebody gives an obligation to a colleague, who is told, and takes it back.
func TestChatGiveToAColleague(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	mai.opens(needsTitle)
	if text := mai.pops(mai.newest(needsTitle, "hạn"), "Giao cho…"); !strings.Contains(text, "chưa có người nào khác") {
		t.Errorf("with nobody else the answer is %q", text)
	}
	nam := h.joins(107, "Zơrâm Văn Nam", "W20437", twinning.RoleOfficer)
	mai.opens(needsTitle)
	mai.presses("Giao cho…")
	mai.sees("Giao cho ai")
	mai.says("anh Bình")
	mai.sees("Không thấy “anh Bình”")
	mai.sees("Giao cho ai")
	mai.says("nam")
	until := mai.sees("Giao cho Zơrâm Văn Nam", "Đến ngày nào")
	if got := labels(until)[:3]; !slices.Equal(got, []string{"Đến hạn, 27/02/2027", "3 ngày, đến 19/02/2027", "7 ngày, đến 23/02/2027"}) {
		t.Errorf("until when: %q", got)
	}
	mai.says("ờ thì")
	mai.sees("Giao đến ngày nào")
	mai.says("25/2/2030")
	mai.sees("Giao được từ hôm nay đến")
	mai.says("25/2")
	mai.sees("Đã giao cho Zơrâm Văn Nam đến 25/02/2027")
	nam.hears("Bling Thị Mai giao cho anh/chị", needsTitle, "27/02/2027")
	if g := h.handling(needs()).Delegation; g == nil || g.Until != twinning.NewDate(2027, 2, 25) {
		t.Fatalf("the delegation is %v", g)
	}
	nam.presses("Nộp ngay")
	nam.sees("Hãy gửi ảnh hoặc tệp của: " + needsTitle)
	nam.says("huỷ")
	nam.sees("chưa nộp")
	mai.presses("Lấy lại việc")
	mai.sees("Đã lấy lại việc")
	nam.hears("Bling Thị Mai đã lấy lại việc")
	if g := h.handling(needs()).Delegation; g != nil {
		t.Errorf("the delegation is still %v", g)
	}
	mai.pushes(mai.newest("Đã lấy lại việc"), "giao:needs:2027:0::back")
	h.quiet()
	if n := nam.count("đã lấy lại việc"); n != 1 {
		t.Errorf("the colleague heard %d times that it was taken back", n)
	}
	// Many people come in pages.
	for i, name := range []string{"An", "Bền", "Cường", "Dũng", "Em", "Phúc", "Giang", "Hải"} {
		h.joins(int64(120+i), "Hốih "+name, "W20437", twinning.RoleOfficer)
	}
	mai.opens(needsTitle)
	mai.presses("Giao cho…")
	if got := labels(mai.sees("Giao cho ai")); len(got) != 10 || got[8] != "Xem tiếp" {
		t.Errorf("the first page is %q", got)
	}
	mai.presses("Xem tiếp")
	if got := labels(mai.sees("Giao cho ai")); !slices.Equal(got, []string{"Hốih Giang", "Hốih Hải", "Về đầu", "Quay lại"}) {
		t.Errorf("the second page is %q", got)
	}
	mai.says("2")
	mai.sees("Giao cho Hốih Hải")
	mai.presses("3 ngày, đến 19/02/2027")
	mai.sees("Đã giao cho Hốih Hải đến 19/02/2027")
}

// Presses for other units, forged or old ones say so and change nothing.
func TestChatDutiesOfOthers(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	nam := h.joins(107, "Zơrâm Văn Nam", "W20437", twinning.RoleOfficer)
	bai := h.joins(108, "Kẻ Bài", "W20437", twinning.RoleObserver)
	card := hoa.opens("Chương trình / kế hoạch ký kết 2027 với Xã Ch'ơm")
	for _, data := range []string{
		"lat:needs:2027:0:W20437:1", "giao:needs:2027:0:W20437:p1:2027-02-20", "kpt:needs:2027:0:W20437:none",
	} {
		h.quiet()
		before := hoa.count("")
		hoa.pushes(card, data)
		h.quiet()
		if hoa.count("") != before {
			t.Errorf("%s was served", data)
		}
		mai.pushes(mai.newest("Chào"), strings.Replace(data, "needs", "nothing", 1))
	}
	for _, data := range []string{
		"wv:needs:2027:0:W20437", "wv:needs:2027:0::1", "up:needs:2027:0", "unwv:needs:2027:0", "urge:needs:2027",
		"urgeok:needs:2027", "lat:needs:2027:0::99999", "lat:needs:2027:0::x", "giao:needs:2027:0::p9999", "giao:needs:2027:0::p3:2027-02-20",
		"giao:needs:2027:0::p1:x", "giao:needs:2027:0::x", "viec:@ASYT", "viec:needs:1999:0", "kpt:needs:2020:0", "lat:needs:2027:0:ZZZ:1", "nghi:2",
		"nghi:3:2027-02-20:2027-02-25:0", "nghi:x",
	} {
		mai.pushes(mai.newest("Chào"), data)
	}
	for _, data := range []string{"lat:needs:2027:0:W20437:1", "kpt:needs:2027:0:W20437:none", "giao:needs:2027:0:W20437:p4:2027-02-20", "urge:nothing:2027", "urge:needs:1999"} {
		lan.pushes(lan.newest("Chào"), data)
	}
	bai.pushes(bai.newest("Chào"), "lat:needs:2027:0::1")
	if x := h.handling(needs()); !x.Empty() {
		t.Errorf("forged presses decided %+v", x)
	}
	if n := nam.count("giao cho anh/chị"); n != 0 {
		t.Errorf("the colleague was told %d times", n)
	}
	// What was filed needs nothing any more.
	old := mai.opens(needsTitle)
	mai.presses("Nộp ngay")
	mai.sees("Hãy gửi ảnh hoặc tệp")
	mai.sends("", pdf("kh"))
	mai.sees("Đã nộp · VB1")
	for _, label := range []string{"Nhắc lại sau", "Giao cho…", "Không thuộc đơn vị tôi"} {
		if text := mai.pops(old, label); !strings.Contains(text, "đã nộp rồi") {
			t.Errorf("%s on a filed document is answered by %q", label, text)
		}
	}
}
