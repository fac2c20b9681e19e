package nlu

import (
	"strings"

	"golang.org/x/text/unicode/norm"

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
	personal := s.traps()
	hits := s.names()
	reading := Reading{Intent: IntentOther}
	reading.Units, reading.Ambiguous = s.mentions(hits)
	dates := s.dates()
	amounts := s.money()
	for _, p := range personal {
		reading.Warnings = append(reading.Warnings, Warning{WarnPersonalData, s.between(p.start, p.end)})
	}
	if len(dates) > 0 {
		reading.Facts.From, reading.Facts.To = dates[0].from, dates[0].to
	}
	if len(amounts) == 1 && !amounts[0].each {
		reading.Facts.Quantities = twinning.Quantities{twinning.Amount: amounts[0].vnd}
	}
	reading.Facts.Summary = strings.TrimSpace(norm.NFC.String(text))
	if len(dates)+len(amounts) > 0 {
		reading.Intent = IntentActivity
	}
	return reading
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
