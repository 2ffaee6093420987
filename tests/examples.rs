//! The pages of `examples/`, run as a reader would: each ends by itself, and says what it promises.
//!
//! `cargo test` builds them; before this test alone, `cargo build --examples` does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

use std::path::PathBuf;
use std::process::Command;

/// A program that `cargo test` has built beside the tests.
fn example(name: &str) -> Command {
    let tests = std::env::current_exe().unwrap();
    let target: PathBuf = tests.ancestors().nth(2).unwrap().join("examples").join(name);
    let mut command = Command::new(target);
    // What this shell may know of a Kafka of its own is not meant.
    command.env_remove("KAFKA_BOOTSTRAP_SERVERS").env_remove("SCHEMA_REGISTRY_URL");
    command
}

/// Runs an example to its end; it must say all of these, in this order.
fn says(name: &str, lines: &[&str]) {
    let output =
        example(name).output().unwrap_or_else(|error| panic!("{name} is not built ({error}): cargo build --examples"));
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name} ended with {}:\n{said}\n{complained}", output.status);
    let mut rest = &*said;
    for line in lines {
        let Some(at) = rest.find(line) else { panic!("{name} does not say {line:?} there:\n{said}\n{complained}") };
        rest = rest.split_at(at + line.len()).1;
    }
}

/// A name of their own, since `cargo llvm-cov` builds no examples and passes them over.
mod as_a_reader_runs_them {
    use super::says;

    #[test]
    fn the_service_takes_an_order_over_http_and_answers_from_the_read_model() {
        says(
            "axum_service",
            &[
                "placed:          202",
                "sent once more:  200",
                "in the read model: \"10.40\"",
                "cancelled:       202",
                "ready:           200",
                "stopped: what was under way is done, and the group is left",
            ],
        );
    }

    #[test]
    fn what_is_rolled_back_is_not_said_and_what_is_committed_is() {
        says(
            "outbox",
            &["1 row in the outbox", "was rolled back: 1 row", "an id of its own: true", "left in the outbox: 0"],
        );
    }

    #[test]
    fn an_event_carries_its_envelope() {
        says(
            "envelope",
            &[
                "of account 7, within \"req-1\"",
                "its id is in the header too: true",
                "its correlation is: false",
                "its time was filled in: true",
            ],
        );
    }

    #[test]
    fn what_comes_three_times_is_billed_once() {
        says("inbox", &["is billed", "came again: nothing to do", "3 messages, 1 bill"]);
    }

    #[test]
    fn each_order_has_one_ticket() {
        says("exactly_once", &["100 orders, 100 tickets, of 100 orders"]);
    }

    #[test]
    fn what_was_given_up_is_sent_again_once_it_can_be_done() {
        says(
            "dead_letters",
            &[
                "given up",
                "the first: the oven is broken, after 3 tries",
                "would be sent again",
                "and all 20 are cooked",
                "left: 0",
            ],
        );
    }

    #[test]
    fn a_report_is_made_anew_by_a_replay_and_its_group_notices_nothing() {
        says(
            "replay",
            &[
                "the report counts 285 open orders, and 15 were cancelled",
                "100 %",
                "replayed 300 of 300 messages: 270 open orders",
                "CUST-00003 alone: 41 messages, 259 of others",
                "stopped: the handler takes `Live`",
                "passed over 15 mails, the first at partition ",
                "the group has 0 messages left to read",
            ],
        );
    }

    #[test]
    fn an_order_is_paid_and_cooked_or_what_was_done_of_it_is_undone() {
        says(
            "saga",
            &[
                "ORD-20261121-00001: Completed, ticket Some(",
                "all went well",
                "ORD-20261121-00002: Compensated, ticket None",
                "no reply to \"place-order/ORD-20261121-00002/cook\" came in time",
                "ORD-20261121-00003: Compensated, ticket None",
                "the card is declined",
                "1 payment kept, 1 given back",
            ],
        );
    }

    #[test]
    fn each_subscriber_of_a_bus_sees_each_event() {
        says(
            "event_bus",
            &["kitchen: ORD-", "is cooked, try 2", "kitchen: ORD-", "is stopped", "the audit has seen 2 events"],
        );
    }

    #[test]
    fn a_customer_is_what_the_events_say_and_who_comes_second_is_told() {
        says(
            "aggregate",
            &[
                "ORD-20261121-00001 of CUST-00000: taken",
                "ORD-20261121-00003 of CUST-00000: refused",
                "the first cancels: version 3",
                "the second is told: \"CUST-00000\" is at version 3, and not at 2",
                "1 open order after 3 events",
                "the topic folds to the same: true",
            ],
        );
    }

    #[test]
    fn a_read_model_is_made_anew_beside_itself_and_takes_its_place() {
        says(
            "projection",
            &["version 1: 285 orders", "version 2: 270 orders", "1 version dropped", "version 2: 271 orders"],
        );
    }
}
