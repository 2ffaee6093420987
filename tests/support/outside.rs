//! Outside parts: where a machine lacks one, the test passes and says what it skipped; under `TOPIKA_REQUIRE=all` it fails.

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `.ci/outside` puts what it fetches.
pub(crate) fn dir() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The tests of a crate of the workspace stand one folder below.
    let root = here.parent().filter(|above| above.join("topika.lock").is_file()).unwrap_or(here);
    env::var_os("TOPIKA_OUTSIDE").map_or_else(|| root.join("target/outside"), PathBuf::from)
}

/// A Python that has fastavro, confluent-kafka and kafka-python, or `None` after saying that `test` is skipped.
pub(crate) fn python(test: &str) -> Option<PathBuf> {
    let imports =
        "import fastavro, kafka, confluent_kafka.schema_registry.avro, confluent_kafka.schema_registry.json_schema";
    let found = [dir().join("venv/bin/python"), PathBuf::from("python3")]
        .into_iter()
        .find(|python| Command::new(python).args(["-c", imports]).output().is_ok_and(|output| output.status.success()));
    found.or_else(|| skip(test, "Python with fastavro, confluent-kafka and kafka-python", "python"))
}

/// The folder that `.ci/outside npm` installs the npm clients into, or `None` after saying that `test` is skipped.
pub(crate) fn npm(test: &str) -> Option<PathBuf> {
    let folder = dir().join("npm");
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    if node && folder.join("complete").is_file() { Some(folder) } else { skip(test, "Node or the npm clients", "npm") }
}

/// The variable that says `oldest` where the oldest Apache Kafka that is promised is meant, in place of the newest.
const KAFKA: &str = "TOPIKA_KAFKA";

/// The folder of Apache Kafka's jars, where Java is there too, or `None` after saying that `test` is skipped.
pub(crate) fn kafka_jars(test: &str) -> Option<PathBuf> {
    let asked = env::var(KAFKA);
    assert!(asked.as_deref().unwrap_or("oldest") == "oldest", "{KAFKA} is `oldest` or not there, and not {asked:?}");
    let jars = dir().join(if asked.is_ok() { "kafka-oldest" } else { "kafka" });
    let java = Command::new("java").arg("-version").output().is_ok_and(|output| output.status.success());
    let there = jars.read_dir().is_ok_and(|mut dir| {
        dir.any(|entry| entry.is_ok_and(|e| e.file_name().to_string_lossy().starts_with("kafka_2.13-")))
    });
    if java && there { Some(jars) } else { skip(test, "Apache Kafka (its jars and Java 17)", "kafka") }
}

/// The program of `tests/conformance/go` as `.ci/outside go` has built it, or `None` after saying that `test` is skipped.
pub(crate) fn go(test: &str) -> Option<PathBuf> {
    let (folder, source) = (dir().join("go"), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/go"));
    let same = |file: &str| {
        std::fs::read(folder.join(file)).is_ok_and(|built| std::fs::read(source.join(file)).is_ok_and(|of| of == built))
    };
    let worker = folder.join("worker");
    if worker.is_file() && same("worker.go") && same("go.sum") {
        Some(worker)
    } else {
        skip(test, "what is built of tests/conformance/go", "go")
    }
}

/// Says that `test` is skipped for want of `part`, where the test runner does not hide it.
///
/// # Panics
/// Under `TOPIKA_REQUIRE=all`, where a missing part is a failure.
pub(crate) fn skip<T>(test: &str, part: &str, fetch: &str) -> Option<T> {
    let say = format!("SKIPPED {test}: this machine lacks {part}; `.ci/outside {fetch}` fetches it");
    assert!(env::var("TOPIKA_REQUIRE").as_deref() != Ok("all"), "{say}");
    // Not eprintln!: the runner captures that and shows it for failing tests alone.
    writeln!(std::io::stderr(), "{say}").ok();
    None
}
