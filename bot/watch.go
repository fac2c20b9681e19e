package bot

import (
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// watch is whose deadlines somebody watches over besides those of the own unit.
type watch struct {
	own twinning.Unit
	// all says that it is everybody's; units are the communes of a district, or those at the border for the overseer.
	all   bool
	units []twinning.UnitKey
}

func (w watch) none() bool { return !w.all && len(w.units) == 0 }

// filter chooses the obligations of those units.
func (w watch) filter() ledger.BoardFilter { return ledger.BoardFilter{Units: w.units} }

// scope names them.
func (w watch) scope() twinning.Line {
	switch {
	case w.all:
		return say("board.scope.all")
	case w.own.Role == twinning.RoleOverseer:
		return say("board.scope.border")
	}
	return twinning.Line{Key: "board.scope.district", Args: twinning.Args{{"Unit", twinning.Text(w.own.Name)}}}
}

func (d *Desk) watch(r *Request) (w watch, err error) {
	if w.all, err = r.Work.ReadsAll(*r.Person); err != nil {
		return w, wrapStep("watch", err)
	}
	if w.own, err = r.Work.Unit(r.Person.Unit); err != nil {
		return w, wrapStep("watch", err)
	}
	if !w.all && (w.own.Role == twinning.RoleRecipientDistrict || w.own.Role == twinning.RoleOverseer) {
		span, err := r.Work.Span(w.own)
		if err != nil {
			return w, wrapStep("watch", err)
		}
		w.units = slices.DeleteFunc(span, func(key twinning.UnitKey) bool { return key == w.own.Key })
	}
	return w, nil
}
