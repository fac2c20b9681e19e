package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"sync"
	"time"

	"ketnghia/ledger"
)

const (
	// hookSecret is the header that proves that a post comes from Telegram (Bot API, setWebhook.secret_token).
	hookSecret = "X-Telegram-Bot-Api-Secret-Token" //nolint:gosec // the name of a header
	// hookBody bounds a post in bytes. An update holds one message, whose text has 4096 characters at most.
	hookBody = 1 << 20
	// hookBatch is the most posts that share a transaction.
	hookBatch = 100
	// hookWait is how long a post waits for its turn to be stored. Telegram waits for a minute.
	hookWait = 20 * time.Second
	// hookAgain is in how many seconds Telegram shall come again after a 503; without it, it waits ever longer.
	hookAgain = "5"
	// hookQuiet is how long posts that were refused are counted before the log tells of them again.
	hookQuiet = time.Minute
)

// What becomes of a post, as Observer.Posted names it.
const (
	PostStored    = "stored"
	PostSkipped   = "skipped"    // no update_id: nothing can be done with it, so it is not asked for again
	PostSecret    = "bad_secret" // without the secret, or with a wrong one
	PostRequest   = "bad_request"
	PostTooLarge  = "too_large"
	PostNotStored = "not_stored" // the store can't, or the bot is being stopped; Telegram posts it again
)

// hook takes the updates that Telegram posts. A post is answered with 200 only after it was stored. Posts that come while
// the store is busy share the next transaction. What was posted before, since an answer got lost, changes nothing.
//
// Telegram posts the next update of a chat only after the one before was taken: its published server does so
// (tdlib/telegram-bot-api, WebhookActor), though the documentation does not promise it. So the order of arrival is the
// order of each chat also with several connections. An answer other than 200 makes that chat wait, for up to a day, which
// is right for a store that can't and for what a proxy mangled, and wrong for an update that nobody will ever
// understand.
type hook struct {
	ledger *ledger.Ledger
	now    func() time.Time
	log    *slog.Logger
	// stored rings after posts were committed.
	stored signal
	vitals *vitals
	// path is the one path that is served; proof is the hash of the secret.
	path  string
	proof [sha256.Size]byte
	tell  func(outcome string)

	posts chan post
	// closed is closed when posts are no longer stored.
	closed chan struct{}
	quiet  quiet
}

// post is an update that waits to be stored, and where to say what came of it.
type post struct {
	update ledger.Update
	stored chan<- error
}

var errHookClosed = errors.New("webhook: the bot is being stopped")

func (b *Bot) newHook(where *url.URL) *hook {
	return &hook{
		ledger: b.o.Ledger, now: b.o.Now, log: b.o.Log, stored: b.stored, vitals: b.vitals,
		path: cmp.Or(where.Path, "/"), proof: sha256.Sum256([]byte(b.o.Webhook.Secret.reveal())),
		tell: b.o.Observer.Posted, posts: make(chan post), closed: make(chan struct{}),
		quiet: quiet{steady: b.o.Steady, counts: map[string]int{}, until: map[string]time.Time{}},
	}
}

// ServeHTTP takes one post. Its answers have no body: Telegram would take one for a call of its methods.
func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != h.path {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	outcome, status := h.take(w, r)
	h.tell(outcome)
	switch status {
	case http.StatusOK:
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", hookAgain)
	default:
		h.refused(r.Context(), outcome)
		w.Header().Set("Connection", "close") // what else the client sends is not waited for
	}
	w.WriteHeader(status)
}

// take checks a post and has it stored. The secret is looked at before anything of the body is read.
func (h *hook) take(w http.ResponseWriter, r *http.Request) (outcome string, status int) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return PostRequest, http.StatusMethodNotAllowed
	}
	if !h.proven(r) {
		return PostSecret, http.StatusUnauthorized
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return PostRequest, http.StatusUnsupportedMediaType
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, hookBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return PostTooLarge, http.StatusRequestEntityTooLarge
	}
	// What was cut off on its way, or is no JSON at all, may arrive whole the next time.
	if err != nil || !json.Valid(raw) {
		return PostRequest, http.StatusBadRequest
	}
	id, ok := updateID(raw)
	if !ok {
		h.log.WarnContext(r.Context(), "update skipped: no update_id", slog.Int("bytes", len(raw)))
		return PostSkipped, http.StatusOK
	}
	if err := h.store(r.Context(), ledger.Update{ID: id, Raw: raw}); err != nil {
		return PostNotStored, http.StatusServiceUnavailable
	}
	return PostStored, http.StatusOK
}

// proven says whether the post has the secret. Hashes are compared, so that neither its letters nor its length show in
// the time that it takes.
func (h *hook) proven(r *http.Request) bool {
	given := sha256.Sum256([]byte(r.Header.Get(hookSecret)))
	return subtle.ConstantTimeCompare(given[:], h.proof[:]) == 1
}

// store hands an update over and waits until it is committed. One that was handed over is stored whether or not its
// sender still waits.
func (h *hook) store(ctx context.Context, u ledger.Update) error {
	stored := make(chan error, 1)
	patience := time.NewTimer(hookWait)
	defer patience.Stop()
	select {
	case h.posts <- post{update: u, stored: stored}:
	case <-h.closed:
		return errHookClosed
	case <-ctx.Done():
		return ctx.Err()
	case <-patience.C:
		return context.DeadlineExceeded
	}
	return <-stored
}

// run stores what is posted until the context ends.
func (h *hook) run(ctx context.Context) {
	defer close(h.closed)
	for {
		select {
		case p := <-h.posts:
			h.commit(context.WithoutCancel(ctx), h.gather(p))
		case <-ctx.Done():
			return
		}
	}
}

// gather adds the posts that wait already.
func (h *hook) gather(first post) []post {
	batch := []post{first}
	for len(batch) < hookBatch {
		select {
		case p := <-h.posts:
			batch = append(batch, p)
		default:
			return batch
		}
	}
	return batch
}

// commit stores the posts in one transaction and tells each what came of it. The offset becomes 0: a bot that polls again
// begins with what Telegram has not got rid of, and passes over nothing that was posted but not stored.
func (h *hook) commit(ctx context.Context, batch []post) {
	updates := make([]ledger.Update, len(batch))
	for i, p := range batch {
		updates[i] = p.update
	}
	err := h.ledger.Update(ctx, h.now(), func(w *ledger.Work) error { return w.Receive(updates, 0) })
	h.vitals.stored(ctx, partPoll, err)
	if err == nil {
		h.vitals.took(len(batch))
		h.stored.ring()
	}
	for _, p := range batch {
		p.stored <- err
	}
}

// refused logs posts that were turned away, once in hookQuiet for each reason, so that nobody fills the log.
func (h *hook) refused(ctx context.Context, outcome string) {
	if n := h.quiet.count(outcome, 1); n > 0 {
		h.log.WarnContext(ctx, "webhook posts refused", slog.String("reason", outcome), slog.Int("count", n))
	}
}

// quiet counts what would otherwise be said too often.
type quiet struct {
	steady func() time.Time

	mu     sync.Mutex
	counts map[string]int
	until  map[string]time.Time
}

// count adds n and returns how many of the kind are to be told now, 0 while it is to be quiet.
func (q *quiet) count(kind string, n int) int {
	now := q.steady()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.counts[kind] += n
	if now.Before(q.until[kind]) {
		return 0
	}
	q.until[kind] = now.Add(hookQuiet)
	n, q.counts[kind] = q.counts[kind], 0
	return n
}

// updateID reads the id of an update.
func updateID(raw json.RawMessage) (int64, bool) {
	var head struct {
		ID *int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &head); err != nil || head.ID == nil {
		return 0, false
	}
	return *head.ID, true
}
