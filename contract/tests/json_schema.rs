//! JSON Schema files: what is read, and what is said about what is not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which clippy.toml does not know as such")]

mod reading;

use reading::{json_says, json_schema, said};
use topika_contract::json_schema::{Draft, JsonType, Node, Schema};

fn clean(text: &str) -> Schema {
    let (mut schemas, report) = json_schema(&[text]);
    assert!(report.findings().is_empty(), "{:?}", said(&report));
    schemas.remove(0).unwrap()
}

fn root(schema: &Schema) -> &Node {
    schema.node(schema.root()).unwrap()
}

fn property<'s>(schema: &'s Schema, name: &str) -> &'s Node {
    let property = root(schema).properties.iter().find(|property| property.name == name).unwrap();
    schema.target(property.node).unwrap().1
}

#[test]
fn an_object_is_read_with_everything_that_it_says() {
    let schema = clean(
        r##"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Ticket", "description": "A ticket.", "x-owner": "a", "confluent:tags": [],
          "type": "object", "required": ["id", "id"], "additionalProperties": false,
          "properties": {
            "id": { "type": "string", "pattern": "^T", "maxLength": 9, "examples": ["T1"], "$comment": "c", "readOnly": true },
            "count": { "type": ["integer", "null"], "minimum": 1, "exclusiveMaximum": 10, "multipleOf": 0.5, "default": 2 },
            "list": { "type": "array", "items": { "type": "number" }, "uniqueItems": true },
            "kind": { "enum": ["a", 1, null] }, "one": { "const": { "a": 1 } },
            "any": true, "at": { "type": "string", "format": "date-time" },
            "either": { "oneOf": [{ "type": "string" }, { "$ref": "#/$defs/deep~1name/properties/x" }] },
            "several": { "anyOf": [true], "allOf": [{}] }
          },
          "$defs": { "deep/name": { "type": "object", "properties": { "x": { "type": "boolean" } } } } }"##,
    );
    assert_eq!(schema.draft(), Draft::Draft2020);
    let node = root(&schema);
    assert_eq!((node.title.as_deref(), node.description.as_deref()), (Some("Ticket"), Some("A ticket.")));
    assert_eq!(node.types, [JsonType::Object]);
    assert_eq!(node.required.len(), 1);
    assert_eq!(schema.node(node.additional.unwrap()).unwrap().boolean, Some(false));
    assert_eq!(node.properties[1].name_at.to_string(), "a.json:5:13");
    assert_eq!(
        property(&schema, "id").assertions.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["pattern", "maxLength"]
    );
    assert_eq!(property(&schema, "count").types, [JsonType::Integer, JsonType::Null]);
    assert_eq!(property(&schema, "count").default.as_ref().unwrap().as_i64(), Some(2));
    assert_eq!(schema.node(property(&schema, "list").items.unwrap()).unwrap().types, [JsonType::Number]);
    assert_eq!(property(&schema, "kind").variants.as_ref().unwrap().len(), 3);
    assert!(property(&schema, "one").constant.is_some());
    assert_eq!(property(&schema, "any").boolean, Some(true));
    assert_eq!(property(&schema, "at").format.as_deref(), Some("date-time"));
    let either = property(&schema, "either");
    let (_, target) = schema.target(either.one_of[1]).unwrap();
    assert_eq!(
        (target.types.as_slice(), target.pointer.as_str()),
        ([JsonType::Boolean].as_slice(), "#/$defs/deep~1name/properties/x")
    );
    assert_eq!((property(&schema, "several").any_of.len(), property(&schema, "several").all_of.len()), (1, 1));
}

#[test]
fn every_draft_is_known_by_its_uri() {
    for (uri, draft) in [
        ("http://json-schema.org/draft-04/schema#", Draft::Draft4),
        ("http://iglucentral.com/schemas/com.snowplowanalytics.self-desc/schema/jsonschema/1-0-0#", Draft::Draft4),
        ("http://json-schema.org/draft-06/schema", Draft::Draft6),
        ("https://json-schema.org/draft-07/schema#", Draft::Draft7),
        ("https://json-schema.org/draft/2019-09/schema", Draft::Draft2019),
        ("https://json-schema.org/draft/2020-12/schema#", Draft::Draft2020),
    ] {
        assert_eq!(clean(&format!(r#"{{ "$schema": "{uri}" }}"#)).draft(), draft);
    }
    assert_eq!(clean("true").draft(), Draft::Draft7);
    json_says(
        r#"{ "$schema": "https://example.com/mine" }"#,
        "json-schema/draft at a.json:1:14: `https://example.com/mine` is no draft that is known; read as draft 7 | write `\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"`, or the URI of draft 4, 6, 7 or 2019-09",
    );
    let (schemas, _) = json_schema(&[r#"{ "$schema": 7 }"#]);
    assert!(schemas[0].is_none());
}

#[test]
fn a_keyword_that_is_not_understood_is_told_and_kept() {
    let text = r#"{ "$schema": "https://json-schema.org/draft/2019-09/schema", "contentSchema": {} }"#;
    json_says(
        text,
        "json-schema/unsupported-keyword at a.json:1:62: `contentSchema` is not turned into types, and its changes are not judged | accept it, or say it with keywords that are understood",
    );
    let (schemas, _) = json_schema(&[text]);
    assert_eq!(root(schemas[0].as_ref().unwrap()).unsupported[0].0, "contentSchema");
    json_says(
        r#"{ "type": "string", "contentEncoding": "base64" }"#,
        "json-schema/unsupported-keyword at a.json:1:21: what `contentEncoding` says of the text is not checked: the text stays as it is | say it with a `pattern`, or accept it",
    );
    clean(r#"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "contentEncoding": "base64" }"#);
    json_says(
        r#"{ "propertes": {} }"#,
        "json-schema/unsupported-keyword at a.json:1:3: `propertes` is no keyword of this draft, and validators ignore it | did you mean `properties`?",
    );
    json_says(
        r#"{ "nullable": true }"#,
        "json-schema/unsupported-keyword at a.json:1:3: `nullable` is no keyword of this draft, and validators ignore it | take it out, or mark it as your own: `x-nullable`",
    );
    // What is a keyword depends on the draft.
    json_says(
        r#"{ "$schema": "http://json-schema.org/draft-04/schema#", "const": 1 }"#,
        "json-schema/unsupported-keyword at a.json:1:57: `const` is no keyword of this draft, and validators ignore it | take it out, or mark it as your own: `x-const`",
    );
    // A value that no draft gives the keyword is a validator's to refuse.
    let (schemas, report) = json_schema(&[r#"{ "dependencies": { "a": "b" } }"#]);
    assert!(report.findings()[0].message.contains("`dependencies` is not turned into types"));
    assert!(schemas[0].is_some());
}

#[test]
fn a_keyword_that_asks_something_of_a_value_keeps_its_subschemas() {
    let schema = clean(
        r##"{ "$schema": "https://json-schema.org/draft/2019-09/schema", "not": { "$ref": "#/$defs/x" }, "if": {}, "then": {}, "else": {},
            "contains": {}, "propertyNames": {}, "unevaluatedProperties": false, "unevaluatedItems": false,
            "patternProperties": { "^a": { "type": "string" } },
            "dependentSchemas": { "a": {} }, "dependentRequired": { "b": ["c"] }, "minContains": 2,
            "$defs": { "x": { "properties": { "y": {} } } } }"##,
    );
    let node = root(&schema);
    let asks = &node.asks;
    for one in [asks.not, asks.condition, asks.then, asks.otherwise, asks.contains, asks.property_names] {
        assert!(schema.node(one.unwrap()).unwrap().aside);
    }
    assert_eq!(schema.target(asks.not.unwrap()).unwrap().1.pointer, "#/$defs/x");
    assert_eq!(schema.node(asks.unevaluated_items.unwrap()).unwrap().boolean, Some(false));
    assert_eq!(schema.node(asks.unevaluated_properties.unwrap()).unwrap().boolean, Some(false));
    assert_eq!(
        (asks.dependent_schemas[0].name.as_str(), &asks.dependent_required[0].required[..]),
        ("a", &["c".to_owned()][..])
    );
    assert_eq!(node.pattern_properties[0].name, "^a");
    assert!(!schema.node(node.pattern_properties[0].node).unwrap().aside);
    // The lints look at what says how values are made.
    assert!(schema.own_nodes().all(|(_, node)| !node.aside) && schema.own_nodes().count() < 8);
    let schema = clean(r#"{ "dependencies": { "a": ["b"], "c": { "required": ["d"] } } }"#);
    let asks = &root(&schema).asks;
    assert_eq!((asks.dependent_required[0].name.as_str(), asks.dependent_schemas[0].name.as_str()), ("a", "c"));
}

#[test]
fn a_tuple_is_read_in_the_words_of_its_draft() {
    for text in [
        r#"{ "items": [{ "type": "string" }, {}], "additionalItems": false }"#,
        r#"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "items": false, "prefixItems": [{ "type": "string" }, {}] }"#,
    ] {
        let schema = clean(text);
        let node = root(&schema);
        assert!(node.items.is_none());
        assert_eq!(schema.node(node.prefix_items[0]).unwrap().types, [JsonType::String]);
        assert_eq!(schema.node(node.rest_items.unwrap()).unwrap().boolean, Some(false));
    }
    assert!(root(&clean(r#"{ "items": {}, "additionalItems": false }"#)).rest_items.is_none());
}

#[test]
fn a_dynamic_reference_leads_where_a_plain_one_does() {
    let (schemas, report) = json_schema(&[
        r##"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "properties": { "a": { "$dynamicRef": "#n" } },
        "$defs": { "x": { "$dynamicAnchor": "n", "type": "string" } } }"##,
    ]);
    let schema = schemas[0].as_ref().unwrap();
    let node = schema.node(root(schema).properties[0].node).unwrap();
    let target = node.reference.or(node.all_of.first().copied()).unwrap();
    assert_eq!(schema.node(target).unwrap().types, [JsonType::String]);
    let told = &report.findings()[0].message;
    assert!(told.starts_with("`$dynamicRef` leads to the anchor of this file's root, or where `$ref` leads"), "{told}");
}

#[test]
fn a_dynamic_reference_leads_to_the_dynamic_anchor_of_the_root_where_its_own_is_one_too() {
    let of = |own: &str, root_s: &str| {
        let (schemas, _) = json_schema(&[&format!(
            r##"{{ "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/page", "$ref": "paged", "$defs": {{
                "item": {{ "{root_s}": "T", "type": "integer" }},
                "paged": {{ "$id": "paged", "items": {{ "$dynamicRef": "#T" }}, "$defs": {{ "T": {{ "{own}": "T" }} }} }} }} }}"##
        )]);
        let schema = schemas[0].as_ref().unwrap();
        let paged = root(schema).reference.unwrap();
        let items = schema.node(schema.node(paged).unwrap().items.unwrap()).unwrap();
        let target = items.reference.or(items.all_of.first().copied()).unwrap();
        schema.node(target).unwrap().types.clone()
    };
    assert_eq!(of("$dynamicAnchor", "$dynamicAnchor"), [JsonType::Integer]);
    assert_eq!(of("$anchor", "$dynamicAnchor"), []);
    assert_eq!(of("$dynamicAnchor", "$anchor"), []);
}

#[test]
fn the_shape_of_keywords_is_checked() {
    for (text, expected) in [
        ("3", "1:1: a schema is an object, true or false, not a number | write `{ \"type\": ... }`"),
        (r#"{ "type": "int" }"#, "1:11: `int` is no JSON type | did you mean `integer`?"),
        (r#"{ "type": "strin" }"#, "1:11: `strin` is no JSON type | did you mean `string`?"),
        (
            r#"{ "type": "decimal" }"#,
            "1:11: `decimal` is no JSON type | types are null, boolean, integer, number, string, array and object",
        ),
        (r#"{ "type": ["null", "null"] }"#, "1:20: type `null` stands twice | remove one of the two"),
        (
            r#"{ "type": [] }"#,
            "1:11: `type` is a string or an array of strings, not an array | write a string or an array of strings",
        ),
        (
            r#"{ "type": [1] }"#,
            "1:12: `type` is a string or an array of strings, not a number | write a string or an array of strings",
        ),
        (
            r#"{ "required": "id" }"#,
            "1:15: `required` is an array of property names, not a string | write an array of property names",
        ),
        (
            r#"{ "required": [1] }"#,
            "1:16: `required` is an array of property names, not a number | write an array of property names",
        ),
        (r#"{ "properties": [] }"#, "1:17: `properties` is an object, not an array | write an object"),
        (
            r#"{ "properties": { "a": 1 } }"#,
            "1:24: a schema is an object, true or false, not a number | write `{ \"type\": ... }`",
        ),
        (r#"{ "definitions": 1 }"#, "1:18: `definitions` is an object, not a number | write an object"),
        (r#"{ "title": 1 }"#, "1:12: `title` is a string, not a number | write a string"),
        (r#"{ "enum": "a" }"#, "1:11: `enum` is an array, not a string | write an array"),
        (
            r#"{ "oneOf": [] }"#,
            "1:12: `oneOf` is an array of at least one schema, not an array | write an array of at least one schema",
        ),
        (r#"{ "minimum": "1" }"#, "1:14: `minimum` is a number, not a string | write a number"),
        (r#"{ "multipleOf": 0 }"#, "1:17: `multipleOf` is a number above 0 | write a number above 0"),
        (r#"{ "maxLength": -1 }"#, "1:16: `maxLength` is a whole number from 0 on | write a whole number from 0 on"),
        (r#"{ "pattern": 1 }"#, "1:14: `pattern` is a string | write a string"),
        (r#"{ "uniqueItems": "yes" }"#, "1:18: `uniqueItems` is true or false, not a string | write true or false"),
        (r#"{ "$ref": 1 }"#, "1:11: `$ref` is a string, not a number | write a string"),
        (r#"{ "$id": 1 }"#, "1:10: `$id` is a string, not a number | write a string"),
    ] {
        json_says(text, &format!("json-schema/shape at a.json:{expected}"));
    }
    // In draft 4 the exclusive bounds are flags.
    clean(r#"{ "$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": true }"#);
}

#[test]
fn what_stands_beside_a_ref_depends_on_the_draft() {
    json_says(
        r##"{ "properties": { "a": { "$ref": "#/definitions/x", "description": "d", "minLength": 1 } }, "definitions": { "x": {} } }"##,
        "json-schema/unsupported-keyword at a.json:1:73: `minLength` stands beside `$ref`, where drafts up to 7 ignore it | put the `$ref` into an `allOf`, or say draft 2019-09 or later in `$schema`",
    );
    let schema = clean(
        r##"{ "$schema": "https://json-schema.org/draft/2019-09/schema", "$ref": "#/$defs/x", "minLength": 1, "$defs": { "x": { "type": "string" } } }"##,
    );
    let node = root(&schema);
    assert!(node.reference.is_none());
    assert_eq!(schema.node(node.all_of[0]).unwrap().types, [JsonType::String]);
}

#[test]
fn references_lead_to_pointers_anchors_and_embedded_schemas() {
    let schema = clean(
        r##"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/root.json",
          "properties": {
            "anchor": { "$ref": "#a" }, "absolute": { "$ref": "https://example.com/root.json#a" }, "embedded": { "$ref": "inner/one.json" },
            "within": { "$ref": "inner/one.json#/$defs/y" }, "odd": { "$ref": "#/x-types/0" }, "percent": { "$ref": "#/$defs/a%20b" }, "self": { "$ref": "#" }
          },
          "x-types": [{ "type": "null" }],
          "$defs": { "x": { "$anchor": "a", "type": "integer" }, "a b": { "type": "array" },
            "i": { "$id": "inner/one.json", "type": "number", "$defs": { "y": { "type": "boolean" } }, "properties": { "up": { "$ref": "#/$defs/y" } } } } }"##,
    );
    for (name, ty) in [
        ("anchor", JsonType::Integer),
        ("absolute", JsonType::Integer),
        ("embedded", JsonType::Number),
        ("within", JsonType::Boolean),
        ("odd", JsonType::Null),
        ("percent", JsonType::Array),
    ] {
        assert_eq!(property(&schema, name).types, [ty], "{name}");
    }
    let root_property = root(&schema).properties.iter().find(|property| property.name == "self").unwrap();
    assert_eq!(schema.target(root_property.node).unwrap().0, schema.root());
    let up = &property(&schema, "embedded").properties[0];
    assert_eq!(schema.target(up.node).unwrap().1.types, [JsonType::Boolean]);
    // Up to draft 7 an anchor is written as `$id`.
    let schema = clean(
        r##"{ "properties": { "a": { "$ref": "#x" } }, "definitions": { "b": { "$id": "#x", "type": "null" } } }"##,
    );
    assert_eq!(property(&schema, "a").types, [JsonType::Null]);
}

#[test]
fn references_over_files_are_followed_and_listed() {
    let (schemas, report) = json_schema(&[
        r#"{ "properties": { "x": { "$ref": "b.json#/definitions/t" }, "y": { "$ref": "./b.json" }, "z": { "$ref": "b.json" } } }"#,
        r#"{ "type": "string", "definitions": { "t": { "$ref": "c.json" } } }"#,
        r#"{ "type": "null" }"#,
    ]);
    assert!(report.findings().is_empty(), "{:?}", said(&report));
    let schema = schemas[0].as_ref().unwrap();
    assert_eq!(schema.external(), ["b.json", "./b.json"]);
    assert!(schema.external_files().all(|(_, file)| file.path() == "b.json"));
    assert_eq!(property(schema, "x").types, [JsonType::Null]);
    assert_eq!(property(schema, "y").at.to_string(), "b.json:1:1");
}

#[test]
fn a_reference_that_leads_nowhere_is_told_with_what_was_meant() {
    for (written, expected) in [
        ("#/definitions/Mony", "`#/definitions/Mony` leads to nothing in a.json | did you mean `#/definitions/Money`?"),
        ("#/$defs/Money", "`#/$defs/Money` leads to nothing in a.json | did you mean `#/definitions/Money`?"),
        ("#nowhere", "`#nowhere` leads to nothing in a.json | define it below `$defs`, or mend the pointer"),
        ("#/a~2", "`#/a~2` leads to nothing in a.json | define it below `$defs`, or mend the pointer"),
        ("definitions/Money", "`definitions/Money` leads to no file | did you mean `#/definitions/Money`?"),
        (
            "unheard-of.json",
            "`unheard-of.json` leads to no file | add the file unheard-of.json, or mend the path: it is read from the folder of this file",
        ),
        ("types/a.json", "`types/a.json` leads to no file | did you mean `a.json`?"),
        (
            "http://json-schema.org/draft-07/schema#",
            "`http://json-schema.org/draft-07/schema#` leads to no file | the schema of schemas is no part of a contract; say what the value is",
        ),
    ] {
        let text =
            format!(r#"{{ "definitions": {{ "Money": {{}} }}, "properties": {{ "p": {{ "$ref": "{written}" }} }} }}"#);
        json_says(&text, &format!("ref/missing at a.json:1:66: {expected}"));
    }
}

#[test]
fn circles_are_told() {
    json_says(
        r##"{ "$ref": "#" }"##,
        "ref/cycle at a.json:1:1: this `$ref` leads back to itself | say somewhere on the way what the value is",
    );
    let (schemas, report) = json_schema(&[
        r#"{ "properties": { "b": { "$ref": "b.json" } } }"#,
        r#"{ "properties": { "a": { "$ref": "a.json" } } }"#,
    ]);
    assert!(schemas.iter().all(Option::is_some));
    assert_eq!(
        said(&report),
        [
            "ref/cycle at a.json:1:34: files refer to each other in a circle: a.json, b.json | put the schemas of the circle into one file; a registry takes a schema only after its references"
        ]
    );
    clean(r##"{ "properties": { "child": { "$ref": "#" } } }"##);
}

#[test]
fn a_name_for_two_subschemas_is_told() {
    let (schemas, report) = json_schema(&[r##"{ "definitions": { "a": { "$id": "#x" }, "b": { "$id": "#x" } } }"##]);
    assert!(schemas[0].is_none());
    assert_eq!(
        said(&report),
        ["json-schema/anchor-duplicate at a.json:1:56: `a.json#x` names two subschemas | rename one of the two"]
    );
}

#[test]
fn a_file_that_reaches_a_broken_one_has_no_schema() {
    let (schemas, report) =
        json_schema(&[r#"{ "properties": { "b": { "$ref": "b.json" } } }"#, r#"{ "type": 1 }"#, "{}"]);
    assert!(schemas[0].is_none() && schemas[1].is_none() && schemas[2].is_some());
    assert_eq!(report.findings().len(), 1);
}

#[test]
fn uris_are_resolved_against_their_base() {
    let (schemas, report) = json_schema(&[
        r#"{ "$id": "https://example.com/schemas/a.json", "properties": {
            "sibling": { "$ref": "b.json" }, "root": { "$ref": "/other/c.json" }, "host": { "$ref": "//example.com/other/c.json" },
            "up": { "$ref": "./x/../../other/c.json" }, "urn": { "$ref": "urn:example:d" } } }"#,
        r#"{ "$id": "https://example.com/schemas/b.json", "type": "string" }"#,
        r#"{ "$id": "https://example.com/other/c.json", "type": "null" }"#,
        r#"{ "$id": "urn:example:d", "type": "integer", "properties": { "back": { "$ref": "https://example.com/other/c.json" } } }"#,
    ]);
    assert!(report.findings().is_empty(), "{:?}", said(&report));
    let schema = schemas[0].as_ref().unwrap();
    for (name, ty) in [
        ("sibling", JsonType::String),
        ("root", JsonType::Null),
        ("host", JsonType::Null),
        ("up", JsonType::Null),
        ("urn", JsonType::Integer),
    ] {
        assert_eq!(property(schema, name).types, [ty], "{name}");
    }
}

#[test]
fn a_parsed_file_says_where_it_stands() {
    let mut report = topika_contract::report::Report::default();
    let source = topika_contract::text::Source::new("schemas/.history/a/1.json", r#"{ "$ref": "b.json" }"#);
    let frozen = topika_contract::json_schema::parse_as(&source, "schemas/a.json", &mut report).unwrap();
    assert!(!frozen.is_broken() && frozen.source().path().ends_with("1.json"));
    let target = topika_contract::text::Source::new("schemas/b.json", "true");
    let target = topika_contract::json_schema::parse(&target, &mut report).unwrap();
    let schemas = topika_contract::json_schema::resolve(vec![frozen, target], &mut report);
    assert!(schemas[0].is_some() && report.findings().is_empty());
}
