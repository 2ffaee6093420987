//! `topika.toml`: what is read, and what is refused with its line.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::compat::{Level, Policy};
use topika_contract::manifest::{Manifest, Setting};
use topika_contract::report::Report;
use topika_contract::rules::Severity;
use topika_contract::text::Source;

fn parse(text: &str) -> (Manifest, Report) {
    let mut report = Report::default();
    let manifest = Manifest::parse(&Source::new("topika.toml", text), &mut report);
    (manifest, report)
}

/// The rule, the place and the message of the one finding, and its help.
fn refused(text: &str) -> (String, String) {
    let (_, report) = parse(text);
    let [one] = report.findings() else { panic!("{text}: {report:#?}") };
    (format!("{} {} {}", one.rule.id, one.at.as_ref().unwrap(), one.message), one.help.clone().unwrap_or_default())
}

#[test]
fn every_key_is_read() {
    let (manifest, report) = parse(
        r#"
[project]
schemas = "./contract/schemas/"
topic = "prod-{domain}-{event}"
level = "FULL"
policy = "lenient"
module = "crate::contract::events"

[topic."orders.events"]
events = ["orders.order-placed"]
key = ["customer_id", "region"]
partitions = 12
retention = "7d"
framing = "none"
mixed = true
level = "FORWARD_TRANSITIVE"
producers = ["checkout"]
consumers = ["kitchen", "billing"]

[event."orders.order-placed"]
rust = "crate::OrderPlaced"
versions = [1, 2]

[domain.orders]
owner = "team-orders"

[rules]
"avro/type-changed" = "warn"
"#,
    );
    assert!(report.findings().is_empty(), "{report:#?}");
    assert_eq!((manifest.schemas.as_str(), manifest.topic.as_str()), ("contract/schemas", "prod-{domain}-{event}"));
    assert_eq!(manifest.module.as_ref().unwrap().value, "crate::contract::events");
    let row = manifest.topic_row("orders.events").unwrap();
    assert_eq!(manifest.level_of(Some(row)), (Level::ForwardTransitive, "topika.toml:16".to_owned()));
    assert_eq!(manifest.policy(), Policy::Lenient);
    assert_eq!(manifest.level_of(None), (Level::Full, "topika.toml:5".to_owned()));
    assert_eq!((row.key.len(), row.consumers.len(), row.producers.len()), (2, 2, 1));
    assert_eq!(row.settings.partitions.as_ref().unwrap().value, 12);
    assert_eq!(row.settings.retention.as_ref().unwrap().value.millis(), 604_800_000);
    assert_eq!((row.plain.as_ref().unwrap().value, row.mixed.as_ref().unwrap().value), (true, true));
    let event = manifest.event_row("orders.order-placed").unwrap();
    assert_eq!(event.rust.as_ref().unwrap().value, "crate::OrderPlaced");
    assert_eq!(event.versions.iter().map(|version| version.value).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(manifest.domains[0].owner.as_ref().unwrap().value, "team-orders");
    let rule = topika_contract::rules::by_id("avro/type-changed").unwrap();
    assert_eq!(manifest.severity_of(rule), Severity::Warn);
}

#[test]
fn nothing_said_is_the_default() {
    let (manifest, report) = parse("");
    assert!(report.findings().is_empty());
    assert_eq!(manifest.level_of(None), (Level::BackwardTransitive, "default".to_owned()));
    assert_eq!((manifest.schemas.as_str(), manifest.topic.as_str()), ("schemas", "{domain}.{event}"));
}

#[test]
fn an_unknown_key_of_any_table_is_refused_with_its_place() {
    for (text, said, help) in [
        (
            "[projct]\n",
            "manifest/unknown-key topika.toml:1:2 unknown key `projct` in topika.toml",
            "did you mean `project`?",
        ),
        (
            "[project]\nlevl = \"FULL\"",
            "manifest/unknown-key topika.toml:2:1 unknown key `levl` in [project]",
            "did you mean `level`?",
        ),
        (
            "[topic.a]\nevent = []",
            "manifest/unknown-key topika.toml:2:1 unknown key `event` in [topic.a]",
            "did you mean `events`?",
        ),
        (
            "[topic.\"a.b\"]\nx = 1",
            "manifest/unknown-key topika.toml:2:1 unknown key `x` in [topic.\"a.b\"]",
            "[topic.\"a.b\"] knows `events`, `key`, `key_type`, `compact`, `framing`, `mixed`, `partitions`, `replication`, `min_insync_replicas`, `retention`, `retention_bytes`, `configs`, `dead_letters`, `level`, `producers` and `consumers`",
        ),
        (
            "[event.a]\nversion = 1",
            "manifest/unknown-key topika.toml:2:1 unknown key `version` in [event.a]",
            "did you mean `versions`?",
        ),
        (
            "[domain.a]\nlead = \"b\"",
            "manifest/unknown-key topika.toml:2:1 unknown key `lead` in [domain.a]",
            "[domain.a] knows `owner`",
        ),
        (
            "[rules]\n\"avro/type-change\" = \"warn\"",
            "manifest/unknown-key topika.toml:2:1 unknown rule `avro/type-change` in [rules]",
            "did you mean \"avro/type-changed\"?",
        ),
        (
            "[rules]\nzzz = \"warn\"",
            "manifest/unknown-key topika.toml:2:1 unknown rule `zzz` in [rules]",
            "run `cargo topika rules` for all of them",
        ),
    ] {
        assert_eq!(refused(text), (said.to_owned(), help.to_owned()), "{text}");
    }
}

#[test]
fn a_table_that_does_not_exist_is_refused() {
    for text in ["[envs.prod]\nregistry = \"x\"", "[imports.a]\nenv = \"prod\""] {
        assert!(refused(text).0.starts_with("manifest/unknown-key topika.toml:1:"), "{text}");
    }
}

#[test]
fn a_value_of_another_form_is_refused_with_what_is_wanted() {
    for (text, part) in [
        ("project = 1", "`project` wants a table, and is 1"),
        ("[topic]\na = \"b\"", "`a` wants a table, and is \"b\""),
        ("[project]\nschemas = \"../x\"", "`schemas` wants a folder below the project, and is \"../x\""),
        ("[project]\nschemas = \"/etc\"", "`schemas` wants a folder"),
        ("[project]\ntopic = \"{name}\"", "`topic` wants a pattern of `{domain}` and `{event}`"),
        ("[project]\nlevel = \"full\"", "`level` is no level: \"full\""),
        ("[project]\npolicy = \"loose\"", "`policy` wants \"strict\" or \"lenient\", and is \"loose\""),
        ("[project]\nmodule = \"a-b\"", "`module` wants a Rust path"),
        ("[topic.a]\nevents = \"x\"", "`events` wants a list of strings, and is \"x\""),
        ("[topic.a]\nevents = [1]", "`events` wants a list of strings, and is 1"),
        ("[topic.a]\nkey = true", "`key` wants a string or a list of strings, and is true"),
        ("[topic.a]\nkey = \"\"", "`key` wants a string, and is \"\""),
        ("[topic.a]\npartitions = 0", "`partitions` wants a whole number from 1 on, and is 0"),
        ("[topic.a]\npartitions = 99999999999", "`partitions` wants a whole number"),
        (
            "[topic.a]\nretention = \"7 days\"",
            "`retention` wants a time such as \"7d\", \"12h\" or \"30m\", or \"forever\", and is \"7 days\"",
        ),
        ("[topic.a]\nframing = \"plain\"", "`framing` wants \"registry\" or \"none\", and is \"plain\""),
        ("[topic.a]\nmixed = \"yes\"", "`mixed` wants true or false, and is \"yes\""),
        ("[event.a]\nversions = 1", "`versions` wants a list of whole numbers from 1 on, and is 1"),
        (
            "[rules]\n\"text/syntax\" = \"error\"",
            "`text/syntax` wants \"allow\", \"warn\" or \"deny\", and is \"error\"",
        ),
        ("[domain.a]\nowner = 1", "`owner` wants a string, and is 1"),
    ] {
        let (said, help) = refused(text);
        assert!(said.starts_with("manifest/value") && said.contains(part), "{text}: {said}");
        assert!(!help.is_empty(), "{text}: the next step is said");
    }
    assert!(
        refused("[topic.\"a b\"]\nevents = [\"x\"]")
            .0
            .contains("topic/name topika.toml:1:8 the topic name \"a b\" holds ` `")
    );
    assert!(refused("[topic.a]\nevents = []").0.contains("the topic `a` carries no event"));
}

#[test]
fn a_severity_of_another_tool_is_refused_with_the_word_that_was_meant() {
    let all = "\"deny\" fails the check, \"warn\" only says it, \"allow\" says nothing";
    for (word, help) in [
        ("\"error\"", format!("did you mean \"deny\"? {all}")),
        ("\"Warning\"", format!("did you mean \"warn\"? {all}")),
        ("\"off\"", format!("did you mean \"allow\"? {all}")),
        ("2", all.to_owned()),
    ] {
        assert_eq!(refused(&format!("[rules]\n\"avro/type-changed\" = {word}")).1, help, "{word}");
    }
}

#[test]
fn a_level_that_is_misspelt_is_told_with_the_one_that_was_meant() {
    for (level, help) in [
        ("full", "did you mean \"FULL\"?"),
        ("FORWARDS", "did you mean \"FORWARD\"?"),
        ("backward-transitive", "did you mean \"BACKWARD_TRANSITIVE\"?"),
        ("x", "write one of NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE"),
    ] {
        assert_eq!(refused(&format!("[topic.a]\nlevel = \"{level}\"")).1, help, "{level}");
    }
}

#[test]
fn what_guards_the_lock_cannot_be_lowered_and_keeps_its_weight() {
    for id in ["lock/edited", "lock/text-missing", "history/edited", "history/removed", "history/version-gap"] {
        for word in ["allow", "warn"] {
            let text = format!("[rules]\n\"{id}\" = \"{word}\"");
            let (said, help) = refused(&text);
            let column = id.len() + 6;
            assert_eq!(
                said,
                format!("manifest/value topika.toml:2:{column} `{id}` cannot be lowered: it guards what was locked")
            );
            assert_eq!(help, "take the line out of topika.toml");
            let rule = topika_contract::rules::by_id(id).unwrap();
            assert_eq!(parse(&text).0.severity_of(rule), Severity::Deny);
        }
        assert!(parse(&format!("[rules]\n\"{id}\" = \"deny\"")).1.findings().is_empty());
    }
    assert!(parse("[rules]\n\"history/subject-removed\" = \"allow\"").1.findings().is_empty());
}

#[test]
fn what_can_be_understood_of_broken_toml_is_kept() {
    let (manifest, report) = parse("[project]\nlevel = \"FULL\"\n[topic.a\n");
    assert_eq!(report.findings()[0].rule.id, "manifest/syntax");
    assert!(report.findings()[0].help.is_some(), "the next step is said");
    assert_eq!(report.findings()[0].at.as_ref().unwrap().position().line, 3);
    assert_eq!(manifest.level_of(None).0, Level::Full);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_manifest_or_the_lock_panic(text in "([\\[\\]\"={}.,#a-z0-9 \n]|topic|event|rules|lock-version|subject|version)*") {
        let source = Source::new("topika.toml", text.as_str());
        let mut report = Report::default();
        let _ = Manifest::parse(&source, &mut report);
        let lock = topika_contract::lock::Lock::parse(&source, &mut report);
        proptest::prop_assert!(lock.source.is_some());
    }
}

#[test]
fn a_waiver_is_read_with_its_parts() {
    let (manifest, report) = parse(
        "[[waive]]\nrule = \"avro/field-removed\"\nsubject = \"orders-value\"\nat = \"#/fields/coupon\"\nfrom = 3\nreason = \"never written\"\n\
         [[waive]]\nrule = \"topic/key-changed\"\nsubject = \"orders\"\nwas = \"customer_id\"\nreason = \"the topic is empty\"\n",
    );
    assert!(report.findings().is_empty(), "{report:#?}");
    let [one, topic] = manifest.waivers.as_slice() else { panic!("{manifest:#?}") };
    assert_eq!((one.rule.value.id, one.subject.value.as_str()), ("avro/field-removed", "orders-value"));
    assert_eq!(one.pointer.as_ref().unwrap().value, "/fields/coupon");
    assert_eq!((one.from.as_ref().unwrap().value, one.reason.value.as_str()), (3, "never written"));
    assert!(topic.from.is_none(), "a topic has no versions");
    assert_eq!(topic.was.as_ref().unwrap().value, "customer_id");
}

#[test]
fn a_waiver_that_says_too_little_or_nonsense_is_refused_with_its_line() {
    let row = |line: &str| {
        let lines = ["rule = \"avro/field-removed\"", "subject = \"s\"", "from = 0", "reason = \"r\""];
        let key = line.split('=').next().unwrap().trim();
        let kept: Vec<&str> = lines.into_iter().filter(|known| !known.starts_with(key)).collect();
        format!("[[waive]]\n{}\n{line}\n", kept.join("\n"))
    };
    for (text, expected) in [
        (
            row("rule = \"avro/feild-removed\""),
            "manifest/unknown-key topika.toml:5:8 unknown rule `avro/feild-removed` in [[waive]]",
        ),
        (
            row("rule = \"lock/edited\""),
            "manifest/value topika.toml:5:8 `lock/edited` cannot be waived: it guards what was locked",
        ),
        (row("from = -1"), "manifest/value topika.toml:5:8 `from` wants a whole number from 0 on, and is -1"),
        (row("reason = \"  \""), "manifest/value topika.toml:5:10 `reason` wants a sentence, and is \"  \""),
        (
            row("at = \"fields\""),
            "manifest/value topika.toml:6:6 `at` wants a JSON pointer such as \"/fields/coupon\", and is \"fields\"",
        ),
        (row("until = 4"), "manifest/unknown-key topika.toml:6:1 unknown key `until` in [waive]"),
        (
            "waive = 3\n".to_owned(),
            "manifest/value topika.toml:1:9 `waive` wants rows that begin with [[waive]], and is something else",
        ),
        (
            "waive = [3]\n".to_owned(),
            "manifest/value topika.toml:1:10 `waive` wants rows that begin with [[waive]], and is something else",
        ),
    ] {
        assert_eq!(refused(&text).0, expected);
    }
    let (manifest, report) = parse("[[waive]]\n");
    let messages: Vec<&str> = report.findings().iter().map(|finding| finding.message.as_str()).collect();
    let without = |key: &str| format!("a waiver without `{key}`");
    assert_eq!(messages, ["rule", "subject", "reason", "from"].map(without));
    assert!(manifest.waivers.is_empty());
}

#[test]
fn an_environment_says_where_its_registry_is_and_never_a_password() {
    let (manifest, report) = parse(
        "[env.prod]\nregistry = \"https://registry.internal/sr\"\ntopic-prefix = \"prod.\"\nuser = \"ci\"\npassword = { env = \"SR_PASSWORD\" }\n[env.dev]\nuser = { env = \"SR_USER\" }\n",
    );
    assert!(report.findings().is_empty(), "{report:#?}");
    let prod = manifest.env_row("prod").unwrap();
    assert_eq!(prod.registry.as_ref().unwrap().value, "https://registry.internal/sr");
    assert_eq!(prod.topic_prefix.as_ref().unwrap().value, "prod.");
    assert_eq!(prod.user.as_ref().unwrap().value, Setting::Text("ci".to_owned()));
    assert_eq!(prod.password.as_ref().unwrap().value, Setting::Variable("SR_PASSWORD".to_owned()));
    assert_eq!(manifest.env_row("dev").unwrap().user.as_ref().unwrap().value, Setting::Variable("SR_USER".to_owned()));
    assert!(manifest.env_row("test").is_none());
    for (line, said) in [
        ("password = \"secret\"", "`password` wants `{ env = \"NAME\" }`, a variable that holds it"),
        ("password = { file = \"secret\" }", "unknown key `file` in [env.prod.password]"),
        ("registry = \"https://me:secret@registry\"", "`registry` wants a URL without credentials"),
        (
            "registry = \"https://registry?key=secret\"",
            "`registry` wants a URL without credentials and without a query",
        ),
        ("registry = \"registry:8081\"", "`registry` wants a URL"),
        ("topic-prefix = \"a b\"", "`topic-prefix` wants a text"),
        ("url = \"x\"", "unknown key `url` in [env.prod]"),
    ] {
        let (_, report) = parse(&format!("[env.prod]\n{line}\n"));
        let first = &report.findings()[0];
        assert!(first.message.contains(said), "{line}: {}", first.message);
        assert!(first.at.as_ref().unwrap().to_string().starts_with("topika.toml:2:"), "{line}");
        assert!(!report.findings().iter().any(|one| one.message.contains("secret")), "{report:#?}");
    }
}

#[test]
fn a_key_beside_the_event_and_compaction_are_read() {
    let text = "[topic.t]\nkey_type = \"uuid\"\ncompact = true\n[topic.u]\nkey_type = \"i64\"\ncompact = 1\n";
    let (manifest, report) = parse(text);
    let row = manifest.topic_row("t").unwrap();
    assert_eq!(row.key_type.as_ref().map(|ty| ty.value.to_string()).as_deref(), Some("uuid"));
    assert_eq!(row.compact.as_ref().map(|compact| compact.value), Some(true));
    let messages: Vec<&str> = report.findings().iter().map(|finding| finding.message.as_str()).collect();
    let wanted = "\"string\", \"int\", \"long\", \"boolean\", \"bytes\", \"uuid\" or a schema's name, such as \"orders.basket-key\"";
    assert_eq!(
        messages,
        [format!("`key_type` wants {wanted}, and is \"i64\"").as_str(), "`compact` wants true or false, and is 1"]
    );
}

#[test]
fn an_import_says_whose_subjects_it_takes_and_what_their_names_do_not_say() {
    let env = "[env.prod]\nregistry = \"https://registry.internal\"\n";
    let row = "[import.orders]\nenv = \"prod\"\nsubjects = [\"food-orders-*\"]\n";
    let topic = "[import.orders.topic.shops]\nsubjects = [\"shops.*\"]\nkey = \"name\"\ncompact = true\n";
    let (manifest, report) = parse(&format!("{env}{row}{topic}"));
    assert!(report.findings().is_empty(), "{report:#?}");
    let name = |subject| manifest.import_of("prod", subject).map(|row| row.name.value.as_str());
    assert_eq!([name("food-orders-value"), name("shops.Opened")], [Some("orders"); 2]);
    assert!(name("food-trucks-value").is_none() && manifest.import_of("dev", "food-orders-value").is_none());
    let import = manifest.imports.first().unwrap();
    assert!(import.has_record("shops.Opened") && !import.has_record("food-orders-value"));
    for (text, said) in [
        ("[import.a]\nenv = \"prod\"\n".to_owned(), "[import.a] says no `subjects`"),
        ("[import.a]\nenv = \"prod\"\nsubjects = []\n".to_owned(), "[import.a] says no `subjects`"),
        ("[import.a]\nsubjects = [\"x\"]\n".to_owned(), "[import.a] says no `env`"),
        (row.replace("prod", "prd"), "[import.orders] takes from [env.prd], which is not there"),
        (row.replace("subjects", "subject"), "unknown key `subject` in [import.orders]"),
        (format!("{row}[import.orders.topic.a]\nevents = []\n"), "unknown key `events` in [import.orders.topic.a]"),
        (format!("{row}[import.orders.topic.\"a b\"]\nkey = \"x\"\n"), "the topic name \"a b\""),
        (format!("{row}[import.orders.topic.a]\nkey_type = \"i64\"\n"), "`key_type` wants \"string\""),
    ] {
        let (_, report) = parse(&format!("{env}{text}"));
        let first = &report.findings()[0];
        assert!(first.message.contains(said) && first.help.is_some(), "{text}: {first:?}");
    }
}

#[test]
fn an_environment_says_who_asks_and_whom_both_sides_trust() {
    let text = "[env.prod]\nregistry = \"https://registry.internal\"\ncontext = \"staging\"\nca-file = \"certs/ca.pem\"\n\
                certificate-file = { env = \"CERT\" }\nkey-file = { env = \"KEY\" }\ntarget-cluster = \"lsrc-1\"\nidentity-pool = \"pool-1\"\n\
                oauth = { url = \"https://login/token\", client-id = \"orders\", client-secret = { env = \"SECRET\" }, scope = \"a b\" }\n";
    let (manifest, report) = parse(text);
    assert!(report.findings().is_empty(), "{report:#?}");
    let row = manifest.env_row("prod").unwrap();
    let oauth = row.oauth.as_ref().unwrap();
    assert_eq!(oauth.client_secret.value, Setting::Variable("SECRET".to_owned()));
    assert_eq!(
        (oauth.url.value.as_str(), oauth.scope.as_ref().unwrap().value.as_str()),
        ("https://login/token", "a b")
    );
    assert_eq!(row.ca_file.as_ref().unwrap().value, Setting::Text("certs/ca.pem".to_owned()));
    assert_eq!(row.key_file.as_ref().unwrap().value, Setting::Variable("KEY".to_owned()));
    for (lines, said) in [
        ("token = \"secret\"", "`token` wants `{ env = \"NAME\" }`, a variable that holds it"),
        (
            "oauth = { url = \"https://a\", client-id = \"b\", client-secret = \"secret\" }",
            "`client-secret` wants `{ env",
        ),
        ("oauth = { url = \"https://me:secret@a\" }", "`url` wants a URL without credentials"),
        ("oauth = { client-id = \"b\" }", "[env.prod.oauth] says no `url`"),
        ("oauth = \"https://a\"", "`oauth` wants a table"),
        ("user = \"a\"\ntoken = { env = \"T\" }", "[env.prod] says both `user` and `token`"),
        ("certificate-file = \"a\"", "[env.prod] says `certificate-file` and no `key-file`"),
        ("password = { env = \"P\" }", "[env.prod] says `password` and no `user`"),
        ("context = \"a:b\"", "`context` wants the name of a context"),
    ] {
        let (_, report) = parse(&format!("[env.prod]\n{lines}\n"));
        let first = &report.findings()[0];
        assert!(first.message.contains(said) && first.help.is_some(), "{lines}: {}", first.message);
        assert!(
            !report.findings().iter().any(|one| one.message.contains("secret@") || one.message.contains("\"secret\"")),
            "{report:#?}"
        );
    }
}
