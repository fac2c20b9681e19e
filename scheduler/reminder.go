package scheduler

import (
	"encoding/json"
	"fmt"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// Level is in what capacity somebody is reminded.
type Level string

// The officers of the unit that owes, its leads, its group, its district when nobody of it is linked, and Ban Dân tộc,
// which is told how many owe.
const (
	LevelOfficer     Level = "officer"
	LevelLead        Level = "lead"
	LevelGroup       Level = "group"
	LevelDistrict    Level = "district"
	LevelCoordinator Level = "coordinator"
)

// Topic is what a reminder is about.
type Topic string

// The topics: an obligation, Ban Dân tộc's weekly overview, a unit's monthly progress.
const (
	TopicOwed     Topic = ""
	TopicOverview Topic = "overview"
	TopicProgress Topic = "progress"
)

// Reminder is what is to be said now of one obligation at one level, or one overview or progress.
type Reminder struct {
	Topic Topic
	// Unit is whose people are told: the unit that owes, also at LevelDistrict, or at LevelCoordinator the standing
	// agency.
	Unit twinning.UnitKey
	// Obligation is what is owed. At LevelCoordinator it names rule and year only, with Unit as its unit.
	Obligation twinning.Obligation
	// Rung is the ladder's last step that has come. When an urge comes before the first, its offset is that of today.
	Rung  twinning.Rung
	Level Level
	// To are the people who were not told yet; it is empty where nobody is linked. Chat is the group at LevelGroup.
	To   []twinning.PersonID
	Chat twinning.ChatID
	// Urged says that Ban Dân tộc asked for it.
	Urged bool
	// Owing is the obligation with its dates; nil at LevelCoordinator and for other topics.
	Owing *ledger.Owing
	// Tally is how the rule stands; nil but at LevelCoordinator. Overview and Progress are what the topic is about.
	Tally    *Tally
	Overview *Overview
	Progress *Progress
	// said is what each addressee is told.
	said []saying
}

// saying are the causes for which one addressee hears of a reminder.
type saying struct {
	who    addressee
	causes []string
}

// MarshalJSON writes the reminder as the command "remind" prints it:
// {"unit":"W20437","obligation":"needs","year":2027,"rung":-7,"level":"officer","to":[5]}, with "pairing" before "year"
// for an obligation of a pairing, "chat" for a group, "urged" when Ban Dân tộc asked for it, and for an overview or a
// progress "topic" in place of obligation, year and rung.
func (r Reminder) MarshalJSON() ([]byte, error) {
	to := r.To
	if to == nil {
		to = []twinning.PersonID{}
	}
	var line any = struct {
		Unit       twinning.UnitKey    `json:"unit"`
		Obligation twinning.RuleID     `json:"obligation"`
		Pairing    twinning.PairingID  `json:"pairing,omitempty"`
		Year       int                 `json:"year"`
		Rung       int                 `json:"rung"`
		Level      Level               `json:"level"`
		To         []twinning.PersonID `json:"to"`
		Chat       twinning.ChatID     `json:"chat,omitempty"`
		Urged      bool                `json:"urged,omitempty"`
	}{r.Unit, r.Obligation.Rule, r.Obligation.Pairing, r.Obligation.Year, r.Rung.Offset, r.Level, to, r.Chat, r.Urged}
	if r.Topic != TopicOwed {
		line = struct {
			Unit  twinning.UnitKey    `json:"unit"`
			Topic Topic               `json:"topic"`
			Level Level               `json:"level"`
			To    []twinning.PersonID `json:"to"`
			Chat  twinning.ChatID     `json:"chat,omitempty"`
		}{r.Unit, r.Topic, r.Level, to, r.Chat}
	}
	b, err := json.Marshal(line)
	if err != nil {
		return nil, fmt.Errorf("reminder %s: %w", r.Obligation.Key(), err)
	}
	return b, nil
}

// addressees returns who is to be told.
func (r Reminder) addressees() []addressee {
	if r.Chat != 0 {
		return []addressee{{chat: r.Chat}}
	}
	list := make([]addressee, len(r.To))
	for i, id := range r.To {
		list[i].person = id
	}
	return list
}

// addressee is a person or a group chat.
type addressee struct {
	person twinning.PersonID
	chat   twinning.ChatID
}

// String is how causes name the addressee: "person 5", "group -100".
func (a addressee) String() string {
	if a.chat != 0 {
		return "group " + strconv.FormatInt(int64(a.chat), 10)
	}
	return "person " + strconv.FormatUint(uint64(a.person), 10)
}

// about names in causes what the reminder says: "needs|W20437|2027" or, for Ban Dân tộc, "digest|needs|2027". The level
// of a unit's person is no part of it, so that an officer who becomes lead is not told twice.
func (r Reminder) about() string {
	if r.Level == LevelCoordinator {
		return fmt.Sprintf("digest|%s|%d", r.Obligation.Rule, r.Obligation.Year)
	}
	return r.Obligation.Key()
}

// cause names that somebody is told something: "remind|needs|W20437|2027|-7|person 5".
func cause(about, when string, who addressee) string {
	return twinning.ReminderCause(about, when, who.String())
}
