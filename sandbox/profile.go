package sandbox

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Telegram's limits of a bot's profile (setMyCommands, setMyDescription, setMyShortDescription), in characters.
const (
	maxCommands         = 100
	maxCommandText      = 256
	maxDescription      = 512
	maxShortDescription = 120
)

// BotCommand is an entry of the bot's menu.
type BotCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// profile is what the bot has set about itself; the maps are by scope and language.
type profile struct {
	commands    map[string][]BotCommand
	description map[string]string
	short       map[string]string
}

func newProfile() profile {
	return profile{commands: map[string][]BotCommand{}, description: map[string]string{}, short: map[string]string{}}
}

// getMe is a method of the Bot API.
func (s *Server) getMe(*call) (any, *apiError) {
	return map[string]any{
		"id": s.botID, "is_bot": true, "first_name": s.o.Name, "username": s.o.Username, "can_join_groups": true,
		"can_read_all_group_messages": s.o.ReadAll, "supports_inline_queries": false, "can_connect_to_business": false,
		"has_main_web_app": false,
	}, nil
}

// scopeKey is the key of commands: scope and language.
func scopeKey(p params) (string, *apiError) {
	scope := struct {
		Type   string          `json:"type"`
		ChatID json.RawMessage `json:"chat_id"`
		UserID int64           `json:"user_id"`
	}{Type: "default"}
	if raw := p.get("scope"); raw != "" {
		if json.Unmarshal([]byte(raw), &scope) != nil {
			return "", bad("can't parse BotCommandScope JSON object")
		}
	}
	lang := p.get("language_code")
	if lang != "" && !regexp.MustCompile(`^[a-z]{2,3}$`).MatchString(lang) {
		return "", bad("invalid language code specified")
	}
	return scope.Type + " " + string(scope.ChatID) + " " + strconv.FormatInt(scope.UserID, 10) + " " + lang, nil
}

// setMyCommands is a method of the Bot API.
func (s *Server) setMyCommands(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []BotCommand
	if json.Unmarshal([]byte(c.p.get("commands")), &list) != nil {
		return nil, bad("can't parse commands: expected an Array of BotCommand")
	}
	if len(list) > maxCommands {
		return nil, bad("can't set more than " + itoa(maxCommands) + " bot commands")
	}
	form := regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	for _, command := range list {
		if !form.MatchString(command.Command) {
			return nil, bad("BOT_COMMAND_INVALID")
		}
		if n := utf8.RuneCountInString(command.Description); n < 1 || n > maxCommandText {
			return nil, bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	key, err := scopeKey(c.p)
	if err != nil {
		return nil, err
	}
	s.profile.commands[key] = list
	s.touch()
	return true, nil
}

// getMyCommands is a method of the Bot API.
func (s *Server) getMyCommands(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := scopeKey(c.p)
	if err != nil {
		return nil, err
	}
	return append([]BotCommand{}, s.profile.commands[key]...), nil
}

// deleteMyCommands is a method of the Bot API.
func (s *Server) deleteMyCommands(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := scopeKey(c.p)
	if err != nil {
		return nil, err
	}
	delete(s.profile.commands, key)
	s.touch()
	return true, nil
}

// Commands is the menu that a phone shows in the chat: of the narrowest scope that the bot has set, without regard to
// language unless only a language's own list is set.
func (s *Server) Commands(chatID int64) []BotCommand {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commandsFor(chatID)
}

func (s *Server) commandsFor(chatID int64) []BotCommand {
	scopes := []string{"chat " + strconv.FormatInt(chatID, 10) + " 0", "all_private_chats  0", "default  0"}
	if c := s.chats[chatID]; c != nil && c.kind != kindPrivate {
		scopes[1] = "all_group_chats  0"
	}
	for _, scope := range scopes {
		for _, lang := range []string{"vi", ""} {
			if list := s.profile.commands[scope+" "+lang]; len(list) > 0 {
				return slices.Clone(list)
			}
		}
	}
	return nil
}

// Description is the text that an empty chat with the bot shows.
func (s *Server) Description() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.description()
}

func (s *Server) description() string {
	if text := s.profile.description["vi"]; text != "" {
		return text
	}
	return s.profile.description[""]
}

// setMyDescription is a method of the Bot API.
func (s *Server) setMyDescription(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.describe(c, s.profile.description, "description", maxDescription)
}

// setMyShortDescription is a method of the Bot API.
func (s *Server) setMyShortDescription(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.describe(c, s.profile.short, "short_description", maxShortDescription)
}

func (s *Server) describe(c *call, texts map[string]string, field string, limit int) (any, *apiError) {
	if utf8.RuneCountInString(c.p.get(field)) > limit {
		return nil, bad("BOT_DESCRIPTION_TOO_LONG")
	}
	texts[c.p.get("language_code")] = c.p.get(field)
	s.touch()
	return true, nil
}
