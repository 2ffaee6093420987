//! `cargo topika pull` from registries that others change meanwhile, and into folders that others have saved their way.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::{PULL, Project, Run};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use topika_registry::api::NewSchema;
use topika_registry::client::Client;
use topika_registry::server::Server;

const ID: &str = r#"{"name":"id","type":"string"}"#;
const NOTE: &str = r#"{"name":"note","type":"string","default":""}"#;
const IMPORT: &[&str] = &["pull", "--import"];

fn record(name: &str, fields: &[&str]) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type":"record","name":"{name}","fields":[{}]}}"#, fields.join(",")))
}

/// A project without a schema, and the registry of its one environment.
async fn project(rows: &str) -> (Project, Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", &format!("[env.test]\nregistry = \"{}\"\n{rows}", server.url()));
    (project, server, client)
}

async fn register(client: &Client, subject: &str, schema: NewSchema) {
    client.register(subject, &schema).await.unwrap();
}

fn told(run: &Run, said: &str) {
    assert!(run.err.contains(said) || run.out.contains(said), "{said}\n{}{}", run.out, run.err);
}

/// Every file of a project but for its manifest, with its text.
fn files(project: &Project) -> Vec<(String, String)> {
    let mut open = vec![project.path().to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap())),
            }
        }
    }
    files.sort();
    files
}

/// Sends bytes as they are, since no client sends such a path.
async fn post(server: &Server, path: &str, schema: &str) {
    let body = serde_json::json!({ "schema": schema }).to_string();
    let address = server.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_that_no_url_can_name_is_left_out_and_the_rest_is_pulled() {
    let (project, server, client) = project("").await;
    let text = r#"{"type":"record","name":"Odd","fields":[]}"#;
    post(&server, "/subjects/./versions", text).await;
    post(&server, "/subjects/%2E%2E/versions", text).await;
    let odd = NewSchema::avro(r#"{"type":"record","name":"a.Uses","fields":[{"name":"odd","type":"Odd"}]}"#);
    register(&client, "uses-value", odd.reference("Odd", "..", 1)).await;
    register(&client, "fine-value", record("fine.Fine", &[ID])).await;
    register(&client, "a/../b", record("a.B", &[ID])).await;

    let run = project.clean(PULL);
    told(&run, "note: \".\" was left out: no URL can name such a subject");
    told(&run, "note: \"..\" was left out: no URL can name such a subject");
    told(
        &run,
        "version 1 of uses-value in registry:test is left alone: it refers to version 1 of .., which is left alone",
    );
    told(&run, "event    fine-value  fine/fine.avsc  on fine\n");
    told(&run, "carried  a/../b\n");
    assert!(!project.read("topika.lock").contains("uses-value"));
    project.clean(&["check"]);
    let before = files(&project);
    project.clean(PULL);
    assert_eq!(files(&project), before);

    // The same of an import: what is read is frozen.
    let (_project, other, client) = self::project("").await;
    post(&other, "/subjects/./versions", text).await;
    let odd = NewSchema::avro(r#"{"type":"record","name":"b.Uses","fields":[{"name":"odd","type":"Odd"}]}"#);
    register(&client, "there-value", odd.reference("Odd", ".", 1)).await;
    register(&client, "good-value", record("good.Good", &[ID])).await;
    let manifest = project.read("topika.toml")
        + &format!(
            "\n[env.other]\nregistry = \"{}\"\n\n[import.all]\nenv = \"other\"\nsubjects = [\"*\"]\n",
            other.url()
        );
    project.write("topika.toml", &manifest);
    let run = project.clean(IMPORT);
    told(&run, "note: \".\" was left out: no URL can name such a subject");
    told(&run, "note: version 1 of there-value was left out: it refers to version 1 of ., which cannot be read");
    told(&run, "import    good-value  version 1");
    assert!(!project.read("topika.lock").contains("there-value"));
    project.clean(&["check"]);
    let run = project.run(&["plan", "--env", "other"]);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    told(&run, "import    there-value of [import.all] is new there");
}

/// Stands before a registry, and takes away a subject once it has been listed; where it listens.
async fn takes_away(server: &Server, subject: &'static str) -> String {
    let registry = server.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let client = Client::builder().url(server.url()).build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (registry, client) = (registry.clone(), client.clone());
            tokio::spawn(async move {
                // One request a connection; none of a pull has a body.
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { return };
                    head.push(byte);
                }
                let head = String::from_utf8(head).unwrap().replacen("\r\n", "\r\nconnection: close\r\n", 1);
                let mut there = TcpStream::connect(&registry).await.unwrap();
                there.write_all(head.as_bytes()).await.unwrap();
                let mut answer = Vec::new();
                there.read_to_end(&mut answer).await.unwrap();
                if head.starts_with("GET /subjects ") || head.starts_with("GET /subjects?") {
                    let _ = client.delete_subject(subject, false).await;
                }
                stream.write_all(&answer).await.unwrap();
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_that_is_deleted_while_it_is_read_is_said_to_be_gone_and_the_rest_is_pulled() {
    for (args, rows) in [(PULL, ""), (IMPORT, "\n[import.all]\nenv = \"test\"\nsubjects = [\"*\"]\n")] {
        let (project, server, client) = project(rows).await;
        register(&client, "gone-value", record("gone.Gone", &[ID])).await;
        register(&client, "fine-value", record("fine.Fine", &[ID])).await;
        let url = takes_away(&server, "gone-value").await;
        project.write("topika.toml", &project.read("topika.toml").replace(&server.url(), &url));
        let run = project.clean(args);
        told(&run, "note: \"gone-value\" was left out: it went away in registry:test meanwhile");
        assert!(project.read("topika.lock").contains("name = \"fine-value\""));
        assert!(!project.read("topika.lock").contains("gone-value"));
    }
}

/// The bytes of the line ends of a text: whether all of them are those of Windows.
fn is_of_windows(text: &str) -> bool {
    text.matches('\n').count() == text.matches("\r\n").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_there_keep_their_line_ends_and_their_byte_order_mark() {
    let (project, _server, client) =
        project("# ours\n\n[topic.shop]\nevents = [\n  \"shop.opened\",\n  \"shop.closed\",\n]\n").await;
    let manifest = project.read("topika.toml").replace('\n', "\r\n");
    project.write("topika.toml", &format!("\u{feff}{manifest}"));
    register(&client, "shop-shop.Opened", record("shop.Opened", &[ID])).await;
    register(&client, "shop-shop.Closed", record("shop.Closed", &[ID])).await;
    register(&client, "other-value", record("crm.Other", &[ID])).await;
    project.clean(PULL);
    let after = project.read("topika.toml");
    assert!(after.starts_with("\u{feff}") && is_of_windows(&after), "{after:?}");
    assert!(after.contains("[topic.other]\r\n"), "{after:?}");
    let places: Vec<_> = manifest.lines().map(|line| after.find(line)).collect();
    assert!(places.iter().all(Option::is_some), "{after:?}");

    // As a checkout on Windows has them.
    for path in ["topika.lock", "schemas/.history/ids.test.toml", "schemas/shop/opened.avsc"] {
        project.write(path, &project.read(path).replace('\n', "\r\n"));
    }
    let before = files(&project);
    project.clean(PULL);
    assert_eq!(files(&project), before, "a second pull changes nothing");
    register(&client, "shop-shop.Opened", record("shop.Opened", &[ID, NOTE])).await;
    project.clean(PULL);
    for path in ["topika.lock", "schemas/.history/ids.test.toml", "schemas/shop/opened.avsc"] {
        let text = project.read(path);
        assert!(is_of_windows(&text), "{path} {text:?}");
    }
    assert!(project.read("schemas/shop/opened.avsc").contains("note"));
    project.clean(&["check"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_left_confuses_nobody_and_is_swept_by_the_next() {
    let import = "\n[import.others]\nenv = \"test\"\nsubjects = [\"other-*\"]\n";
    let (project, _server, client) = project(import).await;
    register(&client, "fine-value", record("crm.Fine", &[ID])).await;
    register(&client, "other-value", record("crm.Other", &[ID])).await;
    project.clean(PULL);
    project.clean(IMPORT);
    let left = [
        ".topika.toml.4711.tmp",
        ".topika.lock.4711.tmp",
        "schemas/crm/.fine.avsc.4711.tmp",
        "schemas/.history/.ids.test.toml.4711.tmp",
        "schemas/.history/fine-value/.2.avsc.4711.tmp",
        "schemas/.imports/other-value/.1.avsc.4711.tmp",
    ];
    let is_there = |path: &&&str| project.path().join(path).exists();
    let runs: [&[&str]; 4] = [PULL, IMPORT, &["push", "--env", "test"], &["lock"]];
    for args in runs {
        for path in left {
            project.write(path, "half");
        }
        project.clean(&["check"]);
        assert_eq!(project.clean(&["plan", "--env", "test"]).code, 0);
        project.clean(&[PULL, &["--dry-run"]].concat());
        assert_eq!(left.iter().filter(is_there).count(), left.len(), "whoever only looks deletes nothing");
        if args == ["lock"] {
            project.write("schemas/crm/more.avsc", r#"{"type":"record","name":"crm.More","fields":[]}"#);
        }
        project.clean(args);
        let still: Vec<_> = left.iter().filter(is_there).collect();
        assert!(still.is_empty(), "{args:?}: {still:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_was_killed_before_the_lock_is_done_again() {
    for (args, rows) in [(PULL, ""), (IMPORT, "\n[import.all]\nenv = \"test\"\nsubjects = [\"*\"]\n")] {
        let (project, _server, client) = project(rows).await;
        register(&client, "fine-value", record("crm.Fine", &[ID])).await;
        project.clean(args);
        let (lock, before) = (project.read("topika.lock"), files(&project));
        for part in [0, 1, 2] {
            let schema = NewSchema {
                metadata: Some(serde_json::json!({"properties": {"part": part.to_string()}})),
                ..record("crm.Fine", &[ID, NOTE])
            };
            register(&client, "fine-value", schema).await;
        }
        project.clean(args);
        let after = files(&project);
        assert_ne!(after, before);
        // Everything is there but the lock; then, but for it and the ids; then, the lock without the ids.
        let ids = "schemas/.history/ids.test.toml";
        let old = |path: &str| before.iter().find(|(one, _)| one.ends_with(path)).unwrap().1.clone();
        for undone in [vec!["topika.lock"], vec!["topika.lock", ids], vec![ids]] {
            for path in &undone {
                project.write(path, &old(path));
            }
            project.clean(args);
            assert_eq!(files(&project), after, "{undone:?}");
        }
        assert_ne!(project.read("topika.lock"), lock);
        project.clean(args);
        assert_eq!(files(&project), after);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_and_rules_of_an_import_are_frozen_told_and_served_and_never_pushed() {
    let (project, _server, client) = project("\n[import.all]\nenv = \"test\"\nsubjects = [\"their-*\"]\n").await;
    let with = |owner: &str, fields: &[&str]| NewSchema {
        metadata: Some(serde_json::json!({"properties": {"owner": owner}})),
        ..record("crm.Their", fields)
    };
    register(&client, "their-value", with("shop", &[ID])).await;
    register(&client, "their-value", with("crm", &[ID, NOTE])).await;
    let run = project.clean(IMPORT);
    project.write("schemas/crm/own.avsc", r#"{"type":"record","name":"crm.Own","fields":[]}"#);
    project.clean(&["lock"]);
    told(&run, "metadata  their-value  version 1  metadata.properties.owner: none -> \"shop\"\n");
    told(&run, "metadata  their-value  version 2  metadata.properties.owner: \"shop\" -> \"crm\"\n");
    let file = "schemas/.imports/their-value/2.contract.json";
    let text = project.read(file);
    assert!(text.contains("\"owner\": \"crm\""), "{text}");
    assert!(project.read("topika.lock").contains("\ncontract = \""));
    project.clean(&["check"]);
    let before = files(&project);
    assert_eq!(project.clean(IMPORT).out, "Nothing new: 1 subject of others are frozen\n");
    project.clean(&["push", "--env", "test"]);
    project.clean(PULL);
    assert_eq!(client.versions("their-value").await.unwrap(), [1, 2]);
    let without = |files: Vec<(String, String)>| -> Vec<_> {
        files.into_iter().filter(|(path, _)| !path.contains("ids.")).collect()
    };
    assert_eq!(without(files(&project)), without(before));

    // What a registry made anew says of it is taken over, and told.
    client.delete_version("their-value", 2, false).await.unwrap();
    client.delete_version("their-value", 2, true).await.unwrap();
    let ids = "schemas/.history/ids.test.toml";
    std::fs::remove_file(project.path().join(ids)).unwrap();
    project.clean(IMPORT);
    assert!(project.read("topika.lock").contains("number = 2"), "what is frozen stays");

    // Nobody edits it.
    project.write(file, &text.replace("crm", "me"));
    let run = project.run(&["check"]);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    told(&run, "error[lock/edited]");
    told(&run, "changes belong into the repository that owns it");
    project.write(file, &text);

    // What was frozen before there was a place for it is completed.
    let lock = project.read("topika.lock");
    let bare: Vec<&str> = lock.lines().filter(|line| !line.starts_with("contract = ")).collect();
    project.write("topika.lock", &(bare.join("\n") + "\n"));
    for number in [1, 2] {
        std::fs::remove_file(project.path().join(format!("schemas/.imports/their-value/{number}.contract.json")))
            .unwrap();
    }
    let run = project.clean(IMPORT);
    told(&run, "metadata  their-value  version 1  metadata.properties.owner: none -> \"shop\"\n");
    told(&run, "No new text; metadata or rules of 1 version frozen");
    project.clean(&["check"]);

    // What no row asks for goes with it.
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &manifest.replace("their-*", "own*"));
    register(&client, "own2-value", record("crm.Own2", &[])).await;
    project.clean(IMPORT);
    assert!(!project.path().join("schemas/.imports/their-value").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_whose_names_differ_in_capital_letters_or_in_unicode_have_folders_of_their_own() {
    let (project, _server, client) = project("\n[import.all]\nenv = \"test\"\nsubjects = [\"*\"]\n").await;
    for (at, name) in
        ["orders-value", "Orders-value", "con", "a/1.avsc", "a", "caf\u{e9}", "cafe\u{301}"].iter().enumerate()
    {
        register(&client, name, record(&format!("crm.R{at}"), &[ID])).await;
    }
    project.clean(IMPORT);
    project.clean(&["check"]);
    let folder = project.path().join("schemas/.imports");
    let paths: Vec<String> = files(&project).into_iter().map(|(path, _)| path).collect();
    let mut small: Vec<String> = paths
        .iter()
        .filter(|path| path.starts_with(&folder.display().to_string()))
        .map(|path| path.to_lowercase())
        .collect();
    assert_eq!(small.len(), 7, "{small:?}");
    small.sort();
    small.dedup();
    assert_eq!(small.len(), 7, "{small:?}");
    assert!(!folder.join("con").exists() && folder.join("Orders-value").exists());
    let before = files(&project);
    project.clean(IMPORT);
    assert_eq!(files(&project), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_contract_that_went_is_taken_away_where_it_is_frozen_and_kept_where_it_is_not() {
    let (project, server, client) = project("").await;
    let with = |metadata: serde_json::Value| NewSchema { metadata: Some(metadata), ..record("crm.Fine", &[ID]) };
    register(&client, "fine-value", with(serde_json::json!({"properties": {"owner": "crm"}}))).await;
    project.clean(PULL);
    let file = "schemas/crm/fine.contract.json";
    let (text, before) = (project.read(file), files(&project));

    register(&client, "fine-value", with(serde_json::json!({}))).await;
    let run = project.clean(&[PULL, &["--dry-run"]].concat());
    told(&run, "remove   schemas/crm/fine.contract.json  the newest version has no metadata");
    assert_eq!(files(&project), before);
    let run = project.clean(PULL);
    told(&run, "remove   schemas/crm/fine.contract.json  the newest version has no metadata");
    assert!(!project.path().join(file).exists());
    assert_eq!(project.read("topika.lock").matches("\ncontract = ").count(), 1, "that of version 1");
    for args in [&["check"][..], &["lock", "--check"], &["plan", "--env", "test"]] {
        project.clean(args);
    }
    let after = files(&project);
    project.clean(PULL);
    assert_eq!(files(&project), after);

    // An empty registry gets the same of it.
    let other = Server::start("127.0.0.1:0").await.unwrap();
    let there = Client::builder().url(other.url()).build().unwrap();
    project
        .write("topika.toml", &format!("{}\n[env.new]\nregistry = \"{}\"\n", project.read("topika.toml"), other.url()));
    project.clean(&["push", "--env", "new", "--import-ids", "test"]);
    for number in [1, 2] {
        let (here, there) =
            (client.version("fine-value", number).await.unwrap(), there.version("fine-value", number).await.unwrap());
        assert_eq!((here.id, &here.guid), (there.id, &there.guid));
    }

    // What somebody works on stays.
    let (project, client) = (Project::new(), client);
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", &format!("[env.test]\nregistry = \"{}\"\n", server.url()));
    client.delete_version("fine-value", 2, false).await.unwrap();
    project.clean(PULL);
    project.write(file, &text.replace("crm", "me"));
    register(
        &client,
        "fine-value",
        NewSchema { metadata: Some(serde_json::json!({})), ..record("crm.Fine", &[ID, NOTE]) },
    )
    .await;
    let run = project.clean(PULL);
    told(&run, "note: schemas/crm/fine.contract.json has changes that are not locked, and stays as it is");
    assert!(project.read(file).contains("\"me\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_advice_about_other_ids_names_the_lines_that_go_and_no_others() {
    let import = "\n[import.others]\nenv = \"other\"\nsubjects = [\"their-*\"]\n";
    let (project, server, client) = project(import).await;
    register(&client, "a-value", record("crm.A", &[ID])).await;
    register(&client, "own-value", record("crm.Own", &[ID])).await;
    register(&client, "z-value", record("crm.Z", &[ID])).await;
    let env = format!("\n[env.other]\nregistry = \"{}\"\n", server.url());
    register(&client, "their-value", record("crm.Their", &[ID])).await;
    project.write(
        "topika.toml",
        &(project.read("topika.toml") + &env).replace("[env.other]", "[env.here]").replace("\"other\"", "\"test\""),
    );
    project.clean(IMPORT);
    project.clean(PULL);

    // A registry made anew, where only one of them has another id.
    let anew = Server::start("127.0.0.1:0").await.unwrap();
    let there = Client::builder().url(anew.url()).build().unwrap();
    for (subject, name) in
        [("a-value", "crm.A"), ("z-value", "crm.Z"), ("own-value", "crm.Own"), ("their-value", "crm.Their")]
    {
        register(&there, subject, record(name, &[ID])).await;
    }
    project.write("topika.toml", &project.read("topika.toml").replace(&server.url(), &anew.url()));
    let ids = "schemas/.history/ids.test.toml";
    let text = project.read(ids);
    let run = project.run(PULL);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let first = 1 + text.lines().position(|line| line == "name = \"own-value\"").unwrap();
    let advice = format!("delete the 2 rows of own-value and others from {ids} (lines {}-", first - 1);
    told(&run, &advice);
    assert_eq!(project.read(ids), text);
    // Done as it says, the others are kept.
    let lines = run.err.split("(lines ").nth(1).unwrap().split(')').next().unwrap();
    let gone: Vec<std::ops::RangeInclusive<usize>> = lines
        .split(", ")
        .map(|range| range.split_once('-').unwrap())
        .map(|(first, last)| first.parse().unwrap()..=last.parse().unwrap())
        .collect();
    let kept = text.lines().enumerate().filter(|(at, _)| !gone.iter().any(|lines| lines.contains(&(at + 1))));
    project.write(ids, &(kept.map(|(_, line)| line).collect::<Vec<_>>().join("\n") + "\n"));
    assert!(project.read(ids).contains("their-value") && project.read(ids).contains("a-value"));
    project.clean(PULL);
    assert!(project.read(ids).contains("their-value"));
    project.clean(PULL);
    project.clean(IMPORT);
}
