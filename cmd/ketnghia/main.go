package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"ketnghia/locales"
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
	Lang      string `env:"KETNGHIA_LANG" default:"vi" enum:"vi,en" help:"${help_lang}"`
	Log       string `env:"KETNGHIA_LOG" default:"info" enum:"debug,info,warn,error" help:"${help_log}"`

	Sandbox sandboxCmd `cmd:"" help:"${help_sandbox}"`
	Serve   serveCmd   `cmd:"" help:"${help_serve}"`
	Import  importCmd  `cmd:"" help:"${help_import}"`
	Invite  inviteCmd  `cmd:"" help:"${help_invite}"`
	Parse   parseCmd   `cmd:"" help:"${help_parse}"`
	Remind  remindCmd  `cmd:"" help:"${help_remind}"`
	Export  exportCmd  `cmd:"" help:"${help_export}"`
}

// app is what the commands share: the outside world, as arguments.
type app struct {
	cli       cli
	catalogue *locales.Catalogue
	in        io.Reader
	out, err  io.Writer
	getenv    func(string) string
	now       func() time.Time
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	a := app{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv, now: time.Now}
	status := a.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// run does what the arguments say and returns the exit status. Whatever goes wrong is told in one line on a.err.
func (a *app) run(ctx context.Context, args []string) int {
	var err error
	if a.catalogue, err = locales.New(); err != nil {
		_, _ = io.WriteString(a.err, "ketnghia: "+err.Error()+"\n")
		return exitError
	}
	status := -1
	parser, err := kong.New(&a.cli, kong.Name("ketnghia"), kong.Description(a.printer().Text("help.ketnghia", nil)),
		kong.Writers(a.out, a.err), kong.Exit(func(code int) { status = code }), a.helpTexts(),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(a),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return a.fail(err)
	}
	kctx, err := parser.Parse(args)
	if status >= 0 {
		return status // --help was asked for and shown
	}
	if err != nil {
		return a.fail(&failure{key: "cmd.error.usage", args: map[string]any{"Detail": err.Error()}, status: exitUsage})
	}
	if err := kctx.Run(); err != nil {
		return a.fail(err)
	}
	return exitOK
}

// printer writes in the language of the settings; before they are read, in that of the environment.
func (a *app) printer() locales.Printer {
	lang := a.cli.Lang
	if lang == "" {
		lang = a.getenv("KETNGHIA_LANG")
	}
	return a.catalogue.Printer(lang)
}

// helpTexts are the help of all commands and flags, by the name of the variable in their tags.
func (a *app) helpTexts() kong.Vars {
	vars := kong.Vars{}
	for _, name := range []string{
		"data", "programme", "lang", "log", "sandbox", "serve", "import", "invite", "parse", "remind", "export",
		"listen", "at", "keep", "api_url", "file", "dry_run", "unit", "role", "name", "format", "year",
	} {
		vars["help_"+name] = a.printer().Text("cmd.help."+name, nil)
	}
	return vars
}

// say writes one text to the output, with a line break.
func (a *app) say(key string, args map[string]any) {
	_, _ = io.WriteString(a.out, a.printer().Text(key, args)+"\n")
}
