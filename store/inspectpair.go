package store

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// pair looks at one key and its value.
func (i *inspector) pair(d drawing, p engine.Pair) error {
	words, err := d.shape(p.Key)
	if err != nil {
		return i.found(FoundValue, fmt.Sprintf("%s/%x", d.kind, p.Key[len(d.kind):]), fmt.Sprintf("key: %v", err))
	}
	object := d.object(words)
	value, err := d.read(p.Value)
	if err != nil {
		return i.found(FoundValue, object, err.Error())
	}
	if err := i.record(d.kind, object, p, value); err != nil {
		return err
	}
	switch value := value.(type) {
	case twinning.Activity:
		if d.kind == kindActivity {
			i.count(value)
		}
	case twinning.Quantities:
		return i.total(object, p, value)
	case KeptFile:
		if i.o.Kept != nil && value.State == KeptDone {
			if err := i.o.Kept(value); err != nil {
				return i.found(FoundCopy, object, err.Error())
			}
		}
	}
	return nil
}

// record looks whether a record stands where it must, and whether the keys are there that it accounts for.
func (i *inspector) record(k kind, object string, p engine.Pair, value any) error {
	l := i.ledgers[k]
	if l.own != nil {
		own, err := l.own(value)
		if err != nil {
			return fmt.Errorf("%s: %w", object, err)
		}
		if !bytes.Equal(own, p.Key) {
			return i.found(FoundValue, object, "the record belongs to another key")
		}
	}
	if l.owed == nil {
		return nil
	}
	owed, err := l.owed(p.Key, value)
	if err != nil {
		return fmt.Errorf("%s: %w", object, err)
	}
	for _, name := range slices.Sorted(maps.Keys(owed)) {
		if err := i.owes(object, key(name), owed[name]); err != nil {
			return err
		}
	}
	return nil
}

// owes looks whether a key is there that the object accounts for.
func (i *inspector) owes(object string, k key, want any) error {
	has, err := i.view.r.Get(k)
	if err != nil {
		return err
	}
	if has == nil {
		return i.found(FoundIndex, object, fmt.Sprintf("not in %s", i.name(k)))
	}
	same, err := holds(want, has)
	if err != nil {
		return err
	}
	if same {
		i.owed[kindOf(k)]++
		return nil
	}
	// Another record may have taken the key over since, as the later of two activities from one message does.
	if taken, err := i.accounted(k, has); err != nil || taken {
		return err
	}
	return i.found(FoundIndex, object, fmt.Sprintf("%s holds something else", i.name(k)))
}

// holds says whether a key that should hold want has it.
func holds(want any, has []byte) (bool, error) {
	if _, whatever := want.(anyValue); whatever {
		return true, nil
	}
	encoded, err := encode(want)
	return bytes.Equal(encoded, has), err
}

// name names a key.
func (i *inspector) name(k key) string {
	d := i.drawn[kindOf(k)]
	words, err := d.shape(k)
	if err != nil {
		return string(d.kind)
	}
	return d.object(words)
}

// accounted says whether there is a record that accounts for the key of an index with what it holds.
func (i *inspector) accounted(k key, has []byte) (bool, error) {
	debtor := i.debtors[kindOf(k)]
	if debtor == nil {
		return false, nil
	}
	of, err := debtor(k, has)
	if err != nil {
		return false, nil //nolint:nilerr // a key or value that names nothing has nobody to account for it
	}
	raw, err := i.view.r.Get(of)
	if err != nil {
		return false, err
	}
	if raw == nil {
		return kindOf(k) == kindOutboxCause && lasting(partsOf(k).text()), nil
	}
	value, err := i.drawn[kindOf(of)].read(raw)
	if err != nil {
		return false, nil //nolint:nilerr // the record itself is a finding
	}
	owed, err := i.ledgers[kindOf(of)].owed(of, value)
	if err != nil {
		return false, err
	}
	want, ok := owed[string(k)]
	if !ok {
		return false, nil
	}
	return holds(want, has)
}

// strays looks for keys of indexes that no record accounts for. An index that has as many keys as records account for
// has none.
func (i *inspector) strays() error {
	for _, k := range slices.Sorted(maps.Keys(i.debtors)) {
		extra := i.held[k] - i.owed[k]
		if extra <= 0 {
			continue
		}
		if i.debtors[k] == nil {
			if err := i.found(FoundIndex, string(k), fmt.Sprintf("%d keys too many", extra)); err != nil {
				return err
			}
			continue
		}
		err := i.view.each(under(keyOf(k)), func(p engine.Pair) (bool, error) {
			if i.ctx.Err() != nil {
				return true, fmt.Errorf("inspect: %w", i.ctx.Err())
			}
			good, err := i.accounted(p.Key, p.Value)
			if err != nil || good {
				return err != nil, err
			}
			return false, i.found(FoundIndex, i.name(p.Key), "no record accounts for it")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// count adds an activity to the sums.
func (i *inspector) count(a twinning.Activity) {
	for _, row := range rowsOf(a) {
		k := string(row.key())
		i.totals[k] = i.totals[k].Plus(row.Sum, 1)
	}
}

// total compares a row of the totals with the sum of the activities, which come before.
func (i *inspector) total(object string, p engine.Pair, has twinning.Quantities) error {
	want := i.totals[string(p.Key)]
	delete(i.totals, string(p.Key))
	if maps.Equal(want, has) && len(has) > 0 {
		return nil
	}
	return i.found(FoundTotal, object, fmt.Sprintf("holds %v, the activities make %v", has, want))
}

// leftTotals looks for rows of the totals that are not there.
func (i *inspector) leftTotals() error {
	for _, k := range slices.Sorted(maps.Keys(i.totals)) {
		if len(i.totals[k]) == 0 {
			continue
		}
		if err := i.found(FoundTotal, i.name(key(k)), fmt.Sprintf("missing, the activities make %v", i.totals[k])); err != nil {
			return err
		}
	}
	return nil
}

// number looks whether the number of the newest record would be given again.
func (i *inspector) number(d drawing, first, last engine.Pair) error {
	down, ok := numbered()[d.kind]
	if !ok || last.Key == nil {
		return nil
	}
	n := partsOf(last.Key).num()
	if down {
		n = partsOf(first.Key).down()
	}
	counter := keyOf(kindNext).text(string(d.kind))
	given, err := get[uint64](i.view, counter)
	if _, err := absent(err); err != nil {
		return i.found(FoundNumber, i.name(counter), err.Error())
	}
	if n > given {
		return i.found(FoundNumber, i.name(counter), fmt.Sprintf("%d, but there is a number %d", given, n))
	}
	return nil
}

// strangers looks for kinds that are not drawn.
func (i *inspector) strangers() error {
	lister, ok := i.view.r.(interface{ Kinds() ([]string, error) })
	if !ok {
		return nil
	}
	kinds, err := lister.Kinds()
	if err != nil {
		return err
	}
	for _, k := range kinds {
		if _, drawn := i.drawn[kind(k)]; drawn {
			continue
		}
		if err := i.found(FoundValue, k, "no kind of record that is known"); err != nil {
			return err
		}
	}
	return nil
}
