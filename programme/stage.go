package programme

import "ketnghia/twinning"

// readStages reads the stages of which the recipients should lead more than a share; a file without the table asks for
// none.
func readStages(root *section) twinning.Stages {
	if _, ok := root.lookup("stages", false); !ok {
		return twinning.Stages{}
	}
	s := root.sub("stages")
	if s == nil {
		return twinning.Stages{}
	}
	stages := twinning.Stages{MoreThan: int(s.number("more_than", 1, 99)), Cite: s.text("cite", maxText)}
	ids, names := s.named("list", true)
	for _, id := range ids {
		stages.List = append(stages.List, twinning.Stage{ID: twinning.StageID(id), Name: names[id]})
	}
	s.rest()
	return stages
}
