#![doc = include_str!("../README.md")]

pub mod api;
pub mod bundle;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
pub mod server;
pub mod store;
