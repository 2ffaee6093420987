use super::keywords::is_known;
use super::knots::Loader;
use super::model::{Bound, Composite, Count, ObjectId, What};
use super::raw::Raw;
use crate::compat::json::loaded::java::JavaNumber;
use crate::compat::json::loaded::model::{Criterion, Extra};
use crate::compat::json::loaded::refusal::Refusal;
use crate::text::json::Value;

impl<'d> Loader<'d> {
    /// Makes the object of a subschema. Bounded by the nesting of the text.
    pub(super) fn schema(&mut self, raw: &Raw<'d>) -> Result<ObjectId, Refusal> {
        self.has_room(raw)?;
        match &raw.json.value {
            Value::Bool(true) => Ok(self.add(What::True, raw.place())),
            Value::Bool(false) => Ok(self.add(What::False, raw.place())),
            Value::Object(_) => {
                let composite = self.within(raw, |loader| loader.composite(raw))?;
                Ok(self.add(What::Composite(Box::new(composite)), raw.place()))
            }
            _ => Err(raw.refuse(format!("a schema is an object, true or false, not {}", raw.json.kind()))),
        }
    }

    fn composite(&mut self, raw: &Raw<'d>) -> Result<Composite, Refusal> {
        let counts_as_root = raw.number == 0 || raw.is_root();
        let mut composite = Composite { counts_as_root, ..Composite::default() };
        for (name, value) in raw.members()? {
            match name {
                "properties" => composite.properties = self.named(&value)?,
                "patternProperties" => composite.patterns = self.named(&value)?,
                "$defs" => composite.definitions = self.named(&value)?,
                "$ref" => {
                    let reference = self.reference(value.string()?, &Raw { json: raw.json, ..value })?;
                    composite.keywords.push(reference);
                }
                "$dynamicRef" => {
                    let written = value.string()?;
                    let anchor = written.split_once('#').map_or(written, |(_, anchor)| anchor);
                    composite.dynamic = Some((anchor.to_owned(), self.reference(written, raw)?));
                }
                "$dynamicAnchor" => composite.dynamic_anchor = Some(value.string()?.to_owned()),
                "title" => composite.title = Some(value.string()?.to_owned()),
                "description" => composite.description = Some(value.string()?.to_owned()),
                "deprecated" => drop(value.boolean()?),
                "default" => composite.default = Some(value.default_value()),
                "unevaluatedItems" => composite.unevaluated_items = Some(self.schema(&value)?),
                "unevaluatedProperties" => composite.unevaluated_properties = Some(self.schema(&value)?),
                _ => {
                    if let Some(what) = self.keyword(name, &value, raw)? {
                        let keyword = self.add(what, raw.place());
                        composite.keywords.push(keyword);
                    }
                    if !is_known(name) {
                        composite.unprocessed.push((name.to_owned(), Extra::of(value.json, value.place())));
                    }
                }
            }
        }
        Ok(composite)
    }

    /// Subschemas under names.
    fn named(&mut self, raw: &Raw<'d>) -> Result<Vec<(String, ObjectId)>, Refusal> {
        let members = raw.members()?;
        members.into_iter().map(|(name, value)| Ok((name.to_owned(), self.schema(&value)?))).collect()
    }

    fn list(&mut self, raw: &Raw<'d>) -> Result<Vec<ObjectId>, Refusal> {
        raw.items()?.iter().map(|item| self.schema(item)).collect()
    }

    /// The object of a keyword; none for one that json-sKema has no object for.
    fn keyword(&mut self, name: &str, value: &Raw<'d>, beside: &Raw<'d>) -> Result<Option<What>, Refusal> {
        let bound = |bound: Bound| Ok(Some(What::Number(bound, value.number()?)));
        let count = |count: Count| Ok(Some(What::Count(count, value.number()?.int())));
        match name {
            "minimum" => return bound(Bound::Minimum),
            "maximum" => return bound(Bound::Maximum),
            "exclusiveMinimum" => return bound(Bound::ExclusiveMinimum),
            "exclusiveMaximum" => return bound(Bound::ExclusiveMaximum),
            "multipleOf" => return bound(Bound::MultipleOf),
            "minLength" => return count(Count::MinLength),
            "maxLength" => return count(Count::MaxLength),
            "minItems" => return count(Count::MinItems),
            "maxItems" => return count(Count::MaxItems),
            "minProperties" => return count(Count::MinProperties),
            "maxProperties" => return count(Count::MaxProperties),
            _ => {}
        }
        Ok(Some(match name {
            "additionalProperties" => What::Additional(self.schema(value)?),
            "type" => match value.json.as_str() {
                Some(word) => What::Type(known_type(word, value)?),
                None => What::Types(
                    value.items()?.iter().map(|word| known_type(word.string()?, word)).collect::<Result<_, _>>()?,
                ),
            },
            "required" => What::Required(strings(value)?),
            "not" => What::Not(self.schema(value)?),
            "enum" => What::Enum(value.items()?.iter().map(Raw::value).collect()),
            "const" => What::Const(value.value()),
            "dependentRequired" => {
                let members = value.members()?.into_iter();
                let lists = members.map(|(name, list)| Ok((name.to_owned(), strings(&list)?)));
                What::DependentRequired(lists.collect::<Result<_, Refusal>>()?)
            }
            "dependentSchemas" => What::DependentSchemas(self.named(value)?),
            "propertyNames" => What::PropertyNames(self.schema(value)?),
            "pattern" => What::Pattern(value.string()?.to_owned()),
            "if" => {
                let mut part = |name: &str| beside.get(name).map(|value| self.schema(&value)).transpose();
                let (then, otherwise) = (part("then")?, part("else")?);
                What::Conditional { condition: self.schema(value)?, then, otherwise }
            }
            "contains" => {
                let number = |name: &str| -> Result<Option<JavaNumber>, Refusal> {
                    beside
                        .get(name)
                        .filter(|value| value.json.as_number().is_some())
                        .map(|value| value.number())
                        .transpose()
                };
                let (min, max) = (number("minContains")?, number("maxContains")?);
                What::Contains { schema: self.schema(value)?, min: min.unwrap_or_else(|| JavaNumber::integer(1)), max }
            }
            "prefixItems" => What::Prefix(self.list(value)?),
            "items" => {
                let after = beside.get("prefixItems").and_then(|list| list.json.as_array()).map_or(0, <[_]>::len);
                What::Items { schema: self.schema(value)?, after }
            }
            "allOf" => What::Combined(Criterion::All, self.list(value)?),
            "anyOf" => What::Combined(Criterion::Any, self.list(value)?),
            "oneOf" => What::Combined(Criterion::One, self.list(value)?),
            "uniqueItems" => What::Unique(value.boolean()?),
            "format" => {
                value.string()?;
                What::Ignored
            }
            "readOnly" | "writeOnly" if value.boolean()? => What::Ignored,
            _ => return Ok(None),
        }))
    }
}

fn known_type(word: &str, at: &Raw<'_>) -> Result<String, Refusal> {
    match word {
        "string" | "integer" | "number" | "boolean" | "null" | "array" | "object" => Ok(word.to_owned()),
        other => Err(at.refuse(format!("`{}` is no JSON type", crate::text::shortened(other)))),
    }
}

fn strings(raw: &Raw<'_>) -> Result<Vec<String>, Refusal> {
    raw.items()?.iter().map(|item| item.string().map(str::to_owned)).collect()
}
