//! The order service: takes orders over HTTP, says them on Kafka through an outbox, and answers from the read model that it keeps of the same topic.

mod http;
mod order;
mod placing;
mod refusal;
mod running;

pub use order::{Line, Order};
pub use placing::{Placed, Placing};
pub use refusal::Refusal;
pub use running::Service;
