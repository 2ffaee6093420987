use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::{Retrieve, Uri};
use serde_json::{Map, Value, json};
use topika_contract::json_schema::Draft;
use topika_contract::text::Source;

use super::walk::{At, against, named, walk, without_fragment};

/// The texts of a schema and of what it refers to.
pub(super) struct Documents {
    all: Vec<Document>,
    /// The schemas that have a name, by it: text and pointer.
    resources: HashMap<String, (usize, String)>,
    /// The places with a name within a schema: by the schema's place and the name.
    anchors: Names,
    /// Those of them that a `$dynamicRef` looks for.
    dynamic: Names,
}

type Names = HashMap<(usize, String, String), String>;

struct Document {
    path: String,
    /// What `$ref`s of the text are seen from.
    base: String,
    /// The keyword that names a schema in the text's draft.
    id: &'static str,
    value: Value,
}

/// What a reference leads to.
struct Target<'r> {
    number: usize,
    /// The pointer of the schema that has a name, and the fragment within it.
    resource: String,
    fragment: &'r str,
}

/// The drafts that jsonschema knows by their `$schema`.
const DRAFTS: [&str; 5] = ["draft-04", "draft-06", "draft-07", "draft/2019-09", "draft/2020-12"];

/// A host that nobody has: paths of files as URIs.
const HOST: &str = "https://topika.invalid/";

/// As which anchor a schema of draft 2019-09 is told to be recursive.
const RECURSIVE: &str = "$recursiveAnchor";

impl Documents {
    /// The texts, the schema's own first.
    ///
    /// # Errors
    /// One is no JSON.
    pub(super) fn of<'s>(draft: Draft, sources: impl Iterator<Item = &'s Source>) -> Result<Self, String> {
        let all = sources.map(|source| document(draft, source)).collect::<Result<Vec<_>, String>>()?;
        let mut documents = Self { all, resources: HashMap::new(), anchors: Names::new(), dynamic: Names::new() };
        documents.read();
        Ok(documents)
    }

    /// Takes down what has a name.
    fn read(&mut self) {
        let mut all = std::mem::take(&mut self.all);
        for (number, document) in all.iter_mut().enumerate() {
            self.resources.entry(document.base.clone()).or_insert((number, String::new()));
            let id = document.id;
            walk(&mut document.value, &document.base, id, &mut |schema, at| self.read_names(schema, number, id, at));
        }
        // A text is known by its path also where it has another name.
        for (number, document) in all.iter().enumerate() {
            self.resources.entry(own(&document.path)).or_insert((number, String::new()));
        }
        self.all = all;
    }

    fn read_names(&mut self, schema: &Map<String, Value>, number: usize, id: &str, at: &At) {
        if at.resource == at.pointer {
            self.resources.entry(at.base.clone()).or_insert_with(|| (number, at.pointer.clone()));
        }
        let text = |keyword: &str| schema.get(keyword).and_then(Value::as_str);
        let key = |name: &str| (number, at.resource.clone(), name.to_owned());
        let of_id = text(id).and_then(|id| id.strip_prefix('#'));
        for name in [text("$anchor"), text("$dynamicAnchor"), of_id].into_iter().flatten() {
            self.anchors.entry(key(name)).or_insert_with(|| at.pointer.clone());
        }
        let recursive = (schema.get(RECURSIVE) == Some(&Value::Bool(true))).then_some(RECURSIVE);
        for name in [text("$dynamicAnchor"), recursive].into_iter().flatten() {
            self.dynamic.entry(key(name)).or_insert_with(|| at.pointer.clone());
        }
    }

    /// Each text, with every `$ref` as the number of a text and a pointer: `3#/definitions/id`.
    pub(super) fn linked(self) -> Linked {
        let mut texts: Vec<Value> = self.all.iter().map(|document| document.value.clone()).collect();
        for (number, (value, document)) in texts.iter_mut().zip(&self.all).enumerate() {
            walk(value, &document.base, document.id, &mut |schema, at| {
                if let Some(Value::String(reference)) = schema.get_mut("$ref") {
                    *reference =
                        self.place(number, at, reference).map_or_else(|| "none#".to_owned(), |(place, _)| place);
                }
                for keyword in ["$dynamicRef", "$recursiveRef"] {
                    if let Some(Value::String(reference)) = schema.remove(keyword) {
                        let name = if keyword == "$dynamicRef" {
                            reference.split('#').nth(1).unwrap_or_default()
                        } else {
                            RECURSIVE
                        };
                        let (place, to) =
                            self.place(number, at, &reference).unwrap_or_else(|| ("none#".to_owned(), None));
                        // One that leads to nothing dynamic is a plain `$ref`.
                        let seeks = to.filter(|(number, resource)| {
                            self.dynamic.contains_key(&(*number, resource.clone(), name.to_owned()))
                        });
                        schema.insert(DYNAMIC.to_owned(), json!([place, seeks.map(|_| name)]));
                    }
                }
            });
        }
        let mut named = vec![Vec::new(); texts.len()];
        for (number, pointer) in self.resources.into_values() {
            named.get_mut(number).into_iter().for_each(|named| named.push(pointer.clone()));
        }
        Linked { texts, named, dynamic: self.dynamic }
    }

    /// Each text under a URI of its own, and every `$ref` to another one by that URI: programs differ in what a relative `$id` does to the
    /// relative `$ref`s of a text that was fetched by its path.
    pub(super) fn bundle(&self) -> Bundle {
        let mut texts: Vec<Value> = self.all.iter().map(|document| document.value.clone()).collect();
        for (number, (value, document)) in texts.iter_mut().zip(&self.all).enumerate() {
            walk(value, &document.base, document.id, &mut |schema, at| {
                for keyword in ["$ref", "$dynamicRef"] {
                    if let Some(Value::String(reference)) = schema.get_mut(keyword)
                        && !reference.starts_with('#')
                        && let Some(target) = self.target(number, at, reference)
                    {
                        *reference = format!("{}#{}", self.uri(&target), target.fragment);
                    }
                }
                if at.pointer.is_empty() {
                    schema.remove("$id");
                    // From draft 6 on a member `id` says nothing.
                    schema.remove("id");
                } else if named(schema, document.id).is_some() {
                    schema.insert(document.id.to_owned(), at.base.clone().into());
                }
            });
        }
        let inner = self.resources.iter().filter(|(_, (_, pointer))| !pointer.is_empty());
        let inner = inner
            .filter_map(|(uri, (number, pointer))| Some((uri.clone(), texts.get(*number)?.pointer(pointer)?.clone())));
        Bundle { inner: Arc::new(inner.collect()), texts: texts.into() }
    }

    /// The URI of a target in the bundle.
    fn uri(&self, target: &Target<'_>) -> String {
        let is = |(_, (number, pointer)): &(&String, &(usize, String))| {
            *number == target.number && *pointer == target.resource && !pointer.is_empty()
        };
        self.resources.iter().find(is).map_or_else(|| Bundle::uri(target.number), |(uri, _)| uri.clone())
    }

    /// The place that a reference of text `number` leads to, `3#/definitions/id`, and the schema with a name that it is in.
    fn place(&self, number: usize, at: &At, reference: &str) -> Option<(String, Option<(usize, String)>)> {
        let Target { number, resource, fragment } = self.target(number, at, reference)?;
        let pointer = if fragment.is_empty() || fragment.starts_with('/') {
            format!("{}{}", resource, decoded(fragment))
        } else {
            self.anchors.get(&(number, resource.clone(), decoded(fragment)))?.clone()
        };
        Some((format!("{number}#{pointer}"), Some((number, resource))))
    }

    fn target<'r>(&self, number: usize, at: &At, reference: &'r str) -> Option<Target<'r>> {
        let (before, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if before.is_empty() {
            return Some(Target { number, resource: at.resource.clone(), fragment });
        }
        let (number, resource) = self.find(&against(&at.base, before)?)?;
        Some(Target { number, resource, fragment })
    }

    /// The schema of a URI: by its `$id`, by its path, or by the end of its path.
    fn find(&self, uri: &str) -> Option<(usize, String)> {
        let uri = without_fragment(uri);
        self.resources.get(uri).cloned().or_else(|| {
            let name = uri.rsplit('/').next().filter(|name| !name.is_empty())?;
            let number = self.all.iter().position(|document| document.path.rsplit('/').next() == Some(name))?;
            Some((number, String::new()))
        })
    }
}

fn document(draft: Draft, source: &Source) -> Result<Document, String> {
    let mut value: Value =
        serde_json::from_str(source.text()).map_err(|error| format!("{}: {error}", source.path()))?;
    let mut id = if draft == Draft::Draft4 { "id" } else { "$id" };
    if let Some(object) = value.as_object_mut() {
        match object.get("$schema").and_then(Value::as_str) {
            Some(schema) if is_known(schema) => id = if schema.contains("draft-04") { "id" } else { "$id" },
            _ => drop(object.remove("$schema")),
        }
    }
    let own = own(source.path());
    let named = value.get("$id").or_else(|| value.get("id")).and_then(Value::as_str);
    let named = named.map(without_fragment).filter(|named| !named.is_empty());
    let base = named.and_then(|named| against(&own, named)).unwrap_or(own);
    Ok(Document { path: source.path().to_owned(), base, id, value })
}

/// The URI of a path.
fn own(path: &str) -> String {
    format!("{HOST}{}", escaped(path))
}

/// The member of a linked schema that was a `$dynamicRef`: the place that it leads to by itself, and the name that is looked for outwards.
pub(super) const DYNAMIC: &str = "$dynamic";

/// The texts of a schema as values are drawn from them.
pub(super) struct Linked {
    pub(super) texts: Vec<Value>,
    /// The pointers of the schemas with a name, of each text.
    named: Vec<Vec<String>>,
    dynamic: Names,
}

impl Linked {
    /// The place that `name` means to whoever came through the places of `scope`, the first of them outermost.
    pub(super) fn dynamic(&self, scope: &[String], name: &str) -> Option<String> {
        scope.iter().find_map(|place| {
            let (number, pointer) = place.split_once('#')?;
            let number: usize = number.parse().ok()?;
            let within = |outer: &&String| {
                pointer.strip_prefix(outer.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let resource = self.named.get(number)?.iter().filter(within).max_by_key(|pointer| pointer.len())?;
            let target = self.dynamic.get(&(number, resource.clone(), name.to_owned()))?;
            Some(format!("{number}#{target}"))
        })
    }
}

/// The texts of a schema as jsonschema gets them.
#[derive(Clone)]
pub(super) struct Bundle {
    texts: Arc<[Value]>,
    /// Schemas within texts, by the URIs that they name themselves with.
    inner: Arc<HashMap<String, Value>>,
}

impl Bundle {
    /// The URI of a text.
    pub(super) fn uri(number: usize) -> String {
        format!("{HOST}{number}")
    }

    /// The schema itself.
    pub(super) fn root(&self) -> Option<&Value> {
        self.texts.first()
    }
}

impl Retrieve for Bundle {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let number = uri.as_str().strip_prefix(HOST).and_then(|number| number.parse::<usize>().ok());
        let text = number.and_then(|number| self.texts.get(number));
        text.or_else(|| self.inner.get(uri.as_str())).cloned().ok_or_else(|| format!("no file is {uri}").into())
    }
}

fn is_known(schema: &str) -> bool {
    let plain = schema.trim_start_matches("https://").trim_start_matches("http://");
    plain.strip_prefix("json-schema.org/").is_some_and(|rest| DRAFTS.iter().any(|draft| rest.starts_with(draft)))
}

/// A path as the path of a URI (RFC 3986).
pub(super) fn escaped(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=:@".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A fragment without percent signs.
fn decoded(fragment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match byte {
            b'%' => {
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                bytes.extend(high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok()));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
