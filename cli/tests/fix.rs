//! `cargo topika check --fix`, run as people run it.

mod support;

use support::{Project, Run, order};

const PATH: &str = "schemas/orders/order-placed.avsc";

/// A locked project of which the event then reads `text`.
fn changed(old: &str, new: &str) -> Project {
    let project = Project::new();
    project.write(PATH, old);
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    project.write(PATH, new);
    project
}

/// The event with these lines in its list of fields.
fn event(fields: &str) -> String {
    format!(
        "{{\n  \"type\": \"record\", \"name\": \"OrderPlaced\", \"namespace\": \"orders\", // the event\n  \"fields\": [\n{fields}\n  ]\n}}\n"
    )
}

fn fixed(project: &Project) -> Run {
    let run = project.run(&["check", "--fix"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(!run.out.contains("error["), "{}", run.out);
    run
}

const ID: &str = "    { \"name\": \"id\", \"type\": \"string\" }";

#[test]
fn a_new_field_gets_a_default_and_the_file_keeps_its_layout() {
    let new = format!(
        "{ID}, // the key\n    {{ \"name\": \"channel\", \"type\": \"string\" }}, // how it came in\n    {{\n      \"name\": \"tags\",\n      \"type\": {{ \"type\": \"array\", \"items\": \"string\" }} // any\n    }},\n    {{ \"name\": \"note\", \"type\": [\"null\", \"string\"] }}"
    );
    let project = changed(&event(ID), &event(&new));
    let run = project.run(&["check"]);
    assert_eq!(run.code, 100);
    assert!(run.out.contains("= help: add `\"default\": \"\"` (cargo topika check --fix)"), "{}", run.out);
    assert!(run.out.ends_with("next: `cargo topika check --fix`\n"), "{}", run.out);
    let run = fixed(&project);
    let expected = new
        .replace("\"channel\", \"type\": \"string\" }", "\"channel\", \"type\": \"string\", \"default\": \"\" }")
        .replace("} // any\n", "}, // any\n      \"default\": []\n")
        .replace("[\"null\", \"string\"] }", "[\"null\", \"string\"], \"default\": null }");
    assert_eq!(project.read(PATH), event(&expected));
    assert!(
        run.err.contains(
            "fixed schemas/orders/order-placed.avsc:5:42: add `\"default\": \"\"` (avro/field-added-without-default)"
        ),
        "{}",
        run.err
    );
    assert!(run.err.contains("Fixed 3 findings in 1 file; `git diff` shows them"), "{}", run.err);
}

#[test]
fn a_new_field_for_which_no_value_is_honest_becomes_nullable() {
    let when = "{ \"type\": \"long\", \"logicalType\": \"timestamp-micros\" }";
    let new = format!(
        "{ID},\n    {{ \"name\": \"at\", \"type\": {when} }},\n    {{ \"name\": \"to\", \"type\": [{when}, \"string\", \"null\"] }},\n    {{ \"name\": \"by\", \"type\": [{when}, \"string\"] }}"
    );
    let project = changed(&event(ID), &event(&new));
    fixed(&project);
    let expected = format!(
        "{ID},\n    {{ \"name\": \"at\", \"type\": [\"null\", {when}], \"default\": null }},\n    {{ \"name\": \"to\", \"type\": [\"null\", \"string\", {when}], \"default\": null }},\n    {{ \"name\": \"by\", \"type\": [\"null\", {when}, \"string\"], \"default\": null }}"
    );
    assert_eq!(project.read(PATH), event(&expected));
}

#[test]
fn lost_symbols_are_put_back_where_they_stood() {
    let with = |symbols: &str| {
        event(&format!(
            "{ID},\n    {{ \"name\": \"status\", \"type\": {{ \"type\": \"enum\", \"name\": \"Status\", \"symbols\": [{symbols}] }} }}"
        ))
    };
    let project = changed(&with(r#""NEW", "PAID", "SENT", "GONE""#), &with(r#""PAID", "LOST""#));
    let run = fixed(&project);
    assert_eq!(project.read(PATH), with(r#""NEW", "PAID", "SENT", "GONE", "LOST""#));
    assert!(run.err.contains("put NEW, SENT, GONE back into `symbols` (avro/enum-symbol-removed)"), "{}", run.err);
}

#[test]
fn a_removed_field_that_old_readers_need_is_put_back_as_it_stood() {
    let field = "    {\n      \"name\": \"amount\", // in cents\n      \"type\": \"long\"\n    }";
    let all = format!("{ID},\n{field},\n    {{ \"name\": \"x\", \"type\": \"int\" }}");
    let project = Project::new();
    let manifest = project.read("topika.toml").replace("BACKWARD_TRANSITIVE", "FULL");
    project.write("topika.toml", &manifest);
    project.write(PATH, &event(&all));
    assert_eq!(project.run(&["lock"]).code, 0);
    project.write(PATH, &event(&format!("{ID},\n    {{ \"name\": \"x\", \"type\": \"int\" }}")));
    fixed(&project);
    assert_eq!(project.read(PATH), event(&all));
}

#[test]
fn a_renamed_type_gets_its_old_name_as_an_alias() {
    let with = |name: &str| {
        event(&format!(
            "{ID},\n    {{ \"name\": \"home\", \"type\": {{ \"type\": \"record\", {name}, \"fields\": [] }} }}"
        ))
    };
    let project = changed(&with("\"name\": \"Address\""), &with("\"name\": \"Place\""));
    fixed(&project);
    assert_eq!(project.read(PATH), with("\"name\": \"Place\", \"aliases\": [\"orders.Address\"]"));
    let project = changed(&with("\"name\": \"Address\""), &with("\"name\": \"Place\", \"aliases\": [\"x.Old\"]"));
    fixed(&project);
    assert_eq!(project.read(PATH), with("\"name\": \"Place\", \"aliases\": [\"x.Old\", \"orders.Address\"]"));
}

#[test]
fn the_manifest_is_mended_too() {
    let project = Project::new();
    let manifest = project.read("topika.toml") + "partitions = 12 # for the kitchen\nretention = \"7d\"\n";
    project.write("topika.toml", &manifest);
    assert_eq!(project.run(&["lock"]).code, 0);
    project.write("topika.toml", &manifest.replace("12", "6").replace("7d", "1d"));
    fixed(&project);
    assert_eq!(project.read("topika.toml"), manifest);
}

#[test]
fn what_no_machine_may_mend_is_left_and_said() {
    let project = changed(&order("\"long\""), &order("\"string\""));
    let run = project.run(&["check", "--fix"]);
    assert_eq!(run.code, 100);
    assert!(run.out.contains("error[avro/type-changed]"), "{}", run.out);
    assert!(run.err.contains("Fixed nothing: no finding has a fix that a machine may make"), "{}", run.err);
    assert_eq!(project.read(PATH), order("\"string\""));
}

#[test]
fn a_machine_reads_what_is_left_alone() {
    let project = changed(&event(ID), &event(&format!("{ID},\n    {{ \"name\": \"n\", \"type\": \"int\" }}")));
    let run = project.run(&["check", "--fix", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, &report["deny"]), (0, &0.into()));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_ends_with_101() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = changed(&event(ID), &event(&format!("{ID},\n    {{ \"name\": \"n\", \"type\": \"int\" }}")));
    let folder = project.path().join("schemas/orders");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    let run = project.run(&["check", "--fix"]);
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    // Root may write everywhere.
    if run.code != 0 {
        assert_eq!(run.code, 101, "{}", run.err);
        assert!(run.err.contains("cannot write") && run.err.contains("order-placed.avsc"), "{}", run.err);
    }
}

#[test]
fn an_enum_with_a_symbol_for_all_others_gets_it_as_default_and_a_nullable_field_null() {
    let text = format!(
        "{ID},\n    {{\n      \"name\": \"status\",\n      \"type\": {{ \"type\": \"enum\", \"name\": \"Status\", \"symbols\": [\"NEW\", \"UNKNOWN\"] }}\n    }},\n    {{\n      \"name\": \"note\",\n      \"type\": [\"null\", \"string\"] // free\n    }}"
    );
    let project = Project::new();
    project.write(PATH, &event(&text));
    let run = fixed(&project);
    let expected = text
        .replace("\"UNKNOWN\"] }", "\"UNKNOWN\"], \"default\": \"UNKNOWN\" }")
        .replace("\"string\"] // free\n", "\"string\"], // free\n      \"default\": null\n");
    assert_eq!(project.read(PATH), event(&expected), "{}", run.err);
}

#[test]
fn a_json_property_becomes_optional_again_and_lost_values_come_back() {
    let path = "schemas/shop/order-made.schema.json";
    let text = |required: &str, values: &str| {
        format!(
            "{{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": \"OrderMade\",\n  \"type\": \"object\",\n  \"properties\": {{\n    \"id\": {{ \"type\": \"string\" }},\n    \"at\": {{ \"type\": \"string\", \"enum\": [{values}] }},\n    \"in\": {{\n      \"type\": \"object\",\n      \"properties\": {{ \"x\": {{ \"type\": \"string\" }} }}{required}\n    }}\n  }},\n  \"additionalProperties\": false\n}}\n"
        )
    };
    let old = text("", "\"desk\", \"web\"");
    let project = Project::new();
    project.write(path, &old);
    assert_eq!(project.run(&["lock"]).code, 0);
    project.write(path, &text(",\n      \"required\": [\"x\"]", "\"web\", \"phone\""));
    let run = fixed(&project);
    assert_eq!(project.read(path), text("", "\"web\", \"phone\", \"desk\""), "{}", run.err);
}
