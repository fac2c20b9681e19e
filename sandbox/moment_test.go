package sandbox

import (
	"errors"
	"testing"
	"time"
)

func TestMoment(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 2, 24, 8, 3, 0, 0, vietnam()) // a Wednesday
	tests := map[string]string{
		"tới 20/03/2027":     "2027-03-20 08:00",
		"20/03/2027 17:30":   "2027-03-20 17:30",
		"20/3/2027 lúc 9h":   "2027-03-20 09:00",
		"TỚI  1/3":           "2027-03-01 08:00",
		"1/2":                "2028-02-01 08:00",
		"24/2 9h15":          "2027-02-24 09:15",
		"17h30":              "2027-02-24 17:30",
		"7h":                 "2027-02-25 07:00",
		"+3 ngày":            "2027-02-27 08:03",
		"2 tuần":             "2027-03-10 08:03",
		"+90 phút":           "2027-02-24 09:33",
		"+17h":               "2027-02-25 01:03",
		"1 tháng":            "2027-03-24 08:03",
		"2027-12-31":         "2027-12-31 08:00",
		"2027-12-31 23:59":   "2027-12-31 23:59",
		"đến ngày 28.2.2028": "2028-02-28 08:00",
		"29/02/2027":         "",
		"29/02/2028":         "2028-02-29 08:00",
		"31/4":               "",
		"25:00":              "",
		"mai":                "",
		"":                   "",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := moment(text, now)
			if want == "" {
				if !errors.Is(err, ErrInvalid) {
					t.Errorf("moment(%q) = %v, %v; want an error", text, got, err)
				}
				return
			}
			if err != nil || got.Format("2006-01-02 15:04") != want {
				t.Errorf("moment(%q) = %v, %v; want %s", text, got, err, want)
			}
		})
	}
}

func TestNextMorning(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"2027-02-24 07:59": "2027-02-24 08:00",
		"2027-02-24 08:00": "2027-02-25 08:00",
		"2027-02-26 09:00": "2027-03-01 08:00",
		"2027-02-27 06:00": "2027-03-01 08:00",
	}
	for from, want := range tests {
		at, err := time.ParseInLocation("2006-01-02 15:04", from, vietnam())
		if err != nil {
			t.Fatal(err)
		}
		if got := nextMorning(at).Format("2006-01-02 15:04"); got != want {
			t.Errorf("nextMorning(%s) = %s, want %s", from, got, want)
		}
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	base := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := NewClock(func() time.Time { return base })
	var moves []time.Time
	c.OnMove(func(at time.Time) { moves = append(moves, at) })

	to := time.Date(2027, 2, 20, 1, 0, 0, 0, time.UTC)
	c.Set(to)
	c.Advance(time.Hour)
	base = base.Add(time.Minute) // the base runs on
	if want := to.Add(time.Hour + time.Minute); !c.Now().Equal(want) {
		t.Errorf("Now() = %v, want %v", c.Now(), want)
	}
	if len(moves) != 2 || !moves[0].Equal(to) || !moves[1].Equal(to.Add(time.Hour)) {
		t.Errorf("moves %v", moves)
	}
}
