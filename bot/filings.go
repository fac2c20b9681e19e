package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// filingsListed is how many documents, or units, one message of a list shows.
const filingsListed = 8

// filings lists the documents of the sender's unit, or of another: "/vanban", "/vanban xã Ch'ơm", "/vanban VB5". Ban Dân
// tộc sees without a name what it has to decide about.
func (d *Desk) filings(_ context.Context, r *Request) error {
	if id, ok := filingNumber(r.Args); ok {
		return d.filingByNumber(r, id)
	}
	if r.Args == "" && r.Person.Role == twinning.RoleCoordinator {
		return d.showUndecided(r, 0)
	}
	unit := r.Person.Unit
	if r.Args != "" {
		named, done, err := d.named(r, r.Args, "vl:%s")
		if done || err != nil {
			return err
		}
		unit = named
	}
	return d.showFilings(r, unit, 0, 0)
}

// filingNumber reads "VB5".
func filingNumber(text string) (twinning.FilingID, bool) {
	number, ok := strings.CutPrefix(plainLetters(strings.TrimSpace(text)), "vb")
	id, err := strconv.ParseUint(strings.TrimSpace(number), 10, 64)
	return twinning.FilingID(id), ok && err == nil && id != 0
}

// filingsByWord serves "văn bản", "văn bản xã Ch'ơm" and "VB5".
func (d *Desk) filingsByWord(r *Request) (done bool, err error) {
	if id, ok := filingNumber(r.Text); ok {
		return true, d.filingByNumber(r, id)
	}
	for _, word := range d.words["words.filings"] {
		rest, ok := cutFolded(strings.Trim(r.Text, " .?!"), word)
		if !ok || rest != "" && !strings.HasPrefix(rest, " ") {
			continue
		}
		rest = strings.TrimSpace(rest)
		named := *r
		named.Text = rest
		if rest == "" || d.onlyUnit(&named) {
			r.Args = rest
			return true, d.filings(context.Background(), r)
		}
	}
	return false, nil
}

func (d *Desk) filingByNumber(r *Request, id twinning.FilingID) error {
	f, err := d.readFiling(r, id)
	if errors.Is(err, twinning.ErrNotFound) || errors.Is(err, twinning.ErrForbidden) {
		return r.Reply(twinning.Say("filing.unknown", twinning.Args{{"ID", twinning.Number(id)}}))
	}
	if err != nil {
		return err
	}
	return d.openFiling(r, f)
}

// openFiling shows a document below what is there: the pressed message may be a copy with its file.
func (d *Desk) openFiling(r *Request, f twinning.Filing) error {
	m, err := r.Work.FilingCard(*r.Person, f)
	if err != nil {
		return wrapStep("filing", err)
	}
	if err := d.choices(r, m); err != nil {
		return err
	}
	return r.ReplySubject(ledger.FilingSubject(f.ID), m)
}

// resend sends the files of a document, with what was supplied since, to whoever asks: "v:45:f".
func (d *Desk) resend(r *Request, f twinning.Filing) error {
	m := twinning.Say("filing.files", twinning.Args{
		{"ID", twinning.Number(f.ID)}, {"Unit", r.Work.UnitName(f.Unit)}, {"State", ledger.FilingState(f)},
	})
	m.Lines = append(m.Lines, r.Work.FilingLines(f)...)
	m.Lines = append(m.Lines, r.Work.SupplyLines(f)...)
	m.Files = slices.Clone(f.Files)
	for _, s := range f.Supplements {
		m.Files = append(m.Files, s.Files...)
	}
	return r.Reply(m)
}

// pressFilings lists the documents of a unit: "vl:W20437", "vl:W20437:2027:8" is the year's from the ninth on.
func (d *Desk) pressFilings(_ context.Context, r *Request) error {
	year, from := 0, 0
	if r.Press.Part(1) != "" {
		year = d.year(r, 1)
	}
	if n, err := strconv.Atoi(r.Press.Part(2)); err == nil && n > 0 {
		from = n
	}
	return d.showFilings(r, twinning.UnitKey(r.Press.Part(0)), year, from)
}

// showFilings lists the documents of a unit that the sender may see, newest first; year 0 is the latest with any. Of a unit
// that is none of the sender's business otherwise these are those that the sender's unit was sent.
func (d *Desk) showFilings(r *Request, unit twinning.UnitKey, year, from int) error {
	all, err := r.Work.FilingsSeen(*r.Person, unit, 0)
	if err != nil {
		return wrapStep("filings", err)
	}
	if len(all) == 0 {
		if may, err := d.readable(r, unit); err != nil || !may {
			return err
		}
	}
	years := yearsOf(all)
	if year == 0 {
		year = d.today(r).Year()
		if len(years) > 0 && !slices.Contains(years, year) {
			year = years[0]
		}
	}
	list := headsOf(slices.DeleteFunc(slices.Clone(all), func(f twinning.Filing) bool { return !ofYear(f, year) }))
	m := twinning.Say("filing.list", twinning.Args{{"Unit", r.Work.UnitName(unit)}, {"Year", yearText(year)}})
	if len(list) == 0 {
		key := "filing.list_none"
		if unit == r.Person.Unit && r.Person.MayLog() {
			key = "filing.list_none_own"
		}
		m.Lines = append(m.Lines, say(key))
	}
	from = min(from, len(list))
	d.filingRows(r, &m, upTo(list[from:], filingsListed), all)
	if next := from + filingsListed; next < len(list) {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.more", fmt.Sprintf("vl:%s:%d:%d", unit, year, next))})
	}
	var others []twinning.Button
	for _, y := range years {
		if y != year && len(others) < 4 {
			others = append(others, twinning.Button{
				Label: twinning.Line{Key: "button.year", Args: twinning.Args{{"Year", yearText(y)}}}, Data: fmt.Sprintf("vl:%s:%d", unit, y),
			})
		}
	}
	if len(others) > 0 {
		m.Buttons = append(m.Buttons, others)
	}
	return d.offer(r, m, optionsTalk{})
}

// ofYear says whether the document was filed for an obligation of the year.
func ofYear(f twinning.Filing, year int) bool {
	return slices.ContainsFunc(f.Meets, func(o twinning.Obligation) bool { return o.Year == year })
}

// yearsOf returns the years of the documents, latest first.
func yearsOf(filings []twinning.Filing) []int {
	var years []int
	for _, f := range filings {
		for _, o := range f.Meets {
			if !slices.Contains(years, o.Year) {
				years = append(years, o.Year)
			}
		}
	}
	slices.Sort(years)
	slices.Reverse(years)
	return years
}

// headsOf leaves out the versions that a later one of the list has taken the place of.
func headsOf(filings []twinning.Filing) []twinning.Filing {
	replaced := map[twinning.FilingID]bool{}
	for _, f := range filings {
		if f.Supersedes != 0 && !f.Withdrawn {
			replaced[f.Supersedes] = true
		}
	}
	return slices.DeleteFunc(filings, func(f twinning.Filing) bool { return replaced[f.ID] && !f.Stands() })
}

// filingRows appends a line and a button for each document; all are those among which its earlier versions are.
func (d *Desk) filingRows(r *Request, m *twinning.Message, list, all []twinning.Filing) {
	for _, f := range list {
		m.Lines = append(m.Lines, d.filingRow(r, f, all))
		if wanting := f.Wanting(); len(wanting) > 0 && f.Stands() {
			m.Lines = append(m.Lines, twinning.Line{Key: "filing.wanting", Args: twinning.Args{{"Contents", r.Work.ContentNames(f, wanting)}}})
		}
	}
	m.Buttons = append(m.Buttons, filingButtons(list)...)
}

func (d *Desk) filingRow(r *Request, f twinning.Filing, all []twinning.Filing) twinning.Line {
	args := twinning.Args{
		{"ID", twinning.Number(f.ID)},
		{"Titles", r.Work.TitlesOf(f.Meets)},
		{"Date", twinning.Day(f.Filed)},
		{"State", ledger.FilingState(f)},
		{"Number", twinning.Text(f.Number)},
		{"Unit", r.Work.UnitName(f.Unit)},
	}
	var older []twinning.Line
	for id := f.Supersedes; id != 0; {
		i := slices.IndexFunc(all, func(g twinning.Filing) bool { return g.ID == id })
		if i < 0 {
			break
		}
		older = append(older, twinning.Line{Key: "button.filing", Args: twinning.Args{{"ID", twinning.Number(id)}}})
		id = all[i].Supersedes
	}
	key := "filing.row"
	if len(older) > 0 {
		key = "filing.row_versions"
		args.Set("Versions", twinning.Joined(older...))
	}
	return twinning.Line{Key: key, Args: args}
}

// pressUndecided shows the next documents that Ban Dân tộc has to decide about: "vd:8".
func (d *Desk) pressUndecided(_ context.Context, r *Request) error {
	from, err := strconv.Atoi("0" + r.Press.Part(0))
	if err != nil {
		return d.stale(r)
	}
	return d.showUndecided(r, from)
}

// showUndecided lists what Ban Dân tộc has to decide about, oldest first.
func (d *Desk) showUndecided(r *Request, from int) error {
	if r.Person.Role != twinning.RoleCoordinator {
		return fmt.Errorf("undecided: %w", twinning.ErrForbidden)
	}
	list, err := r.Work.Undecided(*r.Person)
	if err != nil {
		return wrapStep("undecided", err)
	}
	waiting, err := r.Work.UncopiedUnits()
	if err != nil {
		return wrapStep("undecided", err)
	}
	m := twinning.Say("filing.undecided", ledger.CountArgs(len(list)))
	if len(list) == 0 {
		m = twinning.Say("filing.undecided_none", nil)
	}
	from = min(from, len(list))
	for _, f := range upTo(list[from:], filingsListed) {
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.undecided_row", Args: twinning.Args{
			{"ID", twinning.Number(f.ID)}, {"Unit", r.Work.UnitName(f.Unit)}, {"Titles", r.Work.TitlesOf(f.Meets)}, {"Date", twinning.Day(f.Filed)},
		}})
	}
	m.Buttons = filingButtons(upTo(list[from:], filingsListed))
	if next := from + filingsListed; next < len(list) {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.more", fmt.Sprintf("vd:%d", next))})
	}
	if len(waiting) > 0 {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.uncopied", Args: ledger.CountArgs(len(waiting))}, Data: "vu",
		}})
	}
	m.Lines = append(m.Lines, twinning.Line{}, say("filing.undecided_hint"))
	return d.offer(r, m, optionsTalk{})
}

// filingButtons are the numbers of documents, four a row.
func filingButtons(list []twinning.Filing) [][]twinning.Button {
	var rows [][]twinning.Button
	for four := range slices.Chunk(list, 4) {
		var row []twinning.Button
		for _, f := range four {
			row = append(row, twinning.Button{
				Label: twinning.Line{Key: "button.filing", Args: twinning.Args{{"ID", twinning.Number(f.ID)}}}, Data: ledger.FilingData(f.ID, ""),
			})
		}
		rows = append(rows, row)
	}
	return rows
}

// pressUncopied lists the units that have not got their copies, since nobody of them is linked: "vu", "vu:8" from the
// ninth on, "vu:u:W20437" the documents of one.
func (d *Desk) pressUncopied(_ context.Context, r *Request) error {
	if all, err := r.Work.ReadsAll(*r.Person); err != nil || !all || r.Person.Role != twinning.RoleCoordinator {
		return fmt.Errorf("uncopied: %w", twinning.ErrForbidden)
	}
	if r.Press.Part(0) == "u" {
		return d.uncopiedOf(r, twinning.UnitKey(r.Press.Part(1)))
	}
	from, err := strconv.Atoi("0" + r.Press.Part(0))
	if err != nil {
		return d.stale(r)
	}
	units, err := r.Work.UncopiedUnits()
	if err != nil {
		return wrapStep("uncopied", err)
	}
	if len(units) == 0 {
		return d.offer(r, twinning.Say("filing.uncopied_none", nil), optionsTalk{})
	}
	m := twinning.Say("filing.uncopied", ledger.CountArgs(len(units)))
	from = min(from, len(units))
	for _, u := range upTo(units[from:], filingsListed) {
		args := ledger.CountArgs(len(u.Filings))
		args.Set("Unit", r.Work.UnitName(u.Unit))
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.uncopied_row", Args: args})
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", r.Work.UnitName(u.Unit)}}}, Data: "vu:u:" + string(u.Unit),
		}})
	}
	if next := from + filingsListed; next < len(units) {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.more", fmt.Sprintf("vu:%d", next))})
	}
	m.Lines = append(m.Lines, twinning.Line{}, say("filing.uncopied_hint"))
	return d.offer(r, m, optionsTalk{})
}

func (d *Desk) uncopiedOf(r *Request, unit twinning.UnitKey) error {
	list, err := r.Work.Uncopied(unit)
	if err != nil {
		return wrapStep("uncopied", err)
	}
	m := twinning.Say("filing.uncopied_of", twinning.Args{{"Unit", r.Work.UnitName(unit)}})
	for _, f := range upTo(list, filingsListed) {
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.undecided_row", Args: twinning.Args{
			{"ID", twinning.Number(f.ID)}, {"Unit", r.Work.UnitName(f.Unit)}, {"Titles", r.Work.TitlesOf(f.Meets)}, {"Date", twinning.Day(f.Filed)},
		}})
	}
	if more := len(list) - filingsListed; more > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.more", Args: ledger.CountArgs(more)})
	}
	m.Buttons = append(filingButtons(upTo(list, filingsListed)), []twinning.Button{press("button.uncopied_all", "vu")})
	return d.offer(r, m, optionsTalk{})
}
