package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// pairingsCSV is a pairing of two real units by a made-up decision.
const pairingsCSV = "Bên giúp;Bên nhận;Quyết định;Từ ngày\nSở Y tế;xã Ch'ơm;01/QĐ-UBND ngày 01/01/2020;01/01/2020\n"

// TestStory is the main job from end to end, over HTTP against the sandbox's Bot API server.
func TestStory(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(time.Now)
	clock.Set(mustTime(t, "2027-02-16T09:00:00+07:00"))
	dir := t.TempDir()

	// The operator imports the real roster and a pairing, and invites Ban Dân tộc.
	roster := filepath.Join(t.TempDir(), "roster")
	units, err := os.ReadFile("../../programme/data/units-1100.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(roster, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"units.csv": units, "pairings.csv": []byte(pairingsCSV)} {
		if err := os.WriteFile(filepath.Join(roster, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, errs, status := command(t, clock.Now, "import", roster, "--data", dir); status != 0 {
		t.Fatalf("import: status %d\n%s%s", status, out, errs)
	}
	out, errs, status := command(t, clock.Now, "invite", "Ban Dân tộc", "--role", "coordinator", "--data", dir)
	if status != 0 {
		t.Fatalf("invite: status %d\n%s%s", status, out, errs)
	}
	link := regexp.MustCompile(`/start \S+`).FindString(out)

	h := openHouse(t, dir, clock)
	lan := h.person(1, "Trần", "Thị Lan")
	mai := h.person(2, "Bling", "Thị Mai")
	hoa := h.person(3, "Nguyễn", "Văn Hòa")

	// The coordinator enrols and invites an officer of Ch'ơm and the lead of Sở Y tế.
	lan.says(link)
	lan.sees("Chào Trần Thị Lan", "Ban Dân tộc tỉnh")
	invite := func(v *voice, command, role string) {
		lan.says(command)
		lan.sees("với vai trò nào")
		lan.presses(role)
		code := regexp.MustCompile(`start=(\S+)`).FindStringSubmatch(lan.sees("dùng một lần").Text)
		if code == nil {
			t.Fatal("no link in the invitation")
		}
		v.says("/start " + code[1])
		v.sees("Chào")
	}
	invite(mai, "/moi xã Ch'ơm", "Cán bộ")
	invite(hoa, "/moi Sở Y tế", "Thủ trưởng, đầu mối")

	// The lead logs what was done yesterday, typed without diacritics for the most part.
	hoa.says("hom qua kham benh phat thuoc cho 45 ho ngheo thon Pà Tôi xã Ch'ơm, het 12tr5")
	card := hoa.sees("chưa ghi", "15/02/2027", "Pà Tôi", "Sở Y tế", "Xã Ch'ơm", "An sinh xã hội", "45 hộ nghèo", "12.500.000 đ")
	if diff := cmp.Diff([]string{"Ghi", "Sửa", "Bỏ"}, labels(card)); diff != "" {
		t.Errorf("buttons of the card (-want +got):\n%s", diff)
	}
	if q := h.sum("W20437"); len(q) != 0 {
		t.Errorf("counted before Ghi was pressed: %v", q)
	}
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1", "Đã gửi Xã Ch'ơm để xác nhận")

	// The officer is asked and confirms; the lead hears of it.
	mai.hears("Có đúng không", "45 hộ nghèo", "12.500.000 đ")
	mai.presses("Xác nhận")
	mai.sees("Đã xác nhận HĐ1")
	hoa.hears("Bling Thị Mai", "xác nhận")

	// Ban Dân tộc asks.
	lan.says("tình hình Tây Giang")
	lan.sees("Huyện Tây Giang · 2027", "45 hộ", "12.500.000 đ", "đã được bên kia xác nhận")

	// Three days before the last day in time the officer is reminded; the lead of the sponsor owes nothing yet.
	before := hoa.count()
	h.clockTo("2027-02-24T09:00:00+07:00")
	mai.hears("Kế hoạch / báo cáo đề xuất nhu cầu", "27/02/2027", "còn 3 ngày")
	if n := hoa.count(); n != before {
		t.Errorf("the lead got %d messages with the officer's reminder:\n%s", n-before, transcript(h.server.Messages(hoa.chat)))
	}

	// The officer files; copies arrive at the lead and the coordinator.
	mai.presses("Nộp: Kế hoạch / báo cáo đề xuất nhu cầu")
	mai.sees("Hãy gửi ảnh hoặc tệp")
	mai.sends("KH số 15/KH-UBND ngày 24/02", sandbox.File{Name: "kehoach.pdf", MIME: "application/pdf", Data: []byte("%PDF-1.4 kế hoạch")})
	mai.sees("Đã nộp · VB1", "24/02/2027", "Sở Y tế")
	for _, v := range []*voice{hoa, lan} {
		m := v.hears("Xã Ch'ơm vừa nộp VB1")
		if m.Document == nil || m.Document.Name != "kehoach.pdf" {
			t.Errorf("no copy of the document with %q", m.Text)
		}
	}
	lan.says("xã nào chưa nộp kế hoạch")
	if text := lan.sees("Chưa nộp", "67/68").Text; regexp.MustCompile(`Ch'ơm`).MatchString(text) {
		t.Errorf("Ch'ơm has filed but is listed as missing:\n%s", text)
	}

	// The clock moves on; nobody is reminded of it again.
	reminded := mai.count("đề xuất nhu cầu", "còn")
	for _, at := range []string{"2027-02-26T09:00:00+07:00", "2027-03-02T09:00:00+07:00", "2027-03-09T09:00:00+07:00"} {
		h.clockTo(at)
	}
	if n := mai.count("đề xuất nhu cầu", "còn") + mai.count("đề xuất nhu cầu", "quá hạn"); n != reminded {
		t.Errorf("reminded after filing:\n%s", transcript(h.server.Messages(mai.chat)))
	}

	// An edit, then an undo; the totals follow both.
	hoa.says("/sua HĐ1 54 hộ chứ không phải 45")
	hoa.sees("Sửa HĐ1", "54 hộ nghèo")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1")
	if diff := cmp.Diff(quantities(54, 12_500_000), h.sum("W20437")); diff != "" {
		t.Errorf("totals after the edit (-want +got):\n%s", diff)
	}
	mai.hears("đã sửa hoạt động này", "54 hộ nghèo")
	hoa.says("hoàn tác")
	hoa.sees("Đã hoàn tác lần sửa của HĐ1", "45 hộ nghèo", "đã được xác nhận")
	if diff := cmp.Diff(quantities(45, 12_500_000), h.sum("W20437")); diff != "" {
		t.Errorf("totals after the undo (-want +got):\n%s", diff)
	}
	hoa.says("hoàn tác")
	hoa.sees("HĐ1 không còn tính vào tổng")
	if q := h.sum("W20437"); len(q) != 0 {
		t.Errorf("totals after the second undo: %v", q)
	}
}

func quantities(households, vnd int64) twinning.Quantities {
	return twinning.Quantities{
		twinning.Activities: 1, twinning.Households: households, twinning.Amount: vnd,
	}
}

func labels(m sandbox.Message) []string {
	var all []string
	for _, row := range m.Buttons {
		for _, b := range row {
			all = append(all, b.Text)
		}
	}
	return all
}
