//! What derived and generated code needs and nobody else should use: no part of the public API.

#[path = "private_builder.rs"]
pub mod builder;

pub use serde;
pub use serde_json;

pub use crate::code_first::{FileDiffers, avro_text, json_text, keep_file};
pub use crate::codec::decode_fields as decode_partial;
pub use crate::codec::fields::conform::{assert_record, is_marked};
pub use crate::event::partial::{OwnWay, partial_unwritten};
pub use crate::event::payload::{decode_event, decode_json, descriptor, encode_json, no_such_event};
pub use crate::handler::{IsError, IsNoError, Probed};
pub use crate::json::items::{Items, ItemsOut};
pub use crate::json::symbol::symbol;
pub use crate::one_of::held::{Held, accepts, write_literal};
pub use crate::schema::conform::{assert_enum, assert_fixed, assert_root};
pub use crate::schema::conform_json::{JsonField, assert_json, assert_partial_json};
pub use crate::schema::conform_partial::assert_partial;
pub use crate::schema::mixed::assert_mixed;
