//! What the loaders make of texts. Each outcome was compared with what the registry's own code makes of the same text.

use super::{Loaded, Refusal, load};
use crate::json_schema::Schema;
use crate::text::Source;

fn try_load(text: &str) -> Result<Loaded, Refusal> {
    load_with(text, &[])
}

fn load_with(text: &str, references: &[(&str, &str)]) -> Result<Loaded, Refusal> {
    let references: Vec<Source> = references.iter().map(|(name, text)| Source::new(*name, *text)).collect();
    let schema = Schema::as_registered(&Source::new("main", text), &references).expect("the text is JSON");
    load(&schema)
}

fn dump(text: &str) -> String {
    try_load(text).unwrap_or_else(|refusal| panic!("refused: {}", refusal.message)).dump()
}

fn refused(text: &str) -> String {
    try_load(text).err().map(|refusal| refusal.message).unwrap_or_default()
}

/// Deep schemas are loaded on a large stack.
fn roomy(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(work).expect("a thread");
    thread.join().expect("the work is done");
}

const MODERN: &str = r#""$schema": "https://json-schema.org/draft/2020-12/schema""#;

#[test]
fn properties_stand_in_the_order_of_a_hash_map() {
    let text = r#"{ "type": "object", "properties": { "street": {}, "zip": {}, "city": true, "door": false }, "required": ["zip"] }"#;
    assert_eq!(
        dump(text),
        "object requires=yes required=zip\n  .zip empty\n  .door false\n  .city true\n  .street empty"
    );
}

#[test]
fn keywords_of_several_families_are_an_all_of_of_everits_own() {
    let text = r#"{ "title": "Size", "type": "string", "maxLength": 3, "enum": ["S", "M"], "minimum": 1 }"#;
    let expected = [
        "combined criterion=allOf synthetic=yes title=Size",
        "  - enum values=['S','M']",
        "  - number minimum=1",
        "  - string requires=yes maxLength=3",
    ];
    assert_eq!(dump(text), expected.join("\n"));
}

#[test]
fn several_types_share_the_keywords_of_their_families() {
    let text = r#"{ "type": ["string", "null"], "minLength": 2 }"#;
    assert_eq!(dump(text), "combined criterion=anyOf\n  - string requires=yes minLength=2\n  - null");
}

#[test]
fn in_2020_12_keywords_join_what_came_before() {
    let text = format!(r#"{{ {MODERN}, "title": "Size", "type": "string", "maxLength": 3, "enum": ["S", "M"] }}"#);
    let expected = [
        "combined criterion=allOf extended=yes title=Size",
        "  - string requires=yes maxLength=3",
        "  - enum values=['S','M']",
    ];
    assert_eq!(dump(&text), expected.join("\n"));
    let one = format!(r#"{{ {MODERN}, "type": "string", "format": "date" }}"#);
    assert_eq!(dump(&one), "string requires=yes");
}

#[test]
fn in_2020_12_unknown_keywords_drive_out_what_is_hidden_with_them() {
    let closed = r#""type": "object", "unevaluatedProperties": false"#;
    let hidden = format!(r#"{{ {MODERN}, {closed} }}"#);
    assert_eq!(dump(&hidden), "object requires=yes\n  unevaluatedProperties false");
    let lost = format!(r#"{{ {MODERN}, {closed}, "$comment": "why" }}"#);
    assert_eq!(dump(&lost), "object requires=yes more=$comment:'why'");
}

#[test]
fn in_2020_12_contains_keeps_its_counts() {
    let text = format!(r#"{{ {MODERN}, "type": "array", "contains": {{ "type": "null" }}, "maxContains": 2 }}"#);
    assert_eq!(dump(&text), "array requires=yes more=maxContains:2,minContains:1\n  contains null");
}

#[test]
fn prefix_items_make_items_what_comes_after() {
    let text = format!(r#"{{ {MODERN}, "prefixItems": [true], "items": {{ "type": "null" }} }}"#);
    assert_eq!(dump(&text), "array\n  [0] true\n  additional null");
    let closed = format!(r#"{{ {MODERN}, "prefixItems": [true], "items": false }}"#);
    assert_eq!(dump(&closed), "array closed=yes\n  [0] true");
}

#[test]
fn exclusive_bounds_are_flags_in_draft_4_and_numbers_later() {
    let four = r#"{ "$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": true }"#;
    assert!(dump(four).starts_with("number minimum=1 exclusiveMinimum=yes"));
    assert_eq!(dump(r#"{ "minimum": 1, "exclusiveMinimum": 0.50 }"#), "number minimum=1 exclusiveMinimum=0.50");
    assert!(refused(r#"{ "exclusiveMinimum": true }"#).contains("wants a number"));
}

#[test]
fn beside_a_ref_only_title_and_description_count() {
    let text = r##"{ "properties": { "id": { "$ref": "#/definitions/id", "title": "T", "default": 1, "minimum": 2 } },
        "definitions": { "id": { "type": "integer" } } }"##;
    let expected = [
        "object",
        "  .id reference ref=#/definitions/id title=T more=minimum:2",
        "    -> number requires=yes integer=yes",
    ];
    assert_eq!(dump(text), expected.join("\n"));
}

#[test]
fn a_ref_back_into_what_is_being_loaded_keeps_its_default() {
    let text = r##"{ "$ref": "#/definitions/node", "definitions": { "node": { "properties": {
        "next": { "$ref": "#/definitions/node", "default": null } } } } }"##;
    let expected = [
        "reference ref=#/definitions/node",
        "  -> object",
        "    .next reference ref=#/definitions/node default=null",
        "      -> object",
        "        ...",
    ];
    assert_eq!(dump(text), expected.join("\n"));
}

#[test]
fn definitions_are_found_below_defs_too() {
    let text = r##"{ "$ref": "#/$defs/id", "definitions": { "id": { "type": "null" } } }"##;
    assert_eq!(dump(text), "reference ref=#/$defs/id\n  -> null");
    let modern = format!(r##"{{ {MODERN}, "$ref": "#/$defs/id", "definitions": {{ "id": {{ "type": "null" }} }} }}"##);
    assert!(dump(&modern).contains("-> null"));
}

#[test]
fn refs_lead_over_files_in_every_draft() {
    let station = r#"{ "definitions": { "name": { "type": "string" } } }"#;
    let main = r#"{ "properties": { "at": { "$ref": "types/station.json#/definitions/name" } } }"#;
    let loaded = load_with(main, &[("types/station.json", station)]).expect("a schema");
    assert!(loaded.dump().ends_with("-> string requires=yes"), "{}", loaded.dump());
    let modern = format!(r#"{{ {MODERN}, "$ref": "types/station.json#/definitions/name" }}"#);
    let loaded = load_with(&modern, &[("types/station.json", station)]).expect("a schema");
    assert!(loaded.dump().ends_with("-> string requires=yes"), "{}", loaded.dump());
}

#[test]
fn a_name_that_no_subschema_has_leads_to_the_root() {
    let text = r##"{ "type": "object", "properties": { "a": { "$ref": "#nobody" } } }"##;
    assert!(dump(text).contains("-> object requires=yes"));
    assert!(refused(&format!(r##"{{ {MODERN}, "$ref": "#nobody" }}"##)).contains("leads nowhere"));
}

#[test]
fn what_the_registry_refuses_is_told_with_its_place() {
    for (text, message) in [
        (r#"{ "minLength": 1.0 }"#, "whole number"),
        (r#"{ "maxItems": 3000000000 }"#, "32 bits"),
        (r#"{ "multipleOf": 0 }"#, "other than 0"),
        (r#"{ "required": true }"#, "an array"),
        (r#"{ "type": "long" }"#, "no JSON type"),
        (r#"{ "title": 1 }"#, "a string"),
        (r##"{ "$ref": "#/definitions/My Type" }"##, "no URI"),
        (r##"{ "$ref": "#/definitions/none" }"##, "leads nowhere"),
        (r#"{ "$ref": "other.json" }"#, "no document"),
        (r#"["no", "schema"]"#, "an object"),
        (r#"{ "$schema": "https://json-schema.org/draft/2019-09/schema", "items": [{}] }"#, "a schema is an object"),
    ] {
        let refusal = try_load(text).err().unwrap_or_else(|| panic!("{text} is loaded"));
        assert!(refusal.message.contains(message), "{text}: {}", refusal.message);
        assert!(refusal.at.is_some(), "{text}");
    }
}

#[test]
fn what_the_registry_passes_over_is_no_refusal() {
    for text in [
        r#"{ "minLength": -1 }"#,
        r#"{ "allOf": [] }"#,
        r#"{ "type": ["string", "string"] }"#,
        r#"{ "additionalItems": false, "unevaluatedProperties": 7 }"#,
        r#"{ "multipleOf": -2 }"#,
    ] {
        assert!(try_load(text).is_ok(), "{text}");
    }
}

#[test]
fn recursion_of_every_kind_ends() {
    let own = format!(r##"{{ {MODERN}, "properties": {{ "next": {{ "$ref": "#" }} }} }}"##);
    assert!(dump(&own).contains("..."));
    assert!(dump(r##"{ "$ref": "#" }"##).contains("reference"));
    let dynamic = format!(
        r##"{{ {MODERN}, "$dynamicAnchor": "node", "properties": {{ "next": {{ "$dynamicRef": "#node" }} }} }}"##
    );
    roomy(move || assert!(refused(&dynamic).contains("without end")));
}

#[test]
fn long_chains_of_refs_are_refused_and_not_a_full_stack() {
    let links: Vec<String> = (0..5_000)
        .map(|n| format!(r##""d{n}": {{ "properties": {{ "a": {{ "$ref": "#/definitions/d{}" }} }} }}"##, n + 1))
        .collect();
    let text =
        format!(r##"{{ "$ref": "#/definitions/d0", "definitions": {{ {}, "d5000": {{}} }} }}"##, links.join(","));
    let modern = text.replacen('{', &format!("{{ {MODERN},"), 1);
    roomy(move || {
        assert!(refused(&text).contains("deep"));
        assert!(try_load(&modern).is_ok());
    });
}

#[test]
fn a_node_knows_its_place_and_that_of_its_keywords() {
    let text = r#"{ "properties": { "a/b": { "type": "string", "maxLength": 9 } } }"#;
    let loaded = try_load(text).expect("a schema");
    let node = loaded.nodes.first().expect("the property is loaded first");
    assert_eq!(loaded.pointer(node.place), "#/properties/a~1b");
    let at = loaded.keyword_at(node.place, "maxLength").expect("a place");
    assert_eq!(text.get(at.span.start..at.span.end), Some("\"maxLength\": 9"));
}

#[test]
fn equal_alternatives_are_printed_alike() {
    let text = r#"{ "oneOf": [
        { "enum": [2, 1.0], "type": "integer", "title": "A" }, { "title": "A", "type": "integer", "enum": [1.0, 2, 2] },
        { "enum": [1, 2], "type": "integer" } ] }"#;
    let loaded = try_load(text).expect("a schema");
    let printed = loaded.printed(loaded.root());
    assert_eq!(
        printed,
        concat!(
            r#"{"oneOf":[{"title":"A","enum":[2,1],"type":"integer"},{"title":"A","enum":[2,1],"type":"integer"},"#,
            r#"{"enum":[1,2],"type":"integer"}]}"#
        )
    );
}

#[test]
fn many_references_into_many_definitions_load() {
    let count = 10_000;
    let list = |item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    let definitions = list(&|n| format!(r#""d{n}": {{ "type": "string", "maxLength": {n} }}"#));
    let properties = list(&|n| format!(r##""p{n}": {{ "$ref": "#/definitions/d{n}" }}"##));
    for draft in [r#""type": "object""#, MODERN] {
        let text = format!(r#"{{ {draft}, "definitions": {{ {definitions} }}, "properties": {{ {properties} }} }}"#);
        assert!(try_load(&text).is_ok(), "{}", refused(&text));
    }
}
