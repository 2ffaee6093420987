//! PostgreSQL on loopback: a server of its own, gone with the value.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};

use crate::support::{outside, ports};

/// A running PostgreSQL; dropping it kills it and removes its folder.
pub(crate) struct PostgreSql {
    child: Child,
    bin: PathBuf,
    dir: tempfile::TempDir,
    port: u16,
}

impl PostgreSql {
    /// Starts a server and waits until it takes connections, or says that `test` is skipped.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let Some(bin) = bin() else { return outside::skip(test, "PostgreSQL's server", "postgresql") };
        let dir = tempfile::tempdir().unwrap();
        // It refuses to work for root.
        if let Some((user, group)) = other_user() {
            std::os::unix::fs::chown(dir.path(), Some(user), Some(group)).unwrap();
        }
        let made = command(&bin, "initdb")
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "-D"])
            .arg(dir.path().join("data"))
            .current_dir(dir.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        let port = ports::free_port();
        let server = Self { child: spawn(&bin, dir.path(), port), bin, dir, port };
        server.wait_until_up().await;
        Some(server)
    }

    /// Kills it as a lost machine would end, and starts it again where it was.
    pub(crate) async fn kill_and_restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        // Its processes go when they see that their parent is gone; until then their memory is in the way of the next.
        loop {
            self.child = spawn(&self.bin, self.dir.path(), self.port);
            tokio::time::sleep(Duration::from_millis(300)).await;
            if self.child.try_wait().unwrap().is_none() {
                break;
            }
            assert!(Instant::now() < deadline, "PostgreSQL does not start again:\n{}", self.log());
        }
        self.wait_until_up().await;
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How a database of it is reached.
    pub(crate) fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(self.port).username("postgres").database(database)
    }

    /// A new database.
    pub(crate) async fn database(&self, name: &str) -> PgPool {
        let mut connection = PgConnection::connect_with(&self.options("postgres")).await.unwrap();
        let create = format!("CREATE DATABASE \"{name}\"");
        sqlx::query(sqlx::AssertSqlSafe(create)).execute(&mut connection).await.unwrap();
        self.pool(name)
    }

    pub(crate) fn pool(&self, name: &str) -> PgPool {
        PgPoolOptions::new().max_connections(8).connect_lazy_with(self.options(name))
    }

    async fn wait_until_up(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while let Err(error) = PgConnection::connect_with(&self.options("postgres")).await {
            assert!(Instant::now() < deadline, "PostgreSQL does not start: {error}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for PostgreSql {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        // The others of its processes may still be at their last.
        for _ in 0..20 {
            if fs::remove_dir_all(self.dir.path()).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn spawn(bin: &Path, dir: &Path, port: u16) -> Child {
    let log = fs::File::options().create(true).append(true).open(dir.join("log")).unwrap();
    command(bin, "postgres")
        .arg("-D")
        .arg(dir.join("data"))
        .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200"])
        // What a killed process has written, the system keeps.
        .args(["-c", "fsync=off", "-p"])
        .arg(port.to_string())
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Where the server's programs are: Debian has them in no folder of the path.
fn bin() -> Option<PathBuf> {
    let path = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>();
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut debian: Vec<PathBuf> = debian.map(|version| version.join("bin")).collect();
    debian.sort_by_key(|bin| bin.parent().and_then(|v| v.file_name()?.to_str()?.parse::<u32>().ok()));
    path.into_iter()
        .chain(debian.into_iter().rev())
        .find(|dir| dir.join("postgres").exists() && dir.join("initdb").exists())
}

/// Whom it works for, where we are root.
fn other_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()?.trim().parse::<u32>().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"].iter().find_map(|user| Some((id(&["-u", user])?, id(&["-g", user])?)))
}

fn command(bin: &Path, program: &str) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(bin.join(program));
    if let Some((user, group)) = other_user() {
        command.gid(group).uid(user);
    }
    command.env_remove("PGDATA").env("LC_ALL", "C");
    command
}
