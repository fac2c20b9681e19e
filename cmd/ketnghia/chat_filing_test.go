package main

import (
	"strings"
	"testing"

	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// A document is chosen, then sent; a PDF is filed at once, photos when the sender says that these are all.
func TestChatFilingChooseThenSend(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	bui := h.joins(106, "Arất Thị Bưi", "D504", twinning.RoleLead)
	mai.says("/nop")
	if got := labels(mai.sees("Nộp văn bản nào")); got[0] != "Kế hoạch / báo cáo đề xuất nhu cầu 2027" {
		t.Errorf("the document due first is not offered first: %q", got)
	}
	mai.says("1")
	mai.sees("Hãy gửi ảnh hoặc tệp của: Kế hoạch / báo cáo đề xuất nhu cầu 2027", "27/02/2027")
	mai.says("ờ chờ tí")
	mai.sees("Tôi đang chờ ảnh hoặc tệp")
	mai.says("tình hình")
	mai.sees("Xã Ch'ơm · 2027")
	mai.sends("", photo("trang1"))
	mai.sees("1 trang", "chưa nộp")
	mai.sends("", photo("trang2"), photo("trang3"))
	mai.sees("3 trang", "chưa nộp")
	if n := mai.count("trang, chưa nộp"); n != 1 {
		t.Errorf("%d messages count the pages, want one that is brought up to date", n)
	}
	mai.says("xong")
	mai.sees("Đã nộp · VB1", "Kèm 3 tệp, ảnh", "Sở Y tế", "Ban Dân tộc tỉnh", "Huyện Tây Giang")
	for _, v := range []*voice{hoa, lan, bui} {
		v.hears("Xã Ch'ơm vừa nộp VB1")
	}
	// A second version takes its place; the first day keeps counting.
	h.clockTo("2027-03-02T09:00:00+07:00")
	mai.says("/nop")
	mai.sees("Nộp văn bản nào")
	mai.presses("Nộp lại: Kế hoạch / báo cáo đề xuất nhu cầu 2027")
	mai.sees("Hãy gửi ảnh hoặc tệp")
	mai.sends("bản sửa", pdf("kh2"))
	mai.sees("Đã nộp · VB2", "nộp 02/03/2027 (đã nộp đúng hạn)", "Thay cho VB1. Ngày nộp tính theo bản đầu")
	mai.says("/han")
	mai.sees("✓ Đã nộp 1 văn bản")
	mai.presses("Mọi văn bản 2027")
	mai.sees("✓ Kế hoạch / báo cáo đề xuất nhu cầu 2027: đã nộp 16/02/2027")
	// Nothing is waited for any more.
	mai.sends("", pdf("khac"))
	mai.sees("Đã nhận 1 tệp", "văn bản nào")
	mai.presses("Không nộp")
	mai.sees("Đã thôi, chưa nộp gì")
}

// A file that comes by itself is asked about, by button, number or name.
func TestChatFilingSendThenChoose(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	hoa, mai := h.hoa(), h.mai()
	hoa.sends("", photo("t1"), photo("t2"))
	hoa.sees("Đã nhận 2 tệp", "văn bản nào")
	hoa.presses("Chương trình / kế hoạch ký kết 2027 với Xã Ga Ri")
	hoa.sees("Đã nộp · VB1", "với Xã Ga Ri", "Kèm 2 tệp, ảnh", "Chưa có người dùng bot để nhận bản", "Xã Ga Ri")
	hoa.says("/han")
	hoa.sees("✓ Đã nộp 1 văn bản")
	hoa.presses("Mọi văn bản 2027")
	text := hoa.sees("✓ Chương trình / kế hoạch ký kết 2027 với Xã Ga Ri").Text
	if strings.Contains(text, "✓ Chương trình / kế hoạch ký kết 2027 với Xã Ch'ơm") {
		t.Errorf("one programme counts for both pairings:\n%s", text)
	}
	hoa.sends("", pdf("ct"))
	hoa.sees("Đã nhận 1 tệp")
	hoa.says("1")
	hoa.sees("Đã nộp · VB2", "với Xã Ch'ơm")
	mai.hears("Sở Y tế vừa nộp VB2", "với Xã Ch'ơm")
	mai.sends("", pdf("a"), pdf("b"))
	mai.sees("Đã nhận 2 tệp")
	mai.says("kế hoạch nhu cầu")
	mai.sees("Đã nộp · VB3", "đề xuất nhu cầu", "Kèm 2 tệp")
	if n := mai.count("văn bản nào"); n != 0 {
		t.Errorf("%d questions are still open after they were answered by words", n)
	}
	// An older question can't file what came later for something else.
	mai.sends("", pdf("c"))
	old := mai.sees("Đã nhận 1 tệp")
	mai.says("bỏ")
	mai.sees("chưa nộp gì")
	if n := mai.live("Không nộp"); n != 0 {
		t.Error("the question that was dropped still has buttons")
	}
	mai.pushes(old, "f:report:2027:0")
	h.quiet()
	if n := mai.count("Đã nộp · VB4"); n != 0 {
		t.Error("a dropped file was filed by an old button")
	}
}

// A file over 20 MB is passed on and pointed at; a deadline that closed takes nothing.
func TestChatFilingLargeFileAndClosed(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa := h.mai(), h.hoa()
	mai.sends("", sandbox.File{Name: "lon.pdf", MIME: "application/pdf", Data: make([]byte, 25<<20)})
	mai.sees("Đã nhận 1 tệp", "lớn hơn 20 MB")
	mai.says("1")
	mai.sees("Đã nộp · VB1", "lớn hơn 20 MB")
	hoa.hears("Xã Ch'ơm vừa nộp VB1")
	card := mai.newest("Đã nộp")
	for _, data := range []string{"nop:needs:2020:0", "nop:needs:99999:0", "nop:no:2027:0", "nop:programme:2027:1", "nop:needs:2027:0:W20440", "nop", "f:needs:2027:0"} {
		mai.pushes(card, data)
	}
	h.quiet()
	if n := mai.count("Hãy gửi ảnh hoặc tệp"); n != 0 {
		t.Errorf("forged obligations were served:\n%s", transcript(h.server.Messages(mai.chat)))
	}
}

// A coordinator files for a unit, which is named.
func TestChatFilingByCoordinator(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	lan.sends("bản giấy xã gửi", pdf("kh"))
	lan.sees("Nộp hộ đơn vị nào")
	lan.says("xã Ch'ơm")
	lan.sees("Đã nhận 1 tệp", "Kế hoạch triển khai của xã 2027, phải không", "nộp hộ Xã Ch'ơm")
	lan.says("đúng")
	lan.sees("Đã nộp · VB1", "Ban Dân tộc nộp hộ Xã Ch'ơm")
	mai.hears("Xã Ch'ơm vừa nộp VB1", "bản giấy xã gửi")
	lan.says("/nop")
	lan.sees("Nộp hộ đơn vị nào")
	lan.says("xa Tra Don")
	lan.sees("nhiều đơn vị")
	lan.says("1")
	lan.sees("Nộp văn bản nào")
	lan.says("1")
	lan.sees("Hãy gửi ảnh hoặc tệp", "nộp hộ Xã Trà Dơn")
	lan.sends("", photo("a"))
	lan.sees("1 trang")
	lan.presses("Nộp 1 trang")
	lan.sees("Đã nộp · VB2", "nộp hộ Xã Trà Dơn")
}

// An open draft may be what the pictures are for, also while a document is awaited.
func TestChatFilesForTheOpenDraft(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.says("hôm nay khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	hoa.sees("45 hộ nghèo")
	hoa.sends("", pdf("danh-sach"))
	hoa.sees("văn bản nào")
	hoa.presses("Ảnh của hoạt động đang ghi")
	hoa.sees("45 hộ nghèo", "Kèm 1 tệp, ảnh")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1", "Kèm 1 tệp, ảnh")
	hoa.says("/nop")
	hoa.sees("Nộp văn bản nào")
	hoa.says("1")
	hoa.sees("Hãy gửi ảnh hoặc tệp")
	hoa.sends("hôm nay tặng 20 suất quà xã Ch'ơm", photo("qua"))
	hoa.sees("20 suất quà", "Kèm 1 tệp, ảnh")
	hoa.presses("Bỏ")
	hoa.sees("Đã bỏ")
	hoa.sends("", pdf("chuong-trinh"))
	hoa.sees("Đã nộp · VB1")
}
