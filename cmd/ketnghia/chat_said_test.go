package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What people say in passing changes neither the books nor the card that is open, and whoever takes something back means
// what came last: the card while it is open, then what was logged.
func TestChatSaidInPassing(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.says("Hôm nay Sở Y tế khám bệnh cho 45 người xã Ch'ơm, hết 12 triệu")
	hoa.sees("45 người")
	hoa.says("ghi")
	hoa.sees("Đã ghi HĐ1")
	hoa.says("Kính đề nghị điều chỉnh số liệu buổi khám bệnh: 54 người chứ không phải 45 người")
	hoa.sees("Sửa HĐ1", "54 người", "12.000.000 đ")
	hoa.says("Theo Báo Quảng Nam, Chính phủ vừa xuất cấp 1.200 tấn gạo, các đồng chí đọc để biết")
	hoa.sees("chưa hiểu tin này")
	if m := hoa.newest("Sửa HĐ1"); holdsAll(m.Text, []string{"gạo"}) {
		t.Errorf("news went into the card: %s", m.Text)
	}
	hoa.says("Ủa gửi lộn nhóm, lệnh vừa rồi coi như chưa có nha bot, quay lại như cũ")
	hoa.sees("Đã bỏ")
	if diff := cmp.Diff(int64(12_000_000), h.sum("W20437")["amount_vnd"]); diff != "" {
		t.Errorf("the activity that was logged (-want +got):\n%s", diff)
	}
	hoa.says("rút lại bản ghi vừa rồi giúp em")
	hoa.sees("Đã hoàn tác: HĐ1")
	hoa.says("Ký kết chương trình kết nghĩa năm 2027 giữa Sở Y tế với xã Ch'ơm xong rồi nha, sáng nay")
	hoa.sees("chưa hiểu tin này", "gửi ảnh hoặc tệp vào đây để nộp")
}
