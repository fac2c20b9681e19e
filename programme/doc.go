// Package programme holds the decision and the roster as data, and reads and checks the files that hold them.
//
// It owns 1100.toml (Decision 1100/QĐ-UBND of Quảng Nam, 16/4/2020: obligations, ladder, targets, thresholds,
// holidays), the embedded roster of units, the Vietnamese lunar table, and the roster files that an operator imports
// as CSV or XLSX. A programme file is validated whole: every fault comes with file and line. A roster file is checked
// whole: every bad row comes with its reason, and with one bad row nothing is to be applied.
//
// It imports twinning and the libraries for TOML, XLSX and Unicode. It writes nothing, reads no clock and makes no
// text for users: rejections are codes with arguments, errors of files are English lines for the operator's terminal.
package programme
