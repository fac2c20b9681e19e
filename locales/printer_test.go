package locales_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/locales"
)

func newCatalogue(t *testing.T, options ...locales.Option) *locales.Catalogue {
	t.Helper()
	c, err := locales.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPrinterLanguage(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	for asked, want := range map[string]string{"vi": "vi", "en": "en", "": "vi", "fr": "vi", "en-US": "vi"} {
		if got := c.Printer(asked).Lang(); got != want {
			t.Errorf("Printer(%q).Lang() = %q, want %q", asked, got, want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, lang, key string
		args            map[string]any
		want            string
	}{
		{"no arguments", "vi", "category.4", nil, "An sinh xã hội"},
		{"no arguments in English", "en", "category.4", nil, "Social welfare"},
		{"Vietnamese plural", "vi", "measure.households", map[string]any{"Count": 45, "Value": "45"}, "45 hộ nghèo"},
		{"Vietnamese zero", "vi", "measure.households", map[string]any{"Count": 0, "Value": "0"}, "0 hộ nghèo"},
		{"English one", "en", "measure.people", map[string]any{"Count": int64(1), "Value": "1"}, "1 person"},
		{"English zero", "en", "measure.people", map[string]any{"Count": int64(0), "Value": "0"}, "0 people"},
		{"English many", "en", "measure.people", map[string]any{"Count": 1350, "Value": "1,350"}, "1,350 people"},
		{"quantity", "vi", "measure.people", map[string]any{"Count": 1350, "Value": int64(1350)}, "1.350 người"},
		{"escaped text stays", "vi", "measure.gifts", map[string]any{"Value": "&lt;3"}, "&lt;3 suất quà"},
	}
	c := newCatalogue(t, locales.OnMissing(func(lang, key string) { t.Errorf("missing %s %s", lang, key) }))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := c.Printer(test.lang).Text(test.key, test.args); got != test.want {
				t.Errorf("Text(%q, %v) = %q, want %q", test.key, test.args, got, test.want)
			}
		})
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n      int64
		places int
		vi, en string
	}{
		{0, 0, "0", "0"},
		{0, 2, "0", "0"},
		{125, 1, "12,5", "12.5"},
		{120, 1, "12", "12"},
		{105, 2, "1,05", "1.05"},
		{150, 2, "1,5", "1.5"},
		{9, 2, "0,09", "0.09"},
		{1_350, 0, "1.350", "1,350"},
		{12_345_678, 2, "123.456,78", "123,456.78"},
	}
	c := newCatalogue(t)
	for _, test := range tests {
		got := []string{c.Printer("vi").Decimal(test.n, test.places), c.Printer("en").Decimal(test.n, test.places)}
		if diff := cmp.Diff([]string{test.vi, test.en}, got); diff != "" {
			t.Errorf("%d with %d places (-want +got):\n%s", test.n, test.places, diff)
		}
	}
}

func TestTextReportsWhatIsMissing(t *testing.T) {
	t.Parallel()
	var reported []string
	c := newCatalogue(t, locales.OnMissing(func(lang, key string) { reported = append(reported, lang+" "+key) }))
	p := c.Printer("en")
	if got := p.Text("no.such.key", nil); got != "[no.such.key]" {
		t.Errorf("missing key: got %q", got)
	}
	if got := p.Text("measure.people", map[string]any{"Count": 2}); got != "… people" {
		t.Errorf("missing argument: got %q", got)
	}
	if p.Has("no.such.key") || !p.Has("measure.people") {
		t.Error("Has disagrees with Text")
	}
	if diff := cmp.Diff([]string{"en no.such.key", "en measure.people"}, reported); diff != "" {
		t.Error(diff)
	}
	if got := newCatalogue(t).Printer("vi").Text("no.such.key", nil); got != "[no.such.key]" {
		t.Errorf("missing key without a hook: got %q", got)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t)
	vi, en := c.Printer("vi"), c.Printer("en")
	tests := []struct {
		n                    int64
		vi, en, vndVi, vndEn string
	}{
		{n: 0, vi: "0", en: "0", vndVi: "0 đ", vndEn: "0 VND"},
		{n: 999, vi: "999", en: "999", vndVi: "999 đ", vndEn: "999 VND"},
		{n: 1350, vi: "1.350", en: "1,350", vndVi: "1.350 đ", vndEn: "1,350 VND"},
		{n: -100000, vi: "-100.000", en: "-100,000", vndVi: "-100.000 đ", vndEn: "-100,000 VND"},
		{n: 12_500_000, vi: "12.500.000", en: "12,500,000", vndVi: "12.500.000 đ", vndEn: "12,500,000 VND"},
		{
			n: -1 << 63, vi: "-9.223.372.036.854.775.808", en: "-9,223,372,036,854,775,808",
			vndVi: "-9.223.372.036.854.775.808 đ", vndEn: "-9,223,372,036,854,775,808 VND",
		},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.n), func(t *testing.T) {
			t.Parallel()
			got := []string{vi.Number(test.n), en.Number(test.n), vi.Money(test.n), en.Money(test.n)}
			if diff := cmp.Diff([]string{test.vi, test.en, test.vndVi, test.vndEn}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	day := func(text string) time.Time {
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	p := newCatalogue(t).Printer("vi")
	got := []string{
		p.Date(2027, time.February, 27),
		p.DateRange(day("2027-02-25"), day("2027-02-25")),
		p.DateRange(day("2027-02-05"), day("2027-02-07")),
		p.DateRange(day("2027-02-27"), day("2027-03-03")),
		p.DateRange(day("2026-12-30"), day("2027-01-02")),
		p.Time(time.Date(2027, time.February, 27, 8, 30, 59, 0, time.UTC)),
		p.Weekday(time.Sunday), p.Weekday(time.Saturday),
	}
	want := []string{
		"27/02/2027", "25/02/2027", "05–07/02/2027", "27/02–03/03/2027", "30/12/2026–02/01/2027",
		"08:30 27/02/2027", "Chủ nhật", "thứ Bảy",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryWeekdayHasAName(t *testing.T) {
	t.Parallel()
	c := newCatalogue(t, locales.OnMissing(func(lang, key string) { t.Errorf("%s: no text %q", lang, key) }))
	for _, lang := range locales.Languages() {
		names := map[string]bool{}
		for day := time.Sunday; day <= time.Saturday; day++ {
			names[c.Printer(lang).Weekday(day)] = true
		}
		if len(names) != 7 {
			t.Errorf("%s: %d names of days", lang, len(names))
		}
	}
}
