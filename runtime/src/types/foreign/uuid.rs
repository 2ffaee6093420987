//! The uuid of the crate uuid.

use super::super::Uuid;
use crate::codec::{WireError, WireOf};
use crate::event::{Key, KeyError};

impl WireOf<uuid::Uuid> for Uuid {
    #[inline]
    fn to_wire(value: &uuid::Uuid) -> Result<Self, WireError> {
        Ok((*value).into())
    }

    #[inline]
    fn from_wire(wire: Self) -> Result<uuid::Uuid, WireError> {
        Ok(wire.into())
    }
}

impl From<uuid::Uuid> for Uuid {
    fn from(value: uuid::Uuid) -> Self {
        Self::from_bytes(value.into_bytes())
    }
}

impl From<Uuid> for uuid::Uuid {
    fn from(value: Uuid) -> Self {
        Self::from_bytes(value.into_bytes())
    }
}

impl Key for uuid::Uuid {
    fn to_bytes(&self) -> Vec<u8> {
        Uuid::from(*self).to_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        <Uuid as Key>::from_bytes(bytes).map(Self::from)
    }
}
