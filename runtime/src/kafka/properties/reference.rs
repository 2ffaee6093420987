//! librdkafka's own words about its properties, and librdkafka itself, as what the table is held against.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use rdkafka::ClientConfig;

use super::property::Values;
use super::refused::TLS;
use super::secret::SECRET;
use super::table::PROPERTIES;
use super::{find, is_secret};

/// The source of librdkafka that this build links.
pub(in crate::kafka) fn source() -> PathBuf {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "rdkafka-sys");
    PathBuf::from(package.unwrap()["manifest_path"].as_str().unwrap()).with_file_name("librdkafka")
}

/// A row of CONFIGURATION.md.
pub(in crate::kafka) struct Row {
    side: String,
    range: String,
    pub(in crate::kafka) default: String,
    words: String,
}

/// The first row of each name: the others are what a topic alone would be told.
pub(in crate::kafka) fn rows() -> BTreeMap<String, Row> {
    let text = fs::read_to_string(source().join("CONFIGURATION.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.contains("*Type: ")) {
        let line = line.replace("\\|", "/");
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [name, side, range, default, _, words] = cells[..] else { panic!("{line}") };
        let [side, range, default, words] = [side, range, default, words].map(str::to_owned);
        rows.entry(name.to_owned()).or_insert(Row { side, range, default, words });
    }
    rows
}

#[test]
fn the_table_has_what_librdkafka_s_list_has_and_says_the_same_of_it() {
    let rows = rows();
    let ours: Vec<&str> = PROPERTIES.iter().map(|property| property.name).collect();
    let missing: Vec<_> = rows.keys().filter(|name| !ours.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
    assert_eq!(ours.len(), rows.len());
    for property in PROPERTIES {
        let Some(row) = rows.get(property.name) else { panic!("{} is not in librdkafka's list", property.name) };
        let side = (property.is_of_consumers(), property.is_of_producers());
        assert_eq!(side, (row.side == "C", row.side == "P"), "{}", property.name);
        let range = match &property.values {
            Values::Whole(least, most) | Values::WholeOr(_, least, most) => format!("{least} .. {most}"),
            Values::Decimal(least, most) => format!("{least} .. {most}"),
            Values::Switch => "true, false".to_owned(),
            Values::One(words) if !row.range.is_empty() => words.join(", "),
            Values::Several(words) if !row.range.is_empty() => words.join(", "),
            // The list has their values in words alone.
            Values::One(words) | Values::Several(words) => {
                let named = |word: &&str| row.words.contains(*word) || row.default.contains(*word);
                assert!(words.iter().all(named), "{}", property.name);
                continue;
            }
            // In the list an other name has a row of its own, and one of the two says so.
            Values::Same(name) => {
                let alias = |of: &str, row: &Row| row.words.contains(&format!("Alias for `{of}`"));
                assert!(alias(name, row) || alias(property.name, &rows[*name]), "{} and {name}", property.name);
                assert!(find(name).is_some_and(|meant| !matches!(meant.values, Values::Same(_))));
                continue;
            }
            Values::Text => {
                assert!(row.words.contains("*Type: string*") || row.words.contains("*Type: pattern list*"));
                continue;
            }
            Values::Code => {
                assert!(row.words.contains("*Type: see dedicated API*"), "{}", property.name);
                continue;
            }
        };
        assert_eq!(range, row.range, "{}", property.name);
    }
}

#[test]
fn librdkafka_takes_and_refuses_the_values_that_the_table_does() {
    let takes = |name: &str, value: &str| ClientConfig::new().set(name, value).create_native_config().is_ok();
    for property in PROPERTIES {
        let name = property.name;
        // What another build of it would know is refused with words about the build.
        if name == "builtin.features" || name.starts_with("https.") || (!TLS && is_of_openssl(name)) {
            continue;
        }
        let (good, bad): (Vec<String>, Vec<String>) = match &property.meant().values {
            Values::Whole(least, most) | Values::WholeOr(_, least, most) => {
                let beyond = [least.checked_sub(1), most.checked_add(1)].into_iter().flatten().map(|n| n.to_string());
                // A number that its own integers cannot hold comes round to another one there.
                let beyond = beyond.filter(|n| n.parse::<i32>().is_ok()).chain(["x".to_owned()]);
                (vec![least.to_string(), most.to_string()], beyond.collect())
            }
            Values::Decimal(least, most) => (vec![least.to_string(), most.to_string()], vec!["-1".to_owned()]),
            Values::Switch => (vec!["true".to_owned(), "FALSE".to_owned()], vec!["maybe".to_owned()]),
            Values::One(words) => (words.iter().map(|w| (*w).to_owned()).collect(), vec!["no such".to_owned()]),
            _ => continue,
        };
        let built = |value: &String| TLS || !(value.to_lowercase().ends_with("ssl"));
        for value in good.iter().filter(|value| built(value)) {
            // The mechanism is judged when a client is made, the method by libcurl, which is in no build.
            let elsewhere = name.starts_with("sasl.oauthbearer.");
            assert!(elsewhere || takes(name, value), "librdkafka does not take {name}={value}");
            assert!(property.meant().values.take(value), "{name}={value}");
        }
        for value in &bad {
            let judged_later = name.starts_with("sasl.mechanism");
            assert!(judged_later || !takes(name, value), "librdkafka takes {name}={value}");
            assert!(!property.meant().values.take(value), "{name}={value}");
        }
    }
}

fn is_of_openssl(name: &str) -> bool {
    name.contains("ssl") || name.contains("oauthbearer")
}

#[test]
fn what_librdkafka_holds_secret_is_secret_here() {
    let text = fs::read_to_string(source().join("src/rdkafka_conf.c")).unwrap();
    let flagged = text.split("_RK_SENSITIVE").skip(1).filter_map(|rest| {
        let name = rest.trim_start().strip_prefix(',')?.trim_start().strip_prefix('"')?;
        name.split('"').next()
    });
    // A name and the paths of files help a reader, and are no secrets.
    let shown = ["sasl.username", "ssl.key.location", "sasl.oauthbearer.assertion.private.key.file"];
    // Keys in memory are no texts, and a certificate is for everybody.
    let no_secret = ["ssl_key", "ssl.ca.pem"];
    let flagged: Vec<&str> = flagged.filter(|name| !shown.contains(name) && !no_secret.contains(name)).collect();
    assert!(flagged.len() > 5, "{flagged:?}");
    for name in &flagged {
        assert!(is_secret(name), "{name} is shown");
    }
    assert!(SECRET.iter().all(|name| find(name).is_some()));
}
