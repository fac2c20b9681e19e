package main

import (
	"bytes"
	"context"
	_ "embed" // The people of the sandbox travel in the binary.
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// demoPeople are the people of the sandbox: id, name, language, unit, role, note. They are made up.
//
//go:embed demo.csv
var demoPeople []byte

// player is somebody of the sandbox; unit is empty for a stranger.
type player struct {
	sandbox.Person

	unit twinning.UnitKey
	role twinning.Role
}

func readPlayers() ([]player, error) {
	rows, err := csv.NewReader(bytes.NewReader(demoPeople)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("demo people: %w", err)
	}
	var players []player
	for _, row := range rows[1:] {
		id, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("demo people: %w", err)
		}
		players = append(players, player{
			Person: sandbox.Person{ID: id, FirstName: row[1], LastName: row[2], Lang: row[3], Note: row[6]},
			unit:   twinning.UnitKey(row[4]), role: twinning.Role(row[5]),
		})
	}
	return players, nil
}

// people brings the demo pairings and people on stage: everybody with a unit opens an invitation link, as in life. In a
// kept sandbox those whom the books know come back and say /start, without which the bot may not write to them.
func (s *stage) people(ctx context.Context) error {
	players, err := readPlayers()
	if err != nil {
		return err
	}
	if err := s.pairings(ctx); err != nil {
		return err
	}
	known, err := s.knownPeople(ctx)
	if err != nil {
		return err
	}
	for _, p := range players {
		s.server.AddPerson(p.Person)
	}
	for _, p := range known {
		if !slices.ContainsFunc(players, func(x player) bool { return x.ID == p.ID }) {
			s.server.AddPerson(p.Person)
		}
	}
	if s.kept.again {
		if err := s.goOn(ctx, known); err != nil {
			return err
		}
	}
	for _, p := range players {
		if p.unit == "" || slices.ContainsFunc(known, func(x player) bool { return x.ID == p.ID }) {
			continue
		}
		start, err := s.app.makeInvitation(ctx, s.books, typed{}, ledger.InviteOrder{Unit: p.unit, Role: p.role, Name: p.Name()})
		if err != nil {
			return err
		}
		if _, err := s.server.Say(p.ID, p.ID, start); err != nil {
			return fmt.Errorf("demo people: %w", err)
		}
	}
	return nil
}

// knownPeople are the people of the books; who has left is a stranger again.
func (s *stage) knownPeople(ctx context.Context) ([]player, error) {
	var known []player
	printer := s.app.printer()
	err := s.books.ledger.View(ctx, s.clock.Now(), func(k *ledger.Look) error {
		people, err := k.People()
		if err != nil {
			return fmt.Errorf("people: %w", err)
		}
		known = known[:0]
		for _, p := range people {
			x := player{Person: sandbox.Person{ID: int64(p.Telegram), FirstName: p.Name, Lang: p.Lang}}
			if p.Active() {
				u, err := k.Unit(p.Unit)
				if err != nil {
					return fmt.Errorf("people: %w", err)
				}
				x.unit, x.role = p.Unit, p.Role
				x.Note = strings.Join([]string{u.Name, printer.Text("role."+string(p.Role), nil)}, ", ")
			}
			known = append(known, x)
		}
		return nil
	})
	return known, err
}

// pairings makes demo pairings in a store that has none.
func (s *stage) pairings(ctx context.Context) error {
	now := s.clock.Now()
	err := s.books.ledger.Update(ctx, now, func(w *ledger.Work) error {
		units, err := w.Units()
		if err != nil {
			return fmt.Errorf("units: %w", err)
		}
		have, err := w.Pairings()
		if err != nil || len(have) > 0 {
			return err
		}
		demo := programme.DemoPairings(units, twinning.NewDate(w.Programme().From, 1, 1))
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: demo})
	})
	if err != nil {
		return fmt.Errorf("demo pairings: %w", err)
	}
	return nil
}
