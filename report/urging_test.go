package report

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

func urged(items ...UrgingItem) UrgingLetter {
	return UrgingLetter{
		Superior: "UBND tỉnh Quảng Nam", Issuer: "Ban Dân tộc", Code: "BDT", Place: "Quảng Nam",
		Addressee: "UBND xã Ch'ơm, huyện Tây Giang", AsOf: twinning.NewDate(2027, 3, 9),
		Decision: "1100/QĐ-UBND ngày 16/4/2020",
		DecisionTitle: "Kế hoạch thực hiện công tác kết nghĩa, giúp đỡ các huyện, xã vùng đồng bào dân tộc thiểu số và " +
			"miền núi còn khó khăn, xã biên giới đất liền tỉnh Quảng Nam giai đoạn 2020-2025",
		Items: items, Linked: 2, NewDue: twinning.NewDate(2027, 3, 20),
		Copies: []string{"UBND tỉnh (báo cáo)", "UBND huyện Tây Giang"}, Signer: []string{"Trưởng ban"},
	}
}

func needs() UrgingItem {
	return UrgingItem{
		Title: "Kế hoạch / báo cáo đề xuất nhu cầu năm 2027", Cite: "mục III.2.2.c của Kế hoạch",
		Due: twinning.NewDate(2027, 2, 27), LateAfter: twinning.NewDate(2027, 3, 1), DaysLate: 10,
		Reminders: []UrgingReminder{
			{Day: twinning.NewDate(2027, 2, 19), People: 2},
			{Day: twinning.NewDate(2027, 2, 27), People: 2},
			{Day: twinning.NewDate(2027, 3, 2)},
		},
	}
}

// several are documents with counterparts behind the plan of needs; every other one had a reminder.
func several(n int) []UrgingItem {
	items := []UrgingItem{needs()}
	for i := 1; i < n; i++ {
		item := UrgingItem{
			Title: fmt.Sprintf("Chương trình / kế hoạch ký kết năm 2027 với Sở Nông nghiệp và Phát triển nông thôn (%d)", i),
			Cite:  "mục III.2.1.c và Điều 2.1 của Quyết định",
			Due:   twinning.NewDate(2027, 3, 8), LateAfter: twinning.NewDate(2027, 3, 8), DaysLate: 1,
		}
		if i%2 == 1 {
			item.Reminders = []UrgingReminder{{Day: twinning.NewDate(2027, 2, 22), People: 1}}
		}
		items = append(items, item)
	}
	return items
}

// unreached is the letter to a unit of which nobody is linked.
func unreached(items ...UrgingItem) UrgingLetter {
	l := urged(items...)
	l.Linked = 0
	for i := range l.Items {
		l.Items[i].Reminders = nil
	}
	return l
}

func letter(t *testing.T, l UrgingLetter) (body *node, file []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := Urging(&b, l); err != nil {
		t.Fatal(err)
	}
	return readXML(t, unzipped(t, b.Bytes())["word/document.xml"]).child[0], b.Bytes()
}

// lines are the paragraphs of a letter as they are read, from top to bottom, without empty ones.
func lines(body *node) []string {
	var all []string
	for _, p := range body.all("w:p") {
		if text := p.shows(); text != "" {
			all = append(all, text)
		}
	}
	return all
}

func TestUrgingGolden(t *testing.T) {
	t.Parallel()
	demo := unreached(several(3)...)
	demo.Demo, demo.Signer, demo.NewDue = true, []string{"KT. Trưởng ban", "Phó Trưởng ban"}, 0
	for name, l := range map[string]UrgingLetter{
		"one": urged(needs()), "three": urged(several(3)...), "twelve": urged(several(12)...), "demo": demo,
		"gaps": {AsOf: twinning.NewDate(2027, 12, 31), Items: []UrgingItem{{Due: twinning.NewDate(2027, 12, 15)}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, file := letter(t, l)
			keep(t, "urging-"+name+".docx", file)
			checkGolden(t, "urging-"+name+".golden", strings.Join(lines(body), "\n")+"\n")
			if _, again := letter(t, l); !bytes.Equal(file, again) {
				t.Error("the same letter is other bytes")
			}
			if name == "three" {
				part := string(unzipped(t, file)["word/document.xml"])
				checkGolden(t, "urging-three.xml.golden", strings.ReplaceAll(part, "><", ">\n<")+"\n")
			}
		})
	}
}

// look is how a line of the letter is set: size in half points, B bold, I italic, and where it stands.
func look(p *node) string {
	format := ""
	if runs := p.all("w:r"); len(runs) > 0 {
		format = runs[0].val("w:val", "w:rPr", "w:sz")
		if len(runs[0].all("w:b")) > 0 {
			format += "B"
		}
		if len(runs[0].all("w:i")) > 0 {
			format += "I"
		}
	}
	return strings.TrimSpace(format + " " + p.val("w:val", "w:pPr", "w:jc") + p.val("w:val", "w:pPr", "w:pStyle"))
}

func TestUrgingLayout(t *testing.T) {
	t.Parallel()
	body, _ := letter(t, urged(needs()))
	looks := map[string]string{}
	for _, p := range body.all("w:p") {
		looks[p.shows()] = look(p)
	}
	for text, want := range map[string]string{
		"DỰ THẢO":             "26B right",
		"UBND TỈNH QUẢNG NAM": "26 center",
		"BAN DÂN TỘC":         "26B center",
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM":                          "26B center",
		"Độc lập - Tự do - Hạnh phúc":                                 "28B center",
		"Số:          /BDT-…":                                         "26 center",
		"V/v đôn đốc gửi kế hoạch / báo cáo đề xuất nhu cầu năm 2027": "24 center",
		"Quảng Nam, ngày       tháng       năm 2027":                  "28I center",
		"Kính gửi: UBND xã Ch'ơm, huyện Tây Giang":                    "28 center",
		"Nơi nhận:":              "24BI",
		"- Như trên;":            "22",
		"- UBND tỉnh (báo cáo);": "22",
		"- Lưu: VT, …":           "22",
		"TRƯỞNG BAN":             "28B center",
		"Ban Dân tộc đề nghị UBND xã Ch'ơm, huyện Tây Giang quan tâm thực hiện./.": "BodyText",
	} {
		if got, there := looks[text]; !there || got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestUrgingRules measures the drawn lines: as long as the motto, and a third to a half of the issuer's name.
func TestUrgingRules(t *testing.T) {
	t.Parallel()
	body, _ := letter(t, urged(needs()))
	var lengths []int
	for _, c := range body.all("w:tc") {
		for _, p := range c.all("w:p") {
			if len(p.all("w:pBdr")) == 0 {
				continue
			}
			length := 0
			for i, s := range []string{
				c.val("w:w", "w:tcPr", "w:tcW"), p.val("w:left", "w:pPr", "w:ind"), p.val("w:right", "w:pPr", "w:ind"),
			} {
				n, err := strconv.Atoi(s)
				if err != nil {
					t.Fatal(err)
				}
				if i > 0 {
					n = -n
				}
				length += n
			}
			lengths = append(lengths, length)
		}
	}
	if len(lengths) != 2 {
		t.Fatalf("%d lines", len(lengths))
	}
	name := int(boldWidth("BAN DÂN TỘC", 13))
	if lengths[0] < name/3 || lengths[0] > name/2 {
		t.Errorf("%d twips under a name of %d", lengths[0], name)
	}
	if motto := int(mm(60.46)); lengths[1] < motto-20 || lengths[1] > motto+20 {
		t.Errorf("%d twips under a motto of %d", lengths[1], motto)
	}
}

// TestUrgingWidths keeps every table between the margins, and the long lines of the head whole.
func TestUrgingWidths(t *testing.T) {
	t.Parallel()
	for _, l := range []UrgingLetter{urged(several(3)...), unreached(several(3)...)} {
		body, _ := letter(t, l)
		for i, table := range body.all("w:tbl") {
			total := 0
			for _, c := range table.all("w:gridCol") {
				n, err := strconv.Atoi(c.attr["w:w"])
				if err != nil {
					t.Fatal(err)
				}
				total += n
			}
			if want := int(mm(165)); total < want-3 || total > want+3 {
				t.Errorf("table %d is %d twips wide, want %d", i, total, want)
			}
		}
	}
	if got := boldWidth("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", sizeState); got > mm(headRight) {
		t.Errorf("the state's name needs %s twips", got)
	}
}

func TestUrgingTableOrProse(t *testing.T) {
	t.Parallel()
	columns := func(l UrgingLetter) (names []string, rows int) {
		body, _ := letter(t, l)
		for _, table := range body.all("w:tbl") {
			if len(table.all("w:tblHeader")) > 0 {
				for _, c := range table.all("w:tr")[0].all("w:tc") {
					names = append(names, c.shows())
				}
				rows = len(table.all("w:tr")) - 1
			}
		}
		return names, rows
	}
	all := []string{"STT", "Văn bản phải gửi", "Căn cứ", "Hạn gửi", "Số ngày quá hạn", "Đã nhắc (số người nhận)"}
	for _, test := range []struct {
		name    string
		letter  UrgingLetter
		columns []string
		rows    int
	}{
		{"one is prose", urged(needs()), nil, 0},
		{"two are a table", urged(several(2)...), all, 2},
		{"no reminders, no column", unreached(several(12)...), all[:5], 12},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			names, rows := columns(test.letter)
			if diff := cmp.Diff(test.columns, names); diff != "" || rows != test.rows {
				t.Errorf("%d rows; %s", rows, diff)
			}
		})
	}
}

func TestUrgingSays(t *testing.T) {
	t.Parallel()
	linked := unreached(needs())
	linked.Linked = 1
	noTitle := urged(needs())
	noTitle.DecisionTitle, noTitle.NewDue = "", 0
	early := needs()
	early.LateAfter, early.DaysLate = early.Due, 0
	for _, test := range []struct {
		name      string
		letter    UrgingLetter
		says, not []string
	}{
		{
			"one", urged(needs()),
			[]string{
				"chậm nhất ngày 27/02/2027 (căn cứ mục III.2.2.c của Kế hoạch); gửi sau ngày 01/3/2027 được tính là nộp muộn.",
				"tính đến ngày 09/3/2027", "đã quá hạn 10 ngày.",
				"đã gửi 03 lời nhắc: ngày 19/02/2027 (trước hạn 08 ngày, 02 người nhận được); " +
					"ngày 27/02/2027 (ngày cuối của hạn, 02 người nhận được); ngày 02/3/2027 (quá hạn 03 ngày, không ai nhận được).",
				"chậm nhất ngày 20/3/2027.",
			},
			[]string{"[bổ sung]", "MẪU", "đầu mối"},
		},
		{
			"nobody linked", unreached(needs()),
			[]string{"chưa có cán bộ nào liên kết", "không có lời nhắc nào đến được đơn vị", "cử cán bộ đầu mối liên kết"},
			[]string{"[bổ sung]"},
		},
		{"linked, not reminded", linked, []string{"chưa gửi lời nhắc nào về văn bản này"}, []string{"đầu mối"}},
		{
			"no date, no title", noTitle,
			[]string{"chậm nhất ngày [bổ sung].", "của UBND tỉnh Quảng Nam, UBND xã Ch'ơm"},
			[]string{"ban hành"},
		},
		{"not late", urged(early), []string{"nêu trên của UBND xã Ch'ơm, huyện Tây Giang."}, []string{"muộn", "quá hạn 10"}},
		{
			"several", urged(several(2)...),
			[]string{"V/v đôn đốc gửi 02 văn bản", "27/02/2027\n(muộn sau 01/3/2027)", "22/02/2027: trước hạn 14 ngày (1)"},
			[]string{"căn cứ mục"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			body, _ := letter(t, test.letter)
			text := strings.Join(lines(body), "\n")
			for _, s := range test.says {
				if !strings.Contains(text, s) {
					t.Errorf("lacks %q in %s", s, text)
				}
			}
			for _, s := range test.not {
				if strings.Contains(text, s) {
					t.Errorf("has %q in %s", s, text)
				}
			}
		})
	}
}

func TestUrgingStaysTogether(t *testing.T) {
	t.Parallel()
	body, _ := letter(t, urged(needs()))
	paragraphs := 0
	for i, c := range body.child {
		if c.name == "w:p" && len(c.all("w:keepNext")) > 0 {
			paragraphs++
			if body.child[i+1].name != "w:tbl" {
				t.Error("what is kept is not the text above the signature")
			}
		}
	}
	if paragraphs != 1 {
		t.Errorf("%d paragraphs are kept with the next", paragraphs)
	}
}

func TestLowered(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Báo cáo": "báo cáo", "Đề xuất": "đề xuất", "QĐ lập Tổ": "QĐ lập Tổ", "B": "b", "": "",
	} {
		if got := lowered(title); got != want {
			t.Errorf("%q became %q", title, got)
		}
	}
}

func TestUrgingRefuses(t *testing.T) {
	t.Parallel()
	undated := needs()
	undated.Reminders[1].Day = 0
	for _, test := range []struct {
		name   string
		letter UrgingLetter
		want   string
	}{
		{"no day", UrgingLetter{Items: []UrgingItem{needs()}}, "urging letter: invalid as_of: required"},
		{"nothing to urge", urged(), "urging letter: invalid items: required"},
		{"no deadline", urged(needs(), UrgingItem{}), "urging letter: item 1: invalid due: required"},
		{"a reminder of no day", urged(undated), "urging letter: item 0: reminder 1: invalid day: required"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			err := Urging(&b, test.letter)
			var invalid *twinning.InvalidError
			if err == nil || err.Error() != test.want || !errors.As(err, &invalid) || b.Len() > 0 {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// A reminder that stood in the unit's group is told as such, and not as one that nobody got.
func TestUrgingNamesGroups(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]UrgingReminder{
		"02 người nhận được":                    {People: 2},
		"02 người và nhóm của đơn vị nhận được": {People: 2, Groups: 1},
		"nhóm của đơn vị nhận được":             {Groups: 1},
		"không ai nhận được":                    {},
	} {
		r.Day = twinning.NewDate(2027, 2, 19)
		item := needs()
		item.Reminders = []UrgingReminder{r}
		texts, err := newUrgingTexts(urged(item))
		if err != nil {
			t.Fatal(err)
		}
		if got := texts.text("reminded"); !strings.Contains(got, ", "+want+")") {
			t.Errorf("%+v: %s", r, got)
		}
	}
	for want, r := range map[string]UrgingReminder{
		"(2)": {People: 2}, "(2, nhóm)": {People: 2, Groups: 1}, "(nhóm)": {Groups: 1}, "(0)": {},
	} {
		r.Day = twinning.NewDate(2027, 2, 19)
		item := needs()
		item.Reminders = []UrgingReminder{r}
		texts, err := newUrgingTexts(urged(item))
		if err != nil {
			t.Fatal(err)
		}
		if got := texts.of(item, "cell reminders"); !strings.HasSuffix(got, want) {
			t.Errorf("%+v: %s", r, got)
		}
	}
}
