//! JSON with spans: read, looked into, printed again without white space.

mod careful;
mod comments;
mod print;
mod problem;
mod quick;
mod read;
mod scan;
mod sorted;
mod value;

pub use comments::Comments;
pub use print::{compact, quoted};
pub use problem::{Problem, ProblemKind};
pub use read::{read, read_last};
pub use scan::MAX_DEPTH;
pub use sorted::sorted;
pub use value::{Json, Member, Value};
