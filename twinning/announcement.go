package twinning

import "time"

// AnnouncementID numbers an announcement of Ban Dân tộc.
type AnnouncementID uint64

// CircleKind says whom an announcement is for.
type CircleKind string

// The circles: everybody, the people of all sponsors, of all recipients, of the border communes, all leads, those of a
// district with its communes, those of one unit.
const (
	CircleAll        CircleKind = "all"
	CircleSponsors   CircleKind = "sponsors"
	CircleRecipients CircleKind = "recipients"
	CircleBorder     CircleKind = "border"
	CircleLeads      CircleKind = "leads"
	CircleDistrict   CircleKind = "district"
	CircleUnit       CircleKind = "unit"
)

// CircleKinds returns all kinds.
func CircleKinds() []CircleKind {
	return []CircleKind{
		CircleAll, CircleSponsors, CircleRecipients, CircleBorder, CircleLeads, CircleDistrict, CircleUnit,
	}
}

// Circle is whom an announcement is for.
type Circle struct {
	Kind CircleKind `json:"kind"`
	// Unit is the district or unit of the kinds that name one, "" otherwise.
	Unit UnitKey `json:"unit,omitempty"`
}

// Has says whether somebody of the unit is meant. The unit must be what became of the person's unit.
func (c Circle) Has(p Person, u Unit) bool {
	switch c.Kind {
	case CircleAll:
		return true
	case CircleSponsors:
		return u.Role.IsSponsor()
	case CircleRecipients:
		return u.Role.IsRecipient()
	case CircleBorder:
		return u.Role == RoleRecipientCommune && u.Border
	case CircleLeads:
		return p.Role == RoleLead
	case CircleDistrict:
		return u.Key == c.Unit || u.Parent == c.Unit
	case CircleUnit:
		return u.Key == c.Unit
	}
	return false
}

// Announcement is a message of Ban Dân tộc to many people.
type Announcement struct {
	ID AnnouncementID `json:"id"`
	To Circle         `json:"to"`
	// Text is what is announced, as written; File is sent with it, nil for none.
	Text string   `json:"text"`
	File *FileRef `json:"file,omitempty"`
	// By announced it at At, from Chat, where the progress is shown. Name and Unit are the announcer's at that time.
	By   PersonID  `json:"by"`
	Name string    `json:"name"`
	Unit UnitKey   `json:"unit"`
	Chat ChatID    `json:"chat"`
	At   time.Time `json:"at"`
	// StoppedBy withdrew what had not gone out at that time, 0 for nobody.
	StoppedBy PersonID `json:"stopped_by,omitempty"`
	// Ended is when nothing was left to send, the zero time before.
	Ended time.Time `json:"ended,omitzero"`
}

// Stopped says whether somebody withdrew what had not gone out.
func (a Announcement) Stopped() bool { return a.StoppedBy != 0 }

// Tally counts how far an announcement is.
type Tally struct {
	Announcement AnnouncementID `json:"announcement"`
	// Addressed is how many people it was for when it began.
	Addressed int `json:"addressed"`
	// After is the last person, by id, who was seen to; Whole says that all were.
	After PersonID `json:"after,omitempty"`
	Whole bool     `json:"whole,omitempty"`
	// Queued counts those who were seen to. Each of them is at last one of Sent, Missed (could not be reached) and
	// Withdrawn.
	Queued    int `json:"queued,omitempty"`
	Sent      int `json:"sent,omitempty"`
	Missed    int `json:"missed,omitempty"`
	Withdrawn int `json:"withdrawn,omitempty"`
	// Shown is when the progress was shown last, ShownAt how many had been settled then.
	Shown   time.Time `json:"shown,omitzero"`
	ShownAt int       `json:"shown_at,omitempty"`
}

// Settled is how many are sent, missed or withdrawn.
func (t Tally) Settled() int { return t.Sent + t.Missed + t.Withdrawn }

// Waiting is how many are queued and not settled.
func (t Tally) Waiting() int { return t.Queued - t.Settled() }
