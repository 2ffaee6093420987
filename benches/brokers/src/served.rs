//! A broker that questions are asked of, whichever it is.

use std::time::{Duration, Instant};

/// How a question wants its broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Plain,
    TwoNodes,
    /// Whoever comes is asked for the password of `ann`, which is `hush`.
    Users,
}

/// It has the topics `t` of one partition and `two` of two.
pub struct Served {
    pub bootstrap: String,
    pub start: Duration,
    pub means: Box<dyn Means>,
}

/// What a test can do to a broker. An error says why it cannot.
pub trait Means {
    /// Makes a topic; `compact` is what Kafka calls `cleanup.policy=compact`.
    fn create_topic(&self, name: &str, partitions: i32, compact: bool) -> Result<(), String>;
    /// The next request to write is refused as by a broker that does not lead the partition.
    fn refuse_a_write(&self) -> Result<(), String>;
    /// The next request to write is done, and its answer does not come in time.
    fn lose_an_answer(&self) -> Result<(), String>;
    /// Answers come in time again.
    fn heal(&self) -> Result<(), String> {
        Ok(())
    }
    /// The first partition of `t` is led by the other node from now on.
    fn move_leader(&self) -> Result<(), String>;
    /// Nobody can connect, and all connections are cut.
    fn go(&self) -> Result<(), String>;
    /// It is there again.
    fn come_back(&self) -> Result<(), String>;
    /// It is ended as if its process were, and started again; where clients find it then.
    fn start_anew(&mut self) -> Result<String, String>;
}

impl Served {
    pub fn start<M: Means + 'static>(start: impl FnOnce() -> Result<(M, String), String>) -> Result<Served, String> {
        let began = Instant::now();
        let (means, bootstrap) = start()?;
        let start = began.elapsed();
        for (topic, partitions) in [("t", 1), ("two", 2)] {
            means.create_topic(topic, partitions, false)?;
        }
        Ok(Served { bootstrap, start, means: Box::new(means) })
    }
}
