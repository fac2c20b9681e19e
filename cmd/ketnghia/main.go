package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"ketnghia/locales"
	"ketnghia/programme"
	"ketnghia/store"
)

// The exit statuses: something went wrong while working, or the call itself was wrong (words, settings, files).
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

// cli is the command line; DESIGN §6 of the project describes each command. Help texts come from locales by kong's
// variables.
type cli struct {
	Data      string `env:"KETNGHIA_DATA" default:"./data" placeholder:"DIR" help:"${help_data}"`
	Programme string `env:"KETNGHIA_PROGRAMME" placeholder:"FILE" help:"${help_programme}"`
	Lang      string `env:"KETNGHIA_LANG" default:"vi" enum:"vi,en" placeholder:"LANG" help:"${help_lang}"`
	Log       string `env:"KETNGHIA_LOG" default:"auto" enum:"auto,debug,info,warn,error" placeholder:"LEVEL" help:"${help_log}"`

	Sandbox sandboxCmd `cmd:"" help:"${help_sandbox}"`
	Serve   serveCmd   `cmd:"" help:"${help_serve}"`
	Import  importCmd  `cmd:"" help:"${help_import}"`
	Invite  inviteCmd  `cmd:"" help:"${help_invite}"`
	Parse   parseCmd   `cmd:"" help:"${help_parse}"`
	Remind  remindCmd  `cmd:"" help:"${help_remind}"`
	Export  exportCmd  `cmd:"" help:"${help_export}"`
	Report  reportCmd  `cmd:"" help:"${help_report}"`
	Backup  backupCmd  `cmd:"" help:"${help_backup}"`
	Restore restoreCmd `cmd:"" help:"${help_restore}"`
	Doctor  doctorCmd  `cmd:"" help:"${help_doctor}"`
}

// app is what the commands share: the outside world, as arguments.
type app struct {
	cli       cli
	catalogue *locales.Catalogue
	in        io.Reader
	out, err  io.Writer
	getenv    func(string) string
	now       func() time.Time
	// lang is the language of the settings, known before the command line is parsed.
	lang string
	// command is the command's name when another process that has the books may do it; roster is the one that it has read.
	command string
	roster  *programme.RosterFiles
	// task is set where this is that process: the command then works on its books, for a client.
	task *task
	// sick says that the doctor found something broken and has told it.
	sick bool
	// unwritten is why something that a command had to say could not be written.
	unwritten error
	// altered is told of records that were changed in place; only tests set it (store.Options.Altered).
	altered func(key string)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	forgetEmpty()
	a := app{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv, now: time.Now}
	status := a.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// forgetEmpty takes settings that are there but empty, as service managers write them, for absent.
func forgetEmpty() {
	for _, setting := range os.Environ() {
		name, value, _ := strings.Cut(setting, "=")
		if value == "" && (strings.HasPrefix(name, "KETNGHIA_") || strings.HasPrefix(name, "TELEGRAM_")) {
			_ = os.Unsetenv(name) // fails for impossible names only
		}
	}
}

// run does what the arguments say and returns the exit status. Whatever goes wrong is told in one line on a.err.
func (a *app) run(ctx context.Context, args []string) int {
	var err error
	if a.catalogue, err = locales.New(); err != nil {
		_, _ = io.WriteString(a.err, programName+": "+err.Error()+"\n")
		return exitError
	}
	a.lang = langOf(args, a.getenv)
	status := -1
	parser, err := kong.New(&a.cli, kong.Name(programName), kong.Description(a.text("help.ketnghia")),
		kong.Writers(a.out, a.err), kong.Exit(func(code int) { status = code }), a.helpTexts(),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(a), kong.Help(a.help))
	if err != nil {
		return a.fail(err)
	}
	parser.Model.HelpFlag.Help = a.text("cmd.help.help")
	kctx, err := parser.Parse(args)
	if status >= 0 {
		return status // --help was asked for and shown
	}
	if err != nil {
		return a.misused(err)
	}
	if command, _ := a.cli.shared(kctx.Selected().Name); command != nil {
		a.command = kctx.Selected().Name
	}
	err = kctx.Run()
	if a.command != "" && errors.Is(err, store.ErrLocked) {
		err = kctx.Run() // perhaps another command was just at it, or a bot that starts and can be reached now
	}
	if elsewhere, ok := errors.AsType[*handover](err); ok {
		return a.hand(ctx, elsewhere)
	}
	if err := errors.Join(err, a.unwritten); err != nil {
		return a.fail(err)
	}
	return a.health()
}

// health is the exit status of a command that has done what it should.
func (a *app) health() int {
	if a.sick {
		return exitError
	}
	return exitOK
}

// langOf finds the language of the settings before they are parsed, since the help is made first.
func langOf(args []string, getenv func(string) string) string {
	const flag = "--lang"
	lang := getenv("KETNGHIA_LANG")
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, flag+"="); ok {
			lang = value
		} else if arg == flag && i+1 < len(args) {
			lang = args[i+1]
		}
	}
	return lang
}

// printer writes in the language of the settings, in Vietnamese where that isn't known.
func (a *app) printer() locales.Printer { return a.catalogue.Printer(a.lang) }

// text returns a text without arguments.
func (a *app) text(key string) string { return a.printer().Text(key, nil) }

// say writes one text to the output, with a line break.
func (a *app) say(key string, args map[string]any) { a.print("%s\n", a.printer().Text(key, args)) }

// print writes to the output. What can't be written is told when the command ends.
func (a *app) print(format string, args ...any) {
	if _, err := fmt.Fprintf(a.out, format, args...); err != nil && a.unwritten == nil {
		a.unwritten = unwritten(err)
	}
}

// unwritten is the failure to write what was asked for.
func unwritten(err error) error {
	return &failure{key: "cmd.error.output", status: exitError, cause: err}
}
