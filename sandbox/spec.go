package sandbox

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed spec.json
var specJSON []byte

// spec is the shape of the served methods and the types they take.
type spec struct {
	Version string                `json:"version"`
	Methods map[string]specFields `json:"methods"`
	Types   map[string]specType   `json:"types"`
	lower   map[string]specFields // by lower-case method name
	names   map[string]string     // lower-case method name to the documented one
}

// specFields maps a field's name to its type alternatives, "Integer|String", with a leading ! when it is required.
type specFields map[string]string

type specType struct {
	Fields   specFields `json:"fields"`
	Subtypes []string   `json:"subtypes"`
}

func loadSpec() (*spec, error) {
	var sp spec
	if err := json.Unmarshal(specJSON, &sp); err != nil {
		return nil, fmt.Errorf("spec.json: %w", err)
	}
	sp.lower, sp.names = map[string]specFields{}, map[string]string{}
	for name, fields := range sp.Methods {
		sp.lower[strings.ToLower(name)] = fields
		sp.names[strings.ToLower(name)] = name
	}
	return &sp, nil
}

func (sp *spec) methodName(lower string) string {
	if name := sp.names[lower]; name != "" {
		return name
	}
	return lower
}

// check refuses unknown parameters and wrongly shaped ones. Missing required parameters are left to the methods, which
// know Telegram's words for each.
func (sp *spec) check(method string, p params) *apiError {
	fields := sp.lower[method]
	attached := attachments(p)
	for name := range p.files {
		if _, ok := fields[name]; !ok && !slices.Contains(attached, name) {
			return bad(fmt.Sprintf("unknown parameter %q of %s", name, sp.names[method]))
		}
	}
	for name, value := range p.values {
		types, ok := fields[name]
		if !ok {
			return bad(fmt.Sprintf("unknown parameter %q of %s", name, sp.names[method]))
		}
		if value == "" {
			continue // an empty parameter is an absent one
		}
		if problem := sp.checkParam(name, strings.TrimPrefix(types, "!"), value); problem != "" {
			return bad(problem)
		}
	}
	return nil
}

// attachments are the names of uploaded files that a JSON parameter refers to by attach://.
func attachments(p params) []string {
	var out []string
	for name := range p.files {
		ref := `"attach://` + name + `"`
		for _, value := range p.values {
			if strings.Contains(value, ref) || value == "attach://"+name {
				out = append(out, name)
			}
		}
	}
	return out
}

// checkParam checks one top-level parameter, which is a string, or JSON when its type is composite.
func (sp *spec) checkParam(name, types, value string) string {
	alternatives := strings.Split(types, "|")
	for _, t := range alternatives {
		switch t {
		case "String", "InputFile":
			return ""
		case "Integer":
			if _, err := strconv.ParseInt(value, 10, 64); err == nil {
				return ""
			}
		case "Boolean":
			if _, err := strconv.ParseBool(value); err == nil {
				return ""
			}
		case "Float":
			if _, err := strconv.ParseFloat(value, 64); err == nil {
				return ""
			}
		}
	}
	if simple(alternatives[0]) {
		return fmt.Sprintf("parameter %q must be %s", name, types)
	}
	var object any
	if err := json.Unmarshal([]byte(value), &object); err != nil {
		return fmt.Sprintf("can't parse %s JSON object", strings.ReplaceAll(name, "_", " "))
	}
	return sp.checkValue(name, types, object)
}

func simple(t string) bool {
	return t == "String" || t == "Integer" || t == "Boolean" || t == "Float" || t == "InputFile"
}

// checkValue checks a JSON value against the alternatives and says what is wrong with it, or "".
func (sp *spec) checkValue(path, types string, value any) string {
	alternatives := strings.Split(types, "|")
	if strings.HasPrefix(alternatives[0], "Array of ") {
		items, ok := value.([]any)
		if !ok {
			return fmt.Sprintf("field %q must be an Array", path)
		}
		for i, a := range alternatives {
			alternatives[i] = strings.TrimPrefix(a, "Array of ")
		}
		for i, item := range items {
			if problem := sp.checkValue(fmt.Sprintf("%s[%d]", path, i), strings.Join(alternatives, "|"), item); problem != "" {
				return problem
			}
		}
		return ""
	}
	for _, t := range alternatives {
		if simple(t) && isSimple(t, value) {
			return ""
		}
	}
	if simple(alternatives[0]) {
		return fmt.Sprintf("field %q must be of type %s", path, types)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return fmt.Sprintf("field %q must be an Object", path)
	}
	return sp.checkObject(path, alternatives, object)
}

func isSimple(t string, value any) bool {
	switch v := value.(type) {
	case string:
		return t == "String" || t == "InputFile"
	case bool:
		return t == "Boolean"
	case float64:
		return t == "Float" || t == "Integer" && v == float64(int64(v))
	}
	return false
}

// checkObject picks the type among the alternatives and checks each field.
func (sp *spec) checkObject(path string, alternatives []string, object map[string]any) string {
	name, ok := sp.pick(alternatives, object)
	if !ok {
		return fmt.Sprintf("field %q is none of %s", path, strings.Join(alternatives, ", "))
	}
	fields := sp.Types[name].Fields
	if fields == nil {
		return "" // a type that the reduced specification doesn't hold
	}
	for key, types := range fields {
		value, given := object[key]
		switch {
		case given && value != nil:
			if problem := sp.checkValue(path+"."+key, strings.TrimPrefix(types, "!"), value); problem != "" {
				return problem
			}
		case strings.HasPrefix(types, "!") && !letNull(name, key, given):
			return fmt.Sprintf("can't find field %q of %s in %q", key, name, path)
		}
	}
	for key := range object {
		if _, known := fields[key]; !known {
			return fmt.Sprintf("unknown field %q of %s in %q", key, name, path)
		}
	}
	return ""
}

// pick chooses the alternative that the object claims to be: by its discriminator ("type": "photo" is InputMediaPhoto,
// "status": "left" is ChatMemberLeft), else the first whose required fields are there.
func (sp *spec) pick(alternatives []string, object map[string]any) (string, bool) {
	if len(alternatives) == 1 && len(sp.Types[alternatives[0]].Subtypes) > 0 {
		alternatives = sp.Types[alternatives[0]].Subtypes
	}
	if len(alternatives) == 1 {
		return alternatives[0], true
	}
	for _, key := range []string{"type", "status"} {
		value, _ := object[key].(string)
		if value == "" {
			continue
		}
		best, suffix := "", camel(value)
		for _, a := range alternatives {
			// The shortest name: "photo" is InputMediaPhoto, not InputMediaLivePhoto.
			if strings.HasSuffix(a, suffix) && sp.has(a, key) && (best == "" || len(a) < len(best)) {
				best = a
			}
		}
		if best != "" {
			return best, true
		}
	}
	for _, a := range alternatives {
		if sp.has(a, "type") || sp.has(a, "status") {
			continue
		}
		complete := true
		for key, types := range sp.Types[a].Fields {
			if _, given := object[key]; strings.HasPrefix(types, "!") && !given {
				complete = false
			}
		}
		if complete {
			return a, true
		}
	}
	return "", false
}

func (sp *spec) has(typeName, key string) bool {
	types, ok := sp.Types[typeName].Fields[key]
	return ok && strings.HasPrefix(types, "!")
}

// camel turns a discriminator's value into the suffix of its type's name.
func camel(value string) string {
	switch value {
	case statusCreator:
		return "Owner"
	case statusKicked:
		return "Banned"
	}
	var b strings.Builder
	for word := range strings.SplitSeq(value, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
