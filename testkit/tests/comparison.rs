//! The page that compares brokers has the rows of the program that asked (`benches/brokers`), and what it says of ours is so: it is asked again here.
//! The others are not, which would mean to compile them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed step is a failed test")]
#![allow(unreachable_pub, missing_docs, reason = "the program's files are those of a program")]

#[path = "../../benches/brokers/src/ours.rs"]
mod ours;
#[path = "../../benches/brokers/src/questions/mod.rs"]
mod questions;
#[path = "../../benches/brokers/src/served.rs"]
mod served;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ours::Ours;
use questions::{BROKERS, QUESTIONS};
use served::Served;

/// The cells of each row.
fn rows() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/comparison.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn the_page_has_the_rows_of_the_program() {
    let rows = rows();
    assert_eq!(rows[0][1..], *BROKERS);
    let texts: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    let asked: Vec<&str> = QUESTIONS.iter().map(|question| question.text).collect();
    assert_eq!(texts, asked, "make it anew: cargo run --release -- --write, in benches/brokers");
    assert!(rows.iter().all(|row| row.len() == 1 + BROKERS.len()));
}

/// What is the same however fast it was.
fn kind(answer: &str) -> &str {
    if answer.ends_with(" ms") { "a time" } else { answer.split_inclusive("no:").next().unwrap_or(answer) }
}

#[test]
fn what_the_page_says_of_the_embedded_broker_is_so() {
    let (rows, next, wrong) = (rows(), AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(question) = QUESTIONS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let served = Served::start(|| Ours::start(question.wish));
                    let answer = served.and_then(|mut served| (question.ask)(&mut served));
                    let answer = answer.unwrap_or_else(|error| format!("no: {error}"));
                    let row = rows.iter().find(|row| row[0] == question.text).unwrap();
                    if kind(&answer) != kind(&row[1]) {
                        wrong.lock().unwrap().push(format!("{}: {answer}", question.text));
                    }
                }
            });
        }
    });
    assert_eq!(wrong.into_inner().unwrap(), Vec::<String>::new());
}
