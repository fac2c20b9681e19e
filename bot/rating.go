package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// rating shows how units are rated so far: "/xeploai" lists all to Ban Dân tộc and shows the own unit to its people,
// "/xeploai Sở Y tế 2026" one unit.
func (d *Desk) rating(_ context.Context, r *Request) error {
	if r.Group {
		return d.notice(r, "rating.private", nil)
	}
	year := d.ratingYear(r)
	words := strings.Fields(r.Args)
	if n := len(words); n > 0 {
		if y, err := strconv.Atoi(words[n-1]); err == nil && y >= d.programme.From && y <= d.today(r).Year() {
			year, words = y, words[:n-1]
		}
	}
	if len(words) > 0 {
		unit, done, err := d.named(r, strings.Join(words, " "), fmt.Sprintf("xl:%d:%%s", year))
		if done || err != nil {
			return err
		}
		return d.showRating(r, unit, year)
	}
	if r.Person.Role == twinning.RoleCoordinator {
		return d.showRatings(r, year, 0)
	}
	return d.showRating(r, r.Person.Unit, year)
}

// ratingYear is the year that is meant without a name: for Ban Dân tộc the oldest whose documents still come in, since that
// is the one to be rated now; for a unit the present one, in which it can still do something.
func (d *Desk) ratingYear(r *Request) int {
	years := r.Work.OpenYears()
	if r.Person.Role == twinning.RoleCoordinator {
		return max(years[len(years)-1], d.programme.From)
	}
	return years[0]
}

// pressRating shows the rating of a unit: "xl:2027:ASYT", a page of the list: "xl:2027::1", or what a unit lacks for a
// better level: "xl:2027:ASYT:t", or what was said about it: "xl:2027:ASYT:h".
func (d *Desk) pressRating(_ context.Context, r *Request) error {
	if r.Group {
		return d.notice(r, "rating.private", nil)
	}
	year, unit := d.year(r, 0), twinning.UnitKey(r.Press.Part(1))
	switch part := r.Press.Part(2); {
	case unit == "":
		page, _ := strconv.Atoi(part) // what is no number is the first page
		return d.showRatings(r, year, page)
	case part == "t":
		return d.showRatingGap(r, unit, year)
	case part == "h":
		return d.showRatingHistory(r, unit, year)
	}
	return d.showRating(r, unit, year)
}

// ratingsShown is how many units a page of the list shows.
const ratingsShown = 8

// showRatings lists the suggestions of a year, best first.
func (d *Desk) showRatings(r *Request, year, page int) error {
	if r.Person.Role != twinning.RoleCoordinator {
		return fmt.Errorf("ratings: %w", twinning.ErrForbidden)
	}
	rated, err := r.Work.SuggestRatings(year)
	if err != nil {
		return wrapStep("ratings", err)
	}
	records, err := r.Work.RatingRecords(year)
	if err != nil {
		return wrapStep("ratings", err)
	}
	said := map[twinning.UnitKey]twinning.RatingRecord{}
	for _, record := range records {
		said[record.Unit] = record
	}
	m := twinning.Say("rating.list_title", twinning.Args{{"Year", yearText(year)}})
	var counts []twinning.Line
	for _, level := range twinning.RatingLevels() {
		n := 0
		for _, x := range rated {
			if x.Suggestion.Level == level {
				n++
			}
		}
		counts = append(counts, twinning.Line{Key: "rating.count", Args: twinning.Args{
			{"Level", levelName(level)}, {"Number", twinning.Number(n)},
		}})
	}
	m.Lines = append(m.Lines, twinning.Line{Key: "rating.counts", Args: twinning.Args{{"Counts", twinning.Joined(counts...)}}})
	rows, at, pages := pageOf(rated, page, ratingsShown)
	for i, x := range rows {
		m.Lines = append(m.Lines, ratingRow(at*ratingsShown+i+1, x, said[x.Unit.Key]))
		m.Buttons = appendTwo(m.Buttons, twinning.Button{
			Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", twinning.Text(x.Unit.Name)}}},
			Data:  fmt.Sprintf("xl:%d:%s", year, x.Unit.Key),
		})
	}
	m.Lines = append(m.Lines, say("rating.note"))
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	m.Buttons = append(m.Buttons, turnButtons(at, pages, func(p int) string { return fmt.Sprintf("xl:%d::%d", year, p) })...)
	m.Buttons = append(m.Buttons, d.yearButtons(r, year, func(y int) string { return fmt.Sprintf("xl:%d", y) }))
	return d.offer(r, m, optionsTalk{})
}

// ratingRow shows a unit of the list with its suggestion, the flags of IV.2 and what people said.
func ratingRow(place int, x ledger.Rated, record twinning.RatingRecord) twinning.Line {
	met, all := x.Suggestion.Share()
	args := twinning.Args{
		{"Place", twinning.Number(place)},
		{"Unit", twinning.Text(x.Unit.Name)},
		{"Level", levelName(x.Suggestion.Level)},
		{"Met", twinning.Number(met)},
		{"All", twinning.Number(all)},
	}
	var marks []twinning.Line
	if len(x.Suggestion.Flags) > 0 {
		marks = append(marks, say("rating.flagged"))
	}
	switch record.State() {
	case twinning.RatingDecided:
		marks = append(marks, twinning.Line{Key: "rating.mark_decided", Args: twinning.Args{
			{"Level", levelName(record.Decisions[len(record.Decisions)-1].Level)},
		}})
	case twinning.RatingProposed:
		marks = append(marks, twinning.Line{Key: "rating.mark_proposed", Args: twinning.Args{
			{"Level", levelName(record.Proposals[len(record.Proposals)-1].Level)},
		}})
	case twinning.RatingSuggested:
	}
	if len(marks) > 0 {
		args.Set("Marks", twinning.Joined(marks...))
	}
	return twinning.Line{Key: "rating.row", Args: args}
}

func levelName(level twinning.RatingLevel) twinning.Arg {
	return twinning.Key("rating.level." + string(level))
}

// rated returns what the books suggest for a unit that the sender may see the rating of; ok is false when that was told.
func (d *Desk) rated(r *Request, unit twinning.UnitKey, year int) (x ledger.Rated, ok bool, err error) {
	if x.Unit, err = r.Work.Unit(unit); err != nil {
		return x, false, wrapStep("rating", err)
	}
	if !r.Work.MayReadRating(*r.Person, unit) {
		return x, false, d.notice(r, "rating.not_yours", twinning.Args{{"Unit", twinning.Text(x.Unit.Name)}})
	}
	if x.Suggestion, err = r.Work.SuggestRating(x.Unit, year); err != nil {
		return x, false, wrapStep("rating", err)
	}
	if x.Suggestion.Level == "" {
		return x, false, d.notice(r, "rating.none", twinning.Args{{"Unit", twinning.Text(x.Unit.Name)}, {"Year", yearText(year)}})
	}
	return x, true, nil
}

// showRating shows the suggestion for a unit with everything that it comes from.
func (d *Desk) showRating(r *Request, unit twinning.UnitKey, year int) error {
	return d.showRatingAfter(r, unit, year)
}

// showRatingAfter is showRating below lines that say what has just been done.
func (d *Desk) showRatingAfter(r *Request, unit twinning.UnitKey, year int, first ...twinning.Line) error {
	x, ok, err := d.rated(r, unit, year)
	if err != nil || !ok {
		return err
	}
	record, err := r.Work.RatingRecord(year, unit)
	if err != nil {
		return wrapStep("rating", err)
	}
	met, all := x.Suggestion.Share()
	m := twinning.Message{Lines: slices.Clone(first)}
	m.Lines = append(m.Lines,
		twinning.Line{Key: "rating.title", Args: twinning.Args{{"Unit", twinning.Text(x.Unit.Name)}, {"Year", yearText(year)}}},
		twinning.Line{Key: "rating.suggested", Args: twinning.Args{
			{"Level", levelName(x.Suggestion.Level)}, {"Met", twinning.Number(met)}, {"All", twinning.Number(all)},
		}})
	for _, c := range x.Suggestion.Conditions {
		m.Lines = append(m.Lines, d.conditionLine(c))
	}
	m.Lines = append(m.Lines, factorLine(x.Suggestion), flagLine(x.Suggestion))
	coordinator := r.Person.Role == twinning.RoleCoordinator
	if n := len(record.Proposals); n > 0 && coordinator {
		m.Lines = append(m.Lines, proposalLine(r, record.Proposals[n-1]))
	}
	if n := len(record.Decisions); n > 0 {
		m.Lines = append(m.Lines, decisionLine(record.Decisions[n-1]))
	}
	m.Lines = append(m.Lines, say("rating.note"))
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	m.Buttons = d.ratingButtons(r, x, record)
	return d.offer(r, m, optionsTalk{})
}

func (d *Desk) ratingButtons(r *Request, x ledger.Rated, record twinning.RatingRecord) [][]twinning.Button {
	at := fmt.Sprintf("%d:%s", record.Year, x.Unit.Key)
	var rows [][]twinning.Button
	if above := x.Suggestion.Above(); len(above) > 0 && record.State() != twinning.RatingDecided {
		goal := above[len(above)-1]
		if x.Suggestion.Level != twinning.RatingGood {
			goal = twinning.RatingGood
		}
		rows = append(rows, []twinning.Button{{
			Label: twinning.Line{Key: "button.rating_gap", Args: twinning.Args{{"Level", levelName(goal)}}}, Data: "xl:" + at + ":t",
		}})
	}
	if r.Person.Role == twinning.RoleCoordinator {
		if record.State() != twinning.RatingDecided {
			rows = append(rows, []twinning.Button{press("button.rating_propose", "xp:"+at)})
		}
		row := []twinning.Button{press("button.rating_decided", "xd:"+at)}
		if len(record.Proposals)+len(record.Decisions) > 0 {
			row = append(row, press("button.rating_history", "xl:"+at+":h"))
		}
		rows = append(rows, row, []twinning.Button{press("button.rating_list", fmt.Sprintf("xl:%d", record.Year))})
	}
	rows = append(rows, append(
		d.yearButtons(r, record.Year, func(y int) string { return fmt.Sprintf("xl:%d:%s", y, x.Unit.Key) }),
		press("button.status", fmt.Sprintf("st:%s:%d", x.Unit.Key, record.Year)),
	))
	return rows
}
