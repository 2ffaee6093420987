//! The schema of an event in the registry: looked up, or registered with everything that it refers to.

use std::fmt::Write as _;
use std::sync::Arc;

use hmac_sha256::Hash;
use topika_registry::api::{Guid, NewSchema, Reference, Schema, SchemaType};
use topika_registry::client::{Client, ErrorKind};

use super::choice::{Chosen, SchemaChoice};
use super::contracts::with_any_contract;
use super::error::{SerdeError, SerdeErrorKind};
use super::framing::{Framing, SchemaKey};
use super::known::{Known, own, references};
use super::reader;
use crate::schema::{Descriptor, Format};

/// What must be known to find an event's id.
pub(super) struct Wanted<'a> {
    pub(super) client: &'a Client,
    pub(super) auto_register: bool,
    pub(super) choice: &'a SchemaChoice,
    pub(super) framing: Framing,
    pub(super) topic_name: &'a str,
    pub(super) event: &'static Descriptor,
}

/// What names a schema in messages.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) id: u32,
    /// The bytes that name it, in the frame that was chosen.
    pub(super) frame: Arc<[u8]>,
}

/// A schema that was found.
struct Found {
    id: u32,
    version: u32,
    guid: Option<String>,
}

impl Wanted<'_> {
    /// What names the event's schema under that subject.
    pub(super) async fn named(&self, subject: String) -> Result<Named, SerdeError> {
        let found = match self.choice.of(self.event.record) {
            Chosen::Own => self.own(subject).await?,
            Chosen::Latest => self.latest(&subject).await?,
            Chosen::Id(id) => self.given(id).await?,
        };
        let key = match (self.framing.by_guid(), &found.guid) {
            (false, _) => SchemaKey::Id(found.id),
            (true, Some(guid)) => SchemaKey::Guid(Guid::parse(guid).ok_or_else(|| self.no_guid(&found))?),
            (true, None) => SchemaKey::Guid(self.guid(&found).await?),
        };
        Ok(Named { id: found.id, frame: key.frame().into() })
    }

    /// The GUID of a schema, where the answer that found it did not say it.
    async fn guid(&self, found: &Found) -> Result<Guid, SerdeError> {
        let failed = |error| SerdeError::registry(&self.about(&format!("asking for schema {}", found.id)), &error);
        let schema = self.client.schema(found.id).await.map_err(failed)?;
        schema.guid.as_deref().and_then(Guid::parse).ok_or_else(|| self.no_guid(found))
    }

    /// The version of the subject that equals the event's own schema. References come first: their versions are part of what is asked for.
    async fn own(&self, subject: String) -> Result<Found, SerdeError> {
        let mut found: Vec<Reference> = Vec::new();
        for reference in references(self.event) {
            let version = self.one(&reference, &found).await?.version;
            let version = i32::try_from(version).unwrap_or(i32::MAX);
            found.push(Reference { name: reference.name.to_owned(), subject: reference.subject, version });
        }
        self.one(&own(self.event, subject), &found).await
    }

    /// The latest version of the subject, where messages of it are what the event writes.
    async fn latest(&self, subject: &str) -> Result<Found, SerdeError> {
        let doing = format!("asking for the latest version of subject \"{subject}\"");
        let latest = self.client.latest(subject).await;
        let latest = latest.map_err(|error| SerdeError::registry(&self.about(&doing), &error))?;
        let what = format!("version {} of subject \"{subject}\", the latest,", latest.version);
        let schema = self.client.schema(latest.id).await;
        let schema = schema.map_err(|error| SerdeError::registry(&self.about(&doing), &error))?;
        self.fits(&schema, &what).await?;
        Ok(Found { id: latest.id, version: latest.version, guid: latest.guid.clone() })
    }

    /// The schema of an id, where messages of it are what the event writes.
    async fn given(&self, id: u32) -> Result<Found, SerdeError> {
        let schema = self.client.schema(id).await;
        let schema =
            schema.map_err(|error| SerdeError::registry(&self.about(&format!("asking for schema {id}")), &error))?;
        self.fits(&schema, &format!("schema {id}")).await?;
        Ok(Found { id, version: 0, guid: schema.guid.clone() })
    }

    /// A type writes its own schema, byte for byte: another one may stand before its messages only where they are the same.
    async fn fits(&self, schema: &Schema, what: &str) -> Result<(), SerdeError> {
        let refused = |why: String| {
            let message = format!(
                "cannot produce on \"{}\": {what} is not what `{}` writes: {why}",
                self.topic_name, self.event.rust
            );
            let help = "build with the schema file of that version, or let the type's own schema be used".to_owned();
            SerdeError::new(SerdeErrorKind::OtherSchema, message, Some(help))
        };
        match (self.event.format, &schema.schema_type) {
            (Format::Avro, SchemaType::Avro) => {
                let references = self.client.referenced(&schema.references).await;
                let doing = self.about(&format!("asking for what {what} refers to"));
                let references = references.map_err(|error| SerdeError::registry(&doing, &error))?;
                match reader::record(self.event, schema, &references) {
                    Ok(None) => Ok(()),
                    Ok(Some(_)) => Err(refused("its fields or their types differ".to_owned())),
                    Err(why) => Err(refused(why)),
                }
            }
            // JSON is read by the names in it, whatever its schema says.
            (Format::Json, SchemaType::Json) => Ok(()),
            (format, found) => Err(refused(format!("it is {found}, and the event is {format:?}"))),
        }
    }

    /// One text.
    async fn one(&self, known: &Known, found: &[Reference]) -> Result<Found, SerdeError> {
        let request = known.request(self.event.format, found);
        let failed = |error| SerdeError::registry(&self.doing("looking up", known), &error);
        let found = match self.client.lookup(&known.subject, &request).await {
            Ok(version) => Some(version),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                with_any_contract(self.client, &known.subject, &request).await.map_err(failed)?
            }
            Err(error) => return Err(failed(error)),
        };
        match found {
            Some(version) => Ok(Found { id: version.id, version: version.version, guid: version.guid.clone() }),
            None if self.auto_register => self.register(known, &request).await,
            None => Err(self.missing(known)),
        }
    }

    async fn register(&self, known: &Known, request: &NewSchema) -> Result<Found, SerdeError> {
        let failed = |error| SerdeError::registry(&self.doing("registering", known), &error);
        let registered = self.client.register(&known.subject, request).await.map_err(failed)?;
        match registered.version {
            Some(version) => Ok(Found { id: registered.id, version, guid: registered.guid }),
            // Registries before 8.0 say the id alone.
            None => {
                let version = self.client.lookup(&known.subject, request).await.map_err(failed)?;
                Ok(Found { id: registered.id, version: version.version, guid: version.guid.clone() })
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
        let help =
            "run `cargo topika push --env ENV`, or allow registration with `Client::builder().auto_register(true)`"
                .to_owned();
        SerdeError::new(SerdeErrorKind::NotRegistered, message, Some(help))
    }

    fn no_guid(&self, found: &Found) -> SerdeError {
        let message =
            format!("cannot produce on \"{}\": the registry says no GUID of schema {}", self.topic_name, found.id);
        let help =
            "registries know GUIDs from Confluent 8.0 on; write ids: `Framing::Id` or `Framing::IdHeader`".to_owned();
        SerdeError::new(SerdeErrorKind::Registry, message, Some(help))
    }

    fn about(&self, what: &str) -> String {
        format!("cannot produce on \"{}\": {what}", self.topic_name)
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
