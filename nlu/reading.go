package nlu

import "ketnghia/twinning"

// Intent is what a message wants.
type Intent string

// The intents. A plan speaks of something that is still to come ("mai", "tuần tới", "dự kiến"); a notice of a meeting
// is a plan too. Other is everything that asks for nothing: chat, names alone, files without a word.
const (
	IntentActivity   Intent = "activity"
	IntentPlan       Intent = "plan"
	IntentQuestion   Intent = "question"
	IntentCorrection Intent = "correction"
	IntentUndo       Intent = "undo"
	IntentGreeting   Intent = "greeting"
	IntentOther      Intent = "other"
)

// Reading is what the Reader understood of a message.
type Reading struct {
	Intent Intent
	// Certain says that the message is an activity beyond reasonable doubt; in groups the bot is silent otherwise.
	Certain bool
	// Aside says that the message is about something else altogether: news, or what concerns the writers alone.
	Aside bool
	// Facts holds what the message states. Sponsor and Recipient are left to the caller, who knows who writes.
	Facts     twinning.Facts
	Units     []Mention
	Ambiguous []Ambiguity
	// Each is a price each, nil when there is none. It is never part of Facts.
	Each     *Each
	Warnings []Warning
}

// Mention is a unit named in the text.
type Mention struct {
	Key twinning.UnitKey
	// Start and End are byte offsets in the NFC text.
	Start, End int
	// Exact is false when the name was guessed from a misspelling.
	Exact bool
}

// Ambiguity is a name that fits several units.
type Ambiguity struct {
	Text       string
	Candidates []twinning.UnitKey
}

// Each is a price each with the number that it may be multiplied by.
type Each struct {
	// Unit is the price of one, in đồng.
	Unit int64
	// Count is how many, 0 when the text does not say; Product is Unit × Count.
	Count   int64
	Product int64
	// What names the thing as written: "suất", "hộ".
	What string
}

// Warning points at a piece of the text that needs a look.
type Warning struct {
	Code WarningCode
	Text string
}

// WarningCode is a short identifier, the end of a locale key.
type WarningCode string

// The warnings.
const (
	WarnVagueNumber    WarningCode = "vague_number"    // "vài chục hộ": no number
	WarnPersonalData   WarningCode = "personal_data"   // a phone, bank or identity number
	WarnFutureDate     WarningCode = "future_date"     // the date lies after the message
	WarnSeveralDates   WarningCode = "several_dates"   // more than one day, none of them chosen
	WarnPriceEach      WarningCode = "price_each"      // only a price each, no total
	WarnAmbiguousUnit  WarningCode = "ambiguous_unit"  // see Reading.Ambiguous
	WarnGuessedUnit    WarningCode = "guessed_unit"    // a misspelt name
	WarnSeveralAmounts WarningCode = "several_amounts" // more than one amount, none is the total
	WarnSeveralCounts  WarningCode = "several_counts"  // more than one count of the same measure
)

// FieldAmount and the other corrections beside the fields of twinning name what Correction.Changed lists.
const (
	FieldAmount  twinning.Field = "amount"
	FieldKinds   twinning.Field = "kinds"
	FieldInKind  twinning.Field = "in_kind"
	FieldSource  twinning.Field = "source"
	FieldSummary twinning.Field = "summary"
)
