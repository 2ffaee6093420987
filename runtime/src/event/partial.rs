//! Events with some of the fields of their schema: they are read, and never sent.

use std::sync::OnceLock;

use crate::codec::{DecodeError, EncodeError, Resolution};
use crate::schema::{Descriptor, parsed};

/// That an event has all fields of its schema, so that it may be sent. Derived with `#[derive(Event)]`; one that is `partial` is not.
///
/// ```
/// # mod events {
/// #     pub mod __topika {
/// #         use topika::schema::{FieldTable, Format, SchemaFile, Shape, Table, Ty};
/// #         pub static ORDERS__ORDER_PLACED__AVSC: SchemaFile = SchemaFile {
/// #             path: "schemas/orders/order-placed.avsc",
/// #             format: Format::Avro,
/// #             event: "orders.order-placed",
/// #             record: "orders.OrderPlaced",
/// #             text: r#"{"type":"record","name":"orders.OrderPlaced","fields":[
/// #                 {"name":"order_id","type":"string"},{"name":"note","type":"string"},{"name":"total","type":"long"}]}"#,
/// #             references: &[],
/// #             version: None,
/// #             topic: "orders",
/// #             subject: "orders-value",
/// #             types: &[Table {
/// #                 name: "orders.OrderPlaced",
/// #                 shape: Shape::Record(&[
/// #                     FieldTable { name: "order_id", ty: Ty::String, optional: false, line: 2, column: 1 },
/// #                     FieldTable { name: "note", ty: Ty::String, optional: false, line: 2, column: 1 },
/// #                     FieldTable { name: "total", ty: Ty::Long, optional: false, line: 2, column: 1 },
/// #                 ]),
/// #                 line: 1,
/// #                 column: 1,
/// #             }],
/// #         };
/// #     }
/// # }
/// # use topika::Event;
/// # fn main() {
/// // The schema has the fields `order_id`, `note` and `total`.
/// #[derive(Debug, PartialEq, Event)]
/// #[event(schema = "orders/order-placed.avsc", partial)]
/// struct OrderTotal {
///     total: i64,
/// }
///
/// let payload = [4, b'O', b'1', 2, b'-', 84];
/// assert_eq!(OrderTotal::decode(&payload).unwrap(), OrderTotal { total: 42 });
/// # }
/// ```
///
/// It is said of a reference, so that `#[derive(Topic)]` can ask for it, in any lifetime, of events that it cannot see.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is partial: it has some of the fields of its event, and cannot be sent",
    label = "read only",
    note = "send the type with all fields, such as the generated one; what is partial is there to be read",
    note = "a type with an `impl Event` of your own says that it has them all: `impl topika::event::Whole for &OrderPlaced {{}}`"
)]
pub trait Whole {}

/// The way from an event's own schema to the fields that it names, found when it is first asked for.
#[derive(Debug)]
pub struct OwnWay(OnceLock<Result<Resolution, Box<str>>>);

impl OwnWay {
    /// One that nobody has asked for yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The way.
    ///
    /// # Errors
    /// When the schema of the event is none, or has other fields.
    pub fn of(&self, event: &'static Descriptor) -> Result<&Resolution, DecodeError> {
        let way = self.0.get_or_init(|| {
            let schema = parsed::avro(event)?;
            let way = Resolution::compile_fields(&schema, &schema, event.fields.unwrap_or_default());
            way.map_err(|error| error.to_string().into())
        });
        way.as_ref().map_err(|why| DecodeError::unresolved(why.to_string()))
    }
}

impl Default for OwnWay {
    fn default() -> Self {
        Self::new()
    }
}

/// Why a partial event cannot be written.
#[cold]
pub fn partial_unwritten(event: &Descriptor) -> EncodeError {
    let (rust, name) = (event.rust, event.event);
    EncodeError::refused(format!("`{rust}` has some of the fields of {name}, and can only be read"))
}
