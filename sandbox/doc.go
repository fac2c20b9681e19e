// Package sandbox is a Bot API server for one bot and a web chat page around it, both on loopback and in memory.
//
// It owns the people, groups, messages, files and pending updates of a pretended Telegram. Tests act as people through
// the methods of Server (Say, SendFiles, Press, Edit, Block, Migrate and so on) and read what a phone would show with
// Messages and Wait; a person in a browser does the same through the handler of Page. The real bot talks to the
// handler of API exactly as it talks to Telegram.
//
// The server is strict: it refuses what Telegram refuses, in Telegram's words, and it also refuses unknown parameters and
// fields, which Telegram would silently ignore. The shapes come from spec.json (Telegram Bot API 10.1). What it lets
// through on purpose is listed in quirk.go.
//
// What goes wrong on purpose is a Fault, call by call, or a FaultPlan, by seed (fault.go, faultplan.go).
//
// The package imports the standard library only and none of the project's other packages. It never reads the machine's
// clock: Options.Now gives the date of messages, and a Clock makes such a function that can be moved. Only waiting
// (long polls, webhook retries) uses real timers.
package sandbox
