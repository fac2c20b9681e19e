package bot

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"ketnghia/twinning"
)

const (
	// hookConns is how many connections Telegram may open at the same time (Bot API, setWebhook.max_connections: 1-100).
	hookConns = 40
	// hookEvery is how often Telegram is asked whether it posts here and gets through.
	hookEvery = time.Minute
	// hookLately is how long a post that failed tells of something; Telegram tries again after four minutes at most.
	hookLately = 10 * time.Minute
	// maxReason is the most letters of Telegram's reason in the log.
	maxReason = 200
)

// ErrWebhookRefused says that Telegram doesn't take the webhook's address.
var ErrWebhookRefused = errors.New("telegram refuses the address of the webhook")

// Webhook says where Telegram posts updates, instead of being polled for them.
type Webhook struct {
	// URL is the public address: https on port 443, 80, 88 or 8443 (Bot API, setWebhook). Plain http is for a sandbox on
	// loopback. Its path is the one that the handler serves.
	URL string
	// Secret comes with each post: 16 to 256 of A-Z, a-z, 0-9, _ and - (Bot API, setWebhook.secret_token, which allows
	// shorter ones too). Without one the bot makes one anew at each start, so that none has to be kept anywhere.
	Secret Token
}

// allowedUpdates are the kinds of updates that the bot asks for (Bot API, getUpdates and setWebhook).
func allowedUpdates() []string {
	return []string{"message", "edited_message", "callback_query", "my_chat_member", "chat_member"}
}

// checked returns the webhook with a secret, and its address taken apart.
func (w Webhook) checked() (Webhook, *url.URL, error) {
	where, err := url.Parse(w.URL)
	if err != nil || where.Hostname() == "" || where.User != nil || where.Fragment != "" || !postable(where) {
		return w, nil, fmt.Errorf("bot: %w", &twinning.InvalidError{Field: "webhook_url", Rule: "url"})
	}
	if w.Secret.IsZero() {
		w.Secret = NewToken(rand.Text() + rand.Text()) // 52 letters and digits, 260 bits
	}
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{16,256}$`).MatchString(w.Secret.reveal()) {
		return w, nil, fmt.Errorf("bot: %w", &twinning.InvalidError{Field: "webhook_secret", Rule: "shape"})
	}
	return w, where, nil
}

// postable says whether updates may be posted to the address: in the clear on this machine only.
func postable(where *url.URL) bool {
	host := where.Hostname()
	ip := net.ParseIP(host)
	return where.Scheme == "https" || where.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// WebhookHandler returns what takes Telegram's posts, nil for a bot that polls. It answers 503 before Run and after.
func (b *Bot) WebhookHandler() http.Handler {
	if b.hook == nil {
		return nil
	}
	return b.hook
}

// register tells Telegram how updates are to come: posted to the webhook, or no longer posted. It waits for a network.
func (b *Bot) register(ctx context.Context) error {
	if b.hook == nil && !b.o.DropWebhook {
		return nil
	}
	for failures := 1; ; failures++ {
		err := b.setHook(ctx)
		if err == nil || ctx.Err() != nil {
			return nil //nolint:nilerr // being stopped is no failure
		}
		refused, isRefusal := errors.AsType[*apiError](err)
		switch {
		case isRefusal && tokenRefused(refused):
			return fmt.Errorf("webhook: %w", ErrToken)
		case isRefusal && refused.Code == http.StatusBadRequest:
			return ErrWebhookRefused
		}
		b.o.Log.WarnContext(ctx, "webhook not set", slog.Any("error", err))
		sleep(ctx, pollPause(failures, err))
	}
}

// setHook sets the webhook, or removes it for a bot that polls. Updates that wait stay there.
func (b *Bot) setHook(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	if b.hook == nil {
		_, err := b.api.call(ctx, "deleteWebhook", struct{}{})
		return err
	}
	_, err := b.api.call(ctx, "setWebhook", struct {
		URL     string   `json:"url"`
		Secret  string   `json:"secret_token"`
		Conns   int      `json:"max_connections"`
		Allowed []string `json:"allowed_updates"`
	}{b.o.Webhook.URL, b.o.Webhook.Secret.reveal(), hookConns, allowedUpdates()})
	return err
}

// hookState is what Telegram says about the webhook (Bot API, WebhookInfo).
type hookState struct {
	URL string `json:"url"`
	// ErrorDate is in Unix seconds, 0 when every post got through.
	ErrorDate int64  `json:"last_error_date"`
	Error     string `json:"last_error_message"`
	// Pending is how many updates wait to be posted.
	Pending int `json:"pending_update_count"`
}

// stuck says whether updates wait because Telegram could not post one lately.
func (s hookState) stuck(now time.Time) bool {
	return s.Pending > 0 && now.Sub(time.Unix(s.ErrorDate, 0)) < hookLately
}

// keepHook asks Telegram from time to time whether it still posts here. A webhook that was removed is set again; one that
// somebody moved elsewhere is left to them, since two programs that take it from each other help nobody.
func (b *Bot) keepHook(ctx context.Context) {
	var lastError int64
	for failures := 0; ; {
		pause := hookEvery
		state, err := b.askHook(ctx)
		if err == nil && state.URL == "" {
			b.o.Log.ErrorContext(ctx, "webhook was removed, it is set again")
			err = b.setHook(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failures++
			pause = pollPause(failures, err)
		case state.URL != "" && state.URL != b.o.Webhook.URL:
			err = errHookElsewhere
		case state.stuck(b.o.Now()):
			failures, err = 0, errHookBlocked
			if state.ErrorDate > lastError {
				lastError = state.ErrorDate
				b.o.Log.WarnContext(ctx, "telegram could not post updates", slog.Time("at", time.Unix(lastError, 0)),
					slog.Int("pending", state.Pending), slog.String("reason", b.reason(state.Error)))
			}
		default:
			failures = 0
		}
		if b.vitals.polled(ctx, err); err == nil {
			b.vitals.took(0)
		}
		if !sleep(ctx, pause) {
			return
		}
	}
}

// What Health tells of a webhook that is not as it should be.
var (
	errHookElsewhere = errors.New("webhook: it leads elsewhere")
	errHookBlocked   = errors.New("webhook: telegram can't post to it")
)

// askHook asks how the webhook is.
func (b *Bot) askHook(ctx context.Context) (state hookState, err error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	result, err := b.api.call(ctx, "getWebhookInfo", struct{}{})
	if err != nil {
		return state, err
	}
	if err := json.Unmarshal(result, &state); err != nil {
		return state, fmt.Errorf("getWebhookInfo: %w", errBadAnswer)
	}
	return state, nil
}

// reason is what Telegram says, without what is secret, cut to what a log line takes.
func (b *Bot) reason(text string) string {
	runes := []rune(b.o.Webhook.Secret.scrub(b.o.Token.scrub(text)))
	return string(runes[:min(len(runes), maxReason)])
}
