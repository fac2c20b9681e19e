package backup_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/store/backup"
)

// rotate returns what is left of the backups, oldest first.
func rotate(made []time.Time, now time.Time) []time.Time {
	surplus := backup.Surplus(made, now)
	left := slices.DeleteFunc(slices.Clone(made), func(at time.Time) bool { return slices.ContainsFunc(surplus, at.Equal) })
	slices.SortFunc(left, time.Time.Compare)
	return left
}

// TestRotateOverYears makes a backup every night for three years and removes after each what need not be kept.
func TestRotateOverYears(t *testing.T) {
	t.Parallel()
	var kept []time.Time
	first := at(t, "2027-01-01 01:30")
	for day := range 3 * 365 {
		now := first.AddDate(0, 0, day)
		kept = rotate(append(kept, now), now)
		if len(kept) > 24 {
			t.Fatalf("%s: %d backups", now, len(kept))
		}
		for back := range min(7, day+1) {
			if !slices.ContainsFunc(kept, now.AddDate(0, 0, -back).Equal) {
				t.Fatalf("%s: the backup of %d days ago is gone", now, back)
			}
		}
		for month := range 12 {
			end := time.Date(now.Year(), now.Month(), 1, 1, 30, 0, 0, zone()).AddDate(0, -month, 0).AddDate(0, 1, -1)
			if end.After(now) {
				end = now
			}
			if !end.Before(first) && !slices.ContainsFunc(kept, end.Equal) {
				t.Fatalf("%s: the last backup of the month %s is gone", now, end)
			}
		}
		for week := range 5 {
			sunday := now.AddDate(0, 0, (7-int(now.Weekday()))%7-7*week)
			if sunday.After(now) {
				sunday = now
			}
			if !sunday.Before(first) && !slices.ContainsFunc(kept, sunday.Equal) {
				t.Fatalf("%s: the last backup of the week until %s is gone", now, sunday)
			}
		}
	}
	var days []string
	for _, k := range kept {
		days = append(days, k.Format("2006-01-02"))
	}
	want := []string{
		"2029-01-31", "2029-02-28", "2029-03-31", "2029-04-30", "2029-05-31", "2029-06-30", "2029-07-31", "2029-08-31",
		"2029-09-30", "2029-10-31", "2029-11-30", "2029-12-02", "2029-12-09", "2029-12-16", "2029-12-23",
		"2029-12-24", "2029-12-25", "2029-12-26", "2029-12-27", "2029-12-28", "2029-12-29", "2029-12-30",
	}
	if diff := cmp.Diff(want, days); diff != "" {
		t.Errorf("at the end (-want +got):\n%s", diff)
	}
}

// TestRotateAnything holds for any moments and any clock.
func TestRotateAnything(t *testing.T) {
	t.Parallel()
	start := at(t, "2027-01-01 00:00")
	rapid.Check(t, func(t *rapid.T) {
		minute := rapid.IntRange(0, 3*365*24*60)
		var made []time.Time
		for _, m := range rapid.SliceOfNDistinct(minute, 0, 80, rapid.ID).Draw(t, "minutes") {
			made = append(made, start.Add(time.Duration(m)*time.Minute))
		}
		now := start.Add(time.Duration(minute.Draw(t, "now")) * time.Minute)
		left := rotate(made, now)
		slices.SortFunc(made, time.Time.Compare)
		past := slices.DeleteFunc(slices.Clone(made), func(at time.Time) bool { return at.After(now) })
		days := map[string]time.Time{}
		for _, m := range made {
			switch {
			case m.After(now) && !slices.ContainsFunc(left, m.Equal):
				t.Fatalf("%s, dated after now, is gone", m)
			case !m.After(now):
				days[m.Format("2006-01-02")] = m
			}
		}
		for i, m := range past {
			if len(past)-i <= 3 && !slices.ContainsFunc(left, m.Equal) {
				t.Fatalf("%s, the %dth newest, is gone", m, len(past)-i)
			}
		}
		if n := len(left) - (len(made) - len(past)); n > 24+2 || n < min(7, len(days)) {
			t.Fatalf("%d are left of %d on %d days", n, len(past), len(days))
		}
		newest := 0
		for _, day := range slices.Backward(slices.Sorted(keys(days))) {
			if newest++; newest <= 7 && !slices.ContainsFunc(left, days[day].Equal) {
				t.Fatalf("the newest of %s is gone", day)
			}
		}
		if again := rotate(left, now); len(again) != len(left) {
			t.Fatalf("a second time removes %d more", len(left)-len(again))
		}
	})
}

func keys(days map[string]time.Time) func(func(string) bool) {
	return func(yield func(string) bool) {
		for day := range days {
			if !yield(day) {
				return
			}
		}
	}
}

// TestRotateUnderAWrongClock jumps three years ahead for ten nights, and back.
func TestRotateUnderAWrongClock(t *testing.T) {
	t.Parallel()
	var kept []time.Time
	night := func(now time.Time) { kept = rotate(append(kept, now), now) }
	for day := range 60 {
		night(at(t, "2027-01-01 01:30").AddDate(0, 0, day))
	}
	before := slices.Clone(kept)
	night(at(t, "2030-01-01 01:30"))
	if gone := len(before) + 1 - len(kept); gone > 3 { // a day, a week and a month at most
		t.Errorf("one jump of the clock removed %d of %d", gone, len(before))
	}
	for day := range 10 {
		night(at(t, "2030-01-02 01:30").AddDate(0, 0, day))
	}
	for day := range 10 {
		now := at(t, "2027-03-02 01:30").AddDate(0, 0, day)
		night(now)
		for back := range day + 1 {
			if back < 7 && !slices.ContainsFunc(kept, now.AddDate(0, 0, -back).Equal) {
				t.Errorf("%s: the backup of %d days ago is gone, after the clock was set right", now, back)
			}
		}
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	for now, want := range map[string]string{
		"2027-02-26 01:29": "2027-02-25 01:30",
		"2027-02-26 01:30": "2027-02-26 01:30",
		"2027-02-26 23:59": "2027-02-26 01:30",
		"2027-03-01 00:00": "2027-02-28 01:30",
	} {
		if got := backup.Due(at(t, now), 90); !got.Equal(at(t, want)) {
			t.Errorf("at %s: %s, want %s", now, got, want)
		}
	}
}
