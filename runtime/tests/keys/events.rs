//! Two events, and a topic of them for each type that a key may have.

#![allow(dead_code)] // Of most topics nobody asks for the router.

use topika::event::Keyed;
use topika::types::{Bytes, Uuid};
use topika::{Enum, Event, Fixed, Key, Record, Tombstone, Topic};

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "shop.sold", project = "tests/keys")]
pub(crate) struct Sold {
    pub(crate) shop: String,
    pub(crate) number: i64,
    pub(crate) id: Uuid,
    pub(crate) digest: Digest,
    pub(crate) shelf: Shelf,
    pub(crate) gift: bool,
    pub(crate) buyer: Buyer,
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "shop.returned", project = "tests/keys")]
pub(crate) struct Returned {
    pub(crate) shop: String,
    #[event(rename = "number")]
    pub(crate) receipt: i64,
    pub(crate) id: Uuid,
    pub(crate) digest: Digest,
    pub(crate) shelf: Shelf,
    pub(crate) gift: bool,
    pub(crate) buyer: Buyer,
}

#[derive(Clone, Debug, PartialEq, Record)]
#[event(name = "shop.Buyer")]
pub(crate) struct Buyer {
    pub(crate) number: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Enum)]
#[event(name = "shop.Shelf")]
pub(crate) enum Shelf {
    #[event(rename = "TOP")]
    Top,
    #[event(rename = "LOW")]
    Low,
}

#[derive(Clone, Copy, Debug, PartialEq, Fixed)]
#[event(name = "shop.Digest")]
pub(crate) struct Digest(pub(crate) [u8; 4]);

macro_rules! topic {
    ($topic:ident, $($attribute:tt)*) => {
        #[derive(Clone, Debug, PartialEq, Topic)]
        #[topic($($attribute)*, partitions = 3)]
        pub(crate) enum $topic {
            Sold(Sold),
            Returned(Returned),
        }
    };
}

topic!(ByShop, name = "by-shop", key = "shop");
topic!(ById, name = "by-id", key = "id", key_type = Uuid);
topic!(ByDigest, name = "by-digest", key = "digest", key_type = Bytes);
topic!(ByShelf, name = "by-shelf", key = "shelf");
topic!(ByGift, name = "by-gift", key = "gift", key_type = bool);
topic!(ByBuyer, name = "by-buyer", key = "buyer.number", key_type = i32);
topic!(Beside, name = "beside", key_type = i64);
topic!(Unkeyed, name = "unkeyed");

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "by-number", key = "number", key_type = i64, partitions = 3)]
pub(crate) enum ByNumber {
    Sold(Sold),
    #[topic(field = "receipt")]
    Returned(Returned),
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "by-record", key = "shop, buyer.number", key_type = BuyerKey, partitions = 3)]
pub(crate) enum ByRecord {
    Sold(Sold),
    Returned(Returned),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Record, Key)]
#[event(name = "shop.BuyerKey")]
pub(crate) struct BuyerKey {
    pub(crate) shop: String,
    pub(crate) buyer: i32,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "kept", key = "number", key_type = i64, partitions = 1, compact)]
pub(crate) enum Kept {
    Sold(Sold),
    #[topic(field = "receipt")]
    Returned(Returned),
    #[topic(tombstone)]
    Gone(Tombstone<i64>),
}

pub(crate) fn sold(number: i64) -> Sold {
    Sold {
        shop: "Ämter 1".to_owned(),
        number,
        id: Uuid::from_bytes([7; 16]),
        digest: Digest([1, 2, 0, 255]),
        shelf: Shelf::Low,
        gift: true,
        buyer: Buyer { number: -2 },
    }
}

pub(crate) fn beside<'a>(key: &'a i64, event: &'a Sold) -> Keyed<'a, i64, Sold> {
    Keyed { key, event }
}
