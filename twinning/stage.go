package twinning

import (
	"slices"
	"time"
)

// StageID names a stage of the work of a pairing (công đoạn kết nghĩa): "survey".
type StageID string

// Stage is a stage with its name.
type Stage struct {
	ID   StageID
	Name Names
}

// Stages are the stages of I.2, of which the recipients should lead more than MoreThan percent.
type Stages struct {
	List     []Stage
	MoreThan int
	Cite     string
}

// Enough says whether so many stages are more than the share that is asked for.
func (s Stages) Enough(led int) bool { return len(s.List) > 0 && 100*led > s.MoreThan*len(s.List) }

// Has says whether there is a stage of that id.
func (s Stages) Has(id StageID) bool {
	return slices.ContainsFunc(s.List, func(x Stage) bool { return x.ID == id })
}

// StageRecord says which stages the recipient of a pairing led in a year, as its own people state it.
type StageRecord struct {
	Pairing PairingID `json:"pairing"`
	Year    int       `json:"year"`
	Led     []StageID `json:"led,omitempty"`
	// By is who stated it last, 0 when nobody has.
	By PersonID  `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
}

// Stated says whether anybody has said anything.
func (r StageRecord) Stated() bool { return !r.At.IsZero() }

// Toggled returns the record with the stage led if it was not, and the other way round, in the order of the stages.
func (r StageRecord) Toggled(id StageID, s Stages) StageRecord {
	led := slices.Contains(r.Led, id)
	var next []StageID
	for _, x := range s.List {
		if x.ID == id && !led || x.ID != id && slices.Contains(r.Led, x.ID) {
			next = append(next, x.ID)
		}
	}
	r.Led = next
	return r
}

// LedOf returns how many of the stages the recipient led; a stage that the programme no longer has does not count.
func (r StageRecord) LedOf(s Stages) int {
	n := 0
	for _, x := range s.List {
		if slices.Contains(r.Led, x.ID) {
			n++
		}
	}
	return n
}
