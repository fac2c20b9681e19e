package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/twinning"
)

// provinceAnnexes are the tables that would break the text: recipients, sponsors, missing documents, ratings.
func (t *yearTexts) provinceAnnexes() []block {
	var blocks []block
	for i, annex := range []struct {
		title string
		table func() block
	}{
		{"annex recipients", func() block { return t.table("recipients") }},
		{"annex sponsors", func() block { return t.figuresTable("columns units", t.partyRows(t.v.Sponsors)) }},
		{"annex missing", t.missingTable},
		{"annex ratings", t.ratingsTable},
	} {
		blocks = append(blocks, t.annexHead(roman[i], t.text(annex.title))...)
		blocks = append(blocks, annex.table())
	}
	return blocks
}

// roman are the numbers of annexes.
var roman = []string{"I", "II", "III", "IV"}

// unitAnnexes is the list of activities.
func (t *yearTexts) unitAnnexes() []block {
	if len(t.v.Activities) == 0 {
		return nil
	}
	blocks := append(t.annexHead("", t.text("annex activities")), t.activitiesTable())
	if more := len(t.v.Activities) - mostActivities; more > 0 {
		blocks = append(blocks, paragraph{
			style: styleBody, layout: layout{before: pt(bodyGap)}, runs: plain(t.render("more activities", t.num(more))),
		})
	}
	return blocks
}

// missingTable has a row for each unit that is late with something, in the order of the other annexes; the spreadsheet
// has one for each document.
func (t *yearTexts) missingTable() block {
	var order []twinning.UnitKey
	missing, late := map[twinning.UnitKey][]string{}, map[twinning.UnitKey][]string{}
	for _, d := range t.v.Duties {
		if d.Standing != twinning.StandingOverdue && d.Standing != twinning.StandingMetLate {
			continue
		}
		if len(missing[d.Unit])+len(late[d.Unit]) == 0 {
			order = append(order, d.Unit)
		}
		if d.Standing == twinning.StandingOverdue {
			missing[d.Unit] = append(missing[d.Unit], t.dutyName(d))
		} else {
			late[d.Unit] = append(late[d.Unit], t.dutyName(d)+" "+t.render("filed", d.Filed))
		}
	}
	place := map[twinning.UnitKey]int{}
	for i, s := range slices.Concat(t.v.Recipients, t.v.Sponsors) {
		place[s.Unit] = i + 1
	}
	slices.SortStableFunc(order, func(a, b twinning.UnitKey) int { return cmp.Compare(place[a], place[b]) })
	var rows [][]string
	for i, key := range order {
		rows = append(rows, []string{
			strconv.Itoa(i + 1), t.v.name(key), strings.Join(missing[key], "; "), strings.Join(late[key], "; "),
		})
	}
	return t.grid(tableSpec{columns: "missing", widths: missingColumns}, rows, false)
}

// ratingsTable has a row for each unit: the level that is suggested, with its reasons.
func (t *yearTexts) ratingsTable() block {
	var rows [][]string
	for i, r := range t.v.Ratings {
		met, all := r.Share()
		var reasons []string
		if text := t.names.factors(r); text != "" {
			reasons = append(reasons, text)
		}
		if text := t.names.flags(r); text != "" {
			reasons = append(reasons, t.render("not considered", text))
		}
		rows = append(rows, []string{
			strconv.Itoa(i + 1), t.v.name(r.Unit), t.names.of("yearly.level.", string(r.Level)), fmt.Sprintf("%d/%d", met, all),
			t.names.unmet(r), strings.Join(reasons, "; "),
		})
	}
	return t.grid(tableSpec{columns: "ratings", widths: ratingColumns, center: []int{2, 3}}, rows, false)
}

// mostActivities is how many activities the annex lists; the spreadsheet has all.
const mostActivities = 300

// longestSummary is how many characters of an officer's own words the list shows.
const longestSummary = 160

func (t *yearTexts) activitiesTable() block {
	var rows [][]string
	for i, a := range t.v.Activities[:min(len(t.v.Activities), mostActivities)] {
		f := a.Facts
		parties := t.render("helps", map[string]string{"Sponsor": t.v.name(f.Sponsor), "Recipient": t.v.inText(f.Recipient)})
		what := t.names.of("category.", strconv.Itoa(int(f.Category)))
		if f.Summary != "" {
			what = shortText(f.Summary) + " (" + what + ")"
		}
		rows = append(rows, []string{
			strconv.Itoa(i + 1), officialDate(f.From), parties, what,
			t.render("done", map[string]string{
				"ID": strconv.FormatUint(uint64(a.ID), 10), "Counts": t.results(f),
				"State": t.names.of("activity.state.", string(a.State)),
			}),
		})
	}
	return t.grid(tableSpec{columns: "activities", widths: activityColumns, center: []int{1}}, rows, false)
}

// results are the numbers and goods of an activity.
func (t *yearTexts) results(f twinning.Facts) string {
	all := f.InKind
	if len(f.Quantities) > 0 || len(all) == 0 {
		all = append([]string{t.counts(f.Quantities)}, all...)
	}
	return strings.Join(all, "; ")
}

func shortText(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > longestSummary {
		return string(runes[:longestSummary]) + "…"
	}
	return string(runes)
}
