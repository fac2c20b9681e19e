package bot

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/programme"
	"ketnghia/report"
	"ketnghia/twinning"
)

// chartBooks are random years of activities and documents, with what the test itself recorded of them.
type chartBooks struct {
	ledger     *ledger.Ledger
	now        time.Time
	reader     twinning.Person
	activities []twinning.Activity
	filed      map[twinning.UnitKey]twinning.Date
}

func chartUnits() []twinning.Unit {
	return []twinning.Unit{
		{Key: "P49", Name: "Tỉnh Quảng Nam", Role: twinning.RoleIssuer},
		{Key: "ABDT", Name: "Ban Dân tộc", Role: twinning.RoleStanding},
		{Key: "ASYT", Name: "Sở Y tế", Role: twinning.RoleSponsorAgency, Staff: 37},
		{Key: "ASTC", Name: "Sở Tài chính", Role: twinning.RoleSponsorAgency},
		{Key: "D502", Name: "Thành phố Tam Kỳ", Role: twinning.RoleSponsorLowland},
		{Key: "D504", Name: "Huyện Tây Giang", Role: twinning.RoleRecipientDistrict},
		{Key: "W1", Name: "Xã Ch'ơm", Role: twinning.RoleRecipientCommune, Parent: "D504", Border: true},
		{Key: "W2", Name: "Xã Dang", Role: twinning.RoleRecipientCommune, Parent: "D504"},
		{Key: "D505", Name: "Huyện Đông Giang", Role: twinning.RoleRecipientDistrict},
		{Key: "W3", Name: "Xã Ba", Role: twinning.RoleRecipientCommune, Parent: "D505"},
	}
}

func newChartBooks(t *testing.T, r *rapid.T) *chartBooks {
	t.Helper()
	p, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	b := &chartBooks{
		ledger: ledger.New(newStore(t), p), now: time.Date(2027, 6, 20, 3, 0, 0, 0, time.UTC),
		reader: twinning.Person{ID: 1, Unit: "ABDT", Role: twinning.RoleCoordinator, State: twinning.MembershipActive},
		filed:  map[twinning.UnitKey]twinning.Date{},
	}
	var pairings []twinning.Pairing
	for _, x := range [][2]twinning.UnitKey{{"ASYT", "W1"}, {"ASTC", "W2"}, {"D502", "D504"}, {"ASYT", "W3"}} {
		pairings = append(pairings, twinning.Pairing{
			Sponsor: x[0], Recipient: x[1], From: twinning.NewDate(2020, 1, 1), Decision: "1",
		})
	}
	b.update(t, func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: chartUnits(), Pairings: pairings})
	})
	b.update(t, func(w *ledger.Work) error { return b.act(w, r) })
	b.update(t, func(w *ledger.Work) error { return b.settle(w, r) })
	b.update(t, func(w *ledger.Work) error { return b.file(w, r) })
	return b
}

func (b *chartBooks) update(t *testing.T, fn func(*ledger.Work) error) {
	t.Helper()
	if err := b.ledger.Update(t.Context(), b.now, fn); err != nil {
		t.Fatal(err)
	}
}

// act logs random activities of two years.
func (b *chartBooks) act(w *ledger.Work, r *rapid.T) error {
	for range rapid.IntRange(0, 30).Draw(r, "activities") {
		f := twinning.Facts{
			From:      twinning.NewDate(2026, time.January, 1).AddDays(rapid.IntRange(0, 530).Draw(r, "day")),
			Sponsor:   rapid.SampledFrom([]twinning.UnitKey{"ASYT", "ASTC", "D502"}).Draw(r, "sponsor"),
			Recipient: rapid.SampledFrom([]twinning.UnitKey{"D504", "W1", "W2", "W3"}).Draw(r, "recipient"),
			Category:  rapid.SampledFrom(twinning.Categories()).Draw(r, "category"),
			Quantities: twinning.Quantities{
				twinning.Households: rapid.Int64Range(0, 20).Draw(r, "households"),
				twinning.Amount:     rapid.Int64Range(0, 90).Draw(r, "millions") * 1_000_000,
			},
		}
		d, err := w.StartDraft(ledger.Actor{}, twinning.Draft{Unit: f.Sponsor, Facts: f, Distinct: true, Author: 1})
		if err != nil {
			return err
		}
		act, err := w.Log(ledger.Actor{}, d.ID)
		if err != nil {
			return err
		}
		b.activities = append(b.activities, act)
	}
	return nil
}

// settle confirms some of the activities and takes others out of the totals.
func (b *chartBooks) settle(w *ledger.Work, r *rapid.T) (err error) {
	for i, act := range b.activities {
		officer := twinning.Person{
			ID: 50, Unit: act.Facts.Recipient, Role: twinning.RoleOfficer, State: twinning.MembershipActive,
		}
		switch rapid.IntRange(0, 2).Draw(r, "state") {
		case 1:
			b.activities[i], err = w.Confirm(ledger.Actor{Person: officer, Chat: 9}, act.ID, 1)
		case 2:
			b.activities[i], err = w.Void(ledger.Actor{}, act.ID, 1, "x")
		}
		if err != nil {
			return fmt.Errorf("activity %d: %w", act.ID, err)
		}
	}
	return nil
}

// file hands in the plan of some recipients for 2027.
func (b *chartBooks) file(w *ledger.Work, r *rapid.T) error {
	for _, unit := range []twinning.UnitKey{"D504", "W1", "W2", "D505", "W3"} {
		if !rapid.Bool().Draw(r, "files") {
			continue
		}
		b.filed[unit] = twinning.NewDate(2027, time.January, 5).AddDays(rapid.IntRange(0, 150).Draw(r, "filed"))
		_, err := w.File(ledger.Actor{}, twinning.Filing{
			Unit: unit, Meets: []twinning.Obligation{{Rule: "needs", Unit: unit, Year: 2027}}, Filed: b.filed[unit],
			Files: []twinning.FileRef{{ID: "f" + string(unit), UniqueID: "u" + string(unit)}},
		})
		if err != nil {
			return fmt.Errorf("filing of %s: %w", unit, err)
		}
	}
	return nil
}

// recount adds up what the chosen activities of the span came to.
func (b *chartBooks) recount(span []twinning.UnitKey, m twinning.Measure, want func(twinning.Activity) bool) (n int64) {
	for _, a := range b.activities {
		if a.State == twinning.ActivityVoided || !want(a) ||
			!slices.Contains(span, a.Facts.Sponsor) && !slices.Contains(span, a.Facts.Recipient) {
			continue
		}
		if m == twinning.Activities {
			n++
		}
		n += a.Facts.Quantities[m]
	}
	return n
}

// sumOf adds up the points of a chart that the condition chooses.
func sumOf(data report.ChartData, want func(report.ChartPoint) bool) (n int64) {
	for _, p := range data.Points {
		if want(p) {
			n += p.Value
		}
	}
	return n
}

// TestChartsAgreeWithChatAndRecount holds what charts show against the figures of the chat and a naive recount.
func TestChartsAgreeWithChatAndRecount(t *testing.T) {
	t.Parallel()
	catalogue, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		b := newChartBooks(t, r)
		unit := rapid.SampledFrom([]twinning.UnitKey{"P49", "D504", "D505", "W1", "ASYT", "D502"}).Draw(r, "scope")
		err := b.ledger.View(t.Context(), b.now, func(k *ledger.Look) error {
			s, err := k.ChartScope(b.reader, unit)
			if err != nil {
				return err
			}
			c := chartCheck{
				T: r, books: b, look: k, scope: s, maker: chartMaker{k, catalogue.Printer(langVI)},
				req: twinning.ReportRequest{
					Unit: unit, Year: rapid.SampledFrom([]int{2026, 2027}).Draw(r, "year"), Chart: &twinning.ChartRequest{},
				},
			}
			c.activity()
			c.progress()
			c.years()
			c.filings()
			return nil
		})
		if err != nil {
			r.Fatal(err)
		}
	})
}

// chartCheck is one scope and year.
type chartCheck struct {
	*rapid.T

	books *chartBooks
	look  *ledger.Look
	scope ledger.ChartScope
	maker chartMaker
	req   twinning.ReportRequest
}

func (c chartCheck) must(err error) {
	if err != nil {
		c.Fatal(err)
	}
}

func (c chartCheck) same(what string, chart, chat, naive int64) {
	if chart != chat || chart != naive {
		c.Errorf("%s of %s %d: %d in the chart, %d in chat, %d by a recount", what, c.req.Unit, c.req.Year, chart, chat, naive)
	}
}

func (c chartCheck) activity() {
	g, err := c.maker.activity(c.scope, c.req)
	c.must(err)
	sum, err := c.look.Sum(c.req.Year, ledger.Filter{Units: c.scope.Span})
	c.must(err)
	for series, measure := range map[string]twinning.Measure{"amount": twinning.Amount, "activities": twinning.Activities} {
		for _, category := range twinning.Categories() {
			name := fmt.Sprintf("%s %d", series, category)
			whole, chat := int64(0), sum.ByCategory[category][measure]
			for month := time.January; month <= time.December; month++ {
				shown := sumOf(g.Data(), func(p report.ChartPoint) bool {
					return p.Series == name && p.Label == fmt.Sprintf("%d-%02d", c.req.Year, int(month))
				})
				counted := c.books.recount(c.scope.Span, measure, func(a twinning.Activity) bool {
					return a.Facts.Category == category && a.Facts.From.Year() == c.req.Year && a.Facts.From.Month() == month
				})
				c.same(name+" in "+month.String(), shown, shown, counted)
				whole += shown
			}
			c.same(name, whole, chat, chat)
		}
	}
}

func (c chartCheck) progress() {
	for _, m := range []twinning.Measure{twinning.Households, twinning.Amount} {
		c.req.Chart.Gauge = twinning.Gauge{Measure: m}
		g, err := c.maker.progress(c.scope, c.req)
		c.must(err)
		want := map[string]int64{}
		for _, u := range chartUnits() {
			list, err := c.look.Progresses(u, c.req.Year)
			c.must(err)
			for _, p := range list {
				bar := slices.IndexFunc(g.Bars, func(b report.ProgressBar) bool { return b.Name == u.Name })
				if p.Target.Measure != m || bar < 0 {
					continue
				}
				want[u.Name] = p.Required
				c.same("progress of "+u.Name, g.Bars[bar].Confirmed+g.Bars[bar].Unconfirmed, p.Done,
					c.books.recount([]twinning.UnitKey{u.Key}, m, func(a twinning.Activity) bool {
						return a.Facts.From.Year() == c.req.Year
					}))
			}
		}
		got := map[string]int64{}
		for _, p := range g.Data().Points {
			if p.Series == "target" {
				got[p.Label] = p.Value
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			c.Errorf("targets of %s in %s (-chat +chart):\n%s", m, c.req.Unit, diff)
		}
	}
}

func (c chartCheck) years() {
	for _, m := range []twinning.Measure{twinning.Households, twinning.Amount, twinning.Activities} {
		found, err := c.look.ChartYears(c.scope, c.req.Year, twinning.Gauge{Measure: m})
		c.must(err)
		for _, group := range found.Groups {
			span, err := c.look.Span(group.Unit)
			c.must(err)
			for i, year := range found.Years {
				sum, err := c.look.Sum(year, ledger.Filter{Units: span})
				c.must(err)
				c.same(fmt.Sprintf("%s %d of %s", m, year, group.Unit.Key), group.Values[i], sum.All()[m],
					c.books.recount(span, m, func(a twinning.Activity) bool { return a.Facts.From.Year() == year }))
			}
		}
	}
}

func (c chartCheck) filings() {
	c.req.Year, c.req.Chart.Rule = 2027, "needs"
	g, err := c.maker.filings(c.scope, c.req)
	c.must(err)
	filter := ledger.BoardFilter{Rules: []twinning.RuleID{"needs"}, Units: c.scope.Span}
	board, err := c.look.Scoreboard(2027, filter)
	c.must(err)
	naive := int64(0)
	for unit := range c.books.filed {
		if slices.Contains(c.scope.Span, unit) {
			naive++
		}
	}
	last := func(name string) (n int64) {
		for _, p := range g.Data().Points {
			if p.Series == name {
				n = p.Value
			}
		}
		return n
	}
	c.same("filings", last(g.Whole.Name), int64(board.All.Filed()), naive)
	c.same("duties", int64(g.Whole.Owe), int64(board.All.Total()), int64(board.All.Total()))
	if len(g.Districts) > 0 {
		sum := int64(0)
		for _, line := range g.Districts {
			sum += last(line.Name)
		}
		c.same("filings of districts", sum, naive, naive)
	}
}
