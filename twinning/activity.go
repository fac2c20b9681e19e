package twinning

import (
	"maps"
	"slices"
	"time"
)

// Category is one of the four contents of section II of Decision 1100/QĐ-UBND; 0 means that nobody said.
type Category int

// The categories of section II.
const (
	CategoryUnsure    Category = 0
	CategoryEconomy   Category = 1 // II.1 economic and social development
	CategoryPolitical Category = 2 // II.2 strong political system
	CategoryCampaign  Category = 3 // II.3 information and campaigning
	CategoryWelfare   Category = 4 // II.4 social welfare
)

// Categories returns the four in order.
func Categories() []Category {
	return []Category{CategoryEconomy, CategoryPolitical, CategoryCampaign, CategoryWelfare}
}

// Kind is a sub-kind of an activity that a rule asks for.
type Kind string

// The sub-kinds: gifts (I.2, II.1), study tours and models (III.2.1), connecting donors (III.1), training (II.2),
// inspection and survey (VI).
const (
	KindGift       Kind = "gift"
	KindStudyTour  Kind = "study_tour"
	KindModelNew   Kind = "model_new"
	KindModelKept  Kind = "model_consolidated"
	KindModelMore  Kind = "model_replicated"
	KindConnecting Kind = "connecting"
	KindTraining   Kind = "training"
	KindInspection Kind = "inspection"
	KindSurvey     Kind = "survey"
)

// Kinds returns all sub-kinds in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{
		KindGift, KindStudyTour, KindModelNew, KindModelKept, KindModelMore, KindConnecting, KindTraining, KindInspection,
		KindSurvey,
	}
}

// Source is where the money comes from (section V).
type Source string

// The sources of section V: integrated programmes, the unit's own budget, contributions of its staff, other lawful
// mobilisation.
const (
	SourceIntegrated Source = "integrated"
	SourceOwn        Source = "own"
	SourceStaff      Source = "staff"
	SourceMobilised  Source = "mobilised"
)

// Facts are what is known of an activity, whether read from a message, corrected or logged. A zero field was not
// stated.
type Facts struct {
	From Date `json:"from,omitzero"`
	// To is the last day of an activity of several days, included; no date for a single day.
	To         Date       `json:"to,omitzero"`
	Sponsor    UnitKey    `json:"sponsor,omitempty"`
	Recipient  UnitKey    `json:"recipient,omitempty"`
	Place      string     `json:"place,omitempty"`
	Category   Category   `json:"category,omitempty"`
	Kinds      []Kind     `json:"kinds,omitempty"`
	Quantities Quantities `json:"quantities,omitempty"`
	// InKind is what was given in goods, as written: "12 con bò".
	InKind []string `json:"in_kind,omitempty"`
	Source Source   `json:"source,omitempty"`
	// Summary is the officer's own text, NFC, trimmed.
	Summary string `json:"summary,omitempty"`
}

// Clone returns a copy that shares nothing with f.
func (f Facts) Clone() Facts {
	f.Kinds = slices.Clone(f.Kinds)
	f.InKind = slices.Clone(f.InKind)
	quantities := make(Quantities, len(f.Quantities))
	maps.Copy(quantities, f.Quantities)
	f.Quantities = quantities
	return f
}

// Field names a part of the facts that can be missing, asked for or corrected.
type Field string

// The fields of a card, in the order in which a missing one is asked for.
const (
	FieldDate      Field = "date"
	FieldRecipient Field = "recipient"
	FieldSponsor   Field = "sponsor"
	FieldCategory  Field = "category"
	FieldQuantity  Field = "quantity"
	FieldPlace     Field = "place"
)

// Missing returns what must be known before the activity can be logged, first question first. Place and numbers are
// not: there are activities without.
func (f Facts) Missing() []Field {
	var missing []Field
	add := func(field Field, absent bool) {
		if absent {
			missing = append(missing, field)
		}
	}
	add(FieldDate, f.From.IsZero())
	add(FieldRecipient, f.Recipient == "")
	add(FieldSponsor, f.Sponsor == "")
	add(FieldCategory, f.Category == CategoryUnsure)
	return missing
}

// Year returns the year that the activity counts for: that of its first day.
func (f Facts) Year() int { return f.From.Year() }

// FileRef is a file that came by Telegram: its id for this bot and its unchanging unique id.
type FileRef struct {
	ID       string `json:"id"`
	UniqueID string `json:"unique_id"`
	Name     string `json:"name,omitempty"`
	MIME     string `json:"mime,omitempty"`
	// Size is in bytes, 0 when Telegram did not say.
	Size  int64 `json:"size,omitempty"`
	Photo bool  `json:"photo,omitempty"`
}

// DraftID numbers a draft.
type DraftID uint64

// Draft is an activity that nobody has pressed "Ghi" for yet. It is never counted.
type Draft struct {
	ID     DraftID  `json:"id"`
	Author PersonID `json:"author"`
	// Unit is the unit that the author speaks for.
	Unit  UnitKey `json:"unit"`
	Chat  ChatID  `json:"chat"`
	Facts Facts   `json:"facts"`
	// Sources are the messages that the draft was read from (an album has several).
	Sources    []int     `json:"sources,omitempty"`
	MediaGroup string    `json:"media_group,omitempty"`
	Files      []FileRef `json:"files,omitempty"`
	// Warnings are locale keys below "warning." of what the card must point at.
	Warnings []string `json:"warnings,omitempty"`
	// Candidates are the units that an ambiguous name may mean.
	Candidates []UnitKey `json:"candidates,omitempty"`
	// Asking is the question that is open, "" for none; NoNumbers says that the author was asked for numbers and has
	// none.
	Asking    Field `json:"asking,omitempty"`
	NoNumbers bool  `json:"no_numbers,omitempty"`
	// Product is price times count of a price each, in đồng: proposed as the total, never taken for it unasked.
	Product int64 `json:"product,omitempty"`
	// Revises is the logged activity that this draft would replace, 0 for a new one.
	Revises ActivityID `json:"revises,omitempty"`
	// RevisesVersion is the version that the correction was made of.
	RevisesVersion int `json:"revises_version,omitempty"`
	// Twin is a logged activity of the counterpart that seems to be the same support, 0 for none.
	Twin ActivityID `json:"twin,omitempty"`
	// Distinct says that the author was asked about a twin and has another activity in mind.
	Distinct bool      `json:"distinct,omitempty"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
}

// Question returns the field to ask for next, "" when the draft is complete. Numbers are asked for once.
func (d Draft) Question() Field {
	if missing := d.Facts.Missing(); len(missing) > 0 {
		return missing[0]
	}
	if len(d.Facts.Quantities) == 0 && len(d.Facts.InKind) == 0 && d.Product == 0 && !d.NoNumbers {
		return FieldQuantity
	}
	return ""
}

// ActivityID numbers an activity; it is shown as HĐ123.
type ActivityID uint64

// ActivityState is where a logged activity stands.
type ActivityState string

// A logged activity is confirmed or disputed by the counterpart, and may be voided with a reason; it is never deleted.
const (
	ActivityLogged    ActivityState = "logged"
	ActivityConfirmed ActivityState = "confirmed"
	ActivityDisputed  ActivityState = "disputed"
	ActivityVoided    ActivityState = "voided"
)

// Activity is one version of a logged activity.
type Activity struct {
	ID      ActivityID `json:"id"`
	Version int        `json:"version"`
	// Base is the version that these facts and this state come from: Version itself, or an earlier one that an undo went
	// back to; 0 when an undo took back the first.
	Base    int           `json:"base"`
	State   ActivityState `json:"state"`
	Pairing PairingID     `json:"pairing,omitempty"`
	Facts   Facts         `json:"facts"`
	Files   []FileRef     `json:"files,omitempty"`
	// Author logged the first version, for the unit Unit; ByCoordinator marks "ghi hộ".
	Author        PersonID  `json:"author"`
	Unit          UnitKey   `json:"unit"`
	ByCoordinator bool      `json:"by_coordinator,omitempty"`
	LoggedAt      time.Time `json:"logged_at"`
	// Chat and Sources name the message that it was read from.
	Chat    ChatID `json:"chat"`
	Sources []int  `json:"sources,omitempty"`
	// Imported is the name of the file that it was taken over from, "" for one that was logged in the chat.
	Imported string `json:"imported,omitempty"`
	// Changed, ChangedBy and Reason speak of this version.
	Changed   time.Time `json:"changed"`
	ChangedBy PersonID  `json:"changed_by"`
	Reason    string    `json:"reason,omitempty"`
	// Claim holds the numbers that the counterpart gave when it disputed.
	Claim Quantities `json:"claim,omitempty"`
	// ConfirmedBy is who of the counterpart confirmed, 0 for nobody.
	ConfirmedBy PersonID `json:"confirmed_by,omitempty"`
}

// Counted returns what the activity adds to the totals: its quantities, one activity, one of each of its kinds, and its
// money once more where it is that of gifts or mobilised; nothing when voided.
func (a Activity) Counted() Quantities {
	if a.State == ActivityVoided {
		return Quantities{}
	}
	counted := Quantities{}.Plus(a.Facts.Quantities, 1)
	counted[Activities] = 1
	for _, k := range a.Facts.Kinds {
		counted[Counting(k)] = 1
	}
	if money := a.Facts.Quantities[Amount]; money != 0 {
		if slices.Contains(a.Facts.Kinds, KindGift) {
			counted[GiftAmount] = money
		}
		if a.Facts.Source == SourceMobilised {
			counted[MobilisedAmount] = money
		}
	}
	return counted
}

// Counterpart returns the party of the activity that did not log it, or "" when the logging unit is no party.
func (a Activity) Counterpart() UnitKey {
	switch a.Unit {
	case a.Facts.Sponsor:
		return a.Facts.Recipient
	case a.Facts.Recipient:
		return a.Facts.Sponsor
	}
	return ""
}
