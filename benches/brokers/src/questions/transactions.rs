use std::time::{Duration, Instant};

use rdkafka::Offset;
use rdkafka::consumer::Consumer;
use rdkafka::producer::{BaseRecord, Producer};

use super::Answer;
use super::ask::{PATIENCE, at, consumer, count, next, only, producer, send, transactional, why, yes_if};
use crate::served::Served;

pub(super) fn aborted(served: &mut Served) -> Answer {
    let producer = transactional(served, &[])?;
    for _ in 0..2 {
        producer.begin_transaction().map_err(why)?;
        send(&producer, b"x")?;
        producer.abort_transaction(PATIENCE).map_err(why)?;
    }
    producer.begin_transaction().map_err(why)?;
    send(&producer, b"x")?;
    producer.commit_transaction(PATIENCE).map_err(why)?;
    let count = count(served)?;
    yes_if(count == 1, || format!("{count} are read in place of 1"))
}

pub(super) fn open(served: &mut Served) -> Answer {
    let plain = producer(served, &[])?;
    send(&plain, b"before")?;
    let producer = transactional(served, &[])?;
    producer.begin_transaction().map_err(why)?;
    send(&producer, b"x")?;
    send(&plain, b"behind")?;
    let open = count(served)?;
    producer.commit_transaction(PATIENCE).map_err(why)?;
    let ended = count(served)?;
    yes_if((open, ended) == (1, 3), || format!("{open} are read in place of 1, then {ended} in place of 3"))
}

pub(super) fn offsets(served: &mut Served) -> Answer {
    send(&producer(served, &[])?, b"in")?;
    let consumer = consumer(served, "group", &[])?;
    consumer.subscribe(&["t"]).map_err(why)?;
    next(&consumer)?;
    let metadata = consumer.group_metadata().ok_or("there is no group")?;
    let producer = transactional(served, &[])?;
    for (commit, expected) in [(false, Offset::Invalid), (true, Offset::Offset(1))] {
        producer.begin_transaction().map_err(why)?;
        let record = BaseRecord::<(), _>::to("two").partition(0).payload("out");
        producer.send(record).map_err(|(error, _)| why(error))?;
        producer.send_offsets_to_transaction(&at("t", Offset::Offset(1))?, &metadata, PATIENCE).map_err(why)?;
        if commit {
            producer.commit_transaction(PATIENCE).map_err(why)?;
        } else {
            producer.flush(PATIENCE).map_err(why)?;
            producer.abort_transaction(PATIENCE).map_err(why)?;
        }
        let found = only(&consumer.committed_offsets(at("t", Offset::Invalid)?, PATIENCE).map_err(why)?);
        if found != Some(expected) {
            let ended = if commit { "committed" } else { "taken back" };
            return Err(format!("{ended}, and the group is at {found:?} in place of {expected:?}"));
        }
    }
    Ok("yes".to_owned())
}

pub(super) fn fenced(served: &mut Served) -> Answer {
    let first = transactional(served, &[])?;
    first.begin_transaction().map_err(why)?;
    send(&first, b"x")?;
    let second = transactional(served, &[])?;
    let ended = first.commit_transaction(PATIENCE);
    second.begin_transaction().map_err(why)?;
    send(&second, b"x")?;
    second.commit_transaction(PATIENCE).map_err(why)?;
    let count = count(served)?;
    yes_if(ended.is_err() && count == 1, || format!("{ended:?}, and {count} are read in place of 1"))
}

pub(super) fn late(served: &mut Served) -> Answer {
    let producer = transactional(served, &[("transaction.timeout.ms", "3000"), ("message.timeout.ms", "3000")])?;
    producer.begin_transaction().map_err(why)?;
    send(&producer, b"x")?;
    send(&self::producer(served, &[])?, b"behind")?;
    // Kafka looks every ten seconds.
    let until = Instant::now() + PATIENCE;
    loop {
        let read = count(served)?;
        if read == 1 || Instant::now() > until {
            return yes_if(read == 1, || format!("after {} s {read} are read in place of 1", PATIENCE.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
