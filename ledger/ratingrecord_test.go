package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// TestRatingRecords proposes and decides a rating: who may, what is asked for, and what is kept.
func TestRatingRecords(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	lan, lead := b.enrol(standing, twinning.RoleCoordinator), b.enrol(health, twinning.RoleLead)
	propose := func(p twinning.Person, level twinning.RatingLevel, why string) string {
		return invalid(b.try(func(w *ledger.Work) error {
			_, err := w.ProposeRating(by(p), ledger.Rating{Unit: health, Year: 2027, Level: level, Words: why})
			return err
		}))
	}
	decide := func(p twinning.Person, level twinning.RatingLevel, document string) string {
		return invalid(b.try(func(w *ledger.Work) error {
			_, err := w.DecideRating(by(p), ledger.Rating{Unit: health, Year: 2027, Level: level, Words: document})
			return err
		}))
	}
	const weak, good = twinning.RatingWeak, twinning.RatingGood
	for i, step := range []struct{ got, want string }{
		{propose(lead, good, "chúng tôi làm tốt"), "forbidden"},
		{decide(lead, good, "1/QĐ"), "forbidden"},
		{propose(lan, "best", "x"), "rating.level"},
		{propose(lan, good, " "), "reason.required"},
		{propose(lan, weak, ""), ""}, // as suggested: no reason is asked for
		{propose(lan, good, "mới nhận cặp từ tháng 9"), ""},
		{propose(lan, good, "mới nhận cặp từ tháng 9"), ""}, // pressed twice
		{decide(lan, good, ""), "rating.document"},
		{decide(lan, good, "512/QĐ-UBND ngày 20/02/2028"), ""},
		{propose(lan, weak, "x"), "rating.decided"},
		{decide(lan, twinning.RatingFair, "513/QĐ-UBND ngày 21/02/2028"), ""}, // a correction
	} {
		if step.got != step.want {
			t.Errorf("step %d: %q, want %q", i, step.got, step.want)
		}
	}
	b.look(func(k *ledger.Look) error {
		r, err := k.RatingRecord(2027, health)
		got := []string{string(r.State())}
		for _, p := range r.Proposals {
			got = append(got, fmt.Sprint(p.Suggested, p.Level, p.Reason, p.By == lan.ID))
		}
		for _, x := range r.Decisions {
			got = append(got, fmt.Sprint(x.Level, x.Document, x.By == lan.ID))
		}
		want := []string{
			"decided", "weak" + "weak" + "" + "true", "weakgoodmới nhận cặp từ tháng 9true",
			"good512/QĐ-UBND ngày 20/02/2028true", "fair513/QĐ-UBND ngày 21/02/2028true",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		all, more := k.RatingRecords(2027)
		if len(all) != 1 {
			t.Errorf("%d records", len(all))
		}
		return errors.Join(err, more)
	})
	if out := string(b.export(2027)); !strings.Contains(out, "512/QĐ-UBND ngày 20/02/2028") || !strings.Contains(out, `"ratings": [`) {
		t.Error("the export has no ratings")
	}
	if n := b.entriesOf("rating/ASYT/2027"); n != 4 {
		t.Errorf("%d audit entries, want 4", n)
	}
}

// invalid names what a use case says no to.
func invalid(err error) string {
	if x, ok := errors.AsType[*twinning.InvalidError](err); ok {
		return x.Field + "." + x.Rule
	}
	switch {
	case err == nil:
		return ""
	case errors.Is(err, twinning.ErrForbidden):
		return "forbidden"
	}
	return err.Error()
}

func TestRatingOfYearsToComeAndOfNobody(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for _, r := range []ledger.Rating{
		{Unit: health, Year: 2028, Level: twinning.RatingGood, Words: "x"},
		{Unit: issuer, Year: 2027, Level: twinning.RatingGood, Words: "x"},
	} {
		got := invalid(b.peek(func(w *ledger.Work) error {
			_, err := w.ProposeRating(ledger.Actor{}, r)
			return err
		}))
		if got != "rating.none" {
			t.Errorf("%s in %d: %q", r.Unit, r.Year, got)
		}
	}
}

// TestStaffByYear states posts: who may, for which years, and what the targets make of them.
func TestStaffByYear(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	people := b.cast()
	for name, want := range map[string]string{
		"sponsor officer": "forbidden", "sponsor lead": "", "other sponsor": "forbidden", "coordinator": "",
		"commune lead": "forbidden", "issuer observer": "forbidden", "suspended": "forbidden",
	} {
		got := invalid(b.peek(func(w *ledger.Work) error { return w.SetStaff(by(people[name]), health, 2027, 41) }))
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, x := range []struct {
		year, posts int
		want        string
	}{
		{2027, 0, "staff.range"},
		{2027, -3, "staff.range"},
		{2027, 50_001, "staff.range"},
		{2019, 30, "staff.year"},
		{2029, 30, "staff.year"},
		{2028, 30, ""},
	} {
		if got := invalid(b.peek(func(w *ledger.Work) error { return w.SetStaff(by(people["coordinator"]), health, x.year, x.posts) })); got != x.want {
			t.Errorf("%d posts in %d: %q, want %q", x.posts, x.year, got, x.want)
		}
	}
	lead := people["sponsor lead"]
	b.must(func(w *ledger.Work) error { return w.SetStaff(by(lead), health, 2027, 51) })
	b.must(func(w *ledger.Work) error { return w.SetStaff(by(lead), health, 2027, 51) })
	if n := count(b.audited(), "unit.staff"); n != 1 {
		t.Errorf("%d audit entries, want 1", n)
	}
	required := func(year int) (n int64) {
		b.look(func(k *ledger.Look) error {
			u, err := k.Unit(health)
			if err != nil {
				return err
			}
			list, err := k.Progresses(u, year)
			for _, p := range list {
				if p.Target.Per == twinning.PerStaff {
					n = p.Required
				}
			}
			return err
		})
		return n
	}
	if required(2027) != 11 || required(2026) != 8 {
		t.Errorf("%d households in 2027, %d in 2026", required(2027), required(2026))
	}
	// A roster states the posts of all other years.
	u := b.unit(health)
	u.Staff, u.StaffByYear = 100, nil
	if err := b.applies(u); err != nil {
		t.Fatal(err)
	}
	if required(2027) != 11 || required(2026) != 20 {
		t.Errorf("after an import %d households in 2027, %d in 2026", required(2027), required(2026))
	}
}

// TestStages has the recipient's own people say which stages they led, while the year is open.
func TestStages(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	people := b.cast()
	toggle := func(p twinning.Person, id twinning.PairingID, year int, stage twinning.StageID) string {
		return invalid(b.peek(func(w *ledger.Work) error {
			_, err := w.ToggleStage(by(p), id, year, stage)
			return err
		}))
	}
	for name, want := range map[string]string{
		"commune officer": "", "commune lead": "", "commune observer": "forbidden", "sponsor lead": "forbidden",
		"coordinator": "forbidden", "district lead": "forbidden", "neighbour": "forbidden", "left": "forbidden",
	} {
		if got := toggle(people[name], 1, 2027, "survey"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	officer := people["commune officer"]
	if got := toggle(officer, 2, 2027, "survey"); got != "forbidden" {
		t.Errorf("the district's pairing: %q", got)
	}
	if got := toggle(officer, 1, 2025, "survey"); got != "forbidden" {
		t.Errorf("a year that is closed: %q", got)
	}
	if got := toggle(officer, 1, 2027, "dance"); got == "" {
		t.Error("a stage that does not exist was taken")
	}
	b.must(func(w *ledger.Work) error {
		for _, stage := range []twinning.StageID{"survey", "needs", "survey"} {
			if _, err := w.ToggleStage(by(officer), 1, 2027, stage); err != nil {
				return err
			}
		}
		return nil
	})
	b.look(func(k *ledger.Look) error {
		r, err := k.StageRecord(1, 2027)
		if diff := cmp.Diff([]twinning.StageID{"needs"}, r.Led); diff != "" || r.By != officer.ID {
			t.Errorf("%+v %s", r, diff)
		}
		for key, record := range map[string]twinning.StageRecord{"stages.few": r, "stages.unstated": {}} {
			if got := k.StageLine(record).Key; got != key {
				t.Errorf("%s, want %s", got, key)
			}
		}
		return err
	})
	if out := string(b.export(0)); !strings.Contains(out, `"stages": [
  {`) {
		t.Error("the export has no stages")
	}
	if n := b.entriesOf("pairing/1"); n != 3 {
		t.Errorf("%d audit entries, want 3", n)
	}
}

// TestWhoReadsRatingsAndPairings writes out who may see the rating of the commune at the border, and its pairing.
func TestWhoReadsRatingsAndPairings(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	rating := map[string]bool{
		"coordinator": true, "commune officer": true, "commune lead": true, "commune observer": true,
	}
	pairing := map[string]bool{
		"coordinator": true, "commune officer": true, "commune lead": true, "commune observer": true, "sponsor officer": true,
		"sponsor lead": true, "district lead": true, "issuer officer": true, "issuer observer": true, "rewards observer": true,
		"overseer officer": true, "overseer observer": true,
	}
	for name, p := range b.cast() {
		b.look(func(k *ledger.Look) error {
			if got := k.MayReadRating(p, border); got != rating[name] {
				t.Errorf("%s reads the rating: %v", name, got)
			}
			x, err := k.Pairing(1)
			if err != nil {
				return err
			}
			may, err := k.MayReadPairing(p, x)
			if may != pairing[name] {
				t.Errorf("%s reads the pairing: %v", name, may)
			}
			return err
		})
	}
}
