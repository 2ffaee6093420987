//! Handlers: async functions that take what they need of a message and, last, the event itself.
//!
//! ```
//! use topika::handler::{Handler, Key, State};
//!
//! #[derive(Clone)]
//! struct Kitchen;
//! struct OrderPlaced;
//!
//! async fn cook(State(_kitchen): State<Kitchen>, Key(_customer): Key<String>, _order: OrderPlaced) -> Result<(), topika::Error> {
//!     Ok(())
//! }
//!
//! fn is_handler<H: Handler<OrderPlaced, String, Kitchen, M>, M>(_: H) {}
//! is_handler(cook);
//! ```

mod batch;
mod brief;
mod call;
mod context;
mod extensions;
mod extract;
mod failure;
mod function;
mod headers;
mod history;
mod outcome;
mod route;
mod router;
mod routes;
mod service;
mod states;

pub use batch::{Batch, BatchHandler, BatchMessage, Batches};
#[cfg(feature = "kafka")]
pub(crate) use brief::brief;
pub use call::Call;
pub use context::{Context, Metadata};
pub use extensions::{Extension, Extensions};
pub use extract::{FromMessage, FromRef, HeaderOf, Key, KeyBytes, Live, State};
pub use failure::{Failure, HandlerError};
#[doc(hidden)]
pub use failure::{IsError, IsNoError, Probed};
pub use function::{Handler, HandlerFuture, skip};
pub use headers::{Header, HeaderError, Headers};
pub use history::{History, PastFailure};
pub use outcome::{IntoOutcome, Outcome};
pub use route::{Handled, Route};
pub use router::Router;
pub use routes::{HandlerOf, Routed, Routes};
pub use service::HandlerService;
pub use states::{HasHandler, Missing, Present};
pub use topika_derive::HandlerError;
