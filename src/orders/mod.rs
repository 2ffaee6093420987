//! The orders in a database: what is written, on PostgreSQL or on SQLite, and the application that writes it.
//!
//! [`Orders`] is what both databases do; the rest of the application is written once, over it. A service that has one database needs the file of that one alone.

mod error;
mod keeper;
mod migrations;
mod postgres;
mod row;
mod sqlite;
mod table;

pub use error::KeepError;
pub use keeper::{Keeper, app};
pub use row::{Accepted, Row, cents, items, shown};
pub use sqlite::open;
pub use table::Orders;
