package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"
	"syscall"

	"ketnghia/bot"
	"ketnghia/programme"
	"ketnghia/store"
	"ketnghia/twinning"
)

// failure is an error with the text that tells it and its mend in one line.
type failure struct {
	key    string
	args   map[string]any
	status int
	cause  error
	// lines come before the text, where one thing has many faults.
	lines []string
}

func (f *failure) Error() string {
	if f.cause != nil {
		return f.cause.Error()
	}
	return f.key
}

func (f *failure) Unwrap() error { return f.cause }

// folderError is an error of opening the data in a folder.
type folderError struct {
	dir   string
	cause error
}

func (e *folderError) Error() string { return "data folder " + e.dir + ": " + e.cause.Error() }

func (e *folderError) Unwrap() error { return e.cause }

// known are the errors of the rooms and of the machine that the operator can mend, with their texts.
func known() []failure {
	return []failure{
		{key: "cmd.error.interrupted", cause: context.Canceled, status: exitError},
		{key: "cmd.error.locked", cause: store.ErrLocked, status: exitError},
		{key: "cmd.error.newer", cause: store.ErrNewer, status: exitError},
		{key: "cmd.error.token", cause: bot.ErrToken, status: exitUsage},
		{key: "cmd.error.unreachable", cause: bot.ErrUnreachable, status: exitError},
		{key: "cmd.error.webhook", cause: bot.ErrWebhook, status: exitError},
		{key: "cmd.error.webhook_refused", cause: bot.ErrWebhookRefused, status: exitUsage},
		{key: "cmd.error.no_file", cause: fs.ErrNotExist, status: exitUsage},
		{key: "cmd.error.permission", cause: fs.ErrPermission, status: exitError},
		{key: "cmd.error.permission", cause: syscall.EROFS, status: exitError},
		{key: "cmd.error.not_folder", cause: syscall.ENOTDIR, status: exitUsage},
		{key: "cmd.error.database", cause: syscall.EISDIR, status: exitError},
		{key: "cmd.error.full", cause: syscall.ENOSPC, status: exitError},
		{key: "cmd.error.forbidden", cause: twinning.ErrForbidden, status: exitError},
	}
}

// explain finds the text of an error.
func explain(err error) failure {
	if own, ok := errors.AsType[*failure](err); ok {
		return *own
	}
	for _, k := range known() {
		if errors.Is(err, k.cause) {
			return k
		}
	}
	if _, ok := errors.AsType[*twinning.InvalidError](err); ok {
		return failure{key: "cmd.error.invalid", status: exitUsage}
	}
	_, opening := errors.AsType[*folderError](err)
	if _, machine := errors.AsType[syscall.Errno](err); opening && !machine {
		// What is left when the machine has no complaint: the file is broken or not ours.
		return failure{key: "cmd.error.database", status: exitError}
	}
	return failure{key: "cmd.error.other", status: exitError}
}

// fail tells an error in one line and returns the exit status for it.
func (a *app) fail(err error) int {
	told := explain(err)
	args := map[string]any{"Detail": oneLine(err.Error()), "Data": a.cli.Data, "Path": a.cli.Data}
	if folder, ok := errors.AsType[*folderError](err); ok {
		args["Data"], args["Path"] = folder.dir, folder.dir
	}
	if where, ok := errors.AsType[*fs.PathError](err); ok {
		args["Path"] = where.Path
	}
	maps.Copy(args, told.args)
	var b strings.Builder
	for _, line := range told.lines {
		b.WriteString(oneLine(line) + "\n")
	}
	b.WriteString(programName + ": " + a.printer().Text(told.key, args) + "\n")
	_, _ = io.WriteString(a.err, b.String())
	return told.status
}

// oneLine returns a text with its line breaks as semicolons; an operator's log takes a line an event.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// fileFailure is an error of reading a file that the operator named: the one that the machine has with it, or the reasons
// why its content can't be read.
func (a *app) fileFailure(path string, err error) error {
	told := explain(&folderError{dir: path, cause: err})
	if told.key == "cmd.error.no_file" || told.key == "cmd.error.permission" {
		return &failure{key: told.key, status: told.status, cause: err, args: map[string]any{"Path": path}}
	}
	return &failure{key: "cmd.error.file", status: exitUsage, cause: err, args: map[string]any{
		"File": path, "Detail": a.reasons(path, err),
	}}
}

// reasons says why a file, or the files of a folder, can't be read; what has no text stays as it is.
func (a *app) reasons(path string, err error) string {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var all []string
		for _, one := range many.Unwrap() {
			all = append(all, a.reasons(path, one))
		}
		return strings.Join(all, "; ")
	}
	file, ok := errors.AsType[*programme.FileError](err)
	if !ok {
		return oneLine(strings.TrimPrefix(err.Error(), path+": "))
	}
	reason := a.printer().Text("cmd.error."+file.Code, map[string]any{
		"Sheet": file.Sheet, "Line": file.Line, "Limit": file.Limit,
	})
	if filepath.Base(file.File) != filepath.Base(path) {
		return file.File + ": " + reason
	}
	return reason
}
