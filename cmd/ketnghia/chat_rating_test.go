package main

import (
	"slices"
	"strings"
	"testing"

	"ketnghia/twinning"
)

// Ban Dân tộc sees what the books suggest, proposes another level with a reason, and records what was decided; a unit sees
// its own suggestion and what it lacks; others see nothing.
func TestChatRating(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	h.clockTo("2027-12-20T09:00:00+07:00")
	h.activities("ASYT", "W20437", map[string]twinning.Facts{
		"2027-06-01": {Quantities: twinning.Quantities{twinning.Households: 5, twinning.Models: 1}, Kinds: []twinning.Kind{twinning.KindModelNew}},
	})
	hoa.says("/bienche 37")
	hoa.sees("37 biên chế")
	lan.says("/xeploai 2027")
	lan.sees("Gợi ý xếp loại 2027 (chưa phải kết quả)", "Xuất sắc 0", "1. Sở Y tế: Yếu (1/8)", "Gợi ý từ số liệu, chưa phải kết quả")
	lan.presses("Sở Y tế")
	lan.sees("Xếp loại · Sở Y tế · 2027", "Gợi ý: Yếu (đạt 1/8 điều kiện)", "✗ 5 / 8 hộ nghèo (III.2.1.a gạch 1)", "✓ 1 / 1 mô hình (III.2.1.a gạch 2)",
		"✗ Chương trình / kế hoạch ký kết: 0/1 (III.2.1.c)", "Yếu tố tích cực: chưa có", "IV.2, không xem xét thi đua: không có chương trình, kế hoạch ký kết", "chưa phải kết quả")
	lan.presses("Đề xuất mức khác")
	if got := labels(lan.sees("Đề xuất mức nào cho Sở Y tế năm 2027?")); !slices.Contains(got, "Yếu (như gợi ý)") || !slices.Contains(got, "Tốt") {
		t.Errorf("levels %q", got)
	}
	lan.presses("Khá")
	lan.sees("Vì sao đề xuất Khá")
	lan.says("mới nhận cặp từ tháng 9")
	lan.sees("Đã ghi đề xuất của Ban Dân tộc", "Ban Dân tộc đề xuất: Khá (gợi ý lúc đó: Yếu); lý do: mới nhận cặp từ tháng 9", "Trần Thị Lan", "chưa phải kết quả")
	// The unit sees its suggestion and what is missing, not what Ban Dân tộc proposes.
	hoa.says("/xeploai")
	if text := hoa.sees("Gợi ý: Yếu").Text; strings.Contains(text, "đề xuất") {
		t.Errorf("the unit sees the proposal:\n%s", text)
	}
	if got := labels(hoa.newest("Gợi ý: Yếu")); slices.Contains(got, "Đề xuất mức khác") || slices.Contains(got, "Ghi quyết định của UBND tỉnh") {
		t.Errorf("the unit is offered %q", got)
	}
	hoa.presses("Còn thiếu gì để đạt Tốt")
	hoa.sees("gợi ý hiện nay Yếu", "Còn thiếu: 3 hộ nghèo; 1 lần tham quan học tập mô hình; 1 lần giao lưu, kết nối nhà hảo tâm; Chương trình / kế hoạch ký kết",
		"Báo cáo sơ kết cuối năm (bên giúp)", "Trung bình: đạt thêm 3 điều kiện", "Khá: đạt thêm 6 điều kiện", "Tốt: làm đủ các việc còn thiếu", "Xuất sắc: làm đủ các việc còn thiếu; thêm 2 yếu tố tích cực")
	hoa.says("còn thiếu gì để đạt tốt")
	hoa.sees("Còn thiếu: 3 hộ nghèo")
	lan.says("còn thiếu gì để Sở Y tế đạt Tốt?")
	lan.sees("Còn thiếu: 3 hộ nghèo")
	mai.says("/xeploai Sở Y tế")
	mai.sees("chỉ đơn vị đó và Ban Dân tộc xem được")
	// Only now it is a result, said with its document.
	lan.says("/xeploai Sở Y tế 2027")
	lan.sees("Ban Dân tộc đề xuất: Khá")
	lan.presses("Ghi quyết định của UBND tỉnh")
	lan.sees("UBND tỉnh đã quyết định mức nào")
	lan.says("2")
	lan.sees("Số và ngày quyết định xếp Tốt")
	lan.says("512/QĐ-UBND ngày 20/02/2028")
	if got := labels(lan.sees("Đã ghi mức UBND tỉnh quyết định", "UBND tỉnh đã quyết định: Tốt (512/QĐ-UBND ngày 20/02/2028)")); slices.Contains(got, "Đề xuất mức khác") {
		t.Errorf("after the decision %q is offered", got)
	}
	hoa.sees("UBND tỉnh xếp loại Tốt cho Sở Y tế năm 2027", "Theo: 512/QĐ-UBND ngày 20/02/2028")
	lan.presses("Lịch sử")
	lan.sees("Đề xuất và quyết định xếp loại", "đề xuất: Khá", "đã quyết định: Tốt")
	hoa.says("/xeploai")
	hoa.sees("UBND tỉnh đã quyết định: Tốt")
	lan.says("/xeploai 2027")
	lan.sees("đã quyết định Tốt")
}

// Nothing about ratings is shown or changed by forged buttons, in groups, or by an interrupted question.
func TestChatRatingRights(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	quan := h.joins(108, "Cao Quân", "P49", twinning.RoleObserver)
	for _, v := range []*voice{mai, quan} {
		card := v.newest("Chào")
		for _, data := range []string{
			"xl:2027", "xl:2027:ASYT", "xl:2027:ASYT:t", "xl:2027:ASYT:h", "xp:2027:ASYT", "xp:2027:ASYT:good", "xd:2027:ASYT:good", "xl:x:NO", "xp:2027:NO:x",
		} {
			v.pushes(card, data)
		}
		h.quiet()
		if n := v.count("Gợi ý:") + v.count("Đã ghi") + v.count("Vì sao đề xuất"); n != 0 {
			t.Errorf("forged buttons showed a rating:\n%s", transcript(h.server.Messages(v.chat)))
		}
	}
	quan.says("/xeploai Sở Y tế")
	quan.sees("chỉ đơn vị đó và Ban Dân tộc xem được")
	quan.says("/xeploai")
	quan.sees("không có điều kiện nào để xếp loại")
	hoa.says("xếp loại")
	hoa.sees("Xếp loại · Sở Y tế · 2027")
	group := h.group(true, lan, hoa)
	lan.in(group).says("/xeploai")
	lan.in(group).sees("chỉ xem trong tin nhắn riêng")
	// A question in between is a question, no reason; "huỷ" leaves it.
	lan.says("/xeploai Sở Y tế 2027")
	lan.sees("Gợi ý: Yếu")
	lan.presses("Đề xuất mức khác")
	lan.sees("Đề xuất mức nào")
	lan.presses("Tốt")
	lan.sees("Vì sao đề xuất Tốt")
	lan.says("tình hình Tây Giang thế nào?")
	lan.sees("Huyện Tây Giang · 2027")
	lan.says("huỷ")
	lan.sees("thôi")
	lan.says("/xeploai Sở Y tế 2027")
	if text := lan.sees("Gợi ý: Yếu").Text; strings.Contains(text, "đề xuất:") {
		t.Errorf("a question became a reason:\n%s", text)
	}
	lan.presses("Đề xuất mức khác")
	lan.sees("Đề xuất mức nào")
	lan.presses("Yếu (như gợi ý)")
	lan.sees("Đã ghi đề xuất", "đề xuất: Yếu")
}

// The recipient says which stages it leads; the sponsor and Ban Dân tộc see it.
func TestChatStages(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASCT", "W20437"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	hoa.says("/congdoan")
	if m := hoa.sees("Công đoạn kết nghĩa 2027 · Sở Y tế giúp Xã Ch'ơm", "bên nhận chưa cho biết"); len(m.Buttons) != 1 {
		t.Errorf("the sponsor is offered %q", labels(m))
	}
	mai.says("/congdoan")
	mai.sees("cặp nào?")
	mai.presses("Cặp với Sở Y tế")
	mai.sees("○ phối hợp", "○ sơ kết, rút kinh nghiệm, nhân rộng")
	for _, step := range []string{"○ phối hợp", "○ khảo sát", "○ đề xuất nhu cầu", "○ lập phương án"} {
		mai.presses(step)
		mai.sees("do bên nhận đảm nhận")
	}
	mai.sees("4/6 do bên nhận đảm nhận (chưa hơn 80%)")
	mai.says("5")
	mai.sees("5/6 do bên nhận đảm nhận (hơn 80%)", "✓ tổ chức triển khai công việc", "Bling Thị Mai (Xã Ch'ơm)")
	for _, v := range []*voice{hoa, lan} {
		v.says("/tinhhinh xã Ch'ơm")
		v.sees("Xã Ch'ơm", "5/6 do bên nhận đảm nhận (hơn 80%)")
	}
	mai.says("/xeploai")
	if text := mai.sees("Xếp loại · Xã Ch'ơm").Text; strings.Contains(text, "hơn 80% công đoạn") {
		t.Errorf("one pairing of two is enough:\n%s", text)
	}
	h.clockTo("2028-06-01T09:00:00+07:00")
	card := mai.newest("5/6")
	mai.pushes(card, "cd:1:2027:survey")
	h.quiet()
	lan.says("/tinhhinh xã Ch'ơm 2027")
	lan.sees("5/6 do bên nhận đảm nhận")
}
