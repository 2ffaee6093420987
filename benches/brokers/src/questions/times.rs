use std::time::Instant;

use rdkafka::Offset;
use rdkafka::consumer::Consumer;
use rdkafka::producer::Producer;

use super::Answer;
use super::ask::{
    PATIENCE, at, consumer, count, delivered, enqueue, next, producer, send, settle, took, transactional, why,
};
use crate::served::Served;

pub(super) fn start(served: &mut Served) -> Answer {
    Ok(format!("{:.1} ms", served.start.as_secs_f64() * 1e3))
}

pub(super) fn first_message(served: &mut Served) -> Answer {
    let began = Instant::now();
    send(&producer(served, &[])?, b"x")?;
    Ok(took(began))
}

fn write_thousand(served: &Served) -> Answer {
    let producer = producer(served, &[("linger.ms", "5"), ("enable.idempotence", "true")])?;
    send(&producer, b"it is connected")?;
    let began = Instant::now();
    for _ in 1..=1000 {
        enqueue(&producer, &[b'x'; 400])?;
    }
    delivered(&producer)?;
    Ok(took(began))
}

pub(super) fn thousand_written(served: &mut Served) -> Answer {
    write_thousand(served)
}

pub(super) fn thousand_read(served: &mut Served) -> Answer {
    write_thousand(served)?;
    let reader = consumer(served, "reader", &[])?;
    let began = Instant::now();
    reader.assign(&at("t", Offset::Beginning)?).map_err(why)?;
    for _ in 0..=1000 {
        next(&reader)?;
    }
    Ok(took(began))
}

pub(super) fn first_in_group(served: &mut Served) -> Answer {
    in_group(served, &[])
}

pub(super) fn kip_848(served: &mut Served) -> Answer {
    in_group(served, &[("group.protocol", "consumer")])
}

fn in_group(served: &Served, settings: &[(&str, &str)]) -> Answer {
    send(&producer(served, &[])?, b"x")?;
    let began = Instant::now();
    let consumer = consumer(served, "group", settings)?;
    consumer.subscribe(&["t"]).map_err(why)?;
    next(&consumer)?;
    Ok(took(began))
}

pub(super) fn rebalance(served: &mut Served) -> Answer {
    joined(served, &[])
}

pub(super) fn cooperative(served: &mut Served) -> Answer {
    joined(served, &[("partition.assignment.strategy", "cooperative-sticky")])
}

fn joined(served: &Served, settings: &[(&str, &str)]) -> Answer {
    let (one, two) = (consumer(served, "group", settings)?, consumer(served, "group", settings)?);
    one.subscribe(&["two"]).map_err(why)?;
    settle(&[&one], 2)?;
    let began = Instant::now();
    two.subscribe(&["two"]).map_err(why)?;
    settle(&[&one, &two], 1)?;
    Ok(took(began))
}

pub(super) fn thousand_transactions(served: &mut Served) -> Answer {
    let producer = transactional(served, &[])?;
    let began = Instant::now();
    for _ in 0..1000 {
        producer.begin_transaction().map_err(why)?;
        send(&producer, b"x")?;
        producer.commit_transaction(PATIENCE).map_err(why)?;
    }
    let took = took(began);
    let read = count(served)?;
    if read == 1000 { Ok(took) } else { Err(format!("{read} of 1000 are read")) }
}
