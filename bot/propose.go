package bot

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// evidence is what captions, file names and typed words say about which document it is.
type evidence struct {
	// text are the words, folded, with abbreviations written out, parted by single spaces.
	text string
	// units and years are those that the words name.
	units []twinning.UnitKey
	years []int
	// document holds number and date.
	document nlu.Document
}

// option is an obligation that files may be handed in for; counterpart is the other party of its pairing, "" for none.
type option struct {
	owing       ledger.Owing
	counterpart twinning.UnitKey
	score       float64
}

const (
	// certainly is the weight from which words are believed by themselves; below it they must fit what is due.
	certainly = 4
	// namedBonus is what the name of a pairing's counterpart adds, yearBonus a year.
	namedBonus = 3
	yearBonus  = 1
	// clearly is how many times the weight of the next one the best one must have to be proposed by itself.
	clearly = 1.5
	// leastGlued is the fewest letters of a phrase that is looked for within a word: "KeHoachNhuCau.pdf".
	leastGlued = 6
)

// rank orders what files may be, best first, and says whether the first one is clear enough to be proposed. Without any
// word about it the most urgent comes first, and it is clear when nothing else is due.
func rank(e evidence, rules []twinning.ObligationRule, options []option) (ranked []option, sure bool) {
	ranked = slices.Clone(options)
	for i := range ranked {
		ranked[i].score = ranked[i].weigh(e, rules)
	}
	slices.SortStableFunc(ranked, func(a, b option) int {
		return cmp.Or(
			cmp.Compare(b.score, a.score), cmp.Compare(owingRank(a.owing), owingRank(b.owing)),
			cmp.Compare(a.owing.Deadlines.Due, b.owing.Deadlines.Due),
		)
	})
	switch {
	case len(ranked) == 0:
		return ranked, false
	case ranked[0].score > 0:
		return ranked, len(ranked) == 1 || ranked[0].score >= clearly*ranked[1].score
	}
	urgent := 0
	for _, o := range ranked {
		if s := o.owing.Standing; s == twinning.StandingDueSoon || s == twinning.StandingOverdue {
			urgent++
		}
	}
	return ranked, urgent == 1 && e.text == ""
}

// weigh says how much speaks for an option: its heaviest phrase among the words, more for its counterpart and its year,
// less for what is met or not due for long, nothing against a named counterpart or year.
func (o option) weigh(e evidence, rules []twinning.ObligationRule) float64 {
	if len(e.years) > 0 && !slices.Contains(e.years, o.owing.Year) {
		return 0
	}
	weight := 0.0
	for _, phrase := range o.owing.Rule.Words {
		phrase = plainLetters(phrase)
		if holds(e.text, phrase) {
			weight = max(weight, float64(letters(phrase))/float64(sharers(phrase, rules)))
		}
	}
	if o.counterpart != "" {
		switch {
		case slices.Contains(e.units, o.counterpart):
			weight += namedBonus
		case e.namesCounterpart(o):
			return 0
		}
	}
	if weight > 0 && len(e.years) > 0 {
		weight += yearBonus
	}
	switch {
	case o.owing.Standing.Met():
		return weight / 2
	case o.owing.Standing == twinning.StandingUpcoming && weight < certainly:
		return 0
	case o.owing.Standing == twinning.StandingUpcoming:
		return weight * 6 / 10
	}
	return weight
}

// namesCounterpart says whether the words name some unit that is not the sender's own: then it is another pairing's.
func (e evidence) namesCounterpart(o option) bool {
	return slices.ContainsFunc(e.units, func(u twinning.UnitKey) bool { return u != o.owing.Obligation.Unit })
}

// holds says whether the words contain the phrase, or a word contains it with nothing between its parts.
func holds(text, phrase string) bool {
	if strings.Contains(" "+text+" ", " "+phrase+" ") {
		return true
	}
	glued := strings.ReplaceAll(phrase, " ", "")
	if len(glued) < leastGlued || glued == phrase {
		return false
	}
	return slices.ContainsFunc(strings.Fields(text), func(word string) bool { return strings.Contains(word, glued) })
}

func letters(phrase string) int { return len(strings.ReplaceAll(phrase, " ", "")) }

// sharers returns how many rules have the phrase among or within theirs, at least 1: what says "report" of many documents
// says little about one.
func sharers(phrase string, rules []twinning.ObligationRule) int {
	n := 0
	for _, r := range rules {
		if slices.ContainsFunc(r.Words, func(w string) bool {
			return strings.Contains(" "+plainLetters(w)+" ", " "+phrase+" ")
		}) {
			n++
		}
	}
	return max(n, 1)
}

// evidenceOf reads captions and file names. Number and date come from the caption first; a file name that holds no number
// tells no date either, since phones write the day of the picture into it.
func (d *Desk) evidenceOf(r *Request, note string, files []twinning.FileRef) evidence {
	today := d.today(r)
	e := evidence{document: d.reader.Document(note, today)}
	texts, names := []string{e.document.Rest}, []string{note}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name, path.Ext(f.Name))
		read := d.reader.Document(name, today)
		texts, names = append(texts, read.Rest), append(names, strings.NewReplacer("_", " ", "-", " ").Replace(name))
		if e.document.Number == "" && read.Number != "" {
			e.document.Number = read.Number
			if e.document.Dated.IsZero() && e.document.Fault == "" {
				e.document.Dated, e.document.Fault, e.document.Written = read.Dated, read.Fault, read.Written
			}
		}
	}
	if e.document.Number != "" {
		texts = append(texts, plainLetters(strings.NewReplacer("/", " ", "-", " ").Replace(e.document.Number)))
	}
	e.text = d.writtenOut(strings.Join(texts, " "))
	for _, name := range names {
		mentions, ambiguous := d.reader.Units(name)
		for _, m := range mentions {
			e.units = append(e.units, m.Key)
		}
		for _, a := range ambiguous {
			e.units = append(e.units, a.Candidates...)
		}
	}
	for word := range strings.FieldsSeq(e.text) {
		if year, err := strconv.Atoi(word); err == nil && year >= d.programme.From && year <= today.Year()+1 {
			e.years = append(e.years, year)
		}
	}
	return e
}

// writtenOut replaces the abbreviations of captions and file names by their words.
func (d *Desk) writtenOut(text string) string {
	fields := strings.Fields(text)
	for i, word := range fields {
		if long, ok := d.short[word]; ok {
			fields[i] = long
		}
	}
	return strings.Join(fields, " ")
}

// optionsFor are the obligations of a unit that files may be handed in for.
func (d *Desk) optionsFor(r *Request, unit twinning.UnitKey) ([]option, error) {
	owings, err := r.Work.OwingsOf(unit)
	if err != nil {
		return nil, wrapStep("file", err)
	}
	options := make([]option, len(owings))
	for i, o := range owings {
		options[i].owing = o
		if o.Pairing == 0 {
			continue
		}
		p, err := r.Work.Pairing(o.Pairing)
		if err != nil {
			return nil, wrapStep("file", err)
		}
		options[i].counterpart = p.Counterpart(o.Obligation.Unit)
	}
	return options, nil
}

// ranked orders what the files at hand, or the words, may be.
func (d *Desk) ranked(r *Request, unit twinning.UnitKey, e evidence) ([]ledger.Owing, bool, error) {
	options, err := d.optionsFor(r, unit)
	if err != nil {
		return nil, false, err
	}
	options, sure := rank(e, d.programme.Obligations, options)
	owings := make([]ledger.Owing, len(options))
	for i, o := range options {
		owings[i] = o.owing
	}
	return owings, sure, nil
}
