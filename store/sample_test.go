package store

import (
	"encoding/json"
	"errors"
	"time"

	"ketnghia/twinning"
)

// sampleActivity is an activity of two units, in every field that the store looks at.
func sampleActivity() twinning.Activity {
	return twinning.Activity{
		Version: 1, State: twinning.ActivityLogged, Pairing: 1, Author: 1, Unit: "ASYT", Chat: -500, Sources: []int{77, 78},
		Facts: twinning.Facts{
			From: twinning.NewDate(2027, 2, 25), Sponsor: "ASYT", Recipient: "W20437", Place: "thôn Pà Tôi",
			Category:   twinning.CategoryWelfare,
			Quantities: twinning.Quantities{twinning.Households: 45, twinning.Amount: 12_500_000},
			Summary:    "Khám bệnh, phát thuốc <45 hộ nghèo>",
		},
		LoggedAt: noon, Changed: noon, ChangedBy: 1,
	}
}

// fill writes at least one record of every kind. testdata/v<version>.db holds what it wrote at that version, so what it
// writes changes only together with the schema, or for a new kind.
func fill(tx *Tx) error {
	return errors.Join(
		fillRoster(tx), fillPeople(tx), fillActivities(tx), fillFilings(tx), fillRatings(tx), fillFiles(tx), fillTalk(tx), fillBoxes(tx),
		fillAnnouncements(tx),
	)
}

func fillRoster(tx *Tx) error {
	_, err := tx.PutPairing(twinning.Pairing{
		Sponsor: "ASYT", Recipient: "W20437", Decision: "123/QĐ-UBND", From: twinning.NewDate(2020, 4, 16), Demo: true,
	})
	return errors.Join(err,
		tx.PutUnit(twinning.Unit{
			Key: "W20437", Code: "20437", Name: "Xã Ch'ơm", Role: twinning.RoleRecipientCommune, Parent: "D504",
			Border: true, State: twinning.UnitActive,
		}),
		tx.PutUnit(twinning.Unit{
			Key: "ASYT", Name: "Sở Y tế", Aliases: []string{"SYT"}, Role: twinning.RoleSponsorAgency, Staff: 37,
			State: twinning.UnitActive,
		}),
	)
}

func fillPeople(tx *Tx) error {
	_, person := tx.PutPerson(twinning.Person{
		Telegram: 4001, Name: "Bh'riu A", Lang: "vi", Unit: "ASYT", Role: twinning.RoleLead,
		State: twinning.MembershipActive, Joined: noon,
	})
	_, request := tx.PutRequest(twinning.EntryRequest{Telegram: 4002, Name: "Alăng B", Lang: "vi", Created: noon})
	return errors.Join(person, request,
		tx.PutInvitation(twinning.Invitation{
			Hash: "5e88", Unit: "W20437", Role: twinning.RoleOfficer, Created: noon, Expires: noon.AddDate(0, 0, 14), By: 1,
		}),
		tx.PutGroup(twinning.Group{Chat: -500, Title: "Tổ công tác", Pairing: 1, By: 1, Bound: noon}),
		tx.PutAttempts(4002, 3, noon),
	)
}

func fillActivities(tx *Tx) error {
	_, draft := tx.PutDraft(twinning.Draft{
		Author: 1, Unit: "ASYT", Chat: -500, Facts: sampleActivity().Facts, Sources: []int{79}, MediaGroup: "1357",
		Files:   []twinning.FileRef{{ID: "AgAC", UniqueID: "AQAD", Size: 120_000, Photo: true}},
		Created: noon, Updated: noon,
	})
	a := sampleActivity()
	id, first := tx.PutActivity(a)
	a.ID, a.Version, a.State, a.ConfirmedBy = id, 2, twinning.ActivityConfirmed, 2
	_, second := tx.PutActivity(a)
	return errors.Join(draft, first, second)
}

func fillFilings(tx *Tx) error {
	_, err := tx.PutFiling(twinning.Filing{
		State: twinning.FilingSubmitted, Unit: "W20437", Filed: twinning.NewDate(2027, 2, 26), At: noon, By: 1,
		Meets:  []twinning.Obligation{{Rule: "needs", Unit: "W20437", Year: 2027}},
		Files:  []twinning.FileRef{{ID: "BQAC", UniqueID: "AgAD", Name: "nhu-cau.docx"}},
		Copies: []twinning.Receipt{{Unit: "ASYT", To: []twinning.PersonID{1}, At: noon}, {Unit: "D504"}},
		Number: "15/KH-UBND", Dated: twinning.NewDate(2027, 2, 20),
	})
	_, urge := tx.PutUrge(twinning.Urge{Rule: "needs", Year: 2027, On: twinning.NewDate(2027, 2, 26), By: 1, At: noon})
	_, seal := tx.PutSeal(twinning.Seal{
		Year: 2027, At: noon, By: 1, SHA256: "ab12", Data: []byte{0x1f, 0x8b},
	})
	return errors.Join(err, urge, seal,
		tx.MarkSaid("remind|needs|W20437|2027|-3|person 1"),
		tx.PutHandling(twinning.Handling{
			Obligation: twinning.Obligation{Rule: "programme", Unit: "ASYT", Pairing: 1, Year: 2027},
			Waiver:     &twinning.Waiver{Reason: "xã sáp nhập", By: 1, At: noon},
			Snoozes:    map[twinning.PersonID]twinning.Snooze{1: {Until: twinning.NewDate(2027, 3, 10), Count: 1}},
		}),
	)
}

func fillAnnouncements(tx *Tx) error {
	id, err := tx.PutAnnouncement(twinning.Announcement{
		To: twinning.Circle{Kind: twinning.CircleUnit, Unit: "W20437"}, Text: "Họp lúc 8 giờ.", By: 1, Name: "Trần Thị Lan",
		Unit: "ABDT", Chat: 4001, At: noon,
	})
	return errors.Join(err, tx.MarkMissed(id, 1),
		tx.PutTally(twinning.Tally{Announcement: id, Addressed: 2, After: 1, Queued: 1, Missed: 1, Shown: noon, ShownAt: 1}))
}

func fillRatings(tx *Tx) error {
	return errors.Join(
		tx.PutRatingRecord(twinning.RatingRecord{
			Unit: "ASYT", Year: 2027,
			Proposals: []twinning.RatingProposal{{
				Suggested: twinning.RatingFair, Level: twinning.RatingGood, Reason: "mới nhận cặp từ tháng 9", By: 1, At: noon,
			}},
			Decisions: []twinning.RatingDecision{{
				Level: twinning.RatingGood, Document: "512/QĐ-UBND ngày 20/02/2028", By: 1, At: noon,
			}},
		}),
		tx.PutStageRecord(twinning.StageRecord{
			Pairing: 1, Year: 2027, Led: []twinning.StageID{"survey", "plan"}, By: 1, At: noon,
		}),
	)
}

func fillFiles(tx *Tx) error {
	return errors.Join(
		tx.PutKeptFile(KeptFile{
			File:  twinning.FileRef{ID: "BQAC", UniqueID: "AgAD", Name: "nhu-cau.docx", MIME: "application/msword", Size: 41_000},
			State: KeptPending, Tries: 2, Refusals: 1, NotBefore: noon.Add(4 * time.Minute), Error: "server",
		}),
		tx.PutKeptFile(KeptFile{
			File:  twinning.FileRef{ID: "AgAC", UniqueID: "AQAD", Size: 120_000, Photo: true},
			State: KeptDone, SHA256: "ab12", Path: "files/ab/ab12.jpg", Bytes: 120_000,
		}),
	)
}

func fillTalk(tx *Tx) error {
	return errors.Join(
		tx.PutConversation(Conversation{
			Chat: 4001, Person: 1, Kind: "ask", Data: json.RawMessage(`{"field":"place"}`), Expires: noon.Add(time.Hour),
		}),
		tx.LinkMessage("activity/1", -500, 80),
		tx.Audit(AuditEntry{
			Person: 1, Chat: -500, Message: 77, Action: "activity.log", Object: "activity/1",
			Detail: json.RawMessage(`{"version":1}`),
		}),
	)
}

func fillBoxes(tx *Tx) error {
	queue := func(row OutRow) error { _, err := tx.Queue(row); return err }
	return errors.Join(
		tx.Receive([]Update{
			{ID: 991, Raw: json.RawMessage(`{"update_id":991,"message":{"text":"hôm qua"}}`)},
			{ID: 992, Raw: json.RawMessage(`{"update_id":992}`)},
		}, 993),
		tx.Bury(2, "no chat"),
		queue(OutRow{
			Cause: "update 991/0", Chat: 4001, Person: 1, Op: OpSend, Subject: "draft/1",
			Message: twinning.Say("card.title", twinning.Args{{"Place", twinning.Text("thôn Pà Tôi")}}),
		}),
		queue(OutRow{
			Cause: "remind|needs|W20437|2027|-1|person 1", Chat: 4001, Person: 1, Class: ClassReminder, Op: OpSend,
			NotBefore: noon.Add(20 * time.Hour), Message: twinning.Say("card.title", nil),
		}),
	)
}
