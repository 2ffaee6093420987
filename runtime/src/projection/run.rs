//! Enters a version, waits for its turn, and has it worked on, session by session.

use tokio::sync::watch;

use super::change::Tables;
use super::database::{Claim, ProjectionDatabase};
use super::definition::Definition;
use super::running::{RunningProjection, Trouble};
use super::session::{Ended, Session};
use crate::client::Backoff;
use crate::envelope::new_id;
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::store::{failed, millis, now_ms};

pub(super) fn spawn<DB: ProjectionDatabase, T: Topic>(projection: Definition<DB, T>) -> RunningProjection {
    let (stop, stopped) = watch::channel(false);
    let trouble = Trouble::default();
    let task = tokio::spawn(run(projection, stopped, trouble.clone()));
    RunningProjection { stop, trouble, task }
}

/// Ends when it is told to, or another version has taken its place.
async fn run<DB: ProjectionDatabase, T: Topic>(
    projection: Definition<DB, T>,
    mut stop: watch::Receiver<bool>,
    trouble: Trouble,
) -> Result<(), Error> {
    let name = &projection.name;
    let version = i32::try_from(projection.version).ok().filter(|version| *version > 0).ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("{} is no version of the projection \"{name}\"", projection.version))
            .help("versions are counted from 1")
    })?;
    let owner = new_id();
    let mut backoff = Backoff::default();
    let mut has_entered = false;
    let mut held = None;
    while !*stop.borrow() {
        let worked = async {
            match enter(&projection, version).await? {
                Entered::Yes => has_entered = true,
                // While this one waited for its turn: it has ended as the one at work has.
                Entered::Late(_) if has_entered => return Ok(Ended::Retired),
                Entered::Late(why) => return Err(refused(name, version, &why)),
            }
            let now = now_ms();
            let until = now.saturating_add(millis(projection.lease));
            let Some(number) = DB::claim(&projection.pool, name, version, &owner, now, until).await? else {
                return Ok::<_, Error>(Ended::Lost);
            };
            held = Some(number);
            let claim = Claim { name, version, owner: &owner, number };
            let session = Session { projection: &projection, claim, trouble: &trouble, stop: stop.clone() };
            match session.work().await {
                Ok(Ended::Stopped) => {
                    DB::release(&projection.pool, &claim).await?;
                    Ok(Ended::Stopped)
                }
                // This is its end. A build that is told otherwise need not wait for the lease.
                Err(error) if error.kind() == ErrorKind::Config => {
                    DB::release(&projection.pool, &claim).await?;
                    Err(error)
                }
                ended => ended,
            }
        };
        let wait = match worked.await {
            Ok(Ended::Stopped) => return Ok(()),
            Ok(Ended::Retired) => {
                tracing::info!(projection = &**name, version, "a later version of the projection has taken its place");
                return Ok(());
            }
            Ok(Ended::Again) => {
                backoff = Backoff::default();
                continue;
            }
            // Another works on it: looked at again when that may have died.
            Ok(Ended::Lost) => projection.lease / 3,
            Err(error) if error.kind() == ErrorKind::Config => return Err(error),
            Err(error) => {
                trouble.met(name, &error);
                backoff.next()
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            // Where it was dropped, it is told so as well.
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
    // It was stopped while it stood still: whoever is next need not wait for the lease.
    if let Some(number) = held
        && let Err(error) = DB::release(&projection.pool, &Claim { name, version, owner: &owner, number }).await
    {
        tracing::warn!(%error, projection = &**name, "the projection is another's when the lease has run out");
    }
    Ok(())
}

/// Whether a version may be worked on.
enum Entered {
    Yes,
    /// Another has taken its place, as that says.
    Late(String),
}

/// Makes the row of the version, and its tables with it.
async fn enter<DB: ProjectionDatabase, T: Topic>(
    projection: &Definition<DB, T>,
    version: i32,
) -> Result<Entered, Error> {
    let Definition { name, pool, .. } = projection;
    let mut tx = DB::begin(pool).await?;
    let versions = DB::versions(&mut tx, name).await?;
    if let Some((_, state)) = versions.iter().find(|(of, _)| *of == version) {
        tx.rollback().await.map_err(failed("look for a projection"))?;
        return Ok(match state.as_str() {
            "retired" => Entered::Late("another version has taken its place".to_owned()),
            _ => Entered::Yes,
        });
    }
    // It may have been forgotten, too.
    if let Some((live, _)) = versions.iter().find(|(of, state)| state == "live" && *of > version) {
        return Ok(Entered::Late(format!("version {live} is live")));
    }
    if DB::add(&mut tx, name, version, now_ms()).await? {
        let sql = (projection.tables)(Tables { version });
        if !sql.is_empty() {
            DB::statements(&mut tx, sql, "make the tables of a projection").await?;
        }
    }
    tx.commit().await.map_err(failed("enter a version of a projection"))?;
    Ok(Entered::Yes)
}

fn refused(name: &str, version: i32, why: &str) -> Error {
    Error::new(ErrorKind::Config, format!("cannot work on version {version} of the projection \"{name}\": {why}"))
        .help("raise the version to go back to what it did: a later one reads the topic anew")
}
