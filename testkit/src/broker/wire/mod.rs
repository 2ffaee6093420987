//! Bytes in and out: frames, what a request may look like before it is decoded, and how an answer is written.

mod apis;
mod connection;
mod request;
mod room;
mod shape;

pub(crate) use apis::{APIS, Api};
pub(crate) use connection::{Connection, Stream};
pub(crate) use request::{BadRequest, Request, encode};
pub(crate) use room::Room;
