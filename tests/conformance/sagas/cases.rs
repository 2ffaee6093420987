//! The cases of one database: what stands above says which.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use topika::handler::Failure;
use topika::saga::{self, Next, Phase, Saga, SagaState, Sagas, Step, Turn};
use topika::serde::{Deserialize, Serialize};
use topika::{Error, ErrorKind, Retry};

use super::{Db, JOURNAL, cut, database, hasty, open};
use crate::clients::PATIENCE;
use crate::history::{Worker, rounds};

type Pool = sqlx::Pool<Db>;

/// What goes wrong, by the name of the step, with `undo ` before it of its compensation: how often, and whether for good.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(crate = "topika::serde")]
struct Script {
    fails: BTreeMap<String, (u32, bool)>,
    seen: Vec<String>,
}

impl Script {
    fn failing(fails: &[(&str, u32, bool)]) -> Self {
        let fails = fails.iter().map(|(step, times, fatal)| ((*step).to_owned(), (*times, *fatal))).collect();
        Self { fails, seen: Vec::new() }
    }
}

async fn note(turn: &mut Turn<Db, Script>, what: &str) -> Result<(), Failure> {
    let row = sqlx::query("INSERT INTO journal (id, what) VALUES ($1, $2)").bind(turn.id().to_owned());
    row.bind(what.to_owned()).execute(turn.tx().await?).await.map_err(Error::wrap)?;
    turn.data.seen.push(what.to_owned());
    match turn.data.fails.get(what) {
        Some((times, fatal)) if turn.attempt() <= *times => {
            let failure = Failure::fatal("told-to", &what);
            Err(Failure { fatal: *fatal, ..failure })
        }
        _ => Ok(()),
    }
}

/// `Failure` is no error that a handler returns.
fn told(failure: Failure) -> Error {
    Error::new(ErrorKind::Other, failure.message.clone()).retriable(!failure.fatal)
}

async fn act(mut turn: Turn<Db, Script>) -> Result<Next<Db, Script>, Error> {
    let step = turn.step().to_owned();
    assert_eq!((turn.key(), turn.step_key()), (format!("plan/{}/{step}", turn.id()), turn.key()));
    assert!(turn.data.fails.get(&step) != Some(&(0, true)), "told to panic");
    note(&mut turn, &step).await.map_err(told)?;
    Ok(turn.done())
}

async fn undo(mut turn: Turn<Db, Script>) -> Result<Turn<Db, Script>, Error> {
    let step = format!("undo {}", turn.step());
    assert_eq!(turn.key(), format!("{}/undo", turn.step_key()));
    let broken = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM broken WHERE id = $1").bind(turn.id().to_owned());
    if broken.fetch_one(turn.tx().await?).await.map_err(Error::wrap)? > 0 {
        return Err(Error::new(ErrorKind::Other, "the till is locked"));
    }
    note(&mut turn, &step).await.map_err(told)?;
    Ok(turn)
}

fn quick(times: u32) -> Retry {
    Retry::in_place(times).waits(Duration::from_millis(1), Duration::from_millis(5))
}

fn step(name: &str) -> Step<Db, Script> {
    Step::new(name, act).undo(undo).retry(quick(2)).undo_retry(quick(5))
}

fn plan(pool: &Pool, steps: &[&str]) -> Sagas<Db, Script> {
    let saga = Saga::new("plan", pool).poll(Duration::from_millis(10)).workers(4);
    steps.iter().fold(saga, |saga, name| saga.step(step(name))).build().unwrap()
}

async fn ready(pool: &Pool) {
    for _ in 0..2 {
        saga::migrate(pool).await.unwrap();
    }
    sqlx::raw_sql(JOURNAL).execute(pool).await.unwrap();
}

async fn journal(pool: &Pool, id: &str) -> Vec<String> {
    let rows = sqlx::query_scalar("SELECT what FROM journal WHERE id = $1 ORDER BY place").bind(id.to_owned());
    rows.fetch_all(pool).await.unwrap()
}

async fn until<D>(sagas: &Sagas<Db, D>, id: &str, reached: impl Fn(&SagaState) -> bool) -> SagaState
where
    D: Serialize + for<'de> Deserialize<'de> + Send + 'static,
{
    let end = Instant::now() + PATIENCE;
    loop {
        let state = sagas.get(id).await.unwrap().unwrap();
        if reached(&state) {
            return state;
        }
        assert!(Instant::now() < end, "{state:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn steps_are_done_in_order_and_undone_the_last_first_where_one_fails_for_good() {
    let Some(held) = database("steps_are_done_in_order").await else { return };
    let pool = &held.0;
    let orders = plan(pool, &["pay", "cook", "ride"]);
    // Without its tables it says what to do.
    let error = orders.start("early", &Script::default()).await.unwrap_err();
    assert!(error.to_string().contains("topika::saga::migrate"), "{error}");
    ready(pool).await;
    let running = orders.spawn();
    assert!(orders.start("good", &Script::failing(&[("cook", 2, false)])).await.unwrap());
    assert!(!orders.start("good", &Script::default()).await.unwrap(), "it is there already");
    let tries = [("cook", 3, false), ("undo cook", 2, false)];
    orders.start("tries", &Script::failing(&tries)).await.unwrap();
    orders.start("fatal", &Script::failing(&[("ride", 1, true)])).await.unwrap();
    orders.start("panics", &Script::failing(&[("pay", 0, true)])).await.unwrap();
    // One that was not committed was not started.
    let mut tx = pool.begin().await.unwrap();
    assert!(orders.start_in(&mut tx, "gone", &Script::default()).await.unwrap());
    tx.rollback().await.unwrap();
    let state = until(&orders, "good", |state| state.phase.is_final()).await;
    assert_eq!((state.phase, state.done.len(), state.reason, state.error), (Phase::Completed, 3, None, None));
    // What failed tries have written is taken back, in the data too.
    assert_eq!(journal(pool, "good").await, ["pay", "cook", "ride"]);
    let data: Script = serde_json::from_str(&state.data).unwrap();
    assert_eq!(data.seen, ["pay", "cook", "ride"]);
    let state = until(&orders, "tries", |state| state.phase.is_final()).await;
    assert_eq!((state.phase, state.done), (Phase::Compensated, vec![]));
    assert_eq!(state.reason.as_deref(), Some("step \"cook\": cook (handler-failed)"));
    assert_eq!(journal(pool, "tries").await, ["pay", "undo cook", "undo pay"]);
    until(&orders, "fatal", |state| state.phase == Phase::Compensated).await;
    assert_eq!(journal(pool, "fatal").await, ["pay", "cook", "undo ride", "undo cook", "undo pay"]);
    let state = until(&orders, "panics", |state| state.phase == Phase::Compensated).await;
    assert!(state.reason.unwrap().contains("the handler panicked: "));
    assert_eq!(orders.get("gone").await.unwrap(), None);
    assert_eq!(orders.stuck(10).await.unwrap(), []);
    running.shutdown(PATIENCE).await.unwrap();
    assert_eq!(orders.forget(Duration::from_secs(3600)).await.unwrap(), 0);
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(orders.forget(Duration::ZERO).await.unwrap(), 4);
}

#[tokio::test]
async fn a_saga_that_cannot_go_on_is_listed_and_goes_on_when_it_is_resumed() {
    let Some(held) = database("a_saga_that_cannot_go_on").await else { return };
    let pool = &held.0;
    ready(pool).await;
    sqlx::query("INSERT INTO broken VALUES ('till')").execute(pool).await.unwrap();
    let orders = plan(pool, &["pay", "cook"]);
    let running = orders.spawn();
    orders.start("till", &Script::failing(&[("cook", 1, true)])).await.unwrap();
    let state = until(&orders, "till", |state| state.is_stuck).await;
    assert_eq!((state.phase, state.step.as_str(), state.done), (Phase::Backward, "cook", vec!["pay".to_owned()]));
    assert!(state.error.unwrap().contains("the till is locked"));
    assert_eq!(orders.stuck(10).await.unwrap().len(), 1);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(journal(pool, "till").await, ["pay"]);
    sqlx::query("DELETE FROM broken").execute(pool).await.unwrap();
    assert!(orders.resume("till").await.unwrap());
    until(&orders, "till", |state| state.phase == Phase::Compensated).await;
    assert_eq!(journal(pool, "till").await, ["pay", "undo cook", "undo pay"]);
    assert!(!orders.resume("till").await.unwrap());
    running.shutdown(PATIENCE).await.unwrap();
    // A build without its step leaves it; the next has it again, and a new one behind it.
    orders.start("later", &Script::default()).await.unwrap();
    let other = plan(pool, &["cook"]);
    let running = other.spawn();
    let state = until(&other, "later", |state| state.is_stuck).await;
    assert_eq!(state.error.as_deref(), Some("the saga \"plan\" has no step \"pay\" in this build"));
    running.shutdown(PATIENCE).await.unwrap();
    let newer = plan(pool, &["pay", "ask", "cook"]);
    let running = newer.spawn();
    assert!(newer.resume("later").await.unwrap());
    until(&newer, "later", |state| state.phase == Phase::Completed).await;
    assert_eq!(journal(pool, "later").await, ["pay", "ask", "cook"]);
    running.shutdown(PATIENCE).await.unwrap();
    for (saga, why) in [
        (Saga::<Db, Script>::new("plan", pool), "it has no step"),
        (Saga::new("a/b", pool).step(step("x")), "\"a/b\" is no name"),
        (Saga::new("plan", pool).step(step("x")).step(step("x")), "two steps are called \"x\""),
        (Saga::new("plan", pool).step(step("x").retry(quick(1).then_tiers([PATIENCE]))), "retries in tiers"),
    ] {
        let error = saga.build().unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains(why), "{error}");
    }
}

#[tokio::test]
async fn a_step_waits_for_its_reply_whenever_it_comes_and_goes_back_without() {
    let Some(held) = database("a_step_waits_for_its_reply").await else { return };
    let pool = &held.0;
    ready(pool).await;
    let ask = async |turn: Turn<Db, Script>| -> Result<Next<Db, Script>, Error> {
        let patience = if turn.id() == "never" { Duration::from_millis(200) } else { PATIENCE };
        Ok(turn.wait(patience))
    };
    // The first time what came cannot be stored.
    let hear = async |mut turn: Turn<Db, Script>, reply: String| {
        if turn.attempt() == 1 {
            return Err(Error::wrap("not yet"));
        }
        note(&mut turn, &format!("heard {reply}")).await.map_err(told)?;
        Ok(turn)
    };
    let asking = Step::new("ask", ask).on_reply(hear).undo(undo).retry(quick(2));
    let orders = Saga::new("plan", pool).step(step("pay")).step(asking).step(step("cook"));
    let orders = orders.poll(Duration::from_millis(10)).build().unwrap();
    for id in ["early", "late", "never", "wrong"] {
        assert!(orders.start(id, &Script::default()).await.unwrap());
    }
    assert!(orders.reply("plan/early/ask", &"at once").await.unwrap());
    assert!(!orders.reply("plan/early/ask", &"again").await.unwrap(), "the first counts");
    for other in ["other/early/ask", "plan/early/none", "plan//ask", "plan", "plan/ask"] {
        assert!(!orders.reply(other, &1).await.unwrap(), "{other}");
    }
    let running = orders.spawn();
    until(&orders, "early", |state| state.phase == Phase::Completed).await;
    assert_eq!(journal(pool, "early").await, ["pay", "heard at once", "cook"]);
    until(&orders, "late", |state| state.is_waiting).await;
    let mut tx = pool.begin().await.unwrap();
    orders.reply_in(&mut tx, "plan/late/ask", &"taken back").await.unwrap();
    tx.rollback().await.unwrap();
    assert!(orders.reply("plan/late/ask", &"well").await.unwrap());
    until(&orders, "late", |state| state.phase == Phase::Completed).await;
    assert_eq!(journal(pool, "late").await, ["pay", "heard well", "cook"]);
    orders.reply("plan/wrong/ask", &7).await.unwrap();
    for (id, why) in [("never", "no reply to \"plan/never/ask\" came in time"), ("wrong", "the reply is no `")] {
        let state = until(&orders, id, |state| state.phase == Phase::Compensated).await;
        assert!(state.reason.as_ref().unwrap().contains(why), "{state:?}");
        assert_eq!(journal(pool, id).await, ["pay", "undo ask", "undo pay"]);
    }
    running.shutdown(PATIENCE).await.unwrap();
}

/// Longer than a test: who waits for it to run out is never done.
const LONG: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_saga_whose_note_the_database_refused_is_worked_on_again_and_does_not_wait_for_the_lease() {
    let Some(held) = database("a_saga_whose_note_the_database_refused").await else { return };
    ready(&held.0).await;
    let pool = hasty(&held).await;
    let (out, mut cuts) = mpsc::channel(1);
    let (calls, of) = (Arc::new(AtomicU32::new(0)), pool.clone());
    let told = Arc::clone(&calls);
    let pay = move |mut turn: Turn<Db, Script>| {
        let (pool, out, is_first) = (of.clone(), out.clone(), told.fetch_add(1, Ordering::Relaxed) == 0);
        async move {
            if !is_first {
                return act(turn).await;
            }
            // It is done, and cannot be noted.
            out.send(cut(&mut turn, &pool).await).await.map_err(Error::wrap)?;
            Ok(turn.done())
        }
    };
    let orders = Saga::new("plan", &pool).step(Step::new("pay", pay)).step(step("cook"));
    let orders = orders.poll(Duration::from_millis(10)).lease(LONG).build().unwrap();
    assert!(orders.start("cut", &Script::default()).await.unwrap());
    let running = orders.spawn();
    let end = Instant::now() + PATIENCE;
    let held_up = cuts.recv().await.unwrap();
    while running.trouble().is_none() {
        assert!(Instant::now() < end, "nobody says that something is wrong");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // On SQLite another writes for longer than is waited.
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(held_up);
    until(&orders, "cut", |state| state.phase == Phase::Completed).await;
    assert_eq!((journal(&pool, "cut").await, calls.load(Ordering::Relaxed)), (vec!["pay".into(), "cook".into()], 2));
    let end = Instant::now() + PATIENCE;
    while running.trouble().is_some() {
        assert!(Instant::now() < end, "{:?}", running.trouble());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running.shutdown(PATIENCE).await.unwrap();
}

#[tokio::test]
async fn a_runner_keeps_what_it_works_on_and_lets_a_claim_run_out_that_it_does_not_know_of() {
    let Some(held) = database("a_runner_keeps_what_it_works_on").await else { return };
    let pool = &held.0;
    ready(pool).await;
    let (gate, opened) = watch::channel(false);
    let (calls, (out, mut begun)) = (Arc::new(AtomicU32::new(0)), mpsc::channel(8));
    let told = Arc::clone(&calls);
    let pay = move |turn: Turn<Db, Script>| {
        let (mut opened, out, calls) = (opened.clone(), out.clone(), Arc::clone(&told));
        async move {
            if turn.id() == "slow" {
                calls.fetch_add(1, Ordering::Relaxed);
                out.send(()).await.map_err(Error::wrap)?;
                opened.wait_for(|opened| *opened).await.map_err(Error::wrap)?;
            }
            act(turn).await
        }
    };
    let orders = Saga::new("plan", pool).step(Step::new("pay", pay)).poll(Duration::from_millis(10));
    let orders = orders.lease(Duration::from_secs(2)).build().unwrap();
    orders.start("slow", &Script::default()).await.unwrap();
    let both = [orders.spawn(), orders.spawn()];
    begun.recv().await.unwrap();
    // As where the answer to a claim does not arrive: the row has the owner, and the owner knows nothing.
    let mut tx = pool.begin().await.unwrap();
    orders.start_in(&mut tx, "lost", &Script::default()).await.unwrap();
    let lost = "UPDATE topika_sagas SET claim = 1, owner = (SELECT owner FROM topika_sagas WHERE id = 'slow'), \
                until_ms = (SELECT until_ms FROM topika_sagas WHERE id = 'slow') WHERE id = 'lost'";
    sqlx::query(lost).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    until(&orders, "lost", |state| state.phase == Phase::Completed).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    gate.send_replace(true);
    until(&orders, "slow", |state| state.phase == Phase::Completed).await;
    // A machine that is very busy may be late with the lease; then it is called again, and noted once.
    assert_eq!(journal(pool, "slow").await, ["pay"]);
    assert!(calls.load(Ordering::Relaxed) < 3);
    for running in both {
        running.shutdown(PATIENCE).await.unwrap();
    }
}

#[tokio::test]
async fn a_reply_that_came_before_its_step_was_noted_is_there_for_the_next_runner() {
    let Some(held) = database("a_reply_that_came_before_its_step_was_noted").await else { return };
    let pool = &held.0;
    ready(pool).await;
    let (gate, opened) = watch::channel(false);
    let (out, mut begun) = mpsc::channel(8);
    let ask = move |turn: Turn<Db, Script>| {
        let (mut opened, out) = (opened.clone(), out.clone());
        async move {
            out.send(()).await.map_err(Error::wrap)?;
            opened.wait_for(|opened| *opened).await.map_err(Error::wrap)?;
            Ok::<_, Error>(turn.wait(LONG))
        }
    };
    let hear = async |mut turn: Turn<Db, Script>, reply: String| {
        note(&mut turn, &format!("heard {reply}")).await.map_err(told)?;
        Ok::<_, Error>(turn)
    };
    let orders = Saga::new("plan", pool).step(Step::new("ask", ask).on_reply(hear));
    let orders = orders.poll(Duration::from_millis(10)).build().unwrap();
    orders.start("soon", &Script::default()).await.unwrap();
    let first = orders.spawn();
    begun.recv().await.unwrap();
    assert!(orders.reply("plan/soon/ask", &"at once").await.unwrap());
    let opening = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        gate.send_replace(true);
    };
    tokio::join!(first.shutdown(PATIENCE), opening).0.unwrap();
    assert!(orders.get("soon").await.unwrap().unwrap().is_waiting);
    let next = orders.spawn();
    until(&orders, "soon", |state| state.phase == Phase::Completed).await;
    assert_eq!(journal(pool, "soon").await, ["heard at once"]);
    next.shutdown(PATIENCE).await.unwrap();
}

/// Where a worker is told which database it is; without it there is none.
const WORKER: &str = "TOPIKA_SAGA_WORKER";

/// What a killed worker works on: three steps that call somebody outside (which is noted at once) and then write their own. Every third goes back.
fn long_saga(pool: &Pool) -> Sagas<Db, u32> {
    let call = async |turn: &Turn<Db, u32>, pool: &Pool| {
        let call = sqlx::query("INSERT INTO journal (id, what) VALUES ('outside', $1)").bind(turn.key());
        call.execute(pool).await.map(drop).map_err(Error::wrap)
    };
    let saga = Saga::new("long", pool).poll(Duration::from_millis(20)).lease(Duration::from_secs(2)).workers(4);
    ["one", "two", "three"]
        .into_iter()
        .fold(saga, |saga, name| {
            let (outside, undone) = (pool.clone(), pool.clone());
            let own = async |turn: &mut Turn<Db, u32>| {
                let (id, what) = (turn.id().to_owned(), turn.key());
                let row = sqlx::query("INSERT INTO journal (id, what) VALUES ($1, $2)").bind(id).bind(what);
                row.execute(turn.tx().await?).await.map(drop).map_err(Error::wrap)
            };
            let act = move |mut turn: Turn<Db, u32>| {
                let pool = outside.clone();
                async move {
                    call(&turn, &pool).await?;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    own(&mut turn).await?;
                    if turn.data.is_multiple_of(3) && turn.step() == "three" {
                        return Err(Error::new(ErrorKind::Other, "no courier"));
                    }
                    Ok(turn.done())
                }
            };
            let undo = move |mut turn: Turn<Db, u32>| {
                let pool = undone.clone();
                async move {
                    call(&turn, &pool).await?;
                    own(&mut turn).await?;
                    Ok::<_, Error>(turn)
                }
            };
            // A database that is busy for a moment ends no saga.
            let retry = || Retry::in_place(1000).waits(Duration::from_millis(10), Duration::from_millis(200));
            saga.step(Step::new(name, act).undo(undo).retry(retry()).undo_retry(retry()))
        })
        .build()
        .unwrap()
}

/// The process that is killed: this test binary, told so by its environment.
#[tokio::test]
async fn a_worker() {
    let Ok(place) = std::env::var(WORKER) else { return };
    let _running = long_saga(&open(&place).await).spawn();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn each_step_is_noted_once_while_the_processes_that_do_it_are_killed() {
    let Some(held) = database("each_step_is_noted_once").await else { return };
    let pool = open(&held.place()).await;
    ready(&pool).await;
    let sagas = long_saga(&pool);
    let test = if module_path!().contains("sqlite") { "sagas::sqlite" } else { "sagas::postgres" };
    let test: &'static str = format!("{test}::cases::a_worker").leak();
    let mut workers: Vec<Worker> = (0..2).map(|_| Worker::start(test, WORKER, held.place())).collect();
    let rounds = rounds(2);
    let count = async |what: &'static str| sqlx::query_scalar::<_, i64>(what).fetch_one(&pool).await.unwrap();
    const OWN: &str = "SELECT count(*) FROM journal WHERE id <> 'outside'";
    let mut started = 0;
    for round in 0..rounds {
        let before = count(OWN).await;
        for _ in 0..20 {
            assert!(sagas.start(format!("saga {started}"), &started).await.unwrap());
            started += 1;
        }
        let end = Instant::now() + PATIENCE * 2;
        while count(OWN).await < before + 15 {
            assert!(Instant::now() < end, "nothing is done");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        workers[round % 2].kill();
    }
    let end = Instant::now() + PATIENCE * 2;
    while count("SELECT count(*) FROM topika_sagas WHERE phase IN ('forward', 'backward')").await > 0 {
        assert!(Instant::now() < end && sagas.stuck(1).await.unwrap().is_empty(), "{:?}", sagas.stuck(1).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for number in 0..started {
        let id = format!("saga {number}");
        let key = |step: &str| format!("long/{id}/{step}");
        let expected = match number % 3 {
            0 => ["one", "two", "three/undo", "two/undo", "one/undo"].map(key).to_vec(),
            _ => ["one", "two", "three"].map(key).to_vec(),
        };
        assert_eq!(journal(&pool, &id).await, expected);
    }
    // Whoever is called outside is called at least once for each, and knows a repetition by its key.
    let calls = journal(&pool, "outside").await;
    let keys: std::collections::BTreeSet<&String> = calls.iter().collect();
    let steps: usize = (0..started).map(|number| if number % 3 == 0 { 6 } else { 3 }).sum();
    assert_eq!(keys.len(), steps);
    println!("{started} sagas, {rounds} kills: {} calls of {steps} were repeated", calls.len() - steps);
}
