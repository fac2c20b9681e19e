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
	// Used is the greatest number that an id of the sandbox server has used up: the books know those ids.
	Used int64 `json:"used"`

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
	failed := false
	for going := true; going; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			going = false
		}
		s.kept.Used = max(s.kept.Used, s.server.Used())
		s.kept.Clock = s.clock.Now().Truncate(time.Second)
		err := s.kept.save()
		if err != nil && !failed {
			log.Warn("sandbox not kept", slog.Any("error", err))
		}
		failed = err != nil
	}
}

// unkept is how many ids may have been used after the last note, when a sandbox was killed.
const unkept = 1000

// begin notes that a sandbox starts at the moment, behind all ids that the one before can have used.
func (k *keeping) begin(at time.Time) error {
	if k.again {
		k.Used += unkept
	}
	k.Clock = at
	return k.save()
}

// goOn takes a kept sandbox up again: the server begins without chats, so the groups are opened anew and people say
// /start, without which the bot may not write to them.
func (s *stage) goOn(ctx context.Context, known []player) error {
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
