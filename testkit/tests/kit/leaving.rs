//! A test binary leaves soon after its last test, whatever that test has left running, but for messages that nobody has taken.
#![allow(clippy::print_stdout, reason = "the parent waits for the line")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use topika::App;
use topika::handler::skip;

use crate::orders::{Orders, cancelled};

const CHILD: &str = "TOPIKA_TESTKIT_LEAVES";
const LAST: &str = "the last line of the last test";
const KIT_FIRST: &str = "first";
const KIT_LAST: &str = "last";
/// As first, and a message is on its way that nobody will take.
const KIT_FIRST_WITH_MESSAGES: &str = "first, with messages";
const SOON: Duration = Duration::from_secs(1);
/// So long a producer waits for what is on its way, and then a little: a machine may be busy.
const HELD: Duration = Duration::from_secs(5 + 5);
/// The machine may be busy with other things: the best of these counts.
const ROUNDS: usize = 5;

/// Not a test of its own: the one test of a child process. It closes nothing, and its kit goes last or first.
#[tokio::test]
async fn child_process() {
    let Some(which) = std::env::var_os(CHILD) else { return };
    let kit = topika_testkit::start().await;
    let app = App::new("audit").topic(Orders::router().otherwise(skip)).dead_letters().spawn(kit.client());
    kit.given::<Orders>([cancelled("O-1", "ann")]).await;
    kit.settled(&app).await;
    let producer = kit.client().producer::<Orders>().await.unwrap();
    let pending = producer.enqueue(&cancelled("O-2", "ann")).await.unwrap();
    let mut consumer = kit.client().consumer::<Orders>("report").await.unwrap();
    consumer.next().await.unwrap().unwrap().ack();
    let transactions = kit.client().transactions("t").await.unwrap();
    pending.await.unwrap();
    if which == KIT_FIRST_WITH_MESSAGES {
        kit.broker().stop();
    }
    let again = producer.enqueue(&cancelled("O-3", "ann")).await.unwrap();
    if which == KIT_FIRST {
        again.await.unwrap();
        println!("\n{LAST}");
        drop(kit);
    } else {
        println!("\n{LAST}");
        drop(again);
    }
    drop(transactions);
}

#[test]
fn a_test_binary_leaves_within_a_second_of_its_last_test() {
    leaves(KIT_LAST, SOON);
}

#[test]
fn a_test_binary_leaves_within_a_second_also_where_its_broker_is_gone_first() {
    leaves(KIT_FIRST, SOON);
}

#[test]
fn a_producer_with_messages_for_a_broker_that_is_gone_holds_a_test_binary_for_five_seconds_at_most() {
    leaves(KIT_FIRST_WITH_MESSAGES, HELD);
}

fn leaves(which: &str, within: Duration) {
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "leaving::child_process", "--nocapture"]).env(CHILD, which).stdout(Stdio::piped());
        let mut child = child.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == LAST), "the child has not come to its end");
        let start = Instant::now();
        assert!(child.wait().unwrap().success());
        took.push(start.elapsed());
        if took.last().is_some_and(|took| *took < within) {
            break;
        }
    }
    println!("left after {took:?}");
    assert!(took.iter().any(|took| *took < within), "in {ROUNDS} rounds it took {took:?}");
}
