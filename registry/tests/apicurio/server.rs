//! Apicurio's registry on loopback: one for all tests of a program, gone when the program is.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const JAR: &str = "apicurio-registry-app-3.0.9-runner.jar";
/// A start takes 5 s, and several times that on a machine with other work.
const PATIENCE: Duration = Duration::from_secs(180);
/// Java ends with the program that started it, however that ends: the pipe to the shell is closed then.
const SHELL: &str = "exec 2>&1 3<&0
    java \"$@\" &
    java=$!
    { cat <&3 >/dev/null; kill $java; } &
    exec 3<&-
    wait $java";

struct Apicurio {
    url: String,
    // Its standard input is what keeps it running.
    _shell: Child,
}

/// The address for clients of Confluent's registry, or `None` after saying that `test` is skipped.
pub(crate) fn url(test: &str) -> Option<&'static str> {
    static STARTED: OnceLock<Result<Apicurio, String>> = OnceLock::new();
    let folder = folder(test)?;
    match STARTED.get_or_init(|| start(&folder)) {
        Ok(apicurio) => Some(&apicurio.url),
        Err(why) => panic!("{why}"),
    }
}

/// The folder that `.ci/outside apicurio` unpacks it into.
fn folder(test: &str) -> Option<PathBuf> {
    // The root of the workspace is that of this package, or the folder around it.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = if here.join("Cargo.lock").is_file() { here.to_path_buf() } else { here.join("..") };
    let outside = std::env::var_os("TOPIKA_OUTSIDE").map_or_else(|| root.join("target/outside"), PathBuf::from);
    let folder = outside.join("apicurio");
    let java = Command::new("java").arg("-version").output().is_ok_and(|output| output.status.success());
    if java && folder.join("complete").is_file() {
        return Some(folder);
    }
    let say =
        format!("SKIPPED {test}: this machine lacks Java 17 or Apicurio's registry; `.ci/outside apicurio` fetches it");
    assert!(std::env::var("TOPIKA_REQUIRE").as_deref() != Ok("all"), "{say}");
    // Not eprintln!: the runner captures that and shows it for failing tests alone.
    writeln!(std::io::stderr(), "{say}").ok();
    None
}

fn start(folder: &Path) -> Result<Apicurio, String> {
    let mut shell = Command::new("sh")
        .args(["-c", SHELL, "sh", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
        .args(["-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=0"])
        .args(["-Dquarkus.management.host=127.0.0.1", "-Dquarkus.management.port=0"])
        // It is this logger that says where it listens.
        .arg("-Dquarkus.log.category.\"io.quarkus\".level=INFO")
        .arg("-jar")
        .arg(folder.join(JAR))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("no shell to start Apicurio with: {error}"))?;
    let lines = BufReader::new(shell.stdout.take().expect("it is piped")).lines();
    let (said, hears) = channel();
    // It reads to the end, so that nothing that is said later fills the pipe.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(said.send(line))));
    let base = listens(&hears)?;
    Ok(Apicurio { url: format!("{base}/apis/ccompat/v7"), _shell: shell })
}

/// Waits until it says where it listens.
fn listens(hears: &Receiver<String>) -> Result<String, String> {
    let deadline = Instant::now() + PATIENCE;
    let mut log: Vec<String> = Vec::new();
    loop {
        let end = |why: &str, log: &[String]| {
            let last = log.get(log.len().saturating_sub(30)..).unwrap_or_default().join("\n");
            Err(format!("Apicurio did not start: {why}. The end of its log:\n{last}"))
        };
        match hears.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if let Some((_, base)) = line.split_once("Listening on: ") {
                    return Ok(base.trim().to_owned());
                }
                log.push(line);
            }
            Err(RecvTimeoutError::Disconnected) => return end("it ended", &log),
            Err(RecvTimeoutError::Timeout) => return end(&format!("nothing for {} s", PATIENCE.as_secs()), &log),
        }
    }
}
