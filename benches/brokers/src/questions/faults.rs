use std::time::{Duration, Instant};

use rdkafka::producer::Producer;

use super::Answer;
use super::ask::{count, delivered, enqueue, producer, send, yes_if};
use crate::served::Served;

fn once(served: &Served, expected: usize) -> Answer {
    let count = count(served)?;
    yes_if(count == expected, || format!("{count} are read in place of {expected}"))
}

pub(super) fn refused(served: &mut Served) -> Answer {
    let producer = producer(served, &[])?;
    send(&producer, b"before")?;
    served.means.refuse_a_write()?;
    send(&producer, b"x")?;
    once(served, 2)
}

pub(super) fn lost_answer(served: &mut Served) -> Answer {
    let settings = [("enable.idempotence", "true"), ("socket.timeout.ms", "2000"), ("request.timeout.ms", "2000")];
    let producer = producer(served, &settings)?;
    send(&producer, b"before")?;
    served.means.lose_an_answer()?;
    enqueue(&producer, b"x")?;
    let until = Instant::now() + Duration::from_secs(3);
    while producer.in_flight_count() > 0 && Instant::now() < until {
        producer.poll(Duration::from_millis(50));
    }
    served.means.heal()?;
    delivered(&producer)?;
    once(served, 2)
}

pub(super) fn moved(served: &mut Served) -> Answer {
    let producer = producer(served, &[])?;
    send(&producer, b"before")?;
    served.means.move_leader()?;
    send(&producer, b"x")?;
    once(served, 2)
}

pub(super) fn gone(served: &mut Served) -> Answer {
    let producer = producer(served, &[])?;
    send(&producer, b"before")?;
    served.means.go()?;
    enqueue(&producer, b"x")?;
    producer.poll(Duration::from_millis(500));
    let early = producer.in_flight_count() == 0;
    served.means.come_back()?;
    delivered(&producer)?;
    if early { Err("it was not gone".to_owned()) } else { once(served, 2) }
}

pub(super) fn anew(served: &mut Served) -> Answer {
    served.bootstrap = served.means.start_anew()?;
    send(&producer(served, &[])?, b"x")?;
    served.bootstrap = served.means.start_anew()?;
    once(served, 1)
}

pub(super) fn users(served: &mut Served) -> Answer {
    let as_ann = |password, time| {
        let settings = [
            ("security.protocol", "sasl_plaintext"),
            ("sasl.mechanism", "PLAIN"),
            ("sasl.username", "ann"),
            ("sasl.password", password),
            ("message.timeout.ms", time),
        ];
        producer(served, &settings).and_then(|producer| send(&producer, b"x"))
    };
    as_ann("hush", "20000").map_err(|error| format!("the right one is refused, too: {error}"))?;
    yes_if(as_ann("wrong", "3000").is_err(), || "nobody is refused".to_owned())
}
