use std::fmt;

use super::{Fault, Limits, Reader};
use crate::schema::Ty;

/// Why a value could not be written.
#[derive(Debug)]
pub struct EncodeError(Box<str>);

/// Why a payload could not be read: the fault, the byte, and the fields on the way to it.
#[derive(Debug)]
pub struct DecodeError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    fault: Fault,
    offset: usize,
    path: Box<str>,
    detail: Box<str>,
}

impl EncodeError {
    /// A value whose records stand within records beyond the depth that readers allow.
    #[cold]
    pub(crate) fn too_deep(ty: &Ty) -> Self {
        let name = if let Ty::Named(name) = ty { name } else { "the value" };
        let depth = Limits::default().depth;
        Self(format!("`{name}` holds records within records more than {depth} deep, and no reader goes deeper").into())
    }

    /// A value that its type on the wire cannot hold.
    #[cold]
    pub(crate) fn refused(why: String) -> Self {
        Self(why.into())
    }

    /// An error of a serde serializer.
    #[must_use]
    pub fn json(event: &str, error: &dyn fmt::Display) -> Self {
        Self(format!("`{event}` cannot be written as JSON: {error}").into())
    }
}

impl DecodeError {
    /// Dresses a fault with what the reader knows: where it stands and the fields it was in.
    #[cold]
    pub(crate) fn new(fault: Fault, reader: &mut Reader<'_>) -> Self {
        let path = reader.path().into();
        let detail = reader.take_note().unwrap_or_default().into();
        Self(Box::new(Inner { fault, offset: reader.offset(), path, detail }))
    }

    /// An error of a serde deserializer.
    #[must_use]
    pub fn json(event: &str, offset: usize, error: &dyn fmt::Display) -> Self {
        let detail = error.to_string().into();
        Self(Box::new(Inner { fault: Fault::Json, offset, path: event.into(), detail }))
    }

    /// A payload that no type takes.
    pub(crate) fn unresolved(detail: String) -> Self {
        Self(Box::new(Inner { fault: Fault::Unresolved, offset: 0, path: "".into(), detail: detail.into() }))
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.0.fault
    }

    /// The byte of the payload at which reading ended.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// The fields on the way to the fault, from the event on: `orders.OrderPlaced.items > orders.OrderItem.price`; empty where the
    /// fault is in no field.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { fault, offset, path, detail } = &*self.0;
        f.write_str(fault.message())?;
        if !path.is_empty() {
            write!(f, ", in {path}")?;
        }
        write!(f, ", at byte {offset}")?;
        if detail.is_empty() { Ok(()) } else { write!(f, ": {detail}") }
    }
}

impl std::error::Error for EncodeError {}
impl std::error::Error for DecodeError {}
