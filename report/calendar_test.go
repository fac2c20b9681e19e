package report

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

func deadlines() CalendarBook {
	return CalendarBook{
		Name: "Hạn kết nghĩa: Xã Ch'ơm", Stamp: time.Date(2027, 2, 9, 8, 30, 0, 0, time.FixedZone("ICT", 7*60*60)),
		Events: []CalendarEvent{
			{
				UID: "needs|W20437|2027@ketnghia", Day: twinning.NewDate(2027, 2, 27), Alarms: []int{14, 7, 1, 0},
				Summary:     "Hạn: Kế hoạch / báo cáo đề xuất nhu cầu năm 2027",
				Description: "Xã Ch'ơm, huyện Tây Giang; gửi các bên và Ban Dân tộc.\nCăn cứ: III.2.2.c, trước 28/02 \\ hằng năm",
			},
			{
				UID: "programme|W20437|2027|p5@ketnghia", Day: twinning.NewDate(2028, 2, 29), Alarms: []int{3},
				Summary: "Chương trình ký kết năm 2027", Sequence: 2, Cancelled: true,
			},
		},
	}
}

func ics(t testing.TB, c CalendarBook) string {
	t.Helper()
	var b bytes.Buffer
	if err := Calendar(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// property is a line of a calendar as a reader sees it, unfolded and unescaped. The name keeps its parameters.
type property struct{ Name, Value string }

// readCalendar reads what RFC 5545 says, knowing nothing of the writer: lines end with CRLF, a line break and a space
// are nothing, and in texts \\ \; \, \n stand for what they stand for.
func readCalendar(t interface{ Fatalf(string, ...any) }, file string) []property {
	var read []property
	body, ended := strings.CutSuffix(file, "\r\n")
	if !ended {
		t.Fatalf("the file does not end with a line break")
	}
	for line := range strings.SplitSeq(body, "\r\n") {
		if len(line) > 75 {
			t.Fatalf("a line of %d octets: %q", len(line), line)
		}
		if !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
			t.Fatalf("a line with a cut character or a bare break: %q", line)
		}
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(body, "\r\n ", ""), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("no property: %q", line)
		}
		read = append(read, property{name, unescaped(value)})
	}
	return read
}

func unescaped(value string) string {
	var text strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' || i+1 == len(value) {
			text.WriteByte(value[i])
			continue
		}
		i++
		if value[i] == 'n' || value[i] == 'N' {
			text.WriteByte('\n')
		} else {
			text.WriteByte(value[i])
		}
	}
	return text.String()
}

func TestCalendarGolden(t *testing.T) {
	t.Parallel()
	file := ics(t, deadlines())
	keep(t, "deadlines.ics", []byte(file))
	readCalendar(t, file)
	checkGolden(t, "calendar.ics.golden", strings.ReplaceAll(file, "\r\n", "\n"))
}

func TestCalendarEvent(t *testing.T) {
	t.Parallel()
	c := deadlines()
	c.Events = c.Events[:1]
	c.Events[0].Alarms = []int{7}
	want := []property{
		{"BEGIN", "VCALENDAR"},
		{"VERSION", "2.0"},
		{"PRODID", "-//ketnghia//deadlines//VI"},
		{"CALSCALE", "GREGORIAN"},
		{"METHOD", "PUBLISH"},
		{"X-WR-CALNAME", "Hạn kết nghĩa: Xã Ch'ơm"},
		{"X-WR-TIMEZONE", "Asia/Ho_Chi_Minh"},
		{"BEGIN", "VEVENT"},
		{"UID", "needs|W20437|2027@ketnghia"},
		{"DTSTAMP", "20270209T013000Z"},
		{"DTSTART;VALUE=DATE", "20270227"},
		{"DTEND;VALUE=DATE", "20270228"},
		{"SEQUENCE", "0"},
		{"STATUS", "CONFIRMED"},
		{"TRANSP", "TRANSPARENT"},
		{"SUMMARY", "Hạn: Kế hoạch / báo cáo đề xuất nhu cầu năm 2027"},
		{"DESCRIPTION", c.Events[0].Description},
		{"BEGIN", "VALARM"},
		{"ACTION", "DISPLAY"},
		{"DESCRIPTION", "Hạn: Kế hoạch / báo cáo đề xuất nhu cầu năm 2027"},
		{"TRIGGER", "-P6DT16H"},
		{"END", "VALARM"},
		{"END", "VEVENT"},
		{"END", "VCALENDAR"},
	}
	if diff := cmp.Diff(want, readCalendar(t, ics(t, c))); diff != "" {
		t.Error(diff)
	}
}

// TestCalendarAlarmsRingAtEight adds the durations to local midnight as a phone does.
func TestCalendarAlarmsRingAtEight(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^(-?)P(?:(\d+)D)?T(\d+)H$`)
	hanoi := time.FixedZone("ICT", 7*60*60)
	c := deadlines()
	c.Events = c.Events[:1]
	for before := range 40 {
		c.Events[0].Alarms = []int{before}
		trigger := ""
		for _, p := range readCalendar(t, ics(t, c)) {
			if p.Name == "TRIGGER" {
				trigger = p.Value
			}
		}
		m := form.FindStringSubmatch(trigger)
		if m == nil {
			t.Fatalf("%d days before: %q is no duration", before, trigger)
		}
		days, _ := strconv.Atoi(m[2]) // no days are 0
		hours, err := strconv.Atoi(m[3])
		if err != nil {
			t.Fatal(err)
		}
		offset := time.Duration(days*24+hours) * time.Hour
		if m[1] == "-" {
			offset = -offset
		}
		rings := c.Events[0].Day.At(0, 0, hanoi).Add(offset)
		if want := c.Events[0].Day.AddDays(-before).At(8, 0, hanoi); !rings.Equal(want) {
			t.Errorf("%d days before rings at %s, want %s", before, rings, want)
		}
	}
}

func TestCalendarTextsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		runes := rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("\\;,\n\r\t:\"ộ\u0323\u0302ê🎋 a")))
		text := rapid.StringOfN(runes, 0, 200, -1)
		c := CalendarBook{Name: text.Draw(t, "name"), Stamp: time.Unix(1_800_000_000, 0)}
		for i := range rapid.IntRange(1, 3).Draw(t, "events") {
			c.Events = append(c.Events, CalendarEvent{
				UID: fmt.Sprint("u", i, text.Draw(t, "uid")), Summary: text.Draw(t, "summary"),
				Description: "d" + text.Draw(t, "description"), Day: twinning.Date(rapid.IntRange(1, 40_000).Draw(t, "day")),
			})
		}
		var b bytes.Buffer
		if err := Calendar(&b, c); err != nil {
			t.Fatal(err)
		}
		var got, want []property
		for _, p := range readCalendar(t, b.String()) {
			switch p.Name {
			case "X-WR-CALNAME", "UID", "SUMMARY", "DESCRIPTION":
				got = append(got, p)
			}
		}
		want = append(want, property{"X-WR-CALNAME", shown(c.Name)})
		for _, e := range c.Events {
			want = append(
				want, property{"UID", shown(e.UID)}, property{"SUMMARY", shown(e.Summary)},
				property{"DESCRIPTION", shown(e.Description)},
			)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// shown is what a text may become: composed, with plain line breaks, without control characters.
func shown(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var kept []rune
	for _, r := range text {
		switch {
		case r == '\r' || r == '\u2028' || r == '\u2029':
			kept = append(kept, '\n')
		case r == '\n' || r == '\t' || !unicode.Is(unicode.Cc, r):
			kept = append(kept, r)
		}
	}
	return norm.NFC.String(string(kept))
}

// TestCalendarFillsLines measures the lines of long texts: as many octets as are allowed, and no character cut.
func TestCalendarFillsLines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want []int
	}{
		{strings.Repeat("a", 200), []int{75, 75, 60}},      // 8 for the name; a space and 74, a space and 59
		{"a" + strings.Repeat("ộ", 60), []int{75, 73, 43}}, // 3 octets each: 22, 24 and 14 of them
		{strings.Repeat("a", 67), []int{75}},               // just fits
		{strings.Repeat("a", 66) + "\n", []int{75, 2}},     // an escape may be cut: it is two characters
		{strings.Repeat("🎋", 20), []int{72, 17}},           // 4 octets each: 16 and 4
	} {
		c := deadlines()
		c.Events[0].Summary = test.text
		_, file, _ := strings.Cut(ics(t, c), "\r\nSUMMARY:")
		file, _, _ = strings.Cut(file, "\r\nDESCRIPTION:")
		var got []int
		for line := range strings.SplitSeq("SUMMARY:"+file, "\r\n") {
			got = append(got, len(line))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.text, diff)
		}
	}
}

func TestCalendarDropsBrokenBytes(t *testing.T) {
	t.Parallel()
	c := deadlines()
	c.Events[0].Summary = "a\xffb\x00c\x7fd"
	if file := ics(t, c); !strings.Contains(file, "\r\nSUMMARY:abcd\r\n") {
		t.Errorf("got %q", file)
	}
}

func TestCalendarCancelledEventRingsNoMore(t *testing.T) {
	t.Parallel()
	c := deadlines()
	c.Events = c.Events[1:]
	file := ics(t, c)
	if !strings.Contains(file, "\r\nSTATUS:CANCELLED\r\n") || !strings.Contains(file, "\r\nSEQUENCE:2\r\n") {
		t.Errorf("not cancelled: %q", file)
	}
	if strings.Contains(file, "VALARM") || strings.Contains(file, "\r\nDESCRIPTION:") {
		t.Errorf("an alarm or an empty description: %q", file)
	}
}

func TestCalendarRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*CalendarBook)
		want   string
	}{
		{"no events", func(c *CalendarBook) { c.Events = nil }, "calendar: invalid events: required"},
		{"no stamp", func(c *CalendarBook) { c.Stamp = time.Time{} }, "calendar: invalid stamp: required"},
		{
			"no uid", func(c *CalendarBook) { c.Events[1].UID = "\x00" },
			"calendar: event 1: invalid uid: required",
		},
		{
			"the same uid twice", func(c *CalendarBook) { c.Events[1].UID = c.Events[0].UID },
			"calendar: event 1: invalid uid: unique",
		},
		{"no day", func(c *CalendarBook) { c.Events[0].Day = 0 }, "calendar: event 0: invalid day: required"},
		{
			"sequence", func(c *CalendarBook) { c.Events[0].Sequence = -1 },
			"calendar: event 0: invalid sequence: negative",
		},
		{
			"alarm after the day", func(c *CalendarBook) { c.Events[0].Alarms = []int{-1} },
			"calendar: event 0: invalid alarms: negative",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := deadlines()
			test.change(&c)
			var b bytes.Buffer
			err := Calendar(&b, c)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			var invalid *twinning.InvalidError
			if !errors.As(err, &invalid) || b.Len() > 0 {
				t.Errorf("%d bytes written, error %T", b.Len(), err)
			}
		})
	}
}
