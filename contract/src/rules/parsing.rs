//! The rules of reading schemas: JSON text, Avro, JSON Schema, references.

use super::{Rule, Severity};

/// `text/syntax`: the file is valid JSON.
pub static TEXT_SYNTAX: Rule = Rule {
    id: "text/syntax",
    default: Severity::Deny,
    summary: "the file is valid JSON",
    page: include_str!("pages/text-syntax.md"),
};

/// `text/duplicate-key`: no name stands twice in one JSON object.
pub static TEXT_DUPLICATE_KEY: Rule = Rule {
    id: "text/duplicate-key",
    default: Severity::Deny,
    summary: "no name stands twice in one JSON object",
    page: include_str!("pages/text-duplicate-key.md"),
};

/// `text/nesting`: arrays and objects are nested at most 128 deep.
pub static TEXT_NESTING: Rule = Rule {
    id: "text/nesting",
    default: Severity::Deny,
    summary: "arrays and objects are nested at most 128 deep",
    page: include_str!("pages/text-nesting.md"),
};

/// `avro/shape`: a type and its attributes are written as Avro wants them.
pub static AVRO_SHAPE: Rule = Rule {
    id: "avro/shape",
    default: Severity::Deny,
    summary: "a type and its attributes are written as Avro wants them",
    page: include_str!("pages/avro-shape.md"),
};

/// `avro/name`: names are letters, digits and underscores.
pub static AVRO_NAME: Rule = Rule {
    id: "avro/name",
    default: Severity::Deny,
    summary: "names are letters, digits and underscores",
    page: include_str!("pages/avro-name.md"),
};

/// `avro/name-duplicate`: a full name is defined once.
pub static AVRO_NAME_DUPLICATE: Rule = Rule {
    id: "avro/name-duplicate",
    default: Severity::Deny,
    summary: "a full name is defined once",
    page: include_str!("pages/avro-name-duplicate.md"),
};

/// `avro/field-duplicate`: a record has one field of a name.
pub static AVRO_FIELD_DUPLICATE: Rule = Rule {
    id: "avro/field-duplicate",
    default: Severity::Deny,
    summary: "a record has one field of a name",
    page: include_str!("pages/avro-field-duplicate.md"),
};

/// `avro/enum`: the symbols of an enum are names and differ, and its default is one of them.
pub static AVRO_ENUM: Rule = Rule {
    id: "avro/enum",
    default: Severity::Deny,
    summary: "the symbols of an enum are names and differ, and its default is one of them",
    page: include_str!("pages/avro-enum.md"),
};

/// `avro/fixed-size`: the size of a fixed is a whole number of bytes.
pub static AVRO_FIXED_SIZE: Rule = Rule {
    id: "avro/fixed-size",
    default: Severity::Deny,
    summary: "the size of a fixed is a whole number of bytes",
    page: include_str!("pages/avro-fixed-size.md"),
};

/// `avro/union`: a union has no union in it and no type twice.
pub static AVRO_UNION: Rule = Rule {
    id: "avro/union",
    default: Severity::Deny,
    summary: "a union has no union in it and no type twice",
    page: include_str!("pages/avro-union.md"),
};

/// `avro/default`: a default is a value of its field's type.
pub static AVRO_DEFAULT: Rule = Rule {
    id: "avro/default",
    default: Severity::Deny,
    summary: "a default is a value of its field's type",
    page: include_str!("pages/avro-default.md"),
};

/// `avro/default-branch`: the default of a union is a value of its first branch.
pub static AVRO_DEFAULT_BRANCH: Rule = Rule {
    id: "avro/default-branch",
    default: Severity::Deny,
    summary: "the default of a union is a value of its first branch",
    page: include_str!("pages/avro-default-branch.md"),
};

/// `avro/default-endless`: defaults come to an end.
pub static AVRO_DEFAULT_ENDLESS: Rule = Rule {
    id: "avro/default-endless",
    default: Severity::Deny,
    summary: "defaults come to an end",
    page: include_str!("pages/avro-default-endless.md"),
};

/// `avro/endless-record`: a record does not hold itself without a way out.
pub static AVRO_ENDLESS_RECORD: Rule = Rule {
    id: "avro/endless-record",
    default: Severity::Deny,
    summary: "a record does not hold itself without a way out",
    page: include_str!("pages/avro-endless-record.md"),
};

/// `avro/logical-type`: a logical type is known and stands on a type that it fits.
pub static AVRO_LOGICAL_TYPE: Rule = Rule {
    id: "avro/logical-type",
    default: Severity::Warn,
    summary: "a logical type is known and stands on a type that it fits",
    page: include_str!("pages/avro-logical-type.md"),
};

/// `avro/used-before-defined`: a name is defined where it is first used.
pub static AVRO_USED_BEFORE_DEFINED: Rule = Rule {
    id: "avro/used-before-defined",
    default: Severity::Warn,
    summary: "a name is defined where it is first used",
    page: include_str!("pages/avro-used-before-defined.md"),
};

/// `avro/attribute-misspelt`: an attribute that Avro does not know is not one letter off from one that it does.
pub static AVRO_ATTRIBUTE_MISSPELT: Rule = Rule {
    id: "avro/attribute-misspelt",
    default: Severity::Warn,
    summary: "an attribute that Avro does not know is not one letter off from one that it does",
    page: include_str!("pages/avro-attribute-misspelt.md"),
};

/// `ref/missing`: what is referred to exists.
pub static REF_MISSING: Rule = Rule {
    id: "ref/missing",
    default: Severity::Deny,
    summary: "what is referred to exists",
    page: include_str!("pages/ref-missing.md"),
};

/// `ref/cycle`: files do not refer to each other in a circle.
pub static REF_CYCLE: Rule = Rule {
    id: "ref/cycle",
    default: Severity::Deny,
    summary: "files do not refer to each other in a circle",
    page: include_str!("pages/ref-cycle.md"),
};

/// `json-schema/shape`: a keyword has a value of the kind it wants.
pub static JSON_SCHEMA_SHAPE: Rule = Rule {
    id: "json-schema/shape",
    default: Severity::Deny,
    summary: "a keyword has a value of the kind it wants",
    page: include_str!("pages/json-schema-shape.md"),
};

/// `json-schema/draft`: `$schema` names a draft that is known.
pub static JSON_SCHEMA_DRAFT: Rule = Rule {
    id: "json-schema/draft",
    default: Severity::Warn,
    summary: "`$schema` names a draft that is known",
    page: include_str!("pages/json-schema-draft.md"),
};

/// `json-schema/unsupported-keyword`: every keyword is understood.
pub static JSON_SCHEMA_UNSUPPORTED_KEYWORD: Rule = Rule {
    id: "json-schema/unsupported-keyword",
    default: Severity::Warn,
    summary: "every keyword is understood",
    page: include_str!("pages/json-schema-unsupported-keyword.md"),
};

/// `json-schema/anchor-duplicate`: an `$id` or `$anchor` is given once.
pub static JSON_SCHEMA_ANCHOR_DUPLICATE: Rule = Rule {
    id: "json-schema/anchor-duplicate",
    default: Severity::Deny,
    summary: "an `$id` or `$anchor` is given once",
    page: include_str!("pages/json-schema-anchor-duplicate.md"),
};

/// All rules of this file.
pub static PARSING: &[&Rule] = &[
    &TEXT_SYNTAX,
    &TEXT_DUPLICATE_KEY,
    &TEXT_NESTING,
    &AVRO_SHAPE,
    &AVRO_NAME,
    &AVRO_NAME_DUPLICATE,
    &AVRO_FIELD_DUPLICATE,
    &AVRO_ENUM,
    &AVRO_FIXED_SIZE,
    &AVRO_UNION,
    &AVRO_DEFAULT,
    &AVRO_DEFAULT_BRANCH,
    &AVRO_DEFAULT_ENDLESS,
    &AVRO_ENDLESS_RECORD,
    &AVRO_LOGICAL_TYPE,
    &AVRO_USED_BEFORE_DEFINED,
    &AVRO_ATTRIBUTE_MISSPELT,
    &REF_MISSING,
    &REF_CYCLE,
    &JSON_SCHEMA_SHAPE,
    &JSON_SCHEMA_DRAFT,
    &JSON_SCHEMA_UNSUPPORTED_KEYWORD,
    &JSON_SCHEMA_ANCHOR_DUPLICATE,
];
