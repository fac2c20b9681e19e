package main

import (
	"strings"
	"testing"

	"ketnghia/twinning"
)

// A stranger gets one polite line and can do nothing; wrong codes are counted.
func TestChatStrangerGetsOnePoliteLine(t *testing.T) {
	t.Parallel()
	h := openChat(t)
	hanh := h.person(201, "Đoàn", "Mỹ Hạnh")
	hanh.says("chào bot")
	hanh.sees("dành cho cán bộ làm công tác kết nghĩa được mời")
	hanh.says("hôm qua tặng 20 suất quà xã Ch'ơm")
	hanh.silent()
	hanh.sends("ảnh", photo("a"))
	hanh.silent()
	hanh.says("/tinhhinh")
	hanh.sees("dành cho cán bộ")
	for range 5 {
		hanh.says("/start saisaisai")
		hanh.sees("Đường dẫn mời không đúng")
	}
	code := h.code("W20437", twinning.RoleOfficer)
	hanh.says(code)
	hanh.sees("Đã thử sai quá nhiều lần")
	h.clockTo("2027-02-17T10:00:00+07:00")
	hanh.says(code)
	hanh.sees("Chào Đoàn Mỹ Hạnh", "Xã Ch'ơm")
}

// An invitation works once and for fourteen days.
func TestChatInvitationWorksOnce(t *testing.T) {
	t.Parallel()
	h := openChat(t)
	hanh, son := h.person(201, "Đoàn", "Mỹ Hạnh"), h.person(202, "Phạm", "Sơn")
	code, other := h.code("W20437", twinning.RoleOfficer), h.code("W20437", twinning.RoleLead)
	hanh.says(code)
	hanh.sees("Chào Đoàn Mỹ Hạnh", "cán bộ, Xã Ch'ơm", "nhắn tôi một câu")
	son.says(code)
	son.sees("đã có người dùng")
	hanh.says(other)
	hanh.sees("Anh/chị đã tham gia", "/roi")
	h.clockTo("2027-03-03T09:00:00+07:00")
	son.says(other)
	son.sees("đã quá 14 ngày")
}

// Somebody without a link asks to be let in: the unit by name, the role, a coordinator's word.
func TestChatRequestIsApprovedByOneCoordinator(t *testing.T) {
	t.Parallel()
	h := openChat(t)
	lan := h.lan()
	hung := h.joins(104, "Lê Hùng", "ABDT", twinning.RoleCoordinator)
	hanh := h.person(201, "Đoàn", "Mỹ <b>Hạnh</b>")
	hanh.says("/start")
	hanh.sees("Xin chào")
	hanh.presses("Xin tham gia")
	hanh.sees("đơn vị nào", "Gõ tên")
	hanh.says("xã Không Có")
	hanh.sees("Không thấy đơn vị “xã Không Có”")
	hanh.says("xa Tra Don")
	if got := strings.Join(labels(hanh.sees("nhiều đơn vị")), "|"); got != "Xã Trà Dơn|Xã Trà Don" {
		t.Errorf("the choice of an ambiguous name is %s", got)
	}
	hanh.says("2")
	hanh.sees("Xã Trà Don", "làm gì")
	hanh.presses("Cán bộ")
	hanh.sees("Đã gửi yêu cầu tới Ban Dân tộc", "cán bộ, Xã Trà Don")

	lan.hears("Đoàn Mỹ <b>Hạnh</b> xin tham gia", "cán bộ, Xã Trà Don")
	asked := hung.hears("xin tham gia")
	h.quiet()
	lan.presses("Duyệt")
	lan.sees("Đã duyệt", "Trần Thị Lan")
	hanh.hears("Chào Đoàn Mỹ <b>Hạnh</b>", "Xã Trà Don")
	hung.hears("Đã duyệt", "Trần Thị Lan")
	if n := hung.live("Từ chối"); n != 0 {
		t.Errorf("%d cards of the other coordinator can still decline", n)
	}
	// A press that was already on its way comes after the decision.
	hung.pushes(asked, "req:1:no")
	h.quiet()
	hung.newest("Đã duyệt", "Trần Thị Lan")
	hanh.says("/tinhhinh")
	hanh.sees("Xã Trà Don · 2027")
}

func TestChatRequestIsDeclined(t *testing.T) {
	t.Parallel()
	h := openChat(t)
	lan := h.lan()
	hanh := h.person(201, "Đoàn", "Mỹ Hạnh")
	hanh.says("/start")
	hanh.sees("Xin chào")
	hanh.presses("Xin tham gia")
	hanh.sees("đơn vị nào")
	hanh.says("Sở Y tế")
	hanh.sees("Sở Y tế")
	hanh.says("2")
	hanh.sees("thủ trưởng, đầu mối, Sở Y tế")
	lan.hears("thủ trưởng, đầu mối, Sở Y tế")
	lan.presses("Từ chối")
	lan.sees("Đã từ chối")
	hanh.hears("chưa duyệt")
	hanh.says("hoàn tác")
	hanh.silent()
}

// A request that names another unit takes the place of the first, so that no old card approves what it doesn't show.
func TestChatChangedRequestClosesItsOldCard(t *testing.T) {
	t.Parallel()
	h := openChat(t)
	lan := h.lan()
	hanh := h.person(201, "Đoàn", "Mỹ Hạnh")
	for _, unit := range []string{"Sở Y tế", "xã Ga Ri"} {
		hanh.says("/start")
		hanh.sees("Xin chào")
		hanh.presses("Xin tham gia")
		hanh.sees("đơn vị nào")
		hanh.says(unit)
		hanh.sees("làm gì")
		hanh.says("1")
		hanh.sees("Đã gửi yêu cầu")
		h.quiet()
	}
	lan.hears("đổi yêu cầu")
	if n := lan.live("Duyệt"); n != 1 {
		t.Errorf("%d cards can approve the request, want 1", n)
	}
	lan.presses("Duyệt")
	lan.sees("Đã duyệt", "Xã Ga Ri")
}

// Who was removed is a stranger again, and may ask anew; forged buttons of strangers do nothing.
func TestChatRemovedPersonIsAStranger(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan, mai, hoa := h.lan(), h.mai(), h.hoa()
	hoa.says("hôm nay khám bệnh cho 5 hộ nghèo xã Ch'ơm")
	hoa.sees("5 hộ nghèo")
	hoa.presses("Ghi")
	card := mai.hears("Có đúng không")
	lan.says("/nguoi xã Ch'ơm")
	lan.sees("Bling Thị Mai – cán bộ")
	lan.presses("Thôi: Bling Thị Mai")
	lan.sees("Cho Bling Thị Mai thôi tham gia")
	lan.presses("Không")
	lan.sees("Người phụ trách · Xã Ch'ơm")
	lan.presses("Thôi: Bling Thị Mai")
	lan.sees("Cho Bling Thị Mai thôi tham gia")
	lan.presses("Đồng ý")
	lan.sees("đã thôi tham gia")
	if text := mai.pops(card, "Xác nhận"); !strings.Contains(text, "người đã tham gia") {
		t.Errorf("the press of somebody removed is answered by %q", text)
	}
	mai.says("tình hình")
	mai.sees("được mời")
	mai.presses("Xin tham gia")
	mai.sees("đơn vị nào")
	mai.says("xã Ch'ơm")
	mai.sees("làm gì")
	mai.says("1")
	lan.hears("Bling Thị Mai xin tham gia")
	lan.presses("Duyệt")
	mai.hears("Chào Bling Thị Mai", "1 hoạt động chờ")
	mai.says("/choxacnhan")
	mai.sees("1 hoạt động chờ", "5 hộ nghèo")
}

// A lead invites into the own unit only; an officer invites nobody; nobody learns of people by forged buttons.
func TestChatWhoMayInviteAndRemove(t *testing.T) {
	t.Parallel()
	h := openChat(t)
	hoa, mai := h.hoa(), h.mai()
	hoa.says("/moi")
	hoa.sees("Mời vào Sở Y tế")
	hoa.says("1")
	hoa.sees("dùng một lần", "t.me/ketnghia_bot?start=")
	hoa.says("/moi xã Ch'ơm")
	hoa.sees("mời người của đơn vị mình")
	mai.says("/moi")
	mai.sees("Chỉ Ban Dân tộc")
	card := mai.newest("Chỉ Ban Dân tộc")
	mai.pushes(card, "inv:W20437:lead")
	mai.pushes(card, "who:2")
	mai.pushes(card, "who:1:yes")
	h.quiet()
	if n := mai.count("thôi tham gia") + mai.count("t.me/"); n != 0 {
		t.Errorf("forged buttons were served:\n%s", transcript(h.server.Messages(mai.chat)))
	}
	hoa.says("/roi")
	hoa.sees("/roi có")
	hoa.says("/roi có")
	hoa.sees("Anh/chị đã thôi tham gia")
}
