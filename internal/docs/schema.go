package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

// An object is a JSON object; its keys are written in order.
type object = map[string]any

func schemaPage() ([]byte, error) {
	top := object{"version": object{"const": 1, "description": "The version of this form of the file."}}
	flow := object{}
	for _, k := range config.Keys() {
		s, err := keySchema(k)
		if err != nil {
			return nil, err
		}
		flow[k.Name] = s
		if !k.FlowOnly {
			top[k.Name] = s
		}
	}
	top["templates"] = object{
		"type": "array", "items": object{"type": "string", "pattern": `\S`}, "minItems": 1,
		"description": "Template files of one's own, seen from the folder of this file. Their ids can stand wherever those of the built-in templates can.",
	}
	builtin := object{"template": flow["template"]}
	named := object{"type": "string", "description": flow["template"].(object)["description"]}
	flow["template"], top["template"] = named, named
	top["flows"] = object{
		"type": "array", "description": "The dataflows, each with settings over those at the top of the file.",
		"items": object{
			"type": "object", "properties": flow, "additionalProperties": false,
			"anyOf": []any{object{"required": []string{"pattern"}}, object{"required": []string{"name"}}},
		},
	}
	schema := object{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "preflight.yaml",
		"type": "object", "properties": top, "required": []string{"version"}, "additionalProperties": false,
		"if": object{"not": object{"required": []string{"templates"}}},
		"then": object{"properties": object{
			"template": builtin["template"], "flows": object{"items": object{"properties": builtin}},
		}},
		"$defs": object{"rules": rulesSchema()},
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(schema)
	return b.Bytes(), err
}

func keySchema(k config.Key) (object, error) {
	text := object{"type": "string"}
	if len(k.Values) > 0 {
		text["enum"] = k.Values
	}
	var s object
	switch k.Kind {
	case config.Text:
		s = text
		if k.Filled {
			s["pattern"] = `\S`
		}
	case config.Yes:
		s = object{"type": "boolean"}
	case config.List:
		s = object{"type": "array", "items": text}
		if k.Filled {
			s["minItems"] = 1
			if len(k.Values) == 0 {
				text["pattern"] = `\S`
			}
		}
	case config.Pairs:
		s = object{"type": "object", "additionalProperties": object{"type": []string{"string", "number", "boolean"}, "pattern": `\S`}}
	case config.Rules:
		s = object{"$ref": "#/$defs/rules"}
	case config.Port:
		s = object{"type": "integer", "minimum": 1, "maximum": 65535}
	case config.Time:
		s = object{"type": "string", "pattern": `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`}
	case config.Block:
		keys := object{}
		for _, sub := range k.Keys {
			var err error
			if keys[sub.Name], err = keySchema(sub); err != nil {
				return nil, err
			}
		}
		s = object{"type": "object", "properties": keys, "additionalProperties": false}
	default:
		return nil, fmt.Errorf("setting %s has a kind without a schema: %s", k.Name, k.Kind)
	}
	s["description"] = k.Doc
	return s, nil
}

func rulesSchema() object {
	properties := object{}
	for _, r := range rules.All() {
		properties[r.ID] = ruleSchema(r)
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

func ruleSchema(r *validate.Rule) object {
	properties := object{"severity": object{"type": "string", "enum": config.Severities, "default": severity(r.Severity)}}
	for _, p := range config.Params(r) {
		s := object{"description": p.Doc, "default": p.Default}
		switch p.Default.(type) {
		case bool:
			s["type"] = "boolean"
		case int64:
			s["type"] = "integer"
		case float64:
			s["type"] = "number"
		case []string:
			s["type"], s["items"] = "array", object{"type": "string"}
		case map[string]string:
			s["type"], s["additionalProperties"] = "object", object{"type": "string"}
		default: // written as text, and so as a bare number too
			s["type"] = []string{"string", "number"}
		}
		if len(p.Values) > 0 {
			s["type"], s["enum"] = "string", p.Values
		}
		properties[p.Name] = s
	}
	return object{"type": "object", "description": r.Title, "properties": properties, "additionalProperties": false}
}
