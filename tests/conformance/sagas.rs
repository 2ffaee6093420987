//! What sagas promise, on both databases; and with a service that answers over Kafka, whichever broker it is.

use std::time::Duration;

use sqlx::{Sqlite, SqlitePool};
use topika::app::Publish;
use topika::envelope::Envelope;
use topika::event::Keyed;
use topika::handler::{Key, State};
use topika::outbox::Outbox;
use topika::saga::{Next, Phase, Saga, Sagas, Step, Turn, migrate};
use topika::serde::{Deserialize, Serialize};
use topika::types::Bytes;
use topika::{App, Error};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::databases;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes};

pub(crate) mod sqlite;

pub(crate) mod postgres;

/// A saga that says something, and waits for the echo.
#[derive(Serialize, Deserialize)]
#[serde(crate = "topika::serde")]
struct Talk {
    number: i32,
    echoed: Option<i32>,
}

type Db = Sqlite;

/// The other service: echoes what is said, but for unlucky numbers.
async fn echo(Key(key): Key<Bytes>, said: Said) -> Result<Option<Publish<Echoes>>, String> {
    Ok((said.number != 13).then(|| Publish::nothing().and_keyed(key, Echoed { number: said.number * 2 })))
}

async fn bring(State(talks): State<Sagas<Db, Talk>>, envelope: Envelope, echoed: Echoed) -> Result<(), Error> {
    let Some(key) = envelope.correlation_id() else { return Ok(()) };
    talks.reply(key, &echoed.number).await.map(drop)
}

pub(crate) async fn a_saga_asks_others_through_an_outbox_and_goes_on_with_their_reply(cluster: &Cluster) {
    let dir = tempfile::tempdir().unwrap();
    let pool: SqlitePool = databases::sqlite(&dir).await;
    migrate(&pool).await.unwrap();
    let client = client(cluster).build().unwrap();
    let outbox = Outbox::new(&pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    client.producer::<Echoes>().await.unwrap().close(PATIENCE).await.unwrap();
    let commands = outbox.clone();
    let say = move |mut turn: Turn<Db, Talk>| {
        let outbox = commands.clone();
        async move {
            let (key, said) = (Bytes(vec![7]), Said { number: turn.data.number });
            outbox.publish::<Sayings>(turn.tx().await?, &Keyed { key: &key, event: &said }).await?;
            let patience = if turn.data.number == 13 { Duration::from_millis(300) } else { PATIENCE };
            Ok::<_, Error>(turn.wait(patience))
        }
    };
    let hear = async |mut turn: Turn<Db, Talk>, echoed: i32| {
        turn.data.echoed = Some(echoed);
        Ok::<_, Error>(turn)
    };
    let end = async |turn: Turn<Db, Talk>| -> Result<Next<Db, Talk>, Error> { Ok(turn.done()) };
    let talks = Saga::new("talk", &pool)
        .step(Step::new("say", say).on_reply(hear))
        .step(Step::new("end", end))
        .poll(Duration::from_millis(20))
        .build()
        .unwrap();
    let relay = Outbox::relay(&pool, &client).spawn();
    let others = App::new(cluster.name("others")).topic(Sayings::router().said(echo)).spawn(client.clone());
    let ours = App::new(cluster.name("ours")).with_state(talks.clone()).topic(Echoes::router().echoed(bring));
    let ours = ours.spawn(client.clone());
    let running = talks.spawn();
    for number in [3, 4, 13] {
        assert!(talks.start(format!("talk/{number}"), &Talk { number, echoed: None }).await.unwrap());
    }
    for (number, phase) in [(3, Phase::Completed), (4, Phase::Completed), (13, Phase::Compensated)] {
        let id = format!("talk/{number}");
        let until = tokio::time::Instant::now() + PATIENCE;
        let state = loop {
            let state = talks.get(&id).await.unwrap().unwrap();
            if state.phase.is_final() {
                break state;
            }
            assert!(tokio::time::Instant::now() < until, "{state:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert_eq!(state.phase, phase, "{state:?}");
        let talk: Talk = serde_json::from_str(&state.data).unwrap();
        assert_eq!(talk.echoed, (number != 13).then_some(number * 2));
        let reason = (number == 13).then_some("step \"say\": no reply to \"talk/talk/13/say\" came in time (no-reply)");
        assert_eq!(state.reason.as_deref(), reason);
    }
    running.shutdown(PATIENCE).await.unwrap();
    others.shutdown().await.unwrap();
    ours.shutdown().await.unwrap();
    relay.shutdown(PATIENCE).await.unwrap();
}
