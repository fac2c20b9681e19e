package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// keptName is the file that makes a folder the sandbox's own. Real data have none, so neither is mistaken for the other:
// the sandbox would tell real people's reminders to nobody, and the bot would send the sandbox's to the world.
const keptName = "sandbox.json"

// keepEvery is how often a running sandbox notes where it stands.
const keepEvery = 5 * time.Second

// keeping is what a kept sandbox must know beside its books, in the file keptName.
type keeping struct {
	// Clock is where the clock stood.
	Clock time.Time `json:"clock"`
	// Messages is the greatest id that a message has had.
	Messages int `json:"messages"`

	dir   string
	again bool
}

// isKept says whether the folder belongs to a sandbox.
func isKept(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, keptName))
	return err == nil
}

// load reads the file of a kept folder, or makes it in a folder without data.
func (k *keeping) load() error {
	path := filepath.Join(k.dir, keptName)
	raw, err := os.ReadFile(path) //nolint:gosec // the operator names the folder
	if err == nil {
		if err := json.Unmarshal(raw, k); err != nil || k.Clock.Year() < firstYear || k.Clock.Year() > lastYear {
			return &failure{key: "cmd.error.kept", status: exitError, cause: err, args: map[string]any{"File": path}}
		}
		k.again = true
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return &folderError{dir: k.dir, cause: err}
	}
	if _, err := os.Stat(filepath.Join(k.dir, databaseName)); err == nil {
		return &failure{key: "cmd.error.not_sandbox", status: exitUsage, args: map[string]any{"Data": k.dir}}
	}
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return &folderError{dir: k.dir, cause: err}
	}
	return nil
}

// save writes the file under another name first, so that a crash leaves the one before.
func (k *keeping) save() error {
	raw, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("%s: %w", keptName, err)
	}
	path := filepath.Join(k.dir, keptName)
	if err := os.WriteFile(path+".new", append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("%s: %w", keptName, err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("%s: %w", keptName, err)
	}
	return nil
}

// keep notes every few seconds, and at the end, where the sandbox stands.
func (s *stage) keep(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	version, failed := uint64(0), false
	for going := true; going; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			going = false
		}
		if v := s.server.Version(); v != version {
			version, s.kept.Messages = v, max(s.kept.Messages, s.lastMessage())
		}
		s.kept.Clock = s.clock.Now().Truncate(time.Second)
		err := s.kept.save()
		if err != nil && !failed {
			log.Warn("sandbox not kept", slog.Any("error", err))
		}
		failed = err != nil
	}
}

// lastMessage is the greatest id of a message.
func (s *stage) lastMessage() int {
	last := 0
	var chats []int64
	for _, p := range s.server.People() {
		chats = append(chats, p.ID)
	}
	for _, g := range s.server.Groups() {
		chats = append(chats, g.ID)
	}
	for _, chat := range chats {
		if m := s.server.Messages(chat); len(m) > 0 {
			last = max(last, m[len(m)-1].ID)
		}
	}
	return last
}

const (
	// firstUpdate comes before the ids of the sandbox server's updates.
	firstUpdate = 731_000_000
	// unkept is how many messages may have come after the last note, when a sandbox was killed.
	unkept = 200
)

// goOn takes a kept sandbox up again. The server begins anew, but the books remember what they did about the messages and
// updates of the last time: so ids go on behind theirs. Each id is used up by a word that is taken back at once.
func (s *stage) goOn(ctx context.Context, known []player) error {
	var offset int64
	err := s.books.ledger.View(ctx, s.clock.Now(), func(k *ledger.Look) (err error) {
		offset, err = k.Offset()
		return err
	})
	if err != nil {
		return err
	}
	used := max(offset-firstUpdate, int64(s.kept.Messages+unkept))
	burner := s.server.People()[0].ID
	for range used {
		m, err := s.server.Say(burner, burner, ".")
		if err == nil {
			err = s.server.Delete(burner, burner, m.ID)
		}
		if err != nil {
			return fmt.Errorf("kept sandbox: %w", err)
		}
	}
	err = s.books.ledger.Update(ctx, s.clock.Now(), func(w *ledger.Work) error {
		return w.Receive(nil, firstUpdate+used+1)
	})
	if err != nil {
		return err
	}
	if err := s.groups(ctx); err != nil {
		return err
	}
	for _, p := range known {
		if p.unit == "" {
			continue
		}
		if _, err := s.server.Say(p.ID, p.ID, "/start"); err != nil {
			return fmt.Errorf("kept sandbox: %w", err)
		}
	}
	return nil
}

// groups opens the groups of the books again, with the people of their units as members.
func (s *stage) groups(ctx context.Context) error {
	return s.books.ledger.View(ctx, s.clock.Now(), func(k *ledger.Look) error {
		groups, err := k.Groups()
		if err != nil {
			return fmt.Errorf("groups: %w", err)
		}
		for _, g := range groups {
			units := []twinning.UnitKey{g.Unit}
			if g.Pairing != 0 {
				p, err := k.Pairing(g.Pairing)
				if err != nil {
					return fmt.Errorf("groups: %w", err)
				}
				units = []twinning.UnitKey{p.Sponsor, p.Recipient}
			}
			members := []int64{}
			for _, u := range units {
				people, err := k.PeopleOf(u)
				if err != nil {
					return fmt.Errorf("groups: %w", err)
				}
				for _, p := range people {
					members = append(members, int64(p.Telegram))
				}
			}
			s.server.AddGroup(sandbox.Group{ID: int64(g.Chat), Title: g.Title, Members: append(members, s.server.BotID())})
		}
		return nil
	})
}
