//! What is said about types and fields.

use super::row::rules;

rules! { ALL:
    DOC_TYPE_MISSING = "doc/type-missing", Allow, "every type says what it is", "doc-type-missing.md";
    DOC_FIELD_MISSING = "doc/field-missing", Allow, "every field says what it holds", "doc-field-missing.md";
}
