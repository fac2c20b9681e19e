package nlu_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"ketnghia/nlu"
	"ketnghia/twinning"
)

// long is a message of about 200 characters, as the benchmark and the fuzz seeds use it.
const long = "Hôm qua 17/3 Sở Y tế phối hợp UBND xã Ch'ơm, huyện Tây Giang khám bệnh, cấp phát thuốc cho 45 hộ nghèo " +
	"và 12 hộ cận nghèo thôn Pà Tôi, tặng 57 suất quà, mỗi suất 500k, tổng kinh phí hết 28 triệu rưỡi ạ"

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		long, "", "12tr5", "mùng 3 Tết", "'''", "đ", "12.3.", "một một một", "\xff\xfe", "xã xã xã", "0905 123 456",
		"từ 9 đến 11/3", "mỗi suất / suất", "999999999999999 tỷ tỷ", "năm nghìn tỷ rưỡi", "tháng tháng 13", "ngày 31/2",
	} {
		f.Add(seed)
	}
	r := reader(f)
	ref := twinning.NewDate(2027, 2, 26)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 16384 {
			return
		}
		got := r.Read(text, ref)
		for _, m := range got.Units {
			if m.Start < 0 || m.End <= m.Start {
				t.Fatalf("mention %+v", m)
			}
		}
		for measure, v := range got.Facts.Quantities {
			if v <= 0 {
				t.Fatalf("%s = %d", measure, v)
			}
		}
		if utf8.ValidString(text) && !utf8.ValidString(got.Facts.Summary) {
			t.Fatal("summary is no UTF-8")
		}
		r.Question(text, ref)
		r.Nearest(text, ref)
		if c, _ := r.Correct(text, ref, got.Facts, twinning.FieldQuantity); c.Facts.From < 0 {
			t.Fatalf("date %v", c.Facts.From)
		}
		r.Units(text)
		r.Number(text)
	})
}

// BenchmarkLong reads texts of 4,096 and 16,384 characters of what could make a reader look again and again: the time
// per character must not grow with the length.
func BenchmarkLong(b *testing.B) {
	r := reader(b)
	ref := twinning.NewDate(2027, 2, 26)
	for _, word := range []string{
		"a", "1.", "một ", "xã ", "xa tra ", "ngày ", "12/3 ", "triệu ", "mỗi suất ", "(", "thôn A ", "từ 1 đến ", "hộ ", "5 hộ, ",
		"trong đó ", "Sở Y tế ", "không phải ", "sở lao động ", "500k ", "hai ", "5 suất 500k ", "trà my ",
		"chưa thiếu ", "giúp ai ", "đổi 5 thành ", "quà và bỏ ", "là lộn ", "bỏ quà ", "là 5 ", "thêm 5 hộ ", "xem Sở Y tế ", "bao nhiêu ", "tháng 1 đến ",
		"5 cu ", "mô hình ", "thành lập tổ hợp tác ", "hộ ông A B ", "xã A, Lăng, ", "21, 22, 23/9 ", "không tặng quà ", "báo cáo (",
		"hướng dẫn ", "vận động hoãn ", "cho trường ", "ai nào thì ", "15/3 và ", "gồm 5 triệu ", "hộ nghèo Hồ ",
	} {
		for _, size := range []int{4096, 16384} {
			text := strings.Repeat(word, 1+size/len([]rune(word)))
			b.Run(strings.TrimSpace(word)+"/"+strconv.Itoa(size), func(b *testing.B) {
				for b.Loop() {
					r.Read(text, ref)
					r.Question(text, ref)
					r.Correct(text, ref, twinning.Facts{}, "")
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size), "ns/char")
			})
		}
	}
}

func BenchmarkRead(b *testing.B) {
	r := reader(b)
	ref := twinning.NewDate(2026, 3, 18)
	b.ReportAllocs()
	var got nlu.Reading
	for b.Loop() {
		got = r.Read(long, ref)
	}
	if got.Facts.Quantities[twinning.Households] != 45 {
		b.Fatal(got)
	}
}

func BenchmarkNew(b *testing.B) {
	units, years := roster(b), lunar(b)
	for b.Loop() {
		if _, err := nlu.New(units, years); err != nil {
			b.Fatal(err)
		}
	}
}
