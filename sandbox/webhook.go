package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// webhook is where updates are posted instead of waiting for getUpdates.
type webhook struct {
	url       string
	secret    string
	conns     int
	cancel    context.CancelFunc
	lastError string
	errorAt   time.Time
}

// stop ends the deliveries.
func (h *webhook) stop() {
	if h.cancel != nil {
		h.cancel()
	}
}

// setWebhook is a method of the Bot API. An empty url is deleteWebhook. The sandbox posts to loopback only, by http too.
func (s *Server) setWebhook(c *call) (any, *apiError) {
	target := c.p.get("url")
	if target == "" {
		return s.deleteWebhook(c)
	}
	secret := c.p.get("secret_token")
	switch {
	case secret != "" && !regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`).MatchString(secret):
		return nil, bad("secret token contains unallowed characters")
	case !loopbackURL(target):
		return nil, bad("bad webhook: the sandbox posts to http or https on loopback only")
	}
	kinds, given := c.p.list("allowed_updates")

	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook.stop()
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.ctx))
	s.hook = webhook{url: target, secret: secret, conns: c.p.intOr("max_connections", 40), cancel: cancel}
	if given {
		s.queue.allow(kinds)
	}
	s.dropPending(c)
	s.queue.poller++ // ends a waiting getUpdates
	s.touch()
	go s.deliver(ctx, target, secret)
	return true, nil
}

// dropPending forgets the waiting updates if the call asks for it.
func (s *Server) dropPending(c *call) {
	if c.p.boolean("drop_pending_updates") {
		s.queue.waiting = nil
	}
}

// deleteWebhook is a method of the Bot API.
func (s *Server) deleteWebhook(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook.stop()
	s.hook = webhook{}
	s.dropPending(c)
	s.touch()
	return true, nil
}

// getWebhookInfo is a method of the Bot API.
func (s *Server) getWebhookInfo(*call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]any{
		"url": s.hook.url, "has_custom_certificate": false, "pending_update_count": len(s.queue.waiting),
	}
	if s.hook.url != "" {
		out["max_connections"] = s.hook.conns
	}
	if s.queue.allowed != nil {
		out["allowed_updates"] = s.queue.allowed
	}
	if s.hook.lastError != "" {
		out["last_error_date"], out["last_error_message"] = s.hook.errorAt.Unix(), s.hook.lastError
	}
	return out, nil
}

// deliver posts update after update, in order, each until it is taken with a 2xx.
func (s *Server) deliver(ctx context.Context, target, secret string) {
	for {
		s.mu.Lock()
		seen := s.version
		var u update
		if len(s.queue.waiting) > 0 {
			u = s.queue.waiting[0]
		}
		s.mu.Unlock()
		if u.id == 0 {
			if _, err := s.WaitChange(ctx, seen); err != nil {
				return
			}
			continue
		}
		err := post(ctx, target, secret, u.raw)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			s.taken(u)
			continue
		}
		s.hookFailed(err)
		timer := time.NewTimer(s.o.WebhookRetry)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// taken confirms an update that the webhook has taken.
func (s *Server) taken(u update) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.confirm(u.id + 1)
	s.touch()
}

func (s *Server) hookFailed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook.lastError, s.hook.errorAt = err.Error(), s.o.Now()
	s.o.Log.Info("webhook delivery failed", "error", err)
}

// post sends one update to the webhook; anything but a 2xx is an error.
func post(ctx context.Context, target, secret string, raw []byte) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirect could lead away from loopback; it isn't a 2xx
	}}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)) // lets the connection be used again
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("webhook: %w: wrong response from the webhook: %s", ErrInvalid, res.Status)
	}
	return nil
}

// loopbackURL says whether the address is http or https on this machine.
func loopbackURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && loopbackHost(u.Host)
}

// loopbackHost says whether a host, with or without a port, is this machine.
func loopbackHost(hostport string) bool {
	host := (&url.URL{Host: hostport}).Hostname()
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
