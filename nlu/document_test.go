package nlu

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

func TestDocument(t *testing.T) {
	t.Parallel()
	r := newDocumentReader(t)
	ref := twinning.NewDate(2027, 2, 24)
	day := twinning.NewDate
	tests := []struct {
		text string
		want Document
	}{
		{"15/KH-UBND ngày 20/02", Document{Number: "15/KH-UBND", Dated: day(2027, 2, 20)}},
		{"Số: 15/KH-UBND", Document{Number: "15/KH-UBND"}},
		{"số 15/kh-ubnd ngay 20/2/2027", Document{Number: "15/KH-UBND", Dated: day(2027, 2, 20)}},
		{"15-KH-UBND_20.02.2027", Document{Number: "15/KH-UBND", Dated: day(2027, 2, 20)}},
		{"15_KH_UBND_20_02_2027", Document{Number: "15/KH-UBND", Dated: day(2027, 2, 20)}},
		{"KH-15-UBND 20022027", Document{Number: "15/KH-UBND", Dated: day(2027, 2, 20)}},
		{"QĐ 34/QĐ-UBND 5.1.2027", Document{Number: "34/QĐ-UBND", Dated: day(2027, 1, 5)}},
		{"34/qd-ubnd, 5-1-27", Document{Number: "34/QĐ-UBND", Dated: day(2027, 1, 5)}},
		{"Kế hoạch số 12/2026/KH-UBND ngày 30 tháng 12 năm 2026", Document{Number: "12/2026/KH-UBND", Dated: day(2026, 12, 30)}},
		{"23-CT/TU ngày 22/10/2026", Document{Number: "23-CT/TU", Dated: day(2026, 10, 22)}},
		{"23-CT-TU", Document{Number: "23-CT/TU"}},
		{"184/TTr-BDT", Document{Number: "184/TTr-BDT"}},
		{"45/UBND-VX ngày 2027-02-01", Document{Number: "45/UBND-VX", Dated: day(2027, 2, 1)}},
		{"20270220 bao cao", Document{Dated: day(2027, 2, 20)}},
		{"báo cáo số 7 ngày 3/1", Document{Number: "7", Dated: day(2027, 1, 3)}},
		{"15/KH-UBND ký hôm qua", Document{Number: "15/KH-UBND", Dated: day(2027, 2, 23)}},
		{"15/KH-UBND ngày 20/12", Document{Number: "15/KH-UBND", Dated: day(2026, 12, 20)}},
		{"15/KH-UBND ngày 25/02", Document{Number: "15/KH-UBND", Fault: DateFuture, Written: "25/02"}},
		{"15/KH-UBND ngày 1/1/2030", Document{Number: "15/KH-UBND", Fault: DateFuture, Written: "1/1/2030"}},
		{"15/KH-UBND ngày 30/02/2027", Document{Number: "15/KH-UBND", Fault: DateImpossible, Written: "30/02/2027"}},
		{"15/KH-UBND ngày 29.02.2027", Document{Number: "15/KH-UBND", Fault: DateImpossible, Written: "29.02.2027"}},
		{"Kế hoạch 15/KH-UBND thực hiện Quyết định số 1100/QĐ-UBND ngày 16/4/2020", Document{Number: "15/KH-UBND"}},
		{"15/KH-UBND ngày 20/02/2027 theo QĐ 1100/QĐ-UBND ngày 16/4/2020", Document{Number: "15/KH-UBND", Dated: day(2027, 2, 20)}},
		{"Số: 05 /BC-UBND, ngày 03 tháng 01 năm 2027", Document{Number: "05/BC-UBND", Dated: day(2027, 1, 3)}},
		{"CV 123/UBND-VX", Document{Number: "123/UBND-VX"}},
		{"BC so 05-BC-UBND 3-1-2027", Document{Number: "05/BC-UBND", Dated: day(2027, 1, 3)}},
		{"trang 1/3", Document{}},
		{"bản 2 ngày 20/02/2027", Document{Dated: day(2027, 2, 20)}},
		{"ke hoach de xuat nhu cau 2027", Document{}},
		{"giúp 45 hộ nghèo, 2 mô hình/xã, 200 triệu/năm", Document{}},
		{"2/xã", Document{}},
		{"trang 1", Document{}},
		{"", Document{}},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			got := r.Document(test.text, ref)
			got.Rest = ""
			if got.Fault == "" {
				got.Written = ""
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDocumentAnswer(t *testing.T) {
	t.Parallel()
	r := newDocumentReader(t)
	ref := twinning.NewDate(2027, 2, 24)
	for text, want := range map[string]Document{
		"15":         {Number: "15"},
		"20/02":      {Dated: twinning.NewDate(2027, 2, 20)},
		"20-2":       {Dated: twinning.NewDate(2027, 2, 20)},
		"15/KH-UBND": {Number: "15/KH-UBND"},
		"31/02":      {Fault: DateImpossible},
		"1234567":    {},
		"chưa có":    {},
	} {
		got := r.DocumentAnswer(text, ref)
		got.Written, got.Rest = "", ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// What remains is what names the document.
func TestDocumentRest(t *testing.T) {
	t.Parallel()
	r := newDocumentReader(t)
	for text, want := range map[string]string{
		"KH nhu cầu 2027 xã Ch'ơm 15/KH-UBND ngày 20/02/2027": "kh nhu cau 2027 xa chom",
		"15-KH-UBND_20.02.2027":     "kh",
		"Quy-che_hoat_dong (ban 2)": "quy che hoat dong ban 2",
	} {
		if got := r.Document(text, twinning.NewDate(2027, 2, 24)).Rest; got != want {
			t.Errorf("%q leaves %q, want %q", text, got, want)
		}
	}
}

func FuzzDocument(f *testing.F) {
	for _, seed := range []string{"15/KH-UBND ngày 20/02", "15-KH-UBND_20.02.2027", "ngày 31/02", "Ð/\u0300", "99999/", "ký hôm qua"} {
		f.Add(seed)
	}
	r := newDocumentReader(f)
	ref := twinning.NewDate(2027, 2, 24)
	f.Fuzz(func(t *testing.T, text string) {
		got := r.Document(text, ref)
		if got.Dated > ref || got.Fault != "" && !got.Dated.IsZero() {
			t.Errorf("%q is dated %v (%s)", text, got.Dated, got.Fault)
		}
	})
}

func newDocumentReader(t testing.TB) *Reader {
	t.Helper()
	r, err := New(nil, twinning.LunarTable{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
