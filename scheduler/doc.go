// Package scheduler decides what is due to be said now and queues it: reminders to those who owe a document, digests to
// Ban Dân tộc, and the nightly tidying of the store. It also wakes the jobs that it is given.
//
// What to say is derived from the state of the books at a moment (Plan), never from the ticks that passed: each person
// is told the latest rung of the ladder that has come for each document still owed, unless that rung was said before.
// So downtime, a suspended machine or a moved clock can neither skip a reminder nor repeat one; after a gap each person
// gets one message that names all that is owed. cron only wakes the scheduler.
//
// It writes no text and sends nothing: it queues twinning.Message values through the ledger, at most one a day for each
// person, within the delivery hours of working days only. It may import ledger, twinning and robfig/cron.
package scheduler
