//! What holds for every Avro schema: the canonical form is a fixpoint, and the apache-avro crate gives the same.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which clippy.toml does not know as such")]

use proptest::prelude::*;
use topika_contract::avro::Schema;
use topika_contract::text::Source;

/// A type as JSON; names are numbered afterwards, so that each is defined once.
#[derive(Clone, Debug)]
enum Shape {
    Primitive(&'static str),
    Array(Box<Shape>),
    Map(Box<Shape>),
    Optional(Box<Shape>),
    Record(Option<&'static str>, Vec<Shape>),
    Enum(Option<&'static str>, usize),
    Fixed(Option<&'static str>, usize),
    Again,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let primitive = prop::sample::select(vec!["null", "boolean", "int", "long", "float", "double", "bytes", "string"])
        .prop_map(Shape::Primitive);
    let space = prop::option::of(prop::sample::select(vec!["a", "a.b", "c"]));
    let leaf = prop_oneof![
        4 => primitive,
        1 => (space.clone(), 1_usize..4).prop_map(|(space, count)| Shape::Enum(space, count)),
        1 => (space.clone(), 0_usize..20).prop_map(|(space, size)| Shape::Fixed(space, size)),
        1 => Just(Shape::Again),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            inner.clone().prop_map(|shape| Shape::Array(Box::new(shape))),
            inner.clone().prop_map(|shape| Shape::Map(Box::new(shape))),
            inner.clone().prop_map(|shape| Shape::Optional(Box::new(shape))),
            (space.clone(), prop::collection::vec(inner, 0..5))
                .prop_map(|(space, fields)| Shape::Record(space, fields)),
        ]
    })
}

/// Writes a shape; `names` are the full names defined so far.
fn write(shape: &Shape, space: &str, names: &mut Vec<String>) -> serde_json::Value {
    let mut define = |own: Option<&str>| {
        let name = format!("N{}", names.len());
        let space = own.unwrap_or(space).to_owned();
        names.push(if space.is_empty() { name.clone() } else { format!("{space}.{name}") });
        (name, space)
    };
    match shape {
        Shape::Primitive(name) => serde_json::json!(name),
        Shape::Array(inner) => serde_json::json!({ "doc": "x", "items": write(inner, space, names), "type": "array" }),
        Shape::Map(inner) => serde_json::json!({ "type": "map", "values": write(inner, space, names) }),
        Shape::Optional(inner) => match write(inner, space, names) {
            serde_json::Value::String(null) if null == "null" => serde_json::json!("null"),
            serde_json::Value::Array(branches) => serde_json::Value::Array(branches),
            other => serde_json::json!(["null", other]),
        },
        Shape::Enum(own, count) => {
            let (name, space) = define(*own);
            let symbols: Vec<String> = (0..*count).map(|index| format!("S{index}")).collect();
            serde_json::json!({ "symbols": symbols, "namespace": space, "name": name, "type": "enum", "aliases": ["Old"] })
        }
        Shape::Fixed(own, size) => {
            let (name, space) = define(*own);
            serde_json::json!({ "type": "fixed", "name": name, "namespace": space, "size": size })
        }
        Shape::Record(own, shapes) => {
            let (name, space) = define(*own);
            let fields: Vec<serde_json::Value> = shapes
                .iter()
                .enumerate()
                .map(|(index, shape)| serde_json::json!({ "doc": "\u{e9}", "type": write(shape, &space, names), "name": format!("f{index}") }))
                .collect();
            serde_json::json!({ "type": "record", "fields": fields, "name": name, "namespace": space })
        }
        Shape::Again => names.last().map_or_else(|| serde_json::json!("string"), |name| serde_json::json!(name)),
    }
}

fn text(shape: &Shape) -> String {
    write(shape, "", &mut Vec::new()).to_string()
}

fn read(text: &str) -> Schema {
    Schema::from_texts(&Source::new("schema", text), &[])
        .unwrap_or_else(|report| panic!("{text}: {:?}", report.findings()))
}

proptest! {
    #[test]
    fn the_canonical_form_is_its_own_canonical_form(shape in shapes()) {
        let schema = read(&text(&shape));
        let canonical = schema.canonical();
        let again = read(&canonical);
        prop_assert_eq!(again.canonical(), canonical);
        prop_assert_eq!(again.rabin(), schema.rabin());
        prop_assert_eq!(again.definitions().count(), schema.definitions().count());
    }

    #[test]
    fn apache_avro_gives_the_same_canonical_form(shape in shapes()) {
        let text = text(&shape);
        let theirs = apache_avro::Schema::parse_str(&text);
        prop_assume!(theirs.is_ok());
        let theirs = theirs.unwrap();
        let ours = read(&text);
        prop_assert_eq!(ours.canonical(), theirs.canonical_form());
        prop_assert_eq!(ours.rabin().to_le_bytes().to_vec(), theirs.fingerprint::<apache_avro::rabin::Rabin>().bytes);
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in "[\\[\\]{}\":, a-z0-9\\\\/*$#.\n\u{e9}\u{feff}-]{0,60}") {
        let source = Source::new("text", text.as_str());
        drop(Schema::from_texts(&source, &[]));
        drop(topika_contract::json_schema::Schema::from_texts(&source, &[]));
    }

    #[test]
    fn a_text_cut_anywhere_makes_no_reader_panic(shape in shapes(), cut in 0_usize..2_000) {
        let text = text(&shape);
        let cut: String = text.chars().take(cut % (text.len() + 1)).collect();
        drop(Schema::from_texts(&Source::new("cut", cut.as_str()), &[]));
        drop(topika_contract::json_schema::Schema::from_texts(&Source::new("cut", cut), &[]));
    }
}

#[test]
fn fingerprints_are_those_of_the_canonical_form() {
    let schema = read(r#"{ "type": "long", "logicalType": "timestamp-micros" }"#);
    assert_eq!(schema.canonical(), "\"long\"");
    // CRC-64-AVRO of "long" as Avro's specification tests give it.
    assert_eq!(schema.rabin().cast_signed(), -3_434_872_931_120_570_953);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hex(&schema.sha256()), "c32c497df6730c97fa07362aa5023f37d49a027ec452360778114cf427965add");
    assert_eq!(schema.md5().len(), 16);
}
