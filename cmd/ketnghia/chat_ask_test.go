package main

import (
	"slices"
	"strings"
	"testing"

	"ketnghia/twinning"
)

// The province is looked into down to one activity, and back.
func TestChatDrillDownAndBack(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	lan.says("/tinhhinh")
	lan.sees("Tỉnh Quảng Nam · 2027", "Chưa ghi hoạt động nào")
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	lan.says("tình hình")
	lan.sees("Tỉnh Quảng Nam · 2027", "45 hộ nghèo", "chờ xác nhận", "0/74")
	before := lan.count()
	for _, step := range [][]string{
		{"Huyện Tây Giang", "Huyện Tây Giang · 2027", "45 hộ nghèo"},
		{"Xã Ch'ơm", "Xã Ch'ơm · 2027", "45 hộ nghèo", "còn 11 ngày"},
		{"Cặp với Sở Y tế", "Sở Y tế giúp Xã Ch'ơm · 2027", "HĐ1 · 15/02/2027"},
		{"‹ Xã Ch'ơm", "Xã Ch'ơm · 2027"},
		{"Hoạt động", "Hoạt động · Xã Ch'ơm", "HĐ1"},
		{"Tình hình", "Xã Ch'ơm · 2027"},
		{"‹ Huyện Tây Giang", "Huyện Tây Giang · 2027"},
		{"Năm 2026", "Huyện Tây Giang · 2026", "Chưa ghi hoạt động nào"},
		{"‹ Tỉnh Quảng Nam", "Tỉnh Quảng Nam · 2026"},
	} {
		lan.presses(step[0])
		lan.sees(step[1:]...)
	}
	if n := lan.count(); n != before {
		t.Errorf("looking around brought %d new messages, want the one changed in place", n-before)
	}
	lan.says("/tinhhinh xã Ch'ơm")
	lan.sees("Xã Ch'ơm · 2027")
	lan.presses("Cặp với Sở Y tế")
	lan.sees("HĐ1")
	lan.presses("HĐ1")
	lan.sees("đã ghi, chờ bên kia xác nhận", "Kinh phí: 12.000.000 đ")
}

// Of a counterpart one sees what both did together, not what it did with others.
func TestChatOfACounterpartOnlyWhatIsShared(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	hoa.says("hôm qua khám bệnh cho 8 hộ nghèo xã Ga Ri, hết 3 triệu")
	hoa.sees("chưa ghi", "8 hộ nghèo")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ2")
	lan.says("Sở Y tế đã giúp bao nhiêu hộ")
	lan.sees("Sở Y tế · năm 2027", "53 hộ nghèo")
	mai.says("Sở Y tế đã giúp bao nhiêu hộ")
	mai.sees("Sở Y tế; Xã Ch'ơm · năm 2027", "45 hộ nghèo")
	for _, words := range []string{"/tinhhinh Sở Y tế", "/hoatdong Sở Y tế", "tiến độ của Sở Y tế"} {
		mai.says(words)
		if text := mai.sees("Sở Y tế giúp Xã Ch'ơm · 2027", "45 hộ nghèo", "HĐ1").Text; strings.Contains(text, "HĐ2") {
			t.Errorf("%s shows another pairing's activity:\n%s", words, text)
		}
	}
}

// Free questions are answered from the totals, within the asker's scope.
func TestChatQuestionsWithinScope(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASCT", "W20440"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	lan.says("sở nào giúp nhiều hộ nhất")
	if text := lan.sees("1. Sở Y tế: 45 hộ nghèo").Text; strings.Contains(text, "0 hộ nghèo") {
		t.Errorf("units without a number are ranked:\n%s", text)
	}
	for _, v := range []*voice{lan, hoa} {
		v.says("Sở Y tế đã giúp bao nhiêu hộ")
		v.sees("Sở Y tế · năm 2027", "45 hộ nghèo", "chờ xác nhận 45 hộ nghèo")
	}
	lan.says("xã nào chưa nộp kế hoạch")
	lan.sees("Chưa nộp", "68/68", "Huyện Tây Giang (10)")
	mai.says("xã nào chưa nộp kế hoạch")
	mai.sees("1/1", "Xã Ch'ơm", "Chỉ gồm các đơn vị anh/chị được xem")
	mai.says("còn bao nhiêu ngày nữa đến hạn")
	mai.sees("27/02/2027", "còn 11 ngày", "15/12/2027")
	hoa.says("còn bao nhiêu ngày nữa đến hạn")
	hoa.sees("với Xã Ch'ơm", "30/03/2027", "còn 42 ngày")
	for _, words := range []string{"tình hình xã Ga Ri", "/tinhhinh Ga Ri", "/hoatdong xã Ga Ri", "/nguoi xã Ga Ri", "Sở Công Thương đã giúp bao nhiêu hộ", "ai phụ trách xã Ga Ri"} {
		mai.says(words)
		mai.sees("ngoài phạm vi anh/chị được xem", "số chung toàn tỉnh")
	}
	// The province's totals are open to everybody, its parts are not.
	mai.says("tình hình toàn tỉnh")
	card := mai.newest("Chào")
	mai.pushes(card, "st:P49:2027")
	if got := labels(mai.sees("Tỉnh Quảng Nam · 2027", "45 hộ nghèo")); slices.Contains(got, "Tải bảng Excel") || slices.Contains(got, "Huyện Nam Giang") {
		t.Errorf("an officer is offered %q", got)
	}
	for _, data := range []string{"st:W20440:2027", "st:p2:2027", "xlsx:2027", "list:W20440", "ppl:W20440", "st:NO:2027", "st:p99:2027", "act:99", "list:W20437:x", "miss:needs:2027"} {
		mai.pushes(card, data)
	}
	h.quiet()
	if n := mai.count("Xã Ga Ri · 2027") + mai.count("Hoạt động · Xã Ga Ri") + mai.count("Sở Công Thương giúp"); n != 0 {
		t.Errorf("forged buttons showed another unit:\n%s", transcript(h.server.Messages(mai.chat)))
	}
}

// Deadlines of the officer, of a district with its communes, of Ban Dân tộc; chosen by number too.
func TestChatOwedByRole(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	bui := h.joins(106, "Arất Thị Bưi", "D504", twinning.RoleLead)
	mai.says("/han")
	mai.sees("Việc phải nộp · Xã Ch'ơm", "Hạn 27/02/2027 · còn 11 ngày", "• Kế hoạch / báo cáo đề xuất nhu cầu 2027")
	mai.says("1")
	mai.sees("Hãy gửi ảnh hoặc tệp của: Kế hoạch / báo cáo đề xuất nhu cầu 2027")
	mai.sends("", pdf("kh"))
	mai.sees("Đã nộp · VB1")
	bui.says("/han")
	bui.sees("Việc phải nộp · Huyện Tây Giang", "Các xã của Huyện Tây Giang", "chưa nộp 60/61")
	bui.presses("Các xã của Huyện Tây Giang")
	bui.sees("chưa nộp 9/10")
	bui.presses("Kế hoạch / báo cáo đề xuất nhu cầu")
	bui.sees("chưa nộp 9/10")
	bui.presses("Danh sách chưa nộp")
	if text := bui.sees("Huyện Tây Giang (10)", "Xã Ga Ri").Text; strings.Contains(text, "Ch'ơm") {
		t.Errorf("a commune that filed is listed:\n%s", text)
	}
	bui.presses("Việc phải nộp")
	bui.sees("Việc phải nộp · Huyện Tây Giang")
	bui.says("tình hình")
	bui.sees("Huyện Tây Giang · 2027", "1/11")
	bui.presses("Xã Ga Ri")
	bui.sees("Xã Ga Ri · 2027")
	lan.says("/han")
	lan.sees("Tình hình nộp văn bản", "chưa nộp 73/74", "đúng hạn 1")
	lan.says("1")
	lan.sees("73/74", "Huyện Tây Giang")
}

// The overseer's people see the border communes, an observer of the province everything, and both only read.
func TestChatObserverAndOverseer(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20461"})
	hoa, mai := h.hoa(), h.mai()
	son := h.joins(107, "Phạm Đình Sơn", "ABCHBP", twinning.RoleObserver)
	quan := h.joins(108, "Cao Quân", "P49", twinning.RoleObserver)
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	hoa.says("hôm qua khám bệnh cho 7 hộ nghèo xã A Vương")
	hoa.sees("7 hộ nghèo")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ2")
	son.says("tình hình")
	son.sees("Các xã biên giới", "45 hộ nghèo", "0/14")
	son.presses("Xã Ch'ơm")
	son.sees("Xã Ch'ơm · 2027", "45 hộ nghèo")
	son.says("tình hình xã A Vương")
	son.sees("ngoài phạm vi theo dõi", "các xã biên giới")
	son.says("/han")
	son.sees("Các xã biên giới · 2027", "chưa nộp")
	son.presses("Các xã biên giới")
	son.sees("chưa nộp 14/14")
	quan.says("tình hình")
	quan.sees("Tỉnh Quảng Nam", "52 hộ nghèo")
	quan.presses("Tải bảng Excel")
	m := quan.sees("Tình hình công tác kết nghĩa năm 2027")
	if m.Document == nil || m.Document.Name != "tinh-hinh-ket-nghia-2027.xlsx" {
		t.Errorf("the table is %v", m.Document)
	}
	if data, _, err := h.server.DownloadFile(m.Document.ID); err != nil || len(data) < 2 || string(data[:2]) != "PK" {
		t.Errorf("the table is no workbook: %v", err)
	}
	quan.pushes(m, "a:1:ok:1")
	quan.pushes(m, "a:1:void:1")
	h.quiet()
	if n := quan.count("Đã xác nhận") + quan.count("Lý do huỷ"); n != 0 {
		t.Error("an observer decided about an activity")
	}
}

// Long lists come in pages.
func TestChatListPages(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	mai.says("/hoatdong")
	mai.sees("Chưa có hoạt động nào", "nhắn tôi một câu")
	for _, day := range []string{"1", "2", "3", "4", "5", "8", "9", "10", "11", "12"} {
		hoa.says("ngày " + day + "/2/2027 khám bệnh cho " + day + " hộ nghèo xã Ch'ơm")
		hoa.sees("chưa ghi")
		hoa.says("ghi")
		hoa.sees("Đã ghi HĐ")
		h.quiet()
	}
	mai.says("/hoatdong")
	if text := mai.sees("HĐ10 · 12/02/2027", "HĐ3").Text; strings.Contains(text, "HĐ2 ") {
		t.Errorf("the first page holds more than eight:\n%s", text)
	}
	mai.presses("Xem tiếp")
	mai.sees("HĐ2 · 02/02/2027", "HĐ1 · 01/02/2027")
	mai.presses("Về đầu")
	mai.sees("HĐ10 · 12/02/2027")
	mai.says("/choxacnhan")
	mai.sees("10 hoạt động chờ", "… và 2 hoạt động khác")
	mai.says("/hoatdong không có xã này")
	mai.sees("Không thấy đơn vị “không có xã này”")
}

// Words that nobody understands are answered by what may have been meant; a bare name is a question about it.
func TestChatNearestReadings(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	mai.says("asdf qwer")
	if got := labels(mai.sees("chưa hiểu tin này nên chưa ghi gì")); len(got) < 3 || got[0] != "Đây là việc đã làm, ghi" {
		t.Errorf("offered %q", got)
	}
	mai.says("2")
	mai.sees("2027")
	mai.says("xã Ch'ơm")
	mai.sees("Xã Ch'ơm · 2027")
	lan.says("xa Tra Don")
	lan.sees("Tên này có nhiều đơn vị")
	lan.says("/tinhhinh Tây Giang 2026")
	lan.sees("Huyện Tây Giang · 2026")
	lan.says("/tinhhinh 2025")
	lan.sees("Tỉnh Quảng Nam · 2025")
	lan.says("tình hình xa Tra Don")
	lan.sees("nhiều đơn vị")
	lan.says("2")
	lan.sees("Xã Trà Don · 2027")
}

// The whole flow in English: what people are told follows their language, the counterpart's stays.
func TestChatInEnglish(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	hoa.says("/ngonngu")
	hoa.sees("Choose a language")
	hoa.presses("English")
	hoa.sees("I will answer in English")
	hoa.says("hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	hoa.sees("not logged yet", "45 poor households")
	hoa.says("54 hộ")
	hoa.sees("54 poor households")
	hoa.presses("Save")
	hoa.sees("HĐ1 logged", "Sent to Xã Ch'ơm")
	mai.hears("Có đúng không", "54 hộ nghèo")
	mai.presses("Sai số")
	mai.sees("Số đúng")
	mai.says("50 hộ")
	mai.sees("Đã báo số đúng")
	hoa.hears("50 poor households", "Bling Thị Mai")
	for _, words := range []string{"/han", "/nop", "/tinhhinh", "/hoatdong", "/nguoi", "/trogiup", "/moi", "xyz", "undo"} {
		hoa.says(words)
		m := hoa.sees("")
		for _, vi := range []string{"Anh/chị", "Hãy", "không", "Đã ", "Chưa", "hạn "} {
			if strings.Contains(m.Text, vi) {
				t.Errorf("%s is answered in Vietnamese:\n%s", words, m.Text)
			}
		}
		h.quiet()
	}
}
