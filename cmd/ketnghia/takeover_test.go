package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/report"
	"ketnghia/twinning"
)

// today is the day on which the tests of this file take over what was.
func today() time.Time { return time.Date(2027, 3, 1, 2, 0, 0, 0, time.UTC) }

// newBooks opens the books of a new folder for a command.
func newBooks(t testing.TB, a *app) *books {
	t.Helper()
	b, err := a.open(t.Context(), filepath.Join(t.TempDir(), "books"), a.now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// taken reads a file and puts it into the books; it returns what the plan was.
func taken(t testing.TB, a *app, b *books, path string) programme.Plan {
	t.Helper()
	roster, err := programme.ReadRoster(path)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := a.plan(t.Context(), b, roster)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(plan.rejected); n > 0 {
		t.Fatalf("%d rows rejected, the first: %s", n, a.rejection(plan.rejected[0]))
	}
	if !plan.Empty() {
		if err := a.applyPlan(t.Context(), b, &importCmd{File: path}, plan); err != nil {
			t.Fatal(err)
		}
	}
	return plan.Plan
}

// TestImportsAtOnce plans two imports of one file before either is carried out: the second one is planned anew. What else
// changes in the books stops nobody.
func TestImportsAtOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t, today)
	b := newBooks(t, a)
	path := put(t, filepath.Join(t.TempDir(), "activities.csv"),
		"date,sponsor,recipient,category,households\n2027-01-05,ASYT,W20437,4,12\n2027-01-06,ASYT,W20437,4,13\n")
	roster, err := programme.ReadRoster(path)
	if err != nil {
		t.Fatal(err)
	}
	var plans [3]importPlan
	for i := range plans {
		if plans[i], err = a.plan(t.Context(), b, roster); err != nil {
			t.Fatal(err)
		}
	}
	err = b.ledger.Update(t.Context(), a.now(), func(w *ledger.Work) error { return w.SetStaff(ledger.Actor{}, "ASTC", 2027, 40) })
	if err != nil {
		t.Fatal(err)
	}
	c := &importCmd{File: path}
	if err := a.applyPlan(t.Context(), b, c, plans[0]); err != nil {
		t.Errorf("after another change: %v", err)
	}
	if err := a.applyPlan(t.Context(), b, c, plans[1]); !errors.Is(err, errBooksChanged) {
		t.Errorf("after the same import: %v", err)
	}
	if plan := taken(t, a, b, path); len(plan.Activities.Added) != 0 || len(plan.Activities.Known) != 2 {
		t.Errorf("planned anew: %d added, %d known", len(plan.Activities.Added), len(plan.Activities.Known))
	}
	var together sync.WaitGroup
	other := put(t, filepath.Join(t.TempDir(), "activities.csv"),
		"date,sponsor,recipient,category,households\n2027-01-07,ASYT,W20437,4,14\n2027-01-08,ASYT,W20437,4,15\n")
	if roster, err = programme.ReadRoster(other); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		together.Go(func() {
			own := newApp(t, today)
			own.catalogue = a.catalogue
			if err := (&importCmd{File: other}).tries(t.Context(), own, b, roster); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	var n int
	err = b.ledger.View(t.Context(), a.now(), func(k *ledger.Look) error {
		return k.Activities(func(twinning.Activity) error { n++; return nil })
	})
	if err != nil || n != 4 {
		t.Errorf("%d activities, want 4 (%v)", n, err)
	}
}

// exports writes the books as a workbook.
func exports(t testing.TB, a *app, b *books, lang string) string {
	t.Helper()
	var out bytes.Buffer
	err := b.ledger.View(t.Context(), a.now(), func(k *ledger.Look) error {
		return bot.WriteRecords(&out, k, a.catalogue.Printer(lang), ledger.Scope{})
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "so.xlsx")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func extract(t testing.TB, a *app, b *books) (x ledger.Extract) {
	t.Helper()
	err := b.ledger.View(t.Context(), a.now(), func(k *ledger.Look) (err error) {
		x, err = k.Extract(ledger.Scope{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// nasty are texts that a spreadsheet, XML or an import could take for something else.
func nasty() []string {
	return []string{
		"", "=HYPERLINK(\"http://x\",\"y\")", "+84 905", "-5", "@SUM(A1)", "#REF! là lỗi", "a\nb\n\nc", "<b>&amp;</b>", "_x0041_",
		"'0123", "1.234", "45000", "31/12/2021", "hộ; nghèo | cận", "Pà Tôi\u00a0🙂", "đã\tghi", "TRUE", "…", "có", "001",
	}
}

func drawFacts(t *rapid.T, sponsors, recipients []twinning.UnitKey) twinning.Facts {
	text := func(label string) string {
		// As the bot keeps them: NFC, no space around.
		words := rapid.StringMatching(`[a-zà-ỹA-Z0-9]( ?[a-zà-ỹ0-9,.;:=+"'&<>\n-]){0,30}[a-zà-ỹ]`)
		return norm.NFC.String(rapid.OneOf(rapid.SampledFrom(nasty()), words).Draw(t, label))
	}
	f := twinning.Facts{
		From:    twinning.NewDate(2020, 4, 16).AddDays(rapid.IntRange(0, 2400).Draw(t, "day")),
		Sponsor: rapid.SampledFrom(sponsors).Draw(t, "sponsor"), Recipient: rapid.SampledFrom(recipients).Draw(t, "recipient"),
		Place: text("place"), Summary: text("summary"), Category: rapid.SampledFrom(twinning.Categories()).Draw(t, "category"),
		Kinds:      rapid.SliceOfNDistinct(rapid.SampledFrom(twinning.Kinds()), 0, 3, rapid.ID[twinning.Kind]).Draw(t, "kinds"),
		Quantities: drawQuantities(t, "quantities"),
		InKind:     rapid.SliceOfN(rapid.SampledFrom([]string{"12 con bò", "=1+1", "3 tấn gạo"}), 0, 3).Draw(t, "goods"),
		Source: rapid.SampledFrom([]twinning.Source{
			"", twinning.SourceIntegrated, twinning.SourceOwn, twinning.SourceStaff, twinning.SourceMobilised,
		}).Draw(t, "source"),
	}
	if rapid.Bool().Draw(t, "several days") {
		f.To = f.From.AddDays(rapid.IntRange(1, 9).Draw(t, "days"))
	}
	return f
}

func drawQuantities(t *rapid.T, label string) twinning.Quantities {
	q := twinning.Quantities{}
	for _, m := range twinning.Measures()[1:] {
		if rapid.Bool().Draw(t, label+" "+string(m)) {
			q[m] = rapid.Int64Range(0, 5000).Draw(t, string(m))
			if m == twinning.Amount {
				q[m] *= 1000
			}
		}
	}
	return q
}

func drawDeeds(t *rapid.T, units []twinning.Unit) []ledger.Deed {
	var sponsors, recipients []twinning.UnitKey
	for _, u := range units {
		if u.Role.IsRecipient() {
			recipients = append(recipients, u.Key)
		} else {
			sponsors = append(sponsors, u.Key)
		}
	}
	deeds := make([]ledger.Deed, rapid.IntRange(1, 8).Draw(t, "activities"))
	for i := range deeds {
		d := ledger.Deed{Facts: drawFacts(t, sponsors, recipients), State: rapid.SampledFrom([]twinning.ActivityState{
			twinning.ActivityLogged, twinning.ActivityConfirmed, twinning.ActivityDisputed, twinning.ActivityVoided,
		}).Draw(t, "state")}
		switch d.State {
		case twinning.ActivityDisputed:
			d.Claim = drawQuantities(t, "claim")
		case twinning.ActivityVoided:
			d.Reason = "ghi nhầm"
		case twinning.ActivityLogged, twinning.ActivityConfirmed:
		}
		deeds[i] = d
	}
	if rapid.Bool().Draw(t, "the same twice") {
		deeds = append(deeds, deeds[0]) // two people logged the same and said that they are two
	}
	return deeds
}

// What is exported and imported into empty books is there as it was: numbers, facts, states, totals. Imported again it
// changes nothing, in either language.
func TestWhatIsExportedComesBack(t *testing.T) {
	t.Parallel()
	a := newApp(t, today)
	a.out = io.Discard
	rapid.Check(t, func(rt *rapid.T) {
		first, second := newBooks(t, a), newBooks(t, a)
		deeds := drawDeeds(rt, extract(t, a, first).Units)
		err := first.ledger.Update(t.Context(), a.now(), func(w *ledger.Work) error {
			return w.TakeOver(ledger.Actor{}, ledger.Takeover{File: "so.xlsx", Activities: deeds})
		})
		if err != nil {
			rt.Fatal(err)
		}
		lang := rapid.SampledFrom([]string{"vi", "en"}).Draw(rt, "language")
		path := exports(t, a, first, lang)
		if plan := taken(t, a, first, path); !plan.Empty() || len(plan.Activities.Known) != len(deeds) {
			rt.Fatalf("the books' own export would change them: %+v", plan)
		}
		taken(t, a, second, path)
		want, got := extract(t, a, first), extract(t, a, second)
		same := cmp.Options{
			cmpopts.EquateEmpty(), cmpopts.IgnoreFields(twinning.Activity{}, "LoggedAt", "Changed"),
		}
		if diff := cmp.Diff(want, got, same); diff != "" {
			rt.Fatal(diff)
		}
		if diff := cmp.Diff(totals(t, a, first), totals(t, a, second)); diff != "" {
			rt.Fatal(diff)
		}
		if plan := taken(t, a, second, path); !plan.Empty() {
			rt.Fatalf("a second import would change something: %+v", plan)
		}
	})
}

// totals are all totals of the books, by year.
func totals(t testing.TB, a *app, b *books) map[string]twinning.Quantities {
	t.Helper()
	all := map[string]twinning.Quantities{}
	err := b.ledger.View(t.Context(), a.now(), func(k *ledger.Look) error {
		for year := 2020; year <= 2027; year++ {
			rows, err := k.AllTotals(year)
			if err != nil {
				return err
			}
			for _, r := range rows {
				all[fmt.Sprint(year, r.Unit, r.Pairing, r.Category, r.Confirmed)] = r.Sum
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// manyRows writes a workbook of n activities.
func manyRows(t testing.TB, a *app, n int) string {
	t.Helper()
	units, err := programme.DefaultUnits()
	if err != nil {
		t.Fatal(err)
	}
	sponsors := slices.DeleteFunc(slices.Clone(units), func(u twinning.Unit) bool { return u.Role.IsRecipient() })
	recipients := slices.DeleteFunc(slices.Clone(units), func(u twinning.Unit) bool { return !u.Role.IsRecipient() })
	records := report.Records{Units: units}
	for i := range n {
		records.Activities = append(records.Activities, twinning.Activity{
			ID: twinning.ActivityID(i + 1), State: twinning.ActivityConfirmed, Facts: twinning.Facts{
				From:    twinning.NewDate(2021, 1, 1).AddDays(i % 1800),
				Sponsor: sponsors[i%len(sponsors)].Key, Recipient: recipients[i/7%len(recipients)].Key,
				Place: fmt.Sprintf("thôn %d", i%13), Category: twinning.CategoryWelfare, Kinds: []twinning.Kind{twinning.KindGift},
				Quantities: twinning.Quantities{twinning.Households: int64(i), twinning.Amount: int64(i+1) * 1_000_000},
				Source:     twinning.SourceMobilised, Summary: fmt.Sprintf("Tặng quà cho %d hộ nghèo nhân dịp Tết", i),
			},
		})
	}
	path := filepath.Join(t.TempDir(), "nhieu.xlsx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.WriteRecords(f, a.catalogue.Printer("vi"), records); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// BenchmarkImport reads, checks and writes a workbook of 20,000 activities, and then finds them all in the books.
func BenchmarkImport(b *testing.B) {
	a := benchApp(b)
	path := manyRows(b, a, 20_000)
	b.ReportAllocs()
	for b.Loop() {
		books := newBooks(b, a)
		if plan := taken(b, a, books, path); len(plan.Activities.Added) != 20_000 {
			b.Fatal(len(plan.Activities.Added))
		}
		if plan := taken(b, a, books, path); !plan.Empty() {
			b.Fatal("imported twice")
		}
	}
}

// BenchmarkExport writes the books with 20,000 activities as a workbook.
func BenchmarkExport(b *testing.B) {
	a := benchApp(b)
	books := newBooks(b, a)
	taken(b, a, books, manyRows(b, a, 20_000))
	b.ReportAllocs()
	for b.Loop() {
		exports(b, a, books, "vi")
	}
}

func benchApp(b *testing.B) *app {
	b.Helper()
	a := newApp(b, today)
	a.out = io.Discard
	return a
}
