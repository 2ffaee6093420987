use std::sync::Arc;

use jsonschema::{Retrieve, Uri, uri};
use serde_json::Value;
use topika_contract::text::Source;

/// The texts of a schema and of what it refers to.
#[derive(Clone)]
pub(super) struct Documents {
    all: Vec<Document>,
}

#[derive(Clone)]
struct Document {
    path: String,
    /// What `$ref`s of the text are seen from.
    base: String,
    value: Value,
}

/// The drafts that jsonschema knows by their `$schema`.
const DRAFTS: [&str; 5] = ["draft-04", "draft-06", "draft-07", "draft/2019-09", "draft/2020-12"];

/// A host that nobody has: paths of files as URIs.
const HOST: &str = "https://topika.invalid/";

impl Documents {
    /// The texts, the schema's own first.
    ///
    /// # Errors
    /// One is no JSON.
    pub(super) fn of<'s>(sources: impl Iterator<Item = &'s Source>) -> Result<Self, String> {
        let document = |source: &Source| {
            let text = source.text().trim_start_matches('\u{feff}');
            let mut value: Value = serde_json::from_str(text).map_err(|error| format!("{}: {error}", source.path()))?;
            if let Some(object) = value.as_object_mut() {
                let known = object.get("$schema").and_then(Value::as_str).is_some_and(is_known);
                if !known {
                    object.remove("$schema");
                }
            }
            let own = format!("{HOST}{}", escaped(source.path()));
            let id = value.get("$id").or_else(|| value.get("id")).and_then(Value::as_str);
            let id = id.map(without_fragment).filter(|id| !id.is_empty());
            let base = id.and_then(|id| against(&own, id)).unwrap_or(own);
            Ok(Document { path: source.path().to_owned(), base, value })
        };
        Ok(Self { all: sources.map(document).collect::<Result<_, String>>()? })
    }

    /// Each text, with every `$ref` as the number of a text and a fragment: `3#/definitions/id`.
    pub(super) fn linked(&self) -> Vec<Value> {
        self.rewritten(|number, reference| match self.target(number, reference) {
            Some((target, fragment)) => format!("{target}#{fragment}"),
            None => "none#".to_owned(),
        })
    }

    /// Each text under a URI of its own, and every `$ref` to another one by that URI: programs differ in what a relative `$id` does to the
    /// relative `$ref`s of a text that was fetched by its path.
    pub(super) fn bundle(&self) -> Bundle {
        let mut all = self.rewritten(|number, reference| match self.target(number, reference) {
            Some((target, fragment)) if !reference.starts_with('#') => format!("{}#{fragment}", Bundle::uri(target)),
            _ => reference.to_owned(),
        });
        for object in all.iter_mut().filter_map(Value::as_object_mut) {
            object.remove("$id");
            // From draft 6 on a member `id` says nothing.
            object.remove("id");
        }
        Bundle(all.into())
    }

    fn rewritten(&self, rewrite: impl Fn(usize, &str) -> String) -> Vec<Value> {
        let mut all: Vec<Value> = self.all.iter().map(|document| document.value.clone()).collect();
        for (number, value) in all.iter_mut().enumerate() {
            each_reference(value, &mut |reference| *reference = rewrite(number, reference));
        }
        all
    }

    /// The text that a reference of text `number` leads to, and the fragment.
    fn target<'r>(&self, number: usize, reference: &'r str) -> Option<(usize, &'r str)> {
        let (before, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let base = &self.all.get(number)?.base;
        let target = if before.is_empty() { Some(number) } else { self.meant(base, before) };
        Some((target?, fragment))
    }

    fn meant(&self, base: &str, reference: &str) -> Option<usize> {
        self.find(&against(base, reference)?)
    }

    /// The text of a URI: by its `$id`, by its path, or by the end of its path.
    fn find(&self, uri: &str) -> Option<usize> {
        let uri = without_fragment(uri);
        let path = |document: &Document| format!("{HOST}{}", escaped(&document.path));
        let exact = self.all.iter().position(|document| document.base == uri || path(document) == uri);
        exact.or_else(|| {
            let name = uri.rsplit('/').next().filter(|name| !name.is_empty())?;
            self.all.iter().position(|document| document.path.rsplit('/').next() == Some(name))
        })
    }
}

/// The texts of a schema as jsonschema gets them.
#[derive(Clone)]
pub(super) struct Bundle(Arc<[Value]>);

impl Bundle {
    /// The URI of a text.
    pub(super) fn uri(number: usize) -> String {
        format!("{HOST}{number}")
    }

    /// The schema itself.
    pub(super) fn root(&self) -> Option<&Value> {
        self.0.first()
    }
}

impl Retrieve for Bundle {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let number = uri.as_str().strip_prefix(HOST).and_then(|number| number.parse::<usize>().ok());
        let found = number.and_then(|number| self.0.get(number)).cloned();
        found.ok_or_else(|| format!("no file is {uri}").into())
    }
}

/// Every `$ref` in a text. A property may be called so, but is no string then.
fn each_reference(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::Object(object) => {
            for (name, member) in object.iter_mut() {
                match member {
                    Value::String(reference) if name == "$ref" => change(reference),
                    _ => each_reference(member, change),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_reference(item, change)),
        _ => {}
    }
}

fn is_known(schema: &str) -> bool {
    let plain = schema.trim_start_matches("https://").trim_start_matches("http://");
    plain.strip_prefix("json-schema.org/").is_some_and(|rest| DRAFTS.iter().any(|draft| rest.starts_with(draft)))
}

fn without_fragment(uri: &str) -> &str {
    uri.split('#').next().unwrap_or(uri)
}

fn against(base: &str, reference: &str) -> Option<String> {
    let base = uri::from_str(base).ok()?;
    Some(uri::resolve_against(&base.borrow(), reference).ok()?.as_str().to_owned())
}

/// A path as the path of a URI (RFC 3986).
pub(super) fn escaped(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=:@".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
