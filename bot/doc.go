// Package bot speaks with Telegram: updates come in, handlers run, messages go out.
//
// An update passes poll.go (long poll, stored before it is acknowledged), intake.go (one transaction for each batch that
// waits: handler, effects, queued messages and removal from the inbox commit together), request.go and route.go (which
// handler) and a handler file such as activity.go. A message passes the outbox of the ledger, send.go (a dispatcher that
// keeps Telegram's limits by pace.go and the order of each chat), render.go (texts of locales in the addressee's
// language) and failure.go (what a refusal means).
//
// Files that became part of the books pass keeper.go, which fetches a copy of each into the data folder (cabinet.go).
// upload.go sends such a copy when Telegram no longer knows a file by its id, as after a change of the bot account.
//
// suspect.go finds the update that brings the process down, health.go tells how the bot fares with Telegram and the disk.
//
// What is promised: no acknowledged update is lost and none has a second effect; a message is sent at least once, and
// twice only when Telegram's answer to it was lost (a dropped connection, a crash between sending and noting it).
//
// The package may import ledger, nlu, report, locales and twinning. It never reads the machine's clock: Options.Now
// says what time it is for people, Options.Steady paces the sending.
package bot
