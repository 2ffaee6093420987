//! The whole way of an event, once: `cargo run --example food_orders`.
//!
//! Starts an embedded broker and registry (or takes real ones: `--bootstrap`, `--registry`), registers the schemas, lets an old
//! checkout produce version 1 of the orders, evolves the schema mid-stream, lets old and new checkouts produce side by side, slips
//! in one poison message, and consumes everything in a group of two kitchens, and in another one that writes the orders into a database (SQLite, or
//! PostgreSQL: `--database`). Ends with a table of what happened, and with
//! exit code 1 if anything was lost.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to its user")]

mod cluster;
mod options;

use std::process::ExitCode;

use clap::Parser as _;
use food_orders::events::topics::FoodOrders;
use food_orders::orders::{self, Orders};
use food_orders::rush::{Outcome, Rush};
use indicatif::{ProgressBar, ProgressStyle};
use sqlx::{PgPool, Pool};
use topika::{Error, Topic};

use crate::cluster::Cluster;
use crate::options::Options;

/// Kitchens and keeper.
const GROUPS: usize = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(outcome) => {
            println!("{outcome}");
            for problem in outcome.problems() {
                eprintln!("error: {problem}");
            }
            if outcome.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<Outcome, Error> {
    let cluster = Cluster::start(options).await?;
    eprintln!("{cluster}");
    let dir = tempfile::tempdir().map_err(Error::wrap)?;
    match &options.database {
        Some(url) => rush(options, &cluster, PgPool::connect(url).await.map_err(Error::wrap)?).await,
        None => rush(options, &cluster, orders::open(&dir.path().join("orders.db")).await?).await,
    }
}

async fn rush<DB: Orders>(options: &Options, cluster: &Cluster, pool: Pool<DB>) -> Result<Outcome, Error> {
    let topic = FoodOrders::TOPIC.name;

    let progress = progress(u64::from(options.orders), "placed");
    // A bar is for a terminal; what happens is said in lines too, for a log.
    let say = |line: &str| progress.suspend(|| eprintln!("{line}"));
    let show = progress.clone();
    let plan = options.plan(cluster.prefix());
    let deadline = plan.deadline;
    let mut rush = Rush::start(cluster.client(), &pool, plan, move |n| show.set_position(n)).await?;
    say(
        "checkout  the old one places orders with version 1 of the schema; two kitchens cook, a keeper writes into the database",
    );
    rush.first_half().await?;

    rush.evolve().await?;
    say("schema    version 2 of orders.order-placed is registered; version 1 is still in use");
    cluster.poison(topic).await?;
    say("poison    one message that is no event");
    say("checkout  the old and the new one place orders side by side");
    rush.second_half().await?;
    say("kitchens  finish what is left");
    cluster.poison_found(GROUPS, deadline).await?;
    progress.finish_and_clear();

    let progress = self::progress(rush.totals().all(), "handled");
    let mut outcome = rush.finish(|n| progress.set_position(n)).await?;
    progress.finish_and_clear();
    outcome.dead = cluster.dead_letters().await?;
    Ok(outcome)
}

fn progress(length: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:9} {bar:32} {pos}/{len} {msg}").expect("the template is valid");
    ProgressBar::new(length).with_style(style).with_prefix(what)
}
