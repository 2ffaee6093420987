//! What an Avro schema must be, by itself.

use super::row::rules;

rules! { ALL:
    AVRO_SHAPE = "avro/shape", Deny, "a type and its attributes are written as Avro wants them", "avro-shape.md";
    AVRO_NAME = "avro/name", Deny, "names are letters, digits and underscores", "avro-name.md";
    AVRO_NAME_UNCOMMON = "avro/name-uncommon", Warn, "a name is one that every implementation of Avro reads", "avro-name-uncommon.md";
    AVRO_NAME_DUPLICATE = "avro/name-duplicate", Deny, "a full name is defined once", "avro-name-duplicate.md";
    AVRO_DEFINITION_REPEATED = "avro/definition-repeated", Warn, "a definition stands once, and its name elsewhere", "avro-definition-repeated.md";
    AVRO_DOC = "avro/doc", Warn, "a doc is a string", "avro-doc.md";
    AVRO_FIELD_DUPLICATE = "avro/field-duplicate", Deny, "a record has one field of a name", "avro-field-duplicate.md";
    AVRO_ENUM = "avro/enum", Deny, "the symbols of an enum are names and differ, and its default is one of them", "avro-enum.md";
    AVRO_FIXED_SIZE = "avro/fixed-size", Deny, "the size of a fixed is a whole number of bytes", "avro-fixed-size.md";
    AVRO_UNION = "avro/union", Deny, "a union has no union in it and no type twice", "avro-union.md";
    AVRO_DEFAULT = "avro/default", Deny, "a default is a value of its field's type", "avro-default.md";
    AVRO_DEFAULT_BRANCH = "avro/default-branch", Warn, "the default of a union is a value of its first branch", "avro-default-branch.md";
    AVRO_DEFAULT_LOGICAL = "avro/default-logical", Warn, "a default is a value of its field's logical type", "avro-default-logical.md";
    AVRO_DEFAULT_ENDLESS = "avro/default-endless", Deny, "defaults come to an end", "avro-default-endless.md";
    AVRO_ENDLESS_RECORD = "avro/endless-record", Deny, "a record does not hold itself without a way out", "avro-endless-record.md";
    AVRO_LOGICAL_TYPE = "avro/logical-type", Warn, "a logical type is known and stands on a type that it fits", "avro-logical-type.md";
    AVRO_USED_BEFORE_DEFINED = "avro/used-before-defined", Warn, "a name is defined where it is first used", "avro-used-before-defined.md";
    AVRO_ATTRIBUTE_MISSPELT = "avro/attribute-misspelt", Warn, "an attribute that Avro does not know is not one letter off from one that it does", "avro-attribute-misspelt.md";
}
