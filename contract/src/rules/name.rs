//! How names are written.

use super::row::rules;

rules! { ALL:
    NAME_TYPE_CASE = "name/type-case", Allow, "types are named in UpperCamelCase", "name-type-case.md";
    NAME_SYMBOL_CASE = "name/symbol-case", Allow, "symbols of an enum are named in UPPER_SNAKE_CASE", "name-symbol-case.md";
    NAME_FIELD_CASE = "name/field-case", Warn, "the fields of a file are written in one style", "name-field-case.md";
    NAME_COLLISION = "name/collision", Warn, "fields differ in more than case and separators", "name-collision.md";
    NAME_NAMESPACE_FOLDER = "name/namespace-folder", Warn, "the namespace of a file names its folder", "name-namespace-folder.md";
}
