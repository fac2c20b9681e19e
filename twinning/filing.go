package twinning

import "time"

// FilingID numbers a filing; it is shown as VB45.
type FilingID uint64

// FilingState is where a filed document stands.
type FilingState string

// A document is submitted, may be returned with a reason, is accepted, or is superseded by a newer version.
const (
	FilingSubmitted  FilingState = "submitted"
	FilingReturned   FilingState = "returned"
	FilingAccepted   FilingState = "accepted"
	FilingSuperseded FilingState = "superseded"
)

// Filing is a document that a unit handed in for one or several obligations.
type Filing struct {
	ID    FilingID    `json:"id"`
	State FilingState `json:"state"`
	// Meets are the obligations that the document is handed in for.
	Meets []Obligation `json:"meets"`
	Unit  UnitKey      `json:"unit"`
	Files []FileRef    `json:"files"`
	// Note is the caption that came with the file.
	Note string `json:"note,omitempty"`
	// Filed is the date that counts: that of the message, in the programme's time zone.
	Filed Date      `json:"filed"`
	At    time.Time `json:"at"`
	By    PersonID  `json:"by"`
	// ByCoordinator marks "nộp hộ".
	ByCoordinator bool     `json:"by_coordinator,omitempty"`
	Chat          ChatID   `json:"chat"`
	Sources       []int    `json:"sources,omitempty"`
	Supersedes    FilingID `json:"supersedes,omitempty"`
	// Copies are the receipts of the units that must have the document.
	Copies []Receipt `json:"copies,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// Counts says whether the filing meets its obligations. A superseded one still does by its date: who filed in time and
// sends a better version later was in time. A returned one does not.
func (f Filing) Counts() bool { return f.State != FilingReturned }

// Receipt says that a unit was sent its copy; To is empty while nobody of the unit is linked.
type Receipt struct {
	Unit UnitKey    `json:"unit"`
	To   []PersonID `json:"to,omitempty"`
	At   time.Time  `json:"at,omitzero"`
}
