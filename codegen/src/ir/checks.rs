/// What `validate()` asks of a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checks;
