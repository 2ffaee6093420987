//! From the manifest and the options of a build to layers of choices. The user's own code in them is parsed here.

use topika_contract::manifest::{self, Manifest, Marked};
use topika_contract::text::Location;

use super::choices::{Choices, Layer, Row};
use super::misplaced;
use crate::ir::Code;
use crate::options::{FieldOptions, TypeOptions};

/// What the manifest and the build say.
pub(crate) fn choices(manifest: &Manifest, all: &TypeOptions, rows: &[(String, TypeOptions)]) -> Choices {
    let mut choices = Choices { all_wanted: true, ..Choices::default() };
    let said = &mut choices.problems;
    choices.all = vec![of_manifest(&manifest.types, said), of_build(all, said)];
    // Most projects say nothing, and it is asked of every field.
    choices.all.retain(|layer| *layer != Layer::default());
    for row in &manifest.type_rows {
        choices.rows.push(Row {
            name: row.name.value.clone(),
            at: Some(row.name.at.clone()),
            layer: Layer { rust: of_user(row.rust.as_ref(), said), ..of_manifest(&row.choices, said) },
            fields: row
                .fields
                .iter()
                .map(|(name, field)| (name.value.clone(), Some(name.at.clone()), field_of_manifest(field, said)))
                .collect(),
        });
    }
    for (name, options) in rows {
        choices.rows.push(Row {
            name: name.clone(),
            at: None,
            layer: Layer {
                rust: options.rust.as_deref().and_then(|rust| code(rust, None, Code::ty, TYPE, said)),
                ..of_build(options, said)
            },
            fields: options
                .fields
                .iter()
                .map(|(name, field)| (name.clone(), None, field_of_build(field, said)))
                .collect(),
        });
    }
    choices
}

fn value<T: Copy>(marked: &Option<Marked<T>>) -> Option<T> {
    marked.as_ref().map(|marked| marked.value)
}

fn of_manifest(choices: &manifest::TypeChoices, said: &mut Vec<String>) -> Layer {
    Layer {
        map: value(&choices.map),
        time: value(&choices.time),
        uuid: value(&choices.uuid),
        decimal: value(&choices.decimal),
        open: value(&choices.open),
        rust: None,
        way: None,
        derive: marked(choices.derive.as_deref(), Code::path, PATH, said),
        attributes: marked(choices.attributes.as_deref(), Code::attribute, ATTRIBUTE, said),
        field_names: value(&choices.field_names),
        builder: value(&choices.builder),
        borrowed: value(&choices.borrowed),
        redact: value(&choices.redact),
    }
}

fn field_of_manifest(choices: &manifest::FieldChoices, said: &mut Vec<String>) -> Layer {
    Layer {
        map: value(&choices.map),
        time: value(&choices.time),
        uuid: value(&choices.uuid),
        decimal: value(&choices.decimal),
        rust: of_user(choices.rust.as_ref(), said),
        way: choices.way.as_ref().and_then(|way| code(&way.value, Some(&way.at), Code::way, WAY, said)),
        attributes: marked(choices.attributes.as_deref(), Code::attribute, ATTRIBUTE, said),
        redact: value(&choices.redact),
        ..Layer::default()
    }
}

/// A type of the user's own.
fn of_user(rust: Option<&Marked<String>>, said: &mut Vec<String>) -> Option<Code> {
    rust.and_then(|rust| code(&rust.value, Some(&rust.at), Code::ty, TYPE, said))
}

fn of_build(options: &TypeOptions, said: &mut Vec<String>) -> Layer {
    Layer {
        map: options.map,
        time: options.time,
        uuid: options.uuid,
        decimal: options.decimal,
        open: options.open,
        rust: None,
        way: None,
        derive: plain(options.derive.as_deref(), Code::path, PATH, said),
        attributes: plain(options.attributes.as_deref(), Code::attribute, ATTRIBUTE, said),
        field_names: options.field_names,
        builder: options.builder,
        borrowed: options.borrowed,
        redact: options.redact,
    }
}

fn field_of_build(options: &FieldOptions, said: &mut Vec<String>) -> Layer {
    Layer {
        map: options.map,
        time: options.time,
        uuid: options.uuid,
        decimal: options.decimal,
        rust: options.rust.as_ref().and_then(|rust| code(rust, None, Code::ty, TYPE, said)),
        way: options.way.as_ref().and_then(|way| code(way, None, Code::way, WAY, said)),
        attributes: plain(options.attributes.as_deref(), Code::attribute, ATTRIBUTE, said),
        redact: options.redact,
        ..Layer::default()
    }
}

/// What a text should be, and how it is written.
type Wanted = (&'static str, &'static str);

const PATH: Wanted = ("a trait to derive", "write its path: \"Eq\", \"serde::Serialize\"");
const ATTRIBUTE: Wanted =
    ("an attribute", "write what stands between `#[` and `]`: \"non_exhaustive\", \"serde(skip)\"");
const TYPE: Wanted = (
    "the path of a type",
    "write it from the crate's root or from a crate's name: \"crate::Money\", \"::money::Money\"",
);

const WAY: Wanted = (
    "a type through which another is written",
    "write a type of topika, or one of yours: \"topika::types::TimestampMicros\", \"crate::Seconds\"",
);

fn marked(
    texts: Option<&[Marked<String>]>,
    parse: fn(&str) -> Option<Code>,
    wanted: Wanted,
    said: &mut Vec<String>,
) -> Option<Vec<Code>> {
    texts.map(|texts| texts.iter().filter_map(|text| code(&text.value, Some(&text.at), parse, wanted, said)).collect())
}

fn plain(
    texts: Option<&[String]>,
    parse: fn(&str) -> Option<Code>,
    wanted: Wanted,
    said: &mut Vec<String>,
) -> Option<Vec<Code>> {
    texts.map(|texts| texts.iter().filter_map(|text| code(text, None, parse, wanted, said)).collect())
}

fn code(
    text: &str,
    at: Option<&Location>,
    parse: fn(&str) -> Option<Code>,
    (wanted, help): Wanted,
    said: &mut Vec<String>,
) -> Option<Code> {
    let code = parse(text);
    if code.is_none() {
        said.push(misplaced::said(at, &format!("{text:?} is not {wanted}"), help));
    }
    code
}
