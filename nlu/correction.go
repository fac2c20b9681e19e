package nlu

import "ketnghia/twinning"

// Correction is a reply to a card.
type Correction struct {
	// Facts is the corrected whole.
	Facts twinning.Facts
	// Changed names the fields that the reply speaks of, measures by their own name.
	Changed []twinning.Field
	// Units are the units named, in order; Replaced are those that the reply says are wrong ("chứ không phải …").
	Units     []Mention
	Replaced  []twinning.UnitKey
	Ambiguous []Ambiguity
	Warnings  []Warning
	// Each is a price each that the reply states.
	Each *Each
}

// Correct reads a reply to a card that shows now, and on which the question asking ("" for none) is open.
func (r *Reader) Correct(text string, ref twinning.Date, now twinning.Facts, asking twinning.Field) (Correction, bool) {
	return Correction{Facts: now.Clone()}, false
}
