//! What a registry has of the imports beyond what is frozen.

use topika_contract::lock::Lock;
use topika_contract::manifest::{ImportRow, Manifest};
use topika_registry::api::SchemaType;
use topika_registry::client::{Client, Error};

use super::asked::selected;
use crate::asked::in_parallel;
use crate::unread::or_unread;

/// Something that is new there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    /// The import's name.
    pub(crate) import: String,
    /// The subject, without prefix.
    pub(crate) subject: String,
    /// The newest version there.
    pub(crate) version: u32,
    /// The newest frozen one; none of a subject that is new.
    pub(crate) frozen: Option<u32>,
}

/// Asks for news of the imports that name an environment.
pub(crate) async fn news(
    client: &Client,
    manifest: &Manifest,
    lock: &Lock,
    env: &str,
    prefix: &str,
) -> Result<Vec<News>, Error> {
    let rows: Vec<&ImportRow> =
        manifest.imports.iter().filter(|row| row.env.as_ref().is_some_and(|own| own.value == env)).collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut questions = Vec::new();
    for there in client.subjects().await? {
        let found = rows.iter().find_map(|row| Some((row, selected(row, &there, prefix)?.to_owned())));
        let Some((row, name)) = found else { continue };
        let frozen = lock.import(&name).and_then(|subject| subject.last()).map(|last| last.number);
        let (client, import) = (client.clone(), row.name.value.clone());
        questions.push(async move {
            // What cannot be read is told by who pulls it.
            let Ok(latest) = or_unread(&there, None, client.latest(&there).await)? else { return Ok(None) };
            let is_new = frozen.is_none_or(|frozen| latest.version > frozen);
            // No types are made of them, so nothing of them is ever frozen.
            let is_read = matches!(latest.schema_type, SchemaType::Avro | SchemaType::Json);
            let version = latest.version;
            Ok((is_new && is_read).then_some(News { import, subject: name, version, frozen }))
        });
    }
    Ok(in_parallel(questions).await?.into_iter().flatten().collect())
}

impl News {
    /// The word for it in what machines read.
    pub(crate) fn kind(&self) -> &'static str {
        if self.frozen.is_some() { "new-version" } else { "new-subject" }
    }

    /// What is new, in a sentence.
    pub(crate) fn message(&self) -> String {
        let Self { import, subject, version, frozen } = self;
        match frozen {
            Some(frozen) => {
                format!("{subject} of [import.{import}] is at version {version}, and frozen up to {frozen}")
            }
            None => format!("{subject} of [import.{import}] is new there, with version {version}"),
        }
    }

    /// The next step.
    pub(crate) fn help(&self) -> String {
        format!("run `cargo topika pull --import {}`", self.import)
    }
}
