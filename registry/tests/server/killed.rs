//! Real processes, killed while they write: what they acknowledged is there.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use topika_registry::api::{ErrorCode, NewSchema};
use topika_registry::client::Client;

/// Set for the process that serves: the directory that it serves from.
const SERVE: &str = "TOPIKA_TEST_SERVE";

/// No test of its own: what the killed processes run.
#[tokio::test]
async fn serves_until_it_is_killed() {
    let Ok(dir) = std::env::var(SERVE) else { return };
    let store = topika_registry::server::StoreHandle::open(dir).unwrap();
    let server = topika_registry::server::Server::start_with("127.0.0.1:0", store).await.unwrap();
    println!("serving {}", server.url());
    std::future::pending::<()>().await;
}

fn serve(dir: &Path) -> (Child, String) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["killed::serves_until_it_is_killed", "--exact", "--nocapture"])
        .env(SERVE, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let url = lines.find_map(|line| line.unwrap().split_once("serving ").map(|(_, url)| url.to_owned())).unwrap();
    (process, url)
}

fn schema(writer: usize, number: u32) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type":"fixed","name":"w{writer}.F{number}","size":{number}}}"#))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let dir = std::env::temp_dir().join(format!("topika-registry-{}-killed", std::process::id()));
    drop(std::fs::remove_dir_all(&dir));
    // What each writer was told: how many of its subjects there are, and their ids.
    let mut acknowledged: BTreeMap<String, u32> = BTreeMap::new();
    let mut begun = [0_u32; 4];
    for round in 1..=5_usize {
        let (mut process, url) = serve(&dir);
        let client = || Client::builder().url(&url).build().unwrap();
        let check = client();
        for (subject, id) in &acknowledged {
            let found = check.latest(subject).await.unwrap_or_else(|error| panic!("round {round}: {subject}: {error}"));
            assert_eq!(found.id, *id, "round {round}: {subject}");
        }
        let writers: Vec<_> = begun
            .iter()
            .enumerate()
            .map(|(writer, from)| {
                let (client, from) = (client(), *from);
                tokio::spawn(async move {
                    let mut told = Vec::new();
                    let mut number = from;
                    loop {
                        number += 1;
                        let subject = format!("w{writer}-{number}");
                        match client.register(&subject, &schema(writer, number)).await {
                            Ok(registered) => told.push((subject, registered.id)),
                            Err(_) => return (number, told),
                        }
                    }
                })
            })
            .collect();
        // Let them get somewhere: a round ends by what was written, not by time.
        let enough = 30 * round;
        while check.subjects().await.unwrap().len() < acknowledged.len() + enough {
            tokio::task::yield_now().await;
        }
        process.kill().unwrap();
        process.wait().unwrap();
        for (writer, task) in writers.into_iter().enumerate() {
            let (last, told) = task.await.unwrap();
            begun[writer] = last;
            acknowledged.extend(told);
        }
    }
    let (mut process, url) = serve(&dir);
    let client = Client::builder().url(&url).build().unwrap();
    for (subject, id) in &acknowledged {
        assert_eq!(client.latest(subject).await.unwrap().id, *id, "{subject}");
    }
    // Ids are given once: none of the acknowledged ones is given again.
    let next = client.register("next", &schema(9, 1)).await.unwrap().id;
    assert!(acknowledged.values().all(|id| *id < next));
    assert_eq!(client.latest("nobody").await.unwrap_err().code(), Some(ErrorCode::SubjectNotFound));
    assert!(acknowledged.len() >= 300, "{}", acknowledged.len());
    process.kill().unwrap();
    process.wait().unwrap();
    drop(std::fs::remove_dir_all(&dir));
}

/// Whoever comes second changes nothing, and is told of what the first one wrote.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_where_all_writers_register_the_same() {
    let dir = std::env::temp_dir().join(format!("topika-registry-{}-same", std::process::id()));
    for round in 0..6_usize {
        drop(std::fs::remove_dir_all(&dir));
        let (mut process, url) = serve(&dir);
        let enough = 20 + 15 * round;
        let (told, mut tellings) = tokio::sync::mpsc::unbounded_channel();
        for _ in 0..6 {
            let (client, told) = (Client::builder().url(&url).build().unwrap(), told.clone());
            tokio::spawn(async move {
                for number in 1.. {
                    let Ok(registered) = client.register(&format!("s{number}"), &schema(0, number)).await else {
                        return;
                    };
                    let Ok(()) = told.send((number, registered.id)) else { return };
                }
            });
        }
        drop(told);
        let mut acknowledged = BTreeMap::new();
        while acknowledged.len() < enough {
            acknowledged.extend(tellings.recv().await);
        }
        process.kill().unwrap();
        process.wait().unwrap();
        while let Some((number, id)) = tellings.recv().await {
            acknowledged.insert(number, id);
        }
        let (mut process, url) = serve(&dir);
        let client = Client::builder().url(&url).build().unwrap();
        for (number, id) in &acknowledged {
            let found = client.latest(&format!("s{number}")).await;
            assert_eq!(found.ok().map(|found| found.id), Some(*id), "round {round}: s{number}");
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }
    drop(std::fs::remove_dir_all(&dir));
}
