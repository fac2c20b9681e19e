package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"ketnghia/report"
)

// texts returns the words of the files that a move asked for.
func (x *raid) texts(l loot) string {
	x.t.Helper()
	var all strings.Builder
	for _, req := range l.asked {
		key, err := json.Marshal(req)
		if err != nil {
			x.t.Fatal(err)
		}
		if _, made := x.files[string(key)]; !made {
			_, content, err := x.reports(x.t.Context(), req, x.app.printer())
			if err != nil && !errors.Is(err, report.ErrEmptyChart) {
				x.t.Errorf("report %s: %v", key, err)
			}
			x.files[string(key)] = string(key) + unzipped(content)
		}
		all.WriteString(x.files[string(key)])
	}
	return all.String()
}

// unzipped returns the content of a file, of its parts when it is a ZIP.
func unzipped(content []byte) string {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return string(content)
	}
	var all strings.Builder
	for _, part := range z.File {
		f, err := part.Open()
		if err != nil {
			continue
		}
		_, _ = io.Copy(&all, f)
		_ = f.Close()
	}
	return all.String()
}
