use std::collections::HashMap;

use serde_json::{Map, Value};

use super::super::format::Format;
use super::super::number::Number;
use super::super::pattern::Pattern;
use super::super::unique::canonical_text;
use super::keyword::{Id, Keyword, Named, Node, Properties, Type};

/// A schema as it is evaluated: its subschemas, the root first.
#[derive(Debug)]
pub(super) struct Compiled {
    nodes: Vec<Node>,
}

impl Compiled {
    /// Reads a schema.
    pub(super) fn of(text: &str) -> Result<Self, String> {
        let schema: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut compiler = Compiler { nodes: Vec::new(), places: HashMap::new(), open: Vec::new() };
        compiler.node(&schema, "#")?;
        if let Some(defs) = schema.get("$defs").and_then(Value::as_object) {
            for (name, def) in defs {
                compiler.node(def, &format!("#/$defs/{name}"))?;
            }
        }
        compiler.linked()
    }

    pub(super) const ROOT: Id = Id(0);

    pub(super) fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(id.0)
    }
}

struct Compiler {
    nodes: Vec<Node>,
    /// The subschemas that a `$ref` may mean.
    places: HashMap<String, Id>,
    /// The `$ref`s, whose number is an index in here until all places are known.
    open: Vec<String>,
}

impl Compiler {
    fn node(&mut self, schema: &Value, place: &str) -> Result<Id, String> {
        let id = self.inner(schema)?;
        self.places.insert(place.to_owned(), id);
        Ok(id)
    }

    fn inner(&mut self, schema: &Value) -> Result<Id, String> {
        let id = Id(self.nodes.len());
        self.nodes.push(Node::Boolean(true));
        let node = match schema {
            Value::Bool(said) => Node::Boolean(*said),
            Value::Object(members) => Node::Keywords(self.keywords(members)?),
            _ => return Err("a schema is an object or a truth".to_owned()),
        };
        if let Some(place) = self.nodes.get_mut(id.0) {
            *place = node;
        }
        Ok(id)
    }

    fn keywords(&mut self, members: &Map<String, Value>) -> Result<Vec<Named>, String> {
        let mut all: Vec<Named> = Vec::new();
        for (name, value) in members {
            if let Some((name, keyword)) = self.keyword(name, value, members)? {
                all.push(Named { name, text: value.to_string(), keyword });
            }
        }
        let late =
            |named: &Named| matches!(named.keyword, Keyword::UnevaluatedItems(_) | Keyword::UnevaluatedProperties(_));
        all.sort_by_key(late);
        Ok(all)
    }

    /// What a member of a schema asks; nothing where it says something to people, or stands beside the one that asks.
    fn keyword(
        &mut self,
        name: &str,
        value: &Value,
        beside: &Map<String, Value>,
    ) -> Result<Option<(&'static str, Keyword)>, String> {
        Ok(Some(match name {
            "type" => ("type", Keyword::Type(types(value)?)),
            "enum" => ("enum", Keyword::Enum(list(name, value)?.iter().map(canonical_text).collect())),
            "const" => ("const", Keyword::Enum(vec![canonical_text(value)])),
            "minLength" => ("minLength", Keyword::MinLength(count(name, value)?)),
            "maxLength" => ("maxLength", Keyword::MaxLength(count(name, value)?)),
            "pattern" => ("pattern", Keyword::Pattern(Pattern::owned(text(name, value)?))),
            "format" => match Format::ALL.iter().find(|format| Some(format.name()) == value.as_str()) {
                Some(format) => ("format", Keyword::Format(*format)),
                None => return Ok(None),
            },
            "minimum" => ("minimum", Keyword::Minimum(number(name, value)?)),
            "maximum" => ("maximum", Keyword::Maximum(number(name, value)?)),
            "exclusiveMinimum" => ("exclusiveMinimum", Keyword::ExclusiveMinimum(number(name, value)?)),
            "exclusiveMaximum" => ("exclusiveMaximum", Keyword::ExclusiveMaximum(number(name, value)?)),
            "multipleOf" => ("multipleOf", Keyword::MultipleOf(number(name, value)?)),
            "minItems" => ("minItems", Keyword::MinItems(count(name, value)?)),
            "maxItems" => ("maxItems", Keyword::MaxItems(count(name, value)?)),
            "uniqueItems" if value == &Value::Bool(true) => ("uniqueItems", Keyword::UniqueItems),
            "minProperties" => ("minProperties", Keyword::MinProperties(count(name, value)?)),
            "maxProperties" => ("maxProperties", Keyword::MaxProperties(count(name, value)?)),
            "required" => ("required", Keyword::Required(texts(name, value)?)),
            "dependentRequired" => {
                let each = object(name, value)?.iter();
                let each = each.map(|(property, names)| Ok((property.clone(), texts(name, names)?)));
                ("dependentRequired", Keyword::DependentRequired(each.collect::<Result<_, String>>()?))
            }
            "dependentSchemas" => ("dependentSchemas", Keyword::DependentSchemas(self.members(name, value)?)),
            "propertyNames" => ("propertyNames", Keyword::PropertyNames(self.inner(value)?)),
            "properties" => ("properties", Keyword::Properties(self.properties(beside)?)),
            "patternProperties" if !beside.contains_key("properties") => {
                ("patternProperties", Keyword::Properties(self.properties(beside)?))
            }
            "additionalProperties"
                if !beside.contains_key("properties") && !beside.contains_key("patternProperties") =>
            {
                ("additionalProperties", Keyword::Properties(self.properties(beside)?))
            }
            "prefixItems" => ("prefixItems", self.items(beside)?),
            "items" if !beside.contains_key("prefixItems") => ("items", self.items(beside)?),
            "contains" => {
                let least = beside.get("minContains").map_or(Ok(1), |least| count("minContains", least))?;
                let most = beside.get("maxContains").map(|most| count("maxContains", most)).transpose()?;
                ("contains", Keyword::Contains { items: self.inner(value)?, least, most })
            }
            "$ref" => {
                self.open.push(text(name, value)?.to_owned());
                ("$ref", Keyword::Ref(Id(self.open.len() - 1)))
            }
            "allOf" => ("allOf", Keyword::AllOf(self.each(name, value)?)),
            "anyOf" => ("anyOf", Keyword::AnyOf(self.each(name, value)?)),
            "oneOf" => ("oneOf", Keyword::OneOf(self.each(name, value)?)),
            "not" => ("not", Keyword::Not(self.inner(value)?)),
            "if" => {
                let condition = self.inner(value)?;
                let then = beside.get("then").map(|then| self.inner(then)).transpose()?;
                let otherwise = beside.get("else").map(|otherwise| self.inner(otherwise)).transpose()?;
                ("if", Keyword::If { condition, then, otherwise })
            }
            "unevaluatedItems" => ("unevaluatedItems", Keyword::UnevaluatedItems(self.inner(value)?)),
            "unevaluatedProperties" => ("unevaluatedProperties", Keyword::UnevaluatedProperties(self.inner(value)?)),
            _ => return Ok(None),
        }))
    }

    fn properties(&mut self, beside: &Map<String, Value>) -> Result<Properties, String> {
        let named = beside.get("properties").map_or(Ok(Vec::new()), |value| self.members("properties", value))?;
        let patterns = beside.get("patternProperties");
        let patterns = patterns.map_or(Ok(Vec::new()), |value| self.members("patternProperties", value))?;
        let patterns = patterns.into_iter().map(|(pattern, id)| (Pattern::owned(&pattern), id)).collect();
        let additional = beside.get("additionalProperties").map(|schema| self.inner(schema)).transpose()?;
        Ok(Properties { named, patterns, additional })
    }

    fn items(&mut self, beside: &Map<String, Value>) -> Result<Keyword, String> {
        let prefix = beside.get("prefixItems").map_or(Ok(Vec::new()), |value| self.each("prefixItems", value))?;
        let rest = beside.get("items").map(|schema| self.inner(schema)).transpose()?;
        Ok(Keyword::Items { prefix, rest })
    }

    fn members(&mut self, name: &str, value: &Value) -> Result<Vec<(String, Id)>, String> {
        object(name, value)?.iter().map(|(property, schema)| Ok((property.clone(), self.inner(schema)?))).collect()
    }

    fn each(&mut self, name: &str, value: &Value) -> Result<Vec<Id>, String> {
        list(name, value)?.iter().map(|schema| self.inner(schema)).collect()
    }

    /// The subschemas, each `$ref` with the place that it means.
    fn linked(mut self) -> Result<Compiled, String> {
        for node in &mut self.nodes {
            let Node::Keywords(keywords) = node else { continue };
            for named in keywords {
                if let Keyword::Ref(number) = &mut named.keyword {
                    let reference = self.open.get(number.0).map_or("", String::as_str);
                    let target = self.places.get(reference);
                    *number =
                        *target.ok_or_else(|| format!("`$ref` {reference:?} is none of `#` and `#/$defs/...`"))?;
                }
            }
        }
        Ok(Compiled { nodes: self.nodes })
    }
}

fn types(value: &Value) -> Result<Vec<Type>, String> {
    let one = |name: &Value| match name.as_str() {
        Some("null") => Ok(Type::Null),
        Some("boolean") => Ok(Type::Boolean),
        Some("integer") => Ok(Type::Integer),
        Some("number") => Ok(Type::Number),
        Some("string") => Ok(Type::String),
        Some("array") => Ok(Type::Array),
        Some("object") => Ok(Type::Object),
        _ => Err(format!("{name} is no type")),
    };
    match value {
        Value::Array(names) => names.iter().map(one).collect(),
        name => Ok(vec![one(name)?]),
    }
}

fn object<'v>(name: &str, value: &'v Value) -> Result<&'v Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("`{name}` is an object"))
}

fn list<'v>(name: &str, value: &'v Value) -> Result<&'v [Value], String> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| format!("`{name}` is a list"))
}

fn text<'v>(name: &str, value: &'v Value) -> Result<&'v str, String> {
    value.as_str().ok_or_else(|| format!("`{name}` is a string"))
}

fn texts(name: &str, value: &Value) -> Result<Vec<String>, String> {
    list(name, value)?.iter().map(|one| text(name, one).map(str::to_owned)).collect()
}

fn number(name: &str, value: &Value) -> Result<Number, String> {
    value.as_number().map(Number::from).ok_or_else(|| format!("`{name}` is a number"))
}

fn count(name: &str, value: &Value) -> Result<u64, String> {
    // `2.0` is a count too, and one beyond all counts is met by none.
    let float = || value.as_f64().filter(|count| *count >= 0.0 && count.fract() == 0.0);
    let count =
        value.as_u64().or_else(|| float().and_then(|count| format!("{count:.0}").parse().ok().or(Some(u64::MAX))));
    count.ok_or_else(|| format!("`{name}` is a count"))
}
