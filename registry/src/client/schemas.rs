//! Schemas: registered, looked up, by id, by GUID, all of them.

use std::sync::Arc;

use reqwest::Method;
use serde::de::DeserializeOwned;

use super::deadline::Deadline;
use super::error::{Error, ErrorKind};
use super::handle::{Client, Inner};
use super::lookup::PATIENCE;
use super::query::{Deleted, IdQuery, SchemaQuery};
use super::request::Call;
use crate::api::{ContextId, ErrorCode, Guid, NewSchema, Registered, Schema, SubjectAndVersion, SubjectVersion};
use crate::bundle::Bundle;

impl Client {
    /// Registers a schema under a subject; an equal one gives its id again. Cached.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses; see [`Error::kind`].
    pub async fn register(&self, subject: &str, schema: &NewSchema) -> Result<Registered, Error> {
        let inner = self.inner();
        if let Some(known) = self.bundled(subject, |bundle, subject| bundle.lookup(subject, schema)) {
            return Ok(registered(known));
        }
        let subject = inner.context.qualify(subject);
        let key = Arc::new((subject.to_string(), schema.clone()));
        let fetch = async |deadline| {
            let call = Call::new(Method::POST, &["subjects", &subject, "versions"])?;
            let call = call.flag("normalize", inner.normalize).json(schema)?;
            let registered: Registered = inner.transport.send_by(&call, deadline).await?;
            if schema.id.is_some_and(|id| i64::from(id) != i64::from(registered.id)) {
                let message =
                    format!("the registry gave \"{subject}\" another id than the one asked for: {}", registered.id);
                return Err(Error::new(ErrorKind::Protocol, message));
            }
            // What was "not there" a moment ago is there now, and what was the latest version may be none any more.
            inner.lookups.found_where(|missing| missing.0 == key.0);
            inner.versions.found_where(|(subject, _)| *subject == key.0);
            inner.schemas.found(&registered.id.to_string());
            inner.latest.remove(&key.0);
            Ok(registered)
        };
        inner.registered.get(key.clone(), inner.transport.deadline(), fetch).await
    }

    /// The version of a subject that equals a schema. Believed for a while; that there is none, briefly.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no version equals it; else as [`Self::register`].
    pub async fn lookup(&self, subject: &str, schema: &NewSchema) -> Result<Arc<SubjectVersion>, Error> {
        let inner = self.inner();
        if let Some(known) = self.bundled(subject, |bundle, subject| bundle.lookup(subject, schema)) {
            return Ok(Arc::clone(known));
        }
        let subject = inner.context.qualify(subject);
        let key = Arc::new((subject.to_string(), schema.clone()));
        let fetch = async |deadline| self.look_up(&subject, schema, false, deadline).await.map(Arc::new);
        inner.lookups.get(key, inner.transport.deadline(), fetch).await
    }

    /// As [`Self::lookup`], among softly deleted versions too, and as it is now: never from a cache.
    ///
    /// # Errors
    /// As [`Self::lookup`].
    pub async fn lookup_deleted(&self, subject: &str, schema: &NewSchema) -> Result<SubjectVersion, Error> {
        let inner = self.inner();
        self.look_up(&inner.context.qualify(subject), schema, true, inner.transport.deadline()).await
    }

    async fn look_up(
        &self,
        subject: &str,
        schema: &NewSchema,
        deleted: bool,
        deadline: Deadline,
    ) -> Result<SubjectVersion, Error> {
        let inner = self.inner();
        let call = Call::new(Method::POST, &["subjects", subject])?.flag("normalize", inner.normalize);
        let found = inner.transport.send_by(&call.flag("deleted", deleted).json(schema)?, deadline).await?;
        Ok(self.stripped(found))
    }

    /// A schema by its id. Cached; that there is none, briefly.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no schema has the id, which is known without asking of those above [`i32::MAX`]; else as
    /// [`Self::register`].
    pub async fn schema(&self, id: u32) -> Result<Arc<Schema>, Error> {
        let inner = self.inner();
        possible(id)?;
        if let Some(known) = inner.bundle.as_ref().and_then(|bundle| bundle.schema(id)) {
            return Ok(Arc::clone(known));
        }
        let fetch = async |deadline| match inner.unknown.beyond(id) {
            Some(error) => Err(error),
            None => self.fetch(&self.by_id(id, &[], &IdQuery::default())?, Some(id), deadline).await.map(Arc::new),
        };
        inner.schemas.get(id.to_string(), inner.transport.deadline(), fetch).await
    }

    /// Fetches what a message names, which may be made up.
    async fn fetch(&self, call: &Call, id: Option<u32>, deadline: Deadline) -> Result<Schema, Error> {
        let Inner { unknown, transport, .. } = self.inner();
        let _turn = unknown.turn(deadline).await?;
        let mut outcome = transport.send_by(call, deadline).await;
        if let Err(error) = &outcome
            && is_unclear(error)
            && (id.is_some() || error.kind() == ErrorKind::Refused)
        {
            outcome = self.ask_twice(call, error, deadline).await;
        }
        match &outcome {
            Ok(_) => id.into_iter().for_each(|id| unknown.found(id)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if let Some(there) = unknown.missed() {
                    let query = IdQuery { fetch_max_id: true, ..IdQuery::default() };
                    let call = self.by_id(there, &[], &query)?;
                    let asked: Result<Schema, _> = transport.send_by(&call, deadline.at_most(PATIENCE)).await;
                    // A registry that does not know the question answers without it; its other troubles are of no interest here.
                    if let Ok(Schema { max_id: Some(largest), .. }) = asked {
                        unknown.learned(largest);
                    }
                }
            }
            Err(_) => {}
        }
        outcome.map(|schema| self.stripped_schema(schema))
    }

    /// What it means that the question for an id is refused without a code of the protocol. Who says which types of schemas it has is a
    /// registry, and means the id when it refuses once more; anyone else is none, and says nothing about the id.
    async fn ask_twice(&self, call: &Call, error: &Error, deadline: Deadline) -> Result<Schema, Error> {
        if !self.is_registry(deadline).await {
            return Err(error.turned(ErrorKind::Protocol, error.message().to_owned()));
        }
        match self.inner().transport.send_by(call, deadline).await {
            Err(again) if again.status() == Some(404) && is_unclear(&again) => {
                let message = format!("{}, and other routes are there: it does not have it", again.message());
                Err(again.turned(ErrorKind::NotFound, message))
            }
            outcome => outcome,
        }
    }

    /// Whether the registry answers a question that every make of registry answers.
    async fn is_registry(&self, deadline: Deadline) -> bool {
        let Ok(call) = Call::get(&["schemas", "types"]) else { return false };
        self.inner().transport.send_by::<Vec<String>>(&call, deadline.at_most(PATIENCE)).await.is_ok()
    }

    /// A schema by its id, in another form or with more beside it. Never from a cache.
    ///
    /// ```
    /// # async fn f(client: topika_registry::client::Client) -> Result<(), topika_registry::client::Error> {
    /// use topika_registry::client::IdQuery;
    ///
    /// let whole = client.schema_with(7, &IdQuery { format: Some("resolved".into()), ..IdQuery::default() }).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Self::schema`].
    pub async fn schema_with(&self, id: u32, query: &IdQuery) -> Result<Schema, Error> {
        let found = self.inner().transport.send(&self.by_id(id, &[], query)?).await?;
        Ok(self.stripped_schema(found))
    }

    /// The bare text of a schema by its id. Never from a cache.
    ///
    /// # Errors
    /// As [`Self::schema`].
    pub async fn schema_text(&self, id: u32, query: &IdQuery) -> Result<String, Error> {
        self.inner().transport.text(&self.by_id(id, &["schema"], query)?).await
    }

    /// A schema by its GUID. Cached; that there is none, briefly.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no schema has the GUID, [`ErrorKind::Unsupported`] when the registry knows no GUIDs (Confluent before 8.0
    /// and other makes); else as [`Self::register`].
    pub async fn schema_by_guid(&self, guid: Guid) -> Result<Arc<Schema>, Error> {
        let inner = self.inner();
        if let Some(known) = inner.bundle.as_ref().and_then(|bundle| bundle.schema_by_guid(guid)) {
            return Ok(Arc::clone(known));
        }
        let fetch = async |deadline| {
            let call = Call::get(&["schemas", "guids", &guid.to_string()])?;
            let schema = match self.fetch(&call, None, deadline).await {
                Err(error) if error.kind() == ErrorKind::Protocol && error.status() == Some(404) => {
                    return Err(self.without_guids(guid, error, deadline).await);
                }
                fetched => fetched?,
            };
            match schema.guid.as_deref().and_then(Guid::parse) {
                Some(other) if other != guid => {
                    let message = format!("the registry answers with schema {other} where {guid} was asked for");
                    Err(Error::new(ErrorKind::Protocol, message))
                }
                _ => Ok(Arc::new(schema)),
            }
        };
        inner.schemas.get(guid.to_string(), inner.transport.deadline(), fetch).await
    }

    /// What it means that there is no route for GUIDs: a registry that has every other route is older than they are, and anything else is none.
    async fn without_guids(&self, guid: Guid, error: Error, deadline: Deadline) -> Error {
        if !self.is_registry(deadline).await {
            return error;
        }
        let message = format!(
            "the registry does not know GUIDs, and {guid} is one: it is older than Confluent 8.0, or of another make; let whoever writes name schemas by their ids"
        );
        error.turned(ErrorKind::Unsupported, message)
    }

    /// A schema by its GUID in another form, as in [`IdQuery::format`]. Never from a cache.
    ///
    /// # Errors
    /// As [`Self::schema_by_guid`].
    pub async fn schema_by_guid_as(&self, guid: Guid, format: &str) -> Result<Schema, Error> {
        let call = Call::get(&["schemas", "guids", &guid.to_string()])?.query("format", format);
        Ok(self.stripped_schema(self.inner().transport.send(&call).await?))
    }

    /// The ids that the schema of a GUID has, by context, as they are now.
    ///
    /// # Errors
    /// As [`Self::schema_by_guid`].
    pub async fn ids_of_guid(&self, guid: Guid) -> Result<Vec<ContextId>, Error> {
        self.inner().transport.send(&Call::get(&["schemas", "guids", &guid.to_string(), "ids"])?.many()).await
    }

    /// The subjects that have an id, as they are now.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no schema has the id; else as [`Self::register`].
    pub async fn subjects_of_id(&self, id: u32, deleted: Deleted) -> Result<Vec<String>, Error> {
        let call = self.by_id(id, &["subjects"], &IdQuery::default())?.many().deleted(deleted);
        let subjects: Vec<String> = self.inner().transport.send(&call).await?;
        Ok(subjects.into_iter().map(|subject| self.inner().context.strip(subject)).collect())
    }

    /// The versions that have an id, over all subjects, as they are now.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no schema has the id; else as [`Self::register`].
    pub async fn versions_of_id(&self, id: u32) -> Result<Vec<SubjectAndVersion>, Error> {
        self.versions_of_id_where(id, Deleted::Without).await
    }

    /// As [`Self::versions_of_id`], among softly deleted versions too.
    ///
    /// # Errors
    /// As [`Self::versions_of_id`].
    pub async fn versions_of_id_where(&self, id: u32, deleted: Deleted) -> Result<Vec<SubjectAndVersion>, Error> {
        let call = self.by_id(id, &["versions"], &IdQuery::default())?.many().deleted(deleted);
        let known =
            self.inner().bundle.as_ref().map(|bundle| bundle.versions_of_id(id)).filter(|known| !known.is_empty());
        let mut versions = self.send_or(&call, known).await?;
        for version in &mut versions {
            version.subject = self.inner().context.strip(std::mem::take(&mut version.subject));
        }
        Ok(versions)
    }

    /// The versions that have a GUID, over all subjects of the client's context, as they are now.
    ///
    /// ```
    /// # async fn f(client: topika_registry::client::Client, guid: topika_registry::api::Guid) -> Result<(), topika_registry::client::Error> {
    /// for version in client.versions_of_guid(guid).await? {
    ///     println!("version {} of {}", version.version, version.subject);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Self::ids_of_guid`].
    pub async fn versions_of_guid(&self, guid: Guid) -> Result<Vec<SubjectAndVersion>, Error> {
        let Inner { bundle, context, transport, .. } = self.inner();
        let known = bundle.as_ref().map(|bundle| bundle.versions_of_guid(guid)).filter(|known| !known.is_empty());
        let deadline = transport.deadline();
        let deadline = if known.is_some() { deadline.at_most(PATIENCE) } else { deadline };
        let call = Call::get(&["schemas", "guids", &guid.to_string(), "ids"])?.many();
        let ids: Vec<ContextId> = match (transport.send_by(&call, deadline).await, known) {
            (Err(error), Some(known)) if error.is_no_answer() => {
                tracing::warn!(%error, "the registry is away; the bundle answers");
                return Ok(known);
            }
            (ids, _) => ids?,
        };
        let mut versions = Vec::new();
        for ContextId { id, .. } in ids.into_iter().filter(|id| context.is_named(&id.context)) {
            versions.extend(self.versions_of_id(id).await?);
        }
        Ok(versions)
    }

    /// All schemas by their versions, as they are now. Registries may have many: ask page by page.
    ///
    /// ```
    /// # async fn f(client: topika_registry::client::Client) -> Result<(), topika_registry::client::Error> {
    /// use topika_registry::client::SchemaQuery;
    ///
    /// let mut query = SchemaQuery { prefix: "orders".into(), limit: Some(100), ..SchemaQuery::default() };
    /// loop {
    ///     let page = client.schemas(&query).await?;
    ///     for version in &page {
    ///         println!("{} version {} has id {}", version.subject, version.version, version.id);
    ///     }
    ///     if page.len() < 100 {
    ///         break;
    ///     }
    ///     query.offset += 100;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Self::register`].
    pub async fn schemas(&self, query: &SchemaQuery) -> Result<Vec<SubjectVersion>, Error> {
        let prefix = self.inner().context.qualify(&query.prefix).into_owned();
        let call = Call::get(&["schemas"])?.many().query_if("subjectPrefix", Some(prefix).filter(|p| !p.is_empty()));
        let call = call.flag("deleted", query.deleted).flag("latestOnly", query.latest_only);
        let call = call.flag("aliases", query.aliases).query_if("ruleType", query.rule_type.clone());
        let found: Vec<SubjectVersion> = self.inner().transport.send(&call.page(query.offset, query.limit)).await?;
        Ok(found.into_iter().map(|version| self.stripped(version)).collect())
    }

    /// A route below an id. Ids are those of the client's context.
    fn by_id(&self, id: u32, below: &[&str], query: &IdQuery) -> Result<Call, Error> {
        possible(id)?;
        let id = id.to_string();
        let path: Vec<&str> = ["schemas", "ids", &id].into_iter().chain(below.iter().copied()).collect();
        let context = &self.inner().context;
        let subject = query.subject.as_deref().map(|subject| context.qualify(subject).into_owned());
        let call = Call::get(&path)?.query_if("subject", subject.or_else(|| context.hint().map(str::to_owned)));
        Ok(call.query_if("format", query.format.clone()).flag("fetchMaxId", query.fetch_max_id))
    }

    /// What the bundle knows of a subject.
    pub(super) fn bundled<'c, T>(
        &'c self,
        subject: &str,
        ask: impl FnOnce(&'c Bundle, &str) -> Option<T>,
    ) -> Option<T> {
        let Inner { bundle, context, .. } = self.inner();
        ask(bundle.as_deref()?, &context.strip(context.qualify(subject).into_owned()))
    }

    /// Asks; where the registry gives no answer, what the bundle knows is the answer.
    pub(super) async fn send_or<T: DeserializeOwned>(&self, call: &Call, known: Option<T>) -> Result<T, Error> {
        let transport = &self.inner().transport;
        let Some(known) = known else { return transport.send(call).await };
        match transport.send_by(call, transport.deadline().at_most(PATIENCE)).await {
            Err(error) if error.is_no_answer() => {
                tracing::warn!(%error, "the registry is away; the bundle answers");
                Ok(known)
            }
            outcome => outcome,
        }
    }

    /// A schema whose subject, where it has one, stands as the client's user writes it.
    fn stripped_schema(&self, mut schema: Schema) -> Schema {
        schema.subject = schema.subject.map(|subject| self.inner().context.strip(subject));
        schema
    }

    /// A version whose subject stands as the client's user writes it.
    pub(super) fn stripped(&self, mut version: SubjectVersion) -> SubjectVersion {
        let context = &self.inner().context;
        version.subject = context.strip(version.subject);
        version.aliases = version.aliases.into_iter().map(|alias| context.strip(alias)).collect();
        version
    }
}

/// A refusal that may be about the question, or come from something in the registry's place.
fn is_unclear(error: &Error) -> bool {
    match (error.kind(), error.status()) {
        (ErrorKind::Protocol, Some(404)) => true,
        (ErrorKind::Refused, Some(400 | 410 | 422)) => error.code().is_none(),
        _ => false,
    }
}

/// Ids are 32-bit numbers with a sign: no registry has one above. Asked for it, they answer as if they had no such route at all.
fn possible(id: u32) -> Result<(), Error> {
    if i32::try_from(id).is_ok() {
        return Ok(());
    }
    let message = format!("no registry has a schema {id}: the largest id of all is {}", i32::MAX);
    Err(Error::answered(ErrorKind::NotFound, message, 404, Some(ErrorCode::SchemaNotFound), None))
}

/// The registration that made a version.
fn registered(version: &SubjectVersion) -> Registered {
    Registered {
        id: version.id,
        version: Some(version.version),
        guid: version.guid.clone(),
        schema_type: version.schema_type.clone(),
        references: version.references.clone(),
        metadata: version.metadata.clone(),
        rule_set: version.rule_set.clone(),
        schema: Some(version.schema.clone()),
    }
}
