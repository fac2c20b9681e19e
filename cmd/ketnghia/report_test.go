package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/programme"
	"ketnghia/report"
	"ketnghia/twinning"
)

// provinceBooks are the real roster with demo pairings and so many made-up activities of 2027, some confirmed, with
// documents filed by some: what a province has at the end of a year.
func provinceBooks(tb testing.TB, activities int) (*app, *books) {
	tb.Helper()
	now := func() time.Time { return time.Date(2027, 12, 20, 9, 0, 0, 0, time.FixedZone("+07", 7*60*60)) }
	catalogue, err := locales.New()
	if err != nil {
		tb.Fatal(err)
	}
	a := &app{catalogue: catalogue, err: io.Discard, now: now, getenv: func(string) string { return "" }}
	b, err := a.open(tb.Context(), tb.TempDir(), now())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := b.store.Close(); err != nil {
			tb.Error(err)
		}
	})
	units, err := programme.DefaultUnits()
	if err != nil {
		tb.Fatal(err)
	}
	for i := range units {
		if programme.IsSponsor(units[i].Role) && i%3 > 0 {
			units[i].Staff = 20 + i
		}
	}
	pairings := programme.DemoPairings(units, twinning.NewDate(2026, 1, 1))
	r := rand.New(rand.NewPCG(7, 11)) // the same books every time
	update := func(fn func(*ledger.Work) error) {
		tb.Helper()
		if err := b.ledger.Update(tb.Context(), now(), fn); err != nil {
			tb.Fatal(err)
		}
	}
	update(func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: units, Pairings: pairings})
	})
	const batch = 2000
	for done := 0; done < activities; done += batch {
		update(func(w *ledger.Work) error {
			for range min(batch, activities-done) {
				if err := makeUp(w, r, pairings); err != nil {
					return err
				}
			}
			return nil
		})
	}
	update(func(w *ledger.Work) error { return fileSome(w, r) })
	return a, b
}

// makeUp logs an activity of one of the pairings, and half of them are confirmed.
func makeUp(w *ledger.Work, r *rand.Rand, pairings []twinning.Pairing) error {
	p := pairings[r.IntN(len(pairings))]
	kinds := twinning.Kinds()
	sources := []twinning.Source{"", twinning.SourceIntegrated, twinning.SourceOwn, twinning.SourceStaff, twinning.SourceMobilised}
	f := twinning.Facts{
		From: twinning.NewDate(2027, 1, 4).AddDays(r.IntN(340)), Sponsor: p.Sponsor, Recipient: p.Recipient,
		Category: twinning.Category(1 + r.IntN(4)), Kinds: []twinning.Kind{kinds[r.IntN(len(kinds))]},
		Source: sources[r.IntN(len(sources))], Place: "thôn Pà Tôi",
		Summary: "hom qua kham benh phat thuoc cho ba con thon Pà Tôi", Quantities: twinning.Quantities{
			twinning.Households: int64(r.IntN(30)), twinning.Amount: int64(r.IntN(60)) * 500_000,
		},
	}
	if r.IntN(4) == 0 {
		f.Quantities[twinning.Models] = 1
		f.InKind = []string{"12 con bò"}
	}
	d, err := w.StartDraft(ledger.Actor{}, twinning.Draft{Unit: f.Sponsor, Facts: f, Distinct: true, Author: 1})
	if err != nil {
		return fmt.Errorf("draft: %w", err)
	}
	act, err := w.Log(ledger.Actor{}, d.ID)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	if r.IntN(2) == 0 {
		return nil
	}
	_, err = w.Confirm(ledger.Actor{Chat: 9, Person: twinning.Person{
		ID: 50, Unit: f.Recipient, Role: twinning.RoleOfficer, State: twinning.MembershipActive,
	}}, act.ID, 1)
	return err
}

// fileSome files two of three documents that can be filed on the day.
func fileSome(w *ledger.Work, r *rand.Rand) error {
	owings, err := w.Owings(2027)
	if err != nil {
		return err
	}
	for _, o := range owings {
		if !o.Standing.Open() || r.IntN(3) == 0 || w.Today() > o.Deadlines.Closes {
			continue
		}
		_, err := w.File(ledger.Actor{}, twinning.Filing{
			Meets: []twinning.Obligation{o.Obligation}, Unit: o.Obligation.Unit, Number: "15/KH-UBND",
			Filed: o.Deadlines.Due.AddDays(r.IntN(6) - 4), Dated: min(o.Deadlines.Due.AddDays(-5), w.Today()),
			Files: []twinning.FileRef{{ID: o.Obligation.Key(), UniqueID: o.Obligation.Key(), Name: "a.pdf"}},
		})
		if err != nil {
			return fmt.Errorf("%s: %w", o.Obligation.Key(), err)
		}
	}
	return nil
}

// yearFiles returns the two files of a report.
func yearFiles(tb testing.TB, b *books, at time.Time, unit twinning.UnitKey) (document, annex []byte) {
	tb.Helper()
	var data twinning.YearReport
	err := b.ledger.View(tb.Context(), at, func(k *ledger.Look) (err error) {
		data, err = k.YearReport(unit, 2027)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	p := newPrinter(tb)
	var docx, xlsx bytes.Buffer
	if err := report.YearDocument(&docx, p, data); err != nil {
		tb.Fatal(err)
	}
	if err := report.YearAnnex(&xlsx, p, data); err != nil {
		tb.Fatal(err)
	}
	return docx.Bytes(), xlsx.Bytes()
}

func newPrinter(tb testing.TB) locales.Printer {
	tb.Helper()
	c, err := locales.New()
	if err != nil {
		tb.Fatal(err)
	}
	return c.Printer(locales.Vietnamese)
}

// TestReportsToLookAt leaves the reports of a whole province in the folder that KETNGHIA_KEEP names.
func TestReportsToLookAt(t *testing.T) {
	dir := os.Getenv("KETNGHIA_KEEP")
	if dir == "" {
		t.Skip("KETNGHIA_KEEP names no folder")
	}
	a, b := provinceBooks(t, 400)
	for name, unit := range map[string]twinning.UnitKey{
		"province": "", "agency": "ASYT", "lowland": "D502", "commune": "W20437", "district": "D504",
	} {
		docx, xlsx := yearFiles(t, b, a.now(), unit)
		for end, data := range map[string][]byte{documentEnd: docx, annexEnd: xlsx} {
			if err := os.WriteFile(filepath.Join(dir, name+end), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestReportAgreesWithChat compares the annex of the province with what the bot tells as the province's figures.
func TestReportAgreesWithChat(t *testing.T) {
	t.Parallel()
	a, b := provinceBooks(t, 150)
	_, xlsx := yearFiles(t, b, a.now(), "")
	book, err := excelize.OpenReader(bytes.NewReader(xlsx))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	var sum ledger.Sum
	err = b.ledger.View(t.Context(), a.now(), func(k *ledger.Look) error {
		u, err := k.Unit("P49")
		if err != nil {
			return err
		}
		span, err := k.Span(u)
		if err != nil {
			return err
		}
		sum, err = k.Sum(2027, ledger.Filter{Units: span})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range []string{"Theo đơn vị", "Theo xã"} {
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		total := rows[len(rows)-1][3:]
		measures := twinning.Measures()
		for i, m := range measures {
			want := []string{fmt.Sprint(sum.Confirmed[m]), fmt.Sprint(sum.Unconfirmed[m])}
			if got := []string{total[i], total[len(measures)+i]}; !slices.Equal(got, want) {
				t.Errorf("%s: %s is %v, want %v", sheet, m, got, want)
			}
		}
	}
}

// BenchmarkYearReport makes the province's report with its annex over 20,000 activities; peak-MB is the most that the
// heap held meanwhile.
func BenchmarkYearReport(b *testing.B) {
	a, books := provinceBooks(b, 20_000)
	runtime.GC()
	var peak atomic.Uint64
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(2 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapAlloc))
			}
		}
	}()
	b.ReportAllocs()
	for b.Loop() {
		yearFiles(b, books, a.now(), "")
	}
	close(done)
	b.ReportMetric(float64(peak.Load())/1e6, "peak-MB")
}
