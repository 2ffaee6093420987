//! What the row `rust = "crate::hand_written::UserCreated"` names, and other types of the user's own.

use std::time::Duration;

use topika::types::{Decimal, OnWire, WireError, WireOf};

#[derive(Clone, Debug, PartialEq, topika::Event)]
#[event(schema = "user/user-created.avsc", tables = crate::rust_row)]
pub struct UserCreated {
    pub user_id: String,
    pub kind: Kind,
    pub home: crate::rust_row::user::Address,
}

/// One of the user's own beside the generated one.
#[derive(Clone, Copy, Debug, PartialEq, topika::Enum)]
#[event(schema = "user/user-created.avsc", name = "user.Kind", tables = crate::rust_row)]
pub enum Kind {
    A,
}

#[derive(Clone, Debug, PartialEq, topika::Record)]
#[event(schema = "user/price-set.avsc", name = "user.Money", tables = crate::rust_row)]
pub struct Coins {
    pub cents: i64,
    pub unit: crate::rust_row::user::Unit,
}

#[derive(Clone, Debug, PartialEq, topika::Object, topika::Validate)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub city: String,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "topika::json::present")]
    pub zip: Option<crate::rust_row::user::Zip>,
}

/// An amount that is a decimal on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Money(pub i64);

impl WireOf<Money> for Decimal<10, 2> {
    fn to_wire(value: &Money) -> Result<Self, WireError> {
        Self::from_unscaled(value.0.into()).map_err(WireError::new)
    }

    fn from_wire(wire: Self) -> Result<Money, WireError> {
        wire.unscaled().try_into().map(Money).map_err(WireError::new)
    }
}

/// A way of two types of others.
pub struct Seconds;

impl OnWire for Seconds {
    type Wire = i64;
}

impl WireOf<Duration> for Seconds {
    fn to_wire(value: &Duration) -> Result<i64, WireError> {
        value.as_secs().try_into().map_err(WireError::new)
    }

    fn from_wire(wire: i64) -> Result<Duration, WireError> {
        wire.try_into().map(Duration::from_secs).map_err(WireError::new)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Note(pub String);

impl WireOf<Note> for String {
    fn to_wire(value: &Note) -> Result<Self, WireError> {
        Ok(value.0.clone())
    }

    fn from_wire(wire: Self) -> Result<Note, WireError> {
        Ok(Note(wire))
    }
}

#[derive(Clone, Debug, PartialEq, topika::Record, topika::Borrowed)]
#[event(schema = "shop/item-sold.avsc", name = "shop.Buyer", tables = crate::written_as)]
pub struct Buyer {
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Digits(pub String);
