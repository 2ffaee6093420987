//! The schema of an event in the registry: looked up, or registered with everything that it refers to.

use std::fmt::Write as _;

use hmac_sha256::Hash;
use topika_registry::api::{NewSchema, Reference};
use topika_registry::client::{Client, ErrorKind};

use super::error::{SerdeError, SerdeErrorKind};
use super::known::{Known, own, references};
use crate::schema::Descriptor;

/// What must be known to find an event's id.
pub(super) struct Wanted<'a> {
    pub(super) client: &'a Client,
    pub(super) auto_register: bool,
    pub(super) topic_name: &'a str,
    pub(super) event: &'static Descriptor,
}

impl Wanted<'_> {
    /// The id of the event's schema under that subject. References come first: their versions are part of what is asked for.
    pub(super) async fn id(&self, subject: String) -> Result<u32, SerdeError> {
        let mut found: Vec<Reference> = Vec::new();
        for reference in references(self.event) {
            let (_, version) = self.one(&reference, &found).await?;
            let version = i32::try_from(version).unwrap_or(i32::MAX);
            found.push(Reference { name: reference.name.to_owned(), subject: reference.subject, version });
        }
        self.one(&own(self.event, subject), &found).await.map(|(id, _)| id)
    }

    /// Id and version of one text.
    async fn one(&self, known: &Known, found: &[Reference]) -> Result<(u32, u32), SerdeError> {
        let request = known.request(self.event.format, found);
        match self.client.lookup(&known.subject, &request).await {
            Ok(version) => Ok((version.id, version.version)),
            Err(error) if error.kind() == ErrorKind::NotFound && self.auto_register => {
                self.register(known, &request).await
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Err(self.missing(known)),
            Err(error) => Err(SerdeError::registry(&self.doing("looking up", known), &error)),
        }
    }

    async fn register(&self, known: &Known, request: &NewSchema) -> Result<(u32, u32), SerdeError> {
        let failed = |error| SerdeError::registry(&self.doing("registering", known), &error);
        let registered = self.client.register(&known.subject, request).await.map_err(failed)?;
        match registered.version {
            Some(version) => Ok((registered.id, version)),
            // Registries before 8.0 say the id alone.
            None => {
                let version = self.client.lookup(&known.subject, request).await.map_err(failed)?;
                Ok((registered.id, version.version))
            }
        }
    }

    fn missing(&self, known: &Known) -> SerdeError {
        let message = format!(
            "cannot produce on \"{}\": the registry has no version of subject \"{}\" that equals {} (sha256 {})",
            self.topic_name,
            known.subject,
            self.place(known),
            short_sha256(known.text)
        );
        let help = "register it there, or allow registration with `auto_register(true)`".to_owned();
        SerdeError::new(SerdeErrorKind::NotRegistered, message, Some(help))
    }

    fn doing(&self, what: &str, known: &Known) -> String {
        format!(
            "cannot produce on \"{}\": {what} {} under subject \"{}\"",
            self.topic_name,
            self.place(known),
            known.subject
        )
    }

    /// The file of the event, or the reference that it brings along.
    fn place(&self, known: &Known) -> String {
        let file =
            self.event.file.map_or_else(|| format!("the schema of `{}`", self.event.rust), |file| file.path.to_owned());
        if known.name == self.event.record { file } else { format!("\"{}\", to which {file} refers", known.name) }
    }
}

/// The first bytes of the hash, as people compare them by eye.
fn short_sha256(text: &str) -> String {
    let mut short = String::new();
    for byte in Hash::hash(text.as_bytes()).iter().take(4) {
        // Writing to a String does not fail.
        let _ = write!(short, "{byte:02x}");
    }
    short.push('…');
    short
}
