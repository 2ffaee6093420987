use std::fmt;

use super::progress::Progress;

/// What is done with a message that cannot be handled: one whose handler failed as often as it was tried, or that is no event of the topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnFailure {
    /// The replay ends with an error, which says [where to go on](Stopped).
    #[default]
    Stop,
    /// It is counted and logged, and the replay goes on.
    Skip,
    /// As [`Skip`](Self::Skip), and of the first so many it is kept what went wrong, in [`Progress::failures`].
    Collect(usize),
}

/// A message that could not be handled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedMessage {
    /// The partition.
    pub partition: i32,
    /// The offset within the partition.
    pub offset: i64,
    /// The bytes of its key.
    pub key: Option<Vec<u8>>,
    /// How often its handler was called; 0 where it could not be read.
    pub attempts: u32,
    /// The label: `oven-broken`, or `payload` where it could not be read.
    pub code: String,
    /// What went wrong, in words.
    pub message: String,
}

impl fmt::Display for FailedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partition {} offset {}: {} ({})", self.partition, self.offset, self.message, self.code)
    }
}

/// How far a replay had come when a message ended it: the cause of its error.
///
/// ```no_run
/// # use topika::replay::{Start, Stopped};
/// # async fn f<T: topika::Topic, R: topika::handler::Route<(), Topic = T> + Clone>(kafka: topika::Client, router: R) -> Result<(), topika::Error> {
/// let done = match kafka.replay::<T>().into(router.clone()).await {
///     Ok(done) => done,
///     Err(error) => {
///         let stopped = error.downcast::<Stopped>()?; // another error: brokers that are away, say
///         println!("at {}", stopped.failed);
///         // When the cause is mended, it goes on where it stopped.
///         kafka.replay::<T>().from(Start::Offsets(stopped.progress.next)).into(router).await?
///     }
/// };
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stopped {
    /// The message that ended it.
    pub failed: FailedMessage,
    /// What was done before.
    pub progress: Progress,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failed.fmt(f)
    }
}

impl std::error::Error for Stopped {}
