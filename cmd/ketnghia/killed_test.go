package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
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
	// killsUsual is how often the normal run kills the bot; KETNGHIA_KILLS says another number.
	killsUsual = 24
	// killedAtOnce is how many people wait for an answer while the bot is killed, killedEach how many more there are for
	// each kill, killedPlan after how many kills another fault plan begins.
	killedAtOnce = 40
	killedEach   = 8
	killedPlan   = 10
	// killedFirst is the Telegram id of the first person: none of them may be the bot's own, which its token begins with.
	killedFirst = 100_000
)

// TestKilled kills the bot at random moments, under fault plans and the load of people who each log an activity by two
// messages, and starts it again. Afterwards every activity is in the books once, and no more messages came twice than
// were on their way at a kill or had their answer lost.
func TestKilled(t *testing.T) {
	t.Parallel()
	kills := killsUsual
	if many := os.Getenv("KETNGHIA_KILLS"); many != "" {
		var err error
		if kills, err = strconv.Atoi(many); err != nil {
			t.Fatal(err)
		}
	}
	k := newKilled(t, kills)
	for n := range kills {
		if n%killedPlan == 0 {
			k.follow(k.seed + uint64(n/killedPlan))
		}
		k.killOnce()
	}
	k.plan.End()
	k.finish()
	checkEffects(t, k.dir, k.people[:k.spoke])
	k.checkCopies()
	t.Logf("%d kills, %d updates delivered, %d people logged, %d messages on their way at a kill, %d answers lost, %d timeouts, %d messages twice",
		kills, k.server.Delivered(), k.spoke, k.inFlight, k.lostSends(), k.timeouts, k.twice)
}

// killed is a bot that is killed again and again, with its people.
type killed struct {
	t      *testing.T
	dir    string
	url    string
	server *sandbox.Server
	plan   *sandbox.FaultPlan
	seed   uint64
	random *rand.Rand
	people []twinning.Person
	// spoke is how many people have written, open are those of them who have no last answer yet.
	spoke int
	open  []int64
	// inFlight is how many messages were marked as being sent when the bot was killed.
	inFlight, twice int
	// timeouts is how many calls the bot gave up waiting for: where the machine stands still for longer than it waits,
	// answers come too late that no fault delayed.
	timeouts int
	// doubled are those who got something twice.
	doubled []int64
}

func newKilled(t *testing.T, kills int) *killed {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	server, err := sandbox.New(sandbox.Options{Token: sandboxToken, Username: "ketnghia_bot", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(server.API())
	web.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that die with the bot
	web.Start()
	t.Cleanup(func() { server.Close(); web.CloseClientConnections(); web.Close() })
	k := &killed{
		t: t, dir: t.TempDir(), url: web.URL, server: server, seed: seed, random: rand.New(rand.NewPCG(seed, 1100)),
	}
	k.people = enrolMany(t, k.dir, killedAtOnce+kills*killedEach)
	for i, p := range k.people {
		server.AddPerson(sandbox.Person{ID: int64(p.Telegram), FirstName: fmt.Sprintf("Người %d", i), Lang: "vi"})
	}
	return k
}

// follow begins a fault plan of what takes no longer than a second or two: the bot lives no longer, and a 429 would have it
// do nothing for all its life. The calls of a start go well, since a bot that Telegram doesn't answer then ends by itself.
func (k *killed) follow(seed uint64) {
	k.plan = sandbox.NewFaultPlan(seed, sandbox.FaultServer, sandbox.FaultPage, sandbox.FaultReset,
		sandbox.FaultDropped, sandbox.FaultCut, sandbox.FaultSlow, sandbox.FaultConflict, sandbox.FaultDuplicate,
		sandbox.FaultReorder, sandbox.FaultJump, sandbox.FaultUnknown)
	k.plan.Spare("getMe", "getWebhookInfo", "deleteWebhook")
	k.server.Follow(k.plan)
}

// speak has people write until enough wait for an answer.
func (k *killed) speak() {
	k.t.Helper()
	k.open = slices.DeleteFunc(k.open, k.answered)
	for ; len(k.open) < killedAtOnce && k.spoke < len(k.people); k.spoke++ {
		id := int64(k.people[k.spoke].Telegram)
		for _, text := range []string{
			fmt.Sprintf("hôm nay tặng quà cho %d hộ nghèo xã Ch'ơm, hết %d triệu", 1000+k.spoke, 10+k.spoke), "ghi",
		} {
			if _, err := k.server.Say(id, id, text); err != nil {
				k.t.Fatal(err)
			}
		}
		k.open = append(k.open, id)
	}
	if len(k.open) == 0 {
		k.t.Fatal("nothing is left to do: the kills prove nothing")
	}
}

// killedAnswers is how many messages a person gets: the draft, and that it is logged.
const killedAnswers = 2

// answered says whether the person got all answers, that of the last message among them.
func (k *killed) answered(id int64) bool {
	got, last := 0, false
	for _, m := range k.server.Messages(id) {
		if m.FromBot {
			got++
			last = last || strings.Contains(m.Text, "Đã ghi HĐ")
		}
	}
	return last && got >= killedAnswers
}

// killOnce starts the bot and kills it at a random moment: one time of four at any, the start included, one within 300 ms
// after it asked for updates, else within 300 ms after it wrote to somebody.
func (k *killed) killOnce() {
	k.t.Helper()
	k.speak()
	bot := startBot(k.t, k.dir, k.url)
	switch k.random.IntN(4) {
	case 0:
	case 1:
		k.await(func() bool { return true })
	default:
		before := k.heard()
		k.await(func() bool { return k.heard() > before })
	}
	time.Sleep(time.Duration(k.random.IntN(300)) * time.Millisecond) // the moment of the kill is what is tested
	bot.end(syscall.SIGKILL)
	k.timeouts += bot.timeouts()
	s := storeOf(k.t, k.dir)
	defer closeBooks(k.t, s)
	if err := s.Check(k.t.Context()); err != nil {
		k.t.Errorf("after a kill: %v", err)
	}
	err := s.View(k.t.Context(), time.Now(), func(v *store.View) error {
		counts, _, err := v.OutboxStats()
		k.inFlight += counts[store.OutSending]
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

// await waits for a change at the server after which the condition holds.
func (k *killed) await(holds func() bool) {
	ctx, cancel := context.WithTimeout(k.t.Context(), patience/4)
	defer cancel()
	for version := k.server.Version(); ; {
		var err error
		if version, err = k.server.WaitChange(ctx, version); err != nil || holds() {
			return // without a sign the kill strikes all the same
		}
	}
}

// heard is how many messages the bot wrote to those who wait.
func (k *killed) heard() (n int) {
	for _, id := range k.open {
		n += len(k.server.Messages(id))
	}
	return n
}

// finish lets the bot do what is left, and stops it.
func (k *killed) finish() {
	k.t.Helper()
	bot := startBot(k.t, k.dir, k.url)
	ctx, cancel := context.WithTimeout(k.t.Context(), 6*patience)
	defer cancel()
	for version := k.server.Version(); ; {
		k.open = slices.DeleteFunc(k.open, k.answered)
		if len(k.open) == 0 && k.server.Pending() == 0 {
			break
		}
		var err error
		if version, err = k.server.WaitChange(ctx, version); err != nil {
			bot.end(syscall.SIGKILL)
			k.t.Fatalf("%d people wait for an answer, %d updates are open\n%s\n%s", len(k.open), k.server.Pending(),
				transcript(k.server.Messages(k.open[0])), bot.errs.String())
		}
	}
	bot.end(syscall.SIGTERM)
	k.timeouts += bot.timeouts()
}

// lostSends is how many messages were sent whose answer a fault kept from the bot.
func (k *killed) lostSends() (n int) {
	for _, lost := range k.server.LostAnswers() {
		if lost.Method == "sendMessage" {
			n++
		}
	}
	return n
}

// checkCopies wants what was asked for to be answered once, but for messages that were on their way at a kill or whose
// answer got lost.
func (k *killed) checkCopies() {
	k.t.Helper()
	for _, p := range k.people[:k.spoke] {
		got := 0
		for _, m := range k.server.Messages(int64(p.Telegram)) {
			if m.FromBot {
				got++
			}
		}
		if got < killedAnswers {
			k.t.Errorf("person %d got %d messages, want %d", p.ID, got, killedAnswers)
		}
		if k.twice += got - killedAnswers; got > killedAnswers {
			k.doubled = append(k.doubled, int64(p.Telegram))
		}
	}
	if k.twice > k.inFlight+k.lostSends()+k.timeouts {
		k.t.Errorf("%d messages came twice, more than the %d on their way at a kill, the %d whose answer got lost and the %d timeouts",
			k.twice, k.inFlight, k.lostSends(), k.timeouts)
		for _, id := range k.doubled {
			k.t.Log(transcript(k.server.Messages(id)))
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
			p, err = w.Enrol(ledger.Newcomer{Telegram: twinning.ChatID(killedFirst + i), Name: fmt.Sprint(i), Lang: "vi"}, code)
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

// timeouts is how many calls the ended bot gave up waiting for.
func (p *process) timeouts() int { return strings.Count(p.errs.String(), `"reason":"timeout"`) }

// checkEffects wants every activity once, the totals to agree with them, nothing left over and a sound store.
func checkEffects(t *testing.T, dir string, people []twinning.Person) {
	t.Helper()
	s := storeOf(t, dir)
	defer closeBooks(t, s)
	err := s.View(t.Context(), time.Now(), func(v *store.View) error {
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
		if len(waiting) > 0 {
			t.Errorf("%d updates wait", len(waiting))
		}
		dead, err := v.DeadLetters(0)
		for _, d := range dead {
			if d.Reason != "malformed" { // those that the fault plan makes
				t.Errorf("update %d was buried: %s", d.Seq, d.Reason)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// storeOf opens the database of a bot that doesn't run.
func storeOf(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(filepath.Join(dir, databaseName), store.Options{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closeBooks(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
