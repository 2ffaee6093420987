//! Avro IDL as a source of the build: the same module as that of the `.avsc` files which it stands for.
#![cfg(feature = "avdl")]
#![allow(clippy::unwrap_used, reason = "an unwrap that fails fails the test")]

use std::fs;

use topika_build::{Builder, Generated};

fn generate(files: &[(&str, &str)]) -> Generated {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Builder::new().project(folder.path()).generate()
}

const MANIFEST: &str = "[topic.orders]\nevents = [\"shop.Placed\", \"shop.Cancelled\"]\nkey = [\"id\"]\n";

#[test]
fn a_module_of_avro_idl_is_that_of_the_files_it_stands_for() {
    let idl = r#"
        namespace shop;
        /** What things cost. */
        record Money { decimal(10, 2) amount; string currency = "CHF"; }
        /** Somebody ordered. */
        record Placed { string id; timestamp_ms at; Money total; union { null, string } note = null; }
        record Cancelled { string id; Money refund; }
    "#;
    let money = r#"{ "type": "record", "name": "Money", "namespace": "shop", "doc": "What things cost.", "fields": [
        { "name": "amount", "type": { "type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2 } },
        { "name": "currency", "type": "string", "default": "CHF" } ] }"#;
    let placed = r#"{ "type": "record", "name": "Placed", "namespace": "shop", "doc": "Somebody ordered.", "fields": [
        { "name": "id", "type": "string" },
        { "name": "at", "type": { "type": "long", "logicalType": "timestamp-millis" } },
        { "name": "total", "type": "Money" },
        { "name": "note", "type": ["null", "string"], "default": null } ] }"#;
    let cancelled = r#"{ "type": "record", "name": "Cancelled", "namespace": "shop", "fields": [
        { "name": "id", "type": "string" }, { "name": "refund", "type": "Money" } ] }"#;
    let from_idl = generate(&[("topika.toml", MANIFEST), ("schemas/shop/orders.avdl", idl)]);
    let from_avsc = generate(&[
        ("topika.toml", MANIFEST),
        ("schemas/shop/Placed.avsc", placed),
        ("schemas/shop/Cancelled.avsc", cancelled),
        ("schemas/shop/types/Money.avsc", money),
    ]);
    assert_eq!(from_idl.warnings, from_avsc.warnings);
    // The texts that are registered are laid out as they stand in their files, and docs name the file that people know.
    let types = |generated: &Generated| {
        let types = generated.source.split("#[doc(hidden)]\npub mod __topika").next().unwrap_or_default();
        types.lines().filter(|line| !line.contains("/// From `schemas/")).collect::<Vec<_>>().join("\n")
    };
    assert!(from_idl.source.contains("/// From `schemas/shop/orders.avdl`.\n"), "{}", from_idl.source);
    let of_files = types(&from_idl);
    assert!(of_files.contains("pub struct Placed {") && of_files.contains("pub enum Orders {"), "{of_files}");
    assert_eq!(of_files, types(&from_avsc));
}
