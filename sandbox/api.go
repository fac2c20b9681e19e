package sandbox

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// apiError is a refusal of the Bot API.
type apiError struct {
	code        int
	description string
	retryAfter  int
	migrateTo   int64
}

func fail(code int, description string) *apiError {
	return &apiError{code: code, description: description}
}

// bad is the common refusal: 400 with the text after "Bad Request: ".
func bad(text string) *apiError { return fail(http.StatusBadRequest, "Bad Request: "+text) }

// call is one request of the bot, its body read and checked.
type call struct {
	ctx    context.Context
	method string
	p      params
}

// method serves one method of the Bot API. It takes the server's lock itself.
type method func(*Server, *call) (any, *apiError)

// methodTable maps lower-case method names, for the Bot API doesn't mind their case.
func methodTable() map[string]method {
	return map[string]method{
		"getme":                  (*Server).getMe,
		"getupdates":             (*Server).getUpdates,
		"setwebhook":             (*Server).setWebhook,
		"deletewebhook":          (*Server).deleteWebhook,
		"getwebhookinfo":         (*Server).getWebhookInfo,
		"sendmessage":            (*Server).sendMessage,
		"copymessage":            (*Server).copyMessage,
		"forwardmessage":         (*Server).forwardMessage,
		"sendphoto":              (*Server).sendPhoto,
		"senddocument":           (*Server).sendDocument,
		"sendmediagroup":         (*Server).sendMediaGroup,
		"sendchataction":         (*Server).sendChatAction,
		"editmessagetext":        (*Server).editMessageText,
		"editmessagecaption":     (*Server).editMessageCaption,
		"editmessagereplymarkup": (*Server).editMessageReplyMarkup,
		"deletemessage":          (*Server).deleteMessage,
		"setmessagereaction":     (*Server).setMessageReaction,
		"answercallbackquery":    (*Server).answerCallbackQuery,
		"getfile":                (*Server).getFile,
		"setmycommands":          (*Server).setMyCommands,
		"getmycommands":          (*Server).getMyCommands,
		"deletemycommands":       (*Server).deleteMyCommands,
		"setmydescription":       (*Server).setMyDescription,
		"setmyshortdescription":  (*Server).setMyShortDescription,
		"getchat":                (*Server).getChat,
		"getchatmember":          (*Server).getChatMember,
		"getchatadministrators":  (*Server).getChatAdministrators,
		"getchatmembercount":     (*Server).getChatMemberCount,
		"leavechat":              (*Server).leaveChat,
	}
}

// API serves the Bot API: /bot<token>/<method> and /file/bot<token>/<path>. Serve it on loopback.
func (s *Server) API() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if rest, ok := strings.CutPrefix(path, "/file/bot"); ok {
			s.download(w, r, rest)
			return
		}
		rest, ok := strings.CutPrefix(path, "/bot")
		token, name, found := strings.Cut(rest, "/")
		switch {
		case !ok || !found || strings.Contains(name, "/"):
			s.refuse(w, "", fail(http.StatusNotFound, "Not Found"))
		case token != s.o.Token:
			s.refuse(w, "", fail(http.StatusUnauthorized, "Unauthorized"))
		default:
			s.serve(w, r, strings.ToLower(name))
		}
	})
}

// serve runs one method: faults, shape, then the method itself.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, name string) {
	run := s.methods[name]
	if run == nil {
		s.refuse(w, name, fail(http.StatusNotFound, "Not Found"))
		return
	}
	if s.isClosed() {
		s.refuse(w, name, fail(http.StatusBadGateway, "Bad Gateway"))
		return
	}
	p, err := readParams(w, r)
	if err != nil {
		s.refuse(w, name, err)
		return
	}
	fault := s.faultFor(name, p.chatID())
	if fault != nil && !s.before(w, r, name, fault) {
		return
	}
	if err := s.spec.check(name, p); err != nil {
		s.refuse(w, name, err)
		return
	}
	c := &call{ctx: r.Context(), method: name, p: p}
	result, err := run(s, c)
	if fault != nil {
		s.after(w, c, fault, result, err != nil)
	}
	if err != nil {
		s.refuse(w, name, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"ok": true, "result": result})
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// refuse writes the error as the Bot API does.
func (s *Server) refuse(w http.ResponseWriter, name string, e *apiError) {
	s.o.Log.Info("call refused", "method", name, "code", e.code, "description", e.description)
	body := map[string]any{"ok": false, "error_code": e.code, "description": e.description}
	params := map[string]any{}
	if e.retryAfter > 0 {
		params["retry_after"] = e.retryAfter
	}
	if e.migrateTo != 0 {
		params["migrate_to_chat_id"] = e.migrateTo
	}
	if len(params) > 0 {
		body["parameters"] = params
	}
	writeJSON(w, e.code, body)
}

func writeJSON(w http.ResponseWriter, code int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(raw) // the client is gone; nobody is left to tell
}
