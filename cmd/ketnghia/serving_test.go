package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ketnghia/sandbox"
)

// serving is "ketnghia serve" running in this process against a sandbox server.
type serving struct {
	t        *testing.T
	server   *sandbox.Server
	api      string
	dir      string
	out, log *output
	env      map[string]string
	stop     func()
}

// output is what a program writes, for others to read meanwhile.
type output struct {
	mu      sync.Mutex
	b       bytes.Buffer
	changed chan struct{}
}

func newOutput() *output { return &output{changed: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// await waits until the output holds what the pattern says, and returns its groups.
func (o *output) await(t *testing.T, pattern string) []string {
	t.Helper()
	late := time.After(patience)
	for {
		o.mu.Lock()
		changed := o.changed
		found := regexp.MustCompile(pattern).FindStringSubmatch(o.b.String())
		o.mu.Unlock()
		if found != nil {
			return found
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("no %q in:\n%s", pattern, o)
		}
	}
}

// newServing prepares a server and a data folder; nothing runs yet.
func newServing(t *testing.T) *serving {
	t.Helper()
	server, err := sandbox.New(sandbox.Options{
		Token: sandboxToken, Username: "ketnghia_bot", Now: time.Now, WebhookRetry: 10 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server.API())
	t.Cleanup(func() { server.Close(); web.CloseClientConnections(); web.Close() })
	return &serving{
		t: t, server: server, api: web.URL, dir: t.TempDir(), env: map[string]string{"TELEGRAM_BOT_TOKEN": sandboxToken},
	}
}

// start runs "serve" with these flags more until stop or the end of the test.
func (s *serving) start(flags ...string) {
	s.t.Helper()
	a := newApp(s.t, time.Now)
	s.out, s.log = newOutput(), newOutput()
	a.out, a.err = s.out, s.log
	a.getenv = func(name string) string { return s.env[name] }
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.t.Context()))
	done := make(chan int, 1)
	go func() {
		done <- a.run(ctx, append([]string{"serve", "--data", s.dir, "--telegram-api-url", s.api, "--log", "debug"}, flags...))
	}()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if status := <-done; status != exitOK {
			s.t.Errorf("serve ended with %d:\n%s", status, s.log)
		}
	})
	s.t.Cleanup(s.stop)
}

// address is where the program listens for that.
func (s *serving) address(what string) string {
	s.t.Helper()
	return s.log.await(s.t, `"msg":"listening","for":"`+what+`","address":"([^"]+)"`)[1]
}

// get returns the answer to a path of the health server.
func (s *serving) get(path string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://"+s.address("health")+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// says writes to the bot and waits for an answer with the words.
func (s *serving) says(person int64, text, answer string) {
	s.t.Helper()
	since := s.server.Version()
	if _, err := s.server.Say(person, person, text); err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	_, err := s.server.WaitSince(ctx, person, since, func(m sandbox.Message) bool {
		return m.FromBot && strings.Contains(m.Text, answer)
	})
	if err != nil {
		s.t.Fatalf("waiting for %q: %v\n%s", answer, err, s.log)
	}
}

// enters brings the first coordinator in.
func (s *serving) enters(id int64, first, last string) {
	s.t.Helper()
	code := s.out.await(s.t, `https://t\.me/ketnghia_bot\?start=(\S+)`)[1]
	s.server.AddPerson(sandbox.Person{ID: id, FirstName: first, LastName: last, Lang: "vi"})
	s.says(id, "/start "+code, "Chào")
}

// secrets are what neither the log nor any page for programs may hold.
func secrets() []string {
	return []string{
		"Zuraida", "Alăng", "76543219", "Pà Tôi", "xin chào", "đồng bào", sandboxToken, "SANDBOX-TOKEN", "whsec",
	}
}

// TestServeIsWatched runs a conversation and reads what programs can read: it says how the bot is and nothing of whom it
// speaks with; each line of the log is JSON with a constant message.
func TestServeIsWatched(t *testing.T) {
	t.Parallel()
	s := newServing(t)
	s.start("--listen", "127.0.0.1:0")
	const person = 76543219
	s.enters(person, "Zuraida", "Alăng")
	s.says(person, "xin chào đồng bào thôn Pà Tôi", "")
	s.says(person, "/tinhhinh", "Quảng Nam")
	if _, err := s.server.Say(person, person, strings.Repeat("đồng bào ", 400)); err != nil {
		t.Fatal(err)
	}
	s.says(person, "/trogiup", "/tinhhinh")

	if status, body := s.get("/healthz"); status != http.StatusOK || !strings.Contains(body, "true") {
		t.Errorf("/healthz: %d %s", status, body)
	}
	if status, _ := s.get("/"); status != http.StatusNotFound {
		t.Errorf("/: %d, want 404", status)
	}
	status, ready := s.get("/readyz")
	var c condition
	if err := json.Unmarshal([]byte(ready), &c); err != nil {
		t.Fatal(err)
	}
	if status != http.StatusOK || !c.Ready || c.Mode != "polling" || c.LastPoll.IsZero() || c.LastTick.IsZero() || len(c.Probes) != 6 {
		t.Errorf("/readyz: %d %s", status, ready)
	}
	_, page := s.get("/metrics")
	for _, want := range []string{
		`ketnghia_sends_total\{op="send",outcome="sent"\} [1-9]`,
		`ketnghia_handler_duration_seconds_count\{kind="message",outcome="done"\} [1-9]`,
		`ketnghia_updates_received_total [1-9]`, `ketnghia_changes_total [1-9]`, `ketnghia_messages_queued_total [1-9]`,
		`ketnghia_updates_waiting 0`, `ketnghia_updates_dead 0`, `ketnghia_outbox_messages\{class="reply",state="pending"\} 0`,
		`ketnghia_outbox_untried_seconds\{class="reminder"\} 0`, `ketnghia_store_size_bytes [1-9]`, `ketnghia_disk_free_bytes [1-9]`,
		`ketnghia_last_poll_timestamp_seconds [1-9]`, `ketnghia_last_tick_timestamp_seconds [1-9]`,
		`ketnghia_last_backup_timestamp_seconds`, `ketnghia_well\{probe="telegram"\} 1`, `ketnghia_well\{probe="backup"\} 1`,
		`go_build_info`, `process_open_fds`,
	} {
		if !regexp.MustCompile(want).MatchString(page) {
			t.Errorf("metrics without %s", want)
		}
	}
	s.stop()
	checkLog(t, s.log.String(), "serving", "listening", "stopped")
	for name, text := range map[string]string{"log": s.log.String(), "/readyz": ready, "/metrics": page} {
		for _, secret := range secrets() {
			if strings.Contains(text, secret) {
				t.Errorf("%s tells %q", name, secret)
			}
		}
	}
}

// checkLog looks that each line is JSON with time, level and message, that messages are plain words, and that some are
// there.
func checkLog(t *testing.T, log string, want ...string) {
	t.Helper()
	seen := map[string]bool{}
	for line := range strings.Lines(log) {
		var entry struct {
			Time  time.Time `json:"time"`
			Level string    `json:"level"`
			Msg   string    `json:"msg"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Time.IsZero() || entry.Level == "" {
			t.Errorf("log line %s: %v", line, err)
		}
		if !regexp.MustCompile(`^[a-z][a-z_/:', ]+$`).MatchString(entry.Msg) {
			t.Errorf("message %q is not constant words", entry.Msg)
		}
		seen[entry.Msg] = true
	}
	for _, msg := range want {
		if !seen[msg] {
			t.Errorf("log without %q:\n%s", msg, log)
		}
	}
}

// door is a public address that leads to wherever the program listens at the moment, as a reverse proxy does.
type door struct {
	mu     sync.Mutex
	target string
	url    string
}

func newDoor(t *testing.T) *door {
	d := &door{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		target := d.target
		d.mu.Unlock()
		inner, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+target+r.URL.Path, r.Body)
		if err != nil || target == "" {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		inner.Header = r.Header.Clone()
		inner.Header.Set("X-Forwarded-For", "149.154.167.220")
		answer, err := http.DefaultClient.Do(inner)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = answer.Body.Close() }()
		w.WriteHeader(answer.StatusCode)
		_, _ = io.Copy(w, answer.Body)
	}))
	t.Cleanup(web.Close)
	d.url = web.URL + "/tro-ly/hook"
	return d
}

func (d *door) leads(to string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.target = to
}

// TestServeByWebhook runs the program behind a reverse proxy, stops it while people write, and starts it again; strangers
// knock meanwhile.
func TestServeByWebhook(t *testing.T) {
	t.Parallel()
	s, d := newServing(t), newDoor(t)
	s.env["KETNGHIA_WEBHOOK_SECRET"] = "whsec-0123456789_abcdefgh"
	flags := []string{"--webhook-url", d.url, "--webhook-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"}
	s.start(flags...)
	d.leads(s.address("webhook"))
	s.enters(7, "Zuraida", "Alăng")
	s.says(7, "/trogiup", "/tinhhinh")
	for range 20 {
		knock(t, d.url, "guess")
	}
	if status, ready := s.get("/readyz"); status != http.StatusOK || !strings.Contains(ready, `"mode":"webhook"`) {
		t.Errorf("/readyz: %d %s", status, ready)
	}
	_, page := s.get("/metrics")
	for _, want := range []string{
		`ketnghia_webhook_posts_total{outcome="stored"}`, `ketnghia_webhook_posts_total{outcome="bad_secret"} 20`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("metrics without %s", want)
		}
	}
	s.stop()
	checkLog(t, s.log.String(), "webhook posts refused")
	for _, secret := range secrets() {
		if strings.Contains(s.log.String()+page, secret) {
			t.Errorf("log or metrics tell %q", secret)
		}
	}

	before := s.server.Version()
	if _, err := s.server.Say(7, 7, "/han"); err != nil {
		t.Fatal(err)
	}
	s.start(flags...)
	d.leads(s.address("webhook"))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	fromBot := func(m sandbox.Message) bool { return m.FromBot }
	if _, err := s.server.WaitSince(ctx, 7, before, fromBot); err != nil {
		t.Fatalf("no answer to what was said while it was down: %v\n%s", err, s.log)
	}
	s.stop()

	a := newApp(t, time.Now)
	a.getenv = func(name string) string { return s.env[name] }
	status := a.run(t.Context(), []string{"serve", "--data", s.dir, "--telegram-api-url", s.api})
	if told := fmt.Sprint(a.err); status != exitError || !strings.Contains(told, "serve --drop-webhook") {
		t.Errorf("polling beside the webhook: %d %s", status, told)
	}
	s.start("--drop-webhook")
	s.says(7, "/trogiup", "/tinhhinh")
}

// knock posts with a secret and returns the status.
func knock(t *testing.T, url, secret string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(`{"update_id":1}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// TestServeRefusesWebhook names what is wrong with the settings and never the secret.
func TestServeRefusesWebhook(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		secret, url, want string
	}{
		"short secret": {"whsec", "https://bot.example.vn/hook", "16 đến 256 ký tự"},
		"odd secret":   {"whsec whsec whsec whsec", "https://bot.example.vn/hook", "16 đến 256 ký tự"},
		// The sandbox posts to loopback only.
		"refused by Telegram": {"", "https://bot.example.vn/hook", "Telegram không nhận KETNGHIA_WEBHOOK_URL"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServing(t)
			s.env["KETNGHIA_WEBHOOK_SECRET"] = test.secret
			a := newApp(t, time.Now)
			a.getenv = func(name string) string { return s.env[name] }
			status := a.run(t.Context(), []string{
				"serve", "--data", s.dir, "--telegram-api-url", s.api, "--webhook-url", test.url, "--webhook-listen", "127.0.0.1:0",
			})
			told := fmt.Sprint(a.err)
			if status != exitUsage || !strings.Contains(told, test.want) || strings.Contains(told, "whsec") {
				t.Errorf("ended with %d: %s", status, told)
			}
		})
	}
}
