package main

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	"ketnghia/bot"
	"ketnghia/store"
	"ketnghia/twinning"
)

// failure is an error with the text that tells it and its mend in one line.
type failure struct {
	key    string
	args   map[string]any
	status int
	cause  error
}

func (f *failure) Error() string {
	if f.cause != nil {
		return f.key + ": " + f.cause.Error()
	}
	return f.key
}

func (f *failure) Unwrap() error { return f.cause }

// known are the errors of the rooms that the operator can mend, with their texts.
func known() []failure {
	return []failure{
		{key: "cmd.error.locked", cause: store.ErrLocked, status: exitError},
		{key: "cmd.error.newer", cause: store.ErrNewer, status: exitError},
		{key: "cmd.error.token", cause: bot.ErrToken, status: exitUsage},
		{key: "cmd.error.unreachable", cause: bot.ErrUnreachable, status: exitError},
		{key: "cmd.error.webhook", cause: bot.ErrWebhook, status: exitError},
		{key: "cmd.error.no_file", cause: fs.ErrNotExist, status: exitUsage},
		{key: "cmd.error.permission", cause: fs.ErrPermission, status: exitError},
		{key: "cmd.error.forbidden", cause: twinning.ErrForbidden, status: exitError},
	}
}

// fail tells an error in one line and returns the exit status for it.
func (a *app) fail(err error) int {
	told := failure{key: "cmd.error.other", status: exitError}
	var own *failure
	var invalid *twinning.InvalidError
	switch {
	case errors.As(err, &own):
		told = *own
	case errors.As(err, &invalid):
		told = failure{key: "cmd.error.invalid", status: exitUsage}
	default:
		for _, k := range known() {
			if errors.Is(err, k.cause) {
				told = k
				break
			}
		}
	}
	args := map[string]any{"Detail": oneLine(err), "Data": a.cli.Data}
	for name, value := range told.args {
		args[name] = value
	}
	_, _ = io.WriteString(a.err, "ketnghia: "+a.printer().Text(told.key, args)+"\n")
	return told.status
}

// oneLine returns the error's text with its line breaks as semicolons; an operator's log takes a line an event.
func oneLine(err error) string {
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}
