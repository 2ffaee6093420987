use serde_json::Value;
use topika_contract::json_schema::{Schema, dialect};
use topika_contract::text::Source;

use super::avro_write::Misfit;
use crate::error::{Error, ErrorKind};
use crate::handler::brief;
use crate::schema::parsed;
use crate::validate::OwnedSchema;

/// What a keyword asks may be a page.
const LONGEST: usize = 300;

/// Why the value is none of the JSON Schema, where it is none.
pub(crate) fn json_misfit(text: &Source, others: &[Source], value: &Value) -> Result<Option<Misfit>, Error> {
    let invalid = |why: String| Error::new(ErrorKind::Decode, format!("its schema is invalid: {why}"));
    let schema = Schema::from_texts(text, others).map_err(|report| invalid(parsed::first(&report)))?;
    let whole = dialect::whole(&schema).ok_or_else(|| {
        Error::new(
            ErrorKind::Decode,
            "its schema says what topika cannot hold a value to (`$dynamicRef`, or a format of international names)",
        )
        .help("send a payload that you have checked yourself, with `Redrive::unchecked_payload`")
    })?;
    let schema = OwnedSchema::of(&whole).map_err(invalid)?;
    Ok(schema.blame(value).map(|blame| Misfit {
        at: blame.at,
        why: format!("`{}` is not met: {}", blame.keyword, brief(&blame.asks, LONGEST)),
    }))
}
