//! A change, told to a registry.

use serde_json::Value;
use topika_registry::client::{Client, Error};

use super::asked::own;
use super::compare::Change;
use super::keys::{LEVEL, Row, changes, row, update};

/// Tells a registry; answers the names of what it did not keep.
pub(crate) async fn set(client: &Client, change: &Change) -> Result<Vec<&'static str>, Error> {
    let subject = change.subject.as_deref();
    client.set_config(subject, &update(&change.to)).await?;
    // What a registry answers may be the request: what it kept is what it says when it is asked.
    let mut kept: Row = row(&own(client, subject).await?);
    if change.to.contains_key(LEVEL) {
        kept.insert(LEVEL, Value::from(client.level(subject).await?.as_str()));
    }
    Ok(changes(&change.to, &kept).into_keys().collect())
}
