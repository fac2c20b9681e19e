package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ketnghia/twinning"
)

// AnnouncementMessage is what the addressees get: who announces, and what, as written.
func (k *Look) AnnouncementMessage(n twinning.Announcement) twinning.Message {
	m := twinning.Say("announcement.header", twinning.Args{{"Unit", k.UnitName(n.Unit)}, {"Name", twinning.Text(n.Name)}})
	if n.Text != "" {
		m.Lines = append(m.Lines, twinning.Line{}, twinning.Line{
			Key: "announcement.text", Args: twinning.Args{{"Text", twinning.Text(n.Text)}},
		})
	}
	if n.File != nil {
		m.Files = []twinning.FileRef{*n.File}
	}
	return m
}

// CircleName names whom an announcement is for.
func (k *Look) CircleName(c twinning.Circle) twinning.Arg {
	return twinning.Joined(twinning.Line{Key: "circle." + string(c.Kind), Args: twinning.Args{{"Unit", k.UnitName(c.Unit)}}})
}

// AnnouncementCard shows how far an announcement is, with a button to stop it while it goes out.
func (k *Look) AnnouncementCard(n twinning.Announcement, t twinning.Tally) twinning.Message {
	key := "announcement.going"
	switch {
	case n.Stopped() && n.Ended.IsZero():
		key = "announcement.stopping"
	case n.Stopped():
		key = "announcement.stopped"
	case !n.Ended.IsZero():
		key = "announcement.over"
	}
	m := twinning.Say(key, k.AnnouncementArgs(n, t))
	if t.Missed > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "announcement.missed", Args: countArgs(t.Missed)})
	}
	if !n.Stopped() && n.Ended.IsZero() {
		m.Buttons = [][]twinning.Button{{{
			Label: twinning.Line{Key: "button.announce_stop"}, Data: fmt.Sprintf("tb:stop:%d", n.ID),
		}}}
	}
	return m
}

// AnnouncementArgs number an announcement, name its circle and count how far it is.
func (k *Look) AnnouncementArgs(n twinning.Announcement, t twinning.Tally) twinning.Args {
	all := max(t.Addressed, t.Queued)
	return twinning.Args{
		{"ID", twinning.Number(n.ID)},
		{"To", k.CircleName(n.To)},
		{"Sent", twinning.Number(t.Sent)},
		{"All", twinning.Number(all)},
		{"Left", twinning.Number(all - t.Sent - t.Missed)},
		{"Time", twinning.Arg{Kind: twinning.ArgTime, Num: n.At.Unix()}},
		{"By", twinning.Text(n.Name)},
	}
}

// missedUnits is how many units one list of people who were not reached names, missedNames how many people of each.
const (
	missedUnits = 60
	missedNames = 8
)

// MissedMessage lists by unit whom an announcement could not reach.
func (k *Look) MissedMessage(id twinning.AnnouncementID) (twinning.Message, error) {
	ids, err := k.Missed(id)
	if err != nil {
		return twinning.Message{}, wrap("missed", err)
	}
	args := countArgs(len(ids))
	args.Set("ID", twinning.Number(id))
	if len(ids) == 0 {
		return twinning.Say("announcement.missed_nobody", args), nil
	}
	m := twinning.Say("announcement.missed_title", args)
	byUnit := map[twinning.UnitKey][]string{}
	var units []twinning.UnitKey
	for _, id := range ids {
		p, err := k.Person(id)
		if err != nil {
			return m, wrap("missed", err)
		}
		if byUnit[p.Unit] == nil {
			units = append(units, p.Unit)
		}
		byUnit[p.Unit] = append(byUnit[p.Unit], p.Name)
	}
	slices.SortStableFunc(units, func(a, b twinning.UnitKey) int {
		return cmp.Compare(k.UnitName(a).Text, k.UnitName(b).Text)
	})
	for _, u := range units[:min(len(units), missedUnits)] {
		names, key := byUnit[u], "announcement.missed_row"
		args := countArgs(len(names) - missedNames)
		if len(names) > missedNames {
			names, key = names[:missedNames], "announcement.missed_row_more"
		}
		args.Set("Unit", k.UnitName(u))
		args.Set("Names", twinning.Text(strings.Join(names, ", ")))
		m.Lines = append(m.Lines, twinning.Line{Key: key, Args: args})
	}
	if len(units) > missedUnits {
		m.Lines = append(m.Lines, twinning.Line{Key: "announcement.missed_more", Args: countArgs(len(units) - missedUnits)})
	}
	m.Lines = append(m.Lines, twinning.Line{}, twinning.Line{Key: "announcement.missed_hint"})
	return m, nil
}
