package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

// logged logs an activity of Sở Y tế in xã Ch'ơm and returns the card that the counterpart got.
func logged(h *house, hoa, mai *voice, words string) {
	h.t.Helper()
	hoa.says(words)
	hoa.sees("chưa ghi")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ")
	mai.hears("Có đúng không")
	h.quiet()
}

// The counterpart names other numbers; the author takes them over, or writes others, which are asked about again.
func TestChatDisputeWithNumbers(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	mai.presses("Sai số")
	mai.sees("Số đúng của HĐ1 là bao nhiêu")
	mai.says("tình hình")
	mai.sees("Xã Ch'ơm · 2027")
	mai.says("chưa rõ")
	mai.sees("chưa thấy con số nào khác")
	mai.says("40 hộ, 10 triệu")
	mai.sees("Đã báo số đúng của HĐ1", "Xã Ch'ơm báo số khác: 40 hộ nghèo; 10.000.000 đ")
	lan.hears("Hai bên báo khác nhau", "40 hộ nghèo; 10.000.000 đ")
	hoa.hears("báo sai số", "40 hộ nghèo; 10.000.000 đ")
	if diff := cmp.Diff(quantities(45, 12_000_000), h.sum("W20437")); diff != "" {
		t.Errorf("the claim was counted before it was taken (-want +got):\n%s", diff)
	}
	h.quiet()
	hoa.answers("báo sai số", "42 hộ")
	hoa.sees("Sửa HĐ1", "42 hộ nghèo", "12.000.000 đ")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1")
	mai.hears("đã sửa hoạt động này", "42 hộ nghèo")
	mai.answers("42 hộ nghèo", "40 hộ")
	mai.sees("Đã báo số đúng của HĐ1")
	h.quiet()
	hoa.presses("Sửa theo số bên kia")
	hoa.sees("theo số của bên kia", "40 hộ nghèo")
	mai.hears("đã sửa theo số của anh/chị")
	if n := hoa.live("Sửa theo số bên kia") + lan.live("Sửa theo số bên kia"); n != 0 {
		t.Errorf("%d old cards offer the claim that was taken", n)
	}
	if diff := cmp.Diff(quantities(40, 12_000_000), h.sum("W20437")); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
}

// There was no such activity: the author voids it with a reason, and nothing is asked any more.
func TestChatDeniedAndVoided(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	mai.presses("Không có")
	mai.sees("Đã báo không có HĐ1")
	lan.hears("Hai bên báo khác nhau")
	hoa.hears("Hãy trao đổi lại hoặc huỷ ghi")
	hoa.presses("Huỷ ghi")
	hoa.sees("Lý do huỷ HĐ1")
	hoa.says("huỷ")
	hoa.sees("Không có gì thay đổi")
	hoa.presses("Huỷ ghi")
	hoa.sees("Lý do huỷ HĐ1")
	hoa.says("ghi nhầm xã <i>khác</i>")
	hoa.sees("Đã huỷ HĐ1")
	mai.hears("đã huỷ hoạt động này")
	for _, v := range []*voice{hoa, mai, lan} {
		if n := v.live("Huỷ ghi") + v.live("Xác nhận") + v.live("Sai số"); n != 0 {
			t.Errorf("%d cards of a void activity have buttons in chat %d", n, v.chat)
		}
	}
	if q := h.sum("W20437"); len(q) != 0 {
		t.Errorf("a void activity counts: %v", q)
	}
}

// The counterpart answers by typing: a word, a reply, a number of an activity.
func TestChatConfirmationByWords(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	mai.says("xác nhận")
	mai.sees("Không có hoạt động nào chờ xác nhận")
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	mai.says("xác nhận")
	mai.sees("Đã xác nhận HĐ1")
	logged(h, hoa, mai, "hôm nay tặng 20 suất quà xã Ch'ơm")
	logged(h, hoa, mai, "hôm nay cấp 9 bộ máy tính cho trường học xã Ch'ơm, 30 triệu")
	mai.says("xac nhan")
	mai.sees("2 hoạt động chờ", "HĐ2", "HĐ3")
	mai.says("xác nhận HĐ3")
	mai.sees("Đã xác nhận HĐ3")
	mai.answers("20 suất quà", "đúng")
	mai.sees("Đã xác nhận HĐ2")
	// Who pressed by mistake can still name other numbers.
	mai.presses("Sai số")
	mai.sees("Số đúng của HĐ2")
	mai.says("18 suất")
	mai.sees("báo số khác: 18 suất quà")
	hoa.hears("báo số khác: 18 suất quà")
}

// A card that is older than the activity shows how it stands now; nobody else's press counts.
func TestChatStaleAndWrongPresses(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	hoa, mai := h.hoa(), h.mai()
	nga := h.joins(110, "Zơ Râm Nga", "W20440", twinning.RoleOfficer)
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	old := mai.newest("Có đúng không")
	confirm := old.Buttons[0][0].Data
	hoa.answers("Đã ghi HĐ1", "50 hộ")
	hoa.sees("Sửa HĐ1")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1")
	mai.hears("đã sửa hoạt động này", "50 hộ nghèo")
	h.quiet()
	if n := mai.live("Xác nhận"); n != 1 {
		t.Errorf("%d cards can be confirmed, want the newest only", n)
	}
	mai.pushes(old, confirm)
	mai.sees("HĐ1 đã thay đổi trước đó", "50 hộ nghèo")
	newest := mai.newest("50 hộ nghèo")
	if strings.Contains(newest.Text, "đã được xác nhận") {
		t.Error("a stale press confirmed the activity")
	}
	nga.pushes(nga.newest("Chào"), "a:1:ok:2")
	hoa.pushes(hoa.newest("Đã ghi HĐ1"), "a:1:ok:2")
	h.quiet()
	mai.presses("Xác nhận")
	mai.sees("Đã xác nhận HĐ1")
	h.quiet()
	hoa.hears("Bling Thị Mai", "xác nhận")
	if got := hoa.count("đã xác nhận."); got != 1 {
		t.Errorf("the author heard of %d confirmations, want 1", got)
	}
	nga.says("/sua HĐ1 5 hộ")
	nga.sees("HĐ1 do Sở Y tế ghi")
	mai.says("/sua HĐ1 5 hộ")
	mai.sees("chỉ đơn vị đó và Ban Dân tộc sửa được", "Sai số")
	// Pressing twice is answered, and does nothing more.
	mai.pushes(newest, "a:1:ok:2")
	mai.sees("đã được xác nhận")
}
