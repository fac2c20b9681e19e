package main

import (
	"slices"
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// A unit says that an obligation is not its own; one coordinator waives it for the unit's reason, the card of the other
// loses its buttons, and the waiver can be taken back.
func TestChatNotOurDuty(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	nam := h.joins(107, "Zơrâm Văn Nam", "W20437", twinning.RoleLead)
	hung := h.joins(104, "Lê Hùng", "ABDT", twinning.RoleCoordinator)
	mai.opens(needsTitle)
	mai.presses("Không thuộc đơn vị tôi")
	mai.sees("không thuộc đơn vị: vì sao")
	mai.says("xã không có hộ nghèo được giúp <năm nay>")
	mai.sees("Đã báo Ban Dân tộc", "vẫn được nhắc")
	card := lan.hears("Bling Thị Mai báo", needsTitle, "không thuộc Xã Ch'ơm")
	hung.hears("xã không có hộ nghèo được giúp <năm nay>")
	mai.presses("Việc khác…")
	mai.sees("Việc của Xã Ch'ơm")
	mai.presses(needsTitle)
	if got := labels(mai.sees("chờ Ban Dân tộc trả lời")); slices.Contains(got, "Không thuộc đơn vị tôi") {
		t.Errorf("the unit can say it twice: %q", got)
	}
	mai.pushes(mai.newest("chờ Ban Dân tộc"), "kpt:needs:2027:0")
	h.quiet()
	if n := lan.count("không thuộc Xã Ch'ơm"); n != 1 {
		t.Errorf("the coordinator was asked %d times", n)
	}

	lan.presses("Đúng, miễn cho đơn vị")
	if got := labels(lan.sees("Miễn cho Xã Ch'ơm", "Lý do?")); !strings.HasPrefix(got[0], "Theo đơn vị: xã không có hộ nghèo") {
		t.Errorf("the unit's reason is not suggested first: %q", got)
	}
	lan.says("1")
	lan.sees("Trần Thị Lan đã miễn cho Xã Ch'ơm", "xã không có hộ nghèo")
	mai.hears("Ban Dân tộc miễn cho Xã Ch'ơm", "xã không có hộ nghèo")
	nam.hears("Ban Dân tộc miễn")
	hung.hears("Trần Thị Lan đã miễn")
	if n := hung.live("Vẫn thuộc đơn vị") + lan.live("Vẫn thuộc đơn vị"); n != 0 {
		t.Errorf("%d cards can still decide", n)
	}
	// A press that was on its way comes after the decision.
	for _, data := range []string{"up:needs:2027:0:W20437", "wv:needs:2027:0:W20437:1"} {
		hung.pushes(hung.newest("đã miễn"), data)
	}
	hung.newest("Trần Thị Lan đã miễn")
	if x := h.handling(needs()); x.Waiver == nil || x.Waiver.Reason != "xã không có hộ nghèo được giúp <năm nay>" || x.Disclaimer.Upheld {
		t.Errorf("decided: %+v", x)
	}
	if text := mai.pops(mai.newest("chờ Ban Dân tộc"), "Nhắc lại sau"); !strings.Contains(text, "được miễn") {
		t.Errorf("a button for something waived is answered by %q", text)
	}
	lan.presses("Bỏ miễn")
	lan.sees("Xã Ch'ơm cần nộp", "27/02/2027")
	mai.hears("Ban Dân tộc bỏ việc miễn")
	if x := h.handling(needs()); x.Waiver != nil {
		t.Errorf("still waived: %+v", x)
	}
	lan.pushes(card, "unwv:needs:2027:0:W20437")
	h.quiet()
	if n := mai.count("bỏ việc miễn"); n != 1 {
		t.Errorf("the unit heard %d times", n)
	}
}

// Ban Dân tộc answers that it is the unit's all the same.
func TestChatStillYourDuty(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	hung := h.joins(104, "Lê Hùng", "ABDT", twinning.RoleCoordinator)
	mai.opens(needsTitle)
	mai.says("4")
	mai.sees("vì sao")
	mai.says("huỷ")
	mai.sees("Không có gì thay đổi")
	if n := mai.live("Không nêu lý do"); n != 0 {
		t.Errorf("%d questions still have buttons", n)
	}
	mai.opens(needsTitle)
	mai.presses("Không thuộc đơn vị tôi")
	mai.sees("vì sao")
	mai.presses("Không nêu lý do")
	mai.sees("Đã báo Ban Dân tộc")
	lan.hears("không thuộc Xã Ch'ơm")
	lan.presses("Vẫn thuộc đơn vị")
	lan.sees("Trần Thị Lan đã trả lời", "vẫn là việc của Xã Ch'ơm")
	mai.hears("Ban Dân tộc trả lời", "vẫn là việc của Xã Ch'ơm")
	hung.hears("Trần Thị Lan đã trả lời")
	if n := hung.live("Đúng, miễn cho đơn vị"); n != 0 {
		t.Errorf("%d cards can still decide", n)
	}
	mai.opens(needsTitle)
	mai.newest("Ban Dân tộc trả lời ngày 16/02/2027")
	mai.pushes(mai.newest("Ban Dân tộc trả lời ngày"), "kpt:needs:2027:0::none")
	h.quiet()
	if n := lan.count("báo:", "không thuộc"); n > 1 {
		t.Errorf("an answered word was brought up again")
	}
}

// A coordinator waives without being asked, from the unit's list, with a typed reason.
func TestChatCoordinatorWaives(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	lan.says("/viec xã Ch'ơm")
	lan.sees("Việc của Xã Ch'ơm")
	lan.says("1")
	if got := labels(lan.sees("Đơn vị: Xã Ch'ơm")); !slices.Equal(got, []string{"Nộp hộ", "Miễn", "Việc khác…"}) {
		t.Errorf("a coordinator can %q", got)
	}
	lan.presses("Miễn")
	lan.sees("Lý do?")
	lan.says("xã đã gộp trong kế hoạch của huyện")
	lan.sees("đã miễn cho Xã Ch'ơm", "xã đã gộp trong kế hoạch của huyện")
	mai.hears("Lý do: xã đã gộp trong kế hoạch của huyện")
	lan.presses("Việc khác…")
	lan.sees("được miễn")
	lan.says("1")
	lan.sees("được miễn", "Lý do: xã đã gộp")
	lan.presses("Bỏ miễn")
	lan.sees("cần nộp")
	lan.presses("Việc khác…")
	lan.sees("Việc của Xã Ch'ơm")
	lan.says("1")
	lan.sees("Đơn vị: Xã Ch'ơm")
	lan.presses("Miễn")
	lan.sees("Lý do?")
	lan.presses("Nội dung đã có trong văn bản khác")
	lan.sees("đã miễn", "Nội dung đã có trong văn bản khác")
	lan.says("/viec xa Tra Don")
	lan.sees("nhiều đơn vị")
	lan.says("1")
	lan.sees("Việc của Xã Trà Dơn")
}

// Ban Dân tộc has all reminded that have not filed: a preview first, once a day.
func TestChatUrge(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASCT", "W20440"})
	mai, lan := h.mai(), h.lan()
	hung := h.joins(104, "Lê Hùng", "ABDT", twinning.RoleCoordinator)
	lan.says("/han")
	lan.sees("Tình hình nộp văn bản")
	lan.says("xã nào chưa nộp kế hoạch nhu cầu 2027")
	lan.sees("Chưa nộp")
	lan.pushes(lan.newest("Chưa nộp"), "miss:needs:2027")
	lan.sees("Ch'ơm")
	lan.presses("Nhắc những đơn vị chưa nộp")
	preview := lan.sees("Nhắc các đơn vị chưa nộp", "1 người nhận", "chưa có người liên kết")
	if strings.Contains(preview.Text, "không nhận được: Xã Ch'ơm") {
		t.Errorf("a linked commune is called unlinked:\n%s", preview.Text)
	}
	lan.presses("Thôi")
	lan.sees("Không có gì thay đổi")
	lan.pushes(lan.newest("Không có gì"), "urge:needs:2027")
	lan.sees("Nhắc các đơn vị chưa nộp")
	lan.says("1")
	lan.sees("Đã cho nhắc", "1 người")
	h.quiet()
	for _, v := range []*voice{lan, hung} {
		for _, data := range []string{"urge:needs:2027", "urgeok:needs:2027"} {
			v.pushes(v.newest("Chào"), data)
		}
	}
	h.quiet()
	var urges []twinning.Urge
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) (err error) {
		urges, err = k.Urges()
		return err
	})
	if err != nil || len(urges) != 1 {
		t.Errorf("%d urges, %v", len(urges), err)
	}
	mai.pushes(mai.newest("Chào"), "miss:needs:2027")
	h.quiet()
	if n := mai.live("Nhắc những đơn vị chưa nộp"); n != 0 {
		t.Error("an officer is offered to urge")
	}
	lan.pushes(lan.newest("Chào"), "miss:needs:2027")
	lan.sees("Ch'ơm")
	if text := lan.pops(lan.newest("Ch'ơm"), "Nhắc những đơn vị chưa nộp"); !strings.Contains(text, "Hôm nay Trần Thị Lan đã cho nhắc") {
		t.Errorf("the second urge of a day is answered by %q", text)
	}
}
