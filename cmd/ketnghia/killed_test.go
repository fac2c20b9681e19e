package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/twinning"
)

const (
	killedPeople  = 100
	killedMinimum = 8 // kills while there is work left; fewer would prove little
	killedMaximum = 30
)

// TestKilled kills the bot at random while 100 people each log an activity by two messages (200 updates), restarts it
// until all is done, and counts the effects.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server, err := sandbox.New(sandbox.Options{Token: sandboxToken, Username: "ketnghia_bot", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server.API())
	t.Cleanup(func() { server.Close(); web.CloseClientConnections(); web.Close() })

	people := enrolMany(t, dir, killedPeople)
	for i, p := range people {
		id := int64(p.Telegram)
		server.AddPerson(sandbox.Person{ID: id, FirstName: fmt.Sprintf("Người %d", i), Lang: "vi"})
		for _, text := range []string{
			fmt.Sprintf("hôm nay tặng quà cho %d hộ nghèo xã Ch'ơm, hết %d triệu", 1000+i, 10+i),
			"ghi",
		} {
			if _, err := server.Say(id, id, text); err != nil {
				t.Fatal(err)
			}
		}
	}

	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	kills := killUntilDone(t, dir, web.URL, server, rand.New(rand.NewPCG(uint64(seed), 1100)))
	if kills < killedMinimum {
		t.Errorf("only %d kills while there was work", kills)
	}
	t.Logf("%d kills", kills)
	checkEffects(t, dir, people)
	for _, p := range people {
		logged := 0
		for _, m := range server.Messages(int64(p.Telegram)) {
			if m.FromBot && strings.Contains(m.Text, "Đã ghi HĐ") {
				logged++
			}
		}
		// A message that was on its way when the bot died may come twice, once for each death.
		if logged < 1 || logged > 1+kills {
			t.Errorf("person %d got %d answers", p.ID, logged)
		}
	}
}

// enrolMany fills a new data folder with the roster and so many people of Sở Y tế.
func enrolMany(t *testing.T, dir string, n int) []twinning.Person {
	t.Helper()
	a := newApp(t, time.Now)
	b, err := a.open(t.Context(), dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var people []twinning.Person
	err = b.ledger.Update(t.Context(), time.Now(), func(w *ledger.Work) error {
		people = people[:0]
		err := w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: []twinning.Pairing{
			{Sponsor: "ASYT", Recipient: "W20437", Decision: "01/QĐ-UBND", From: twinning.NewDate(2020, 1, 1)},
		}})
		for i := 0; i < n && err == nil; i++ {
			code := fmt.Sprintf("code-%d", i)
			if _, err = w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: code, Unit: "ASYT", Role: twinning.RoleOfficer}); err != nil {
				return err
			}
			var p twinning.Person
			p, err = w.Enrol(ledger.Newcomer{Telegram: twinning.ChatID(1000 + i), Name: fmt.Sprint(i), Lang: "vi"}, code)
			people = append(people, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	return people
}

// killUntilDone runs the bot and kills it at random moments until every person has the last answer; it returns how
// often the bot was killed before its work was done.
func killUntilDone(t *testing.T, dir, api string, server *sandbox.Server, random *rand.Rand) int {
	t.Helper()
	var last string
	for kills := range killedMaximum {
		bot := startBot(t, dir, api)
		// One kill of four strikes at any moment, the start included; the others while messages go out.
		if random.IntN(4) > 0 {
			awaitSign(server)
		}
		span := time.Duration(random.IntN(300)) * time.Millisecond
		if kills == killedMaximum-1 {
			span = 6 * patience // however slow the machine is, the work must end
		}
		if finished(server, span) {
			bot.end(syscall.SIGTERM)
			return kills
		}
		bot.end(syscall.SIGKILL)
		last = bot.errs.String()
	}
	t.Fatalf("not done after %d kills: %d updates are open\n%s\n%s", killedMaximum, server.Pending(),
		transcript(server.Messages(1000)), last)
	return 0
}

// awaitSign waits until the bot did anything that people see.
func awaitSign(server *sandbox.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), patience/4)
	defer cancel()
	_, _ = server.WaitChange(ctx, server.Version()) // without a sign the kill strikes all the same
}

// finished waits for the span, or until every person has the answer to the last message.
func finished(server *sandbox.Server, span time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), span)
	defer cancel()
	for _, p := range server.People() {
		_, err := server.Wait(ctx, p.ID, func(m sandbox.Message) bool {
			return m.FromBot && strings.Contains(m.Text, "Đã ghi HĐ")
		})
		if err != nil {
			return false
		}
	}
	return true
}

type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	errs bytes.Buffer
}

func startBot(t *testing.T, dir, api string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: exec.Command(self, "serve", "--data", dir)} //nolint:noctx // ended by signal
	p.cmd.Env = append(os.Environ(), asProgram+"=1", "TELEGRAM_BOT_TOKEN="+sandboxToken, "TELEGRAM_API_URL="+api)
	p.cmd.Stderr = &p.errs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *process) end(sig syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatalf("the bot ended by itself: %v\n%s", err, p.errs.String())
	}
	err := p.cmd.Wait()
	if sig == syscall.SIGTERM && err != nil {
		p.t.Errorf("stopped with %v\n%s", err, p.errs.String())
	}
	if strings.Contains(p.errs.String(), sandboxToken) {
		p.t.Error("the token is in the log")
	}
}

// checkEffects wants every activity once, the totals to agree with them, nothing left over and a sound store.
func checkEffects(t *testing.T, dir string, people []twinning.Person) {
	t.Helper()
	s, err := store.Open(filepath.Join(dir, databaseName), store.Options{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	err = s.View(t.Context(), time.Now(), func(v *store.View) error {
		households := map[int64]int{}
		if err := v.Activities(func(a twinning.Activity) error {
			households[a.Facts.Quantities[twinning.Households]]++
			return nil
		}); err != nil {
			return err
		}
		var total int64
		for i := range people {
			n := int64(1000 + i)
			if households[n] != 1 {
				t.Errorf("%d activities with %d households, want 1", households[n], n)
			}
			total += n
		}
		rows, err := v.Totals(time.Now().Year(), "ASYT")
		if err != nil {
			return err
		}
		var counted int64
		for _, r := range rows {
			counted += r.Sum[twinning.Households]
		}
		if counted != total {
			t.Errorf("totals say %d households, want %d", counted, total)
		}
		waiting, err := v.Waiting(0)
		if err != nil {
			return err
		}
		dead, err := v.DeadLetters(0)
		if len(waiting)+len(dead) > 0 {
			t.Errorf("%d updates wait and %d are dead", len(waiting), len(dead))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
