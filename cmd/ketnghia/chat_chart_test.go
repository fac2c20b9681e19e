package main

import (
	"bytes"
	"image"
	_ "image/png" // the charts that arrive are decoded
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// leastChartWidth is the least width of a chart in pixels, to be read on a phone.
const leastChartWidth = 1080

// drawn returns the chart that came with a message of the bot; KETNGHIA_CHARTS names a folder to keep it in.
func (v *voice) drawn(m sandbox.Message) image.Image {
	v.h.t.Helper()
	if m.Photo == nil {
		v.h.t.Fatalf("no picture with %q", m.Text)
	}
	data, info, err := v.h.server.DownloadFile(m.Photo.ID)
	if err != nil {
		v.h.t.Fatal(err)
	}
	if folder := os.Getenv("KETNGHIA_CHARTS"); folder != "" {
		name := strings.NewReplacer("/", "-", " ", "_").Replace(v.h.t.Name()) + "-" + itoa(int64(m.ID)) + "-" + info.Name
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			v.h.t.Fatal(err)
		}
	}
	picture, kind, err := image.Decode(bytes.NewReader(data))
	if err != nil || kind != "png" {
		v.h.t.Fatalf("the picture with %q is %q: %v", m.Text, kind, err)
	}
	if width := picture.Bounds().Dx(); width < leastChartWidth {
		v.h.t.Errorf("the picture with %q is %d pixels wide, want at least %d", m.Text, width, leastChartWidth)
	}
	return picture
}

// Ban Dân tộc chooses a chart by button and by number, another unit, measure, document and year.
func TestChatChartsOfTheProvince(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"D502", "D504"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	lan.says("/bieudo")
	menu := lan.sees("Biểu đồ · Toàn tỉnh · 2027", "1. Tiến độ so với chỉ tiêu", "4. So với các năm trước")
	for _, label := range []string{"Tiến độ", "Nộp văn bản", "Theo tháng", "Các năm", "Huyện Tây Giang", "‹ 2026"} {
		if !slices.Contains(labels(menu), label) {
			t.Errorf("no button %q among %q", label, labels(menu))
		}
	}
	lan.presses("Tiến độ")
	first := lan.sees("Tiến độ: Hộ nghèo được giúp", "Toàn tỉnh · 2027 (số liệu đến 16/02/2027)")
	lan.drawn(first)
	for _, label := range []string{"Kinh phí", "Mô hình", "Tham quan học tập", "Thấp nhất trước", "‹ 2026", "Biểu đồ khác"} {
		if !slices.Contains(labels(first), label) {
			t.Errorf("no button %q among %q", label, labels(first))
		}
	}
	for _, step := range [][]string{
		{"Kinh phí", "Tiến độ: Kinh phí"},
		{"Thấp nhất trước", "Tiến độ: Kinh phí"},
		{"Mô hình", "Tiến độ: Mô hình"},
		{"‹ 2026", "Tiến độ: Mô hình", "Toàn tỉnh · 2026 (số liệu đến 31/12/2026)"},
	} {
		lan.presses(step[0])
		lan.drawn(lan.sees(step[1:]...))
	}
	lan.presses("2027 ›")
	lan.sees("Tiến độ: Mô hình", "2027")
	lan.presses("Biểu đồ khác")
	lan.sees("Biểu đồ · Toàn tỉnh · 2027")
	lan.says("2")
	filings := lan.sees("Nộp văn bản: Kế hoạch / báo cáo đề xuất nhu cầu, hạn 27/02/2027", "16/02/2027")
	lan.drawn(filings)
	if n := len(labels(filings)); n != 7 {
		t.Errorf("below the chart of filings are %q", labels(filings))
	}
	lan.says("3")
	lan.drawn(lan.sees("Nộp văn bản: ", "27/02/2027"))
	lan.presses("Biểu đồ khác")
	lan.presses("Huyện Tây Giang")
	lan.sees("Biểu đồ · Huyện Tây Giang · 2027")
	lan.presses("Theo tháng")
	lan.drawn(lan.sees("Kinh phí và hoạt động theo tháng", "Huyện Tây Giang · 2027"))
	lan.presses("Biểu đồ khác")
	lan.presses("Các năm")
	lan.drawn(lan.sees("So với các năm trước: Kinh phí", "Huyện Tây Giang"))
	lan.presses("Hộ nghèo được giúp")
	lan.drawn(lan.sees("So với các năm trước: Hộ nghèo được giúp"))
}

// The charts are found below the state of things and the deadlines, and asked for in plain words.
func TestChatChartsByWordsAndButtons(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"D502", "D504"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	bui := h.joins(106, "Arất Thị Bưi", "D504", twinning.RoleLead)
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	for _, ask := range [][]string{
		{"biểu đồ tiến độ", "Tiến độ: Hộ nghèo", "Toàn tỉnh"},
		{"vẽ biểu đồ kinh phí Tây Giang", "Kinh phí và hoạt động theo tháng", "Huyện Tây Giang · 2027"},
		{"bieu do tien do kinh phi", "Tiến độ: Kinh phí", "Toàn tỉnh"},
		{"cho tôi xem biểu đồ nộp kế hoạch của Tây Giang", "Nộp văn bản: Kế hoạch", "Huyện Tây Giang"},
		{"/bieudo mô hình", "Tiến độ: Mô hình", "Toàn tỉnh"},
		{"/bieudo các năm hộ nghèo", "So với các năm trước: Hộ nghèo", "Toàn tỉnh"},
		{"biểu đồ tiến độ Sở Y tế", "Tiến độ: Hộ nghèo", "Sở Y tế · 2027"},
	} {
		lan.says(ask[0])
		lan.drawn(lan.sees(ask[1:]...))
	}
	lan.says("Biểu đồ.")
	lan.sees("Biểu đồ · Toàn tỉnh · 2027")
	lan.says("/bieudo Tây Giang 2026")
	lan.sees("Biểu đồ · Huyện Tây Giang · 2026")
	lan.says("biểu đồ xa Tra Don")
	lan.sees("nhiều đơn vị")
	lan.says("2")
	lan.sees("Biểu đồ · Xã Trà Don · 2027")
	lan.says("/bieudo abcxyz")
	lan.sees("Không thấy đơn vị “abcxyz”")
	lan.says("/tinhhinh Tây Giang")
	lan.sees("Huyện Tây Giang · 2027")
	lan.presses("Biểu đồ")
	lan.sees("Biểu đồ · Huyện Tây Giang · 2027")
	lan.says("/han")
	lan.sees("Tình hình nộp văn bản 2027")
	lan.presses("Kế hoạch / báo cáo đề xuất nhu cầu")
	lan.sees("Huyện Tây Giang")
	lan.presses("Biểu đồ")
	lan.drawn(lan.sees("Nộp văn bản: Kế hoạch / báo cáo đề xuất nhu cầu, hạn 27/02/2027", "Toàn tỉnh"))
	bui.says("/han")
	bui.sees("Các xã của Huyện Tây Giang")
	bui.presses("Biểu đồ")
	bui.drawn(bui.sees("hạn 27/02/2027", "Huyện Tây Giang"))
	// In the middle of a draft too.
	hoa.says("hôm qua khám bệnh cho 8 hộ nghèo xã Ch'ơm")
	hoa.sees("chưa ghi", "8 hộ nghèo")
	hoa.says("vẽ biểu đồ kinh phí")
	hoa.drawn(hoa.sees("Kinh phí và hoạt động theo tháng", "Sở Y tế · 2027"))
}

// Where there is nothing to draw, a sentence says so with a next step, and no picture comes.
func TestChatChartsOfNothing(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	for _, words := range []string{"biểu đồ theo tháng", "biểu đồ các năm"} {
		mai.says(words)
		m := mai.sees("Chưa có số liệu để vẽ", "/tinhhinh", "Xã Ch'ơm")
		if m.Photo != nil || m.Document != nil {
			t.Errorf("an empty picture came for %q", words)
		}
		if !slices.Contains(labels(m), "Biểu đồ khác") {
			t.Errorf("no next step below %q", m.Text)
		}
	}
	mai.says("biểu đồ tiến độ kinh phí")
	mai.sees("Xã Ch'ơm không có chỉ tiêu này", "/bieudo")
}

// Nobody sees the figures of others: an officer gets the own unit and the totals of the province, whatever is pressed.
func TestChatChartsWithinScope(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"}, pair{"D502", "D504"})
	hoa, mai := h.hoa(), h.mai()
	logged(h, hoa, mai, "hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	mai.says("/bieudo")
	menu := mai.sees("Biểu đồ · Xã Ch'ơm · 2027")
	if got := labels(menu); slices.Contains(got, "Huyện Tây Giang") || !slices.Contains(got, "Tỉnh Quảng Nam") {
		t.Errorf("an officer is offered %q", got)
	}
	mai.presses("Theo tháng")
	mai.drawn(mai.sees("Xã Ch'ơm · 2027"))
	mai.says("/bieudo tỉnh Quảng Nam")
	mai.sees("Biểu đồ · Toàn tỉnh · 2027")
	mai.presses("Tiến độ")
	mai.drawn(mai.sees("Tiến độ: Hộ nghèo", "Chỉ gồm số chung toàn tỉnh"))
	for _, words := range []string{"biểu đồ xã Ga Ri", "/bieudo Tây Giang", "biểu đồ tiến độ Sở Công Thương"} {
		mai.says(words)
		mai.sees("ngoài phạm vi anh/chị được xem")
	}
	mai.says("biểu đồ tiến độ Sở Y tế")
	mai.sees("không thuộc phạm vi biểu đồ", "/tinhhinh Sở Y tế")
	pictures := func() (n int) {
		for _, m := range h.server.Messages(mai.chat) {
			if m.Photo != nil {
				n++
			}
		}
		return n
	}
	before := pictures()
	for _, data := range []string{
		"bd:W20440:2027:m:", "bd:D504:2027:p:households", "bd:ASYT:2027:p:households", "bd:ZZ:2027", "bd:W20437:2027:x:",
		"bd:ABDT:2027:p:households", "bd", "bd:W20437:2027:p:nothing",
	} {
		mai.pushes(menu, data)
	}
	h.quiet()
	if n := pictures(); n != before {
		t.Errorf("forged buttons brought %d pictures:\n%s", n-before, transcript(h.server.Messages(mai.chat)))
	}
}

// A chart that waits to be sent shows what its reader may see when it is drawn.
func TestChatChartAfterLeaving(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	h.update(func(w *ledger.Work) error {
		person, err := w.PersonByTelegram(101)
		if err != nil {
			return err
		}
		return w.For("test").Queue(ledger.Delivery{
			Chat: 101, Person: person.ID, Lang: "vi", Class: ledger.ClassReply, Op: ledger.OpSend, Message: twinning.Message{
				Lines: []twinning.Line{{Key: "button.chart"}},
				Report: &twinning.ReportRequest{
					Kind: "chart_activity", Year: 2027, Unit: "W20440", Chart: &twinning.ChartRequest{Reader: person.ID},
				},
			},
		})
	})
	h.m.bot.Wake()
	mai.hears("Biểu đồ", "không có quyền")
}

// The same in English.
func TestChatChartsInEnglish(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.says("/ngonngu")
	hoa.sees("Choose a language")
	hoa.presses("English")
	hoa.sees("I will answer in English")
	hoa.says("/bieudo")
	hoa.sees("Charts · Sở Y tế · 2027", "Press a button")
	hoa.says("1")
	m := hoa.sees("Progress: Poor households", "figures up to 16/02/2027")
	if m.Photo != nil {
		hoa.drawn(m)
	}
	hoa.says("chart by month")
	hoa.sees("nothing to draw yet")
}
