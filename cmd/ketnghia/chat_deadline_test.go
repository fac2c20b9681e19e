package main

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// attached returns the file that came with a message of the bot.
func (v *voice) attached(m sandbox.Message, name string) string {
	v.h.t.Helper()
	if m.Document == nil {
		v.h.t.Fatalf("no file with %q", m.Text)
	}
	if m.Document.Name != name {
		v.h.t.Errorf("the file is called %s, want %s", m.Document.Name, name)
	}
	data, _, err := v.h.server.DownloadFile(m.Document.ID)
	if err != nil {
		v.h.t.Fatal(err)
	}
	return string(data)
}

// events reads an iCalendar file: the unfolded properties of each event by name, alarms counted as "VALARM".
func events(t *testing.T, file string) map[string]map[string]string {
	t.Helper()
	if !strings.HasPrefix(file, "BEGIN:VCALENDAR\r\n") || !strings.HasSuffix(file, "END:VCALENDAR\r\n") {
		t.Fatalf("no calendar: %.80q", file)
	}
	all := map[string]map[string]string{}
	var event map[string]string
	for line := range strings.SplitSeq(strings.ReplaceAll(file, "\r\n ", ""), "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		switch {
		case line == "BEGIN:VEVENT":
			event = map[string]string{}
		case line == "END:VEVENT":
			if all[event["UID"]] != nil {
				t.Errorf("two events %s", event["UID"])
			}
			all[event["UID"]], event = event, nil
		case event != nil && name == "TRIGGER":
			event["TRIGGERS"] += value + " "
		case event != nil && event[name] == "":
			event[name] = value
		}
	}
	return all
}

// letterWords returns the words of a Word document, a paragraph a line.
func letterWords(t *testing.T, file string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(file)), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	xml, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`</w:p>`).ReplaceAllString(string(xml), "\n")
	return strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&").Replace(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, ""))
}

// What one owes: a block for each deadline with the next reminder, states beside the documents, what is met in one line.
func TestChatOwnDeadlines(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai := h.mai()
	nut := h.joins(109, "Hồ Văn Nút", "W20437", twinning.RoleLead)
	h.clockTo("2027-02-16T09:30:00+07:00") // what the scheduler owed since the 14-day rung is said
	mai.says("/han")
	text := mai.sees("Hạn 27/02/2027 · còn 11 ngày", "nhắc tiếp: 19/02/2027", "Hạn 15/12/2027", "nhắc tiếp: 15/11/2027").Text
	if n := strings.Count(text, "27/02/2027"); n != 1 {
		t.Errorf("the five documents of 27/02 are not one block:\n%s", text)
	}
	if n := strings.Count(text, "\n"); n > 11 {
		t.Errorf("%d lines:\n%s", n+1, text)
	}
	h.update(func(w *ledger.Work) error {
		mai, err := w.PersonByTelegram(101)
		if err != nil {
			return err
		}
		lead, err := w.PersonByTelegram(109)
		if err != nil {
			return err
		}
		w, a := w.For("test"), ledger.Actor{Person: mai, Chat: 101}
		owes := func(rule twinning.RuleID) twinning.Obligation {
			return twinning.Obligation{Rule: rule, Unit: "W20437", Year: 2027}
		}
		if err := w.Delegate(a, owes("commune_group"), lead.ID, twinning.NewDate(2027, 2, 25)); err != nil {
			return err
		}
		if err := w.Disclaim(a, owes("commune_stages"), "huyện làm chung"); err != nil {
			return err
		}
		_, err = w.Snooze(a, owes("commune_regulation"), 6)
		return err
	})
	mai.says("/han")
	mai.sees("Quyết định lập Tổ công tác của xã 2027 – giao cho Hồ Văn Nút đến 25/02/2027; nhắc tiếp: 26/02/2027",
		"Quy chế hoạt động của Tổ công tác 2027 – hẹn nhắc lại 22/02/2027",
		"Phân công các khâu, công đoạn 2027 – đã báo không thuộc đơn vị")
	nut.says("/han")
	if text := nut.sees("Quyết định lập Tổ công tác").Text; strings.Contains(text, "hẹn nhắc lại") {
		t.Errorf("somebody else's wish is shown:\n%s", text)
	}
	mai.says("1")
	mai.sees("Hãy gửi ảnh hoặc tệp của: Kế hoạch / báo cáo đề xuất nhu cầu 2027")
	mai.sends("", pdf("kh"))
	mai.sees("Đã nộp · VB1")
	h.clockTo("2027-03-04T09:00:00+07:00")
	mai.says("/han")
	mai.sees("Hạn 27/02/2027 · quá hạn 5 ngày", "✓ Đã nộp 1 văn bản")
	mai.presses("Mọi văn bản 2027")
	mai.sees("Văn bản · Xã Ch'ơm · 2027", "✓ Kế hoạch / báo cáo đề xuất nhu cầu 2027: đã nộp 16/02/2027", "đã quá 5 ngày", "↳ đã báo không thuộc đơn vị", "chưa nộp 6/7")
	mai.presses("‹ 2026")
	mai.sees("Văn bản · Xã Ch'ơm · 2026", "chưa nộp 7/7 (100%)")
	mai.presses("‹ Trở lại")
	mai.sees("Việc phải nộp · Xã Ch'ơm")
	card := mai.newest("Việc phải nộp")
	for _, data := range []string{"hb:2027", "hx", "hd", "let:2027:W20437", "lets:2027:needs", "hu:2027:W20440", "cal:W20440", "hu:2027:ZZ", "cal:ZZ"} {
		mai.pushes(card, data)
	}
	h.quiet()
	if n := mai.count("Tình hình nộp văn bản") + mai.count("chưa có người dùng bot") + mai.count("Dự thảo") + mai.count("Ga Ri"); n != 0 {
		t.Errorf("forged buttons were served:\n%s", transcript(h.server.Messages(mai.chat)))
	}
}

// A sponsor sees what its programme waits for, for as long as it does.
func TestChatHindrance(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	hoa, mai := h.hoa(), h.mai()
	hoa.says("/han")
	if text := hoa.sees("với Xã Ch'ơm").Text; strings.Contains(text, "↳") {
		t.Errorf("hindered before anything is late:\n%s", text)
	}
	h.clockTo("2027-03-04T09:00:00+07:00")
	hoa.says("/han")
	hoa.sees("↳ Xã Ch'ơm chưa gửi Kế hoạch / báo cáo đề xuất nhu cầu, quá hạn 5 ngày", "↳ Xã Ga Ri chưa gửi")
	mai.says("/nop")
	mai.sees("Nộp văn bản nào")
	mai.says("1")
	mai.sees("Hãy gửi ảnh hoặc tệp")
	mai.sends("", pdf("kh"))
	mai.sees("Đã nộp · VB1")
	hoa.says("/han")
	if text := hoa.sees("↳ Xã Ga Ri chưa gửi").Text; strings.Contains(text, "↳ Xã Ch'ơm") {
		t.Errorf("still hindered by what was filed:\n%s", text)
	}
}

// Ban Dân tộc looks into the deadlines down to one document, by button and by number, and through the years.
func TestChatDeadlineBoard(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	mai.says("/nop")
	mai.sees("Nộp văn bản nào")
	mai.says("1")
	mai.sees("Hãy gửi ảnh hoặc tệp")
	mai.sends("", pdf("kh"))
	mai.sees("Đã nộp · VB1")
	lan.says("/han")
	lan.sees("Tình hình nộp văn bản 2027 · toàn tỉnh", "1. Kế hoạch / báo cáo đề xuất nhu cầu (hạn 27/02/2027): chưa nộp 73/74 (99%); đúng hạn 1 (1%)")
	before := lan.count()
	for _, step := range [][]string{
		{"Xem tiếp", "Tình hình nộp văn bản 2027", "1. Kế hoạch triển khai của xã"},
		{"Về đầu", "Tình hình nộp văn bản 2027", "1. Kế hoạch / báo cáo"},
		{"Kế hoạch / báo cáo đề xuất nhu cầu", "toàn tỉnh", "Tất cả: chưa nộp 73/74", "1. Huyện Tây Giang: chưa nộp 10/11 (91%); đúng hạn 1 (9%)"},
		{"Huyện Tây Giang", "Kế hoạch / báo cáo đề xuất nhu cầu 2027 · Huyện Tây Giang", "2. Xã Ga Ri: chưa nộp, còn 11 ngày"},
		{"Xem tiếp", "Xã Ch'ơm: đã nộp đúng hạn (16/02/2027)"},
		{"Xã Ch'ơm", "Văn bản · Xã Ch'ơm · 2027", "chưa nộp 6/7", "✓ Kế hoạch / báo cáo đề xuất nhu cầu 2027: đã nộp 16/02/2027"},
		{"‹ 2026", "Văn bản · Xã Ch'ơm · 2026", "chưa nộp 7/7"},
		{"2027 ›", "Văn bản · Xã Ch'ơm · 2027"},
		{"‹ Trở lại", "Kế hoạch / báo cáo đề xuất nhu cầu 2027 · Huyện Tây Giang", "Xã Ch'ơm: đã nộp"},
		{"‹ Trở lại", "toàn tỉnh", "1. Huyện Tây Giang"},
		{"‹ Trở lại", "Tình hình nộp văn bản 2027"},
		{"Theo huyện", "1. Huyện Tây Giang: chưa nộp", "7. Cấp tỉnh và đồng bằng"},
		{"Huyện Tây Giang", "Tình hình nộp văn bản 2027 · Huyện Tây Giang", "1. Xã"},
		{"Xã Ga Ri", "Văn bản · Xã Ga Ri · 2027", "Đơn vị chưa có người dùng bot"},
		{"‹ Trở lại", "Tình hình nộp văn bản 2027 · Huyện Tây Giang"},
		{"‹ Trở lại", "7. Cấp tỉnh và đồng bằng"},
		{"‹ Trở lại", "Tình hình nộp văn bản 2027 · toàn tỉnh"},
		{"Việc của đơn vị mình", "Việc phải nộp · Ban Dân tộc tỉnh", "Báo cáo tổng hợp của Ban Dân tộc 2026"},
		{"Tình hình nộp chung", "Tình hình nộp văn bản 2027 · toàn tỉnh"},
	} {
		lan.presses(step[0])
		text := lan.sees(step[1:]...).Text
		if n := strings.Count(text, "\n"); n > 11 {
			t.Errorf("%s: %d lines:\n%s", step[0], n+1, text)
		}
	}
	if n := lan.count(); n != before {
		t.Errorf("looking around brought %d new messages, want the one changed in place", n-before)
	}
	lan.says("1")
	lan.sees("Kế hoạch / báo cáo đề xuất nhu cầu 2027 · toàn tỉnh")
	lan.says("1")
	lan.sees("Kế hoạch / báo cáo đề xuất nhu cầu 2027 · Huyện Tây Giang")
	lan.says("/han 2020")
	text := lan.sees("Tình hình nộp văn bản 2020", "không áp dụng", "hạn 28/02/2020; 31/03/2020: quyết định có hiệu lực từ 16/04/2020").Text
	if strings.Contains(text, "đề xuất nhu cầu") {
		t.Errorf("what did not apply in 2020 is listed:\n%s", text)
	}
	if got := labels(lan.newest("Tình hình nộp văn bản 2020")); slices.Contains(got, "‹ 2019") || !slices.Contains(got, "2021 ›") {
		t.Errorf("buttons of 2020: %q", got)
	}
	lan.says("/han xã Ch'ơm 2020")
	lan.sees("Văn bản · Xã Ch'ơm · 2020", "đề xuất nhu cầu 2020: không áp dụng, hạn 28/02/2020 trước ngày quyết định có hiệu lực (16/04/2020)")
	lan.says("đơn vị nào chưa nộp kế hoạch năm 2020")
	lan.sees("quyết định có hiệu lực từ 16/04/2020")
}

// Questions about past years have the figures of the board.
func TestChatQuestionsHaveTheFiguresOfTheBoard(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan := h.lan()
	h.update(func(w *ledger.Work) error {
		w = w.For("test")
		for i, unit := range []twinning.UnitKey{"W20437", "W20440", "W20443"} {
			_, err := w.File(ledger.Actor{}, twinning.Filing{
				Unit: unit, Meets: []twinning.Obligation{{Rule: "report", Unit: unit, Year: 2026}},
				Filed: twinning.NewDate(2026, 12, 15).AddDays(16 * i), Files: []twinning.FileRef{{ID: "x", UniqueID: "x"}},
			})
			if err != nil {
				return err
			}
		}
		return w.Waive(ledger.Actor{}, twinning.Obligation{Rule: "standing_report", Unit: "ABDT", Year: 2026}, "đã gửi giấy")
	})
	lan.says("/han 2026")
	lan.sees("Báo cáo kết quả cuối năm (bên nhận) (hạn 15/12/2026): chưa nộp 71/74 (96%); đúng hạn 1 (1%); đúng ngày hạn 1 (1%); trễ 1 (1%)", "được miễn 1")
	lan.says("xã nào chưa nộp báo cáo cuối năm 2026")
	lan.sees("Chưa nộp Báo cáo kết quả cuối năm (bên nhận) 2026: 65/68")
	lan.says("xã nào đã nộp báo cáo cuối năm 2026")
	lan.sees("Đã nộp Báo cáo kết quả cuối năm (bên nhận) 2026: 3/68", "Huyện Tây Giang (3)")
	lan.says("/tinhhinh 2026")
	lan.sees("Báo cáo kết quả cuối năm (bên nhận): đã nộp 3/74")
}

// Ban Dân tộc finds who is not linked, invites from there, and answers who says that a document is not theirs.
func TestChatDeadlineChores(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	lan.says("/han")
	got := labels(lan.sees("Tình hình nộp văn bản"))
	if !slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, "Chưa liên kết (") }) ||
		slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, "Không thuộc") }) {
		t.Errorf("offered %q", got)
	}
	// 68 communes, 6 districts, the overseer and Sở Y tế owe something beside Ban Dân tộc; Mai is linked.
	lan.presses("Chưa liên kết (75)")
	lan.sees("Tất cả 75 đơn vị", "1. Huyện Tây Giang: 10 đơn vị", "7. Cấp tỉnh và đồng bằng: 2 đơn vị")
	lan.says("1")
	lan.sees("Chưa có người dùng bot · Huyện Tây Giang")
	lan.presses("Mời: Xã Ga Ri")
	lan.sees("Mời vào Xã Ga Ri")
	h.update(func(w *ledger.Work) error {
		p, err := w.PersonByTelegram(101)
		if err != nil {
			return err
		}
		o := twinning.Obligation{Rule: "commune_stages", Unit: "W20437", Year: 2027}
		return w.For("test").Disclaim(ledger.Actor{Person: p, Chat: 101}, o, "huyện làm chung")
	})
	mai.says("/han")
	mai.sees("chờ Ban Dân tộc trả lời")
	lan.says("/han")
	lan.sees("Tình hình nộp văn bản")
	lan.presses("Không thuộc đơn vị (1)")
	m := lan.sees("Bling Thị Mai báo", "Phân công các khâu, công đoạn 2027", "không thuộc Xã Ch'ơm", "huyện làm chung")
	if got := labels(m); len(got) != 2 {
		t.Errorf("buttons of the card: %q", got)
	}
	lan.presses("Vẫn thuộc đơn vị")
	mai.hears("vẫn là việc của Xã Ch'ơm")
	lan.says("/han")
	if got := labels(lan.sees("Tình hình nộp văn bản")); slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, "Không thuộc") }) {
		t.Errorf("what was answered is still offered: %q", got)
	}
	mai.says("/han")
	mai.sees("Việc phải nộp")
	mai.presses("Việc khác…")
	mai.sees("Kế hoạch / báo cáo đề xuất nhu cầu")
}

// A district and the overseer see those for whom they answer, and no others.
func TestChatDeadlinesOfThoseBelow(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20944"})
	bui := h.joins(106, "Arất Thị Bưi", "D504", twinning.RoleLead)
	son := h.joins(107, "Phạm Đình Sơn", "ABCHBP", twinning.RoleObserver)
	bui.says("/han")
	bui.sees("Việc phải nộp · Huyện Tây Giang", "Các xã của Huyện Tây Giang · 2027: chưa nộp 61/61 (100%)")
	bui.presses("Các xã của Huyện Tây Giang")
	bui.sees("Tình hình nộp văn bản 2027 · Các xã của Huyện Tây Giang", "1. Kế hoạch / báo cáo đề xuất nhu cầu (hạn 27/02/2027): chưa nộp 10/10")
	bui.presses("Kế hoạch / báo cáo đề xuất nhu cầu")
	bui.sees("Các xã của Huyện Tây Giang", "1. Xã Ch'ơm: chưa nộp, còn 11 ngày")
	bui.presses("Xã Ch'ơm")
	if got := labels(bui.sees("Văn bản · Xã Ch'ơm · 2027")); slices.Contains(got, "Soạn công văn đôn đốc") {
		t.Errorf("a district is offered %q", got)
	}
	bui.presses("‹ Trở lại")
	bui.sees("1. Xã Ch'ơm: chưa nộp")
	bui.presses("‹ Trở lại")
	bui.sees("Tình hình nộp văn bản 2027 · Các xã của Huyện Tây Giang")
	bui.presses("‹ Việc của đơn vị mình")
	bui.sees("Việc phải nộp · Huyện Tây Giang")
	bui.says("/han xã Trà Mai")
	bui.sees("ngoài phạm vi")
	son.says("/han")
	son.sees("Kế hoạch giám sát xã biên giới 2027", "Các xã biên giới · 2027: chưa nộp 85/85 (100%)")
	son.presses("Các xã biên giới")
	son.sees("chưa nộp 14/14 (100%)")
	son.presses("Theo huyện")
	son.sees("1. Huyện Tây Giang", "2. Huyện Nam Giang")
	son.says("/lich xã Trà Mai")
	son.sees("ngoài phạm vi")
}

// The calendar of a unit: an event for each obligation on its last day in time, which a later file brings up to date.
func TestChatCalendar(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	mai.says("/lich")
	first := events(t, mai.attached(mai.sees("Lịch hạn nộp · Xã Ch'ơm", "mở bằng Lịch"), "lich-han-ket-nghia-xa-ch-om-2027.ics"))
	uid := "needs|W20437|2027@ketnghia"
	for name, want := range map[string]string{
		"DTSTART;VALUE=DATE": "20270227", "DTEND;VALUE=DATE": "20270228", "STATUS": "CONFIRMED", "TRIGGERS": "-P6DT16H -PT16H ",
		"SUMMARY": "Hạn nộp: Kế hoạch / báo cáo đề xuất nhu cầu 2027",
	} {
		if got := first[uid][name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := first[uid]["DESCRIPTION"]; !strings.Contains(got, `Ngày cuối trong hạn: 27/02/2027\; từ 02/03/2027 là trễ`) ||
		!strings.Contains(got, "26/02/2027") || !strings.Contains(got, "III.2.2.c") {
		t.Errorf("description %q", got)
	}
	if first["needs|W20437|2028@ketnghia"] == nil || first["evaluation|W20437|2028|p1@ketnghia"] == nil {
		t.Errorf("the next year is missing: %d events", len(first))
	}
	mai.says("/nop")
	mai.sees("Nộp văn bản nào")
	mai.says("1")
	mai.sees("Hãy gửi ảnh hoặc tệp")
	mai.sends("", pdf("kh"))
	mai.sees("Đã nộp · VB1")
	h.update(func(w *ledger.Work) error {
		return w.For("test").Waive(ledger.Actor{}, twinning.Obligation{Rule: "commune_plan", Unit: "W20437", Year: 2027}, "chung với huyện")
	})
	h.clockTo("2027-02-17T09:00:00+07:00")
	mai.says("/lịch")
	second := events(t, mai.attached(mai.sees("Lịch hạn nộp · Xã Ch'ơm"), "lich-han-ket-nghia-xa-ch-om-2027.ics"))
	if e := second[uid]; e["SUMMARY"] != "Đã nộp 16/02/2027: Kế hoạch / báo cáo đề xuất nhu cầu 2027" || e["TRIGGERS"] != "" || e["SEQUENCE"] <= first[uid]["SEQUENCE"] {
		t.Errorf("after filing: %v", e)
	}
	if e := second["commune_plan|W20437|2027@ketnghia"]; e["STATUS"] != "CANCELLED" || e["TRIGGERS"] != "" {
		t.Errorf("after waiving: %v", e)
	}
	for id := range first {
		if second[id] == nil {
			t.Errorf("the second file says nothing of %s", id)
		}
	}
	hoa.says("/han")
	hoa.sees("Việc phải nộp · Sở Y tế")
	hoa.presses("Lịch cho điện thoại")
	if e := events(t, hoa.attached(hoa.sees("Lịch hạn nộp · Sở Y tế"), "lich-han-ket-nghia-so-y-te-2027.ics")); e["programme|ASYT|2027|p1@ketnghia"]["DTSTART;VALUE=DATE"] != "20270330" {
		t.Errorf("the sponsor's calendar: %v", e)
	}
	lan.says("/lich")
	if e := events(t, lan.attached(lan.sees("Lịch hạn nộp của Kế hoạch"), "lich-han-ket-nghia-2027.ics")); e["needs|2027@ketnghia"] == nil || e["standing_report|2026@ketnghia"] == nil {
		t.Errorf("the programme's calendar: %v", e)
	}
	lan.says("/lich xã Ch'ơm")
	lan.attached(lan.sees("Lịch hạn nộp · Xã Ch'ơm"), "lich-han-ket-nghia-xa-ch-om-2027.ics")
	hoa.says("/lich xã Ga Ri")
	hoa.sees("ngoài phạm vi")
	team := mai.in(h.group(true, mai))
	team.says("/lich")
	team.sees("riêng cho tôi")
}

// The letter for a laggard: what is overdue, and the reminders that arrived; nothing overdue, no letter.
func TestChatUrgingLetter(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	mai, lan := h.mai(), h.lan()
	lan.says("/han xã Ch'ơm")
	m := lan.sees("Văn bản · Xã Ch'ơm · 2027")
	if got := labels(m); slices.Contains(got, "Soạn công văn đôn đốc") {
		t.Errorf("a letter is offered before anything is late: %q", got)
	}
	lan.pushes(m, "let:2027:W20437")
	h.quiet()
	if n := lan.count("Dự thảo công văn"); n != 0 {
		t.Error("a letter came though nothing is overdue")
	}
	for _, day := range []string{"2027-02-19", "2027-02-24", "2027-02-26", "2027-03-02"} {
		h.clockTo(day + "T09:00:00+07:00")
	}
	mai.hears("đề xuất nhu cầu")
	lan.says("/han xã Ch'ơm")
	lan.sees("Văn bản · Xã Ch'ơm · 2027", "đã quá 3 ngày")
	lan.presses("Soạn công văn đôn đốc")
	m = lan.sees("Dự thảo công văn đôn đốc · Xã Ch'ơm", "5 văn bản quá hạn năm 2027", "ký và phát hành")
	words := letterWords(t, lan.attached(m, "cong-van-don-doc-xa-ch-om-2027.docx"))
	for _, part := range []string{
		"UBND TỈNH QUẢNG NAM", "BAN DÂN TỘC", "Kính gửi: UBND xã Ch'ơm", "1100/QĐ-UBND ngày 16/4/2020", "DỰ THẢO",
		"Kế hoạch / báo cáo đề xuất nhu cầu năm 2027", "mục III.2.2.c của Kế hoạch", "27/02/2027", "02/3/2027", "mặc định cùng hạn 28/02",
		"19/02/2027", "24/02/2027", "26/02/2027", "UBND huyện Tây Giang", "Quảng Nam, ngày",
	} {
		if !strings.Contains(words, part) {
			t.Errorf("the letter lacks %q", part)
		}
	}
	if strings.Contains(words, "R13") || strings.Contains(words, "Báo cáo kết quả cuối năm") {
		t.Errorf("the letter says too much:\n%s", words)
	}
	// From the list of a document, for somebody whom no reminder could reach.
	lan.says("/han")
	lan.sees("Tình hình nộp văn bản")
	lan.presses("Kế hoạch / báo cáo đề xuất nhu cầu")
	lan.sees("1. Huyện Tây Giang")
	lan.presses("Công văn cho…")
	lan.sees("Chọn đơn vị quá hạn")
	lan.presses("Công văn: Xã Ga Ri")
	m = lan.sees("Dự thảo công văn đôn đốc · Xã Ga Ri")
	words = letterWords(t, lan.attached(m, "cong-van-don-doc-xa-ga-ri-2027.docx"))
	if !strings.Contains(words, "chưa có cán bộ nào liên kết") || strings.Contains(words, "người nhận được") {
		t.Errorf("the letter claims reminders that nobody got:\n%s", words)
	}
	mai.pushes(mai.newest("đề xuất nhu cầu"), "let:2027:W20437")
	h.quiet()
	if n := mai.count("Dự thảo công văn"); n != 0 {
		t.Error("a commune's officer got a letter")
	}
}
