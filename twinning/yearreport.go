package twinning

import "slices"

// YearReportFormat is the number of the form that YearReport has now; sealed reports carry it.
const YearReportFormat = 1

// YearReport is everything that a year-end report says: that of one unit, or that of the standing agency on the whole
// province. It is filled from one snapshot of the books, so its figures agree with each other; names are those of that
// day, so the same report can be made again from it after any reorganisation.
type YearReport struct {
	Format int `json:"format"`
	Year   int `json:"year"`
	// AsOf is the day up to which the books were looked at.
	AsOf Date `json:"as_of"`
	// Unit is whose report it is, "" for the standing agency's on the province.
	Unit UnitKey `json:"unit,omitempty"`
	// Issuer and Standing are the units that get the report.
	Issuer   UnitKey `json:"issuer,omitempty"`
	Standing UnitKey `json:"standing,omitempty"`
	// Decision, Signed and Title are those of the programme.
	Decision string `json:"decision"`
	Signed   Date   `json:"signed"`
	Title    Names  `json:"title"`
	// Demo says that pairings are made up.
	Demo bool `json:"demo,omitempty"`
	// Units are all units that the report names.
	Units map[UnitKey]ReportUnit `json:"units"`
	// Pairings are those in force in the year.
	Pairings []ReportPairing `json:"pairings"`
	// Total is what the bot tells as the unit's figures; the other figures are parts of it.
	Total      Figures          `json:"total"`
	Categories []CategoryShare  `json:"categories"`
	Sources    []SourceShare    `json:"sources"`
	Sponsors   []PartyShare     `json:"sponsors"`
	Recipients []PartyShare     `json:"recipients"`
	Shares     []PairShare      `json:"shares"`
	Activities []ReportActivity `json:"activities"`
	Duties     []ReportDuty     `json:"duties"`
	Targets    []ReportTarget   `json:"targets"`
	Gifts      GiftFigures      `json:"gifts"`
	// GiftsBefore are those of the year before.
	GiftsBefore GiftFigures    `json:"gifts_before"`
	Ratings     []ReportRating `json:"ratings"`
}

// ReportUnit is a unit as a report names it.
type ReportUnit struct {
	Name     string   `json:"name"`
	Aliases  []string `json:"aliases,omitempty"`
	Role     UnitRole `json:"role"`
	District UnitKey  `json:"district,omitempty"`
	Border   bool     `json:"border,omitempty"`
	Staff    int      `json:"staff,omitempty"`
}

// ReportPairing is a pairing in force in the year.
type ReportPairing struct {
	Sponsor   UnitKey `json:"sponsor"`
	Recipient UnitKey `json:"recipient"`
	Decision  string  `json:"decision,omitempty"`
}

// Figures are sums of what was done, confirmed by the counterpart and not yet.
type Figures struct {
	Confirmed   Quantities `json:"confirmed,omitempty"`
	Unconfirmed Quantities `json:"unconfirmed,omitempty"`
}

// All returns both together.
func (f Figures) All() Quantities { return f.Confirmed.Plus(f.Unconfirmed, 1) }

// Of returns the confirmed figures or the others.
func (f Figures) Of(confirmed bool) Quantities {
	if confirmed {
		return f.Confirmed
	}
	return f.Unconfirmed
}

// CategoryShare is what was done under one content of section II; all four are there, and 0 where something has none.
type CategoryShare struct {
	Category Category `json:"category"`
	Figures
}

// SourceShare is the money of one source of section V; all are there, and "" where money has no stated source.
type SourceShare struct {
	Source      Source `json:"source"`
	Confirmed   int64  `json:"confirmed"`
	Unconfirmed int64  `json:"unconfirmed"`
}

// PartyShare is what one sponsor did, or one recipient got.
type PartyShare struct {
	Unit UnitKey `json:"unit"`
	Figures
}

// PairShare is what a sponsor did for a recipient under one content of section II.
type PairShare struct {
	Sponsor   UnitKey  `json:"sponsor"`
	Recipient UnitKey  `json:"recipient"`
	Category  Category `json:"category"`
	Figures
}

// ReportActivity is an activity that counts, in its version of that day.
type ReportActivity struct {
	ID      ActivityID    `json:"id"`
	Version int           `json:"version"`
	State   ActivityState `json:"state"`
	Facts   Facts         `json:"facts"`
}

// Confirmed says whether the counterpart confirmed the activity.
func (a ReportActivity) Confirmed() bool { return a.State == ActivityConfirmed }

// DutyPart says which document of the report's text a duty is.
type DutyPart string

// The documents that a report speaks of by themselves: what both parties signed, the year-end report, the evaluation of
// the counterpart; everything else is what leading and organising takes.
const (
	DutySigned     DutyPart = "signed"
	DutyReport     DutyPart = "report"
	DutyEvaluation DutyPart = "evaluation"
	DutyOrganising DutyPart = "organising"
)

// ReportDuty is a document that is owed for the year, with when it was filed.
type ReportDuty struct {
	Rule RuleID   `json:"rule"`
	Name Names    `json:"name"`
	Part DutyPart `json:"part"`
	Unit UnitKey  `json:"unit"`
	// Counterpart is the other party where the document is owed for a pairing, "" otherwise.
	Counterpart UnitKey `json:"counterpart,omitempty"`
	Due         Date    `json:"due"`
	LateAfter   Date    `json:"late_after"`
	// Filed is no date while nothing was filed that counts; Number and Dated stand on the document, as far as known.
	Filed    Date     `json:"filed,omitzero"`
	Number   string   `json:"number,omitempty"`
	Dated    Date     `json:"dated,omitzero"`
	Standing Standing `json:"standing"`
	// Reason is why it was waived, "" for not.
	Reason string `json:"reason,omitempty"`
}

// ReportTarget is how far a unit is with one target of the year.
type ReportTarget struct {
	Unit    UnitKey   `json:"unit"`
	Target  string    `json:"target"`
	Measure Measure   `json:"measure"`
	Kinds   []Kind    `json:"kinds,omitempty"`
	Per     TargetPer `json:"per"`
	Cite    string    `json:"cite"`
	Done    int64     `json:"done"`
	// Confirmed is the part of Done that the counterpart has confirmed.
	Confirmed int64 `json:"confirmed"`
	Required  int64 `json:"required"`
	// Known is false when the number of posts is needed and nobody knows it.
	Known bool `json:"known"`
}

// Reached says whether the target is reached; one that can't be known is not.
func (t ReportTarget) Reached() bool { return t.Known && t.Done >= t.Required }

// GiftFigures are the part of gifts in what was done.
type GiftFigures struct {
	Gifts      int64 `json:"gifts"`
	Activities int64 `json:"activities"`
	GiftAmount int64 `json:"gift_amount_vnd"`
	Amount     int64 `json:"amount_vnd"`
}

// ReportRating is what the books suggest for one unit.
type ReportRating struct {
	Unit UnitKey `json:"unit"`
	Suggestion
}

// Name returns the name of a unit, its key where the report has none.
func (r YearReport) Name(key UnitKey) string {
	if u, ok := r.Units[key]; ok {
		return u.Name
	}
	return string(key)
}

// Author returns the unit that signs the report.
func (r YearReport) Author() UnitKey {
	if r.Unit == "" {
		return r.Standing
	}
	return r.Unit
}

// Province says whether the report is the standing agency's on all units.
func (r YearReport) Province() bool { return r.Unit == "" }

// Recipient says whether the report is that of a unit that is helped.
func (r YearReport) Recipient() bool { return r.Units[r.Unit].Role.IsRecipient() }

// OwnDuties returns the documents that the unit itself owes, of the parts that are named or of all.
func (r YearReport) OwnDuties(parts ...DutyPart) []ReportDuty {
	var list []ReportDuty
	for _, d := range r.Duties {
		if d.Unit == r.Author() && (len(parts) == 0 || slices.Contains(parts, d.Part)) {
			list = append(list, d)
		}
	}
	return list
}
