package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// What is missing is asked for, one question at a time; each can be answered by button, by words or by number.
func TestChatEveryMissingFieldIsAsked(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	hoa := h.hoa()
	hoa.says("đã hỗ trợ bà con")
	hoa.sees("chưa hiểu tin này")
	hoa.presses("Đây là việc đã làm, ghi")
	for _, step := range []struct{ question, answer string }{
		{"ngày nào", "hôm qua"},
		{"xã, huyện nào", "2"},
		{"nội dung nào", "4"},
		{"Số liệu", "12 hộ, 3 triệu"},
	} {
		hoa.sees("chưa ghi", step.question)
		hoa.says(step.answer)
	}
	card := hoa.sees("15/02/2027", "Xã Ga Ri", "An sinh xã hội", "12 hộ nghèo", "3.000.000 đ")
	if diff := cmp.Diff([]string{"Ghi", "Sửa", "Bỏ"}, labels(card)); diff != "" {
		t.Errorf("buttons (-want +got):\n%s", diff)
	}
	if n := hoa.live("Bỏ"); n != 1 {
		t.Errorf("%d cards have live buttons, want the newest only", n)
	}
	hoa.says("1")
	hoa.sees("Đã ghi HĐ1")

	hoa.says("đã tặng quà cho bà con")
	hoa.sees("ngày nào")
	hoa.presses("Hôm nay")
	hoa.sees("16/02/2027", "xã, huyện nào")
	hoa.presses("Xã Ch'ơm")
	hoa.sees("Số liệu")
	hoa.says("ghi")
	hoa.sees("còn thiếu một điều", "Số liệu")
	hoa.says("không có số liệu")
	hoa.sees("Đúng thì bấm Ghi")
	hoa.says("ok")
	hoa.sees("Đã ghi HĐ2")
	if diff := cmp.Diff(quantities(12, 3_000_000), h.sum("W20440")); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
}

// A name that fits several units is asked about, and never guessed; a pair without a decision is pointed at.
func TestChatAmbiguousUnitAndNoPairing(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.says("hom qua kham benh cho 20 ho ngheo xa Tra Don")
	card := hoa.sees("nhiều cách. “xa Tra Don”", "xã, huyện nào")
	if strings.Contains(card.Text, "Ch'ơm") {
		t.Errorf("the only counterpart was taken for an ambiguous name:\n%s", card.Text)
	}
	hoa.presses("Xã Trà Don")
	hoa.sees("Xã Trà Don", "chưa có quyết định phân công")
	hoa.says("bỏ")
	hoa.sees("Đã bỏ, không ghi gì")
	hoa.says("hôm qua tặng 10 suất quà xã Ch'ơm và xã Ga Ri")
	hoa.sees("Tin nêu nhiều đơn vị", "Xã Ga Ri")
}

// A price each is proposed as a total, never taken for it.
func TestChatPriceEachIsProposed(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.says("hôm qua tặng 20 suất quà xã Ch'ơm, mỗi suất 500k")
	if card := hoa.sees("20 suất quà", "Chỉ có giá một suất"); strings.Contains(card.Text, "Kinh phí") {
		t.Errorf("a price each became the amount:\n%s", card.Text)
	}
	hoa.presses("Tổng 10.000.000 đ")
	if card := hoa.sees("10.000.000 đ"); strings.Contains(card.Text, "giá một suất") {
		t.Errorf("the warning stays after it was answered:\n%s", card.Text)
	}
}

// What has not come yet is not logged.
func TestChatPlansAndFutureDates(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.says("ngày mai sẽ tặng 20 suất quà xã Ch'ơm")
	hoa.sees("chưa làm nên tôi chưa ghi")
	hoa.presses("Đã làm rồi, ghi")
	hoa.sees("20 suất quà", "ngày nào")
	hoa.says("ngày 20/2/2027")
	card := hoa.sees("20/02/2027", "Ngày chưa tới")
	if diff := cmp.Diff([]string{"Sửa", "Bỏ"}, labels(card)); diff != "" {
		t.Errorf("a day to come can be logged (-want +got):\n%s", diff)
	}
	hoa.says("ghi")
	hoa.sees("Ngày chưa tới")
	hoa.says("hôm nay")
	hoa.sees("16/02/2027", "Đúng thì bấm Ghi")
}

// A phone number is warned of and not repeated.
func TestChatPersonalDataIsWarnedOf(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.says("hôm nay tặng 5 con heo giống cho 5 hộ nghèo xã Ch'ơm, liên hệ ông A Lăng 0905123456")
	card := hoa.sees("Chỉ cần số lượng, không ghi thông tin cá nhân")
	if strings.Contains(card.Text, "0905") {
		t.Errorf("the card repeats the number:\n%s", card.Text)
	}
}

// Several drafts are open at once: words go to the newest, a reply to the one that it answers.
func TestChatSeveralDrafts(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	hoa := h.hoa()
	hoa.says("hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	hoa.sees("45 hộ nghèo")
	hoa.says("hôm nay tặng 20 suất quà xã Ga Ri")
	hoa.sees("20 suất quà", "Xã Ga Ri")
	hoa.answers("45 hộ nghèo", "54 hộ")
	hoa.sees("54 hộ nghèo", "Xã Ch'ơm")
	hoa.says("ghi")
	hoa.sees("Đã ghi HĐ1", "54 hộ nghèo")
	hoa.says("huỷ")
	hoa.sees("Đã bỏ, không ghi gì")
	hoa.says("huỷ")
	hoa.sees("Không có gì đang chờ")
}

// The recipient's officer logs what was received, and the coordinator what others did.
func TestChatRecipientAndCoordinatorLog(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASCT", "W20437"})
	mai, hoa, lan := h.mai(), h.hoa(), h.lan()
	mai.says("hôm qua khám bệnh cho 30 hộ nghèo ở thôn mình")
	mai.sees("Đơn vị nào", "giúp")
	mai.presses("Sở Y tế")
	mai.sees("Bên giúp: Sở Y tế", "Bên nhận: Xã Ch'ơm")
	mai.presses("Ghi")
	mai.sees("Đã ghi HĐ1", "Đã gửi Sở Y tế")
	hoa.hears("Bling Thị Mai", "Có đúng không")

	lan.says("hôm nay Sở Y tế tặng 12 suất quà xã Ch'ơm")
	lan.sees("12 suất quà")
	lan.presses("Ghi")
	lan.sees("Đã ghi HĐ2", "Ban Dân tộc ghi hộ", "Đã gửi Xã Ch'ơm")
	hoa.hears("Trần Thị Lan", "ghi hộ đơn vị anh/chị")
	mai.hears("Trần Thị Lan", "12 suất quà", "Có đúng không")
	hoa.says("hôm nay Sở Công Thương tặng 9 suất quà xã Ch'ơm")
	hoa.sees("Sở Y tế không phải bên giúp hay bên nhận")
	if n := hoa.live("Ghi"); n != 0 {
		t.Error("an activity between others can be logged")
	}
}

// One support that both sides log is one activity, whether their numbers agree or not.
func TestChatTwinsAreCountedOnce(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	hoa.says("hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	hoa.sees("45 hộ nghèo")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1")
	mai.sends("hôm qua Sở Y tế khám bệnh cho 45 hộ nghèo", photo("kham"))
	mai.sees("HĐ1 do Sở Y tế ghi", "Một việc chỉ tính một lần")
	mai.presses("Đúng, xác nhận HĐ1")
	mai.sees("Đã xác nhận HĐ1", "Kèm 1 tệp, ảnh")
	hoa.hears("Bling Thị Mai", "xác nhận")

	// It is confirmed now; a colleague logs it once more.
	tam := h.joins(110, "Hồ Tâm", "W20437", twinning.RoleLead)
	tam.says("hôm qua Sở Y tế khám bệnh cho 50 hộ nghèo")
	tam.sees("HĐ1", "số khác: 45 hộ nghèo; 12.000.000 đ")
	tam.presses("Đúng, không ghi thêm")
	tam.sees("Không ghi thêm. HĐ1")
	hoa.says("hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
	hoa.sees("HĐ1", "chính việc này")
	hoa.presses("Hoạt động khác")
	hoa.sees("Đúng thì bấm Ghi")
	hoa.presses("Bỏ")
	hoa.sees("Đã bỏ")
	if diff := cmp.Diff(quantities(45, 12_000_000), h.sum("W20437")); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
}

// The counterpart logs other numbers of the same support: they become its claim. Looking again before the press catches
// a twin that came while the card was open.
func TestChatTwinWithOtherNumbers(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASCT", "W20437"})
	mai, lan := h.mai(), h.lan()
	binh := h.joins(110, "Lê Bình", "ASCT", twinning.RoleOfficer)
	binh.says("hôm qua hỗ trợ 3 mô hình chăn nuôi tại xã Ch'ơm, 30 triệu")
	binh.sees("3 mô hình")
	mai.says("hôm qua Sở Công Thương hỗ trợ 2 mô hình chăn nuôi, 30 triệu")
	mai.sees("2 mô hình")
	mai.presses("Ghi")
	mai.sees("Đã ghi HĐ1")
	binh.hears("Có đúng không")
	binh.presses("Ghi")
	binh.sees("HĐ1 do Xã Ch'ơm ghi", "số khác: 2 mô hình; 30.000.000 đ")
	binh.presses("Cùng việc, số của tôi đúng")
	binh.sees("Đã báo số đúng của HĐ1")
	lan.hears("Hai bên báo khác nhau", "3 mô hình")
	mai.hears("sai số", "3 mô hình")
	mai.presses("Sửa theo số bên kia")
	mai.sees("coi như đã xác nhận")
	binh.hears("đã sửa theo số của anh/chị")
	if got := h.sum("W20437")[twinning.Models]; got != 3 {
		t.Errorf("%d models counted, want 3", got)
	}
}

// Who may only read logs and files nothing.
func TestChatObserverLogsNothing(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	quan := h.joins(120, "Cao Quân", "P49", twinning.RoleObserver)
	quan.says("hôm qua Sở Y tế tặng 20 suất quà xã Ch'ơm")
	quan.sees("Anh/chị được xem")
	quan.sends("kế hoạch", pdf("kh"))
	quan.sees("Anh/chị được xem")
	quan.says("/nop")
	quan.sees("Anh/chị được xem")
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		list, err := k.ActivitiesOf("W20437", 2027, ledger.Page{Limit: 1})
		if len(list) > 0 {
			t.Error("an observer's message was logged")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
