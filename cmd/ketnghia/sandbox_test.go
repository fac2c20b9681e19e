package main

import (
	"bufio"
	"bytes"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// buildProgram builds the program as a user gets it. The folder may be entered by other accounts too.
func buildProgram(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			tb.Fatal(err)
		}
	}
	path := filepath.Join(dir, programName)
	if out, err := exec.CommandContext(tb.Context(), "go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		tb.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// playground is a running sandbox of the built program.
type playground struct {
	tb   testing.TB
	cmd  *exec.Cmd
	url  string
	errs bytes.Buffer
	tmp  string
}

// play starts the sandbox on a free port and waits for the line with its address.
func play(tb testing.TB, path string, args ...string) *playground {
	tb.Helper()
	p := &playground{tb: tb, tmp: tb.TempDir()}
	p.cmd = exec.CommandContext(tb.Context(), path, append([]string{"sandbox", "--listen", "127.0.0.1:0"}, args...)...)
	p.cmd.Env = append(os.Environ(), "TMPDIR="+p.tmp)
	p.cmd.Stderr = &p.errs
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if p.url = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(line); err != nil || p.url == "" {
		_ = p.cmd.Wait()
		tb.Fatalf("first line %q: %v\n%s", line, err, p.errs.String())
	}
	return p
}

// get returns a page of the sandbox.
func (p *playground) get(path string) string {
	p.tb.Helper()
	status, body := p.fetch(path)
	if status != http.StatusOK {
		p.tb.Fatalf("%s: status %d\n%s", path, status, body)
	}
	return body
}

// call returns what the Bot API answers, refusals too.
func (p *playground) call(path string) string {
	p.tb.Helper()
	_, body := p.fetch(path)
	return body
}

func (p *playground) fetch(path string) (status int, body string) {
	p.tb.Helper()
	req, err := http.NewRequestWithContext(p.tb.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		p.tb.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.tb.Fatalf("%v\n%s", err, p.errs.String())
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		p.tb.Fatalf("%s: %v", path, err)
	}
	return resp.StatusCode, string(raw)
}

// does posts a form of the page, as a press on its button does.
func (p *playground) does(path string, form url.Values) {
	p.tb.Helper()
	req, err := http.NewRequestWithContext(p.tb.Context(), http.MethodPost, p.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.tb.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		p.tb.Fatalf("%s: %s %s, %v", path, resp.Status, body, err)
	}
}

// shows waits until the chat of the person shows all the words.
func (p *playground) shows(person string, words ...string) {
	p.tb.Helper()
	var page string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		page = plain(p.get("/?p=" + person + "&c=" + person))
		if holdsAll(page, words) {
			return
		}
	}
	p.tb.Fatalf("chat of %s never shows %q:\n%s\n%s", person, words, page, p.errs.String())
}

// plain is what a page says, without its tags.
func plain(page string) string {
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(html.UnescapeString(text)), " ")
}

// stops ends the sandbox as Ctrl+C does: without a word, with status 0, leaving no temporary folder.
func (p *playground) stops(sig syscall.Signal) {
	p.tb.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.tb.Fatalf("ended by itself: %v\n%s", err, p.errs.String())
	}
	err := p.cmd.Wait()
	if sig == syscall.SIGKILL {
		return
	}
	if err != nil || p.errs.Len() > 0 {
		p.tb.Errorf("stopped with %v\n%s", err, p.errs.String())
	}
	left, err := os.ReadDir(p.tmp)
	if err != nil || len(left) > 0 {
		p.tb.Errorf("left behind: %v, %v", left, err)
	}
}

// TestSandboxProgram starts the built program: everybody of the demo is welcomed, the terminal stays quiet, and Ctrl+C
// leaves nothing behind.
func TestSandboxProgram(t *testing.T) {
	t.Parallel()
	p := play(t, buildProgram(t))
	if page := p.get("/"); !strings.Contains(page, "Bản chạy thử: đơn vị có thật, cặp kết nghĩa và người là dữ liệu mẫu") {
		t.Errorf("the first page does not say what it is:\n%s", page)
	}
	players, err := readPlayers()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range players {
		if x.unit != "" {
			p.shows(strconv.FormatInt(x.ID, 10), "Chào "+x.Name(), "01/02/2027")
		}
	}
	if answer := p.call("/bot" + sandboxToken + "/getMe"); !strings.Contains(answer, `"username":"ketnghia_bot"`) {
		t.Errorf("getMe answers %s", answer)
	}
	for _, path := range []string{"/botANOTHER/getMe", "/file/botANOTHER/photos/1.jpg"} {
		if answer := p.call(path); !strings.Contains(answer, `"error_code":401`) {
			t.Errorf("%s answers %s", path, answer)
		}
	}
	p.stops(syscall.SIGINT)
}

// TestSandboxKept plays in a kept folder, stops, and goes on: the people, the pairings and the clock are those of before,
// the bot answers and may write to everybody, and nothing new is taken for something old.
func TestSandboxKept(t *testing.T) {
	t.Parallel()
	program, dir := buildProgram(t), filepath.Join(t.TempDir(), "kept")
	p := play(t, program, "--keep", dir)
	p.shows("102", "Chào Nguyễn Văn Hòa")
	p.does("/say", url.Values{"p": {"102"}, "c": {"102"}, "text": {"hôm nay khám bệnh cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu"}})
	p.shows("102", "chưa ghi")
	p.does("/say", url.Values{"p": {"102"}, "c": {"102"}, "text": {"ghi"}})
	p.shows("102", "Đã ghi HĐ1")
	p.does("/clock", url.Values{"p": {"102"}, "c": {"102"}, "to": {"12/02/2027 09:00"}})
	p.shows("101", "12/02/2027")
	p.stops(syscall.SIGINT)

	// A fresh start would stand at 01/02/2027 and know nothing.
	p = play(t, program, "--keep", dir)
	p.shows("102", "/start", "Nguyễn Văn Hòa")
	p.does("/say", url.Values{"p": {"102"}, "c": {"102"}, "text": {"hôm nay tặng quà cho 7 hộ nghèo xã Ch'ơm, hết 1 triệu"}})
	p.shows("102", "chưa ghi", "12/02/2027", "7 hộ nghèo")
	p.does("/say", url.Values{"p": {"102"}, "c": {"102"}, "text": {"ghi"}})
	p.shows("102", "Đã ghi HĐ2")
	p.shows("101", "Có đúng không", "7 hộ nghèo") // the other side is told, though it said nothing but /start
	p.stops(syscall.SIGKILL)

	// Killed and taken up at a moment of one's own, with somebody who is not of the demo.
	p = play(t, program, "--keep", dir, "--at", "2027-02-24T09:00:00+07:00")
	p.shows("103", "24/02/2027")
	p.does("/say", url.Values{"p": {"103"}, "c": {"103"}, "text": {"tình hình Sở Y tế"}})
	p.shows("103", "52 hộ", "13.000.000 đ")
	p.stops(syscall.SIGTERM)

	books := exec.CommandContext(t.Context(), program, "export", "--data", dir)
	out, err := books.Output()
	if err != nil {
		t.Fatal(err)
	}
	players, err := readPlayers()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(len(players)-1, bytes.Count(out, []byte(`"joined":`))); diff != "" {
		t.Errorf("people in the books (-want +got):\n%s", diff)
	}
}

// TestReadOnlyFolder runs the program as an account that may not write: root may everywhere.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	program, dir := buildProgram(t), t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	cmd := exec.CommandContext(t.Context(), program, "invite", "ASYT", "--data", filepath.Join(dir, "data"))
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != exitError {
		t.Fatalf("ended with %v, want exit status 1\n%s", err, out)
	}
	want := "ketnghia: không có quyền đọc ghi " + filepath.Join(dir, "data") + "; hãy kiểm tra chủ và quyền\n"
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// BenchmarkFirstPage measures from the start of the built program until its first page is there.
func BenchmarkFirstPage(b *testing.B) {
	program := buildProgram(b)
	b.ResetTimer()
	for range b.N {
		p := play(b, program)
		p.get("/")
		b.StopTimer()
		p.stops(syscall.SIGINT)
		b.StartTimer()
	}
}
