package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// named is a document of that whole name.
func named(name string) sandbox.File {
	return sandbox.File{Name: name, MIME: "application/octet-stream", Data: []byte("tệp " + name)}
}

// filing returns a filed document from the books.
func (h *house) filing(id twinning.FilingID) twinning.Filing {
	h.t.Helper()
	var f twinning.Filing
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) (err error) {
		f, err = k.Filing(id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// standing is where an obligation stands in the books.
func (h *house) standing(o twinning.Obligation) twinning.Standing {
	h.t.Helper()
	var s twinning.Standing
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		owing, err := k.OwingNamed(o)
		s = owing.Standing
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// The bot reads from name and caption what a document is, which number and date it has, and asks one yes or no.
func TestChatDocumentProposed(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	mai.sends("", named("15-KH-UBND_10.02.2027_de_xuat_nhu_cau.docx"))
	m := mai.sees("Đây là Kế hoạch / báo cáo đề xuất nhu cầu 2027, phải không", "Số 15/KH-UBND ngày 10/02/2027")
	if got := strings.Join(labels(m), "|"); got != "Đúng, nộp|Văn bản khác|Không nộp" {
		t.Errorf("buttons %s", got)
	}
	mai.presses("Đúng, nộp")
	mai.sees("Đã nộp · VB1", "Số 15/KH-UBND ngày 10/02/2027", "cũng là")
	for _, v := range []*voice{hoa, lan} {
		v.hears("Xã Ch'ơm vừa nộp VB1", "Số 15/KH-UBND ngày 10/02/2027")
	}
	// Another document after all; the list has the likeliest first.
	mai.sends("quy chế", named("scan001.pdf"))
	mai.sees("Đây là Quy chế hoạt động của Tổ công tác 2027, phải không")
	mai.says("không")
	if got := labels(mai.sees("văn bản nào")); got[0] != "Quy chế hoạt động của Tổ công tác 2027" {
		t.Errorf("the list begins with %q", got[0])
	}
	mai.says("quyết định tổ công tác")
	mai.sees("Đã nộp · VB2", "Quyết định lập Tổ công tác của xã 2027")
	// Nothing is filed against the sender's will.
	mai.sends("phân công các khâu", photo("a"), photo("b"))
	mai.sees("Đã nhận 2 tệp", "Phân công các khâu, công đoạn 2027, phải không")
	mai.says("huỷ")
	mai.sees("Đã thôi, chưa nộp gì")
	if f := h.filing(2); f.Meets[0].Rule != "commune_group" || f.Number != "" {
		t.Errorf("filed as %v, %q", f.Meets, f.Number)
	}
}

// The caption "/nop" files what it hangs on, and the counterpart's name chooses the pairing.
func TestChatDocumentCaptionCommand(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	hoa := h.hoa()
	hoa.sends("/nop chương trình ký kết với xã Ga Ri, 20/CTr-SYT ngày 12/02", named("scan.pdf"))
	hoa.sees("Chương trình / kế hoạch ký kết 2027 với Xã Ga Ri, phải không", "Số 20/CTr-SYT ngày 12/02/2027")
	hoa.says("1")
	hoa.sees("Đã nộp · VB1", "với Xã Ga Ri", "Chưa có người dùng bot để nhận bản")
	hoa.sends("/nop", photo("trang1"))
	hoa.sees("Đã nhận 1 tệp", "văn bản nào")
}

// Number and date are asked for once the document is stored; wrong ones are said.
func TestChatDocumentNumberAsked(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	mai.sends("kế hoạch đề xuất nhu cầu ngày 30/02/2027", named("scan.pdf"))
	mai.sees("phải không", "Ngày 30/02/2027 không có trong lịch")
	mai.presses("Đúng, nộp")
	mai.sees("Đã nộp · VB1", "Ngày 30/02/2027 không có trong lịch", "cũng là")
	mai.presses("Không, chỉ là văn bản trên")
	mai.sees("Đã nộp · VB1", "Số, ngày của văn bản?")
	mai.says("ờ chờ tí")
	mai.sees("Tôi chưa đọc được số, ngày")
	mai.says("15/KH-UBND ngày 20/02")
	mai.sees("Ngày 20/02 chưa tới")
	mai.says("15/KH-UBND ngày 10/02")
	mai.sees("Đã ghi số, ngày của VB1", "Số 15/KH-UBND ngày 10/02/2027")
	// Ban Dân tộc's copy says it too, without a further message; the sponsor got one message.
	lan.hears("Xã Ch'ơm vừa nộp VB1", "Số 15/KH-UBND ngày 10/02/2027")
	if n := hoa.count("VB1"); n != 1 {
		t.Errorf("the sponsor was told %d times", n)
	}
	// Corrected later by its number.
	mai.says("VB1")
	mai.sees("VB1 · Xã Ch'ơm · đã nộp, chờ Ban Dân tộc tiếp nhận")
	mai.presses("Số, ngày văn bản")
	mai.sees("Số, ngày của văn bản?")
	mai.says("16")
	mai.sees("Đã ghi số, ngày của VB1", "Số 16 ngày 10/02/2027")
	mai.says("VB1")
	mai.sees("VB1 · Xã Ch'ơm")
	mai.presses("Số, ngày văn bản")
	mai.sees("Số, ngày của văn bản?")
	mai.says("11/02")
	mai.sees("Đã ghi số, ngày của VB1", "Số 16 ngày 11/02/2027")
	// Skipped, and what is something else is not taken for an answer.
	mai.sends("quy chế hoạt động", named("q.pdf"))
	mai.sees("phải không")
	mai.says("đúng")
	mai.sees("Đã nộp · VB2", "cũng là")
	mai.says("xong")
	mai.sees("Số, ngày của văn bản?")
	mai.says("tình hình")
	mai.sees("Xã Ch'ơm · 2027")
	mai.says("bỏ qua")
	mai.sees("Đã nộp · VB2")
	if f := h.filing(2); f.Number != "" {
		t.Errorf("number %q", f.Number)
	}
}

// One document for several obligations is filed once; its copies go to everybody who must have any of it.
func TestChatDocumentForSeveral(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa := h.mai(), h.hoa()
	mai.sends("QĐ thành lập tổ công tác 7/QĐ-UBND ngày 5/2/2027", named("qd.pdf"))
	mai.sees("Quyết định lập Tổ công tác của xã 2027, phải không")
	mai.says("đúng rồi")
	mai.sees("Đã nộp · VB1", "cũng là")
	mai.presses("☐ Quy chế hoạt động của Tổ công tác 2027")
	mai.sees("cũng là")
	mai.presses("☐ Phân công các khâu, công đoạn 2027")
	mai.sees("cũng là")
	mai.presses("☑ Phân công các khâu, công đoạn 2027")
	mai.sees("cũng là")
	mai.presses("Xong")
	mai.sees("Đã nộp · VB1", "Quyết định lập Tổ công tác của xã 2027: nộp", "Quy chế hoạt động của Tổ công tác 2027: nộp")
	hoa.hears("VB1 của Xã Ch'ơm cũng là: Quy chế hoạt động của Tổ công tác 2027")
	mai.says("/han")
	text := mai.sees("✓ Đã nộp 2 văn bản").Text
	if !strings.Contains(text, "• Phân công các khâu") || strings.Contains(text, "• Quy chế") {
		t.Errorf("what was unticked must be owed, what was ticked filed:\n%s", text)
	}
	if f := h.filing(1); len(f.Meets) != 2 {
		t.Errorf("meets %v", f.Meets)
	}
}

// A signed programme that lacks contents is filed, and what is missing is asked for one by one.
func TestChatDocumentChecklist(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	hoa.sends("chương trình ký kết 20/CTr-SYT ngày 12/02/2027", named("ct.pdf"))
	hoa.sees("phải không")
	hoa.presses("Đúng, nộp")
	hoa.sees("Đã nộp · VB1", "cũng là")
	hoa.presses("Không, chỉ là văn bản trên")
	m := hoa.sees("Đã đủ chưa?", "nội dung, địa điểm, đối tượng hưởng lợi, kinh phí, tiến độ thực hiện, giải pháp")
	if !slices.Contains(labels(m), "Đủ cả 6 mục") {
		t.Errorf("buttons %q", labels(m))
	}
	hoa.presses("☐ Thiếu kinh phí")
	hoa.sees("Đã đủ chưa?")
	hoa.presses("☐ Thiếu tiến độ thực hiện")
	hoa.sees("Đã đủ chưa?")
	hoa.presses("Xong")
	hoa.sees("Cần bổ sung: kinh phí, tiến độ thực hiện", "Cần bổ sung kinh phí")
	lan.hears("Sở Y tế vừa nộp VB1", "Cần bổ sung: kinh phí, tiến độ thực hiện")
	hoa.says("250 triệu từ nguồn của Sở")
	hoa.sees("Đã bổ sung kinh phí", "Cần bổ sung tiến độ thực hiện")
	for _, v := range []*voice{mai, lan} {
		v.hears("Sở Y tế bổ sung VB1", "kinh phí: 250 triệu từ nguồn của Sở", "Cần bổ sung: tiến độ thực hiện")
	}
	hoa.presses("Để sau")
	hoa.sees("Đã nộp · VB1", "Bổ sung sau")
	// Taken up again weeks later, with two pictures of one album.
	hoa.says("/vanban")
	hoa.sees("Văn bản · Sở Y tế · 2027", "20/CTr-SYT", "Cần bổ sung: tiến độ thực hiện")
	hoa.says("1")
	hoa.sees("VB1 · Sở Y tế", "Đã bổ sung kinh phí: 250 triệu")
	hoa.presses("Bổ sung nội dung")
	hoa.sees("Cần bổ sung tiến độ thực hiện")
	hoa.sends("", photo("td1"), photo("td2"))
	hoa.sees("Đã bổ sung tiến độ thực hiện", "đã đủ các nội dung")
	mai.hears("Sở Y tế bổ sung VB1", "tiến độ thực hiện (tệp kèm theo)")
	h.quiet()
	f := h.filing(1)
	if len(f.Wanting()) != 0 || len(f.Supplements) != 3 || f.State != twinning.FilingSubmitted {
		t.Errorf("lacks %v, %d supplements, %s", f.Wanting(), len(f.Supplements), f.State)
	}
}

// Words do for the checklist too.
func TestChatDocumentChecklistByWords(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.sends("chương trình ký kết 20/CTr-SYT ngày 12/02/2027", named("ct.pdf"))
	hoa.sees("phải không")
	hoa.says("đúng")
	hoa.sees("cũng là")
	hoa.says("xong")
	hoa.sees("Đã đủ chưa?")
	hoa.says("thieu giai phap, tien do thuc hien")
	hoa.sees("Cần bổ sung: tiến độ thực hiện, giải pháp", "Cần bổ sung tiến độ thực hiện")
	hoa.says("Quý 2 khảo sát, quý 3 bàn giao")
	hoa.sees("Đã bổ sung tiến độ thực hiện", "Cần bổ sung giải pháp")
	hoa.says("huỷ")
	hoa.sees("VB1 đã nộp vẫn giữ nguyên")
	hoa.says("/vanban VB1")
	hoa.sees("VB1 · Sở Y tế", "Cần bổ sung: giải pháp")
}

// What is no document is said; what was sent before is kept.
func TestChatDocumentUnsupported(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	mai.sends("", photo("trang1"))
	mai.sees("Đã nhận 1 tệp", "văn bản nào")
	for i, kind := range []string{"voice", "video"} {
		mai.mark()
		h.server.Inject(fmt.Appendf(nil, `{"message":{"message_id":%d,"date":%d,"from":{"id":%d,"first_name":"X"},`+
			`"chat":{"id":%d,"type":"private"},%q:{"file_id":"x"}}}`, 8100+i, h.clock.Now().Unix(), mai.id, mai.chat, kind))
		mai.sees("Văn bản cần gửi bằng ảnh hoặc tệp (PDF, Word, Excel)", "1 tệp đã gửi trước vẫn giữ")
	}
	mai.sends("", sandbox.File{Name: "quay.mp4", MIME: "video/mp4", Data: []byte("phim")})
	mai.sees("Văn bản cần gửi bằng ảnh hoặc tệp", "1 tệp đã gửi trước vẫn giữ")
	mai.says("1")
	mai.sees("Đã nộp · VB1", "Kèm 1 tệp")
	mai.says("văn bản xã Ga Ri")
	mai.sees("ngoài phạm vi")
}

// A sponsor of many communes turns the pages of its list, by number too.
func TestChatDocumentLongList(t *testing.T) {
	t.Parallel()
	pairs := []pair{}
	for _, commune := range []twinning.UnitKey{"W20437", "W20440", "W20443", "W20446", "W20449", "W20452", "W20455", "W20458"} {
		pairs = append(pairs, pair{"ASYT", commune})
	}
	h := openChat(t, pairs...)
	hoa := h.hoa()
	hoa.says("/nop")
	hoa.sees("Nộp văn bản nào")
	hoa.says("13")
	if got := labels(hoa.sees("Nộp văn bản nào")); len(got) != 6 {
		t.Errorf("the second page has %q", got)
	}
	hoa.sends("", named("scan.pdf"))
	m := hoa.sees("Đã nhận 1 tệp", "văn bản nào")
	hoa.pops(m, "Xem tiếp")
	last := labels(hoa.newest("Đã nhận 1 tệp"))
	hoa.presses(last[0])
	hoa.sees("Đã nộp · VB1", "Nhận xét, đánh giá bên kia 2027")
}

// Ban Dân tộc files its own report; UBND tỉnh, whose people only look on, gets it.
func TestChatDocumentOfBanDanToc(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan := h.lan()
	anh := h.joins(110, "Phan Anh", "P49", twinning.RoleObserver)
	h.clockTo("2028-01-10T09:00:00+07:00")
	lan.sends("báo cáo tổng hợp 5/BC-BDT ngày 8/1/2028", named("bc.pdf"))
	lan.sees("Nộp hộ đơn vị nào?")
	lan.presses("Ban Dân tộc tỉnh")
	lan.sees("Báo cáo tổng hợp của Ban Dân tộc 2027, phải không", "5/BC-BDT ngày 08/01/2028")
	lan.says("đúng")
	lan.sees("Đã nộp · VB1", "Đã gửi bản cho: Tỉnh Quảng Nam")
	if m := anh.hears("Ban Dân tộc tỉnh vừa nộp VB1"); m.Document == nil || len(labels(m)) > 0 {
		t.Errorf("UBND tỉnh got %v", m)
	}
	// Nobody accepts their own.
	lan.pushes(lan.newest("VB1"), "v:1:ok:submitted")
	h.quiet()
	if f := h.filing(1); f.State != twinning.FilingSubmitted {
		t.Errorf("it is %s", f.State)
	}
}
