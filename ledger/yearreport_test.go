package ledger_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// yearOf returns the year-end report of a unit for 2027 on the day of the books.
func (b *books) yearOf(unit twinning.UnitKey) twinning.YearReport {
	b.Helper()
	var r twinning.YearReport
	b.look(func(k *ledger.Look) (err error) {
		r, err = k.YearReport(unit, 2027)
		return err
	})
	return r
}

// TestYearReportAgrees holds every figure of a report to the totals that the chat tells and to a recount.
func TestYearReportAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		b := newBooks(t)
		b.plain = true
		all := b.randomActivities(r)
		for _, unit := range []twinning.UnitKey{"", health, lowland, rewards, district, border, far} {
			span := spanOf(b, unit)
			report := b.yearOf(unit)
			want := recount(all, func(a twinning.Activity) bool {
				return a.Facts.Year() == 2027 &&
					(slices.Contains(span, a.Facts.Sponsor) || slices.Contains(span, a.Facts.Recipient))
			})
			for name, got := range map[string]twinning.Figures{
				"total": report.Total, "sponsors": added(report.Sponsors), "recipients": added(report.Recipients),
				"categories": addedCategories(report.Categories), "pairs": addedPairs(report.Shares),
				"activities": addedActivities(report.Activities),
			} {
				diff := cmp.Diff(want.Confirmed, got.Confirmed, cmpopts.EquateEmpty()) +
					cmp.Diff(want.Unconfirmed, got.Unconfirmed, cmpopts.EquateEmpty())
				if diff != "" {
					r.Errorf("%s of %q (-want +got):\n%s", name, unit, diff)
				}
			}
		}
	})
}

// spanOf returns the units whose activities a report counts.
func spanOf(b *books, unit twinning.UnitKey) (span []twinning.UnitKey) {
	if unit == "" {
		unit = issuer
	}
	b.look(func(k *ledger.Look) error {
		u, err := k.Unit(unit)
		if err != nil {
			return err
		}
		span, err = k.Span(u)
		return err
	})
	return span
}

func plus(a, b twinning.Figures) twinning.Figures {
	return twinning.Figures{Confirmed: a.Confirmed.Plus(b.Confirmed, 1), Unconfirmed: a.Unconfirmed.Plus(b.Unconfirmed, 1)}
}

func added(list []twinning.PartyShare) (f twinning.Figures) {
	for _, x := range list {
		f = plus(f, x.Figures)
	}
	return f
}

func addedCategories(list []twinning.CategoryShare) (f twinning.Figures) {
	for _, x := range list {
		f = plus(f, x.Figures)
	}
	return f
}

func addedPairs(list []twinning.PairShare) (f twinning.Figures) {
	for _, x := range list {
		f = plus(f, x.Figures)
	}
	return f
}

func addedActivities(list []twinning.ReportActivity) (f twinning.Figures) {
	for _, x := range list {
		one := twinning.Figures{Unconfirmed: twinning.Activity{Facts: x.Facts, State: x.State}.Counted()}
		if x.Confirmed() {
			one.Confirmed, one.Unconfirmed = one.Unconfirmed, nil
		}
		f = plus(f, one)
	}
	return f
}

// TestYearReportSources adds up the money by source, of which none is lost.
func TestYearReportSources(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer := b.enrol(health, twinning.RoleOfficer)
	for i, source := range []twinning.Source{"", twinning.SourceOwn, twinning.SourceMobilised} {
		d := support(health, 3+i, 2)
		d.Facts.Source = source
		d.Facts.Quantities[twinning.Amount] = int64(i+1) * 1_000_000
		d.Distinct = true
		b.logs(officer, d)
	}
	got := map[twinning.Source]int64{}
	for _, s := range b.yearOf(health).Sources {
		got[s.Source] = s.Unconfirmed
	}
	want := map[twinning.Source]int64{
		"": 1_000_000, twinning.SourceOwn: 2_000_000, twinning.SourceMobilised: 3_000_000, twinning.SourceStaff: 0,
		twinning.SourceIntegrated: 0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestYearReportDuties(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	r := b.yearOf(border)
	parts := map[twinning.DutyPart]int{}
	for _, d := range r.Duties {
		parts[d.Part]++
		if d.Unit != border && d.Counterpart != border {
			t.Errorf("%s of %s is none of its business", d.Rule, d.Unit)
		}
	}
	// Signed by the sponsor; a report; an evaluation in either direction; needs, plan, group, rules and stages.
	want := map[twinning.DutyPart]int{
		twinning.DutySigned: 1, twinning.DutyReport: 1, twinning.DutyEvaluation: 2, twinning.DutyOrganising: 5,
	}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Error(diff)
	}
	if r.Demo || !b.yearOf("").Demo {
		t.Error("only the pairing of Sở Nội vụ is made up")
	}
	b.look(func(k *ledger.Look) error {
		if _, err := k.YearReport(guards, 2027); err == nil {
			t.Error("the overseer has a report of its own")
		}
		return nil
	})
}

// TestSeal seals a report, lists what was corrected since, and gets the old one back as it was.
func TestSeal(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer, lead := b.enrol(health, twinning.RoleOfficer), b.enrol(health, twinning.RoleLead)
	coordinator := b.enrol(standing, twinning.RoleCoordinator)
	act := b.logs(officer, support(health, 3, 20))
	was := b.yearOf(health)
	if err := b.try(func(w *ledger.Work) error {
		_, err := w.Seal(by(officer), health, 2027)
		return err
	}); !errors.Is(err, twinning.ErrForbidden) {
		t.Errorf("an officer sealed: %v", err)
	}
	if err := b.peek(func(w *ledger.Work) error {
		_, err := w.Seal(by(lead), "", 2027)
		return err
	}); !errors.Is(err, twinning.ErrForbidden) {
		t.Errorf("a lead sealed the province: %v", err)
	}
	b.must(func(w *ledger.Work) error {
		_, err := w.Seal(by(lead), health, 2027)
		return err
	})
	if err := b.try(func(w *ledger.Work) error {
		_, err := w.Seal(by(coordinator), health, 2027)
		return err
	}); !errors.Is(err, twinning.ErrConflict) {
		t.Errorf("sealed twice without a change: %v", err)
	}
	b.must(func(w *ledger.Work) error {
		d, err := w.StartDraft(by(officer), revision(act, 5))
		if err != nil {
			return err
		}
		_, err = w.Log(by(officer), d.ID)
		return err
	})
	d := support(health, 9, 1)
	d.Distinct = true
	b.logs(officer, d)
	b.look(func(k *ledger.Look) error {
		seal, changes, err := k.ChangesSince(health, 2027)
		if seal.Version != 1 || len(seal.SHA256) != 64 || seal.By != lead.ID {
			t.Errorf("seal %d by %d with the hash %s", seal.Version, seal.By, seal.SHA256)
		}
		wantFigures := []twinning.FigureChange{
			{Measure: twinning.Activities, Was: 1, Now: 2}, {Measure: twinning.Households, Was: 20, Now: 6},
		}
		if diff := cmp.Diff(wantFigures, changes.Figures[:2]); diff != "" {
			t.Error(diff)
		}
		if len(changes.Activities) != 2 || changes.Activities[0].ID != act.ID || changes.Activities[1].Was != nil {
			t.Errorf("activities: %+v", changes.Activities)
		}
		_, sealed, more := k.Sealed(health, 2027, 0)
		if diff := cmp.Diff(asJSON(t, was), asJSON(t, sealed)); diff != "" {
			t.Errorf("the sealed report is another one:\n%s", diff)
		}
		_, _, none := k.Sealed(health, 2026, 0)
		if !errors.Is(none, twinning.ErrNotFound) {
			t.Errorf("nobody sealed 2026: %v", none)
		}
		return errors.Join(err, more)
	})
	b.must(func(w *ledger.Work) error {
		s, err := w.Seal(by(coordinator), health, 2027)
		if s.Version != 2 {
			t.Errorf("version %d", s.Version)
		}
		return err
	})
}

// TestSealBroken has what was kept changed behind the books' back.
func TestSealBroken(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.must(func(w *ledger.Work) error {
		_, err := w.Seal(ledger.Actor{}, "", 2027)
		return err
	})
	var seal twinning.Seal
	b.look(func(k *ledger.Look) (err error) {
		seal, _, err = k.Sealed("", 2027, 0)
		return err
	})
	seal.SHA256 = strings.Repeat("0", len(seal.SHA256))
	if err := b.store.Update(t.Context(), b.now, func(tx *store.Tx) error {
		_, err := tx.PutSeal(seal)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	b.look(func(k *ledger.Look) error {
		if _, _, err := k.Sealed("", 2027, 2); !errors.Is(err, ledger.ErrSealBroken) {
			t.Errorf("a wrong hash: %v", err)
		}
		_, _, err := k.Sealed("", 2027, 1)
		return err
	})
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
