package bot

import (
	"errors"
	"fmt"
	"io"
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

// TestHowLongAFileIsTried says it of one that Telegram refuses, that it fails to give, and that the disk can't hold: that
// one is never given up.
func TestHowLongAFileIsTried(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := map[string]struct {
		err         error
		least, most time.Duration
	}{
		"refused":    {&apiError{Code: 400, Description: "Bad Request: invalid file_id"}, 6 * time.Hour, 11 * time.Hour},
		"gone":       {&apiError{Code: 404}, 6 * time.Hour, 11 * time.Hour},
		"failing":    {&apiError{Code: 502}, 5 * day, 9 * day},
		"no network": {io.ErrUnexpectedEOF, 5 * day, 9 * day},
		"full disk":  {errDisk, 100 * day, 101 * day},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Date(2027, 2, 26, 5, 0, 0, 0, time.UTC)
			f, now, before := ledger.KeptFile{State: ledger.KeptPending}, begin, time.Duration(0)
			for f.State == ledger.KeptPending && now.Sub(begin) < 100*day {
				failedFetch(&f, test.err, now)
				pause := f.NotBefore.Sub(now)
				if f.State != ledger.KeptPending {
					break
				}
				if pause < before/2 || pause > keepMostPause*5/4 || pause < keepFirstPause*3/4 {
					t.Errorf("pause %v after %v", pause, before)
				}
				before, now = pause, f.NotBefore
			}
			if took := now.Sub(begin); took < test.least || took > test.most {
				t.Errorf("%s after %v and %d tries, want %v to %v", f.State, took, f.Tries, test.least, test.most)
			}
			if gone := !errors.Is(test.err, errDisk); gone != (f.State == ledger.KeptFailed) {
				t.Errorf("at last it is %s", f.State)
			}
		})
	}
}

// TestFileIsGivenUp has Telegram refuse a file for good, while another waits for a disk that can be written.
func TestFileIsGivenUp(t *testing.T) {
	t.Parallel()
	keeping(t, untouched, func(h *house) {
		blocker := filepath.Join(h.options.Data, "files")
		if err := os.WriteFile(blocker, nil, 0o600); err != nil {
			h.t.Fatal(err)
		}
		unknown := twinning.FileRef{ID: "BQACunknown", UniqueID: "unknown"}
		h.registers(unknown)
		f := h.gets(sandbox.File{Name: "a.pdf", Data: []byte("a")})
		passes(12 * time.Hour)
		waits()
		if got := h.kept(unknown); got.State != ledger.KeptFailed || got.Refusals != keepRefusals || got.Error != reasonRefused {
			h.t.Errorf("record %+v", got)
		}
		if got := h.kept(f); got.State != ledger.KeptPending || got.Tries < 5 || got.Error != reasonDisk {
			h.t.Errorf("record %+v", got)
		}
		if err := os.Remove(blocker); err != nil {
			h.t.Fatal(err)
		}
		passes(8 * time.Hour)
		waits()
		h.isKept(f, []byte("a"), ".pdf")
	})
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
