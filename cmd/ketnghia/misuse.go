package main

import (
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// misuse is an error of kong in its words, and the text that says it in ours: the groups of the words are Name, Value
// and Allowed in the order that is given.
type misuse struct {
	words string
	key   string
	args  []string
}

// misuses are the errors that a wrong command line can have; kong tells them by their words only.
func misuses() []misuse {
	return []misuse{
		{`^unexpected argument (.*?)(?:, did you mean (?:one of )?(.*)\?)?$`, "cmd.usage.unknown_argument", []string{"Name", "Allowed"}},
		{`^unknown flag (\S+?)(?:, did you mean (?:one of )?(.*)\?)?$`, "cmd.usage.unknown_flag", []string{"Name", "Allowed"}},
		{`^missing flags?: (.*)$`, "cmd.usage.missing_flags", []string{"Name"}},
		{`^expected "(.*)"$`, "cmd.usage.missing_argument", []string{"Name"}},
		{`^(--[a-z-]+) must be one of (.*) but got "(.*)"$`, "cmd.usage.not_allowed", []string{"Name", "Allowed", "Value"}},
		{`^(--[a-z-]+): expected \w+ value but got "EOL"`, "cmd.usage.missing_value", []string{"Name"}},
		{`^(--[a-z-]+): expected \w+ value but got "(.*?)" \(`, "cmd.usage.missing_value", []string{"Name"}},
		{`^(--[a-z-]+): expected a valid \d+ bit int but got "(.*)"`, "cmd.usage.not_number", []string{"Name", "Value"}},
	}
}

// misused tells what is wrong with the command line; a call without a command gets the short help.
func (a *app) misused(err error) int {
	if _, own := errors.AsType[*failure](err); own {
		return a.fail(err) // the help could not be written
	}
	command := programName
	if parse, ok := errors.AsType[*kong.ParseError](err); ok && parse.Context != nil {
		node := parse.Context.Selected()
		if node == nil && strings.HasPrefix(err.Error(), "expected one of") {
			_, _ = io.WriteString(a.err, a.shortHelp(parse.Context.Model))
			return exitUsage
		}
		if node != nil {
			command += " " + node.Name
		}
	}
	return a.fail(&failure{key: "cmd.error.usage", status: exitUsage, args: map[string]any{
		"Detail": a.misuse(err.Error()), "Command": command,
	}})
}

// misuse says an error of kong in the language of the settings; one that it doesn't know stays as it is.
func (a *app) misuse(words string) string {
	for _, m := range misuses() {
		found := regexp.MustCompile(m.words).FindStringSubmatch(words)
		if found == nil {
			continue
		}
		args := map[string]any{"Allowed": ""}
		for i, name := range m.args {
			args[name] = found[i+1]
			if name == "Allowed" {
				args[name] = strings.Join(strings.Split(strings.ReplaceAll(found[i+1], `"`, ""), ","), ", ")
			}
		}
		return a.printer().Text(m.key, args)
	}
	return words
}
