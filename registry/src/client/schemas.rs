use std::collections::HashSet;
use std::sync::Arc;

use reqwest::Method;

use super::error::{Error, ErrorKind};
use super::handle::Client;
use super::request::Call;
use crate::api::{Compatibility, Guid, NewSchema, Reference, Registered, Schema, SubjectVersion};

/// More texts than this behind one schema are refused.
const MOST_TEXTS: usize = 1_000;

/// A text behind a reference.
#[derive(Clone, Debug)]
pub struct Referenced {
    /// The name by which it is referred to.
    pub name: String,
    /// The version that it is.
    pub version: Arc<SubjectVersion>,
}

impl Client {
    /// Registers a schema under a subject; an equal one gives its id again. Cached.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses; see [`Error::kind`].
    pub async fn register(&self, subject: &str, schema: &NewSchema) -> Result<Registered, Error> {
        let inner = self.inner();
        let key = (subject.to_owned(), schema.clone());
        let registered = inner
            .registered
            .get(key.clone(), inner.missing_ttl, async || {
                let call = Call::new(Method::POST, &["subjects", subject, "versions"])?;
                inner.transport.send::<Registered>(&call.flag("normalize", inner.normalize).json(schema)?).await
            })
            .await?;
        // What was "not there" a moment ago is there now.
        if inner.lookups.cache.get(&key).is_some_and(|known| known.is_err()) {
            inner.lookups.cache.remove(&key);
        }
        let id = registered.id.to_string();
        if inner.schemas.cache.get(&id).is_some_and(|known| known.is_err()) {
            inner.schemas.cache.remove(&id);
        }
        Ok(registered)
    }

    /// The version of a subject that equals a schema. Cached; that there is none, briefly.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no version equals it; else as [`Self::register`].
    pub async fn lookup(&self, subject: &str, schema: &NewSchema) -> Result<Arc<SubjectVersion>, Error> {
        let inner = self.inner();
        inner
            .lookups
            .get((subject.to_owned(), schema.clone()), inner.missing_ttl, async || {
                let call = Call::new(Method::POST, &["subjects", subject])?;
                inner.transport.send(&call.flag("normalize", inner.normalize).json(schema)?).await.map(Arc::new)
            })
            .await
    }

    /// A schema by its id. Cached; that there is none, briefly.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no schema has the id; else as [`Self::register`].
    pub async fn schema(&self, id: u32) -> Result<Arc<Schema>, Error> {
        self.fetch_schema("ids", id.to_string()).await
    }

    /// A schema by its GUID. Cached; that there is none, briefly.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no schema has the GUID; else as [`Self::register`].
    pub async fn schema_by_guid(&self, guid: Guid) -> Result<Arc<Schema>, Error> {
        self.fetch_schema("guids", guid.to_string()).await
    }

    /// The texts that references lead to, each once, a text before what refers to it.
    ///
    /// # Errors
    /// When one of them is not there, or there are too many.
    pub async fn referenced(&self, references: &[Reference]) -> Result<Vec<Referenced>, Error> {
        let mut texts = Vec::new();
        let mut seen = HashSet::new();
        let mut open: Vec<(Reference, bool)> = references.iter().rev().map(|r| (r.clone(), false)).collect();
        while let Some((reference, children_done)) = open.pop() {
            if !children_done && !seen.insert(reference.name.clone()) {
                continue;
            }
            if seen.len() > MOST_TEXTS {
                let message = format!("a schema refers to more than {MOST_TEXTS} others, which no sound schema does");
                return Err(Error::new(ErrorKind::Protocol, message));
            }
            let number = u32::try_from(reference.version).map_err(|_| {
                let Reference { name, subject, version } = &reference;
                let message =
                    format!("reference \"{name}\" points at version {version} of subject \"{subject}\", which is none");
                Error::new(ErrorKind::Protocol, message)
            })?;
            let version = self.version(&reference.subject, number).await?;
            if children_done {
                texts.push(Referenced { name: reference.name, version });
                continue;
            }
            let children: Vec<_> = version.references.iter().rev().map(|r| (r.clone(), false)).collect();
            open.push((reference, true));
            open.extend(children);
        }
        Ok(texts)
    }

    /// Whether a schema may be registered under a subject, by the subject's level; with the reasons where not.
    ///
    /// # Errors
    /// As [`Self::register`].
    pub async fn check(&self, subject: &str, schema: &NewSchema) -> Result<Compatibility, Error> {
        self.check_at(&["compatibility", "subjects", subject, "versions"], schema).await
    }

    /// As [`Self::check`], against one version only.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when the version is not there; else as [`Self::register`].
    pub async fn check_version(&self, subject: &str, version: u32, schema: &NewSchema) -> Result<Compatibility, Error> {
        self.check_at(&["compatibility", "subjects", subject, "versions", &version.to_string()], schema).await
    }

    async fn check_at(&self, path: &[&str], schema: &NewSchema) -> Result<Compatibility, Error> {
        let call = Call::new(Method::POST, path)?.flag("normalize", self.inner().normalize).flag("verbose", true);
        self.inner().transport.send(&call.json(schema)?).await
    }

    async fn fetch_schema(&self, kind: &str, key: String) -> Result<Arc<Schema>, Error> {
        let inner = self.inner();
        let path = key.clone();
        inner
            .schemas
            .get(key, inner.missing_ttl, async || {
                inner.transport.send(&Call::get(&["schemas", kind, &path])?).await.map(Arc::new)
            })
            .await
    }
}
