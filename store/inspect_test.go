package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// findings inspects the store as it stands.
func findings(t testing.TB, s *Store) []Finding {
	t.Helper()
	var all []Finding
	i := newInspector(t.Context(), InspectOptions{
		Found: func(f Finding) error { all = append(all, f); return nil },
	})
	if err := i.inspect(s); err != nil {
		t.Fatal(err)
	}
	if result := i.result; result.Findings != len(all) || result.Keys == 0 || result.Bytes == 0 {
		t.Errorf("%+v for %d findings", result, len(all))
	}
	return all
}

// busy fills a store with a record of every kind, and with what changed hands.
func busy(t testing.TB) *Store {
	t.Helper()
	s := newStore(t)
	update(t, s, fill)
	update(t, s, func(tx *Tx) error {
		a := sampleActivity() // from the same messages as the first: it takes its place in the index
		_, err := tx.PutActivity(a)
		_, draft := tx.PutDraft(twinning.Draft{Author: 1, Unit: "ASYT", Chat: -500, MediaGroup: "1357"})
		// The second person of one Telegram account was here before the first.
		_, person := tx.PutPerson(twinning.Person{Telegram: 4001, Unit: "ASYT", State: twinning.MembershipLeft})
		_, queued := tx.Queue(OutRow{Cause: "digest|2027", Chat: 1, Op: OpSend})
		row, sent := tx.OutRow(3)
		row.State = OutSent
		return errors.Join(err, draft, person, queued, sent, tx.PutOutRow(row))
	})
	updateAt(t, s, noon.AddDate(0, 0, 1), func(tx *Tx) error {
		_, err := tx.Prune(noon.AddDate(0, 0, 1), 0) // the cause of the sent row stays
		return err
	})
	return s
}

func TestInspectFindsNothingInAGoodStore(t *testing.T) {
	t.Parallel()
	s := busy(t)
	for n := range 12 {
		update(t, s, func(tx *Tx) error {
			a, err := tx.Activity(1)
			a.Version++
			a.Facts.Quantities = twinning.Quantities{twinning.Households: int64(n)}
			_, more := tx.PutActivity(a)
			return errors.Join(err, more)
		})
	}
	if diff := cmp.Diff([]Finding(nil), findings(t, s)); diff != "" {
		t.Errorf("found (+):\n%s", diff)
	}
}

// breaks has for each kind of fault how to make it and what must be found.
func breaks() map[string]struct {
	change func(tx engine.Tx) error
	want   []Finding
} {
	put := func(tx engine.Tx, k key, value any) error {
		encoded, err := encode(value)
		return errors.Join(err, tx.Put(k, encoded))
	}
	move := func(tx engine.Tx, from, to key) error {
		value, err := tx.Get(from)
		return errors.Join(err, tx.Put(to, value), tx.Delete(from))
	}
	onUnit := keyOf(kindActivityUnit).text("ASYT").down4(twinning.NewDate(2027, 2, 25)).down(1)
	total := totalsOf(2027).text("ASYT").num(1).int4(int32(twinning.CategoryWelfare)).flag(true)
	type fault = struct {
		change func(tx engine.Tx) error
		want   []Finding
	}
	return map[string]fault{
		"a value that is no JSON": {
			func(tx engine.Tx) error { return tx.Put(unitKey("ASYT"), []byte("{")) },
			[]Finding{{FoundValue, "unit/ASYT", "value: unexpected EOF"}},
		},
		"a value with a field that nobody knows": {
			func(tx engine.Tx) error { return tx.Put(unitKey("ASYT"), []byte(`{"kez":"ASYT"}`)) },
			[]Finding{{FoundValue, "unit/ASYT", `value: json: unknown field "kez"`}},
		},
		"two values in one": {
			func(tx engine.Tx) error { return tx.Put(offsetKey(), []byte(`5 6`)) },
			[]Finding{{FoundValue, "offset", "value: it goes on after its end"}},
		},
		"a value where none should be": {
			func(tx engine.Tx) error { return tx.Put(onUnit, []byte(`7`)) },
			[]Finding{
				{FoundIndex, "activity/1", "activity.unit/ASYT/2027-02-25/1 holds something else"},
				{FoundValue, "activity.unit/ASYT/2027-02-25/1", "a value where there should be none"},
				{FoundIndex, "activity.unit/ASYT/2027-02-25/1", "no record accounts for it"},
			},
		},
		"a key that can't be read": {
			func(tx engine.Tx) error { return tx.Put([]byte("seal/x"), []byte(`{}`)) },
			[]Finding{{FoundValue, "seal/2f78", "key: year:int4: key ends 3 bytes early"}},
		},
		"a kind that nobody knows": {
			func(tx engine.Tx) error { return tx.Put([]byte("sael/x"), []byte(`{}`)) },
			[]Finding{{FoundValue, "sael", "no kind of record that is known"}},
		},
		"a record under another's key": {
			func(tx engine.Tx) error { return move(tx, unitKey("ASYT"), unitKey("ASYX")) },
			[]Finding{{FoundValue, "unit/ASYX", "the record belongs to another key"}},
		},
		"a key of an index is gone": {
			func(tx engine.Tx) error { return tx.Delete(onUnit) },
			[]Finding{{FoundIndex, "activity/1", "not in activity.unit/ASYT/2027-02-25/1"}},
		},
		"an earlier version is gone": {
			func(tx engine.Tx) error { return tx.Delete(replacedKey(1).num(1)) },
			[]Finding{{FoundIndex, "activity/1", "not in activity.replaced/1/1"}},
		},
		"a key of an index too many": {
			func(tx engine.Tx) error { return put(tx, keyOf(kindPersonUnit).text("W20437").num(1), nothing()) },
			[]Finding{{FoundIndex, "person.unit/W20437/1", "no record accounts for it"}},
		},
		"a key of an index for a record that is not there": {
			func(tx engine.Tx) error { return put(tx, keyOf(kindFilingYear).year(2027).down(9), nothing()) },
			[]Finding{{FoundIndex, "filing.year/2027/9", "no record accounts for it"}},
		},
		"an index that names another record": {
			func(tx engine.Tx) error { return put(tx, telegramKey(4001), 77) },
			[]Finding{
				{FoundIndex, "person/1", "person.telegram/4001 holds something else"},
				{FoundIndex, "person/2", "person.telegram/4001 holds something else"},
				{FoundIndex, "person.telegram/4001", "no record accounts for it"},
			},
		},
		"an update seen that never arrived": {
			func(tx engine.Tx) error { return put(tx, keyOf(kindInboxSeen).int(5), nothing()) },
			[]Finding{{FoundIndex, "inbox.seen", "1 keys too many"}},
		},
		"a cause of no row": {
			func(tx engine.Tx) error { return put(tx, causeKey("update 5/0"), 9) },
			[]Finding{{FoundIndex, "outbox.cause/update 5/0", "no record accounts for it"}},
		},
		"a wrong sum": {
			func(tx engine.Tx) error { return put(tx, total, twinning.Quantities{twinning.Activities: 2}) },
			[]Finding{{
				FoundTotal, "total/2027/ASYT/1/4/true",
				"holds map[activities:2], the activities make map[activities:1 amount_vnd:12500000 households:45]",
			}},
		},
		"a sum that is not there": {
			func(tx engine.Tx) error { return tx.Delete(total) },
			[]Finding{{
				FoundTotal, "total/2027/ASYT/1/4/true",
				"missing, the activities make map[activities:1 amount_vnd:12500000 households:45]",
			}},
		},
		"a number that would be given again": {
			func(tx engine.Tx) error { return put(tx, keyOf(kindNext).text(string(kindActivity)), 1) },
			[]Finding{{FoundNumber, "next/activity", "1, but there is a number 2"}},
		},
		"a number of an announcement that would be given again": {
			func(tx engine.Tx) error { return tx.Delete(keyOf(kindNext).text(string(kindAnnouncement))) },
			[]Finding{{FoundNumber, "next/announcement", "0, but there is a number 1"}},
		},
		"an announcement that is open and not listed so": {
			func(tx engine.Tx) error { return tx.Delete(keyOf(kindAnnouncementOpen).num(1)) },
			[]Finding{{FoundIndex, "announcement/1", "not in announcement.open/1"}},
		},
		"an announcement listed that is not there": {
			func(tx engine.Tx) error { return put(tx, keyOf(kindAnnouncementOpen).num(9), nothing()) },
			[]Finding{{FoundIndex, "announcement.open/9", "no record accounts for it"}},
		},
		"an audit without its end": {
			func(tx engine.Tx) error { return put(tx, auditHeadKey(), AuditHead{Seq: 2, Chain: "ab12"}) },
			[]Finding{{FoundAudit, "audit/2", "audit 2: cut"}},
		},
	}
}

func TestInspectFindsEachFault(t *testing.T) {
	t.Parallel()
	for name, test := range breaks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			tamper(t, s, test.change)
			got := findings(t, s)
			for i := range got {
				if got[i].Kind == FoundAudit {
					got[i].What, _, _ = strings.Cut(got[i].What, " (")
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want (-), found (+):\n%s", diff)
			}
		})
	}
}

func TestInspectLooksForCopies(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := busy(t)
	what := func() string {
		var all []string
		_, err := s.Inspect(t.Context(), InspectOptions{
			Kept:  KeptIn(folder),
			Found: func(f Finding) error { all = append(all, fmt.Sprint(f.Kind, " ", f.Object, " ", f.What)); return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(all, "\n")
	}
	if got := what(); !strings.HasPrefix(got, "copy file/AQAD copy: ") {
		t.Errorf("of a copy that is not there it finds %q", got)
	}
	at := filepath.Join(folder, "files", "ab", "ab12.jpg")
	if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, make([]byte, 5), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := what(); got != "copy file/AQAD copy: 5 bytes, kept with 120000" {
		t.Errorf("of a copy that was cut off it finds %q", got)
	}
	if err := os.Truncate(at, 120_000); err != nil {
		t.Fatal(err)
	}
	if got := what(); got != "" {
		t.Errorf("of a good copy it finds %q", got)
	}
}

// TestInspectSurvivesADamagedFile overwrites each page in turn, and cuts the file off: nothing but the pages that are
// free may go unnoticed, and nothing may end the process.
func TestInspectSurvivesADamagedFile(t *testing.T) {
	t.Parallel()
	s := busy(t)
	good, err := os.ReadFile(snapshot(t, s))
	if err != nil {
		t.Fatal(err)
	}
	page := os.Getpagesize()
	inspect := func(content []byte) (n int, err error) {
		path := filepath.Join(t.TempDir(), "damaged.db")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		found, err := InspectFile(t.Context(), path, InspectOptions{Found: func(Finding) error { return nil }})
		return found.Findings, err
	}
	if n, err := inspect(good); n != 0 || err != nil {
		t.Fatalf("%d findings (%v) in a good file", n, err)
	}
	seen := 0
	for at := 2 * page; at < len(good); at += page {
		damaged := bytes.Clone(good)
		for i := at + 16; i < at+page; i++ {
			damaged[i] ^= 0x5a
		}
		if n, err := inspect(damaged); n > 0 || err != nil {
			seen++
		}
	}
	if pages := len(good)/page - 2; seen < pages/2 {
		t.Errorf("damage shows in %d of %d pages", seen, pages)
	}
	if n, err := inspect(good[:len(good)-page]); n == 0 && err == nil {
		t.Error("a file without its last page is good")
	}
}

func TestInspectServesOthersMeanwhile(t *testing.T) {
	t.Parallel()
	s := busy(t)
	tamper(t, s, func(tx engine.Tx) error {
		return tx.Put(unitKey("ASYT"), []byte("{"))
	})
	calls := 0
	result, err := s.Inspect(t.Context(), InspectOptions{Found: func(Finding) error {
		calls++
		update(t, s, func(tx *Tx) error { return tx.Audit(AuditEntry{Action: "meanwhile"}) })
		return nil
	}})
	if err != nil || calls != 1 || result.Findings != 1 || result.Audit.Seq != 1 || len(result.Audit.Chain) != 64 {
		t.Errorf("%+v after %d calls (%v)", result, calls, err)
	}
	if left, err := filepath.Glob(s.Path() + "?*"); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v (%v)", left, err)
	}
}

func TestInspectCanBeGivenUp(t *testing.T) {
	t.Parallel()
	s := busy(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never := InspectOptions{Found: func(Finding) error { return nil }}
	if _, err := s.Inspect(ctx, never); !errors.Is(err, context.Canceled) {
		t.Errorf("Inspect: %v, want canceled", err)
	}
	tamper(t, s, func(tx engine.Tx) error { return tx.Put(unitKey("ASYT"), []byte("{")) })
	enough := errors.New("enough")
	if _, err := s.Inspect(t.Context(), InspectOptions{Found: func(Finding) error { return enough }}); !errors.Is(err, enough) {
		t.Errorf("Inspect: %v, want the error of Found", err)
	}
}

// TestInspectKnowsEveryKind fails when a kind is drawn and nobody has thought of what it owes or is owed.
func TestInspectKnowsEveryKind(t *testing.T) {
	t.Parallel()
	alone := map[kind]bool{
		kindSchema: true, kindNext: true, kindAttempts: true, kindTotal: true, kindSaid: true, kindAuditHead: true, kindOffset: true,
		kindAnnouncementMissed: true,
	}
	ledgers, debtors := ledgers(), debtors()
	for _, d := range keyTree() {
		_, record := ledgers[d.kind]
		if _, index := debtors[d.kind]; !record && !index && !alone[d.kind] {
			t.Errorf("%s is neither a record, nor an index, nor alone", d.kind)
		}
	}
}
