package main

import (
	"path/filepath"
	"testing"

	"ketnghia/twinning"
)

// A commune is merged by an import beside the bot that runs: its people are told and go on in the new one, whose name the
// bot knows at once, with what was done, filed and is still to be confirmed before; the rows stay those of the old one.
func TestChatMerge(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	mai, hoa := h.mai(), h.hoa()
	hoa.says("Hôm qua Sở Y tế tặng quà 12 hộ nghèo xã Ch'ơm, 3 triệu đồng")
	hoa.sees("Xã Ch'ơm", "12 hộ nghèo")
	hoa.says("ghi")
	hoa.sees("Đã ghi HĐ1")
	mai.says("/nop")
	mai.sees("Nộp văn bản nào")
	mai.says("1")
	mai.sees("Hãy gửi ảnh hoặc tệp")
	mai.sends("", pdf("nhucau"))
	mai.sees("Đã nộp · VB1")

	data, in := filepath.Dir(h.books.store.Path()), t.TempDir()
	put(t, filepath.Join(in, "units.csv"), "key,name,role,parent,since,state,successor,changed\n"+
		"N20443,Xã Hùng Sơn,xã nhận,D504,15/02/2027,,,\nW20437,,,D504,,sáp nhập,Xã Hùng Sơn,15/02/2027\n")
	put(t, filepath.Join(in, "pairings.csv"), "sponsor,recipient,decision,from\nASYT,Xã Hùng Sơn,09/QĐ-UBND,15/02/2027\n")
	awaitSocket(t, data)
	h.quiet()
	if out, errs, status := command(t, h.clock.Now, "import", in, "--data", data); status != exitOK {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	mai.sees("Từ 15/02/2027, Xã Ch'ơm sáp nhập vào Xã Hùng Sơn", "ghi và nộp cho Xã Hùng Sơn")

	mai.says("/choxacnhan")
	mai.sees("HĐ1", "Sở Y tế")
	mai.says("tình hình")
	mai.sees("Xã Hùng Sơn", "12 hộ nghèo")
	mai.says("/vanban")
	mai.sees("VB1")
	mai.says("Sáng nay Sở Y tế khám bệnh cho 30 người ở xã em")
	mai.sees("Xã Hùng Sơn", "30 người")
	mai.says("ghi")
	mai.sees("Đã ghi HĐ2")
	hoa.says("Hôm nay tặng 5 suất quà cho xã Ch'ơm cũ")
	hoa.sees("Xã Hùng Sơn", "5 suất quà")
	for unit, want := range map[twinning.UnitKey]int64{"W20437": 12, "N20443": 0} {
		if got := h.sum(unit)[twinning.Households]; got != want {
			t.Errorf("%s: %d households, want %d", unit, got, want)
		}
	}
}
