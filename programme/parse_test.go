package programme_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/programme"
	"ketnghia/twinning"
)

func small(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/small.toml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestParseReadsEveryField(t *testing.T) {
	t.Parallel()
	p, err := programme.Parse("small.toml", []byte(small(t)))
	if err != nil {
		t.Fatal(err)
	}
	lunar, err := programme.Lunar()
	if err != nil {
		t.Fatal(err)
	}
	signed := twinning.NewDate(2020, 4, 16)
	want := []twinning.ObligationRule{{
		ID: "needs", Name: twinning.Names{"vi": "Nhu cầu", "en": "Needs"}, Cite: "III.2.2.c",
		Roles: []twinning.UnitRole{twinning.RoleRecipientCommune}, Per: twinning.PerUnit,
		Due: twinning.MonthDay{Month: 2, Day: 27}, LateAfter: twinning.MonthDay{Month: 2, Day: 28},
		Closes: twinning.MonthDay{Month: 12, Day: 31}, First: signed, Remind: true,
		Copies: []twinning.CopyTo{twinning.CopyStanding},
	}, {
		ID: "report", Name: twinning.Names{"vi": "Báo cáo", "en": "Report"}, Cite: "III.2.2.c", Per: twinning.PerPairing,
		Side: twinning.SideSponsor,
		Due:  twinning.MonthDay{Month: 12, Day: 15}, LateAfter: twinning.MonthDay{Month: 12, Day: 31},
		Closes: twinning.MonthDay{Month: 1, Day: 31, NextYear: true}, First: signed,
		Copies:   []twinning.CopyTo{twinning.CopyCounterparts, twinning.CopyStanding},
		Contents: []string{"place"}, ContentNames: map[string]twinning.Names{"place": {"vi": "địa điểm", "en": "place"}},
		Also: []twinning.RuleID{"needs"},
	}}
	if diff := cmp.Diff(want, p.Obligations); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(twinning.Ladder{
		Before: []int{30, 7, 0}, After: []int{1, 3}, Weekly: 7, LeadFrom: 7, Digest: []int{7, 0},
	}, p.Ladder); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]twinning.Target{{
		ID: "households", Cite: "III.2.1.a", Roles: []twinning.UnitRole{twinning.RoleSponsorAgency},
		Measure: twinning.Households, Quantity: 2, Per: twinning.PerStaff, Block: 10, Rounding: twinning.RoundCeil,
	}}, p.Targets); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&twinning.Calendar{
		Lunar: lunar, Fixed: []twinning.MonthDay{{Month: 1, Day: 1}, {Month: 9, Day: 2}},
		National: twinning.MonthDay{Month: 9, Day: 2}, TetTo: 4, LunarDays: []twinning.MonthDay{{Month: 3, Day: 10}},
		TetYears: map[int]twinning.DateRange{2027: {From: twinning.NewDate(2027, 2, 4), To: twinning.NewDate(2027, 2, 10)}},
		Off:      map[twinning.Date]bool{twinning.NewDate(2027, 1, 4): true},
		Work:     map[twinning.Date]bool{twinning.NewDate(2027, 1, 9): true},
	}, p.Calendar); diff != "" {
		t.Error(diff)
	}
	if p.Delivery != (twinning.Delivery{From: 450, To: 1050}) || p.Rating.Fair != 80 || p.Location.String() != "Asia/Ho_Chi_Minh" {
		t.Errorf("delivery %v, rating %v, zone %v", p.Delivery, p.Rating, p.Location)
	}
}

func TestParseNamesEachFault(t *testing.T) {
	t.Parallel()
	roles := "allowed: issuer, standing, emulation, overseer, sponsor_agency, sponsor_lowland, sponsor_other, " +
		"recipient_district, recipient_commune"
	tests := map[string]struct{ old, replacement, want string }{
		"unknown key":              {`decision = "1/QĐ"`, "decision = \"1/QĐ\"\nfoo = 1", `p.toml:4: programme.foo: unknown key; allowed: title, decision, signed, from, to, time_zone, cite`},
		"unknown table":            {"[rating]", "[extra]\n[rating]", `p.toml:60: extra: unknown key; allowed: programme, delivery, ladder, obligation, target, stages, rating, holidays, year`},
		"unknown key, second rule": {`per = "pairing"`, "per = \"pairing\"\nPaired = true", `p.toml:40: obligation.Paired: unknown key; allowed: id, name, cite, per, due, late_after, closes, first, remind, roles, paired, side, once, words, copies, contents, also, waits_for`},
		"one language missing":     {`name.en = "Report"`, "", `p.toml:36: obligation.name.en: is missing`},
		"third language":           {`en = "Needs" }`, `en = "Needs", fr = "Besoins" }`, `p.toml:25: obligation.name.fr: unknown key; allowed: vi, en`},
		"name too long":            {`"Nhu cầu"`, `"` + strings.Repeat("ấ", 65) + `"`, `p.toml:25: obligation.name.vi: has 65 characters; at most 64 are allowed`},
		"empty cite":               {`cite = "IV.1"`, `cite = " "`, `p.toml:65: rating.cite: is empty; want a text`},
		"no such day":              {`due = "02-27"`, `due = "02-30"`, `p.toml:28: obligation.due: "02-30" is no day of every year; want month-day such as "02-27" or "next 01-31" for the year after`},
		"day of leap years":        {`late_after = "02-28"`, `late_after = "02-29"`, `p.toml:29: obligation.late_after: "02-29" is no day of every year; want month-day such as "02-27" or "next 01-31" for the year after`},
		"late before due":          {`late_after = "02-28"`, `late_after = "02-26"`, `p.toml:29: obligation.late_after: is before due; want due <= late_after <= closes`},
		"closed before late":       {`closes = "next 01-31"`, `closes = "01-31"`, `p.toml:42: obligation.closes: is before late_after; want due <= late_after <= closes`},
		"unknown role":             {`"recipient_commune"`, `"xa"`, `p.toml:27: obligation.roles: "xa" is unknown; ` + roles},
		"no role":                  {`roles = ["recipient_commune"]`, `roles = []`, `p.toml:27: obligation.roles: is empty; want at least one item`},
		"roles of pairings":        {`per = "pairing"`, `per = "pairing"` + "\n" + `roles = ["standing"]`, `p.toml:40: obligation.roles: has no meaning with per = "pairing"; leave it out`},
		"same id":                  {`id = "report"`, `id = "needs"`, "p.toml:35: obligation.id: \"needs\" stands twice; each id once\np.toml:45: obligation.also: \"needs\" is no other obligation; want the id of another [[obligation]]"},
		"bad id":                   {`id = "households"`, `id = "Hộ"`, `p.toml:51: target.id: "Hộ" is no identifier; allowed: small letters a-z, digits and _, a letter first`},
		"also nothing":             {`also = ["needs"]`, `also = ["neds"]`, `p.toml:45: obligation.also: "neds" is no other obligation; want the id of another [[obligation]]`},
		"remind left out":          {"remind = true\n", "", `p.toml:23: obligation.remind: is missing`},
		"remind as text":           {"remind = true", `remind = "yes"`, `p.toml:31: obligation.remind: is a text; allowed: true, false`},
		"copies to nobody":         {`copies = ["standing"]`, `copies = ["press"]`, `p.toml:32: obligation.copies: "press" is unknown; allowed: counterparts, standing, district, issuer`},
		"content without a name":   {`, en = "place" }`, ` }`, `p.toml:46: obligation.contents.en: is missing`},
		"rung twice":               {"[30, 7, 0]", "[30, 7, 7, 0]", `p.toml:16: ladder.before: 7 stands twice; each item once`},
		"rung negative":            {"after = [1, 3]", "after = [-1, 3]", `p.toml:17: ladder.after: -1 is out of range; allowed: whole numbers from 1 to 366`},
		"no rung":                  {"[30, 7, 0]", "[]", `p.toml:16: ladder.before: is empty; want at least one item`},
		"digest without rung":      {"digest = [7, 0]", "digest = [14, 0]", `p.toml:20: ladder.digest: 14 is no rung of before; allowed: 30, 7, 0`},
		"weekly as text":           {"weekly = 7", `weekly = "7"`, `p.toml:18: ladder.weekly: "7" is out of range; allowed: whole numbers from 0 to 366`},
		"hours reversed":           {`to = "17:30"`, `to = "07:30"`, `p.toml:12: delivery.to: is not after from; to must be later on the same day`},
		"no such hour":             {`to = "17:30"`, `to = "25:30"`, `p.toml:12: delivery.to: "25:30" is no time of day; want hours and minutes in quotes such as "07:30"`},
		"zone":                     {"Asia/Ho_Chi_Minh", "Asia/Hanoi", `p.toml:7: programme.time_zone: "Asia/Hanoi" is unknown; want a name of the tz database such as "Asia/Ho_Chi_Minh"`},
		"local zone":               {"Asia/Ho_Chi_Minh", "Local", `p.toml:7: programme.time_zone: "Local" is unknown; want a name of the tz database such as "Asia/Ho_Chi_Minh"`},
		"signed as text":           {"signed = 2020-04-16", `signed = "16/4/2020"`, `p.toml:4: programme.signed: "16/4/2020" is no date; want year-month-day such as 2020-04-16, from 1990 to 2100`},
		"signed with a time":       {"signed = 2020-04-16", `signed = 2020-04-16T00:00:00Z`, `p.toml:4: programme.signed: a date or time is no date; want year-month-day such as 2020-04-16, from 1990 to 2100`},
		"years reversed":           {"to = 2025", "to = 2019", `p.toml:6: programme.to: 2019 is before 2020; to must not be before from`},
		"target of nothing":        {"quantity = 2", "quantity = 0", `p.toml:55: target.quantity: 0 is out of range; allowed: whole numbers from 1 to 1000000000000`},
		"unknown measure":          {`measure = "households"`, `measure = "cows"`, `p.toml:54: target.measure: "cows" is unknown; allowed: activities, households, near_poor, people, models, gifts, amount_vnd`},
		"activities of no kind":    {`measure = "households"`, `measure = "activities"`, `p.toml:50: target.kinds: is missing; measure = "activities" needs the kinds that count`},
		"block of zero":            {"block = 10", "block = 0", `p.toml:57: target.block: 0 is out of range; allowed: whole numbers from 1 to 1000000000000`},
		"block without staff":      {`per = "staff"`, `per = "commune"`, "p.toml:57: target.block: has no meaning with per other than \"staff\"; leave it out\np.toml:58: target.rounding: has no meaning with per other than \"staff\"; leave it out"},
		"thresholds reversed":      {"fair = 80", "fair = 40", `p.toml:63: rating.average: is above fair; want good >= fair >= average`},
		"Tết in another year":      {"tet_from = 2027-02-04", "tet_from = 2026-02-04", "p.toml:76: year.tet_from: 2026-02-04 is not in the year of its table; want a date in 2027\np.toml:77: year.tet_to: is not within 30 days after tet_from; want tet_from <= tet_to"},
		"half of Tết":              {"tet_to = 2027-02-10\n", "", `p.toml:74: year.tet_to: is missing`},
		"off and worked":           {"off = [2027-01-04]", "off = [2027-01-09]", `p.toml:79: year.work: 2027-01-09 stands in off too; a day is free or worked`},
		"lunar day":                {`lunar = ["03-10"]`, `lunar = ["13-10"]`, `p.toml:71: holidays.lunar: "13-10" is no lunar day; want lunar month-day such as "03-10"`},
		"fixed next year":          {`"01-01", `, `"next 01-01", `, `p.toml:68: holidays.fixed: "next 01-01" is no day of every year; want month-day such as "02-27"`},
		"table as list":            {"[rating]\n", "[[rating]]\n", `p.toml:60: rating: is a list; want a table [rating]`},
		"list as table":            {"[[target]]", "[target]", `p.toml:50: target: is a table; want tables [[target]]`},
		"syntax":                   {"weekly = 7", "weekly = ", `p.toml:18: ladder.weekly: expected value but found '\n' instead`},
		"unclosed header":          {"[ladder]", "[ladder", `p.toml:15: expected '.' or ']' to end table name, but got '\n' instead`},
		"key twice":                {"weekly = 7", "weekly = 7\nweekly = 8", `p.toml:19: ladder.weekly: Key 'ladder.weekly' has already been defined.`},
		"deep brackets":            {"off = [2027-01-04]", "off = " + strings.Repeat("[", 100_000), `p.toml:1: brackets or dotted keys are nested too deep; at most 12 levels are allowed`},
		"deep keys":                {"year = 2027", strings.Repeat("a.", 20) + "b = 1", `p.toml:1: brackets or dotted keys are nested too deep; at most 12 levels are allowed`},
		"too big":                  {`cite = "thông báo"`, "#" + strings.Repeat("x", 1<<20), `p.toml:1: the file is too big; at most 1048576 bytes are allowed`},
	}
	base := small(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(base, test.old) {
				t.Fatalf("the small programme has no %q", test.old)
			}
			_, err := programme.Parse("p.toml", []byte(strings.Replace(base, test.old, test.replacement, 1)))
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseTellsAllFaultsInOrder(t *testing.T) {
	t.Parallel()
	broken := strings.NewReplacer(`to = "17:30"`, `to = "7"`, "weekly = 7", "weekly = -7", `copies = ["standing"]`, "").Replace(small(t))
	_, err := programme.Parse("p.toml", []byte("\ufeff"+broken))
	want := []string{
		`p.toml:12: delivery.to: "7" is no time of day; want hours and minutes in quotes such as "07:30"`,
		`p.toml:18: ladder.weekly: -7 is out of range; allowed: whole numbers from 0 to 366`,
		`p.toml:23: obligation.copies: is missing`,
	}
	if err == nil {
		t.Fatal("accepted")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestParseOfEmptyFileNamesEveryTable(t *testing.T) {
	t.Parallel()
	_, err := programme.Parse("p.toml", nil)
	if err == nil {
		t.Fatal("accepted")
	}
	var want []string
	for _, table := range []string{"programme", "delivery", "ladder", "obligation", "target", "rating", "holidays"} {
		want = append(want, "p.toml:1: "+table+": is missing")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	if p, err := programme.Load(""); err != nil || p.Decision != "1100/QĐ-UBND" {
		t.Errorf("Load of nothing: %v, %v", p, err)
	}
	if p, err := programme.Load("testdata/small.toml"); err != nil || p.Decision != "1/QĐ" {
		t.Errorf("Load of another file: %v, %v", p, err)
	}
	for path, want := range map[string]string{
		"testdata/none.toml": "testdata/none.toml: no such file or directory",
		"testdata":           "testdata: is not a regular file",
		"/dev/zero":          "/dev/zero: is not a regular file",
	} {
		if _, err := programme.Load(path); err == nil || err.Error() != want {
			t.Errorf("Load(%q): %v, want %s", path, err, want)
		}
	}
}
