package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

// A card is corrected in plain words, with and without replying to it; the older cards lose their buttons.
func TestChatCorrectionsInPlainWords(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.says("hôm nay khám bệnh cho 45 hộ nghèo thôn Pà Tôi xã Ch'ơm, hết 12tr5")
	hoa.sees("16/02/2027", "45 hộ nghèo", "12.500.000 đ")
	for _, step := range []struct {
		words string
		want  []string
	}{
		{"54 hộ chứ không phải 45", []string{"54 hộ nghèo"}},
		{"hôm qua", []string{"15/02/2027", "54 hộ nghèo"}},
		{"2 triệu rưỡi", []string{"2.500.000 đ"}},
		{"thêm 2 mô hình", []string{"54 hộ nghèo; 2 mô hình"}},
	} {
		hoa.answers("Tôi hiểu như sau", step.words)
		hoa.sees(step.want...)
		h.quiet()
	}
	hoa.says("bỏ kinh phí")
	if card := hoa.sees("54 hộ nghèo; 2 mô hình"); strings.Contains(card.Text, "Kinh phí") {
		t.Errorf("the amount stays:\n%s", card.Text)
	}
	hoa.answers("Tôi hiểu như sau", "là Sở Công Thương chứ không phải Sở Y tế")
	hoa.sees("Bên giúp: Sở Công Thương", "Sở Y tế không phải bên giúp hay bên nhận")
	hoa.says("Sở Y tế")
	hoa.sees("Bên giúp: Sở Y tế")
	if n := hoa.live("Ghi"); n != 1 {
		t.Errorf("%d cards can be logged, want the newest only", n)
	}
	hoa.answers("Tôi hiểu như sau", "chà chà")
	hoa.sees("chưa hiểu câu này nên thẻ vẫn như cũ", "54 hộ nghèo")
	hoa.presses("Sửa")
	hoa.sees("Sai chỗ nào, hãy viết lại")
	hoa.says("60 hộ")
	hoa.sees("60 hộ nghèo")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1")
	if n := hoa.live("Ghi"); n != 0 {
		t.Errorf("%d old cards can still be logged", n)
	}
}

// A card that was replaced can't do what it no longer shows.
func TestChatOldCardsAreHarmless(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.says("hôm nay khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	old := hoa.sees("45 hộ nghèo")
	press := old.Buttons[0][0].Data
	hoa.says("54 hộ")
	hoa.sees("54 hộ nghèo")
	h.quiet()
	hoa.pushes(old, press)
	hoa.sees("Tôi hiểu như sau", "54 hộ nghèo")
	h.quiet()
	if q := h.sum("W20437"); len(q) != 0 {
		t.Errorf("a replaced card was logged: %v", q)
	}
	hoa.says("ghi")
	hoa.sees("Đã ghi HĐ1")
	hoa.pushes(old, press)
	h.quiet()
	if diff := cmp.Diff(twinning.Quantities{twinning.Activities: 1, twinning.Households: 54}, h.sum("W20437")); diff != "" {
		t.Errorf("totals after the old card was pressed again (-want +got):\n%s", diff)
	}
}

// An edited message brings its card up to date; once logged it offers a new version.
func TestChatEditedMessage(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	m := hoa.says("hôm nay khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	hoa.sees("45 hộ nghèo")
	before := hoa.count()
	hoa.edits(m, "hôm nay khám bệnh cho 54 hộ nghèo xã Ch'ơm")
	hoa.sees("54 hộ nghèo")
	if n := hoa.count(); n != before {
		t.Errorf("an edit brought %d new messages, want the card changed in place", n-before)
	}
	hoa.edits(m, "mấy giờ rồi")
	hoa.sees("không còn là một hoạt động nên thẻ vẫn như cũ", "54 hộ nghèo")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1")
	hoa.edits(m, "hôm nay khám bệnh cho 60 hộ nghèo xã Ch'ơm")
	hoa.sees("Sửa HĐ1", "60 hộ nghèo")
	if got := h.sum("W20437")[twinning.Households]; got != 54 {
		t.Errorf("%d households counted before the change was saved, want 54", got)
	}
	hoa.presses("Bỏ")
	hoa.sees("HĐ1 vẫn như cũ")
	hoa.edits(m, "hôm nay khám bệnh cho 61 hộ nghèo xã Ch'ơm")
	hoa.sees("Sửa HĐ1", "61 hộ nghèo")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1")
	mai.hears("đã sửa hoạt động này", "61 hộ nghèo")
	hoa.edits(m, "thôi nhé")
	hoa.sees("HĐ1 vẫn giữ nguyên")
	// A message that was none becomes an activity.
	n := hoa.says("chà")
	hoa.sees("chưa hiểu tin này")
	hoa.edits(n, "hôm qua tặng 20 suất quà xã Ch'ơm")
	hoa.sees("chưa ghi", "20 suất quà")
}

// What one logged oneself is undone step by step.
func TestChatUndoChain(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	hoa.says("hoàn tác")
	hoa.sees("không có gì để hoàn tác")
	hoa.says("hôm nay khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	hoa.sees("45 hộ nghèo")
	hoa.says("ghi")
	hoa.sees("Đã ghi HĐ1")
	h.quiet()
	hoa.answers("Đã ghi HĐ1", "50 hộ")
	hoa.sees("Sửa HĐ1", "50 hộ nghèo")
	hoa.says("ghi")
	hoa.sees("Đã ghi HĐ1", "50 hộ nghèo")
	hoa.says("55 hộ chứ không phải 50")
	hoa.sees("Sửa HĐ1", "55 hộ nghèo")
	hoa.says("ghi")
	hoa.sees("Đã ghi HĐ1", "55 hộ nghèo")
	for _, want := range []string{"50 hộ nghèo", "45 hộ nghèo"} {
		hoa.says("hoàn tác")
		hoa.sees("Đã hoàn tác lần sửa của HĐ1", want)
		mai.hears("đã hoàn tác lần sửa cuối", want)
	}
	hoa.says("/hoantac")
	hoa.sees("HĐ1 không còn tính vào tổng")
	mai.hears("đã huỷ hoạt động này")
	h.quiet()
	if n := mai.live("Xác nhận"); n != 0 {
		t.Errorf("%d cards of an activity that is void can be confirmed", n)
	}
	hoa.says("hoàn tác")
	hoa.sees("không có gì để hoàn tác")
}
