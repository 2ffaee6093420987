//! Subjects and their versions.

use std::sync::Arc;

use reqwest::Method;

use super::deadline::Deadline;
use super::error::{Error, ErrorKind};
use super::handle::Client;
use super::query::{MetadataQuery, SubjectQuery, VersionQuery};
use super::request::Call;
use crate::api::SubjectVersion;
use crate::bundle::Bundle;

impl Client {
    /// All subjects that are not deleted.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses; see [`Error::kind`].
    pub async fn subjects(&self) -> Result<Vec<String>, Error> {
        self.subjects_where(&SubjectQuery::default()).await
    }

    /// The subjects that a query names.
    ///
    /// ```
    /// # async fn f(client: topika_registry::client::Client) -> Result<(), topika_registry::client::Error> {
    /// use topika_registry::client::{Deleted, SubjectQuery};
    ///
    /// let query = SubjectQuery { prefix: "orders".into(), deleted: Deleted::Only, ..SubjectQuery::default() };
    /// let gone = client.subjects_where(&query).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Self::subjects`].
    pub async fn subjects_where(&self, query: &SubjectQuery) -> Result<Vec<String>, Error> {
        let context = &self.inner().context;
        let prefix = context.qualify(&query.prefix).into_owned();
        let call = Call::get(&["subjects"])?.many().query_if("subjectPrefix", Some(prefix).filter(|p| !p.is_empty()));
        let call = call.deleted(query.deleted).page(query.offset, query.limit);
        let subjects: Vec<String> = self.inner().transport.send(&call).await?;
        Ok(subjects.into_iter().map(|subject| context.strip(subject)).collect())
    }

    /// The versions of a subject that are not deleted.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none; else as [`Self::subjects`].
    pub async fn versions(&self, subject: &str) -> Result<Vec<u32>, Error> {
        self.versions_where(subject, &VersionQuery::default()).await
    }

    /// The versions of a subject that a query names.
    ///
    /// # Errors
    /// As [`Self::versions`].
    pub async fn versions_where(&self, subject: &str, query: &VersionQuery) -> Result<Vec<u32>, Error> {
        let call = self.below(Method::GET, subject, &["versions"])?.many();
        let all = *query == VersionQuery::default();
        let known = if all { self.bundled(subject, Bundle::versions) } else { None };
        self.send_or(&call.deleted(query.deleted).page(query.offset, query.limit), known).await
    }

    /// A version of a subject, even a softly deleted one: what refers to it must still be read. Cached, since it never changes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it is not there; else as [`Self::subjects`].
    pub async fn version(&self, subject: &str, version: u32) -> Result<Arc<SubjectVersion>, Error> {
        self.version_by(subject, version, self.inner().transport.deadline()).await
    }

    pub(super) async fn version_by(
        &self,
        subject: &str,
        version: u32,
        deadline: Deadline,
    ) -> Result<Arc<SubjectVersion>, Error> {
        let inner = self.inner();
        if let Some(known) = self.bundled(subject, |bundle, subject| bundle.version(subject, version)) {
            return Ok(Arc::clone(known));
        }
        let fetch = async |deadline| {
            let call = self.below(Method::GET, subject, &["versions", &version.to_string()])?.flag("deleted", true);
            let found: SubjectVersion = inner.transport.send_by(&call, deadline).await?;
            if found.version != version {
                let message = format!(
                    "the registry answers with version {} of \"{subject}\" where {version} was asked for",
                    found.version
                );
                return Err(Error::new(ErrorKind::Protocol, message));
            }
            Ok(Arc::new(self.stripped(found)))
        };
        inner.versions.get((inner.context.qualify(subject).into_owned(), version), deadline, fetch).await
    }

    /// The bare text of a version of a subject. Never from a cache.
    ///
    /// # Errors
    /// As [`Self::version`].
    pub async fn version_text(&self, subject: &str, version: u32) -> Result<String, Error> {
        let version = version.to_string();
        self.inner().transport.text(&self.below(Method::GET, subject, &["versions", &version, "schema"])?).await
    }

    /// The latest version of a subject. Believed for [`latest_ttl`](super::ClientBuilder::latest_ttl).
    ///
    /// # Errors
    /// As [`Self::versions`].
    pub async fn latest(&self, subject: &str) -> Result<Arc<SubjectVersion>, Error> {
        let inner = self.inner();
        let fetch = async |deadline| {
            let call = self.below(Method::GET, subject, &["versions", "latest"])?;
            inner.transport.send_by(&call, deadline).await.map(|found| Arc::new(self.stripped(found)))
        };
        let known = self.bundled(subject, Bundle::latest).cloned();
        let key = inner.context.qualify(subject).into_owned();
        inner.latest.get_or(key, inner.transport.deadline(), known, fetch).await
    }

    /// The latest version of a subject whose metadata has these properties, as it is now.
    ///
    /// ```
    /// # async fn f(client: topika_registry::client::Client) -> Result<(), topika_registry::client::Error> {
    /// let first = client.latest_with_metadata("orders-value", &[("major", "1")]).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no version has them; else as [`Self::subjects`].
    pub async fn latest_with_metadata(
        &self,
        subject: &str,
        properties: &[(&str, &str)],
    ) -> Result<SubjectVersion, Error> {
        let properties = properties.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        self.version_with_metadata(subject, &MetadataQuery { properties, ..MetadataQuery::default() }).await
    }

    /// As [`Self::latest_with_metadata`], with all that the registry can be asked.
    ///
    /// # Errors
    /// As [`Self::latest_with_metadata`].
    pub async fn version_with_metadata(&self, subject: &str, query: &MetadataQuery) -> Result<SubjectVersion, Error> {
        let call = self.below(Method::GET, subject, &["metadata"])?;
        let pair = |call: Call, (key, value): &(String, String)| call.query("key", key).query("value", value);
        let call = query.properties.iter().fold(call, pair);
        let call = call.query_if("format", query.format.clone()).flag("deleted", query.deleted);
        self.inner().transport.send(&call).await.map(|found| self.stripped(found))
    }

    /// The ids of the schemas that refer to a version.
    ///
    /// # Errors
    /// As [`Self::version`].
    pub async fn referenced_by(&self, subject: &str, version: u32) -> Result<Vec<u32>, Error> {
        let version = version.to_string();
        let call = self.below(Method::GET, subject, &["versions", &version, "referencedby"])?.many();
        self.inner().transport.send(&call).await
    }

    /// Deletes a subject: softly, or with `permanent` for good, which needs the soft deletion before. Answers the versions.
    ///
    /// # Errors
    /// As [`Self::versions`]; also when another schema refers to a version. Where an answer is lost on the way and the call tried
    /// again, the registry says that the subject is deleted already.
    pub async fn delete_subject(&self, subject: &str, permanent: bool) -> Result<Vec<u32>, Error> {
        let call = self.below(Method::DELETE, subject, &[])?.flag("permanent", permanent).many();
        let deleted = self.inner().transport.send(&call).await;
        self.forget();
        deleted
    }

    /// Deletes a version of a subject, as [`Self::delete_subject`] does all.
    ///
    /// # Errors
    /// As [`Self::delete_subject`].
    pub async fn delete_version(&self, subject: &str, version: u32, permanent: bool) -> Result<u32, Error> {
        let call = self.below(Method::DELETE, subject, &["versions", &version.to_string()])?;
        let deleted = self.inner().transport.send(&call.flag("permanent", permanent)).await;
        self.forget();
        deleted
    }

    pub(super) fn below(&self, method: Method, subject: &str, below: &[&str]) -> Result<Call, Error> {
        let subject = self.inner().context.qualify(subject);
        let path: Vec<&str> = ["subjects", &subject].into_iter().chain(below.iter().copied()).collect();
        Call::new(method, &path)
    }

    /// Empties the caches that a deletion makes wrong. Schemas by id stay: ids are never given twice.
    fn forget(&self) {
        let inner = self.inner();
        inner.versions.clear();
        inner.latest.clear();
        inner.lookups.clear();
        inner.registered.clear();
    }
}
