//! An event bus for small services: events are published by their type, and each subscriber handles those that it names.
//!
//! The same bus runs on Kafka ([`EventBus::start`]) and in this process alone ([`EventBus::start_in_memory`]): for unit tests, whose clock may stand still, and
//! where events need no broker. In both the lanes, the retries and what becomes of a failed message are those of [`App`](crate::App): in memory it
//! is the same code over a queue.
//!
//! ```
//! # use topika::{Event, Topic};
//! use std::sync::{Arc, Mutex};
//! use std::time::Duration;
//!
//! use topika::bus::{DynamicEvent, EventBus, Subscriber};
//! use topika::handler::State;
//!
//! #[derive(Event)]
//! #[event(name = "user.created")]
//! struct UserCreated {
//!     user_id: String,
//!     mail: String,
//! }
//!
//! #[derive(Topic)]
//! #[topic(name = "users", key = "user_id")]
//! enum Users {
//!     UserCreated(UserCreated),
//! }
//!
//! type Log = Arc<Mutex<Vec<String>>>;
//!
//! async fn greet(State(log): State<Log>, user: UserCreated) -> Result<(), topika::Error> {
//!     log.lock().unwrap().push(format!("dear {}", user.mail));
//!     Ok(())
//! }
//!
//! async fn note(State(log): State<Log>, event: DynamicEvent) -> Result<(), topika::Error> {
//!     log.lock().unwrap().push(format!("{} of {}", event.name(), event.key_text().unwrap_or("nobody")));
//!     Ok(())
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let log = Log::default();
//! let bus = EventBus::new("shop")
//!     .with_state(log.clone())
//!     .subscriber("mails", Subscriber::new().on(greet))
//!     .subscriber("audit", Subscriber::new().on_named("user.*", note).dead_letters())
//!     .start_in_memory()?; // or `.start(&client).await?`
//! bus.publish(&UserCreated { user_id: "7".into(), mail: "ann@example.com".into() }).await?;
//! bus.stop(Duration::from_secs(5)).await?;
//! let mut said = log.lock().unwrap().clone();
//! said.sort();
//! assert_eq!(said, ["dear ann@example.com", "user.created of 7"]);
//! # Ok::<(), topika::Error>(()) }).unwrap();
//! ```

mod builder;
mod in_memory;
mod listener;
mod named;
mod names;
mod publisher;
mod running;
mod subscriber;

pub use crate::dynamic::DynamicEvent;
pub use builder::EventBus;
pub use in_memory::InMemoryBus;
pub use named::AnyKey;
pub use publisher::BusPublisher;
pub use running::RunningBus;
pub use subscriber::Subscriber;
