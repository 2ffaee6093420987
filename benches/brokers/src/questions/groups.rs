use rdkafka::Offset;
use rdkafka::consumer::{CommitMode, Consumer};

use super::Answer;
use super::ask::{PATIENCE, at, consumer, next, only, producer, send, why, yes_if};
use crate::served::Served;

pub(super) fn commits(served: &mut Served) -> Answer {
    let producer = producer(served, &[])?;
    send(&producer, b"one")?;
    send(&producer, b"two")?;
    let first = consumer(served, "group", &[])?;
    first.subscribe(&["t"]).map_err(why)?;
    next(&first)?;
    first.commit(&at("t", Offset::Offset(1))?, CommitMode::Sync).map_err(why)?;
    drop(first);
    let second = consumer(served, "group", &[])?;
    second.subscribe(&["t"]).map_err(why)?;
    let offset = next(&second)?;
    yes_if(offset == 1, || format!("it begins at {offset}"))
}

/// One that is not polled any more loses its place: what it then commits would undo what its successor has done.
pub(super) fn fenced(served: &mut Served) -> Answer {
    send(&producer(served, &[])?, b"x")?;
    let settings = [("session.timeout.ms", "6000"), ("max.poll.interval.ms", "6000")];
    let asleep = consumer(served, "group", &settings)?;
    asleep.subscribe(&["t"]).map_err(why)?;
    next(&asleep)?;
    let successor = consumer(served, "group", &settings)?;
    successor.subscribe(&["t"]).map_err(why)?;
    next(&successor)?;
    successor.commit(&at("t", Offset::Offset(1))?, CommitMode::Sync).map_err(why)?;
    let late = asleep.commit(&at("t", Offset::Offset(0))?, CommitMode::Sync);
    let committed = successor.committed_offsets(at("t", Offset::Invalid)?, PATIENCE).map_err(why)?;
    let holds = late.is_err() && only(&committed) == Some(Offset::Offset(1));
    yes_if(holds, || format!("{late:?}, and then it is at {:?}", only(&committed)))
}
