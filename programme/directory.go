package programme

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ketnghia/twinning"
)

// Directory finds units by key, code, name or alias as people write them.
type Directory struct {
	units []twinning.Unit
	// tiers are the comparisons, the most exact first.
	tiers [tierCount]map[string][]entry
}

// entry is one meaning of a folded text: a unit's place, and the folded word for its type ("xa", "huyen") if the text is
// a name without it.
type entry struct {
	unit int
	kind string
}

// The tiers: a key as written, a key in any case or a code, the whole name, the name without the word for its type, and
// both again without diacritics.
const (
	tierKey = iota
	tierCode
	tierWhole
	tierBare
	tierWholePlain
	tierBarePlain
	tierCount
)

// nameForms are the ways in which one name is compared.
type nameForms struct {
	whole, wholePlain string
	// kind is the folded word for the type, "" when the name has none.
	kind            string
	bare, barePlain string
}

// AmbiguousError says that a name may mean several units.
type AmbiguousError struct {
	Name       string
	Candidates []twinning.Unit
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("unit %q: may mean %s", e.Name, strings.Join(labels(e.Candidates), ", "))
}

// labels shows units by name and key.
func labels(units []twinning.Unit) []string {
	list := make([]string, len(units))
	for i, u := range units {
		list[i] = label(u)
	}
	return list
}

func label(u twinning.Unit) string { return fmt.Sprintf("%s (%s)", u.Name, u.Key) }

// NewDirectory indexes the units; those that were merged or dissolved are found too.
func NewDirectory(units []twinning.Unit) *Directory {
	d := &Directory{units: slices.Clone(units)}
	for i := range d.tiers {
		d.tiers[i] = map[string][]entry{}
	}
	for i, u := range d.units {
		d.put(tierKey, string(u.Key), entry{unit: i})
		d.put(tierCode, strings.ToLower(string(u.Key)), entry{unit: i})
		d.put(tierCode, strings.ToLower(u.Code), entry{unit: i})
		for _, name := range append([]string{u.Name}, u.Aliases...) {
			d.putName(formsOf(name), i)
		}
	}
	return d
}

func (d *Directory) putName(f nameForms, unit int) {
	d.put(tierWhole, f.whole, entry{unit: unit})
	d.put(tierWholePlain, f.wholePlain, entry{unit: unit})
	for _, bare := range meanings(f.bare) {
		d.put(tierBare, bare, entry{unit, f.kind})
	}
	for _, bare := range meanings(f.barePlain) {
		d.put(tierBarePlain, bare, entry{unit, f.kind})
	}
}

func (d *Directory) put(tier int, text string, e entry) {
	if text != "" && !slices.Contains(d.tiers[tier][text], e) {
		d.tiers[tier][text] = append(d.tiers[tier][text], e)
	}
}

// Find returns the one unit that the text names: by key or code, else by the whole name or an alias, else without the
// word for its type ("Tây Giang"), each first with diacritics and then without. "name (key)" is the unit of that key,
// "commune, district" narrows a commune down. The error wraps twinning.ErrNotFound or is an *AmbiguousError.
func (d *Directory) Find(text string) (twinning.Unit, error) {
	found := d.candidates(text)
	if len(found) == 0 {
		found = d.labelled(text)
	}
	if len(found) == 0 {
		found = d.inDistrict(text)
	}
	switch len(found) {
	case 0:
		return twinning.Unit{}, fmt.Errorf("unit %q: %w", text, twinning.ErrNotFound)
	case 1:
		return found[0], nil
	}
	return twinning.Unit{}, &AmbiguousError{Name: text, Candidates: found}
}

// FindCurrent is Find, but takes the only one that goes on where the text may mean several units: a new one can have the
// name of one that ended.
func (d *Directory) FindCurrent(text string) (twinning.Unit, error) {
	u, err := d.Find(text)
	if ambiguous, ok := errors.AsType[*AmbiguousError](err); ok {
		active := slices.DeleteFunc(slices.Clone(ambiguous.Candidates), func(u twinning.Unit) bool { return !u.Active() })
		if len(active) == 1 {
			return active[0], nil
		}
	}
	return u, err
}

// candidates returns the units of the most exact comparison that finds any.
func (d *Directory) candidates(text string) []twinning.Unit {
	text = clean(text)
	n := formsOf(text)
	for tier, wanted := range [tierCount]string{text, strings.ToLower(text), n.whole, n.bare, n.wholePlain, n.barePlain} {
		var found []twinning.Unit
		last := -1
		for _, e := range d.tiers[tier][wanted] {
			if (n.kind == "" || e.kind == "" || e.kind == n.kind) && e.unit != last {
				found, last = append(found, d.units[e.unit]), e.unit
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// labelled reads a name with its key behind it, "Sở Y tế (ASYT)", as exports write it: a name may be that of several units
// and may have changed since. A name that is another unit's contradicts the key, so that neither is taken.
func (d *Directory) labelled(text string) []twinning.Unit {
	text = strings.TrimSuffix(clean(text), ")")
	cut := strings.LastIndex(text, " (")
	if cut < 0 {
		return nil
	}
	name, key := text[:cut], text[cut+2:]
	var found []twinning.Unit
	for _, e := range d.tiers[tierKey][key] {
		found = append(found, d.units[e.unit])
	}
	named := d.candidates(name)
	if len(found) != 1 || len(named) > 0 && !slices.ContainsFunc(named, func(u twinning.Unit) bool { return u.Key == found[0].Key }) {
		return nil
	}
	return found
}

// inDistrict reads "Xã Trà Nam, huyện Nam Trà My" and "Trà Nam (Nam Trà My)".
func (d *Directory) inDistrict(text string) []twinning.Unit {
	cut := strings.LastIndexAny(text, ",(-")
	if cut <= 0 {
		return nil
	}
	var found []twinning.Unit
	districts := d.candidates(strings.TrimRight(text[cut+1:], ") "))
	for _, u := range d.candidates(text[:cut]) {
		if slices.ContainsFunc(districts, func(p twinning.Unit) bool { return u.Parent != "" && u.Parent == p.Key }) {
			found = append(found, u)
		}
	}
	return found
}

// meanings returns what somebody may say for the bare name: itself, and the part after the word for a point of the
// compass, which people leave out ("Trà My" for Bắc Trà My and Nam Trà My).
func meanings(bare string) []string {
	head, tail, ok := strings.Cut(bare, " ")
	if ok && slices.Contains([]string{"bắc", "nam", "đông", "tây", "bac", "dong", "tay"}, head) {
		return []string{bare, tail}
	}
	return []string{bare}
}

// formsOf folds a name in all ways. "UBND" before a name and "tỉnh" after it say nothing.
func formsOf(name string) nameForms {
	f := nameForms{whole: foldCase(name), wholePlain: fold(name)}
	exact, plain := strings.Fields(f.whole), strings.Fields(f.wholePlain)
	if len(exact) != len(plain) {
		exact = plain
	}
	for _, head := range []string{"uy ban nhan dan", "ubnd"} {
		exact, plain, _ = cutHead(exact, plain, head)
	}
	for _, kind := range [][2]string{
		{"thi tran", "thi tran"},
		{"thi xa", "thi xa"},
		{"thanh pho", "thanh pho"},
		{"xa", "xa"},
		{"phuong", "phuong"},
		{"huyen", "huyen"},
		{"tinh", "tinh"},
		{"tt", "thi tran"},
		{"tx", "thi xa"},
		{"tp", "thanh pho"},
		{"h", "huyen"},
		{"x", "xa"},
	} {
		var cut bool
		if exact, plain, cut = cutHead(exact, plain, kind[0]); cut {
			f.kind = kind[1]
			break
		}
	}
	for _, tail := range []string{"tinh quang nam", "tinh"} {
		if head, ok := strings.CutSuffix(strings.Join(plain, " "), " "+tail); ok {
			plain = strings.Fields(head)
			exact = exact[:len(plain)]
		}
	}
	f.bare, f.barePlain = strings.Join(exact, " "), strings.Join(plain, " ")
	return f
}

// cutHead drops the words of head from the beginning of both forms.
func cutHead(exact, plain []string, head string) (restExact, restPlain []string, cut bool) {
	n := len(strings.Fields(head))
	if len(plain) <= n || strings.Join(plain[:n], " ") != head {
		return exact, plain, false
	}
	return exact[n:], plain[n:], true
}
