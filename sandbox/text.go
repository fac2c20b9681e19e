package sandbox

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// textFields names the parameters of a text or a caption.
type textFields struct {
	text, entities string
	limit          int
	tooLong        string
}

func messageText() textFields {
	return textFields{text: "text", entities: "entities", limit: maxText, tooLong: "message is too long"}
}

func captionText() textFields {
	return textFields{text: "caption", entities: "caption_entities", limit: maxCaption, tooLong: "message caption is too long"}
}

// readText reads text, parse mode and entities of a call into a plain text with entities.
func readText(values map[string]string, f textFields) (string, []Entity, *apiError) {
	return parseText(values[f.text], values["parse_mode"], values[f.entities], f)
}

func parseText(raw, mode, given string, f textFields) (string, []Entity, *apiError) {
	if !validUTF8(raw) {
		return "", nil, bad("strings must be encoded in UTF-8")
	}
	text, entities := raw, []Entity(nil)
	switch strings.ToLower(mode) {
	case "html":
		var err error
		if text, entities, err = parseHTML(raw); err != nil {
			return "", nil, bad("can't parse entities: " + upperFirst(reason(err)))
		}
	case "markdown", "markdownv2":
		return "", nil, bad("can't parse entities: the sandbox reads parse_mode HTML only, not " + mode)
	case "":
		if given != "" {
			if err := json.Unmarshal([]byte(given), &entities); err != nil {
				return "", nil, bad("can't parse entities JSON object")
			}
			if err := checkEntities(text, entities); err != nil {
				return "", nil, err
			}
		}
	default:
		return "", nil, bad("unsupported parse_mode")
	}
	text, entities = trimText(text, entities)
	if utf16Len(text) > f.limit {
		return "", nil, bad(f.tooLong)
	}
	return text, withDetected(text, entities), nil
}

// reason is an error's text without the sentinel that it wraps.
func reason(err error) string {
	return strings.TrimSuffix(err.Error(), ": "+ErrInvalid.Error())
}

func upperFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func validUTF8(text string) bool { return strings.ToValidUTF8(text, "") == text }

// checkEntities refuses entities that don't lie in the text.
func checkEntities(text string, entities []Entity) *apiError {
	n := utf16Len(text)
	for _, e := range entities {
		if e.Offset < 0 || e.Length <= 0 || e.end() > n {
			return bad("entity beginning at UTF-16 offset " + itoa(e.Offset) + " ends after the end of the text at UTF-16 offset " + itoa(e.end()))
		}
		if !slices.Contains(entityTypes(), e.Type) {
			return bad("can't parse MessageEntity: Unsupported type specified")
		}
	}
	return nil
}

func entityTypes() []string {
	return []string{
		"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
		"strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
		"custom_emoji", "date_time",
	}
}

// trimText takes spaces off both ends, as Telegram does, and moves the entities along.
func trimText(text string, entities []Entity) (string, []Entity) {
	left := strings.TrimLeftFunc(text, unicode.IsSpace)
	cut := utf16Len(text[:len(text)-len(left)])
	out := strings.TrimRightFunc(left, unicode.IsSpace)
	n := utf16Len(out)
	var kept []Entity
	for _, e := range entities {
		from, to := max(0, e.Offset-cut), min(n, e.end()-cut)
		if from < to {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	return out, kept
}
