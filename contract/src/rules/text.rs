//! What a file must be before any schema is read.

use super::row::rules;

rules! { ALL:
    TEXT_SYNTAX = "text/syntax", Deny, "the file is valid JSON", "text-syntax.md";
    TEXT_DUPLICATE_KEY = "text/duplicate-key", Deny, "no name stands twice in one JSON object", "text-duplicate-key.md";
    TEXT_BYTE_ORDER_MARK = "text/byte-order-mark", Warn, "a schema file begins with its schema", "text-byte-order-mark.md";
    TEXT_NESTING = "text/nesting", Deny, "arrays and objects are nested at most 128 deep", "text-nesting.md";
}
