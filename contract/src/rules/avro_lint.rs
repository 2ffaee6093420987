//! What Avro takes and people come to regret.

use super::row::rules;

rules! { ALL:
    AVRO_OPTIONAL_WITHOUT_DEFAULT = "avro/optional-without-default", Warn, "a field that may be null has a default", "avro-optional-without-default.md";
    AVRO_NULL_ONLY = "avro/null-only", Warn, "a field can be something else than null", "avro-null-only.md";
    AVRO_ENUM_DEFAULT_MISSING = "avro/enum-default-missing", Warn, "an enum has a default, so that it can grow", "avro-enum-default-missing.md";
    AVRO_UNION_SHORT_NAME = "avro/union-short-name", Warn, "the branches of a union have different short names", "avro-union-short-name.md";
}
