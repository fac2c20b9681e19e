package store

import (
	"fmt"

	"ketnghia/twinning"
)

// anyValue stands in an index for a key of which only that it is there is known.
type anyValue struct{}

// ledgerOf says for one kind of record what else must be in the database because of it.
type ledgerOf struct {
	// own returns the key under which the record must stand.
	own func(value any) (key, error)
	// owed returns the keys that the record accounts for, and what they hold.
	owed func(k []byte, value any) (index, error)
}

// keeping makes a ledgerOf for records of the type T; owed may be nil for records that nothing points to.
func keeping[T any](own func(T) key, owed func(T) index) ledgerOf {
	typed := func(value any) (T, error) {
		t, ok := value.(T)
		if !ok {
			return t, fmt.Errorf("value is a %T", value)
		}
		return t, nil
	}
	l := ledgerOf{own: func(value any) (key, error) {
		t, err := typed(value)
		return own(t), err
	}}
	if owed != nil {
		l.owed = func(_ []byte, value any) (index, error) {
			t, err := typed(value)
			return owed(t), err
		}
	}
	return l
}

// ledgers returns for each kind of record what it accounts for. Kinds that are not here are indexes, or keep one value.
func ledgers() map[kind]ledgerOf {
	return map[kind]ledgerOf{
		kindUnit:       keeping(func(u twinning.Unit) key { return unitKey(u.Key) }, nil),
		kindPairing:    keeping(func(p twinning.Pairing) key { return pairingKey(p.ID) }, pairingIndex),
		kindPerson:     keeping(func(p twinning.Person) key { return personKey(p.ID) }, personIndex),
		kindInvitation: keeping(func(i twinning.Invitation) key { return invitationKey(i.Hash) }, nil),
		kindRequest:    keeping(func(r twinning.EntryRequest) key { return requestKey(r.ID) }, requestIndex),
		kindGroup:      keeping(func(g twinning.Group) key { return groupKey(g.Chat) }, nil),
		kindDraft:      keeping(func(d twinning.Draft) key { return draftKey(d.ID) }, draftIndex),
		kindActivity:   keeping(func(a twinning.Activity) key { return activityKey(a.ID) }, activityOwed),
		kindActivityReplaced: keeping(func(a twinning.Activity) key {
			return replacedKey(a.ID).num(uint64(a.Version))
		}, nil),
		kindFiling:   keeping(func(f twinning.Filing) key { return filingKey(f.ID) }, filingIndex),
		kindHandling: keeping(func(h twinning.Handling) key { return handlingKey(h.Obligation) }, nil),
		kindUrge:     keeping(func(u twinning.Urge) key { return urgeKey(u.ID) }, nil),
		kindSeal: keeping(func(s twinning.Seal) key {
			return sealsOf(s.Year, s.Unit).num(uint64(s.Version))
		}, nil),
		kindRating: keeping(func(r twinning.RatingRecord) key { return ratingKey(r.Year, r.Unit) }, nil),
		kindStages: keeping(func(r twinning.StageRecord) key { return stagesKey(r.Pairing, r.Year) }, nil),
		kindFile:   keeping(func(f KeptFile) key { return keptKey(f.File.UniqueID) }, keptIndex),
		kindConversation: keeping(func(c Conversation) key {
			return conversationKey(c.Chat, c.Person)
		}, conversationIndex),
		kindMessage: {owed: messageOwed},
		kindAudit:   keeping(func(e AuditEntry) key { return auditKey(e.Seq) }, auditIndex),
		kindInbox:   keeping(func(u Update) key { return inboxKey(u.Seq) }, nil),
		kindInboxDead: keeping(func(l DeadLetter) key {
			return keyOf(kindInboxDead).down(l.Seq)
		}, nil),
		kindInboxArrived: {owed: seenOwed},
		kindOutbox:       keeping(func(r OutRow) key { return outKey(r.Seq) }, outOwed),
		kindAnnouncement: keeping(func(a twinning.Announcement) key { return announcementKey(a.ID) }, announcementOwed),
		kindAnnouncementTally: keeping(func(t twinning.Tally) key {
			return tallyKey(t.Announcement)
		}, nil),
	}
}

// activityOwed returns the index keys of an activity and those of its earlier versions.
func activityOwed(a twinning.Activity) index {
	x := activityIndex(a)
	for version := 1; version < a.Version; version++ {
		x.add(replacedKey(a.ID).num(uint64(version)), anyValue{})
	}
	return x
}

// outOwed returns the index keys of a row, that of its cause and that of its message.
func outOwed(r OutRow) index {
	x := index{}
	x.add(outIndex(r), r.NotBefore)
	x.add(causeKey(r.Cause), r.Seq)
	if r.State != OutSent {
		x.add(outMessageKey(r.Seq), anyValue{})
	}
	return x
}

func announcementOwed(a twinning.Announcement) index {
	x := index{}
	if a.Ended.IsZero() {
		x.add(numberKey(kindAnnouncementOpen, uint64(a.ID)), nothing())
	}
	return x
}

func auditIndex(e AuditEntry) index {
	x := index{}
	if e.Object != "" {
		x.add(auditObjectKey(e), nothing())
	}
	return x
}

func messageOwed(k []byte, value any) (index, error) {
	subject, ok := value.(string)
	if !ok {
		return nil, fmt.Errorf("value is a %T", value)
	}
	p := partsOf(k)
	x := messageIndex(subject, twinning.ChatID(p.int()), int(p.int()))
	delete(x, string(k))
	return x, p.done()
}

func seenOwed(k []byte, _ any) (index, error) {
	p := partsOf(k)
	p.int()
	x := index{}
	x.add(keyOf(kindInboxSeen).int(p.int()), nothing())
	return x, p.done()
}

// debtors returns for each index how to find the record that accounts for one of its keys; nil where only a scan could.
func debtors() map[kind]func(k, value []byte) (key, error) {
	down := func(of kind) func(k, _ []byte) (key, error) { return last(of, (*parts).down) }
	num := func(of kind) func(k, _ []byte) (key, error) { return last(of, (*parts).num) }
	return map[kind]func(k, value []byte) (key, error){
		kindPairingUnit:      num(kindPairing),
		kindPersonTelegram:   named(kindPerson),
		kindPersonUnit:       num(kindPerson),
		kindRequestOpen:      named(kindRequest),
		kindDraftAlbum:       named(kindDraft),
		kindDraftAuthor:      down(kindDraft),
		kindActivityReplaced: replacedBy,
		kindActivityUnit:     down(kindActivity),
		kindActivityPairing:  down(kindActivity),
		kindActivityAuthor:   down(kindActivity),
		kindActivitySource:   named(kindActivity),
		kindFilingUnit:       down(kindFiling),
		kindFilingYear:       down(kindFiling),
		kindFilingMeets:      down(kindFiling),
		kindFilingUncopied:   num(kindFiling),
		kindFileWaiting:      afterSecond(kindFile),
		kindConversationEnds: afterSecond(kindConversation),
		kindMessageSubject: func(k, _ []byte) (key, error) {
			p := partsOf(k)
			p.text()
			return append(keyOf(kindMessage), p.rest...), p.err
		},
		kindAuditObject:   num(kindAudit),
		kindInboxSeen:     nil,
		kindOutboxMessage: num(kindOutbox),
		kindOutboxCause:   named(kindOutbox),
		kindOutboxState:   num(kindOutbox),
		kindAnnouncementOpen: func(k, _ []byte) (key, error) {
			p := partsOf(k)
			return announcementKey(twinning.AnnouncementID(p.num())), p.err
		},
	}
}

// last makes the key of a record from the last 8 bytes of an index key.
func last(of kind, read func(*parts) uint64) func(k, _ []byte) (key, error) {
	return func(k, _ []byte) (key, error) {
		if len(k) < 8 {
			return nil, fmt.Errorf("key %q: no number at its end", k)
		}
		return keyOf(of).num(read(&parts{rest: k[len(k)-8:]})), nil
	}
}

// named makes the key of a record from the number that an index key holds.
func named(of kind) func(k, value []byte) (key, error) {
	return func(k, value []byte) (key, error) {
		id, err := decode[uint64](k, value)
		return keyOf(of).num(id), err
	}
}

// afterSecond makes the key of a record from an index key that is a second and the record's own parts.
func afterSecond(of kind) func(k, _ []byte) (key, error) {
	return func(k, _ []byte) (key, error) {
		p := partsOf(k)
		p.int()
		return append(keyOf(of), p.rest...), p.err
	}
}

func replacedBy(k, _ []byte) (key, error) {
	p := partsOf(k)
	return activityKey(twinning.ActivityID(p.num())), p.err
}

// numbered returns the kinds whose records are numbered by next, in keys of nothing but that number, and whether the
// greatest comes first.
func numbered() map[kind]bool {
	return map[kind]bool{
		kindPairing: false, kindPerson: false, kindRequest: false, kindDraft: false, kindActivity: false, kindFiling: false,
		kindUrge: false, kindInbox: false, kindOutbox: false, kindAnnouncement: true,
	}
}
