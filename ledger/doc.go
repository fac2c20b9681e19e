// Package ledger holds the use cases: log an activity, confirm it, file a document, invite somebody, ask how things
// stand. It owns permission, audit, totals and the notices to whoever must know.
//
// Ledger.Update opens one transaction and hands out a Work; every use case is a method of Work, so that one incoming
// message and all that follows from it commit together. Ledger.View opens one snapshot and hands out a Look. The ledger
// writes no text: it queues twinning.Message values, which the bot renders in the addressee's language when it sends
// them. It may import store and twinning.
package ledger
