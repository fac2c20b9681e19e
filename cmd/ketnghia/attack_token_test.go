package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ketnghia/sandbox"
)

// attackToken is a token that nobody else has.
const attackToken = "987654321:ZzSecretTokenOfTheAttackTests_0123"

// collector keeps what a program writes, for a test that reads it while it runs.
type collector struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *collector) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *collector) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// startServe starts the program as its operator would.
func startServe(t *testing.T, dir, url string, more ...string) (*exec.Cmd, *collector) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := &collector{}
	cmd := exec.CommandContext(t.Context(), self, append([]string{"serve", "--data", dir, "--log", "debug"}, more...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "TELEGRAM_BOT_TOKEN="+attackToken, "TELEGRAM_API_URL="+url, "GOTRACEBACK=crash")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

// checkHidden fails when a text holds the token or its secret part.
func checkHidden(t *testing.T, what, text string) {
	t.Helper()
	_, key, _ := strings.Cut(attackToken, ":")
	if strings.Contains(text, key) {
		t.Errorf("%s holds the token: %.2000s", what, text)
	}
}

// TestAttackToken serves with everything going wrong that can, ends by a crash with a full trace, and looks for the token in
// all that was written, in the list of processes and in the data folder.
func TestAttackToken(t *testing.T) {
	t.Parallel()
	server, err := sandbox.New(sandbox.Options{Token: attackToken, Username: "ketnghia_bot", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	api := server.API()
	var calls, mischief int
	var mu sync.Mutex
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		calls++
		n := calls
		mu.Unlock()
		if n < 3 { // getMe and getWebhookInfo, without which it does not begin
			api.ServeHTTP(w, r)
			return
		}
		mu.Lock()
		mischief++
		mu.Unlock()
		switch n % 5 {
		case 0:
			http.Redirect(w, r, "http://127.0.0.1:1/elsewhere/"+r.URL.Path, http.StatusFound)
		case 1:
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = fmt.Fprintf(w, "no such path %s", r.URL.Path)
		case 2:
			panic(http.ErrAbortHandler)
		case 3:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(w, `{"ok":false,"error_code":400,"description":"Bad Request: %s"}`, attackToken)
		default:
			_, _ = fmt.Fprint(w, r.URL.Path+"{")
		}
	}))
	t.Cleanup(func() { server.Close(); web.CloseClientConnections(); web.Close() })
	dir := t.TempDir()
	cmd, out := startServe(t, dir, web.URL)
	deadline := time.Now().Add(patience)
	for {
		mu.Lock()
		done := mischief > 5
		mu.Unlock()
		if done {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the program does not call:\n%s", out)
		}
		time.Sleep(20 * time.Millisecond)
	}
	args, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", cmd.Process.Pid))
	if err == nil {
		checkHidden(t, "the list of processes", string(args))
	}
	if limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", cmd.Process.Pid)); err == nil {
		checkCore(t, string(limits))
	}
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the program did not crash")
	}
	if !strings.Contains(out.String(), "goroutine ") || !strings.Contains(out.String(), "poll failed") {
		t.Errorf("no trace, or no failure, to look into:\n%.3000s", out)
	}
	checkHidden(t, "what the program wrote", out.String())
	checkFolder(t, dir)
}

// checkCore checks that the process leaves no core dump.
func checkCore(t *testing.T, limits string) {
	t.Helper()
	for line := range strings.Lines(limits) {
		if rest, ok := strings.CutPrefix(line, "Max core file size"); ok {
			if f := strings.Fields(rest); len(f) < 2 || f[0] != "0" || f[1] != "0" {
				t.Errorf("core dumps: %s", line)
			}
			return
		}
	}
	t.Errorf("no limit of core dumps:\n%s", limits)
}

// checkFolder looks for the token in all files of the data folder.
func checkFolder(t *testing.T, dir string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		n++
		raw, err := os.ReadFile(path)
		checkHidden(t, path, string(raw))
		return err
	})
	if err != nil || n == 0 {
		t.Errorf("%d files: %v", n, err)
	}
}

// TestAttackTokenInFailures: however the program fails to begin, it names no token.
func TestAttackTokenInFailures(t *testing.T) {
	t.Parallel()
	closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	tests := map[string]struct {
		url  string
		args []string
	}{
		"nobody listens":          {url: nobody},
		"a host that is not":      {url: "http://nowhere.invalid"},
		"no TLS":                  {url: strings.Replace(plain.URL, "http:", "https:", 1)},
		"the token is not known":  {url: plain.URL},
		"no address":              {url: "::::"},
		"a folder that is a file": {url: plain.URL, args: []string{"--data", "/dev/null"}},
		"the token as argument":   {url: plain.URL, args: []string{"--telegram-bot-token", "x"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, out := startServe(t, filepath.Join(t.TempDir(), "data"), tt.url, tt.args...)
			if err := cmd.Wait(); err == nil {
				t.Error("the program began")
			}
			if out.String() == "" {
				t.Error("nothing was said")
			}
			checkHidden(t, "the failure", out.String())
		})
	}
}
