package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// short fails for an answer that is longer than a phone shows at once, or that leads nowhere.
func (v *voice) short(parts ...string) string {
	v.h.t.Helper()
	m := v.sees(parts...)
	if n := strings.Count(m.Text, "\n") + 1; n > 12 {
		v.h.t.Errorf("an answer of %d lines:\n%s", n, m.Text)
	}
	if len(m.Buttons) == 0 {
		v.h.t.Errorf("an answer without a next step:\n%s", m.Text)
	}
	return m.Text
}

// The targets say what is reached and what is short, what is confirmed and what is not, against the time of the year; the
// posts that are missing are asked for.
func TestChatTargetsAndPosts(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	officer := h.joins(110, "Lê Văn Tám", "ASYT", twinning.RoleOfficer)
	h.clockTo("2027-10-05T09:00:00+07:00")
	hoa.says("/tinhhinh")
	hoa.short("Sở Y tế · 2027", "đã qua 9/12 tháng", "Chưa ghi hoạt động nào", "Chưa có số biên chế năm 2027")
	officer.says("/tinhhinh")
	officer.short("thủ trưởng đơn vị hoặc Ban Dân tộc cho biết")
	officer.says("/bienche 37")
	officer.sees("do thủ trưởng, đầu mối của đơn vị hoặc Ban Dân tộc cho biết")
	hoa.presses("Số biên chế")
	hoa.sees("Số biên chế được giao năm 2027 của Sở Y tế")
	hoa.says("nhiều lắm")
	hoa.sees("Tôi cần một con số")
	hoa.says("37 biên chế")
	hoa.sees("Đã ghi 37 biên chế năm 2027 của Sở Y tế", "0 / 8 hộ nghèo, còn 8, chậm so với thời gian")
	logged(h, hoa, mai, "ngày 1/10/2027 khám bệnh cho 5 hộ nghèo xã Ch'ơm, hết 40 triệu")
	mai.presses("Xác nhận")
	mai.sees("xác nhận")
	logged(h, hoa, mai, "ngày 2/10/2027 khám bệnh cho 2 hộ nghèo xã Ch'ơm, hết 10 triệu")
	hoa.says("/tinhhinh")
	hoa.short("7 / 8 hộ nghèo, còn 1 (chờ xác nhận 2)", "Đã xác nhận: 1 hoạt động; 5 hộ nghèo; 40.000.000 đ")
	hoa.says("tiến độ")
	hoa.short("Tiến độ chỉ tiêu · Sở Y tế · 2027", "0 / 1 lần tham quan học tập mô hình, còn 1")
	lan.says("/bienche Sở Y tế 42 năm 2026")
	lan.sees("Đã ghi 42 biên chế năm 2026 của Sở Y tế", "9 hộ nghèo")
	lan.says("/bienche Sở Y tế 0")
	lan.sees("Số biên chế được giao")
	lan.says("huỷ")
	lan.sees("thôi")
	mai.says("/tinhhinh Sở Y tế")
	mai.short("Sở Y tế giúp Xã Ch'ơm · 2027", "7 hộ nghèo", "0 / 1 mô hình", "Riêng cặp này", "HĐ2")
}

// Every figure leads to the activities behind it, and each of them to its history and its photos; nobody sees those of
// others.
func TestChatSources(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASCT", "W20440"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	h.quiet()
	hoa.sends("hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu", photo("kham"))
	hoa.sees("chưa ghi")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1")
	mai.hears("Có đúng không")
	mai.presses("Sai số")
	mai.sees("Số đúng")
	mai.says("54 hộ")
	mai.sees("Đã báo số đúng")
	hoa.hears("báo sai số")
	hoa.presses("Sửa theo số bên kia")
	hoa.sees("HĐ1")
	lan.says("Sở Y tế đã giúp bao nhiêu hộ")
	lan.short("54 hộ nghèo", "Đã xác nhận 54 hộ nghèo")
	lan.presses("Vì sao?")
	lan.short("54 hộ nghèo · Sở Y tế · năm 2027, gồm:", "HĐ1 · 15/02/2027", "12.000.000 đ", "đã được xác nhận", "2 lần thay đổi", "1 ảnh, tệp")
	lan.presses("HĐ1")
	m := lan.sees("Lịch sử (3 lần ghi)", "Nguyễn Văn Hòa (Sở Y tế): ghi: 45 hộ nghèo; 12.000.000 đ",
		"Bling Thị Mai (Xã Ch'ơm): báo số khác: 54 hộ nghèo", "sửa 45 hộ nghèo → 54 hộ nghèo")
	if m.Photo == nil {
		t.Error("the history comes without the photo")
	}
	mai.says("/tinhhinh")
	mai.short("Xã Ch'ơm · 2027")
	mai.presses("Vì sao?")
	mai.sees("Số nào?")
	mai.presses("12.000.000 đ")
	mai.short("12.000.000 đ · Xã Ch'ơm · năm 2027, gồm:", "HĐ1")
	mai.says("/nguon HĐ1")
	mai.sees("Lịch sử")
	mai.says("/nguon")
	mai.sees("Hoạt động nào?")
	mai.says("/nguon 99")
	mai.sees("HĐ99")
	other := h.joins(111, "Zơrâm Thị Nga", "W20440", twinning.RoleOfficer)
	other.says("/nguon HĐ1")
	other.sees("ngoài phạm vi")
	card := other.newest("Chào")
	for _, data := range []string{
		"why:ASYT:2027:1", "why:W20437:2027", "why:P49:2027:1", "why:p1:2027:0", "src:1", "src:99", "why:ASYT+W20440:2027:1", "why:W20440:2027:99",
		"why:W20440:20270101:1", "why:W20440:2027:1:x:y", "why:W20440:2027:1:1.99:0", "why", "q:9:needs::::::", "q:3:::7:2027:99:m5:0",
		"q:0:needs:W20437::2027:-1:m0:0", "list:P49", "cd:1:2027", "cd:1:2027:survey", "bc:ASYT:2027", "xl:2027:ASYT", "xp:2027:ASYT:good", "xd:2027:W20440:good",
	} {
		other.pushes(card, data)
	}
	h.quiet()
	if n := other.count("54 hộ nghèo") + other.count("HĐ1 ·") + other.count("Ch'ơm · 2027") + other.count("Lịch sử"); n != 0 {
		t.Errorf("forged buttons showed another unit:\n%s", transcript(h.server.Messages(other.chat)))
	}
}

// Kinds are counted, mobilised money stands apart, and the year before stands beside.
func TestChatKindsAndComparison(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, lan := h.hoa(), h.lan()
	h.activities("ASYT", "W20437", map[string]twinning.Facts{
		"2026-03-05": {Quantities: twinning.Quantities{twinning.Households: 30, twinning.Amount: 10_000_000}, Kinds: []twinning.Kind{twinning.KindGift}},
		"2027-01-10": {Quantities: twinning.Quantities{twinning.Households: 9, twinning.Amount: 8_000_000}, Source: twinning.SourceMobilised},
		"2027-01-11": {Kinds: []twinning.Kind{twinning.KindStudyTour}, Quantities: twinning.Quantities{twinning.People: 20}},
		"2027-01-12": {Kinds: []twinning.Kind{twinning.KindStudyTour, twinning.KindModelMore}, Quantities: twinning.Quantities{twinning.Models: 3}},
		"2027-01-13": {Kinds: []twinning.Kind{twinning.KindModelNew}, Quantities: twinning.Quantities{twinning.Models: 2, twinning.NearPoor: 4}},
	})
	for words, parts := range map[string][]string{
		"Sở Y tế đã tổ chức bao nhiêu đợt tham quan":          {"Sở Y tế · năm 2027", "2 lần tham quan học tập mô hình"},
		"Sở Y tế đã có bao nhiêu mô hình":                     {"5 mô hình"},
		"Sở Y tế nhân rộng được bao nhiêu mô hình":            {"3 mô hình", "nhân rộng mô hình"},
		"sở nào tổ chức nhiều đợt tham quan nhất":             {"1. Sở Y tế: 2 lần tham quan"},
		"Sở Y tế đã huy động được bao nhiêu tiền":             {"huy động 8.000.000 đ"},
		"Sở Y tế giúp bao nhiêu hộ":                           {"9 hộ nghèo", "Cả năm 2026: 30 hộ nghèo"},
		"so với năm trước Sở Y tế giúp bao nhiêu hộ":          {"năm 2027", "9 hộ nghèo", "Cả năm 2026: 30 hộ nghèo"},
		"tình hình Sở Y tế so với năm ngoái":                  {"năm 2027", "4 hoạt động", "Cả năm 2026: 1 hoạt động"},
		"Sở Y tế giúp bao nhiêu hộ từ 1/1/2027 đến 31/1/2027": {"9 hộ nghèo"},
		"Sở Y tế giúp bao nhiêu hộ từ 1/1/2027 đến 31/1/2027, so sánh với cùng kỳ năm trước": {
			"9 hộ nghèo", "Cùng kỳ 01/01/2026 – 31/01/2026: trong sổ chưa có hoạt động nào",
		},
	} {
		lan.says(words)
		lan.short(parts...)
	}
	for _, words := range []string{"/tinhhinh Sở Y tế 1999", "/baocao 3000", "/han 2019"} {
		lan.says(words)
		lan.sees("không có trong sổ. Hãy chọn một năm từ 2020 đến")
	}
	lan.says("so với năm trước")
	lan.short("Tỉnh Quảng Nam · năm 2027", "Cả năm 2026: 1 hoạt động")
	hoa.says("/tinhhinh")
	hoa.short("huy động 8.000.000 đ", "4 hộ cận nghèo không tính vào chỉ tiêu", "giảm so với 100% năm trước")
	lan.says("Sở Y tế nhân rộng được bao nhiêu mô hình")
	lan.sees("3 mô hình")
	lan.presses("Vì sao?")
	lan.short("3 mô hình", "HĐ4")
}

// activities puts logged activities of two units into the books, in the order of their days, past the chat.
func (h *house) activities(sponsor, recipient twinning.UnitKey, days map[string]twinning.Facts) {
	h.t.Helper()
	h.update(func(w *ledger.Work) error {
		w.For("past of " + string(sponsor+recipient))
		for _, day := range sortedDays(days) {
			f := days[day]
			date, err := twinning.ParseDate(day)
			if err != nil {
				return err
			}
			f.From, f.Sponsor, f.Recipient, f.Category = date, sponsor, recipient, twinning.CategoryEconomy
			d, err := w.StartDraft(ledger.Actor{}, twinning.Draft{Unit: sponsor, Facts: f, NoNumbers: true, Distinct: true})
			if err != nil {
				return err
			}
			if _, err := w.Log(ledger.Actor{}, d.ID); err != nil {
				return fmt.Errorf("%s: %w", day, err)
			}
		}
		return nil
	})
}

// Every question is answered in twelve lines at most, with a next step; long lists come in pages.
func TestChatAnswersFitAPhone(t *testing.T) {
	t.Parallel()
	var pairs []pair
	for _, commune := range []twinning.UnitKey{"W20437", "W20440", "W20443", "W20446", "W20449"} {
		pairs = append(pairs, pair{"ASYT", commune}, pair{"D502", commune})
	}
	h := openChat(t, pairs...)
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	h.clockTo("2027-06-15T09:00:00+07:00")
	for i, p := range pairs {
		h.activities(p.sponsor, p.recipient, map[string]twinning.Facts{
			fmt.Sprintf("2027-05-%02d", i+1): {Quantities: twinning.Quantities{twinning.Households: int64(i + 1), twinning.NearPoor: 1, twinning.Amount: 1_000_000}, Source: twinning.SourceMobilised, Kinds: []twinning.Kind{twinning.KindGift}},
			fmt.Sprintf("2026-05-%02d", i+1): {Quantities: twinning.Quantities{twinning.Households: 2}},
		})
	}
	for _, v := range []*voice{lan, hoa, mai} {
		for _, words := range []string{
			"/tinhhinh", "/tinhhinh Thành phố Tam Kỳ", "tình hình huyện Tây Giang", "tình hình Sở Y tế", "xã nào chưa nộp kế hoạch", "ai chưa nộp",
			"đơn vị nào nộp rồi", "ai nộp trễ", "tổng kinh phí", "đã giúp bao nhiêu hộ", "tiến độ", "tiến độ Sở Y tế", "còn bao nhiêu ngày nữa đến hạn",
			"hoạt động mới nhất", "sở nào giúp nhiều hộ nhất", "20 xã ít hoạt động nhất", "ai phụ trách", "còn việc gì chưa xong", "tình hình toàn tỉnh",
		} {
			v.says(words)
			m := v.sees("")
			if n := strings.Count(m.Text, "\n") + 1; n > 12 {
				t.Errorf("%q is answered in %d lines:\n%s", words, n, m.Text)
			}
		}
	}
	lan.says("ai chưa nộp")
	first := lan.short("Chưa nộp")
	lan.presses("Xem tiếp")
	if second := lan.short("Chưa nộp"); first == second {
		t.Error("the second page is the first")
	}
	lan.says("20 xã ít hoạt động nhất")
	lan.short("1. Xã")
	lan.presses("Xem tiếp")
	lan.short("10. Xã")
}

func sortedDays(days map[string]twinning.Facts) []string { return slices.Sorted(maps.Keys(days)) }
