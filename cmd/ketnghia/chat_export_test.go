package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"ketnghia/programme"
	"ketnghia/sandbox"
)

// recordsIn reads a workbook that came by chat, as an import does.
func (h *house) recordsIn(m sandbox.Message, name string) *programme.Roster {
	h.t.Helper()
	if m.Document == nil || m.Document.Name != name {
		h.t.Fatalf("the file is %v, want %s", m.Document, name)
	}
	data, _, err := h.server.DownloadFile(m.Document.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	path := filepath.Join(h.t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		h.t.Fatal(err)
	}
	roster, err := programme.ReadRoster(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return roster
}

// A coordinator takes all records away as a file that can be imported, a lead those of the own unit; officers and groups
// get none.
func TestChatExport(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASTC", "W20440"})
	lan, hoa, mai := h.lan(), h.hoa(), h.mai()
	hoa.says("hôm qua khám bệnh phát thuốc cho 45 hộ nghèo xã Ch'ơm, hết 12tr5")
	hoa.sees("chưa ghi")
	hoa.says("ghi")
	hoa.sees("Đã ghi HĐ1")
	lan.says("/xuat")
	if got := labels(lan.sees("Xuất dữ liệu", "toàn tỉnh", "Chọn năm")); !slices.Equal(got[:3], []string{"Mọi năm", "Năm 2027", "Năm 2026"}) {
		t.Errorf("years: %q", got)
	}
	lan.presses("Năm 2027")
	all := h.recordsIn(lan.sees("Dữ liệu công tác kết nghĩa năm 2027", "toàn tỉnh"), "du-lieu-ket-nghia-2027.xlsx")
	if len(all.Units) != 105 || len(all.Pairings) != 2 || len(all.People) != 3 || len(all.Activities) != 1 {
		t.Errorf("%d units, %d pairings, %d people, %d activities", len(all.Units), len(all.Pairings), len(all.People),
			len(all.Activities))
	}
	lan.says("/xuat")
	lan.sees("Chọn năm")
	lan.says("3")
	if last := h.recordsIn(lan.sees("năm 2026"), "du-lieu-ket-nghia-2026.xlsx"); len(last.Activities) != 0 {
		t.Errorf("%d activities of 2026", len(last.Activities))
	}

	hoa.says("/trogiup")
	hoa.sees("Nguyễn Văn Hòa")
	hoa.presses("Xuất dữ liệu")
	hoa.sees("Xuất dữ liệu – Sở Y tế")
	hoa.presses("Mọi năm")
	own := h.recordsIn(hoa.sees("mọi năm – Sở Y tế"), "du-lieu-ket-nghia-ASYT-moi-nam.xlsx")
	if len(own.Pairings) != 1 || len(own.People) != 1 || len(own.Activities) != 1 {
		t.Errorf("%d pairings, %d people, %d activities", len(own.Pairings), len(own.People), len(own.Activities))
	}

	mai.says("/xuat")
	refused := mai.sees("Chỉ Ban Dân tộc và thủ trưởng")
	mai.pushes(refused, "xuat:2027")
	h.quiet()
	if n := mai.count("Dữ liệu công tác"); n != 0 {
		t.Error("an officer got the records")
	}
	group := h.group(true, lan)
	lan.in(group).says("/xuat")
	lan.in(group).sees("trò chuyện riêng")
}
