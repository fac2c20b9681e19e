package ledger

import (
	"fmt"

	"ketnghia/twinning"
)

// ReportBackup is the kind of report that is the newest encrypted backup.
const ReportBackup = "backup"

// BackupMost is the largest file in bytes that a bot can send (Bot API, sendDocument: 50 MB).
const BackupMost = 50 << 20

// SendBackup queues the newest backup, of so many bytes, for each coordinator, or why it can't be sent. It goes out within
// the delivery hours, at most one a day for each of them: the one that is the newest by then.
func (w *Work) SendBackup(bytes int64) error {
	p := w.programme
	at := w.Now()
	if !p.Delivering(at) {
		day := w.Today()
		if local := at.In(p.Location); local.Hour()*60+local.Minute() >= p.Delivery.To {
			day = day.AddDays(1)
		}
		at = p.Calendar.OnOrAfter(day).At(p.Delivery.From/60, p.Delivery.From%60, p.Location)
	}
	m := twinning.Say("backup.file", nil)
	m.Report = &twinning.ReportRequest{Kind: ReportBackup}
	if bytes > BackupMost {
		m = twinning.Say("backup.too_large", twinning.Args{
			{"Size", twinning.Number(bytes >> 20)}, {"Limit", twinning.Number(int64(BackupMost >> 20))},
		})
	}
	people, err := w.Coordinators()
	if err != nil {
		return err
	}
	for _, person := range people {
		err := w.Queue(Delivery{
			Cause: fmt.Sprintf("backup|%s|person %d", p.Today(at), person.ID), Chat: person.Telegram, Person: person.ID,
			Class: ClassAnnouncement, Op: OpSend, NotBefore: at, Message: m,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
