package nlu

import (
	"strings"

	"ketnghia/twinning"
)

// Reader understands messages. It is safe for concurrent use.
type Reader struct {
	letters *alphabet
	lexicon *lexicon
	names   *nameIndex
	lunar   twinning.LunarTable
}

// New loads the tables and indexes the names of the units.
func New(units []twinning.Unit, lunar twinning.LunarTable) (*Reader, error) {
	r := &Reader{letters: newAlphabet(), lunar: lunar}
	lex, err := loadLexicon(tableFiles, r.letters)
	if err != nil {
		return nil, err
	}
	r.lexicon = lex
	r.names = newNameIndex(units, lex, r.letters)
	return r, nil
}

// Read understands a message that was written on ref.
func (r *Reader) Read(text string, ref twinning.Date) Reading {
	s := r.scan(text, ref)
	reading, g, vague := s.read()
	reading.Facts.Summary = strings.TrimSpace(s.nfc)
	ev := evidenceOf(&reading.Facts, ref, len(reading.Units)+len(reading.Ambiguous))
	ev.numbers = ev.numbers || reading.Each != nil || vague
	reading.Intent, reading.Certain = s.intent(g, ev)
	if !ev.numbers && g.request == 0 && (g.mark > 0 || !g.chats()) && (g.mark > 0 || !g.wishes && !s.anyOf("statement") && !g.scheduled && !(g.notDone > 0 && ev.category)) && reading.Intent != IntentUndo && len(s.tokens) <= maxQuestionTokens && r.asks(s, ev) {
		reading.Intent, reading.Certain = IntentQuestion, false
	}
	return reading
}

// maxQuestionTokens bounds what is tried as a question that has no question word: such are short.
const maxQuestionTokens = 25

// asks says that a message without numbers is a question by its parts alone ("tiến độ của Sở Y tế"). What happened on a
// day is one only when it begins with what is asked.
func (r *Reader) asks(s *scan, ev evidence) bool {
	again := scan{text: s.text, r: r, ref: s.ref, tags: s.tags, index: s.index, tables: s.tables, classes: s.classes, owner: make([]owner, len(s.tokens))}
	p := again.questionParts()
	ask, ok := p.choose(&again)
	if !ok || p.asks[ask].weight < 4 && ask != AskFiled {
		return false
	}
	begins := p.asks[ask].start <= 3
	switch ask {
	case AskMissing, AskLate, AskDeadline, AskRanking, AskProgress, AskResponsible:
		return begins || !ev.day && !ev.future
	case AskLatest:
		return begins && !ev.future && !(ev.day && s.signs().act > 0)
	case AskTotal, AskStatus:
		return begins && !ev.future
	case AskFiled:
		return s.word(len(s.tokens)-1, "chua") || s.word(len(s.tokens)-2, "chua")
	case AskOpen:
		return begins && len(p.q.Roles)+len(p.q.Units) > 0 && len(s.tokens) < 10
	}
	return false
}

// read runs the readers in the order in which they claim tokens: what is certain to be no number first.
func (s *scan) read() (Reading, signs, bool) {
	var out Reading
	personal := s.traps()
	s.phones = len(personal) > 0
	out.Units, out.Ambiguous = s.mentions(s.names())
	s.forward = s.looksForward()
	dates := s.dates()
	amounts := s.money()
	counts, vague := s.counts()
	f := &out.Facts
	f.Place = s.place()
	var warnings []Warning
	f.From, f.To, warnings = s.date(dates)
	out.Warnings = warnings
	f.Quantities, out.Each, warnings = s.quantities(counts, amounts)
	out.Warnings = append(out.Warnings, warnings...)
	deeds := s.modelDeeds()
	named := s.namedHouseholds()
	s.unnumbered(f, counts, deeds, named)
	f.InKind = s.goods()
	f.Category, f.Source = s.category(), s.source()
	f.Kinds = s.kindsOf(f, deeds, out.Each != nil)
	personal = append(personal, named...)
	for _, p := range personal {
		out.Warnings = append(out.Warnings, Warning{WarnPersonalData, s.between(p.start, p.end)})
	}
	for _, v := range vague {
		out.Warnings = append(out.Warnings, Warning{WarnVagueNumber, s.between(v.start, v.end)})
	}
	for _, a := range out.Ambiguous {
		out.Warnings = append(out.Warnings, Warning{WarnAmbiguousUnit, a.Text})
	}
	for _, m := range out.Units {
		if !m.Exact {
			out.Warnings = append(out.Warnings, Warning{WarnGuessedUnit, s.nfc[m.Start:m.End]})
		}
	}
	return out, s.signs(), len(vague) > 0 || len(amounts) > 0
}

// looksForward says that the text speaks of what is to come and not of what was done.
func (s *scan) looksForward() bool {
	plan, foreseen := false, 0
	for i := range s.tokens {
		if _, end := s.is(i, "hindsight"); end > foreseen {
			foreseen = end
		}
		if s.owner[i] == free && (i >= foreseen && s.is2(i, "plan") || s.begins(i) && (i == 0 || s.word(i, "thong")) && s.is2(i, "scheduled")) {
			plan = true
		}
		if s.word(i, "da") && s.is2(i+1, "act") {
			return false
		}
	}
	return plan
}

// Number reads a text that is one number, in digits or words.
func (r *Reader) Number(text string) (int64, bool) {
	s := r.scan(text, 0)
	n, ok := s.number(0)
	if !ok || n.end != len(s.tokens) {
		return 0, false
	}
	return n.whole()
}
