//! Unions and literals of JSON: a value is held until its type is found, by decoding and validating, or by comparing. Above `json`, which
//! only reads, and `validate`.

pub(crate) mod held;
