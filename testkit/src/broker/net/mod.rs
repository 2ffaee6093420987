//! The sockets: who connects, and which answer belongs to which request.

mod admission;
mod conversation;
mod dispatch;
mod listener;

pub(crate) use listener::serve;
