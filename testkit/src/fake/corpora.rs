//! Every schema of the generator's golden cases: what is drawn of it is one of its values.

use std::fs;
use std::path::{Path, PathBuf};

use apache_avro::reader::datum::GenericDatumReader;
use serde_json::Value;
use topika_contract::text::Source;
use topika_contract::{avro, json_schema};

use super::random::Random;
use super::{avro as avro_values, json};

const SEEDS: u64 = 20;

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn golden(ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/golden"), &mut found);
    found.sort();
    let named = found.into_iter().filter(|path| path.to_string_lossy().ends_with(ending));
    named.filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text))).collect()
}

#[test]
fn each_avro_schema_has_fakes_that_are_read_by_it() {
    let mut drawn = 0;
    for (path, text) in golden(".avsc") {
        // What refers to other files is drawn with them by events; those that are broken on purpose have no value.
        let Ok(schema) = avro::Schema::from_texts(&Source::new("event.avsc", text.as_str()), &[]) else { continue };
        for seed in 0..SEEDS {
            let bytes = match avro_values::draw(&schema, &mut Random::new(seed)) {
                Ok(bytes) => bytes,
                Err(refusal) => panic!("{}: {refusal:?}", path.display()),
            };
            assert_eq!(avro_values::draw(&schema, &mut Random::new(seed)).unwrap(), bytes);
            let own = apache_avro::Schema::parse_str(&text);
            let Ok(own) = own else { continue };
            let mut rest = bytes.as_slice();
            let reader = GenericDatumReader::builder(&own).build().unwrap();
            let value = reader.read_value(&mut rest);
            assert!(value.is_ok() && rest.is_empty(), "{} seed {seed}: {value:?}", path.display());
            drawn += 1;
        }
    }
    assert!(drawn > 500, "{drawn}");
}

#[test]
fn each_json_schema_has_fakes_that_a_validator_takes() {
    let (mut drawn, mut without) = (0, Vec::new());
    for (path, text) in golden(".schema.json") {
        let Ok(schema) = json_schema::Schema::from_texts(&Source::new("event.schema.json", text.as_str()), &[]) else {
            continue;
        };
        let Ok(document) = serde_json::from_str::<Value>(&text) else { continue };
        let options = match document.get("$schema") {
            Some(_) => jsonschema::options(),
            // As topika reads it.
            None => jsonschema::options().with_draft(jsonschema::Draft::Draft7),
        };
        let Ok(validator) = options.should_validate_formats(true).build(&document) else { continue };
        for seed in 0..SEEDS {
            let mut random = Random::new(seed);
            let found = (0..200).find_map(|_| json::draw(&schema, &mut random).ok());
            let Some(value) = found else {
                without.push(path.display().to_string());
                break;
            };
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{} seed {seed}: {value}: {errors:?}", path.display());
            drawn += 1;
        }
    }
    assert!(drawn > 500, "{drawn}");
    assert!(without.is_empty(), "of these none was drawn: {without:#?}");
}
