//! One table: each question, asked of each broker by librdkafka, in a process of its own, since a broker may end it.
//! `cargo run --release` in this folder prints it; `-- --write` writes it into `testkit/docs/comparison.md`, and with words behind that the rows alone
//! that begin so.

mod fake;
mod mock;
mod ours;
mod page;
mod questions;
mod served;

use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use questions::{BROKERS, QUESTIONS, Question};
use served::{Served, Wish};

/// As long may an answer take.
const PATIENCE: Duration = Duration::from_secs(120);

/// So often it is asked; of times the middle one counts.
const TIMES: usize = 3;

fn start(broker: &str, wish: Wish) -> Result<Served, String> {
    match broker {
        "MockCluster" => Served::start(|| mock::Mock::start(wish)),
        "FakeBroker" => Served::start(|| fake::Fake::start(wish)),
        _ => Served::start(|| ours::Ours::start(wish)),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [broker, question] = args.as_slice()
        && BROKERS.contains(&broker.as_str())
    {
        let asked = QUESTIONS.iter().find(|one| one.text == question).expect("the parent asks what there is");
        let answer = start(broker, asked.wish).and_then(|mut served| (asked.ask)(&mut served));
        println!("{}", answer.unwrap_or_else(|error| format!("no: {error}")));
        // What hangs when it is dropped is no answer.
        std::process::exit(0);
    }
    let (write, words) = match args.as_slice() {
        [write, words @ ..] if write == "--write" => (true, words.join(" ")),
        words => (false, words.join(" ")),
    };
    let asked: Vec<&Question> = QUESTIONS.iter().filter(|question| question.text.starts_with(&words)).collect();
    let rows = rows(&asked);
    rows.iter().for_each(|row| println!("{row}"));
    if write {
        page::write(&rows);
    }
}

/// Times are taken one after the other; the others may be asked side by side.
fn rows(asked: &[&Question]) -> Vec<String> {
    let cells: Vec<(&Question, &str)> =
        asked.iter().flat_map(|question| BROKERS.iter().map(move |broker| (*question, *broker))).collect();
    let answers: Vec<Mutex<String>> = cells.iter().map(|_| Mutex::default()).collect();
    let ask = |at: usize| {
        let (question, broker) = cells[at];
        let answer = middle(broker, question);
        eprintln!("{broker}: {}: {answer}", question.text);
        *answers[at].lock().expect("nobody panics with it") = answer;
    };
    let (times, others): (Vec<usize>, Vec<usize>) = (0..cells.len()).partition(|at| is_time(cells[*at].0));
    times.into_iter().for_each(ask);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(at) = others.get(next.fetch_add(1, Ordering::Relaxed)) {
                    ask(*at);
                }
            });
        }
    });
    let answers: Vec<String> = answers.into_iter().map(|answer| answer.into_inner().expect("nobody panics")).collect();
    let row = |(question, answers): (&&Question, &[String])| format!("| {} | {} |", question.text, answers.join(" | "));
    asked.iter().zip(answers.chunks(BROKERS.len())).map(row).collect()
}

fn is_time(question: &Question) -> bool {
    question.text.starts_with("time: ")
}

/// The middle one of some answers, by their times.
fn middle(broker: &str, question: &Question) -> String {
    if !is_time(question) {
        return answer(broker, question);
    }
    let time = |answer: &String| answer.trim_end_matches(" ms").parse::<f64>().unwrap_or(f64::MAX);
    let mut answers: Vec<String> = Vec::new();
    for _ in 0..TIMES {
        let answer = answer(broker, question);
        // What takes long takes as long again.
        if answer.starts_with("no: ") || time(&answer) > 5_000.0 {
            return answer;
        }
        answers.push(answer);
    }
    answers.sort_by(|one, other| time(one).total_cmp(&time(other)));
    answers.swap_remove(answers.len() / 2)
}

fn answer(broker: &str, question: &Question) -> String {
    let program = std::env::current_exe().expect("a program has a path");
    let mut child = Command::new(program)
        .args([broker, question.text])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a program can be started again");
    let until = Instant::now() + PATIENCE;
    loop {
        match child.try_wait().expect("a child can be waited for") {
            Some(status) if status.success() => break,
            Some(status) => return format!("no: the process ends ({status})"),
            None if Instant::now() > until => {
                child.kill().ok();
                child.wait().ok();
                return format!("no: nothing in {} s", PATIENCE.as_secs());
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    let output = child.wait_with_output().expect("what it said can be read");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
