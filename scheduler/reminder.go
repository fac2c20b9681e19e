package scheduler

import (
	"encoding/json"
	"fmt"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// Level is in what capacity somebody is reminded.
type Level string

// The officers of the unit that owes, its leads, and Ban Dân tộc, which is told how many owe.
const (
	LevelOfficer     Level = "officer"
	LevelLead        Level = "lead"
	LevelCoordinator Level = "coordinator"
)

// Reminder is one rung of one obligation that is owed now at one level.
type Reminder struct {
	// Unit is whose people are told: the unit that owes or, at LevelCoordinator, the standing agency.
	Unit twinning.UnitKey
	// Obligation is what is owed. At LevelCoordinator it names rule and year only, with Unit as its unit.
	Obligation twinning.Obligation
	Rung       twinning.Rung
	Level      Level
	// To are the people who were not told yet; it is empty where nobody is linked.
	To []twinning.PersonID
	// Owing is the obligation with its dates; the zero value at LevelCoordinator.
	Owing ledger.Owing
	// Tally is how the rule stands; nil but at LevelCoordinator.
	Tally *Tally
}

// MarshalJSON writes the reminder as the command "remind" prints it:
// {"unit":"W20437","obligation":"needs","year":2027,"rung":-7,"level":"officer","to":[5]}, with "pairing" before "year"
// for an obligation of a pairing.
func (r Reminder) MarshalJSON() ([]byte, error) {
	to := r.To
	if to == nil {
		to = []twinning.PersonID{}
	}
	b, err := json.Marshal(struct {
		Unit       twinning.UnitKey    `json:"unit"`
		Obligation twinning.RuleID     `json:"obligation"`
		Pairing    twinning.PairingID  `json:"pairing,omitempty"`
		Year       int                 `json:"year"`
		Rung       int                 `json:"rung"`
		Level      Level               `json:"level"`
		To         []twinning.PersonID `json:"to"`
	}{r.Unit, r.Obligation.Rule, r.Obligation.Pairing, r.Obligation.Year, r.Rung.Offset, r.Level, to})
	if err != nil {
		return nil, fmt.Errorf("reminder %s: %w", r.Obligation.Key(), err)
	}
	return b, nil
}

// cause names that the person is told this rung: "remind|needs|W20437|2027|-7|person 5", or
// "remind|digest|needs|2027|-7|person 9" for Ban Dân tộc. The level of a unit's person is no part of it, so that an
// officer who becomes lead is not told twice.
func (r Reminder) cause(p twinning.PersonID) string {
	about := r.Obligation.Key()
	if r.Level == LevelCoordinator {
		about = fmt.Sprintf("digest|%s|%d", r.Obligation.Rule, r.Obligation.Year)
	}
	return fmt.Sprintf("remind|%s|%d|person %d", about, r.Rung.Offset, p)
}
