package twinning_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

func day(t testing.TB, s string) twinning.Date {
	t.Helper()
	d, err := twinning.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDateAgreesWithTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-2_000_000_000, 5_000_000_000).Draw(t, "at"), 0).UTC()
		d := twinning.DateOf(at, time.UTC)
		y, m, dd := d.Parts()
		if wy, wm, wd := at.Date(); y != wy || m != wm || dd != wd || d.Weekday() != at.Weekday() {
			t.Fatalf("%s became %d-%d-%d %s", at, y, m, dd, d.Weekday())
		}
		if d != 0 {
			if back, err := twinning.ParseDate(d.String()); err != nil || back != d {
				t.Fatalf("%s reads back as %s, %v", d, back, err)
			}
		}
		n := rapid.IntRange(-5000, 5000).Draw(t, "n")
		if got := d.AddDays(n).DaysSince(d); got != n {
			t.Fatalf("%d days later is %d days since", n, got)
		}
	})
}

func TestDateIsThatOfTheZone(t *testing.T) {
	t.Parallel()
	hanoi := time.FixedZone("ICT", 7*60*60)
	evening := time.Date(2027, 2, 26, 17, 30, 0, 0, time.UTC)
	if got := twinning.DateOf(evening, hanoi).String(); got != "2027-02-27" {
		t.Errorf("17:30 UTC on 26/02 is %s in Vietnam, want 2027-02-27", got)
	}
	if got := day(t, "2027-02-27").At(7, 30, hanoi).UTC().Format(time.RFC3339); got != "2027-02-27T00:30:00Z" {
		t.Errorf("07:30 on 27/02 is %s", got)
	}
}

func TestValidDate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		year  int
		month time.Month
		day   int
		ok    bool
	}{
		{2028, 2, 29, true},
		{2027, 2, 29, false},
		{2027, 2, 31, false},
		{2027, 13, 1, false},
		{2027, 4, 0, false},
		{2027, 12, 31, true},
	} {
		if _, ok := twinning.ValidDate(test.year, test.month, test.day); ok != test.ok {
			t.Errorf("%d-%d-%d: %v", test.year, test.month, test.day, ok)
		}
	}
}

func TestDateInJSON(t *testing.T) {
	t.Parallel()
	type record struct {
		From twinning.Date `json:"from"`
		To   twinning.Date `json:"to,omitzero"`
	}
	data, err := json.Marshal(record{From: day(t, "2027-02-26")})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"from":"2027-02-26"}`, string(data)); diff != "" {
		t.Error(diff)
	}
	var back record
	if err := json.Unmarshal([]byte(`{"from":"2027-02-26","to":""}`), &back); err != nil || back.From != day(t, "2027-02-26") || back.To != 0 {
		t.Errorf("read %v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"from":"26/02/2027"}`), &back); err == nil {
		t.Error("26/02/2027 was read")
	}
}

func TestMonthDayIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		m    twinning.MonthDay
		year int
		want string
	}{
		{twinning.MonthDay{Month: 2, Day: 27}, 2027, "2027-02-27"},
		{twinning.MonthDay{Month: 1, Day: 31, NextYear: true}, 2027, "2028-01-31"},
		{twinning.MonthDay{Month: 2, Day: 29}, 2028, "2028-02-29"},
		{twinning.MonthDay{Month: 2, Day: 29}, 2027, "2027-03-01"},
	} {
		if got := test.m.In(test.year).String(); got != test.want {
			t.Errorf("%v in %d is %s, want %s", test.m, test.year, got, test.want)
		}
	}
}
