package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/twinning"
)

// recorded is what a test filed and waived, apart from the books.
type recorded struct {
	filed  map[twinning.Obligation]twinning.Date
	waived map[twinning.Obligation]bool
}

// realBooks are books with the real roster and demo pairings.
func realBooks(t testing.TB, now time.Time) *books {
	t.Helper()
	b := &books{TB: t, now: now, plain: true, store: openStore(t)}
	p, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	units, err := programme.DefaultUnits()
	if err != nil {
		t.Fatal(err)
	}
	b.ledger = ledger.New(b.store, p)
	b.must(func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{
			Units: units, Pairings: programme.DemoPairings(units, twinning.NewDate(2020, 1, 1)),
		})
	})
	return b
}

// fillYear files documents for about half of the year's obligations on days around their deadlines, and waives some.
func fillYear(b *books, year int) recorded {
	b.Helper()
	made := recorded{filed: map[twinning.Obligation]twinning.Date{}, waived: map[twinning.Obligation]bool{}}
	random := rand.New(rand.NewPCG(uint64(year), 1))
	var owings []ledger.Owing
	b.look(func(k *ledger.Look) (err error) {
		owings, err = k.Owings(year)
		return err
	})
	asked := slices.DeleteFunc(owings, func(o ledger.Owing) bool { return o.Excuse != "" })
	later := b.now
	b.now = at(fmt.Sprintf("%d-12-01 09:00", year))
	b.must(func(w *ledger.Work) error {
		for _, o := range asked {
			if random.IntN(20) > 0 {
				continue
			}
			made.waived[o.Obligation] = true
			if err := w.Waive(ledger.Actor{}, o.Obligation, "miễn"); err != nil {
				return err
			}
		}
		return nil
	})
	b.now = later
	b.must(func(w *ledger.Work) error {
		for i, o := range asked {
			if made.waived[o.Obligation] || random.IntN(2) == 0 {
				continue
			}
			day := o.Deadlines.Due.AddDays(random.IntN(40) - 30)
			if random.IntN(3) == 0 {
				day = o.Rule.LateAfter.In(year)
			}
			f, err := w.File(ledger.Actor{}, twinning.Filing{
				Unit: o.Unit, Meets: []twinning.Obligation{o.Obligation}, Filed: min(day, w.Today(), o.Deadlines.Closes),
				Files: []twinning.FileRef{{ID: fmt.Sprint("f", i), UniqueID: fmt.Sprint("u", i)}},
			})
			if err != nil {
				return err
			}
			for _, met := range f.Meets {
				if first := made.filed[met]; first == 0 || f.Filed < first {
					made.filed[met] = f.Filed
				}
			}
		}
		return nil
	})
	return made
}

// naiveScore counts the obligations of a filter the slow way: unit by unit, from what the test itself recorded.
func naiveScore(k *ledger.Look, year int, f ledger.BoardFilter, made recorded) (ledger.Score, error) {
	score := ledger.Score{}
	units, err := k.Units()
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		owings, err := k.OwingsIn(u.Key, year)
		if err != nil {
			return nil, err
		}
		for _, o := range owings {
			district, helped := u.Parent, twinning.UnitKey("")
			if u.Role == twinning.RoleRecipientDistrict {
				district = u.Key
			}
			if o.Pairing != 0 {
				p, err := k.Pairing(o.Pairing)
				if err != nil {
					return nil, err
				}
				r, err := k.Unit(p.Recipient)
				if err != nil {
					return nil, err
				}
				helped, district = r.Key, r.Parent
				if r.Role == twinning.RoleRecipientDistrict {
					district = r.Key
				}
			}
			about := len(f.About) == 0
			for _, key := range f.About {
				about = about || key == u.Key || key == u.Parent || key == helped
			}
			if !about || len(f.Rules) > 0 && !slices.Contains(f.Rules, o.Rule.ID) ||
				len(f.Roles) > 0 && !slices.Contains(f.Roles, u.Role) ||
				f.Units != nil && !slices.Contains(f.Units, u.Key) ||
				len(f.Districts) > 0 && !slices.Contains(f.Districts, district) {
				continue
			}
			day := made.filed[o.Obligation]
			switch {
			case day == 0 && o.Rule.LateAfter.In(year) < twinning.NewDate(2020, 4, 16):
				score[twinning.StandingNotApplicable]++
			case day == 0 && made.waived[o.Obligation]:
				score[twinning.StandingWaived]++
			case day == 0 && k.Today() > o.Deadlines.LateAfter:
				score[twinning.StandingOverdue]++
			case day == 0 && k.Today() >= o.Deadlines.Due-30:
				score[twinning.StandingDueSoon]++
			case day == 0:
				score[twinning.StandingUpcoming]++
			case day <= o.Deadlines.Due:
				score[twinning.StandingMet]++
			case day <= o.Deadlines.LateAfter:
				score[twinning.StandingMetDue]++
			default:
				score[twinning.StandingMetLate]++
			}
		}
	}
	return score, nil
}

// TestScoreboardIsARecount compares every figure of the board with a count by hand, for any filter and day.
func TestScoreboardIsARecount(t *testing.T) {
	t.Parallel()
	for _, year := range []int{2020, 2024, 2026, 2027, 2030} {
		t.Run(fmt.Sprint(year), func(t *testing.T) {
			t.Parallel()
			b := realBooks(t, at(fmt.Sprintf("%d-01-20 09:00", year+1)))
			made := fillYear(b, year)
			var keys []twinning.UnitKey
			b.look(func(k *ledger.Look) error {
				units, err := k.Units()
				for _, u := range units {
					keys = append(keys, u.Key)
				}
				return err
			})
			var rules []twinning.RuleID
			for _, r := range b.ledger.Programme().Obligations {
				rules = append(rules, r.ID)
			}
			districts := []twinning.UnitKey{"", "D504", "D505", "D510", "D511", "D507", "D516"}
			abouts := slices.Concat(keys, slices.Repeat(districts[1:], 10))
			random := rand.New(rand.NewPCG(uint64(year), 2))
			for range 25 {
				f := ledger.BoardFilter{
					Rules: some(random, rules, 3), About: some(random, abouts, 2), Districts: some(random, districts, 2),
					Roles: some(random, twinning.UnitRoles(), 4),
				}
				if random.IntN(2) == 0 {
					f.Units = append([]twinning.UnitKey{}, some(random, keys, 40)...)
				}
				b.now = at(fmt.Sprintf("%d-01-01 10:00", year)).AddDate(0, 0, random.IntN(400))
				b.look(func(k *ledger.Look) error {
					board, err := k.Scoreboard(year, f)
					if err != nil {
						return err
					}
					want, err := naiveScore(k, year, f, made)
					if diff := cmp.Diff(want, board.All); diff != "" {
						t.Errorf("board of %d on %s for %+v (-recount +board):\n%s", year, k.Today(), f, diff)
					}
					checkParts(t, board)
					return err
				})
			}
		})
	}
}

// some returns up to most elements of a list, in about half of the cases none.
func some[T any](random *rand.Rand, list []T, most int) []T {
	if random.IntN(2) == 0 {
		return nil
	}
	var chosen []T
	for range 1 + random.IntN(most) {
		chosen = append(chosen, list[random.IntN(len(list))])
	}
	return chosen
}

// checkParts says that rules, districts and units add up to the whole.
func checkParts(t *testing.T, b ledger.Scoreboard) {
	t.Helper()
	sums := map[string]ledger.Score{"rules": {}, "districts": {}, "units": {}, "owings": {}}
	add := func(to, from ledger.Score) {
		for standing, n := range from {
			to[standing] += n
		}
	}
	for _, x := range b.Rules {
		add(sums["rules"], x.Score)
	}
	for _, x := range b.Districts {
		add(sums["districts"], x.Score)
	}
	for _, x := range b.Units {
		add(sums["units"], x.Score)
	}
	for _, o := range b.Owings {
		sums["owings"][o.Standing]++
	}
	for name, sum := range sums {
		if diff := cmp.Diff(b.All, sum); diff != "" {
			t.Errorf("%s do not add up (-all +sum):\n%s", name, diff)
		}
	}
}

// TestShares says that no percentage is off by more than one, and that only nothing is 0 and only all is 100.
func TestShares(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := ledger.Score{}
		for _, standing := range twinning.Standings() {
			s[standing] = rapid.IntRange(0, 400).Draw(rt, string(standing))
		}
		shares, total := s.Shares(), s.Total()
		for _, part := range []struct{ n, percent int }{
			{s[twinning.StandingMet], shares.InTime},
			{s[twinning.StandingMetDue], shares.DueDay},
			{s[twinning.StandingMetLate], shares.Late},
			{s.Missing(), shares.Missing},
		} {
			switch {
			case (part.n == 0) != (part.percent == 0), (part.n == total && total > 0) != (part.percent == 100),
				part.percent*total <= part.n*100-total, part.percent*total >= part.n*100+total && part.n > 0:
				rt.Fatalf("%d of %d shown as %d%%", part.n, total, part.percent)
			}
		}
		if s.Filed()+s.Missing() != total {
			rt.Fatalf("%v: %d filed and %d missing of %d", s, s.Filed(), s.Missing(), total)
		}
	})
}
