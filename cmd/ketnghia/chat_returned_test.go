package main

import (
	"fmt"
	"testing"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// files files a document of that name for which the bot's proposal is right, and leaves its questions open.
func (v *voice) files(caption, title string, id int) {
	v.h.t.Helper()
	v.sends(caption, named(fmt.Sprintf("ban-%d.pdf", id)))
	v.sees(title, "phải không")
	v.presses("Đúng, nộp")
	v.sees(fmt.Sprintf("Đã nộp · VB%d", id))
}

// needsOfChom is the report of needs of the commune that the chats are about.
func needsOfChom() twinning.Obligation {
	return twinning.Obligation{Rule: "needs", Unit: "W20437", Year: 2027}
}

// A document is returned with a reason, filed again, and accepted; all versions stay.
func TestChatReturnedAndFiledAgain(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	minh := h.joins(107, "Lê Văn Minh", "ABDT", twinning.RoleCoordinator)
	mai.files("đề xuất nhu cầu 15/KH-UBND ngày 10/02", "Kế hoạch / báo cáo đề xuất nhu cầu 2027", 1)
	lan.hears("Xã Ch'ơm vừa nộp VB1")
	copied := minh.hears("Xã Ch'ơm vừa nộp VB1")
	lan.presses("Trả lại")
	lan.sees("Trả lại VB1 cho Xã Ch'ơm vì lý do gì?")
	lan.says("Chưa có chữ ký của Chủ tịch")
	lan.sees("Đã trả lại VB1", "VB1 · Xã Ch'ơm · trả lại để bổ sung", "Lý do: Chưa có chữ ký của Chủ tịch")
	back := mai.hears("Ban Dân tộc trả lại VB1", "Lý do: Chưa có chữ ký của Chủ tịch", "hạn 27/02/2027")
	if got := h.standing(needsOfChom()); got.Met() {
		t.Errorf("returned, and still %s", got)
	}
	// The other coordinator's copy shows it; a press that was on its way changes nothing.
	minh.hears("Xã Ch'ơm vừa nộp VB1", "Hiện nay: trả lại để bổ sung")
	minh.pushes(copied, "v:1:ok:submitted")
	minh.sees("VB1 đã thay đổi trước đó")
	if f := h.filing(1); f.State != twinning.FilingReturned {
		t.Errorf("a stale press made it %s", f.State)
	}
	mai.says("/han")
	mai.sees("Hạn 27/02/2027 · còn 11 ngày", "Kế hoạch / báo cáo đề xuất nhu cầu 2027 – Ban Dân tộc trả lại: Chưa có chữ ký của Chủ tịch")
	// Filed again from the news.
	if _, err := h.server.Press(mai.id, mai.chat, back.ID, "Nộp lại"); err != nil {
		t.Fatal(err)
	}
	mai.sees("bản đã sửa của: Kế hoạch / báo cáo đề xuất nhu cầu 2027", "Lý do trả lại: Chưa có chữ ký")
	mai.sends("15/KH-UBND ngày 10/02", named("da-ky.pdf"))
	mai.sees("Đã nộp · VB2", "Thay cho VB1 đã bị trả lại")
	lan.hears("Xã Ch'ơm vừa nộp VB2", "Thay cho VB1")
	hoa.hears("Xã Ch'ơm vừa nộp VB2", "Thay cho VB1")
	lan.presses("Nhận")
	lan.sees("Đã nhận VB2", "đã được tiếp nhận", "Bản trước: VB1")
	mai.hears("Ban Dân tộc đã nhận VB2")
	if got := h.standing(needsOfChom()); got != twinning.StandingMet {
		t.Errorf("accepted, and %s", got)
	}
	// Twice is once, and the first version can't be decided about any more.
	minh.mark()
	minh.pushes(copied, "v:2:ok:submitted")
	minh.sees("VB2 đã thay đổi trước đó")
	minh.pushes(copied, "v:1:ok:returned")
	minh.sees("VB1 đã thay đổi trước đó")
	if n := mai.count("Ban Dân tộc đã nhận"); n != 1 {
		t.Errorf("told %d times", n)
	}
	// Accepted can be returned later.
	minh.says("VB2")
	minh.sees("VB2 · Xã Ch'ơm · đã được tiếp nhận")
	minh.says("1")
	minh.sees("vì lý do gì")
	minh.says("3")
	minh.sees("Đã trả lại VB2", "Lý do: Ảnh mờ, thiếu trang")
	mai.hears("Ban Dân tộc trả lại VB2", "Ảnh mờ, thiếu trang")
	if got := h.standing(needsOfChom()); got.Met() {
		t.Errorf("returned after it was accepted, and still %s", got)
	}
}

// Only Ban Dân tộc decides, whatever a forged button says; a reply in words does as well.
func TestChatReturnedRights(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	ga := h.joins(108, "Zơ Râm Ga", "W20440", twinning.RoleOfficer)
	mai.files("đề xuất nhu cầu 15/KH-UBND ngày 10/02", "đề xuất nhu cầu 2027", 1)
	copied := hoa.hears("Xã Ch'ơm vừa nộp VB1")
	for _, data := range []string{"v:1:ok:submitted", "v:1:no:submitted:1", "v:1:xw:1", "v:1:t:report:2027:0", "v:1:ca", "v:1:n", "v:1:re", "v:9", "v:1:zz", "vu", "vd"} {
		hoa.pushes(copied, data)
	}
	other := ga.newest("Chào")
	for _, data := range []string{"v:1", "v:1:f", "v:1:ok:submitted"} {
		ga.pushes(other, data)
	}
	h.quiet()
	if f := h.filing(1); f.State != twinning.FilingSubmitted || len(f.Meets) != 1 {
		t.Fatalf("forged buttons made it %s, %v", f.State, f.Meets)
	}
	if n := ga.count("VB1"); n != 0 {
		t.Errorf("a commune sees what was not sent to it:\n%s", transcript(h.server.Messages(ga.chat)))
	}
	ga.says("VB1")
	ga.sees("Không có VB1, hoặc văn bản này không gửi cho đơn vị anh/chị")
	// The counterpart reads what it was sent, and nothing about who else has it.
	hoa.says("văn bản xã Ch'ơm")
	hoa.sees("Văn bản · Xã Ch'ơm · 2027", "VB1")
	hoa.says("1")
	hoa.sees("VB1 · Xã Ch'ơm", "Số 15/KH-UBND ngày 10/02/2027")
	hoa.presses("Gửi lại tệp cho tôi")
	if m := hoa.sees("VB1 của Xã Ch'ơm"); m.Document == nil {
		t.Error("no file came")
	}
	lan.answers("Xã Ch'ơm vừa nộp VB1", "nhận")
	lan.sees("Đã nhận VB1")
	mai.hears("Ban Dân tộc đã nhận VB1")
	lan.answers("VB1", "trả lại: thiếu phụ lục")
	lan.sees("Đã trả lại VB1", "Lý do: thiếu phụ lục")
	mai.hears("Ban Dân tộc trả lại VB1", "thiếu phụ lục")
}

// The lead of a district reads its communes' documents, and of the sponsor what it was sent.
func TestChatDocumentsOfDistrict(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	mai, hoa := h.mai(), h.hoa()
	head := h.joins(106, "Arất Thị Bưi", "D504", twinning.RoleLead)
	mai.files("đề xuất nhu cầu 15/KH-UBND ngày 10/02", "đề xuất nhu cầu 2027", 1)
	hoa.files("chương trình ký kết với xã Ch'ơm 20/CTr-SYT ngày 12/02", "với Xã Ch'ơm", 2)
	hoa.files("quyết định thành lập tổ công tác 9/QĐ-SYT ngày 12/02", "Tổ công tác", 3)
	head.says("/vanban xã Ch'ơm")
	head.sees("Văn bản · Xã Ch'ơm · 2027", "VB1")
	head.says("văn bản Sở Y tế")
	if m := head.sees("Văn bản · Sở Y tế · 2027", "VB2"); holdsAll(m.Text, []string{"VB3"}) {
		t.Errorf("the district sees what was not sent to it:\n%s", m.Text)
	}
	head.says("/vanban sở tài chính")
	head.sees("ngoài phạm vi")
}

// Who filed the wrong title changes it, or takes the document back; everybody with a copy is told in one line.
func TestChatMisfiled(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	mai.files("đề xuất nhu cầu 15/KH-UBND ngày 10/02", "đề xuất nhu cầu 2027", 1)
	h.clockTo("2027-02-22T09:00:00+07:00")
	mai.presses("Nộp nhầm")
	mai.sees("VB1 đang là: Kế hoạch / báo cáo đề xuất nhu cầu 2027")
	mai.presses("Đổi loại văn bản")
	mai.sees("VB1 đúng ra là văn bản nào?")
	mai.presses("Quy chế hoạt động của Tổ công tác 2027")
	mai.sees("Đã đổi loại của VB1", "Quy chế hoạt động của Tổ công tác 2027: nộp 16/02/2027")
	for _, v := range []*voice{hoa, lan} {
		v.hears("VB1 của Xã Ch'ơm đúng ra là Quy chế hoạt động của Tổ công tác 2027, không phải Kế hoạch / báo cáo đề xuất nhu cầu 2027")
	}
	if got := h.standing(needsOfChom()); got.Met() {
		t.Errorf("retitled, and still %s", got)
	}
	lan.hears("Xã Ch'ơm vừa nộp VB1", "Quy chế hoạt động của Tổ công tác 2027: nộp 16/02/2027")
	// Once more, and taken back for a reason of the list.
	mai.presses("Nộp nhầm")
	mai.sees("VB1 đang là: Quy chế")
	mai.says("2")
	mai.sees("Rút lại VB1 vì lý do gì?")
	mai.says("2")
	mai.sees("Đã rút lại VB1", "đơn vị đã rút lại", "Lý do: Gửi nhầm tệp")
	for _, v := range []*voice{hoa, lan} {
		v.hears("Xã Ch'ơm rút lại VB1", "Lý do: Gửi nhầm tệp")
	}
	if n := lan.live("Nhận"); n != 0 {
		t.Error("Ban Dân tộc can still accept what was taken back")
	}
	// What Ban Dân tộc has decided about is taken back no more.
	mai.files("quy chế hoạt động 3/QC-UBND ngày 11/02", "Quy chế hoạt động", 2)
	lan.hears("Xã Ch'ơm vừa nộp VB2")
	lan.presses("Nhận")
	lan.sees("Đã nhận VB2")
	mai.presses("Nộp nhầm")
	mai.sees("VB2 đã thay đổi trước đó", "đã được tiếp nhận")
}

// Ban Dân tộc sees what waits for it and whom no copy reached; who comes in gets what waited.
func TestChatCopiesThatWaited(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	lan.says("/vanban")
	lan.sees("Không có văn bản nào chờ tiếp nhận")
	mai.says("/vanban")
	mai.sees("Chưa nộp văn bản nào")
	mai.files("đề xuất nhu cầu 15/KH-UBND ngày 10/02", "đề xuất nhu cầu 2027", 1)
	mai.says("văn bản")
	mai.sees("Văn bản · Xã Ch'ơm · 2027", "VB1", "15/KH-UBND")
	mai.says("1")
	mai.sees("Đã gửi bản cho: Ban Dân tộc tỉnh", "Chưa có người dùng bot để nhận bản: Sở Y tế; Huyện Tây Giang")
	lan.says("/vanban")
	lan.sees("1 văn bản chờ tiếp nhận", "VB1 · Xã Ch'ơm")
	lan.presses("Chưa nhận được bản: 2 đơn vị")
	lan.sees("2 đơn vị chưa nhận được bản", "Sở Y tế: 1 văn bản", "Huyện Tây Giang: 1 văn bản")
	lan.presses("Sở Y tế")
	lan.sees("Sở Y tế chưa nhận được", "VB1 · Xã Ch'ơm")
	lan.presses("VB1")
	lan.sees("VB1 · Xã Ch'ơm · đã nộp")
	// By invitation, and by a request that is approved.
	h.clockTo("2027-02-18T09:00:00+07:00")
	hoa := h.hoa()
	if m := hoa.hears("Xã Ch'ơm vừa nộp VB1"); m.Document == nil {
		t.Error("the copy came without its file")
	}
	head := h.person(109, "Arất", "Thị Bưi")
	head.says("/start")
	head.sees("Trợ lý này dành cho cán bộ")
	head.presses("Xin tham gia")
	head.sees("đơn vị nào")
	head.says("huyện Tây Giang")
	head.sees("anh/chị làm gì")
	head.presses("Thủ trưởng, đầu mối")
	head.sees("Đã gửi yêu cầu")
	lan.hears("xin tham gia")
	lan.presses("Duyệt")
	head.hears("Xã Ch'ơm vừa nộp VB1")
	h.quiet()
	if units := h.uncopied(); len(units) != 0 {
		t.Errorf("not delivered to %v", units)
	}
	lan.says("VB1")
	lan.sees("Đã gửi bản cho: Sở Y tế (18/02/2027); Ban Dân tộc tỉnh; Huyện Tây Giang (18/02/2027)")
}

// A copy that Telegram refused counts as not delivered, and comes when the person is back.
func TestChatCopyAfterBlocking(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa := h.mai(), h.hoa()
	h.server.Block(hoa.id, true)
	mai.files("đề xuất nhu cầu 15/KH-UBND ngày 10/02", "đề xuất nhu cầu 2027", 1)
	h.quiet()
	if units := h.uncopied(); len(units) != 3 {
		t.Errorf("not delivered to %v", units)
	}
	h.server.Block(hoa.id, false)
	hoa.says("tình hình")
	hoa.hears("Xã Ch'ơm vừa nộp VB1")
	h.quiet()
	if units := h.uncopied(); len(units) != 2 {
		t.Errorf("not delivered to %v", units)
	}
}

func (h *house) uncopied() []twinning.UnitKey {
	h.t.Helper()
	var keys []twinning.UnitKey
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		units, err := k.UncopiedUnits()
		for _, u := range units {
			keys = append(keys, u.Unit)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return keys
}

// In a group the bot asks and answers as in private, and only the own people may press.
func TestChatFiledInGroup(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	chat := h.group(true, mai, hoa)
	here, there := mai.in(chat), hoa.in(chat)
	here.sends("@ketnghia_bot đề xuất nhu cầu 15/KH-UBND ngày 10/02", named("nc.pdf"))
	m := here.sees("Kế hoạch / báo cáo đề xuất nhu cầu 2027, phải không")
	there.pops(m, "Đúng, nộp")
	h.quiet()
	if n := here.count("Đã nộp"); n != 0 {
		t.Error("the sponsor filed what the commune sent")
	}
	here.presses("Đúng, nộp")
	card := here.sees("Đã nộp · VB1", "cũng là")
	there.pops(card, "Nộp nhầm")
	h.quiet()
	if n := here.count("VB1 đang là"); n != 0 {
		t.Error("the sponsor may undo the commune's filing")
	}
	here.presses("Không, chỉ là văn bản trên")
	here.sees("Đã nộp · VB1")
	lan.hears("Xã Ch'ơm vừa nộp VB1")
}
