package main

import (
	"cmp"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/scheduler"
	"ketnghia/store"
	"ketnghia/twinning"
)

// What BenchmarkSpeedBooks reads from the environment: how many activities the books hold (default 1,000,000), and a
// folder in which they are made once and left for the next run. Without one they are made anew, in minutes.
const (
	speedActivities = "KETNGHIA_SPEED_ACTIVITIES"
	speedBooks      = "KETNGHIA_SPEED_BOOKS"
)

// BenchmarkSpeedBooks measures what must not grow with the books, and what must, over a million activities: the start
// until the first poll, with the memory that the process then has; the state of one commune and of the province; a tick
// of the scheduler that finds nothing new; a backup.
//
//	go test ./cmd/ketnghia -run '^$' -bench SpeedBooks -timeout 60m
//	KETNGHIA_SPEED_ACTIVITIES=5000000 KETNGHIA_SPEED_BOOKS=/tmp/books go test ./cmd/ketnghia -run '^$' -bench SpeedBooks -timeout 120m
func BenchmarkSpeedBooks(b *testing.B) {
	n, err := strconv.Atoi(cmp.Or(os.Getenv(speedActivities), "1000000"))
	if err != nil {
		b.Fatal(err)
	}
	dir := os.Getenv(speedBooks)
	if dir == "" {
		dir = b.TempDir()
	}
	about := fillBooks(b, dir, n)
	b.Run("start", func(b *testing.B) { benchmarkStart(b, dir) })
	a := newApp(b, speedTime)
	books, err := a.open(b.Context(), dir, speedTime())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = books.store.Close() }()
	look := func(b *testing.B, fn func(*ledger.Look) error) {
		b.Helper()
		b.ReportAllocs()
		for b.Loop() {
			if err := books.ledger.View(b.Context(), speedTime(), fn); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("status-commune", func(b *testing.B) {
		look(b, func(k *ledger.Look) error { return statusOf(k, about) })
	})
	b.Run("status-province", func(b *testing.B) {
		look(b, func(k *ledger.Look) error {
			issuers, err := k.UnitsOf(twinning.RoleIssuer)
			if err != nil {
				return err
			}
			return statusOf(k, issuers[0].Key)
		})
	})
	b.Run("tick", func(b *testing.B) { benchmarkTick(b, books) })
	b.Run("backup", func(b *testing.B) { benchmarkBackup(b, books, dir) })
}

func statusOf(k *ledger.Look, unit twinning.UnitKey) error {
	u, err := k.Unit(unit)
	if err != nil {
		return err
	}
	_, err = k.StatusOf(u, 2027)
	return err
}

// benchmarkStart measures from the start of the process until it polls.
func benchmarkStart(b *testing.B, dir string) {
	var memory int64
	for b.Loop() {
		server := startServer(b)
		part := startPart(b, partProduct, dir, server, 0)
		post(b, server+"/speed/polled", nil, nil)
		b.StopTimer()
		memory = part.usage().Peak
		part.stop()
		b.StartTimer()
	}
	b.ReportMetric(float64(memory)/(1<<20), "MB")
}

// benchmarkTick measures a look at the books by a scheduler that has just started, so that it remembers nothing, when
// everything was said before.
func benchmarkTick(b *testing.B, books *books) {
	morning := speedTime().Add(15 * time.Hour)
	newScheduler := func() *scheduler.Scheduler {
		s, err := scheduler.New(scheduler.Options{Ledger: books.ledger, Now: speedTime, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	if _, err := newScheduler().Tick(b.Context(), morning); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := newScheduler().Tick(b.Context(), morning); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkBackup(b *testing.B, books *books, dir string) {
	info, err := os.Stat(filepath.Join(dir, databaseName))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	for b.Loop() {
		file, err := os.Create(filepath.Join(b.TempDir(), "copy.db"))
		if err != nil {
			b.Fatal(err)
		}
		if err := books.ledger.Backup(b.Context(), io.Writer(file)); err != nil {
			b.Fatal(err)
		}
		if err := file.Sync(); err != nil {
			b.Fatal(err)
		}
		if err := file.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// fillBooks makes books with n activities of the demo pairings, of this year and the last, in a folder that has none yet,
// and returns a commune that they are about.
func fillBooks(b *testing.B, dir string, n int) twinning.UnitKey {
	b.Helper()
	if _, err := os.Stat(filepath.Join(dir, databaseName)); err != nil {
		fillScene(b, dir)
	}
	s, err := store.Open(filepath.Join(dir, databaseName), store.Options{Now: speedTime()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var pairings []twinning.Pairing
	err = s.View(b.Context(), speedTime(), func(v *store.View) (err error) {
		pairings, err = v.Pairings()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	const batch = 20_000
	for first := activitiesIn(b, s) + 1; first <= n; first += batch {
		err := s.Update(b.Context(), speedTime(), func(tx *store.Tx) error {
			for id := first; id < min(first+batch, n+1); id++ {
				a := speedActivity(pairings[id%len(pairings)], id)
				if _, err := tx.PutActivity(a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	communes := slices.DeleteFunc(slices.Clone(pairings), func(p twinning.Pairing) bool { return p.Recipient != "W20437" })
	return communes[0].Recipient
}

// activitiesIn returns how many activities there are; they are numbered from 1 without a gap.
func activitiesIn(b *testing.B, s *store.Store) (n int) {
	b.Helper()
	err := s.View(b.Context(), speedTime(), func(v *store.View) error {
		n = sort.Search(1<<30, func(i int) bool {
			_, err := v.Activity(twinning.ActivityID(i + 1))
			return err != nil
		})
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func speedActivity(p twinning.Pairing, n int) twinning.Activity {
	a := twinning.Activity{
		Version: 1, Base: 1, State: twinning.ActivityLogged, Pairing: p.ID, Unit: p.Sponsor, Author: 1,
		LoggedAt: speedTime(), Changed: speedTime(), ChangedBy: 1, Chat: 100_000, Sources: []int{n},
		Facts: twinning.Facts{
			From: twinning.NewDate(2026+n%2, 1, 1).AddDays(n / 2 % 160), Sponsor: p.Sponsor, Recipient: p.Recipient,
			Place: "thôn Pà Tôi", Category: twinning.Category(n/8%4 + 1),
			Quantities: twinning.Quantities{twinning.Households: int64(1 + n%7), twinning.Amount: int64(n%11) * 1_000_000},
		},
	}
	if n%3 == 0 {
		a.State = twinning.ActivityConfirmed
	}
	return a
}
