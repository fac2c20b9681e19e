package bot

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// keeping runs a test in a bubble with a bot that keeps files and calls through the transport.
func keeping(t *testing.T, through func(http.RoundTripper) http.RoundTripper, tell func(*house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		data := t.TempDir()
		h := newHouse(t, silent, func(o *Options) {
			o.Data = data
			o.HTTPClient.Transport = through(o.HTTPClient.Transport)
		})
		defer h.start()()
		tell(h)
		h.tellsNoToken()
	})
}

func untouched(inner http.RoundTripper) http.RoundTripper { return inner }

// TestGivingUpAFile says how long a file is tried that Telegram refuses, that it fails to give, and that the disk can't
// hold.
func TestGivingUpAFile(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	tests := map[string]struct {
		fault         *sandbox.Fault
		disk          bool
		still, no     time.Duration
		wantKeptAfter bool
	}{
		"refused":   {fault: &sandbox.Fault{Status: 400, Description: "Bad Request: invalid file_id"}, still: 4 * time.Hour, no: 13 * time.Hour},
		"failing":   {fault: &sandbox.Fault{Status: 502}, still: 4 * day, no: 9 * day},
		"full disk": {disk: true, still: 9 * day, wantKeptAfter: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keeping(t, untouched, func(h *house) {
				blocker := filepath.Join(h.options.Data, "files")
				if test.disk {
					if err := os.WriteFile(blocker, nil, 0o600); err != nil {
						h.t.Fatal(err)
					}
				}
				h.fails(func(method string) *sandbox.Fault {
					if method == "getFile" {
						return test.fault
					}
					return nil
				})
				f := h.gets(sandbox.File{Name: "a.pdf", Data: []byte("a")})
				passes(test.still)
				waits()
				if got := h.kept(f); got.State != ledger.KeptPending || got.Tries < 5 {
					h.t.Errorf("after %v %s with %d tries", test.still, got.State, got.Tries)
				}
				if test.wantKeptAfter {
					if err := os.Remove(blocker); err != nil {
						h.t.Fatal(err)
					}
					passes(8 * time.Hour)
					waits()
					h.isKept(f, []byte("a"), ".pdf")
					return
				}
				passes(test.no - test.still)
				waits()
				if got := h.kept(f); got.State != ledger.KeptFailed || got.Tries > keepTries {
					h.t.Errorf("after %v %s with %d tries", test.no, got.State, got.Tries)
				}
			})
		})
	}
}

// TestFloodStopsTheKeeper says that a 429 is waited out by all files, and by no shorter time than told.
func TestFloodStopsTheKeeper(t *testing.T) {
	t.Parallel()
	keeping(t, untouched, func(h *house) {
		var calls atomic.Int64
		h.fails(func(method string) *sandbox.Fault {
			if method != "getFile" {
				return nil
			}
			if calls.Add(1) == 1 {
				return &sandbox.Fault{Status: 429, RetryAfter: 600}
			}
			return nil
		})
		var refs []twinning.FileRef
		for i := range 4 {
			refs = append(refs, h.gets(sandbox.File{Name: "a.pdf", Data: []byte{byte(i)}}))
			waits()
		}
		passes(599 * time.Second)
		waits()
		if n := calls.Load(); n != 1 {
			h.t.Errorf("%d calls during the pause, want 1", n)
		}
		passes(time.Minute)
		waits()
		for i, f := range refs {
			h.isKept(f, []byte{byte(i)}, ".pdf")
			if got := h.kept(f); got.Tries != 0 {
				h.t.Errorf("%d tries", got.Tries)
			}
		}
	})
}

// TestFewAtATime registers many files whose download takes a while, and stops in the middle.
func TestFewAtATime(t *testing.T) {
	t.Parallel()
	var flying, most atomic.Int64
	slow := func(inner http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasPrefix(r.URL.Path, "/file/") {
				most.Store(max(most.Load(), flying.Add(1)))
				defer flying.Add(-1)
				select {
				case <-time.After(10 * time.Second):
				case <-r.Context().Done():
					return nil, r.Context().Err()
				}
			}
			return inner.RoundTrip(r)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		data := t.TempDir()
		h := newHouse(t, echo, func(o *Options) {
			o.Data = data
			o.HTTPClient.Transport = slow(o.HTTPClient.Transport)
		})
		stop := h.start()
		var refs []twinning.FileRef
		for i := range 5 {
			refs = append(refs, h.gets(sandbox.File{Name: "a.pdf", Data: []byte{byte(i)}}))
		}
		// The bot answers meanwhile.
		begin := time.Now()
		h.says(alice, "xin chào")
		h.hears(alice, "nghe: xin chào")
		if took := time.Since(begin); took > time.Second {
			t.Errorf("the answer took %v", took)
		}
		passes(15 * time.Second)
		waits()
		stop()
		var states []string
		for _, f := range refs {
			kept := h.kept(f)
			states = append(states, fmt.Sprint(kept.State, kept.Tries))
		}
		slices.Sort(states)
		if diff := cmp.Diff([]string{"kept0", "kept0", "pending0", "pending0", "pending0"}, states); diff != "" {
			t.Errorf("when stopped (-want +got):\n%s", diff)
		}
		if n := most.Load(); n != keptTogether {
			t.Errorf("%d downloads at a time", n)
		}
		if got := h.copiesOnDisk(); len(got) != 2 {
			t.Errorf("on disk: %q", got)
		}
	})
}

// roundTrip is a transport in a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
