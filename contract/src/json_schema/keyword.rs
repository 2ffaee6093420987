use super::schema::Draft;

/// What topika does with a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    /// It has a place of its own in the model, or says how to find subschemas.
    Modelled,
    /// It is kept as written, with a value of this kind.
    Assertion(Wants),
    /// It says something to people or to other tools.
    Annotation,
    /// It has a place of its own in the model, and the lints do not look into it.
    Asked,
    /// It is a keyword, and not understood.
    Unsupported,
    /// No draft knows it, and where it is what OpenAPI says it has a place of its own in the model.
    OpenApi,
    /// It is no keyword of the draft.
    Unknown,
}

/// The kind of value that a keyword wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    Number,
    /// A number above 0.
    Positive,
    /// A whole number from 0 on.
    Count,
    Text,
    Flag,
}

/// What topika does with `name` in a document of `draft`.
pub(super) fn keyword(name: &str, draft: Draft) -> Keyword {
    use Keyword::{Annotation, Asked, Assertion, Modelled, OpenApi, Unknown, Unsupported};
    let from = |first: Draft, keyword: Keyword| if draft >= first { keyword } else { Unknown };
    match name {
        "$ref"
        | "type"
        | "title"
        | "description"
        | "properties"
        | "required"
        | "additionalProperties"
        | "items"
        | "enum"
        | "default"
        | "format"
        | "oneOf"
        | "anyOf"
        | "allOf"
        | "$schema"
        | "$id"
        | "$anchor"
        | "$dynamicAnchor"
        | "$defs"
        | "definitions" => Modelled,
        "id" if draft == Draft::Draft4 => Modelled,
        "const" => from(Draft::Draft6, Modelled),
        "minimum" | "maximum" => Assertion(Wants::Number),
        // In draft 4 they say whether the bound itself is out.
        "exclusiveMinimum" | "exclusiveMaximum" => {
            Assertion(if draft == Draft::Draft4 { Wants::Flag } else { Wants::Number })
        }
        "multipleOf" => Assertion(Wants::Positive),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            Assertion(Wants::Count)
        }
        "pattern" => Assertion(Wants::Text),
        "uniqueItems" => Assertion(Wants::Flag),
        // Validators of draft 7 read the text, and some those of draft 6; later drafts only describe it.
        "contentMediaType" | "contentEncoding" if matches!(draft, Draft::Draft6 | Draft::Draft7) => Unsupported,
        "$comment" | "examples" | "example" | "readOnly" | "writeOnly" | "deprecated" | "contentMediaType"
        | "contentEncoding" | "$vocabulary" | "javaType" | "javaInterfaces" | "existingJavaType" | "tsType"
        | "tsEnumNames" | "self" => Annotation,
        "not" | "dependencies" | "patternProperties" | "additionalItems" => Asked,
        "contains" | "propertyNames" => from(Draft::Draft6, Asked),
        "if" | "then" | "else" => from(Draft::Draft7, Asked),
        "dependentRequired" | "dependentSchemas" | "unevaluatedProperties" | "unevaluatedItems" => {
            from(Draft::Draft2019, Asked)
        }
        "minContains" | "maxContains" => from(Draft::Draft2019, Assertion(Wants::Count)),
        "contentSchema" | "$recursiveRef" | "$recursiveAnchor" => from(Draft::Draft2019, Unsupported),
        "prefixItems" => from(Draft::Draft2020, Asked),
        "$dynamicRef" => from(Draft::Draft2020, Unsupported),
        "discriminator" => OpenApi,
        // Marks of other tools: `x-...`, `confluent:tags`, `connect.name`.
        _ if name.starts_with("x-") || name.contains([':', '.']) => Annotation,
        _ => Unknown,
    }
}

/// The keywords that a misspelt one may have meant.
pub(super) const NAMES: [&str; 51] = [
    "$anchor",
    "$comment",
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "default",
    "definitions",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "else",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
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
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "then",
    "title",
    "type",
    "uniqueItems",
];
