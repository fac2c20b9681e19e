package store

import (
	"encoding/json"
	"fmt"
	"time"

	"ketnghia/twinning"
)

// AuditEntry is one line of the audit: who did what to which record, from where. Entries are only ever added.
type AuditEntry struct {
	// Seq counts the entries from 1; Audit assigns it.
	Seq uint64 `json:"seq"`
	// At is the time of the transaction; Audit assigns it.
	At time.Time `json:"at"`
	// Person is 0 for the program itself and for strangers.
	Person  twinning.PersonID `json:"person,omitempty"`
	Chat    twinning.ChatID   `json:"chat,omitempty"`
	Message int               `json:"message,omitempty"`
	// Action is what was done: "activity.log".
	Action string `json:"action"`
	// Object is the record: "activity/5".
	Object string          `json:"object,omitempty"`
	Detail json.RawMessage `json:"detail,omitempty"`
}

// Audit adds an entry.
func (tx *Tx) Audit(e AuditEntry) error {
	if e.Action == "" {
		return required("action")
	}
	seq, err := tx.number(kindAudit, 0)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	e.Seq, e.At = seq, tx.now
	if e.Object != "" {
		if err := tx.put(keyOf(kindAuditObject).text(e.Object).num(seq), nothing()); err != nil {
			return fmt.Errorf("audit %d: %w", seq, err)
		}
	}
	if err := tx.put(auditKey(seq), e); err != nil {
		return fmt.Errorf("audit %d: %w", seq, err)
	}
	return nil
}

func auditKey(seq uint64) key { return keyOf(kindAudit).num(seq) }

// AuditLog returns the entries after that number, oldest first.
func (v *View) AuditLog(after uint64, limit int) ([]AuditEntry, error) {
	s := span{auditKey(after).next(), keyOf(kindAudit).end()}
	entries, err := list[AuditEntry](v, s, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return entries, nil
}

// AuditOf returns the entries of a record, oldest first.
func (v *View) AuditOf(object string) ([]AuditEntry, error) {
	seqs, err := v.numbers(under(keyOf(kindAuditObject).text(object)), 0)
	if err != nil {
		return nil, fmt.Errorf("audit of %s: %w", object, err)
	}
	return resolve(seqs, func(seq uint64) (AuditEntry, error) { return get[AuditEntry](v, auditKey(seq)) })
}
