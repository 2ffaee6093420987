use crate::changes::change::ChangeKind;

/// What the value of a keyword is, in any draft. Which keywords a draft knows is the parser's affair; here a difference counts either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    /// Subschemas by name.
    Map,
    /// One subschema. `items` may be a list too.
    Single,
    /// Subschemas of which the place counts.
    List,
    /// Subschemas in any order.
    Composition,
    /// Names or values in any order.
    Set,
    /// A reference to a subschema.
    Reference,
    /// A value that is compared as it stands.
    Value(ChangeKind),
}

pub(super) fn keyword(name: &str) -> Keyword {
    use ChangeKind as K;
    match name {
        // In `dependencies` a list of names may stand for a subschema.
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" | "dependencies" => {
            Keyword::Map
        }
        "additionalProperties"
        | "unevaluatedProperties"
        | "unevaluatedItems"
        | "additionalItems"
        | "items"
        | "contains"
        | "propertyNames"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contentSchema" => Keyword::Single,
        "prefixItems" => Keyword::List,
        "oneOf" | "anyOf" | "allOf" => Keyword::Composition,
        "required" | "type" | "enum" => Keyword::Set,
        "$ref" => Keyword::Reference,
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "minLength" | "maxLength"
        | "minItems" | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties" | "minContains"
        | "maxContains" => Keyword::Value(K::BoundChanged),
        "title" | "description" | "$comment" => Keyword::Value(K::DocChanged),
        "const" => Keyword::Value(K::ConstantChanged),
        "default" => Keyword::Value(K::DefaultChanged),
        "format" => Keyword::Value(K::StringFormatChanged),
        "pattern" => Keyword::Value(K::PatternChanged),
        "$schema" => Keyword::Value(K::DraftChanged),
        "$id" | "id" | "$anchor" | "$dynamicAnchor" | "$recursiveAnchor" => Keyword::Value(K::IdChanged),
        "$dynamicRef" | "$recursiveRef" => Keyword::Value(K::ReferenceChanged),
        "examples" | "example" | "readOnly" | "writeOnly" | "deprecated" => Keyword::Value(K::AttributeChanged),
        // Marks of other tools: `x-...`, `confluent:tags`, `connect.name`.
        _ if name.starts_with("x-") || name.contains([':', '.']) => Keyword::Value(K::AttributeChanged),
        _ => Keyword::Value(K::KeywordChanged),
    }
}
