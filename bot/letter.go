package bot

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

// mayUrge says whether the sender can have letters drafted: Ban Dân tộc, in a private chat.
func (d *Desk) mayUrge(r *Request) bool {
	return r.Person.Active() && r.Person.Role == twinning.RoleCoordinator && !r.Group
}

// hindrancesShown is how many of the documents may say below the letter what they wait for: a caption has 1024 characters
// (Bot API, sendDocument.caption).
const hindrancesShown = 3

// pressLetter sends the draft of a letter that urges a unit: "let:2027:W20437".
func (d *Desk) pressLetter(_ context.Context, r *Request) error {
	if !d.mayUrge(r) {
		return fmt.Errorf("letter: %w", twinning.ErrForbidden)
	}
	year, unit := d.boardYear(r), twinning.UnitKey(r.Press.Part(1))
	urgent, err := r.Work.Urgent(unit, year)
	if err != nil {
		return wrapStep("letter", err)
	}
	args := twinning.Args{{"Unit", r.Work.UnitName(unit)}, {"Year", yearText(year)}}
	if len(urgent) == 0 {
		return d.notice(r, "letter.nothing", args)
	}
	if err := r.Answer("sheet.coming", nil); err != nil {
		return err
	}
	args.Set("Count", twinning.Number(len(urgent)))
	args.Set("Value", twinning.Number(len(urgent)))
	m := twinning.Say("letter.caption", args)
	for _, o := range upTo(urgent, hindrancesShown) {
		hindrance, err := d.hindranceLines(r, o)
		if err != nil {
			return err
		}
		m.Lines = append(m.Lines, hindrance...)
	}
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	m.Report = &twinning.ReportRequest{Kind: ReportUrging, Year: year, Unit: unit}
	return r.Reply(m)
}

// pressLetters lists the units that can be urged for a document, to take the letter for one of them: "lets:2027:needs:1".
func (d *Desk) pressLetters(_ context.Context, r *Request) error {
	if !d.mayUrge(r) {
		return fmt.Errorf("letters: %w", twinning.ErrForbidden)
	}
	year := d.boardYear(r)
	rule, known := d.programme.Rule(twinning.RuleID(r.Press.Part(1)))
	if !known {
		return d.stale(r)
	}
	b, err := r.Work.Scoreboard(year, ledger.BoardFilter{Rules: []twinning.RuleID{rule.ID}})
	if err != nil {
		return wrapStep("letters", err)
	}
	var units []twinning.UnitKey
	for _, o := range b.Owings {
		if r.Work.CanUrge(o) && !slices.Contains(units, o.Unit) {
			units = append(units, o.Unit)
		}
	}
	args := twinning.Args{{"Name", twinning.Named(rule.Name)}, {"Year", yearText(year)}}
	if len(units) == 0 {
		return d.notice(r, "letters.nothing", args)
	}
	page, _ := strconv.Atoi(r.Press.Part(2)) // what is no number is the first page
	rows, page, pages := pageOf(units, page, 2*unitsShown)
	m := twinning.Say("letters.title", args)
	for _, unit := range rows {
		m.Buttons = appendTwo(m.Buttons, twinning.Button{
			Label: twinning.Line{Key: "button.letter_unit", Args: twinning.Args{{"Unit", r.Work.UnitName(unit)}}},
			Data:  fmt.Sprintf("let:%d:%s", year, unit),
		})
	}
	m.Buttons = append(m.Buttons, turnButtons(page, pages, func(n int) string { return fmt.Sprintf("lets:%d:%s:%d", year, rule.ID, n) })...)
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.back_up", boardPlace{year: year, rule: string(rule.ID)}.data())})
	return d.offer(r, m, optionsTalk{})
}

// urgingFile writes the draft of the letter, which is Vietnamese whoever asks for it.
func urgingFile(k *ledger.Look, req twinning.ReportRequest, p locales.Printer, w io.Writer) (string, error) {
	u, err := k.Unit(req.Unit)
	if err != nil {
		return "", wrapStep("letter", err)
	}
	m := letterMaker{look: k, printer: p.In(langVI)}
	letter, err := m.letter(u, req.Year)
	if err != nil {
		return "", err
	}
	name := p.Text("letter.file_name", nil) + "-" + fileName(u.Name)
	return name, wrapStep("letter", report.Urging(w, letter))
}

// letterMaker gathers what a letter says.
type letterMaker struct {
	look    *ledger.Look
	printer locales.Printer
}

func (m letterMaker) letter(u twinning.Unit, year int) (report.UrgingLetter, error) {
	k := m.look
	p := k.Programme()
	letter := report.UrgingLetter{
		Issuer: m.printer.Text("letter.issuer", nil), Code: m.printer.Text("letter.code", nil),
		Addressee: m.committee(u), AsOf: k.Today(), DecisionTitle: p.Title[langVI],
		Decision: m.printer.Text("letter.decision", map[string]any{"Name": p.Decision, "Date": officialDay(p.Signed)}),
	}
	issuers, err := k.UnitsOf(twinning.RoleIssuer)
	if err != nil {
		return letter, wrapStep("letter", err)
	}
	if len(issuers) > 0 {
		letter.Superior = m.committee(issuers[0])
		_, letter.Place, _ = strings.Cut(issuers[0].Name, " ")
		letter.Copies = append(letter.Copies, m.printer.Text("letter.copy_superior", map[string]any{"Unit": letter.Superior}))
	}
	if district, err := k.Unit(u.Parent); err == nil {
		letter.Copies = append(letter.Copies, m.committee(district))
	}
	if letter.Demo, err = k.HasDemo(); err != nil {
		return letter, wrapStep("letter", err)
	}
	officers, err := k.Officers(u.Key)
	if err != nil {
		return letter, wrapStep("letter", err)
	}
	letter.Linked = len(officers)
	letter.Items, err = m.items(u.Key, year)
	return letter, err
}

// officialDay writes a date as it stands in letters: days below 10 and the months 1 and 2 with a 0 in front (Nghị định
// 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, 4.b).
func officialDay(d twinning.Date) string {
	year, month, day := d.Parts()
	if month <= 2 {
		return fmt.Sprintf("%02d/%02d/%d", day, month, year)
	}
	return fmt.Sprintf("%02d/%d/%d", day, month, year)
}

// items are the documents that are overdue, with the reminders that arrived.
func (m letterMaker) items(unit twinning.UnitKey, year int) ([]report.UrgingItem, error) {
	urgent, err := m.look.Urgent(unit, year)
	if err != nil {
		return nil, wrapStep("letter", err)
	}
	items := make([]report.UrgingItem, len(urgent))
	for i, o := range urgent {
		items[i] = report.UrgingItem{
			Title: m.title(o), Cite: m.cite(*o.Rule), Due: o.Deadlines.Due, LateAfter: o.Deadlines.LateAfter,
			DaysLate: m.look.Today().DaysSince(o.Deadlines.Due),
		}
		sent, err := m.look.SentReminders(o.Obligation)
		if err != nil {
			return nil, wrapStep("letter", err)
		}
		for _, s := range sent {
			items[i].Reminders = append(items[i].Reminders, report.UrgingReminder{Day: s.On, People: s.People, Groups: s.Groups})
		}
	}
	return items, nil
}

func (m letterMaker) title(o ledger.Owing) string {
	args := map[string]any{"Name": o.Rule.Name[langVI], "Year": o.Year}
	if p, err := m.look.Pairing(o.Pairing); err == nil {
		args["Counterpart"] = m.look.UnitName(p.Counterpart(o.Unit)).Text
		return m.printer.Text("letter.item_pairing", args)
	}
	return m.printer.Text("letter.item", args)
}

// committee names the authority of a place in a sentence; an agency has its own name.
func (m letterMaker) committee(u twinning.Unit) string {
	switch u.Role {
	case twinning.RoleIssuer, twinning.RoleSponsorLowland, twinning.RoleRecipientDistrict, twinning.RoleRecipientCommune:
		first, size := utf8.DecodeRuneInString(u.Name)
		return m.printer.Text("letter.committee", map[string]any{"Unit": string(unicode.ToLower(first)) + u.Name[size:]})
	case twinning.RoleStanding, twinning.RoleEmulation, twinning.RoleOverseer, twinning.RoleSponsorAgency,
		twinning.RoleSponsorOther:
	}
	return u.Name
}

// ruleNumbers are the numbers of our list of rules, which nobody outside knows.
var ruleNumbers = regexp.MustCompile(`\s*\(R[^)]*\)`)

// citation is where a rule stands, for people.
func citation(rule twinning.ObligationRule) string {
	return ruleNumbers.ReplaceAllString(rule.Cite, "")
}

// cite names the article of the Plan; a deadline that the decision does not name says on what it rests, so that nobody
// signs for more than is written.
func (m letterMaker) cite(rule twinning.ObligationRule) string {
	parts := strings.Split(citation(rule), ";")
	article, _, _ := strings.Cut(parts[0], ":")
	args := map[string]any{"Article": strings.TrimSpace(article)}
	reading := m.printer.Text("letter.reading", nil)
	for _, part := range parts[1:] {
		if part = strings.TrimSpace(part); strings.HasPrefix(part, reading) {
			args["Reading"] = part
		}
	}
	return m.printer.Text("letter.cite", args)
}
