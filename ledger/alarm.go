package ledger

import (
	"fmt"
	"time"

	"ketnghia/store"
	"ketnghia/twinning"
)

// Alarm is something that is not as it should be, which the coordinators were told.
type Alarm struct {
	// Name is what it is known by: "reminders".
	Name string
	// Since is when it began, Told when the coordinators were told.
	Since, Told time.Time
}

// The causes that keep where an alarm stands: it stands from when it was told until it is over.
func alarmCause(name, what string) string { return "alarm|" + name + "|" + what }

// Alarm returns the alarm of that name; standing is false when none was raised, or it is over.
func (k *Look) Alarm(name string) (alarm Alarm, standing bool, err error) {
	moments := map[string]time.Time{}
	for _, what := range []string{"since", "told", "over"} {
		at, _, err := k.Said(alarmCause(name, what))
		if err != nil {
			return alarm, false, wrap("alarm", err)
		}
		moments[what] = at
	}
	alarm = Alarm{Name: name, Since: moments["since"], Told: moments["told"]}
	return alarm, alarm.Told.After(moments["over"]), nil
}

// RaiseAlarm tells the coordinators, and nobody else, once, what is wrong since when: while the alarm stands it does
// nothing. The message goes out before reminders, as soon as messages go out.
func (w *Work) RaiseAlarm(name string, since time.Time, m twinning.Message) error {
	_, standing, err := w.Alarm(name)
	if err != nil || standing {
		return err
	}
	over, _, err := w.Said(alarmCause(name, "over"))
	if err != nil {
		return wrap("alarm", err)
	}
	told := afterAll(w.Now(), over)
	for what, at := range map[string]time.Time{"since": since, "told": told} {
		if err := w.tx.PutSaid(store.Saying{Cause: alarmCause(name, what), At: at}); err != nil {
			return wrap("alarm", err)
		}
	}
	return w.tellAlarm(name, told, m)
}

// EndAlarm tells the coordinators once that all is well again. Without an alarm that stands it does nothing.
func (w *Work) EndAlarm(name string, m twinning.Message) error {
	alarm, standing, err := w.Alarm(name)
	if err != nil || !standing {
		return err
	}
	over := afterAll(w.Now(), alarm.Told)
	if err := w.tx.PutSaid(store.Saying{Cause: alarmCause(name, "over"), At: over}); err != nil {
		return wrap("alarm", err)
	}
	return w.tellAlarm(name, over, m)
}

// TellTrouble tells the coordinators of what was wrong and is over, when it could not be told while it lasted.
func (w *Work) TellTrouble(name string, m twinning.Message) error {
	return w.tellAlarm(name, w.Now(), m)
}

func (w *Work) tellAlarm(name string, at time.Time, m twinning.Message) error {
	return w.For(fmt.Sprintf("%s|%d", alarmCause(name, "tell"), at.UnixNano())).tellCoordinators(ClassReply, m)
}

// afterAll returns now, or the first moment after the other one when the clock was set back behind it.
func afterAll(now, other time.Time) time.Time {
	if now.After(other) {
		return now
	}
	return other.Add(time.Second)
}
