package twinning

import (
	"slices"
	"time"
)

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
	// Number and Dated are those that stand on the document ("15/KH-UBND", 20/02/2027); "" and no date while unknown.
	Number string `json:"number,omitempty"`
	Dated  Date   `json:"dated,omitzero"`
	// Checked says that the filer went through the checklist; Lacks are the contents that the document then lacked, in
	// the rule's order, and Supplements what was handed in for some of them since.
	Checked     bool         `json:"checked,omitempty"`
	Lacks       []string     `json:"lacks,omitempty"`
	Supplements []Supplement `json:"supplements,omitempty"`
	// Decided is when Ban Dân tộc accepted or returned the document, and Reason why it was returned.
	Decided   time.Time `json:"decided,omitzero"`
	DecidedBy PersonID  `json:"decided_by,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	// Withdrawn says that a returned document was taken back by who had filed it: it is as if it had never been filed.
	Withdrawn bool `json:"withdrawn,omitempty"`
}

// Supplement is what was handed in for one of the contents that a document lacked: words, files or both.
type Supplement struct {
	Content string    `json:"content"`
	Text    string    `json:"text,omitempty"`
	Files   []FileRef `json:"files,omitempty"`
	By      PersonID  `json:"by"`
	At      time.Time `json:"at"`
}

// Wanting returns the contents that are still to be supplied ("cần bổ sung"), in the rule's order.
func (f Filing) Wanting() []string {
	var wanting []string
	for _, content := range f.Lacks {
		if !slices.ContainsFunc(f.Supplements, func(s Supplement) bool { return s.Content == content }) {
			wanting = append(wanting, content)
		}
	}
	return wanting
}

// Counts says whether the filing meets its obligations. A superseded one still does by its date: who filed in time and
// sends a better version later was in time. A returned one does not.
func (f Filing) Counts() bool { return f.State != FilingReturned }

// Stands says whether the document is in force: neither returned nor replaced.
func (f Filing) Stands() bool { return f.State == FilingSubmitted || f.State == FilingAccepted }

// Meeting says whether the document was handed in for the obligation.
func (f Filing) Meeting(o Obligation) bool { return slices.Contains(f.Meets, o) }

// Receipt says that a unit was sent its copy; To is empty while nobody of the unit is linked.
type Receipt struct {
	Unit UnitKey    `json:"unit"`
	To   []PersonID `json:"to,omitempty"`
	At   time.Time  `json:"at,omitzero"`
}
