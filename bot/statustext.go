package bot

import (
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// statusLinesMost is how many lines a status answer has at most: what a phone shows at once.
const statusLinesMost = 12

// statusText gathers the lines of a status answer; the spare ones give way, the last first, where there are too many.
type statusText struct {
	lines []twinning.Line
	spare []int
}

func (t *statusText) add(lines ...twinning.Line) { t.lines = append(t.lines, lines...) }

func (t *statusText) addSpare(line twinning.Line) {
	t.spare = append(t.spare, len(t.lines))
	t.lines = append(t.lines, line)
}

// fit returns the lines without the spare ones that there is no room for.
func (t *statusText) fit() []twinning.Line {
	over := max(len(t.lines)-statusLinesMost, 0)
	dropped := t.spare[max(len(t.spare)-over, 0):]
	var lines []twinning.Line
	for i, line := range t.lines {
		if !slices.Contains(dropped, i) {
			lines = append(lines, line)
		}
	}
	return lines
}

// figures show what was done, how much of it is confirmed, what stands apart, the contents of section II, and the year
// before.
func (t *statusText) figures(s ledger.Status) {
	all := s.Done.All()
	if all[twinning.Activities] == 0 {
		t.add(say("status.nothing"))
	} else {
		t.add(doneLines(s.Done)...)
		if parts := apartLines(s); len(parts) > 0 {
			t.add(twinning.Line{Key: "status.apart", Args: twinning.Args{{"Parts", twinning.Joined(parts...)}}})
		}
	}
	t.beforeLine(s)
	if parts := contentParts(s.Done); len(parts) > 0 {
		t.addSpare(twinning.Line{Key: "status.contents", Args: twinning.Args{{"Parts", twinning.Joined(parts...)}}})
	}
}

func (t *statusText) beforeLine(s ledger.Status) {
	if line, ok := beforeLine(s.Year-1, s.Before, ""); ok {
		t.addSpare(line)
	}
}

// beforeLine shows what was done in the whole year before, of one measure or of all; ok is false when that was nothing.
func beforeLine(year int, s ledger.Sum, m twinning.Measure) (line twinning.Line, ok bool) {
	all := s.All()
	counts := ledger.QuantityLines(all)
	if m != "" {
		counts = []twinning.Line{ledger.MeasureLine(m, all[m])}
	}
	return twinning.Line{Key: "status.before", Args: twinning.Args{
		{"Year", yearText(year)}, {"Counts", twinning.Joined(counts...)},
	}}, all[twinning.Activities] > 0
}

// doneLines show what was done and how much of it the other side has still to confirm.
func doneLines(s ledger.Sum) []twinning.Line {
	lines := []twinning.Line{{Key: "status.sum", Args: twinning.Args{
		{"Counts", twinning.Joined(ledger.QuantityLines(s.All())...)},
	}}}
	switch {
	case s.Unconfirmed[twinning.Activities] == 0:
		return append(lines, say("status.all_confirmed"))
	case s.Confirmed[twinning.Activities] == 0:
		return append(lines, say("status.none_confirmed"))
	}
	return append(lines, twinning.Line{Key: "status.parts", Args: twinning.Args{
		{"Confirmed", twinning.Joined(ledger.QuantityLines(s.Confirmed)...)},
		{"Unconfirmed", twinning.Joined(ledger.QuantityLines(s.Unconfirmed)...)},
	}})
}

// apartLines show what stands apart: mobilised money, near-poor households, which no target counts, and the share of
// gifts against the year before (I.2).
func apartLines(s ledger.Status) []twinning.Line {
	var parts []twinning.Line
	all := s.Done.All()
	if vnd := all[twinning.MobilisedAmount]; vnd > 0 {
		parts = append(parts, ledger.MeasureLine(twinning.MobilisedAmount, vnd))
	}
	if n := all[twinning.NearPoor]; n > 0 && slices.ContainsFunc(s.Progress, func(p ledger.Progress) bool {
		return p.Target.Measure == twinning.Households
	}) {
		parts = append(parts, twinning.Line{Key: "status.near_poor", Args: ledger.CountArgs(int(n))})
	}
	now, ok := s.Gifts.Percent()
	if !ok || now == 0 && s.GiftsBefore.Gifts == 0 {
		return parts
	}
	line := twinning.Line{Key: "status.gifts", Args: twinning.Args{{"Percent", twinning.Number(now)}}}
	if before, ok := s.GiftsBefore.Percent(); ok && (s.Gifts.Amount > 0) == (s.GiftsBefore.Amount > 0) {
		line.Key = "status.gifts_not_less"
		line.Args.Set("Before", twinning.Number(before))
		if s.Gifts.Less(s.GiftsBefore) {
			line.Key = "status.gifts_less"
		}
	}
	return append(parts, line)
}

// contentParts show the contents of section II with their activities and money, none where there is only one.
func contentParts(s ledger.Sum) []twinning.Line {
	var parts []twinning.Line
	for _, c := range twinning.Categories() {
		q := s.ByCategory[c]
		if q[twinning.Activities] == 0 {
			continue
		}
		counts := []twinning.Line{ledger.MeasureLine(twinning.Activities, q[twinning.Activities])}
		if vnd := q[twinning.Amount]; vnd > 0 {
			counts = append(counts, ledger.MeasureLine(twinning.Amount, vnd))
		}
		parts = append(parts, twinning.Line{Key: "status.content", Args: twinning.Args{
			{"Number", twinning.Number(c)}, {"Counts", twinning.JoinedBy(", ", counts...)},
		}})
	}
	return parts
}

// sumLines shows what was done: in all, confirmed, waiting, by content of section II.
func sumLines(s ledger.Sum) []twinning.Line {
	if s.All()[twinning.Activities] == 0 {
		return []twinning.Line{say("status.nothing")}
	}
	lines := doneLines(s)
	for _, c := range twinning.Categories() {
		if q := s.ByCategory[c]; q[twinning.Activities] > 0 {
			lines = append(lines, twinning.Line{Key: "status.category", Args: twinning.Args{
				{"Number", twinning.Number(c)}, {"Name", ledger.CategoryName(c)}, {"Counts", twinning.Joined(ledger.QuantityLines(q)...)},
			}})
		}
	}
	return lines
}
