package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"
)

// programName is how the program calls itself.
const programName = "ketnghia"

// helpWidth is the width of the help in characters: that of a terminal that nobody has widened.
const helpWidth = 80

// helpTexts are the help of all commands and flags, by the name of the variable in their tags.
func (a *app) helpTexts() kong.Vars {
	vars := kong.Vars{}
	for _, name := range []string{
		"data", "programme", "lang", "log", "sandbox", "serve", "import", "invite", "parse", "remind", "export",
		"listen", "start", "at", "keep", "faults", "api_url", "file", "dry_run", "unit", "role", "name", "format", "year",
		"output", "doctor", "doctor_json", "report", "report_year", "report_unit", "out", "sealed", "backup", "backup_file", "backup_recipient",
		"backup_dir", "backup_identity", "backup_at", "backup_chat", "force", "restore", "restore_file", "identity", "check",
		"health", "webhook_url", "webhook_listen", "drop_webhook",
	} {
		vars["help_"+name] = a.text("cmd.help." + name)
	}
	return vars
}

// example is a call of the command as one would type it.
func example(command string) string {
	switch command {
	case "sandbox":
		return "ketnghia sandbox --listen 127.0.0.1:8081 --at 2027-02-24T08:00:00+07:00"
	case "serve":
		return "TELEGRAM_BOT_TOKEN=… ketnghia serve --data /var/lib/ketnghia"
	case "import":
		return "ketnghia import danh-sach.xlsx --dry-run"
	case "invite":
		return "ketnghia invite \"Sở Y tế\" --role lead"
	case "parse":
		return "echo '{\"text\":\"hôm qua tặng 45 suất quà\",\"ref_date\":\"2027-02-26\"}' | ketnghia parse"
	case "remind":
		return "ketnghia remind --at 2027-02-26T09:00:00+07:00"
	case "export":
		return "ketnghia export --format xlsx --year 2027 -o 2027.xlsx"
	case "doctor":
		return "ketnghia doctor --data /var/lib/ketnghia"
	case "report":
		return "ketnghia report --year 2027 --unit W20437 -o bao-cao-2027"
	case "backup":
		return "ketnghia backup --backup-recipient age1… /mnt/usb/ketnghia-2027-02-26"
	case "restore":
		return "ketnghia restore /mnt/usb/ketnghia-2027-02-26.ketnghia.zst.age --identity khoa.txt"
	}
	return ""
}

// help prints the help of the program or of the command that the line names. kong's own printer knows English only.
func (a *app) help(_ kong.HelpOptions, ctx *kong.Context) error {
	var p page
	node := ctx.Selected()
	if node == nil {
		node = ctx.Model.Node
	}
	p.paragraph(node.Help)
	p.line("")
	p.line(a.text("cmd.usage.title") + " " + a.usage(ctx.Model, node))
	if len(node.Children) > 0 {
		p.section(a.text("cmd.usage.commands"))
		for _, c := range node.Children {
			p.row(c.Name, c.Help)
		}
	}
	if len(node.Positional) > 0 {
		p.section(a.text("cmd.usage.arguments"))
		for _, v := range node.Positional {
			p.row("<"+v.Name+">", v.Help)
		}
	}
	p.section(a.text("cmd.usage.flags"))
	for _, f := range node.Flags {
		p.row(a.flag(f))
	}
	if node != ctx.Model.Node {
		for _, f := range ctx.Model.Flags {
			p.row(a.flag(f))
		}
		p.section(a.text("cmd.usage.example"))
		p.line("  " + example(node.Name))
	} else {
		p.line("")
		p.line(a.printer().Text("cmd.usage.more", map[string]any{"Command": programName}))
	}
	if _, err := fmt.Fprint(ctx.Stdout, p.String()); err != nil {
		return unwritten(err)
	}
	return nil
}

// shortHelp is what a call without a command gets.
func (a *app) shortHelp(model *kong.Application) string {
	var p page
	p.line(a.text("cmd.usage.title") + " " + a.usage(model, model.Node))
	p.section(a.text("cmd.usage.commands"))
	for _, c := range model.Children {
		p.row(c.Name, c.Help)
	}
	p.line("")
	p.line(a.printer().Text("cmd.usage.more", map[string]any{"Command": programName}))
	return p.String()
}

// usage is the form of a call: "ketnghia invite <unit> [flags]".
func (a *app) usage(model *kong.Application, node *kong.Node) string {
	words := []string{programName}
	if node == model.Node {
		words = append(words, a.text("cmd.usage.command"))
	} else {
		words = append(words, node.Name)
	}
	for _, v := range node.Positional {
		words = append(words, "<"+v.Name+">")
	}
	return strings.Join(append(words, a.text("cmd.usage.options")), " ")
}

// flag returns a flag and its help with its default and the variable of the environment.
func (a *app) flag(f *kong.Flag) (left, right string) {
	left = "--" + f.Name
	if f.Short != 0 {
		left = "-" + string(f.Short) + ", " + left
	}
	if !f.IsBool() {
		left += " " + strings.ToUpper(strings.Trim(f.FormatPlaceHolder(), `"`))
	}
	var notes []string
	if f.HasDefault {
		notes = append(notes, a.printer().Text("cmd.usage.default", map[string]any{"Text": f.Default}))
	}
	for _, env := range f.Tag.Envs {
		notes = append(notes, "$"+env)
	}
	if len(notes) > 0 {
		return left, strings.TrimSuffix(f.Help, ".") + " (" + strings.Join(notes, "; ") + ")."
	}
	return left, f.Help
}

// page is text that is set in lines of helpWidth.
type page struct{ strings.Builder }

// column is where the explanations of rows begin; a longer term gets a line of its own.
const column = 26

func (p *page) line(text string) { _, _ = p.WriteString(strings.TrimRight(text, " ") + "\n") }

func (p *page) section(title string) { p.line("\n" + title) }

func (p *page) paragraph(text string) {
	for _, l := range wrap(text, helpWidth) {
		p.line(l)
	}
}

func (p *page) row(term, text string) {
	lines := wrap(text, helpWidth-column)
	head := "  " + term
	if n := utf8.RuneCountInString(head); n+2 > column {
		p.line(head)
		head = ""
	}
	for _, l := range lines {
		p.line(head + strings.Repeat(" ", column-utf8.RuneCountInString(head)) + l)
		head = ""
	}
}

// wrap breaks a text between words into lines of at most so many characters, which longer words exceed.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return append(lines, line)
}
