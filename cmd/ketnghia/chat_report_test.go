package main

import (
	"bytes"
	"slices"
	"testing"

	"ketnghia/twinning"
)

// A lead fetches the unit's report with its annex, seals it, and sees what was corrected since; the sealed report comes
// as it was.
func TestChatYearReport(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa := h.mai(), h.hoa()
	h.logActivity(hoa, "hom qua kham benh phat thuoc cho 45 ho ngheo xã Ch'ơm, het 12tr5")
	hoa.says("/baocao")
	hoa.sees("Báo cáo cuối năm · Sở Y tế", "Chọn năm")
	hoa.says("1")
	if got := labels(hoa.sees("Báo cáo cuối năm 2027 · Sở Y tế", "[bổ sung]")); !slices.Equal(got, []string{"Gửi báo cáo và phụ lục", "Niêm phong"}) {
		t.Errorf("a lead can %q", got)
	}
	hoa.presses("Gửi báo cáo và phụ lục")
	first := hoa.sees("Báo cáo cuối năm 2027 · Sở Y tế")
	for _, want := range []string{"bao-cao-ket-nghia-ASYT-2027.docx", "bao-cao-ket-nghia-ASYT-2027.xlsx"} {
		if len(h.received(hoa, want)) != 1 {
			t.Errorf("no file %s, but %+v", want, first)
		}
	}
	hoa.presses("Niêm phong")
	hoa.sees("Niêm phong rồi không gỡ được")
	hoa.presses("Niêm phong bản này")
	hoa.sees("Đã niêm phong bản 1", "Nguyễn Văn Hòa")
	hoa.presses("Đã thay đổi gì từ khi niêm phong")
	hoa.sees("Không có thay đổi")
	hoa.presses("Quay lại")
	hoa.sees("Đã niêm phong bản 1")
	hoa.presses("Niêm phong")
	hoa.sees("không gỡ được")
	hoa.presses("Niêm phong bản này")
	h.quiet()
	hoa.presses("Quay lại")
	hoa.sees("Đã niêm phong bản 1")

	mai.presses("Xác nhận")
	mai.sees("xác nhận")
	hoa.presses("Đã thay đổi gì từ khi niêm phong")
	hoa.sees("hoạt động (đã xác nhận): 0 → 1", "kinh phí (chưa xác nhận): 12.500.000 đ → 0 đ", "HĐ1:")
	hoa.presses("Quay lại")
	hoa.presses("Gửi bản đã niêm phong")
	if files := h.received(hoa, "bao-cao-ket-nghia-ASYT-2027.docx"); len(files) != 2 || !bytes.Equal(files[0], files[1]) {
		t.Errorf("of %d files the sealed one is not what was handed in", len(files))
	}

	// An officer gets the own report and can't seal it; nobody else's.
	mai.says("/baocao 2027")
	if got := labels(mai.sees("Báo cáo cuối năm 2027 · Xã Ch'ơm")); slices.Contains(got, "Niêm phong") {
		t.Errorf("an officer can %q", got)
	}
	mai.pushes(mai.newest("Báo cáo cuối năm 2027"), "rep:W20437:2027:y")
	mai.pushes(mai.newest("Báo cáo cuối năm 2027"), "rep:-:2027:f")
	mai.says("/baocao Sở Tài chính 2027")
	mai.sees("Sở Tài chính")
	if len(h.received(mai, "bao-cao-ket-nghia-2027.docx"))+len(h.received(mai, "bao-cao-ket-nghia-ASTC-2027.docx")) > 0 {
		t.Error("an officer got a report of somebody else")
	}
}

// A coordinator gets the province's report, and that of any unit.
func TestChatProvinceReport(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan := h.lan()
	lan.says("/trogiup")
	lan.sees("Trần Thị Lan")
	lan.presses("Báo cáo cuối năm")
	lan.sees("Báo cáo cuối năm · Tỉnh Quảng Nam", "/baocao xã Ch'ơm 2027")
	lan.presses("Năm 2027")
	lan.sees("Báo cáo cuối năm 2027 · Tỉnh Quảng Nam")
	lan.presses("Gửi báo cáo và phụ lục")
	if len(h.received(lan, "bao-cao-ket-nghia-2027.docx")) != 1 || len(h.received(lan, "bao-cao-ket-nghia-2027.xlsx")) != 1 {
		t.Error("the province's files did not come")
	}
	lan.says("/baocao xã Ch'ơm 2026")
	lan.sees("Báo cáo cuối năm 2026 · Xã Ch'ơm")
	lan.says("/baocao Bộ Chỉ huy Bộ đội Biên phòng tỉnh 2027")
	lan.sees("không lập báo cáo cuối năm")
	lan.says("/baocao Sở Hàng hải")
	lan.sees("Sở Hàng hải")
	guard := h.joins(110, "Lê Văn Biên", "ABCHBP", twinning.RoleObserver)
	guard.says("/baocao")
	guard.sees("không lập báo cáo cuối năm")
}

// logActivity has somebody log what a message says.
func (h *house) logActivity(v *voice, text string) {
	h.t.Helper()
	v.says(text)
	v.sees("chưa ghi")
	v.presses("Ghi")
	h.quiet()
}

// received are the contents of the files of that name that came to the person, oldest first.
func (h *house) received(v *voice, name string) [][]byte {
	h.t.Helper()
	h.quiet()
	var files [][]byte
	for _, m := range h.server.Messages(v.chat) {
		if m.Document == nil || m.Document.Name != name {
			continue
		}
		data, _, err := h.server.DownloadFile(m.Document.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		files = append(files, data)
	}
	return files
}

// Whoever hands in the year-end report and may seal it is led to where that is done.
func TestChatSealAfterFiling(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	hoa.says("/nop")
	hoa.sees("Nộp văn bản nào")
	hoa.presses("Báo cáo sơ kết cuối năm (bên giúp) 2027")
	hoa.sees("Hãy gửi ảnh hoặc tệp")
	hoa.sends("", pdf("bao-cao"))
	hoa.sees("Đã nộp · VB1", "cũng là")
	hoa.presses("Không, chỉ là văn bản trên")
	hoa.sees("Số, ngày")
	hoa.presses("Bỏ qua")
	if got := labels(hoa.sees("Đã nộp · VB1")); !slices.Contains(got, "Báo cáo cuối năm") {
		t.Errorf("a lead who handed in the report can %q", got)
	}
	hoa.presses("Báo cáo cuối năm")
	hoa.sees("Báo cáo cuối năm 2027 · Sở Y tế")
	mai.says("/nop")
	mai.sees("Nộp văn bản nào")
	mai.presses("Báo cáo kết quả cuối năm (bên nhận) 2027")
	mai.sees("Hãy gửi ảnh hoặc tệp")
	mai.sends("", pdf("bao-cao-xa"))
	mai.sees("Đã nộp · VB2", "cũng là")
	mai.presses("Không, chỉ là văn bản trên")
	mai.sees("Số, ngày")
	mai.presses("Bỏ qua")
	if got := labels(mai.sees("Đã nộp · VB2")); slices.Contains(got, "Báo cáo cuối năm") {
		t.Errorf("an officer can %q", got)
	}
}
