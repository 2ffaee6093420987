//! The uuid of the crate uuid.

use super::super::Uuid;
use crate::codec::{EncodeError, WireError, WireOf};
use crate::event::{Key, KeyError, KeyField};

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
    const NAME: &'static str = "uuid";

    fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        Uuid::from(*self).write_key(out)
    }

    fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
        Uuid::read_key(bytes).map(Self::from)
    }
}

impl KeyField<Uuid> for uuid::Uuid {
    fn to_key(&self) -> Uuid {
        (*self).into()
    }
}
