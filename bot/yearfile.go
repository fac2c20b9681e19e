package bot

import (
	"io"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

// yearDocument and yearAnnex make the files of a year-end report, from the books of now or from the seal that the request
// names.
func yearDocument(k *ledger.Look, req twinning.ReportRequest, p locales.Printer, w io.Writer) (string, error) {
	return yearFile(k, req, p, func(data twinning.YearReport) error { return report.YearDocument(w, p, data) })
}

func yearAnnex(k *ledger.Look, req twinning.ReportRequest, p locales.Printer, w io.Writer) (string, error) {
	return yearFile(k, req, p, func(data twinning.YearReport) error { return report.YearAnnex(w, p, data) })
}

func yearFile(
	k *ledger.Look, req twinning.ReportRequest, p locales.Printer, write func(twinning.YearReport) error,
) (name string, err error) {
	var data twinning.YearReport
	if req.Seal > 0 {
		_, data, err = k.Sealed(req.Unit, req.Year, req.Seal)
	} else {
		data, err = k.YearReport(req.Unit, req.Year)
	}
	if err != nil {
		return "", wrapStep("year report", err)
	}
	name = p.Text("yearly.file_name", nil)
	if req.Unit != "" {
		name += "-" + string(req.Unit)
	}
	return name, wrapStep("year report", write(data))
}
