package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"ketnghia/sandbox"
)

// TestServeInvitesFirst starts the bot on an empty store: it prints one invitation for Ban Dân tộc, with which somebody
// comes in; once there is somebody it prints none.
func TestServeInvitesFirst(t *testing.T) {
	t.Parallel()
	server, err := sandbox.New(sandbox.Options{Token: sandboxToken, Username: "ketnghia_bot", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server.API())
	t.Cleanup(func() { server.Close(); web.CloseClientConnections(); web.Close() })
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	start := func() (cmd *exec.Cmd, out *bufio.Reader) {
		cmd = exec.CommandContext(t.Context(), self, "serve", "--data", dir)
		cmd.Env = append(os.Environ(), asProgram+"=1", "TELEGRAM_BOT_TOKEN="+sandboxToken, "TELEGRAM_API_URL="+web.URL)
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, bufio.NewReader(pipe)
	}
	answered := func(words string) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		_, err := server.Wait(ctx, 1, func(m sandbox.Message) bool { return m.FromBot && strings.Contains(m.Text, words) })
		if err != nil {
			t.Fatal(err)
		}
	}
	// stop ends the program and returns what else it said.
	stop := func(cmd *exec.Cmd, out io.Reader) string {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(out)
		if err := errors.Join(err, cmd.Wait()); err != nil {
			t.Errorf("stopped with %v", err)
		}
		return string(rest)
	}

	cmd, out := start()
	line, err := out.ReadString('\n')
	link := regexp.MustCompile(`https://t\.me/ketnghia_bot\?start=(\S+)`).FindStringSubmatch(line)
	if err != nil || link == nil || !strings.Contains(line, "Ban Dân tộc tỉnh") {
		t.Fatalf("first line %q: %v", line, err)
	}
	server.AddPerson(sandbox.Person{ID: 1, FirstName: "Lan", Lang: "vi"})
	if _, err := server.Say(1, 1, "/start "+link[1]); err != nil {
		t.Fatal(err)
	}
	answered("Chào Lan")
	stop(cmd, out)

	cmd, out = start()
	if _, err := server.Say(1, 1, "/trogiup"); err != nil {
		t.Fatal(err)
	}
	answered("/tinhhinh")
	if rest := stop(cmd, out); rest != "" {
		t.Errorf("said %q though somebody is in", rest)
	}
}
