package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/locales"
	"ketnghia/twinning"
)

func yearPrinter(t interface{ Fatal(...any) }) locales.Printer {
	c, err := locales.New(locales.OnMissing(func(lang, key string) { t.Fatal("no text", lang, key) }))
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(locales.English) // the document is Vietnamese for every reader
}

// yearUnits are a small province.
func yearUnits() map[twinning.UnitKey]twinning.ReportUnit {
	return map[twinning.UnitKey]twinning.ReportUnit{
		"P49":  {Name: "Tỉnh Quảng Nam", Role: twinning.RoleIssuer},
		"ABDT": {Name: "Ban Dân tộc tỉnh", Role: twinning.RoleStanding},
		"ASYT": {Name: "Sở Y tế", Role: twinning.RoleSponsorAgency, Aliases: []string{"Y tế", "SYT"}},
		"D502": {Name: "Thành phố Tam Kỳ", Role: twinning.RoleSponsorLowland},
		"D504": {Name: "Huyện Tây Giang", Role: twinning.RoleRecipientDistrict},
		"W1":   {Name: "Xã Ch'ơm", Role: twinning.RoleRecipientCommune, District: "D504", Border: true},
		"W2":   {Name: "Xã <Dang>", Role: twinning.RoleRecipientCommune, District: "D504"},
	}
}

// yearActivities are one of each kind of trouble: much money, words that look like formulas, nothing stated.
func yearActivities() []twinning.ReportActivity {
	day := func(month, d int) twinning.Date { return twinning.NewDate(2027, 1, 1).AddDays(month*30 + d) }
	return []twinning.ReportActivity{
		{ID: 12, Version: 1, State: twinning.ActivityConfirmed, Facts: twinning.Facts{
			From: day(1, 3), Sponsor: "ASYT", Recipient: "W1", Category: twinning.CategoryWelfare, Source: twinning.SourceOwn,
			Quantities: twinning.Quantities{twinning.Households: 45, twinning.Amount: 12_500_000},
			Summary:    "Khám bệnh, phát thuốc <45 hộ nghèo>", Place: "thôn Pà Tôi",
		}},
		{ID: 15, Version: 2, State: twinning.ActivityLogged, Facts: twinning.Facts{
			From: day(3, 0), To: day(3, 2), Sponsor: "D502", Recipient: "W2", Category: twinning.CategoryEconomy,
			Kinds: []twinning.Kind{twinning.KindModelNew, twinning.KindGift}, Source: twinning.SourceMobilised,
			Quantities: twinning.Quantities{twinning.Models: 1, twinning.Amount: 1_234_567_890}, InKind: []string{"12 con bò"},
			Summary: "=1+1", Place: "+84",
		}},
		{ID: 16, Version: 1, State: twinning.ActivityDisputed, Facts: twinning.Facts{
			From: day(8, 0), Sponsor: "ASYT", Recipient: "W1", Category: twinning.CategoryCampaign,
			Kinds: []twinning.Kind{twinning.KindConnecting}, Summary: "@SUM(A1)\n\n# không phải đề mục", Place: "-1",
			InKind: []string{"\t=2+2"},
		}},
	}
}

// yearOf adds the activities up for a report of the unit as the ledger does.
func yearOf(unit twinning.UnitKey, activities ...twinning.ReportActivity) twinning.YearReport {
	r := twinning.YearReport{
		Format: 1, Year: 2027, AsOf: twinning.NewDate(2027, 12, 20), Unit: unit, Issuer: "P49", Standing: "ABDT",
		Decision: "1100/QĐ-UBND", Signed: twinning.NewDate(2020, 4, 16),
		Title: twinning.Names{"vi": "Kế hoạch thực hiện công tác kết nghĩa"}, Units: yearUnits(),
		Pairings: []twinning.ReportPairing{
			{Sponsor: "ASYT", Recipient: "W1", Decision: "2000/QĐ-UBND"}, {Sponsor: "D502", Recipient: "W2"},
		},
		Sponsors:   []twinning.PartyShare{{Unit: "ASYT"}, {Unit: "D502"}},
		Recipients: []twinning.PartyShare{{Unit: "D504"}, {Unit: "W1"}, {Unit: "W2"}},
		Sources: []twinning.SourceShare{
			{Source: twinning.SourceOwn},
			{Source: twinning.SourceMobilised},
			{Source: twinning.SourceStaff},
			{Source: twinning.SourceIntegrated},
			{},
		},
		Activities: activities,
	}
	for _, c := range twinning.Categories() {
		r.Categories = append(r.Categories, twinning.CategoryShare{Category: c})
	}
	for _, a := range activities {
		counted(&r, a)
	}
	return r
}

func counted(r *twinning.YearReport, a twinning.ReportActivity) {
	one := twinning.Activity{Facts: a.Facts, State: a.State}.Counted()
	add := func(f *twinning.Figures) {
		if a.Confirmed() {
			f.Confirmed = f.Confirmed.Plus(one, 1)
		} else {
			f.Unconfirmed = f.Unconfirmed.Plus(one, 1)
		}
	}
	add(&r.Total)
	for i := range r.Sponsors {
		if r.Sponsors[i].Unit == a.Facts.Sponsor {
			add(&r.Sponsors[i].Figures)
		}
	}
	for i := range r.Recipients {
		if r.Recipients[i].Unit == a.Facts.Recipient {
			add(&r.Recipients[i].Figures)
		}
	}
	for i := range r.Categories {
		if r.Categories[i].Category == a.Facts.Category {
			add(&r.Categories[i].Figures)
		}
	}
	for i := range r.Sources {
		if r.Sources[i].Source != a.Facts.Source {
			continue
		}
		if a.Confirmed() {
			r.Sources[i].Confirmed += one[twinning.Amount]
		} else {
			r.Sources[i].Unconfirmed += one[twinning.Amount]
		}
	}
	pair := twinning.PairShare{Sponsor: a.Facts.Sponsor, Recipient: a.Facts.Recipient, Category: a.Facts.Category}
	add(&pair.Figures)
	r.Shares = append(r.Shares, pair)
}

// withPapers adds documents, targets and a rating.
func withPapers(r twinning.YearReport) twinning.YearReport {
	due := twinning.NewDate(2027, 12, 15)
	duty := func(rule twinning.RuleID, name string, part twinning.DutyPart) twinning.ReportDuty {
		return twinning.ReportDuty{
			Rule: rule, Name: twinning.Names{"vi": name, "en": string(rule)}, Part: part, Unit: "ASYT", Due: due, LateAfter: due,
			Standing: twinning.StandingOverdue,
		}
	}
	signed := duty("programme", "Chương trình / kế hoạch ký kết", twinning.DutySigned)
	signed.Counterpart, signed.Filed, signed.Number = "W1", twinning.NewDate(2027, 2, 9), "15/CTr-SYT"
	signed.Dated, signed.Standing = twinning.NewDate(2027, 2, 5), twinning.StandingMet
	group := duty("sponsor_group", "Quyết định lập Tổ công tác (bên giúp)", twinning.DutyOrganising)
	group.Standing, group.Reason = twinning.StandingWaived, "đã lập năm trước"
	evaluation := duty("evaluation", "Nhận xét, đánh giá bên kia", twinning.DutyEvaluation)
	evaluation.Counterpart, evaluation.Filed, evaluation.Standing = "W1", twinning.NewDate(2028, 1, 3), twinning.StandingMetLate
	r.Duties = []twinning.ReportDuty{
		signed, duty("sponsor_report", "Báo cáo sơ kết cuối năm (bên giúp)", twinning.DutyReport), group, evaluation,
	}
	r.Targets = []twinning.ReportTarget{
		{Unit: "ASYT", Target: "agency_households", Measure: twinning.Households, Cite: "III.2.1.a gạch 1 (R06)", Done: 45},
		{
			Unit: "ASYT", Target: "lowland_amount", Measure: twinning.Amount, Cite: "III.2.1.b (R08)", Done: 12_500_000,
			Confirmed: 12_500_000, Required: 200_000_000, Known: true,
		},
		{
			Unit: "ASYT", Target: "connecting", Measure: twinning.Activities, Kinds: []twinning.Kind{twinning.KindConnecting},
			Cite: "III.1 gạch 1 (R04)", Done: 1, Required: 1, Known: true,
		},
	}
	r.Gifts = twinning.GiftFigures{Gifts: 1, Activities: 3, GiftAmount: 1_234_567_890, Amount: 1_247_067_890}
	r.Ratings = []twinning.ReportRating{{Unit: "ASYT", Suggestion: twinning.Suggestion{
		Level: twinning.RatingAverage, Factors: []twinning.Factor{twinning.FactorConnected},
		Flags: []twinning.Flag{twinning.FlagUnreported}, Conditions: []twinning.Condition{
			{Target: "connecting", Done: 1, Required: 1, Known: true},
			{Target: "agency_households", Done: 45},
			{Rule: "sponsor_report", Required: 1, Known: true},
			{Target: "lowland_amount", Done: 1, Required: 2, Known: true},
		},
	}}}
	return r
}

// sampleYears are a report of each kind; the unit's has its own activities alone.
func sampleYears() map[string]twinning.YearReport {
	all := yearActivities()
	demo := yearOf("W1", all[0], all[2])
	demo.Demo, demo.Pairings = true, demo.Pairings[:1]
	sponsor := withPapers(yearOf("ASYT", all[0], all[2]))
	sponsor.Pairings = sponsor.Pairings[:1]
	return map[string]twinning.YearReport{
		"province": withPapers(yearOf("", all...)), "sponsor": sponsor, "recipient": demo,
		"district": yearOf("D504", all...),
		"empty":    {Year: 2027, AsOf: twinning.NewDate(2027, 12, 31)},
	}
}

func yearDocument(t interface{ Fatal(...any) }, r twinning.YearReport) []byte {
	var b bytes.Buffer
	if err := YearDocument(&b, yearPrinter(t), r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestYearDocument(t *testing.T) {
	t.Parallel()
	for name, r := range sampleYears() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := yearDocument(t, r)
			keep(t, "year-"+name+".docx", file)
			part := unzipped(t, file)["word/document.xml"]
			checkGolden(t, "year-"+name+".golden", strings.Join(lines(readXML(t, part).child[0]), "\n")+"\n")
			if name == "province" || name == "sponsor" {
				checkGolden(t, "year-"+name+".xml.golden", strings.ReplaceAll(string(part), "><", ">\n<")+"\n")
			}
			// What was kept as JSON and read again is the same bytes.
			raw, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			var again twinning.YearReport
			if err := json.Unmarshal(raw, &again); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(file, yearDocument(t, again)) {
				t.Error("the same report is other bytes")
			}
		})
	}
	if err := YearDocument(&bytes.Buffer{}, yearPrinter(t), twinning.YearReport{}); err == nil {
		t.Error("a report of no day was made")
	}
}

// TestYearLayout measures what Nghị định 30/2020/NĐ-CP, Phụ lục I asks for.
func TestYearLayout(t *testing.T) {
	t.Parallel()
	body := readXML(t, unzipped(t, yearDocument(t, sampleYears()["province"]))["word/document.xml"]).child[0]
	find := func(text string) *node {
		t.Helper()
		for _, p := range body.all("w:p") {
			if p.shows() == text {
				return p
			}
		}
		t.Fatalf("no paragraph %q", text)
		return nil
	}
	for _, test := range []struct{ text, size, bold, italic, align string }{
		{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "26", "yes", "", "center"},
		{"Độc lập - Tự do - Hạnh phúc", "28", "yes", "", "center"},
		{"UBND TỈNH QUẢNG NAM", "26", "", "", "center"},
		{"BAN DÂN TỘC", "26", "yes", "", "center"},
		{"Số:          /BC-BDT", "26", "", "", "center"},
		{"Quảng Nam, ngày       tháng       năm 2027", "28", "", "yes", "center"},
		{"Nơi nhận:", "24", "yes", "yes", ""},
		{"- Như trên;", "22", "", "", ""},
		{"- Lưu: VT, …", "22", "", "", ""},
		{"TRƯỞNG BAN", "28", "yes", "", "center"},
		{"Kính gửi: UBND tỉnh Quảng Nam", "28", "", "", "center"},
	} {
		p := find(test.text)
		run := p.all("w:r")[0]
		is := func(name string) string {
			if len(run.all(name)) > 0 {
				return "yes"
			}
			return ""
		}
		got := []string{run.val("w:val", "w:rPr", "w:sz"), is("w:b"), is("w:i"), p.val("w:val", "w:pPr", "w:jc")}
		if diff := cmp.Diff([]string{test.size, test.bold, test.italic, test.align}, got); diff != "" {
			t.Errorf("%s (size, bold, italic, place):\n%s", test.text, diff)
		}
	}
	for _, heading := range []string{"I. CÔNG TÁC CHỈ ĐẠO, THEO DÕI, ĐÔN ĐỐC", "VII. ĐỀ XUẤT, KIẾN NGHỊ"} {
		if got := find(heading).val("w:val", "w:pPr", "w:pStyle"); got != "Heading1" {
			t.Errorf("%s has the style %q", heading, got)
		}
	}
	widths := 0
	for _, grid := range body.all("w:tblGrid") {
		sum := 0
		for _, c := range grid.child {
			sum += int(numberOf(t, c.attr["w:w"]))
		}
		// 165 mm are 9354 twips; each column is rounded.
		if sum < 9344 || sum > 9364 {
			t.Errorf("a table is %d twips wide", sum)
		}
		widths++
	}
	if annexes := len(body.all("w:pageBreakBefore")); annexes != 4 || widths < 10 {
		t.Errorf("%d annexes, %d tables", annexes, widths)
	}
}

// TestYearMarks counts what the books don't hold, so that none of it is made up.
func TestYearMarks(t *testing.T) {
	t.Parallel()
	text := func(name string) string {
		return strings.Join(lines(readXML(t, unzipped(t, yearDocument(t, sampleYears()[name]))["word/document.xml"]).child[0]), "\n")
	}
	for name, want := range map[string]int{"province": 5, "sponsor": 5, "recipient": 6} {
		if got := strings.Count(text(name), "[bổ sung]"); got != want {
			t.Errorf("%s has %d gaps, want %d", name, got, want)
		}
	}
	if !strings.HasPrefix(text("recipient"), "DỮ LIỆU MẪU") || strings.Contains(text("province"), "DỮ LIỆU MẪU") {
		t.Error("made-up data is marked, and only that")
	}
	if got := text("province"); !strings.Contains(got, "gợi ý") || !strings.Contains(got, "1.247.067.890 đồng") {
		t.Error("the suggestion is not called one, or the money is written otherwise")
	}
}
