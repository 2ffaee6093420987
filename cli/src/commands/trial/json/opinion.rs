use std::sync::{Arc, OnceLock};

use fastrand::Rng;
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use topika_contract::json_schema::Draft;
use topika_contract::text::Source;

use super::documents::{Bundle, Documents, Linked, escaped};
use super::draw;
use super::mutate::mutated;

/// What jsonschema makes of a schema.
pub(in super::super) struct Opinion {
    validator: Validator,
    bundle: Bundle,
    /// The texts as jsonschema has read them, so that it reads them once and not for each type.
    registry: Arc<OnceLock<Option<Registry<'static>>>>,
    linked: Arc<Linked>,
    /// Where documents begin, its `$ref`s linked.
    root: Value,
    draft: Draft,
}

impl Opinion {
    /// The opinion on the first of `sources`, which refers to the others.
    ///
    /// # Errors
    /// Why there is none.
    pub(in super::super) fn of<'s>(draft: Draft, sources: impl Iterator<Item = &'s Source>) -> Result<Self, String> {
        let documents = Documents::of(draft, sources)?;
        let bundle = documents.bundle();
        let validator = validator(bundle.root().ok_or("there is no text")?, &Bundle::uri(0), &bundle, draft, None)?;
        let root = json!({ "$ref": "0#" });
        Ok(Self { validator, bundle, registry: Arc::default(), linked: documents.linked().into(), root, draft })
    }

    /// The opinion on the subschema at a pointer of the same schema.
    ///
    /// # Errors
    /// Why there is none.
    pub(in super::super) fn below(&self, pointer: &str) -> Result<Self, String> {
        let pointer = pointer.trim_start_matches('#');
        let root = json!({ "$ref": format!("{}#{}", Bundle::uri(0), escaped(pointer)) });
        let registry = self.registry.get_or_init(|| registry(&self.bundle, self.draft));
        let validator = validator(&root, &Bundle::uri(usize::MAX), &self.bundle, self.draft, registry.as_ref())?;
        Ok(Self {
            validator,
            bundle: self.bundle.clone(),
            registry: self.registry.clone(),
            linked: self.linked.clone(),
            root: json!({ "$ref": format!("0#{pointer}") }),
            draft: self.draft,
        })
    }

    pub(in super::super) fn accepts(&self, document: &Value) -> bool {
        self.validator.is_valid(document)
    }

    /// A document that the validator refuses, made of one that it accepts; `None` where none was found.
    pub(in super::super) fn spoilt(&self, document: &Value, rng: &mut Rng) -> Option<Value> {
        const TRIES: usize = 6;
        (0..TRIES)
            .map(|_| mutated(document, rng))
            .find(|mutated| !self.accepts(mutated) && !self.counts_digits(mutated))
    }

    /// Whether it is refused for nothing but a whole number written `1.0`: draft 4 alone takes that for no integer, and to a type, as to
    /// every later draft, it is one.
    fn counts_digits(&self, document: &Value) -> bool {
        self.draft == Draft::Draft4 && self.accepts(&with_whole_numbers(document))
    }

    /// A document that the validator accepts; `None` where none was found.
    pub(in super::super) fn draw(&self, rng: &mut Rng) -> Option<Value> {
        /// So often is it tried again.
        const TRIES: usize = 12;
        (0..TRIES)
            .find_map(|_| draw::document(&self.root, &self.linked, self.draft, rng).filter(|drawn| self.accepts(drawn)))
    }
}

/// All texts; `None` where jsonschema does not take them together.
fn registry(bundle: &Bundle, draft: Draft) -> Option<Registry<'static>> {
    let empty = Registry::new().draft(known(draft)).retriever(bundle.clone());
    empty.add(Bundle::uri(0), bundle.root()?.clone()).ok()?.prepare().ok()
}

fn validator(
    root: &Value,
    uri: &str,
    bundle: &Bundle,
    draft: Draft,
    registry: Option<&Registry<'_>>,
) -> Result<Validator, String> {
    let mut options = jsonschema::options().with_draft(known(draft)).with_base_uri(uri);
    if let Some(registry) = registry {
        options = options.with_registry(registry);
    }
    let built = options.with_retriever(bundle.clone()).build(root);
    built.map_err(|error| format!("jsonschema does not take the schema: {error}"))
}

fn known(draft: Draft) -> jsonschema::Draft {
    match draft {
        Draft::Draft4 => jsonschema::Draft::Draft4,
        Draft::Draft6 => jsonschema::Draft::Draft6,
        Draft::Draft7 => jsonschema::Draft::Draft7,
        Draft::Draft2019 => jsonschema::Draft::Draft201909,
        Draft::Draft2020 => jsonschema::Draft::Draft202012,
    }
}

/// The document with `1` for `1.0`.
fn with_whole_numbers(document: &Value) -> Value {
    match document {
        Value::Number(number) => match number.as_f64() {
            // As far as integers of 64 bits go: a type holds those of an exponent too, `-3.5e17`.
            Some(value) if value.fract() == 0.0 && value.abs() < 18_446_744_073_709_551_616.0 => {
                // `-0` would be no integer again.
                serde_json::from_str(&format!("{:.0}", value + 0.0)).unwrap_or_else(|_| document.clone())
            }
            _ => document.clone(),
        },
        Value::Array(items) => items.iter().map(with_whole_numbers).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), with_whole_numbers(member))).collect()
        }
        _ => document.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_written_without_point_and_exponent_as_far_as_integers_go() {
        let of = |text: &str| with_whole_numbers(&serde_json::from_str(text).unwrap()).to_string();
        assert_eq!(of("1.0"), "1");
        assert_eq!(of("-0.0"), "0");
        assert_eq!(of("[2.5]"), "[2.5]");
        assert_eq!(of(r#"{"a":-3.5e17}"#), r#"{"a":-350000000000000000}"#);
        assert_eq!(of("1.8e19"), "18000000000000000000");
        assert_eq!(of("1e20"), serde_json::json!(1e20).to_string());
    }
}
