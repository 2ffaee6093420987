//! What handlers publish by returning it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use topika::app::Publish;
use topika::event::Keyed;
use topika::handler::State;
use topika::types::Bytes;
use topika::{App, ErrorKind, Provision, Retry};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes, read, reader};

type Tries = Arc<AtomicU32>;

/// Says nothing to odd numbers, and fails at first to answer the fourth.
async fn echo(State(tries): State<Tries>, said: Said) -> Result<Option<Publish<Echoes>>, String> {
    let number = said.number;
    if number == 4 && tries.fetch_add(1, Ordering::Relaxed) == 0 {
        return Err("not yet".to_owned());
    }
    let echoed = || Echoed { number };
    let answer = Publish::nothing().and_keyed(Bytes(vec![1]), echoed()).header("of", number.to_string());
    Ok((number % 2 == 0).then(|| answer.and_keyed(Bytes(vec![1]), echoed()).key(Bytes(vec![2]))))
}

pub(crate) async fn what_a_handler_returns_is_published_before_its_message_is_acknowledged(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let sayings = client.producer::<Sayings>().await.unwrap();
    let key = Bytes(vec![3]);
    for number in 0..6 {
        sayings.send(&Keyed { key: &key, event: &Said { number } }).await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
    let tries = Tries::default();
    let app = App::new(cluster.name("echo"))
        .with_state(Arc::clone(&tries))
        .retry(Retry::in_place(1))
        .topic(Sayings::router().said(echo))
        .spawn(client.clone());
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let mut numbers: Vec<_> = read(&mut answers, 6).await.into_iter().map(|Echoes::Echoed(e)| e.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 0, 2, 2, 4, 4]);
    assert_eq!(tries.load(Ordering::Relaxed), 2);
    answers.close(PATIENCE).await.unwrap();
    app.shutdown().await.unwrap();
}

pub(crate) async fn an_app_whose_handlers_publish_on_a_topic_that_is_not_there_does_not_start(cluster: &Cluster) {
    let client = client(cluster).provision(Provision::Verify).build().unwrap();
    let app = App::new(cluster.name("echo"))
        .with_state(Tries::default())
        .topic(Sayings::router().said(echo))
        .spawn(client.clone());
    let error = app.ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownTopic, "{error}");
    assert!(error.message().contains(&cluster.name("echoed")), "{error}");
}
