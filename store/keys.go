package store

import (
	"encoding/json"
	"time"

	"ketnghia/twinning"
)

// kind is the first part of a key: what sort of record, or which index, the key belongs to.
type kind string

// The whole tree, one line a kind: its key after the kind, and its value, which is JSON. The parts of a key follow each
// other without a gap: text is a string with its end, num and int are 8 bytes, smallest first (int is signed), int4 is
// 4 bytes, flag is one; down is a num and down4 a date, greatest first, so that a plain scan finds the newest first.
// A value "-" is null: the key says it all. keyTree is the same as code, and a test holds both against real buckets.
//
//	schema                                                                   store.Schema
//	next              kind:text                                              uint64
//	unit              unit:text                                              twinning.Unit
//	pairing           id:num                                                 twinning.Pairing
//	pairing.unit      unit:text id:num                                       -
//	person            id:num                                                 twinning.Person
//	person.telegram   chat:int                                               twinning.PersonID
//	person.unit       unit:text id:num                                       -
//	invitation        hash:text                                              twinning.Invitation
//	request           id:num                                                 twinning.EntryRequest
//	request.open      chat:int                                               twinning.RequestID
//	group             chat:int                                               twinning.Group
//	attempts          chat:int                                               store.attempts
//	draft             id:num                                                 twinning.Draft
//	draft.album       chat:int album:text                                    twinning.DraftID
//	draft.author      person:num id:down                                     -
//	activity          id:num                                                 twinning.Activity
//	activity.replaced id:num version:num                                     twinning.Activity
//	activity.unit     unit:text from:down4 id:down                           -
//	activity.pairing  pairing:num from:down4 id:down                         -
//	activity.author   person:num from:down4 id:down                          -
//	activity.source   chat:int message:int                                   twinning.ActivityID
//	total             year:int4 unit:text pairing:num category:int4 ok:flag  twinning.Quantities
//	filing            id:num                                                 twinning.Filing
//	filing.unit       unit:text year:int4 id:down                            -
//	filing.year       year:int4 id:down                                      -
//	filing.meets      rule:text unit:text pairing:num year:int4 id:down      -
//	filing.uncopied   unit:text id:num                                       -
//	handling          year:int4 rule:text unit:text pairing:num              twinning.Handling
//	urge              id:num                                                 twinning.Urge
//	seal              year:int4 unit:text version:num                        twinning.Seal
//	rating            year:int4 unit:text                                    twinning.RatingRecord
//	stages            pairing:num year:int4                                  twinning.StageRecord
//	file              unique:text                                            store.KeptFile
//	file.waiting      second:int unique:text                                 -
//	said              cause:text                                             time.Time
//	conversation      chat:int person:num                                    store.Conversation
//	conversation.ends second:int chat:int person:num                         -
//	message           chat:int message:int                                   string
//	message.subject   subject:text chat:int message:int                      -
//	audit             seq:num                                                store.AuditEntry
//	audit.head                                                               store.AuditHead
//	audit.object      object:text seq:num                                    -
//	offset                                                                   int64
//	inbox             seq:num                                                store.Update
//	inbox.seen        update:int                                             -
//	inbox.arrived     second:int update:int                                  -
//	inbox.dead        seq:down                                               store.DeadLetter
//	outbox            seq:num                                                store.OutRow
//	outbox.message    seq:num                                                twinning.Message
//	outbox.cause      cause:text                                             uint64
//	outbox.state      state:text rank:int seq:num                            time.Time
//	announcement      id:down                                                twinning.Announcement
//	announcement.open id:num                                                 -
//	announcement.tally id:num                                                twinning.Tally
//	announcement.missed id:num person:num                                    -
//
// activity holds the latest version, activity.replaced those before it. next holds the last number given to a kind;
// of the audit, audit.head does.
// total sums what counts of the activities of a sponsor or recipient; ok means confirmed by the counterpart.
// file.waiting lists the files that are to be fetched by the second before which they must not be.
// inbox.arrived lists inbox.seen by time, for Prune. The rank of outbox.state is the class of a pending row and the
// second of the last change otherwise; its value is the time before which the row must not go out. outbox.message is what
// the row says, apart because the row is written again at each change of its state.
// announcement.open lists announcements that have not ended, announcement.missed the people whom one could not reach.
const (
	kindSchema             kind = "schema"
	kindNext               kind = "next"
	kindUnit               kind = "unit"
	kindPairing            kind = "pairing"
	kindPairingUnit        kind = "pairing.unit"
	kindPerson             kind = "person"
	kindPersonTelegram     kind = "person.telegram"
	kindPersonUnit         kind = "person.unit"
	kindInvitation         kind = "invitation"
	kindRequest            kind = "request"
	kindRequestOpen        kind = "request.open"
	kindGroup              kind = "group"
	kindAttempts           kind = "attempts"
	kindDraft              kind = "draft"
	kindDraftAlbum         kind = "draft.album"
	kindDraftAuthor        kind = "draft.author"
	kindActivity           kind = "activity"
	kindActivityReplaced   kind = "activity.replaced"
	kindActivityUnit       kind = "activity.unit"
	kindActivityPairing    kind = "activity.pairing"
	kindActivityAuthor     kind = "activity.author"
	kindActivitySource     kind = "activity.source"
	kindTotal              kind = "total"
	kindFiling             kind = "filing"
	kindFilingUnit         kind = "filing.unit"
	kindFilingYear         kind = "filing.year"
	kindFilingMeets        kind = "filing.meets"
	kindFilingUncopied     kind = "filing.uncopied"
	kindHandling           kind = "handling"
	kindUrge               kind = "urge"
	kindSeal               kind = "seal"
	kindRating             kind = "rating"
	kindStages             kind = "stages"
	kindFile               kind = "file"
	kindFileWaiting        kind = "file.waiting"
	kindSaid               kind = "said"
	kindConversation       kind = "conversation"
	kindConversationEnds   kind = "conversation.ends"
	kindMessage            kind = "message"
	kindMessageSubject     kind = "message.subject"
	kindAudit              kind = "audit"
	kindAuditHead          kind = "audit.head"
	kindAuditObject        kind = "audit.object"
	kindOffset             kind = "offset"
	kindInbox              kind = "inbox"
	kindInboxSeen          kind = "inbox.seen"
	kindInboxArrived       kind = "inbox.arrived"
	kindInboxDead          kind = "inbox.dead"
	kindOutbox             kind = "outbox"
	kindOutboxMessage      kind = "outbox.message"
	kindOutboxCause        kind = "outbox.cause"
	kindOutboxState        kind = "outbox.state"
	kindAnnouncement       kind = "announcement"
	kindAnnouncementOpen   kind = "announcement.open"
	kindAnnouncementTally  kind = "announcement.tally"
	kindAnnouncementMissed kind = "announcement.missed"
)

// drawing is one line of the tree.
type drawing struct {
	kind kind
	// key names the parts after the kind, each with how it is written.
	key string
	// value is a zero value of what is stored, nil for a key that says it all.
	value any
}

// keyTree returns the whole tree.
func keyTree() []drawing {
	return []drawing{
		{kindSchema, "", Schema{}},
		{kindNext, "kind:text", uint64(0)},
		{kindUnit, "unit:text", twinning.Unit{}},
		{kindPairing, "id:num", twinning.Pairing{}},
		{kindPairingUnit, "unit:text id:num", nil},
		{kindPerson, "id:num", twinning.Person{}},
		{kindPersonTelegram, "chat:int", twinning.PersonID(0)},
		{kindPersonUnit, "unit:text id:num", nil},
		{kindInvitation, "hash:text", twinning.Invitation{}},
		{kindRequest, "id:num", twinning.EntryRequest{}},
		{kindRequestOpen, "chat:int", twinning.RequestID(0)},
		{kindGroup, "chat:int", twinning.Group{}},
		{kindAttempts, "chat:int", attempts{}},
		{kindDraft, "id:num", twinning.Draft{}},
		{kindDraftAlbum, "chat:int album:text", twinning.DraftID(0)},
		{kindDraftAuthor, "person:num id:down", nil},
		{kindActivity, "id:num", twinning.Activity{}},
		{kindActivityReplaced, "id:num version:num", twinning.Activity{}},
		{kindActivityUnit, "unit:text from:down4 id:down", nil},
		{kindActivityPairing, "pairing:num from:down4 id:down", nil},
		{kindActivityAuthor, "person:num from:down4 id:down", nil},
		{kindActivitySource, "chat:int message:int", twinning.ActivityID(0)},
		{kindTotal, "year:int4 unit:text pairing:num category:int4 ok:flag", twinning.Quantities{}},
		{kindFiling, "id:num", twinning.Filing{}},
		{kindFilingUnit, "unit:text year:int4 id:down", nil},
		{kindFilingYear, "year:int4 id:down", nil},
		{kindFilingMeets, "rule:text unit:text pairing:num year:int4 id:down", nil},
		{kindFilingUncopied, "unit:text id:num", nil},
		{kindHandling, "year:int4 rule:text unit:text pairing:num", twinning.Handling{}},
		{kindUrge, "id:num", twinning.Urge{}},
		{kindSeal, "year:int4 unit:text version:num", twinning.Seal{}},
		{kindRating, "year:int4 unit:text", twinning.RatingRecord{}},
		{kindStages, "pairing:num year:int4", twinning.StageRecord{}},
		{kindFile, "unique:text", KeptFile{}},
		{kindFileWaiting, "second:int unique:text", nil},
		{kindSaid, "cause:text", time.Time{}},
		{kindConversation, "chat:int person:num", Conversation{}},
		{kindConversationEnds, "second:int chat:int person:num", nil},
		{kindMessage, "chat:int message:int", ""},
		{kindMessageSubject, "subject:text chat:int message:int", nil},
		{kindAudit, "seq:num", AuditEntry{}},
		{kindAuditHead, "", AuditHead{}},
		{kindAuditObject, "object:text seq:num", nil},
		{kindOffset, "", int64(0)},
		{kindInbox, "seq:num", Update{}},
		{kindInboxSeen, "update:int", nil},
		{kindInboxArrived, "second:int update:int", nil},
		{kindInboxDead, "seq:down", DeadLetter{}},
		{kindOutbox, "seq:num", OutRow{}},
		{kindOutboxMessage, "seq:num", twinning.Message{}},
		{kindOutboxCause, "cause:text", uint64(0)},
		{kindOutboxState, "state:text rank:int seq:num", time.Time{}},
		{kindAnnouncement, "id:down", twinning.Announcement{}},
		{kindAnnouncementOpen, "id:num", nil},
		{kindAnnouncementTally, "id:num", twinning.Tally{}},
		{kindAnnouncementMissed, "id:num person:num", nil},
	}
}

// nothing is the value of an index key that says it all.
func nothing() json.RawMessage { return json.RawMessage("null") }

// Kinds returns the kinds of all records, for whoever compares the whole books.
func Kinds() []string {
	tree := keyTree()
	kinds := make([]string, len(tree))
	for i, d := range tree {
		kinds[i] = string(d.kind)
	}
	return kinds
}
