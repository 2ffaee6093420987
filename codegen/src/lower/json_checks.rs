//! What `validate()` asks of a value: the seam at which checks are made of a schema's keywords.

use topika_contract::json_schema::Schema;

use super::json_shape::Shape;
use super::types::Lowering;
use crate::ir::Checks;

/// What is asked of a value at the place where it is used.
pub(super) fn of_value(_lowering: &mut Lowering<'_>, _schema: &Schema, _shape: &Shape<'_>) -> Checks {
    Checks::default()
}

/// What is asked of a value of a type that has a name.
pub(super) fn of_type(_lowering: &mut Lowering<'_>, _schema: &Schema, _shape: &Shape<'_>) -> Checks {
    Checks::default()
}
