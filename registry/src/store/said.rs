//! Incompatibilities in the words of Confluent's registry: tools read them.

use topika_contract::compat::Difference;
use topika_contract::compat::avro::{Incompatibility, Kind};

use crate::api::SchemaType;

/// The reader's word and the writer's: `new` and `old`.
pub(super) type Words<'a> = (&'a str, &'a str);

pub(super) fn avro(found: &Incompatibility, (reader, writer): Words<'_>) -> String {
    let Incompatibility { kind, location: path, message, .. } = found;
    let description = match kind {
        Kind::FixedSizeMismatch => format!(
            "The size of FIXED type field at path '{path}' in the {reader} schema does not match with the {writer} schema"
        ),
        Kind::TypeMismatch => {
            format!(
                "The type (path '{path}') of a field in the {reader} schema does not match with the {writer} schema"
            )
        }
        Kind::NameMismatch => format!("The name of the schema has changed (path '{path}')"),
        Kind::MissingEnumSymbols => {
            format!("The {reader} schema is missing enum symbols '{message}' at path '{path}' in the {writer} schema")
        }
        Kind::MissingUnionBranch => format!(
            "The {reader} schema is missing a type inside a union field at path '{path}' in the {writer} schema"
        ),
        Kind::ReaderFieldMissingDefaultValue => format!(
            "The field '{message}' at path '{path}' in the {reader} schema has no default value and is missing in the {writer} schema"
        ),
        // Java throws here, and knows no bound.
        Kind::AmbiguousField => format!("{message} (path '{path}')"),
        Kind::NotCompared => format!("The schemas are larger than what this registry compares (path '{path}')"),
    };
    let kind = kind.as_str();
    format!("{{errorType:'{kind}', description:'{description}', additionalInfo:'{message}'}}")
}

pub(super) fn json(found: &Difference, words: Words<'_>) -> String {
    let Difference { kind, location, .. } = found;
    let description = of_json(kind, location, words);
    format!("{{errorType:\"{kind}\", description:\"{description}\"}}")
}

fn of_json(kind: &str, path: &str, (reader, writer): Words<'_>) -> String {
    match kind {
        "MAXIMUM_ADDED"
        | "MINIMUM_ADDED"
        | "EXCLUSIVE_MAXIMUM_ADDED"
        | "EXCLUSIVE_MINIMUM_ADDED"
        | "MULTIPLE_OF_ADDED"
        | "MAX_LENGTH_ADDED"
        | "MIN_LENGTH_ADDED"
        | "PATTERN_ADDED"
        | "REQUIRED_ATTRIBUTE_ADDED"
        | "MAX_PROPERTIES_ADDED"
        | "MIN_PROPERTIES_ADDED"
        | "DEPENDENCY_ARRAY_ADDED"
        | "DEPENDENCY_SCHEMA_ADDED"
        | "MAX_ITEMS_ADDED"
        | "MIN_ITEMS_ADDED"
        | "MAX_CONTAINS_ADDED"
        | "MIN_CONTAINS_ADDED"
        | "UNIQUE_ITEMS_ADDED"
        | "ADDITIONAL_ITEMS_REMOVED"
        | "ADDITIONAL_PROPERTIES_REMOVED"
        | "UNEVALUATED_PROPERTIES_REMOVED"
        | "UNEVALUATED_ITEMS_REMOVED" => {
            format!("The keyword at path '{path}' in the {reader} schema is not present in the {writer} schema")
        }
        "MIN_LENGTH_INCREASED"
        | "MINIMUM_INCREASED"
        | "EXCLUSIVE_MINIMUM_INCREASED"
        | "MIN_PROPERTIES_INCREASED"
        | "MULTIPLE_OF_EXPANDED"
        | "MIN_ITEMS_INCREASED"
        | "MIN_CONTAINS_INCREASED" => {
            format!("The value at path '{path}' in the {reader} schema is more than its value in the {writer} schema")
        }
        "MAX_LENGTH_DECREASED"
        | "MAXIMUM_DECREASED"
        | "MAX_ITEMS_DECREASED"
        | "MAX_CONTAINS_DECREASED"
        | "EXCLUSIVE_MAXIMUM_DECREASED"
        | "MAX_PROPERTIES_DECREASED" => {
            format!("The value at path '{path}' in the {reader} schema is less than its value in the {writer} schema")
        }
        "PATTERN_CHANGED" | "MULTIPLE_OF_CHANGED" | "DEPENDENCY_ARRAY_CHANGED" => {
            format!("The value at path '{path}' is different between the {reader} and {writer} schema")
        }
        "ADDITIONAL_ITEMS_NARROWED"
        | "ENUM_ARRAY_NARROWED"
        | "SUM_TYPE_NARROWED"
        | "ADDITIONAL_PROPERTIES_NARROWED"
        | "UNEVALUATED_PROPERTIES_NARROWED"
        | "UNEVALUATED_ITEMS_NARROWED" => {
            format!(
                "An array or combined type at path '{path}' has fewer elements in the {reader} schema than the {writer} schema"
            )
        }
        "DEPENDENCY_ARRAY_EXTENDED" | "PRODUCT_TYPE_EXTENDED" | "SUM_TYPE_EXTENDED" | "NOT_TYPE_EXTENDED" => {
            format!(
                "An array or combined type at path '{path}' has more elements in the {reader} schema than the {writer} schema"
            )
        }
        "TYPE_CHANGED"
        | "TYPE_NARROWED"
        | "COMBINED_TYPE_CHANGED"
        | "COMBINED_TYPE_SUBSCHEMAS_CHANGED"
        | "ENUM_ARRAY_CHANGED" => {
            format!("A type at path '{path}' is different between the {reader} schema and the {writer} schema")
        }
        other => of_content_model(other, path, (reader, writer)),
    }
}

fn of_content_model(kind: &str, path: &str, (reader, writer): Words<'_>) -> String {
    match kind {
        "REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"
        | "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL"
        | "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"
        | "ITEM_ADDED_TO_OPEN_CONTENT_MODEL" => format!(
            "The {reader} schema has an open content model and has a property or item at path '{path}' which is missing in the {writer} schema"
        ),
        "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL" => format!(
            "The {reader} schema has an unopen content model and has a required property at path '{path}' which is missing in the {writer} schema"
        ),
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL" | "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL" => format!(
            "The {reader} schema has a closed content model and is missing a property or item present at path '{path}' in the {writer} schema"
        ),
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
        | "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL" => format!(
            "A property or item is missing in the {reader} schema but present at path '{path}' in the {writer} schema and is not covered by its partially open content model"
        ),
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
        | "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL" => format!(
            "The {reader} schema has a property or item at path '{path}' which is missing in the {writer} schema and is not covered by its partially open content model"
        ),
        // Confluent's registry has no words for what is left (SCHEMA_ADDED).
        _ => format!("The schema at path '{path}' in the {reader} schema cannot read data of the {writer} schema"),
    }
}

/// What the judge gave up on.
pub(super) fn undecided(reason: String) -> String {
    format!("{{errorType:\"NOT_COMPARED\", description:\"{reason}\"}}")
}

/// What this registry carries and does not understand.
pub(super) fn not_judged(schema_type: &SchemaType) -> String {
    format!(
        "{{errorType:\"NOT_JUDGED\", description:\"this registry carries {schema_type} schemas as text and cannot say whether a change \
         of one is compatible; set the subject's compatibility to NONE to register it unjudged\"}}"
    )
}

#[cfg(test)]
mod tests {
    use topika_contract::compat::{Policy, breaking_kinds};

    use super::*;

    #[test]
    fn every_difference_of_json_schema_is_told_with_its_path_and_confluents_words() {
        for kind in breaking_kinds(Policy::Strict) {
            let said = of_json(kind, "#/properties/a", ("new", "old"));
            assert!(
                said.contains("'#/properties/a'") && said.contains("old") && said.contains("schema"),
                "{kind}: {said}"
            );
            assert_eq!(said.contains("cannot read data of"), kind == "SCHEMA_ADDED", "{kind}: {said}");
        }
    }

    #[test]
    fn contents_and_counts_are_told_as_confluent_tells_them() {
        for (kind, said) in [
            (
                "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
                "The new schema has an open content model and has a property or item at path '#/x' which is missing in the old schema",
            ),
            (
                "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
                "The new schema has a closed content model and is missing a property or item present at path '#/x' in the old schema",
            ),
            ("MAX_CONTAINS_ADDED", "The keyword at path '#/x' in the new schema is not present in the old schema"),
            (
                "UNEVALUATED_PROPERTIES_REMOVED",
                "The keyword at path '#/x' in the new schema is not present in the old schema",
            ),
            (
                "MIN_CONTAINS_INCREASED",
                "The value at path '#/x' in the new schema is more than its value in the old schema",
            ),
            (
                "MAX_CONTAINS_DECREASED",
                "The value at path '#/x' in the new schema is less than its value in the old schema",
            ),
            (
                "UNEVALUATED_ITEMS_NARROWED",
                "An array or combined type at path '#/x' has fewer elements in the new schema than the old schema",
            ),
        ] {
            assert_eq!(of_json(kind, "#/x", ("new", "old")), said, "{kind}");
        }
    }
}
