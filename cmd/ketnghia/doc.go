// Command ketnghia is the kết nghĩa assistant: the bot, its sandbox and the operator's commands.
//
// It owns the command line, the configuration, the wiring of the rooms and the signals, and it alone reads the clock.
// It may import everything.
package main
