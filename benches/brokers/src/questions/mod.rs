//! What a test asks of a broker. An answer is `yes`, how long it took, or why not.

mod administration;
mod ask;
mod faults;
mod groups;
mod messages;
mod times;
mod transactions;

use crate::served::{Served, Wish};

/// Of whom they are asked.
pub const BROKERS: &[&str] = &["topika-testkit", "MockCluster", "FakeBroker"];

pub type Answer = Result<String, String>;
type Ask = fn(&mut Served) -> Answer;

pub struct Question {
    pub text: &'static str,
    pub wish: Wish,
    pub ask: Ask,
}

const fn of(text: &'static str, ask: Ask) -> Question {
    Question { text, wish: Wish::Plain, ask }
}

const fn with(wish: Wish, text: &'static str, ask: Ask) -> Question {
    Question { text, wish, ask }
}

pub const QUESTIONS: &[Question] = &[
    of("time: start", times::start),
    of("time: a first message, acknowledged", times::first_message),
    of("time: 1,000 messages of 400 bytes, acknowledged", times::thousand_written),
    of("time: the same, read, from `assign` on", times::thousand_read),
    of("time: a group's first message, from `subscribe` on", times::first_in_group),
    of("time: a second member joins, until both have their partition", times::rebalance),
    of("time: the same with `cooperative-sticky`", times::cooperative),
    of("time: a group's first message, `group.protocol=consumer` (KIP-848)", times::kip_848),
    of("time: 1,000 transactions of one message, all read", times::thousand_transactions),
    of("key, headers, time and tombstones come as they were sent", messages::as_sent),
    of("gzip, snappy, lz4 and zstd are read", messages::compressed),
    of("20 MiB on one partition, all read", messages::twenty_mebibytes),
    of("an offset is found by a time", messages::by_time),
    of("of a compacted topic the last of each key stays", messages::compacted),
    of("who subscribes to a topic that is not there is told", messages::not_there),
    of("what a group has committed is there for the next member", groups::commits),
    of("who commits as a member of a generation that is over is refused", groups::fenced),
    of("what is aborted is not read", transactions::aborted),
    of("what is not ended yet is not read, nor what stands behind it", transactions::open),
    of("offsets count with their transaction, and only with it", transactions::offsets),
    of("a producer with the same transactional id shuts out the one before", transactions::fenced),
    of("a transaction whose time is over is taken back", transactions::late),
    of("an admin makes and deletes topics", administration::topics),
    of("an admin adds partitions", administration::partitions),
    of("an admin changes a topic's settings, and sees them", administration::settings),
    of("an admin deletes records", administration::records),
    of("an admin deletes groups", administration::groups),
    of("a write that is refused on demand is sent again", faults::refused),
    of("a write whose answer is lost on demand is there once (idempotent)", faults::lost_answer),
    with(Wish::TwoNodes, "the leader of a partition moves on demand, and the producer goes on", faults::moved),
    of("the broker goes and comes back with what it had", faults::gone),
    of("it is ended and started anew, and has what was acknowledged", faults::anew),
    with(
        Wish::Users,
        "who says a wrong password (SASL PLAIN) is refused, who says the right one is not",
        faults::users,
    ),
];
