//! A difference as a sentence.

use super::context::{Context, Spot};
use super::field::field;
use super::said::Said;
use super::values::{lost, parts, parts_without_like, written};
use super::words::words;
use crate::compat::json::diff::{Change, Found};
use crate::compat::json::loaded::Criterion;
use crate::rules::{
    JSON_SCHEMA_BOUND_CHANGED, JSON_SCHEMA_COMPOSITION_CHANGED, JSON_SCHEMA_CONTENT_CLOSED,
    JSON_SCHEMA_DEPENDENCY_CHANGED, JSON_SCHEMA_ENUM_VALUE_ADDED, JSON_SCHEMA_ENUM_VALUE_REMOVED,
    JSON_SCHEMA_ITEM_CHANGED, JSON_SCHEMA_PROPERTY_ADDED, JSON_SCHEMA_PROPERTY_ADDED_TO_OPEN,
    JSON_SCHEMA_PROPERTY_REMOVED, JSON_SCHEMA_PROPERTY_REMOVED_FROM_OPEN, JSON_SCHEMA_REQUIRED_ADDED,
    JSON_SCHEMA_REQUIRED_REMOVED, JSON_SCHEMA_TYPE_CHANGED, Rule,
};

/// Puts a difference between an original and an update into words.
pub(super) fn say(context: &Context<'_>, found: &Found, original: Spot<'_>, update: Spot<'_>) -> Said {
    let teller = Teller { context, found, original, update, field: named(&found.path) };
    match found.change {
        Change::TypeChanged | Change::TypeNarrowed | Change::SchemaAdded => teller.a_type(),
        Change::EnumArrayNarrowed | Change::EnumArrayChanged => teller.values(),
        Change::RequiredAttributeAdded => teller.required(),
        Change::RequiredPropertyAddedToOpen | Change::RequiredPropertyAddedToUnopen => teller.new_and_required(),
        Change::OptionalPropertyAddedToOpen
        | Change::RequiredPropertyWithDefaultAddedToOpen
        | Change::PropertyAddedNotCovered => teller.open_before_it(),
        Change::PropertyRemovedFromClosed | Change::PropertyRemovedNotCovered => teller.closed_without_it(),
        Change::AdditionalPropertiesRemoved | Change::AdditionalPropertiesNarrowed => {
            teller.closed("additionalProperties")
        }
        Change::UnevaluatedPropertiesRemoved | Change::UnevaluatedPropertiesNarrowed => {
            teller.closed("unevaluatedProperties")
        }
        Change::AdditionalItemsRemoved | Change::AdditionalItemsNarrowed => teller.closed("additionalItems"),
        Change::UnevaluatedItemsRemoved | Change::UnevaluatedItemsNarrowed => teller.closed("unevaluatedItems"),
        Change::ItemAddedToOpen
        | Change::ItemAddedNotCovered
        | Change::ItemRemovedFromClosed
        | Change::ItemRemovedNotCovered => teller.item(),
        Change::DependencyArrayAdded
        | Change::DependencyArrayExtended
        | Change::DependencyArrayChanged
        | Change::DependencySchemaAdded => teller.dependency(),
        Change::CombinedTypeChanged
        | Change::SumTypeNarrowed
        | Change::ProductTypeExtended
        | Change::CombinedTypeSubschemasChanged
        | Change::NotTypeExtended => teller.parts(),
        // What is left is a keyword with a limit, which the path ends in.
        _ => teller.bound(),
    }
}

fn named(path: &str) -> String {
    let field = field(path);
    if field.is_empty() { "the schema".to_owned() } else { format!("`{field}`") }
}

struct Teller<'c, 's> {
    context: &'c Context<'s>,
    found: &'c Found,
    original: Spot<'s>,
    update: Spot<'s>,
    /// The field of the path, as it stands in a sentence.
    field: String,
}

impl Teller<'_, '_> {
    fn said(&self, rule: &'static Rule, keyword: &'static str, message: String, help: impl Into<String>) -> Said {
        let related = self.related();
        Said { rule, message, related, help: help.into(), note: None, keyword }
    }

    /// What stands in the old version.
    fn related(&self) -> String {
        let n = self.context.number;
        let (_, old) = self.context.by_age(self.original, self.update);
        let of_property = self.found.path.starts_with("properties/") || self.found.path.contains("/properties/");
        match (self.found.part.as_deref(), self.found.change) {
            (_, Change::RequiredAttributeAdded) if self.context.backward() => format!("version {n}: optional"),
            (_, Change::RequiredAttributeAdded) => format!("version {n}: required"),
            (Some(name), _) if of_property => match old.property(name) {
                Some(property) => format!("version {n}: {}", words(property.schema, property.id)),
                None => format!("version {n} has no `{name}`"),
            },
            _ => format!("version {n}: {}", words(old.schema, old.id)),
        }
    }

    /// The new and the old node in words.
    fn words(&self) -> (String, String) {
        let words = |spot: Spot<'_>| words(spot.schema, spot.id);
        self.context.by_age(words(self.original), words(self.update))
    }

    /// What a keyword says in the new and the old schema.
    fn written(&self, keyword: &str) -> (String, String) {
        self.context.by_age(written(self.original, keyword), written(self.update, keyword))
    }

    fn part(&self) -> &str {
        self.found.part.as_deref().unwrap_or_default()
    }

    fn a_type(&self) -> Said {
        let (new, old) = self.words();
        if self.found.change == Change::SchemaAdded {
            let (new, old) = self.written("items");
            let message = format!("{} was {old} and is now {new}", self.field);
            return self.said(&JSON_SCHEMA_CONTENT_CLOSED, "items", message, "leave the content as open as it was");
        }
        let said = self.said(
            &JSON_SCHEMA_TYPE_CHANGED,
            "type",
            format!("{} was {old} and is now {new}", self.field),
            "add a property beside it, or run `cargo topika explain json-schema/type-changed`",
        );
        let (original, update) = (super::values::values(self.original), super::values::values(self.update));
        let kept = crate::compat::json::diff::Values::of(&update);
        let alike = !original.is_empty() && !update.is_empty() && original.iter().all(|value| kept.has(value));
        Said { note: alike.then(|| "the registry refuses it, though no instance does".to_owned()), ..said }
    }

    fn values(&self) -> Said {
        let lost = lost(self.original, self.update);
        let field = named(self.found.path.trim_end_matches("enum").trim_end_matches("const").trim_end_matches('/'));
        let keyword = if self.found.path.ends_with("const") { "const" } else { "enum" };
        if self.context.backward() {
            let message = format!("the {keyword} of {field} lost {lost}");
            return self.said(&JSON_SCHEMA_ENUM_VALUE_REMOVED, keyword, message, "keep the value");
        }
        let n = self.context.number;
        let message = format!("the {keyword} of {field} gained {lost}, which version {n} does not know");
        let help = "under FORWARD and FULL an enum cannot grow; a BACKWARD level lets it";
        self.said(&JSON_SCHEMA_ENUM_VALUE_ADDED, keyword, message, help)
    }

    fn required(&self) -> Said {
        let n = self.context.number;
        if self.context.backward() {
            let message = format!("{} is now required, and version {n} may lack it", self.field);
            let help = "leave it optional, or give it a `default`";
            return self.said(&JSON_SCHEMA_REQUIRED_ADDED, "required", message, help);
        }
        let message = format!("{} is no longer required, and version {n} needs it", self.field);
        self.said(&JSON_SCHEMA_REQUIRED_REMOVED, "required", message, "keep it in `required`")
    }

    fn new_and_required(&self) -> Said {
        let n = self.context.number;
        if self.context.backward() {
            let message = format!("{} is new and required, and version {n} may lack it", self.field);
            let help = "leave it optional, or give it a `default`";
            return self.said(&JSON_SCHEMA_REQUIRED_ADDED, "required", message, help);
        }
        let message = format!("{} is gone, and version {n} needs it", self.field);
        self.said(&JSON_SCHEMA_REQUIRED_REMOVED, "properties", message, "keep the property, and keep it in `required`")
    }

    fn open_before_it(&self) -> Said {
        let n = self.context.number;
        let lenient = "`policy = \"lenient\"` (the registry's `compatibilityPolicy`) accepts it";
        let part = |spot: Spot<'_>| spot.property(self.part()).map_or_else(String::new, |p| words(p.schema, p.id));
        if self.context.backward() {
            let message = format!(
                "{} is new, and version {n} left its name open: data may hold it with another meaning",
                self.field
            );
            let ty = part(self.update);
            let help = format!(
                "if no data of version {n} holds anything but {ty} there, {lenient}; an object that is closed \
                 (`\"additionalProperties\": false`) from its first version on takes new optional properties"
            );
            return self.said(&JSON_SCHEMA_PROPERTY_ADDED_TO_OPEN, "properties", message, help);
        }
        let ty = part(self.update);
        let message = format!("{} is gone, and its name is open now: version {n} still reads it as {ty}", self.field);
        let help = format!("if nobody writes anything but {ty} there, {lenient}; or keep the property");
        self.said(&JSON_SCHEMA_PROPERTY_REMOVED_FROM_OPEN, "properties", message, help)
    }

    fn closed_without_it(&self) -> Said {
        let n = self.context.number;
        let covered = self.found.change == Change::PropertyRemovedNotCovered;
        if self.context.backward() {
            let rest = if covered {
                "the schema for further properties refuses it"
            } else {
                "the object takes no further properties"
            };
            let message = format!("{} is gone, and {rest}", self.field);
            let help = "keep the property, or open the object";
            return self.said(&JSON_SCHEMA_PROPERTY_REMOVED, "properties", message, help);
        }
        let rest = if covered { "refuses it among its further properties" } else { "takes no further properties" };
        let message = format!("{} is new, and version {n} {rest}", self.field);
        let help = "use a BACKWARD level, under which new optional properties are fine";
        self.said(&JSON_SCHEMA_PROPERTY_ADDED, "properties", message, help)
    }

    fn closed(&self, keyword: &'static str) -> Said {
        let (new, old) = self.written(keyword);
        let owner = named(self.found.path.trim_end_matches(keyword).trim_end_matches('/'));
        let message = format!("`{keyword}` of {owner} was {old} and is now {new}");
        let help = if self.found.change.is_compatible(crate::compat::Policy::Lenient) {
            "leave the content as open as it was; `policy = \"lenient\"` (the registry's `compatibilityPolicy`) accepts it"
        } else {
            "leave the content as open as it was"
        };
        let said = self.said(&JSON_SCHEMA_CONTENT_CLOSED, keyword, message, help);
        let reader = written(self.update, keyword);
        let all = reader == "{}" || reader == "true";
        Said { note: all.then(|| "the registry refuses it, though no instance tells the two apart".to_owned()), ..said }
    }

    fn item(&self) -> Said {
        let n = self.context.number;
        let gone = matches!(self.found.change, Change::ItemRemovedFromClosed | Change::ItemRemovedNotCovered);
        let message = match (gone, self.context.backward()) {
            (true, true) => format!("{} is gone, and the array takes nothing like it there", self.field),
            (true, false) => format!("{} is new, and version {n} takes nothing like it there", self.field),
            (false, true) => format!("{} is new, and version {n} left that place open", self.field),
            (false, false) => format!("{} is gone, and version {n} takes less there than is allowed now", self.field),
        };
        self.said(
            &JSON_SCHEMA_ITEM_CHANGED,
            "items",
            message,
            "keep the items that a tuple has, and what may follow them",
        )
    }

    fn dependency(&self) -> Said {
        let (keyword, (new, old)) = ["dependencies", "dependentRequired", "dependentSchemas"]
            .into_iter()
            .map(|keyword| {
                let of = |spot: Spot<'_>| {
                    let map = spot.json().and_then(|json| json.get(keyword)).and_then(|map| map.get(self.part()));
                    map.map_or_else(
                        || "absent".to_owned(),
                        |value| crate::text::shortened(&crate::text::json::compact(value)),
                    )
                };
                (keyword, self.context.by_age(of(self.original), of(self.update)))
            })
            .find(|(_, (new, old))| new != old)
            .unwrap_or(("dependencies", ("changed".to_owned(), "different".to_owned())));
        let message = format!("what {} asks for beside it was {old} and is now {new}", self.field);
        self.said(&JSON_SCHEMA_DEPENDENCY_CHANGED, keyword, message, "ask for no more than before")
    }

    fn parts(&self) -> Said {
        let n = self.context.number;
        let backward = self.context.backward();
        let criterion = |spot: Spot<'_>| parts(spot).map_or("type", |parts| parts.criterion.keyword());
        let (new, old) = self.context.by_age(criterion(self.original), criterion(self.update));
        let lost = parts_without_like(self.original, self.update);
        let gained = parts_without_like(self.update, self.original);
        let field = &self.field;
        let message = match self.found.change {
            Change::NotTypeExtended => {
                let field = named(self.found.path.trim_end_matches("not").trim_end_matches('/'));
                format!("`not` of {field} refuses more than it did")
            }
            Change::CombinedTypeChanged => format!("{field} was `{old}` and is now `{new}`"),
            Change::ProductTypeExtended if backward => {
                format!("{field} must now be {} too", gained.join(" and "))
            }
            Change::ProductTypeExtended => {
                format!("{field} need no longer be {}, as version {n} wants", gained.join(" and "))
            }
            _ if lost.is_empty() => format!("the parts of {field} no longer take what they took"),
            _ if backward => format!("{field} could be {}, and no alternative takes it now", lost.join(", ")),
            _ => format!("{field} can now be {}, for which version {n} has no alternative", lost.join(", ")),
        };
        let keyword = match parts(if backward { self.update } else { self.original }).map(|parts| parts.criterion) {
            Some(Criterion::All) => "allOf",
            Some(Criterion::Any) => "anyOf",
            Some(Criterion::One) => "oneOf",
            None => "not",
        };
        let help = if backward { "keep the alternative" } else { "use a BACKWARD level, or add a property instead" };
        self.said(&JSON_SCHEMA_COMPOSITION_CHANGED, keyword, message, help)
    }

    fn bound(&self) -> Said {
        let keyword = BOUNDS.into_iter().find(|keyword| self.found.path.ends_with(keyword)).unwrap_or("type");
        let (new, old) = self.written(keyword);
        let message = if keyword == "minContains" && old == new {
            format!("{} counts as 1 beside `contains`, which only one of the two schemas has", self.field)
        } else {
            format!("{} was {old} and is now {new}", self.field)
        };
        let mut said =
            self.said(&JSON_SCHEMA_BOUND_CHANGED, keyword, message, "keep the bound, or let it allow what it allowed");
        said.related = format!("version {}: {old}", self.context.number);
        said
    }
}

/// The keywords that hold a limit; one that ends in another comes first.
const BOUNDS: [&str; 16] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "uniqueItems",
    "format",
];
