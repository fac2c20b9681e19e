// Package store keeps the records: roster, people, drafts, activities, totals, filings, the files to keep copies of,
// what was said, the audit, and the inbox and outbox that stand between the bot and Telegram.
//
// It owns the shape of the database (keys.go draws all of it), the indexes and totals that must change together with a
// record, and the way from one schema version to the next. It knows no rules: who may do what, and what follows from
// it, is the ledger's. It may import twinning, the standard library and its own engine package, through which alone it
// reaches bbolt.
//
// Everything happens in a transaction that carries the time:
//
//	err := s.Update(ctx, now, func(tx *store.Tx) error {
//		id, err := tx.PutActivity(activity)
//		if err != nil {
//			return err
//		}
//		return tx.Audit(store.AuditEntry{Action: "activity.log", Object: fmt.Sprintf("activity/%d", id)})
//	})
//
// If the function returns an error nothing is kept. The function does no I/O, reads no clock and starts no other
// transaction: inside Update a second one would wait for itself, and so may an Update inside View when the file has to
// grow. For the same reason a View is short; what takes long works on what it has read, after it.
//
// On disk it is one file. Beside it may lie copies from before an upgrade (ketnghia.db.v1-20270226T020000Z.bak), which
// the operator may delete, likewise one from before a restore (ketnghia.db.before-restore-20270226T020000Z), and after a
// crash a ketnghia.db.new-… or ketnghia.db.inspected-…, which are worth nothing. Backups are the backup package's.
//
// What Update has said to be done survives a power loss, whole: crash_test.go kills processes, powerloss_linux_test.go
// replays what a process wrote to every state of the disk that a power loss may leave, and powercut_test.go, as root,
// cuts the power of a real file system (200 times with KETNGHIA_POWER_CUTS=200).
//
// The audit is a chain of hashes (AuditEntry.Chain): no transaction can change or remove an entry, and CheckAudit finds
// what somebody did to the file by other means. InspectFile and Inspect check all that one file can show: its structure,
// its values, records against indexes, totals against activities, the chain. While others write they work on a copy.
//
// What is not there is twinning.ErrNotFound, what is no longer as the change needs it is twinning.ErrConflict, both
// wrapped with the record's kind and id. Lists come in a stated order; a limit of 0 or less means no limit.
package store
