package scheduler_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/store"
	"ketnghia/twinning"
)

// over puts other books over a store: a restored one, or one with another programme.
func over(t *testing.T, path string, p *twinning.Programme, old *books) *books {
	t.Helper()
	s, err := store.Open(path, store.Options{Now: at("2027-02-26 08:00")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &books{TB: t, store: s, ledger: ledger.New(s, p), units: old.units, people: old.people}
}

// reminded returns who is told of the needs at the moment, and how it is put.
func reminded(b *books, when string) []string {
	b.Helper()
	var told []string
	for _, row := range b.tick(when) {
		for _, line := range row.Message.Lines {
			if line.Key == "remind.deadline" {
				told = append(told, personCalled(row.Person)+" "+line.Args.Get("Due").Date.String())
			}
		}
	}
	return told
}

// TestRestoredBooksCatchUp restores a copy that is a week old: what was said since is not known any more, so it is said
// once, in one message a person, and then no more.
func TestRestoredBooksCatchUp(t *testing.T) {
	t.Parallel()
	b := newBooks(t, false)
	b.enrol(at("2027-01-04 08:00"), "W20437", twinning.RoleOfficer)
	if got := reminded(b, "2027-01-28 09:00"); len(got) == 0 {
		t.Fatal("nobody is told at the first rung")
	}
	var saved bytes.Buffer
	if err := b.ledger.Backup(t.Context(), &saved); err != nil {
		t.Fatal(err)
	}
	reminded(b, "2027-02-12 09:00")
	reminded(b, "2027-02-19 09:00")
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	if err := os.WriteFile(path, saved.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	restored := over(t, path, b.ledger.Programme(), b)
	want := map[string]int{"2027-01-29 09:00": 0, "2027-02-22 09:00": 1, "2027-02-22 10:00": 0, "2027-02-23 09:00": 0, "2027-02-24 09:00": 1}
	for _, when := range []string{"2027-01-29 09:00", "2027-02-22 09:00", "2027-02-22 10:00", "2027-02-23 09:00", "2027-02-24 09:00"} {
		n := 0
		for _, told := range reminded(restored, when) {
			if strings.HasSuffix(told, "2027-02-27") {
				n++
			}
		}
		if n != want[when] {
			t.Errorf("%s: told %d times of the needs, want %d", when, n, want[when])
		}
	}
}

// TestChangedDeadlineIsSaidAnew moves the deadline of the needs by two weeks after the rung of seven days was said: the
// ladder of the new day is climbed anew, and what was said of a day that stays is not repeated.
func TestChangedDeadlineIsSaidAnew(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	b := newBooks(t, false)
	b.enrol(at("2027-01-04 08:00"), "W20437", twinning.RoleOfficer)
	for _, when := range []string{"2027-01-28 09:00", "2027-02-12 09:00", "2027-02-19 09:00"} {
		if got := reminded(b, when); len(got) == 0 {
			t.Fatalf("nobody is told on %s", when)
		}
	}
	var saved bytes.Buffer
	if err := b.ledger.Backup(t.Context(), &saved); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, saved.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	changed, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range changed.Obligations {
		if r.ID == "needs" {
			changed.Obligations[i].Due = twinning.MonthDay{Month: 3, Day: 13}
			changed.Obligations[i].LateAfter = twinning.MonthDay{Month: 3, Day: 14}
		}
	}
	later := over(t, path, changed, b)
	var got []string
	for _, when := range []string{"2027-02-22 09:00", "2027-02-24 09:00", "2027-02-26 09:00", "2027-03-05 09:00", "2027-03-10 09:00"} {
		for _, told := range reminded(later, when) {
			if strings.HasSuffix(told, "03-13") {
				got = append(got, when[:10])
			}
		}
	}
	// 14 days before 13/03 is Saturday 27/02, so Friday; 7 days before is Saturday 06/03, so Friday; 3 is Wednesday. On
	// 22/02 the rung of 30 days, 11/02, has come: it was said for the old day before that.
	want := []string{"2027-02-22", "2027-02-26", "2027-03-05", "2027-03-10"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
