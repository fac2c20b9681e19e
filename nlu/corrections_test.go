package nlu_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

// card is what the card shows before each correction.
func card() twinning.Facts {
	return twinning.Facts{
		From: twinning.NewDate(2026, 3, 18), Sponsor: "ASCT", Recipient: "W20437", Place: "thôn Pà Tôi",
		Category:   twinning.CategoryWelfare,
		Quantities: twinning.Quantities{twinning.Households: 45, twinning.Amount: 12_500_000},
		InKind:     []string{"12 con bò"},
	}
}

func TestCorrect(t *testing.T) {
	t.Parallel()
	r := reader(t)
	ref := twinning.NewDate(2026, 3, 18)
	quantity := func(m twinning.Measure, v int64) func(*twinning.Facts) {
		return func(f *twinning.Facts) {
			f.Quantities[m] = v
			if v == 0 {
				delete(f.Quantities, m)
			}
		}
	}
	march := func(d int) func(*twinning.Facts) {
		return func(f *twinning.Facts) { f.From = twinning.NewDate(2026, 3, d) }
	}
	for _, tc := range []struct {
		text   string
		asking twinning.Field
		want   func(*twinning.Facts)
	}{
		{"54 hộ chứ không phải 45", "", quantity(twinning.Households, 54)},
		{"54 chứ không phải 45", "", quantity(twinning.Households, 54)},
		{"không phải 45 hộ mà là 54 hộ", "", quantity(twinning.Households, 54)},
		{"không phải 45 mà 54", "", quantity(twinning.Households, 54)},
		{"sai rồi, 54 hộ", "", quantity(twinning.Households, 54)},
		{"sai roi 54 ho", "", quantity(twinning.Households, 54)},
		{"54 hộ", "", quantity(twinning.Households, 54)},
		{"54", "", quantity(twinning.Households, 54)},
		{"số hộ là 54", "", quantity(twinning.Households, 54)},
		{"số hộ: 54", "", quantity(twinning.Households, 54)},
		{"từ 45 hộ lên 54 hộ", "", quantity(twinning.Households, 54)},
		{"45 thành 54", "", quantity(twinning.Households, 54)},
		{"thêm 5 hộ", "", quantity(twinning.Households, 50)},
		{"bớt 5 hộ", "", quantity(twinning.Households, 40)},
		{"2 triệu rưỡi", "", quantity(twinning.Amount, 2_500_000)},
		{"kinh phí 13tr5 chứ không phải 12tr5", "", quantity(twinning.Amount, 13_500_000)},
		{"het 15tr", "", quantity(twinning.Amount, 15_000_000)},
		{"thêm 2 triệu", "", quantity(twinning.Amount, 14_500_000)},
		{"thêm 2 mô hình", "", quantity(twinning.Models, 2)},
		{"them 2 mo hinh", "", quantity(twinning.Models, 2)},
		{"bỏ kinh phí", "", quantity(twinning.Amount, 0)},
		{"bo kinh phi", "", quantity(twinning.Amount, 0)},
		{"xóa số hộ", "", quantity(twinning.Households, 0)},
		{"20 suất quà nữa nhé", "", quantity(twinning.Gifts, 20)},
		{"12 hộ cận nghèo", "", quantity(twinning.NearPoor, 12)},
		{"hôm qua", "", march(17)},
		{"hom qua", "", march(17)},
		{"đổi sang hôm kia", "", march(16)},
		{"ngày 12/3 chứ không phải 18/3", "", march(12)},
		{"12/3", "date", march(12)},
		{"12", "date", march(12)},
		{"thứ hai tuần trước", "date", march(9)},
		{"4", "category", func(f *twinning.Facts) { f.Category = 4 }},
		{"loại 1", "", func(f *twinning.Facts) { f.Category = 1 }},
		{"kinh tế", "category", func(f *twinning.Facts) { f.Category = 1 }},
		{"an sinh", "category", func(f *twinning.Facts) { f.Category = 4 }},
		{"tuyên truyền", "category", func(f *twinning.Facts) { f.Category = 3 }},
		{"tuyên truyền chứ không phải an sinh", "", func(f *twinning.Facts) { f.Category = 3 }},
		{"không có kinh phí", "", quantity(twinning.Amount, 0)},
		{"không phải xã Ch'ơm, xã Ga Ri", "", func(f *twinning.Facts) { f.Recipient = "W20440" }},
		{"chinh tri", "category", func(f *twinning.Facts) { f.Category = 2 }},
		{"xã A Xan", "recipient", func(f *twinning.Facts) { f.Recipient = "W20443" }},
		{"chom", "recipient", func(*twinning.Facts) {}},
		{"Lăng", "recipient", func(f *twinning.Facts) { f.Recipient = "W20449" }},
		{"tay giang", "recipient", func(f *twinning.Facts) { f.Recipient = "D504" }},
		{"là Sở Y tế chứ không phải Sở Công Thương", "", func(f *twinning.Facts) { f.Sponsor = "ASYT" }},
		{"la so y te chu khong phai so cong thuong", "", func(f *twinning.Facts) { f.Sponsor = "ASYT" }},
		{"xã Ga Ri chứ không phải xã Ch'ơm", "", func(f *twinning.Facts) { f.Recipient = "W20440" }},
		{"SYT", "sponsor", func(f *twinning.Facts) { f.Sponsor = "ASYT" }},
		{"45", "quantity", quantity(twinning.Households, 45)},
		{"30 triệu", "quantity", quantity(twinning.Amount, 30_000_000)},
		{"60 hộ và 20 triệu", "quantity", func(f *twinning.Facts) {
			f.Quantities = twinning.Quantities{twinning.Households: 60, twinning.Amount: 20_000_000}
		}},
		{"thôn A Xoo", "", func(f *twinning.Facts) { f.Place = "thôn A Xoo" }},
		{"thôn 3 chứ không phải thôn Pà Tôi", "", func(f *twinning.Facts) { f.Place = "thôn 3" }},
		{"15 con bò", "", func(f *twinning.Facts) { f.InKind = []string{"15 con bò"} }},
		{"nguồn xã hội hóa", "", func(f *twinning.Facts) { f.Source = twinning.SourceMobilised }},
	} {
		t.Run(tc.text, func(t *testing.T) {
			t.Parallel()
			want := card()
			tc.want(&want)
			got, ok := r.Correct(tc.text, ref, card(), tc.asking)
			if !ok {
				t.Fatalf("not understood: %+v", got)
			}
			if diff := cmp.Diff(want, got.Facts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCorrectSaysNo(t *testing.T) {
	t.Parallel()
	r := reader(t)
	for _, text := range []string{"ok", "cảm ơn", "dạ em rõ rồi ạ", "đúng rồi", "xã nào chưa nộp kế hoạch?", "?"} {
		if got, ok := r.Correct(text, twinning.NewDate(2026, 3, 18), card(), ""); ok {
			t.Errorf("%q = %+v", text, got)
		}
	}
}
