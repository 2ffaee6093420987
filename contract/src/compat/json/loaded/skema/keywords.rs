/// Every keyword that json-sKema knows, and whether the values below it stand under names of people's own.
const ALL: [(&str, bool); 53] = [
    ("$id", false),
    ("$anchor", false),
    ("$dynamicRef", false),
    ("$dynamicAnchor", false),
    ("$ref", false),
    ("$defs", true),
    ("$schema", false),
    ("$vocabulary", false),
    ("minLength", false),
    ("maxLength", false),
    ("allOf", true),
    ("anyOf", true),
    ("oneOf", true),
    ("additionalProperties", false),
    ("properties", true),
    ("patternProperties", true),
    ("title", false),
    ("description", false),
    ("readOnly", false),
    ("writeOnly", false),
    ("deprecated", false),
    ("default", false),
    ("enum", false),
    ("const", false),
    ("false", false),
    ("true", false),
    ("type", false),
    ("not", false),
    ("required", false),
    ("maximum", false),
    ("minimum", false),
    ("exclusiveMaximum", false),
    ("exclusiveMinimum", false),
    ("multipleOf", false),
    ("uniqueItems", false),
    ("items", false),
    ("prefixItems", false),
    ("contains", false),
    ("minContains", false),
    ("maxContains", false),
    ("if", false),
    ("then", false),
    ("else", false),
    ("dependentSchemas", false),
    ("dependentRequired", false),
    ("unevaluatedItems", false),
    ("unevaluatedProperties", false),
    ("minItems", false),
    ("maxItems", false),
    ("minProperties", false),
    ("maxProperties", false),
    ("propertyNames", false),
    ("pattern", false),
];

/// Whether json-sKema knows the keyword.
pub(super) fn is_known(name: &str) -> bool {
    name == "format" || ALL.iter().any(|(known, _)| *known == name)
}

/// Whether the values below a keyword stand under names of people's own.
pub(super) fn holds_names(name: &str) -> bool {
    ALL.iter().any(|(known, names)| *known == name && *names)
}
