use serde_json::Value;

use super::avro_json;
use crate::error::{Error, ErrorKind};
use crate::event::Payload;
use crate::schema::{Descriptor, Format, parsed};

/// The event as JSON, as people would rather read it: for logs, tests and tools. No way that events take.
///
/// Of a JSON event it is what is sent. Of an Avro event it is what its schema says of the bytes: a union is the value of its branch alone, logical
/// types are their texts (`2026-11-21T09:30:00.250Z`, `12.50`), bytes are `{"hex": "00ff"}`, and a float that JSON has no number for is a text.
/// Values of [`Redacted`](crate::types::Redacted) are in it.
///
/// ```
/// # use topika::Event;
/// #[derive(Event)]
/// #[event(name = "billing.payment-taken")]
/// struct PaymentTaken {
///     payment: i64,
///     amount: topika::types::Decimal<10, 2>,
/// }
///
/// let taken = PaymentTaken { payment: 7, amount: "9.50".parse().unwrap() };
/// let json = topika::view::to_json(&taken)?;
/// assert_eq!(json.to_string(), r#"{"payment":7,"amount":"9.50"}"#);
/// # Ok::<(), topika::Error>(())
/// ```
///
/// # Errors
/// [`Encode`](ErrorKind::Encode) where the schema cannot hold the value, [`Schema`](ErrorKind::Schema) where it is none.
pub fn to_json(event: &dyn Payload) -> Result<Value, Error> {
    let descriptor = event.descriptor();
    let mut payload = Vec::new();
    event.encode(&mut payload).map_err(|error| {
        Error::new(ErrorKind::Encode, format!("`{}` cannot be written: {error}", descriptor.rust)).caused_by(error)
    })?;
    payload_to_json(descriptor, &payload)
}

/// As [`to_json`], of a payload without its frame that was written with the very schema of the event type.
///
/// # Errors
/// [`Decode`](ErrorKind::Decode) where the bytes are no such event, [`Schema`](ErrorKind::Schema) where the schema is none.
pub fn payload_to_json(descriptor: &'static Descriptor, payload: &[u8]) -> Result<Value, Error> {
    match descriptor.format {
        Format::Json => serde_json::from_slice(payload).map_err(|error| {
            Error::new(ErrorKind::Decode, format!("the bytes of a `{}` are no JSON: {error}", descriptor.rust))
                .caused_by(error)
        }),
        Format::Avro => {
            let schema = parsed::avro(descriptor).map_err(|why| Error::new(ErrorKind::Schema, why))?;
            avro_json::to_json(&schema, payload)
        }
    }
}
