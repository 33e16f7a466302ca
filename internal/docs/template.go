package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/connectplus/preflight/templates/source"
)

// templateSchemaPage writes the JSON Schema of the template files of users.
func templateSchemaPage() ([]byte, error) {
	top, err := templateKeys(source.Keys())
	if err != nil {
		return nil, err
	}
	field, err := templateKeys(source.FieldKeys())
	if err != nil {
		return nil, err
	}
	text, texts := object{"type": "string"}, object{"type": "array", "items": object{"type": "string"}}
	top["fields"].(object)["items"] = object{
		"type": "object", "properties": field, "required": []string{"name"}, "additionalProperties": false,
	}
	top["roles"].(object)["items"] = object{
		"type": "object", "properties": object{"name": text, "levels": texts, "example": text},
		"required": []string{"name", "levels"}, "additionalProperties": false,
	}
	field["implies"].(object)["items"] = object{
		"type": "object", "properties": object{"headers": texts, "field": text, "value": text},
		"required": []string{"headers", "field", "value"}, "additionalProperties": false,
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err = e.Encode(object{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A template for preflight",
		"type": "object", "properties": top, "required": []string{"id"}, "additionalProperties": false,
	})
	return b.Bytes(), err
}

func templateKeys(keys []source.Key) (object, error) {
	properties := object{}
	for _, k := range keys {
		text := object{"type": "string", "pattern": `\S`}
		if len(k.Values) > 0 {
			text = object{"type": "string", "enum": k.Values}
		}
		s := object{}
		switch k.Form {
		case source.Text:
			s = text
		case source.Yes:
			s["type"] = "boolean"
		case source.Number:
			s["type"], s["minimum"] = "integer", 1
		case source.List:
			s["type"], s["items"], s["uniqueItems"] = "array", text, true
		case source.Choice:
			s["anyOf"] = []any{object{"type": "string"}, object{"type": "array", "items": text, "uniqueItems": true}}
		case source.Blocks:
			s["type"] = "array"
		default:
			return nil, fmt.Errorf("key %s has a form without a schema: %s", k.Name, k.Form)
		}
		s["description"] = k.Doc
		properties[k.Name] = s
	}
	return properties, nil
}
