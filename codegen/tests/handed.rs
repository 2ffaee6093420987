//! Types that the user writes in place of the generated ones: what is still generated and said.
#![allow(clippy::unwrap_used, reason = "an unwrap that fails fails the test")]

use std::fs;

use topika_build::{Builder, Generated, TypeOptions};

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("topika.toml"), "").unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn generate(manifest: &str, files: &[(&str, &str)]) -> Generated {
    let project = project(files);
    fs::write(project.path().join("topika.toml"), manifest).unwrap();
    Builder::new().project(project.path()).generate()
}

const PLACED: &str =
    r#"{"type":"record","name":"Placed","namespace":"orders","fields":[{"name":"id","type":"string"}]}"#;

#[test]
fn a_hand_written_path_that_is_no_path_is_an_error_and_no_code() {
    let project = project(&[("schemas/orders/placed.avsc", PLACED)]);
    let toml = "[event.\"orders.placed\"]\nrust = \"crate::X<{ panic!() }>\"\n";
    fs::write(project.path().join("topika.toml"), toml).unwrap();
    let generated = Builder::new().project(project.path()).generate();
    assert!(generated.problem.is_some_and(|problem| problem.contains("rust")));
    assert!(!generated.source.replace("\"", "").contains("X<{ panic!() }>("));
}

#[test]
fn what_is_said_in_vain_of_a_type_that_is_written_by_hand_is_an_error() {
    let project = project(&[("schemas/orders/placed.avsc", PLACED)]);
    let problem = |toml: &str, options: Option<TypeOptions>| {
        fs::write(project.path().join("topika.toml"), toml).unwrap();
        let builder = Builder::new().project(project.path());
        let builder = options.into_iter().fold(builder, |builder, of| builder.type_options("orders::Placed", of));
        builder.generate().problem
    };
    let row = "[type.\"orders.Placed\"]\nrust = \"crate::Placed\"\n";
    assert_eq!(problem(row, None), None);
    assert_eq!(problem("", Some(TypeOptions::new().rust("crate::Placed"))), None);
    for (toml, options) in [
        (format!("{row}builder = true\n"), None),
        (format!("{row}fields.id = {{ rust = \"crate::Id\" }}\n"), None),
        (row.to_owned(), Some(TypeOptions::new().borrowed(true))),
        ("[event.\"orders.placed\"]\nrust = \"crate::Placed\"\n".to_owned(), Some(TypeOptions::new().builder(true))),
    ] {
        let told = problem(&toml, options).unwrap_or_default();
        assert!(told.contains("is written by hand, so nothing of it is generated"), "{toml}: {told}");
    }
    // The row of all types speaks of every type and names none.
    assert_eq!(problem(&format!("{row}\n[types]\nbuilder = true\n"), None), None);
    let told = problem("[types]\nrust = \"crate::Placed\"\n", None).unwrap_or_default();
    assert!(told.contains("`rust`"), "{told}");
    let told = problem(&row.replace("crate::Placed", "Placed {}"), None).unwrap_or_default();
    assert!(told.contains("is not the path of a type"), "{told}");
}

/// What the build says of types, from the line in the schema on.
fn told(generated: &Generated) -> Vec<&str> {
    let of_types = generated.warnings.iter().filter(|line| line.contains(" types/"));
    of_types.filter_map(|line| Some(line.split_once(':')?.1.split(" (help").next().unwrap_or_default())).collect()
}

/// What is no longer said where the type is written by hand.
fn spared(manifest: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (ours, by_hand) = (generate("", files), generate(manifest, files));
    let (ours, by_hand) = (told(&ours), told(&by_hand));
    assert!(by_hand.iter().all(|line| ours.contains(line)), "{by_hand:#?}");
    ours.iter().filter(|line| !by_hand.contains(line)).map(|line| (*line).to_owned()).collect()
}

#[test]
fn nothing_is_said_of_the_fields_of_a_type_that_is_written_by_hand_but_of_what_is_in_it() {
    let schema = r##"{"title":"Moved","type":"object","required":["1st","home"],"properties":{
        "1st":{"type":"string","format":"idn-hostname"},
        "any":{"not":{"type":"string"},"type":["string","object"],"patternProperties":{"^a":{"type":"string"},"^b":{"type":"integer"}}},
        "shared":{"$ref":"#/$defs/shared"},
        "large":{"type":"number","minimum":-1e300,"maximum":1e300},
        "home":{"title":"Home","type":"object","properties":{
            "2nd":{"type":"string","format":"idn-hostname"},
            "other":{"$ref":"#/$defs/shared"},
            "kind":{"title":"Kind","enum":["a","3"]}}}},
        "$defs":{"shared":{"type":"number","minimum":-1e300,"maximum":1e300}}}"##;
    let files = [("schemas/user/moved.schema.json", schema)];
    let spared = spared("[event.\"user.moved\"]\nrust = \"crate::Moved\"\n", &files);
    // What it shares with the generated type in it is still said.
    let expected = [
        "2:9: types/renamed: `1st` is no name of a field in Rust, so it is `_1st`",
        "2:15: types/unchecked: the format `idn-hostname` asks something that `validate()` does not check",
        "5:17: types/fallback: the bounds lead beyond what one number of Rust keeps exactly: the value stays a `serde_json::Number`",
    ];
    assert_eq!(spared, expected);
}

#[test]
fn of_a_record_that_is_written_by_hand_neither_its_name_nor_its_modules_are_said() {
    let schema = r#"{"type":"record","name":"Option","namespace":"crate.a","fields":[
        {"name":"_","type":"string"},
        {"name":"of","type":["null","string",{"type":"record","name":"super.Box","fields":[]}]}]}"#;
    let row = "[event.\"a.option\"]\nrust = \"crate::Choice\"\n";
    let field = "2:17: types/renamed: `_` is no name of a field in Rust, so it is `u5f`";
    let name = "1:25: types/renamed: `Option` means something else in Rust, so the type is called `OptionType`";
    // Its union is still generated, and stands in the module.
    assert_eq!(spared(row, &[("schemas/a/option.avsc", schema)]), [name, field]);
    let schema = schema.replace(r#"["null","string",{"#, "{").replace("[]}]}", "[]}}");
    let module = "1:25: types/renamed: `crate` cannot be the name of a module here, so the module is `crate_`";
    assert_eq!(spared(row, &[("schemas/a/option.avsc", &schema)]), [module, name, field]);
}

#[test]
fn a_namespace_whose_types_are_all_written_by_hand_is_no_module() {
    let home = PLACED.replace("\"orders\"", "\"orders.shop.web\"");
    let files = [("schemas/orders/placed.avsc", home.as_str())];
    let row = "[event.\"orders.placed\"]\nrust = \"crate::Placed\"\n";
    assert!(generate("", &files).source.contains("pub mod orders {"));
    let source = generate(row, &files).source;
    assert!(!source.contains("pub mod orders") && !source.contains("pub mod shop"), "{source}");
    assert!(source.contains("Placed(crate::Placed)"), "{source}");
    // Beside what is still generated the module stays, without the one in it.
    let other = PLACED.replace("Placed", "Cancelled");
    let source = generate(row, &[files[0], ("schemas/orders/cancelled.avsc", &other)]).source;
    assert!(source.contains("pub mod orders {") && !source.contains("pub mod shop"), "{source}");
}
