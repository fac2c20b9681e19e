package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// speedServer is a Bot API as light as can be, in a process of its own so that its work is not counted as the bot's: it
// hands out the updates that it is fed and takes every call, at once or after a delay. It checks nothing; the strict one
// is package sandbox.
//
// The first message sent to a chat, or edited there, after an update from that chat counts as the answer to it.
type speedServer struct {
	delay atomic.Int64 // of each answer, in ns
	calls atomic.Int64
	sent  atomic.Int64 // numbers the messages

	mu sync.Mutex
	// waiting are the updates that the bot has not acknowledged; more is closed and made anew when some come.
	waiting []fedUpdate
	more    chan struct{}
	// open is when the unanswered updates of each chat came.
	open      map[int64][]time.Time
	latencies []time.Duration
	left      int
	done      chan struct{}
	polled    chan struct{}
}

// fedUpdate is an update with the chat that it comes from.
type fedUpdate struct {
	ID   int64           `json:"id"`
	Chat int64           `json:"chat"`
	Raw  json.RawMessage `json:"raw"`
}

// feed is what the server is asked to do: hand out the updates, Every so many ns one (0 all at once), and answer every
// call after Delay ns.
type feed struct {
	Updates []fedUpdate   `json:"updates"`
	Every   time.Duration `json:"every"`
	Delay   time.Duration `json:"delay"`
}

// fed is what came of a feed: how long it took until the last update was answered, how many calls that were, and how
// long an update waited for its answer.
type fed struct {
	Took  time.Duration `json:"took"`
	Calls int64         `json:"calls"`
	P50   time.Duration `json:"p50"`
	P99   time.Duration `json:"p99"`
}

// runSpeedServer serves on loopback until its input ends, and prints its address first.
func runSpeedServer(in io.Reader, out io.Writer) error {
	s := &speedServer{more: make(chan struct{}), open: map[int64][]time.Time{}, polled: make(chan struct{})}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{Handler: s}
	go func() { _ = web.Serve(listener) }()
	if _, err := fmt.Fprintf(out, "http://%s\n", listener.Addr()); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, in)
	_ = web.Close()
	return err
}

func (s *speedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, method, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	w.Header().Set("Content-Type", "application/json")
	var answer []byte
	switch method {
	case "feed":
		answer = s.feed(body)
	case "polled":
		<-s.firstPoll()
	case "getMe":
		answer = []byte(`{"ok":true,"result":{"id":1100,"is_bot":true,"first_name":"B","username":"ketnghia_bot"}}`)
	case "getWebhookInfo":
		answer = []byte(`{"ok":true,"result":{"url":""}}`)
	case "getUpdates":
		answer = s.updates(r.Context(), body)
	default:
		answer = s.take(method, body)
	}
	_, _ = w.Write(answer) // whoever asked may be gone
}

// take answers a call that does something.
func (s *speedServer) take(method string, body []byte) []byte {
	s.calls.Add(1)
	said := method == "sendMessage" || method == "editMessageText"
	chat := numberIn(body, "chat_id")
	answers := said && s.answers(chat)
	if d := time.Duration(s.delay.Load()); d > 0 {
		time.Sleep(d)
	}
	if answers {
		s.answered()
	}
	if !said {
		return []byte(`{"ok":true,"result":true}`)
	}
	return fmt.Appendf(nil, `{"ok":true,"result":{"message_id":%d,"from":{"id":1100,"is_bot":true,"first_name":"B",`+
		`"username":"ketnghia_bot"},"chat":{"id":%d,"first_name":"N","type":"private"},"date":1813057200,"text":"…"}}`,
		s.sent.Add(1), chat)
}

// answers notes a message to a chat and says whether it answers an update.
func (s *speedServer) answers(chat int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := s.open[chat]
	if len(open) == 0 {
		return false
	}
	s.latencies = append(s.latencies, time.Since(open[0]))
	s.open[chat] = open[1:]
	return true
}

func (s *speedServer) answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left--; s.left == 0 {
		close(s.done)
	}
}

// updates answers getUpdates: what waits from the offset on, or what comes while the bot waits.
func (s *speedServer) updates(ctx context.Context, body []byte) []byte {
	offset, limit := numberIn(body, "offset"), int(numberIn(body, "limit"))
	if limit == 0 {
		limit = 100
	}
	over := time.After(time.Duration(numberIn(body, "timeout")) * time.Second)
	for {
		s.mu.Lock()
		select {
		case <-s.polled:
		default:
			close(s.polled)
		}
		s.waiting = slices.DeleteFunc(s.waiting, func(u fedUpdate) bool { return u.ID < offset })
		batch, more := slices.Clone(s.waiting[:min(limit, len(s.waiting))]), s.more
		s.mu.Unlock()
		if len(batch) > 0 {
			return answerUpdates(batch)
		}
		select {
		case <-more:
		case <-over:
			return answerUpdates(nil)
		case <-ctx.Done():
			return nil
		}
	}
}

func answerUpdates(batch []fedUpdate) []byte {
	raws := make([][]byte, len(batch))
	for i, u := range batch {
		raws[i] = u.Raw
	}
	return slices.Concat([]byte(`{"ok":true,"result":[`), bytes.Join(raws, []byte(",")), []byte("]}"))
}

// feed hands out updates and waits until each is answered.
func (s *speedServer) feed(body []byte) []byte {
	var f feed
	if err := json.Unmarshal(body, &f); err != nil {
		return []byte(err.Error())
	}
	s.delay.Store(int64(f.Delay))
	s.mu.Lock()
	s.left, s.done, s.latencies = len(f.Updates), make(chan struct{}), nil
	clear(s.open)
	done := s.done
	s.mu.Unlock()
	calls, began := s.calls.Load(), time.Now()
	if f.Every == 0 {
		s.add(f.Updates...)
	} else {
		for i, u := range f.Updates {
			time.Sleep(time.Until(began.Add(time.Duration(i) * f.Every)))
			s.add(u)
		}
	}
	<-done
	result := fed{Took: time.Since(began), Calls: s.calls.Load() - calls}
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.latencies)
	result.P50, result.P99 = quantile(s.latencies, 0.5), quantile(s.latencies, 0.99)
	answer, err := json.Marshal(result)
	if err != nil {
		return []byte(err.Error())
	}
	return answer
}

func (s *speedServer) add(updates ...fedUpdate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for _, u := range updates {
		s.open[u.Chat] = append(s.open[u.Chat], now)
	}
	s.waiting = append(s.waiting, updates...)
	close(s.more)
	s.more = make(chan struct{})
}

func (s *speedServer) firstPoll() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.polled
}

func quantile(sorted []time.Duration, q float64) time.Duration {
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// numberIn finds a parameter that is a number in a body of JSON or of a form, 0 for none.
func numberIn(body []byte, name string) int64 {
	_, rest, ok := bytes.Cut(body, []byte(`"`+name+`":`))
	if !ok {
		if _, rest, ok = bytes.Cut(body, []byte(`name="`+name+"\"\r\n\r\n")); !ok {
			return 0
		}
	}
	end := bytes.IndexFunc(rest, func(r rune) bool { return r != '-' && (r < '0' || r > '9') })
	n, err := strconv.ParseInt(string(rest[:max(end, 0)]), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
