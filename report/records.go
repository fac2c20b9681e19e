package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// Records are the records of the books, or of a part of them, to be taken away as tables that an import reads again.
type Records struct {
	// Units name every unit that the rest speaks of.
	Units      []twinning.Unit
	Pairings   []twinning.Pairing
	People     []twinning.Person
	Activities []twinning.Activity
	Filings    []twinning.Filing
	// Documents are the names of the documents that filings are.
	Documents map[twinning.RuleID]twinning.Names
}

// WriteRecords writes the records as an XLSX workbook of the sheets units, pairings, people, activities and filings,
// which is what an import takes; headings and words are the reader's language's. A sheet goes on in "activities (2)"
// where it would be longer than an import takes. Nothing of the chat is in it: no ids of Telegram, no files, no authors.
func WriteRecords(w io.Writer, p locales.Printer, r Records) error {
	t := newTables(p, r)
	for _, x := range []listing{t.units(), t.pairings(), t.people(), t.activities(), t.filings()} {
		if err := t.add(x); err != nil {
			return fmt.Errorf("records: sheet %s: %w", x.name, err)
		}
	}
	if err := t.write(w); err != nil {
		return fmt.Errorf("records: %w", err)
	}
	return nil
}

// tables makes the rows of the records.
type tables struct {
	recordBook

	p     locales.Printer
	r     Records
	names map[twinning.UnitKey]string
	ended map[twinning.UnitKey]bool
}

func newTables(p locales.Printer, r Records) *tables {
	t := &tables{p: p, r: r, names: map[twinning.UnitKey]string{}, ended: map[twinning.UnitKey]bool{}}
	for _, u := range r.Units {
		t.names[u.Key], t.ended[u.Key] = u.Name, u.State != twinning.UnitActive
	}
	return t
}

// unit names a unit so that no other can be meant: "Xã Ch'ơm (W20437)".
func (t *tables) unit(key twinning.UnitKey) string {
	if name := t.names[key]; name != "" && name != string(key) {
		return fmt.Sprintf("%s (%s)", name, key)
	}
	return string(key)
}

func (t *tables) answer(yes bool) string {
	if yes {
		return t.p.Text("records.yes", nil)
	}
	return ""
}

// head is a heading with the width of its column in characters.
func (t *tables) head(key string, width float64) column {
	return column{title: t.p.Text(key, nil), width: width}
}

func (t *tables) units() listing {
	x := listing{name: "units", columns: []column{
		t.head("records.key", 12), t.head("records.code", 12), t.head("records.unit_name", 36), t.head("records.aliases", 30),
		t.head("records.role", 34), t.head("records.parent", 30), t.head("records.border", 10), t.head("records.staff", 10),
		t.head("records.since", 12), t.head("records.state", 18), t.head("records.successor", 30), t.head("records.changed", 12),
	}}
	var rows [][]any
	for _, u := range t.r.Units {
		parent, successor := "", ""
		if u.Parent != "" {
			parent = t.unit(u.Parent)
		}
		if u.Successor != "" {
			successor = t.unit(u.Successor)
		}
		rows = append(rows, []any{
			string(u.Key), u.Code, u.Name, strings.Join(u.Aliases, " | "), t.p.Text("unitrole."+string(u.Role), nil), parent,
			t.answer(u.Border), count(u.Staff), u.Since, t.p.Text("unitstate."+string(u.State), nil), successor, u.Changed,
		})
	}
	return x.of(rows)
}

// count leaves an unknown number empty.
func count(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func (t *tables) pairings() listing {
	x := listing{name: "pairings", columns: []column{
		t.head("records.sponsor", 36), t.head("records.recipient", 36), t.head("records.decision", 26),
		t.head("records.from", 12), t.head("records.to", 12), t.head("records.demo", 12),
	}}
	var rows [][]any
	for _, q := range t.r.Pairings {
		rows = append(rows, []any{t.unit(q.Sponsor), t.unit(q.Recipient), q.Decision, q.From, q.To, t.answer(q.Demo)})
	}
	return x.of(rows)
}

func (t *tables) people() listing {
	x := listing{name: "people", columns: []column{
		t.head("records.full_name", 28), t.head("records.unit", 36), t.head("records.role", 20),
	}}
	var rows [][]any
	seen := map[string]bool{}
	for _, q := range t.r.People {
		// An import invites a name once into a unit, and nobody into a unit that has ended.
		who := strings.ToLower(q.Name) + "|" + string(q.Unit)
		if seen[who] || t.ended[q.Unit] {
			continue
		}
		seen[who] = true
		rows = append(rows, []any{q.Name, t.unit(q.Unit), t.p.Text("role."+string(q.Role), nil)})
	}
	return x.of(rows)
}

func (t *tables) activities() listing {
	x := listing{name: "activities", columns: []column{
		t.head("records.activity", 12), t.head("records.from", 12), t.head("records.to", 12), t.head("records.sponsor", 34),
		t.head("records.recipient", 30), t.head("records.place", 24), t.head("records.category", 30),
		t.head("records.kinds", 22),
	}}
	for _, m := range stated() {
		x.columns = append(x.columns, t.head(measureHead(m), 12))
	}
	x.columns = append(x.columns,
		t.head("records.in_kind", 20), t.head("records.source", 24), t.head("records.summary", 44),
		t.head("records.state", 24), t.head("records.claim", 24), t.head("records.reason", 24),
	)
	// A row is made when it is written: a province's years are many.
	x.count, x.row = len(t.r.Activities), func(i int) []any { return t.activity(t.r.Activities[i]) }
	return x
}

// stated are the measures that an activity states.
func stated() []twinning.Measure {
	return slices.DeleteFunc(twinning.Measures(), func(m twinning.Measure) bool { return m == twinning.Activities })
}

// measureHead is the heading of a measure's column, in which an import finds it again.
func measureHead(m twinning.Measure) string {
	switch m {
	case twinning.Households:
		return "records.households"
	case twinning.NearPoor:
		return "records.near_poor"
	case twinning.People:
		return "records.people"
	case twinning.Models:
		return "records.models"
	case twinning.Gifts:
		return "records.gifts"
	case twinning.Activities, twinning.Amount, twinning.GiftAmount, twinning.MobilisedAmount:
	}
	return "records.amount"
}

func (t *tables) activity(a twinning.Activity) []any {
	f := a.Facts
	kinds := make([]string, len(f.Kinds))
	for i, k := range f.Kinds {
		kinds[i] = t.p.Text("kind."+string(k), nil)
	}
	source := ""
	if f.Source != "" {
		source = t.p.Text("source."+string(f.Source), nil)
	}
	row := []any{
		number(a.ID), f.From, f.To, t.unit(f.Sponsor), t.unit(f.Recipient), f.Place,
		t.p.Text("category."+strconv.Itoa(int(f.Category)), nil), strings.Join(kinds, "; "),
	}
	for _, m := range stated() {
		row = append(row, figure(f.Quantities, m))
	}
	reason := ""
	if a.State == twinning.ActivityVoided {
		reason = a.Reason
		if reason == "" {
			reason = "-"
		}
	}
	return append(row,
		strings.Join(f.InKind, "\n"), source, f.Summary, t.p.Text("activity.state."+string(a.State), nil), t.claim(a), reason,
	)
}

// claim writes the counterpart's numbers by the headings of their columns.
func (t *tables) claim(a twinning.Activity) string {
	var parts []string
	for _, m := range stated() {
		if n, ok := a.Claim[m]; ok {
			parts = append(parts, fmt.Sprintf("%s: %d", t.p.Text(measureHead(m), nil), n))
		}
	}
	return strings.Join(parts, "; ")
}

// filings has a row for each document and obligation; it is for reading, an import leaves it.
func (t *tables) filings() listing {
	x := listing{name: "filings", columns: []column{
		t.head("records.filing", 12), t.head("records.unit", 36), t.head("records.document", 40), t.head("records.year", 8),
		t.head("records.counterpart", 36), t.head("records.filed", 12), t.head("records.number", 18),
		t.head("records.dated", 12), t.head("records.state", 20), t.head("records.note", 36), t.head("records.returned", 30),
	}}
	pairings := map[twinning.PairingID]twinning.Pairing{}
	for _, q := range t.r.Pairings {
		pairings[q.ID] = q
	}
	var rows [][]any
	for _, f := range t.r.Filings {
		for _, o := range f.Meets {
			counterpart := ""
			if q, ok := pairings[o.Pairing]; ok {
				counterpart = t.unit(q.Counterpart(o.Unit))
			}
			rows = append(rows, []any{
				number(f.ID), t.unit(o.Unit), t.document(o.Rule), number(o.Year), counterpart, f.Filed, f.Number, f.Dated,
				t.p.Text("filing.state."+string(f.State), nil), f.Note, f.Reason,
			})
		}
	}
	return x.of(rows)
}

// document returns the name of a document, its identifier where the programme names it no longer.
func (t *tables) document(rule twinning.RuleID) string {
	if name := t.r.Documents[rule][t.p.Lang()]; name != "" {
		return name
	}
	return string(rule)
}
