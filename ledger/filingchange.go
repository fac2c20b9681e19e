package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ketnghia/twinning"
)

// The audited changes of what is known about a filing.
const (
	actionExtend     = "filing.extend"
	actionRetitle    = "filing.retitle"
	actionDescribe   = "filing.describe"
	actionChecklist  = "filing.checklist"
	actionSupplement = "filing.supplement"
)

// numberLimit and supplementLimit are how many characters of a document's number and of a supplement are kept.
const (
	numberLimit     = 60
	supplementLimit = 1500
)

// AlsoOpen returns the other open obligations of the unit that fall due on a day on which one of the document's does: the
// same document may meet them too.
func (k *Look) AlsoOpen(f twinning.Filing) ([]Owing, error) {
	if f.State != twinning.FilingSubmitted {
		return nil, nil
	}
	owings, err := k.OwingsOf(f.Unit)
	if err != nil {
		return nil, err
	}
	due := map[twinning.Date]bool{}
	for _, o := range owings {
		if f.Meeting(o.Obligation) {
			due[o.Deadlines.Due] = true
		}
	}
	return slices.DeleteFunc(owings, func(o Owing) bool {
		return f.Meeting(o.Obligation) || !o.Standing.Open() || !due[o.Deadlines.Due]
	}), nil
}

// Extend files a document that nobody has decided about for further obligations of its unit. Who has it is told in one
// line, and units that must have it by them get their copy.
func (w *Work) Extend(a Actor, id twinning.FilingID, more []twinning.Obligation) (twinning.Filing, error) {
	f, err := w.takeable(a, id)
	if err != nil {
		return f, err
	}
	was := f.Meets
	if f, err = w.remeet(a, actionExtend, f, slices.Concat(was, more)); err != nil {
		return f, err
	}
	added := slices.DeleteFunc(slices.Clone(f.Meets), func(o twinning.Obligation) bool { return slices.Contains(was, o) })
	args := w.filingArgs(f)
	args.Set("Titles", w.TitlesOf(added))
	return f, w.tellCopied(a, f, twinning.Say("notice.filing_extended", args))
}

// Retitle says that a document about which nobody has decided is another one: files and dates stay, the obligations it
// was filed for are open again, and everybody who got a copy is told in one line.
func (w *Work) Retitle(a Actor, id twinning.FilingID, meets []twinning.Obligation) (twinning.Filing, error) {
	f, err := w.takeable(a, id)
	if err != nil {
		return f, err
	}
	was := f.Meets
	f.Checked, f.Lacks = false, nil
	if f, err = w.remeet(a, actionRetitle, f, meets); err != nil {
		return f, err
	}
	if err := w.restore(a, was); err != nil {
		return f, err
	}
	args := w.filingArgs(f)
	args.Set("Was", w.TitlesOf(was))
	return f, w.tellCopied(a, f, twinning.Say("notice.filing_retitled", args))
}

// remeet files a document for other obligations than before. Those who must have it by them get their copy; copies once
// sent stay on its receipts.
func (w *Work) remeet(a Actor, action string, f twinning.Filing, meets []twinning.Obligation) (twinning.Filing, error) {
	if len(meets) == 0 {
		return f, &twinning.InvalidError{Field: "filing", Rule: "required"}
	}
	was := f.Meets
	f.Meets = meets
	owings, err := w.meant(f)
	if err != nil {
		return f, err
	}
	f.Meets = obligationsOf(owings)
	before, err := w.before(f)
	if err != nil {
		return f, err
	}
	f.Supersedes = 0
	if len(before) > 0 {
		f.Supersedes = before[0].ID
	}
	if f.Copies, err = w.sendCopies(a, f); err != nil {
		return f, err
	}
	if err := w.record(a, action, f, map[string]any{"meets": f.Meets, "was": was}); err != nil {
		return f, err
	}
	// A newer document may stand for the new title already.
	if err := w.supersede(a, append(before, f)); err != nil {
		return f, err
	}
	if f, err = w.Filing(f.ID); err != nil {
		return f, wrap("filing", err)
	}
	return f, w.refreshCopies(a, f)
}

// Describe stores the number and the date that stand on the document; "" and no date leave what is known. The error is an
// InvalidError "document" with rule "future" for a day that has not come, "number" for a number that is none.
func (w *Work) Describe(a Actor, id twinning.FilingID, number string, dated twinning.Date) (twinning.Filing, error) {
	f, err := w.changeable(a, id)
	if err != nil {
		return f, err
	}
	if number, err = w.documentNumber(number, dated); err != nil {
		return f, err
	}
	f.Number = cmp.Or(number, f.Number)
	f.Dated = cmp.Or(dated, f.Dated)
	if err := w.record(a, actionDescribe, f, map[string]any{"number": f.Number, "dated": f.Dated}); err != nil {
		return f, err
	}
	return f, w.refreshCopies(a, f)
}

// documentNumber trims a document's number and checks it and the date.
func (k *Look) documentNumber(number string, dated twinning.Date) (string, error) {
	if dated > k.Today() {
		return "", &twinning.InvalidError{Field: "document", Rule: "future"}
	}
	number = strings.Join(strings.Fields(number), " ")
	if len([]rune(number)) > numberLimit {
		return "", &twinning.InvalidError{Field: "document", Rule: "number"}
	}
	return number, nil
}

// changeable returns a document to which the people of its unit, and coordinators, may still add something.
func (w *Work) changeable(a Actor, id twinning.FilingID) (twinning.Filing, error) {
	f, err := w.Filing(id)
	if err != nil {
		return f, wrap("change", err)
	}
	if err := w.maySpeakFor(a, f.Unit); err != nil {
		return f, err
	}
	if !f.Stands() {
		return f, fmt.Errorf("filing %d: is %s: %w", id, f.State, twinning.ErrConflict)
	}
	return f, nil
}

// SetChecklist stores which of the required contents the document lacks, none when it has them all. It stays valid.
func (w *Work) SetChecklist(a Actor, id twinning.FilingID, lacks []string) (twinning.Filing, error) {
	f, err := w.changeable(a, id)
	if err != nil {
		return f, err
	}
	contents, _ := w.Contents(f)
	if len(contents) == 0 {
		return f, &twinning.InvalidError{Field: "document", Rule: "contents"}
	}
	f.Checked = true
	f.Lacks = slices.DeleteFunc(contents, func(id string) bool { return !slices.Contains(lacks, id) })
	if err := w.record(a, actionChecklist, f, map[string]any{"lacks": f.Lacks}); err != nil {
		return f, err
	}
	return f, w.refreshCopies(a, f)
}

// Supplement adds words or files for a content that the document lacks. Everybody who must have the document gets them as
// a copy. Content, text and files are the caller's to give.
func (w *Work) Supplement(a Actor, id twinning.FilingID, s twinning.Supplement) (twinning.Filing, error) {
	f, err := w.changeable(a, id)
	if err != nil {
		return f, err
	}
	runes := []rune(strings.TrimSpace(s.Text))
	s.Text = string(runes[:min(len(runes), supplementLimit)])
	if !slices.Contains(f.Lacks, s.Content) || s.Text == "" && len(s.Files) == 0 {
		return f, &twinning.InvalidError{Field: "document", Rule: "supplement"}
	}
	s.By, s.At = a.Person.ID, w.Now()
	f.Supplements = append(f.Supplements, s)
	if err := w.keep(s.Files); err != nil {
		return f, err
	}
	if err := w.record(a, actionSupplement, f, map[string]any{"content": s.Content}); err != nil {
		return f, err
	}
	if err := w.refreshCopies(a, f); err != nil {
		return f, err
	}
	m := twinning.Say("notice.filing_supplement", w.filingArgs(f))
	m.Lines = append(m.Lines, w.supplyLine(f, s))
	if wanting := f.Wanting(); len(wanting) > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.wanting", Args: twinning.Args{{"Contents", w.ContentNames(f, wanting)}}})
	}
	m.Files = s.Files
	return f, w.tellCopied(a, f, m)
}

// Versions returns the earlier and the later versions of a document that the person may read, each newest first.
func (k *Look) Versions(p twinning.Person, f twinning.Filing) (older, newer []twinning.Filing, err error) {
	filings, err := k.FilingsSeen(p, f.Unit, 0)
	if err != nil {
		return nil, nil, err
	}
	earlier, later := map[twinning.FilingID]bool{f.Supersedes: true}, map[twinning.FilingID]bool{f.ID: true}
	for _, g := range filings {
		if earlier[g.ID] {
			earlier[g.Supersedes] = true
			older = append(older, g)
		}
	}
	for _, g := range slices.Backward(filings) {
		if g.ID > f.ID && later[g.Supersedes] {
			later[g.ID] = true
			newer = append(newer, g)
		}
	}
	slices.Reverse(newer)
	return older, newer, nil
}
