package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Account is what Telegram says about the bot.
type Account struct {
	Username string
	// ReadsGroups says that privacy mode is off: the bot sees all messages of its groups, and not only commands, replies
	// to it and mentions (Bot API, User.can_read_all_group_messages).
	ReadsGroups bool
	// Webhook is where updates are posted, "" when they wait to be polled; Pending is how many wait.
	Webhook string
	Pending int
	// Here says that they are posted to this bot's own webhook, which it was given.
	Here bool
	// Clock is the time of the server that answered, to the second; the zero time when it didn't say.
	Clock time.Time
}

// Account asks Telegram about the bot. The error is ErrToken or ErrUnreachable.
func (b *Bot) Account(ctx context.Context) (Account, error) {
	var me struct {
		Username    string `json:"username"`
		ReadsGroups bool   `json:"can_read_all_group_messages"`
	}
	head, err := b.asked(ctx, "getMe", &me)
	if err != nil {
		return Account{}, err
	}
	var hook hookState
	if err := b.ask(ctx, "getWebhookInfo", &hook); err != nil {
		return Account{}, err
	}
	a := Account{Username: me.Username, ReadsGroups: me.ReadsGroups, Webhook: hook.URL, Pending: hook.Pending}
	a.Here = b.o.Webhook != nil && b.o.Webhook.URL == hook.URL
	if clock, err := http.ParseTime(head.Get("Date")); err == nil {
		a.Clock = clock
	}
	return a, nil
}

// asked is ask with the head of the answer.
func (b *Bot) asked(ctx context.Context, method string, into any) (http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	address := b.api.base + "/bot" + b.api.token.reveal() + "/" + method
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		return nil, b.api.clean(method, err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := b.api.Do(req)
	var refused *apiError
	switch {
	case errors.As(err, &refused) && tokenRefused(refused):
		return nil, fmt.Errorf("%s: %w", method, ErrToken)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer func() { _ = resp.Body.Close() }()
	var a answer[json.RawMessage]
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || a.Result == nil || json.Unmarshal(*a.Result, into) != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrUnreachable, method, errBadAnswer)
	}
	return resp.Header, nil
}
