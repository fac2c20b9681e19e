package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// cast are people of every kind, by name.
func (b *books) cast() map[string]twinning.Person {
	b.Helper()
	people := map[string]twinning.Person{"stranger": {}}
	for _, x := range []struct {
		name string
		unit twinning.UnitKey
		role twinning.Role
	}{
		{"sponsor officer", health, twinning.RoleOfficer},
		{"sponsor lead", health, twinning.RoleLead},
		{"commune officer", border, twinning.RoleOfficer},
		{"commune lead", border, twinning.RoleLead},
		{"commune observer", border, twinning.RoleObserver},
		{"district lead", district, twinning.RoleLead},
		{"neighbour", inland, twinning.RoleOfficer},
		{"other sponsor", finance, twinning.RoleLead},
		{"coordinator", standing, twinning.RoleCoordinator},
		{"issuer officer", issuer, twinning.RoleOfficer},
		{"issuer observer", issuer, twinning.RoleObserver},
		{"rewards officer", rewards, twinning.RoleOfficer},
		{"rewards observer", rewards, twinning.RoleObserver},
		{"overseer officer", guards, twinning.RoleOfficer},
		{"overseer observer", guards, twinning.RoleObserver},
		{"suspended", border, twinning.RoleLead},
		{"left", border, twinning.RoleOfficer},
	} {
		people[x.name] = b.enrol(x.unit, x.role)
	}
	b.must(func(w *ledger.Work) error {
		_, err := w.Remove(ledger.Actor{}, people["left"].ID)
		return err
	})
	for name, state := range map[string]twinning.MembershipState{
		"suspended": twinning.MembershipSuspended, "left": twinning.MembershipLeft,
	} {
		p := people[name]
		p.State = state
		people[name] = p
	}
	return people
}

// TestRights writes out the table of who may do what (DESIGN, section 5). The activity was logged by the sponsor health
// for the commune border and disputed by it; everything is tried on these two units and their neighbours.
func TestRights(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	people := b.cast()
	act := b.logs(people["sponsor officer"], support(health, 5, 45))
	b.must(func(w *ledger.Work) (err error) {
		act, err = w.Dispute(by(people["commune officer"]), act.ID, 1, twinning.Quantities{twinning.Households: 40})
		return err
	})
	announced := b.announces(people["coordinator"], twinning.Circle{Kind: twinning.CircleAll})
	var request twinning.EntryRequest
	b.must(func(w *ledger.Work) (err error) {
		request, err = w.AskEntry(ledger.Newcomer{Telegram: 99, Name: "Lạ"}, border, twinning.RoleOfficer)
		return err
	})
	const (
		sponsor  = "sponsor officer, sponsor lead"
		commune  = "commune officer, commune lead"
		above    = "coordinator"
		lookers  = "issuer officer, issuer observer, rewards observer, commune observer"
		overseer = "overseer officer, overseer observer"
	)
	reads := func(unit twinning.UnitKey) func(*ledger.Work, ledger.Actor) error {
		return func(w *ledger.Work, a ledger.Actor) error { return refused(w.MayRead(a.Person, unit)) }
	}
	logs := func(unit twinning.UnitKey) func(*ledger.Work, ledger.Actor) error {
		return func(w *ledger.Work, a ledger.Actor) error {
			_, err := logDraft(w, a, support(unit, 9, 3))
			return err
		}
	}
	invites := func(unit twinning.UnitKey, role twinning.Role) func(*ledger.Work, ledger.Actor) error {
		return func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Invite(a, ledger.InviteOrder{Code: "x", Unit: unit, Role: role})
			return err
		}
	}
	removes := func(name string) func(*ledger.Work, ledger.Actor) error {
		return func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Remove(a, people[name].ID)
			return err
		}
	}
	tests := []struct {
		name string
		who  []string
		do   func(*ledger.Work, ledger.Actor) error
	}{
		{"log for the sponsor", []string{sponsor, above}, logs(health)},
		{"log for the commune", []string{commune, above}, logs(border)},
		{"correct", []string{sponsor, above}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := logDraft(w, a, revision(act, 50))
			return err
		}},
		{"void", []string{sponsor, above}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Void(a, act.ID, act.Version, "trùng")
			return err
		}},
		{"take the claim", []string{sponsor, above}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.TakeClaim(a, act.ID, act.Version)
			return err
		}},
		{"confirm", []string{commune}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Confirm(a, act.ID, act.Version)
			return err
		}},
		{"dispute", []string{commune}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Dispute(a, act.ID, act.Version, nil)
			return err
		}},
		{"file for the commune", []string{commune, above}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.File(a, document("needs", border, 0, 2027))
			return err
		}},
		{"file for the pairing", []string{sponsor, above}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.File(a, document("programme", health, 1, 2027))
			return err
		}},
		{"bind a group to the commune", []string{commune, above}, func(w *ledger.Work, a ledger.Actor) error {
			return w.BindGroup(a, twinning.Group{Chat: -5, Unit: border})
		}},
		{"bind a group to the pairing", []string{sponsor, commune, above}, func(w *ledger.Work, a ledger.Actor) error {
			return w.BindGroup(a, twinning.Group{Chat: -5, Pairing: 1})
		}},
		{"invite an officer", []string{"commune lead", above}, invites(border, twinning.RoleOfficer)},
		{"invite an observer", []string{above}, invites(border, twinning.RoleObserver)},
		{"invite a coordinator", []string{above}, invites(standing, twinning.RoleCoordinator)},
		{"remove an officer", []string{commune, above}, removes("commune officer")},
		{"remove an observer", []string{above, "commune observer"}, removes("commune observer")},
		{"approve a request", []string{above}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Decide(a, request.ID, true)
			return err
		}},
		{"announce", []string{above}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Announce(a, twinning.Announcement{To: twinning.Circle{Kind: twinning.CircleAll}, Text: "x"})
			return err
		}},
		{"count whom an announcement reaches", []string{above}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Reaching(a, twinning.Circle{Kind: twinning.CircleAll})
			return err
		}},
		{"stop an announcement", []string{above}, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.StopAnnouncement(a, announced.ID)
			return err
		}},
		{"import", []string{above}, func(w *ledger.Work, a ledger.Actor) error {
			return w.ApplyRoster(a, ledger.RosterChange{})
		}},
		{"read the commune", []string{sponsor, commune, above, "district lead", lookers, overseer}, reads(border)},
		{"read the sponsor", []string{sponsor, commune, above, lookers}, reads(health)},
		{"read another commune", []string{above, "district lead, neighbour, other sponsor", lookers}, reads(inland)},
		{"read another district's commune", []string{above, "rewards officer", lookers}, reads(farther)},
		{
			"read the activity",
			[]string{sponsor, commune, above, "district lead", lookers, overseer},
			func(w *ledger.Work, a ledger.Actor) error { return refused(w.MayReadActivity(a.Person, act)) },
		},
		{"ask about the province", []string{above, lookers}, func(w *ledger.Work, a ledger.Actor) error {
			if a.Person.ID == 0 {
				return twinning.ErrForbidden // the bot asks for nobody who is nobody
			}
			return refused(w.ReadsAll(a.Person))
		}},
	}
	for _, test := range tests {
		allowed := strings.Split(strings.Join(test.who, ", "), ", ")
		for name, p := range people {
			t.Run(fmt.Sprintf("%s/%s", test.name, name), func(t *testing.T) {
				a := by(p)
				if p.ID == 0 {
					a.Chat = 98
				}
				err := b.peek(func(w *ledger.Work) error { return test.do(w, a) })
				switch may := slices.Contains(allowed, name); {
				case may && err != nil:
					t.Errorf("refused: %v", err)
				case !may && err == nil:
					t.Error("allowed")
				case !may && !errors.Is(err, twinning.ErrForbidden):
					t.Errorf("refused for another reason: %v", err)
				}
			})
		}
	}
	b.checkTexts()
}

func refused(may bool, err error) error {
	if err == nil && !may {
		return twinning.ErrForbidden
	}
	return err
}

// TestNoTrick lists what somebody with rights in the own unit may try to reach beyond it.
func TestNoTrick(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	people := b.cast()
	officer, neighbour := people["sponsor officer"], people["neighbour"]
	var draft twinning.Draft
	b.must(func(w *ledger.Work) (err error) {
		draft, err = w.StartDraft(by(officer), support(health, 5, 45))
		return err
	})
	others := b.logs(people["other sponsor"], twinning.Draft{Unit: finance, NoNumbers: true, Facts: twinning.Facts{
		From: twinning.NewDate(2027, 3, 5), Sponsor: finance, Recipient: inland, Category: twinning.CategoryWelfare,
	}})
	tests := map[string]func(*ledger.Work) error{
		"log in the own name what others did for others": func(w *ledger.Work) error {
			_, err := logDraft(w, by(neighbour), support(inland, 5, 45))
			return err
		},
		"take over a draft by naming the own unit in it": func(w *ledger.Work) error {
			stolen := draft
			stolen.Unit = inland
			_, err := w.ChangeDraft(by(neighbour), stolen)
			return err
		},
		"log a draft of another unit": func(w *ledger.Work) error {
			_, err := w.Log(by(neighbour), draft.ID)
			return err
		},
		"drop a draft of another unit": func(w *ledger.Work) error { return w.DropDraft(by(neighbour), draft.ID) },
		"answer a draft by an activity of others": func(w *ledger.Work) error {
			d := support(health, 5, 1)
			d.Facts.Sponsor, d.Facts.Recipient = finance, inland
			d, err := w.StartDraft(by(officer), d)
			if err != nil {
				return err
			}
			if d.Twin != others.ID {
				return fmt.Errorf("twin %d", d.Twin)
			}
			_, err = w.SettleTwin(by(officer), d, false, nil)
			return err
		},
		"file for another unit's obligation": func(w *ledger.Work) error {
			f := document("needs", border, 0, 2027)
			f.Unit = inland
			_, err := w.File(by(neighbour), f)
			return err
		},
		"take a group over": func(w *ledger.Work) error {
			if err := w.BindGroup(by(officer), twinning.Group{Chat: -9, Unit: health}); err != nil {
				return err
			}
			return w.BindGroup(by(neighbour), twinning.Group{Chat: -9, Unit: inland})
		},
		"confirm as a coordinator what names Ban Dân tộc": func(w *ledger.Work) error {
			d := support(border, 6, 7)
			d.Facts.Sponsor = standing
			act, err := logDraft(w, by(people["commune officer"]), d)
			if err != nil {
				return err
			}
			_, err = w.Confirm(by(people["coordinator"]), act.ID, 1)
			return err
		},
		"give an activity away": func(w *ledger.Work) error {
			act, err := logDraft(w, by(officer), support(health, 6, 7))
			if err != nil {
				return err
			}
			d := revision(act, 7)
			d.Facts.Sponsor = finance
			_, err = logDraft(w, by(officer), d)
			return err
		},
	}
	for name, do := range tests {
		t.Run(name, func(t *testing.T) {
			err := b.peek(do)
			var invalid *twinning.InvalidError
			if !errors.Is(err, twinning.ErrForbidden) && !(errors.As(err, &invalid) && invalid.Field == "parties") {
				t.Errorf("got %v", err)
			}
		})
	}
}
