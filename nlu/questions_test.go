package nlu_test

import (
	"fmt"
	"slices"
	"testing"

	"ketnghia/nlu"
	"ketnghia/twinning"
)

// asked is a line of questions.jsonl; absent parts are not stated.
type asked struct {
	Text     string
	Ref      twinning.Date
	Bare     bool
	Ask      nlu.Ask
	Rule     string
	Measure  twinning.Measure
	Units    []twinning.UnitKey
	Role     twinning.UnitRole
	Category twinning.Category
	Kind     twinning.Kind
	Year     int
	From, To twinning.Date
	Order    nlu.Order
	Limit    int
	// Skip names the parts that nobody judged.
	Skip []string
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	r := reader(t)
	table := score{}
	for _, row := range rows[asked](t, "questions.jsonl") {
		got, ok := r.Question(row.Text, row.Ref)
		check := func(field, want, have string) {
			if slices.Contains(row.Skip, field) {
				return
			}
			ok := table.of(field, row.Bare).add(want, have)
			misses(t, ok, "%s: %q: want %q, got %q", field, row.Text, want, have)
		}
		ask := string(got.Ask)
		if !ok {
			ask = ""
		}
		check("ask", string(row.Ask), ask)
		check("intent", string(nlu.IntentQuestion), string(r.Read(row.Text, row.Ref).Intent))
		if !ok {
			continue
		}
		role := ""
		if len(got.Roles) > 0 {
			role = string(got.Roles[0])
		}
		check("rule", row.Rule, got.Rule)
		check("measure", string(row.Measure), string(got.Measure))
		check("units", keys(row.Units), keys(got.Units))
		check("role", string(row.Role), role)
		check("category", nonZero(row.Category), nonZero(got.Category))
		check("kind", string(row.Kind), string(got.Kind))
		check("period", period(row.Year, row.From, row.To), period(got.Year, got.From, got.To))
		check("order", string(row.Order), string(got.Order))
		check("limit", number(int64(row.Limit)), number(int64(got.Limit)))
	}
	table.print(t, [2]float64{97, 1}, [2]float64{93, 2})
}

func TestStatementsAskNothing(t *testing.T) {
	t.Parallel()
	r := reader(t)
	for _, text := range []string{
		"Báo cáo nhanh: hôm qua Sở Y tế trao 20 suất quà cho xã Lăng, kinh phí 10 triệu",
		"Dạ báo cáo chị, sáng nay đoàn Hội An thăm 5 hộ nghèo xã A Tiêng, mỗi hộ 500k",
		"Số hộ được giúp: 12, kinh phí 24 triệu, xã Dang, ngày 5/3",
		"Những ngày qua Sở Tư pháp tuyên truyền pháp luật cho 80 bà con xã Ga Ri",
		"Xin thông tin tới anh chị: hôm nay tặng 30 suất quà tại xã Trà Linh",
		"Cập nhật: Tam Kỳ vừa trao 2 con bò cho 2 hộ nghèo xã Trà Vân hôm 7/3",
		"Tổng hợp: 45 hộ, 12 triệu, khám bệnh xã Lăng ngày 6/3",
		"các sở đã ký kết xong với xã rồi nhé mọi người",
		"xã em nộp báo cáo rồi ạ",
		"xã em chưa nộp được báo cáo vì mất mạng",
		"Sở đã gửi kế hoạch năm 2027 qua hộp thư",
		"mai họp giao ban ai cũng phải có mặt",
		"đang kẹt đường chưa lên xã được",
		"Đề nghị các xã chưa nộp báo cáo khẩn trương gửi",
		"Nhắc các đơn vị còn thiếu báo cáo nộp trước 28/2",
		"Hôm qua đoàn làm việc với xã nào đó quên tên rồi",
		"Sở Y tế giúp xã Lăng 10 con bò hôm 5/3",
		"Nhân rộng 2 mô hình nuôi heo tại xã Dang, đã bàn giao hôm kia",
		"xã Lăng được Sở Y tế hỗ trợ 50 triệu làm đường tuần trước",
		"thông tin là chiều nay không họp nữa",
		"bên em chưa ký được chương trình do xã bận",
		"báo cáo của xã bị trễ vì lũ",
		"huyện em còn thiếu 2 mô hình nữa",
		"xã đã đạt chỉ tiêu hộ nghèo rồi ạ",
		"em nộp kế hoạch trễ, mong anh chị thông cảm",
		"hôm nay hạn cuối nộp báo cáo, mọi người nhớ nhé",
	} {
		if got := r.Read(text, twinning.NewDate(2027, 3, 9)); got.Intent == nlu.IntentQuestion {
			t.Errorf("%q is no question", text)
		}
	}
}

// keys returns the units in one spelling, "" for none.
func keys(units []twinning.UnitKey) string {
	if len(units) == 0 {
		return ""
	}
	return fmt.Sprint(sorted(units))
}

// period returns the time asked for, "" for any.
func period(year int, from, to twinning.Date) string {
	if year == 0 && from.IsZero() && to.IsZero() {
		return ""
	}
	return fmt.Sprint(year, from, to)
}

func TestNearest(t *testing.T) {
	t.Parallel()
	r := reader(t)
	for _, tc := range []struct {
		text string
		// first is what the first button asks, with the part that the text names.
		first nlu.Question
	}{
		{"Tây Giang kế hoạch ấy", nlu.Question{Ask: nlu.AskMissing, Rule: nlu.RuleNeeds}},
		{"hộ nghèo", nlu.Question{Ask: nlu.AskTotal, Measure: twinning.Households}},
		{"vụ ký kết bên Phước Sơn á", nlu.Question{Ask: nlu.AskMissing, Rule: nlu.RuleProgramme}},
		{"mo hinh Nam Giang", nlu.Question{Ask: nlu.AskTotal, Measure: twinning.Models}},
		{"hôm bữa Sở Y tế nói chi á", nlu.Question{Ask: nlu.AskStatus}},
		{"abc xyz", nlu.Question{Ask: nlu.AskStatus}},
		{"", nlu.Question{Ask: nlu.AskStatus}},
	} {
		near := r.Nearest(tc.text, twinning.NewDate(2026, 3, 18))
		if len(near) == 0 || len(near) > 3 {
			t.Fatalf("%q: %d readings", tc.text, len(near))
		}
		if got := near[0]; got.Ask != tc.first.Ask || got.Rule != tc.first.Rule || got.Measure != tc.first.Measure {
			t.Errorf("%q: first %+v", tc.text, got)
		}
		seen := map[string]bool{}
		for _, q := range near {
			key := fmt.Sprint(q.Ask, q.Rule, q.Measure)
			if seen[key] {
				t.Errorf("%q: twice %s", tc.text, key)
			}
			seen[key] = true
		}
	}
}
