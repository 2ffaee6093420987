use std::sync::Arc;

use reqwest::Method;

use super::error::Error;
use super::handle::Client;
use super::request::Call;
use crate::api::{SubjectAndVersion, SubjectVersion};

impl Client {
    /// All subjects that are not deleted.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses; see [`Error::kind`].
    pub async fn subjects(&self) -> Result<Vec<String>, Error> {
        self.inner().transport.send(&Call::get(&["subjects"])?).await
    }

    /// The versions of a subject that are not deleted.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when there is none; else as [`Self::subjects`].
    pub async fn versions(&self, subject: &str) -> Result<Vec<u32>, Error> {
        self.inner().transport.send(&Call::get(&["subjects", subject, "versions"])?).await
    }

    /// A version of a subject, even a softly deleted one: what refers to it must still be read. Cached, since it never changes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when it is not there; else as [`Self::subjects`].
    pub async fn version(&self, subject: &str, version: u32) -> Result<Arc<SubjectVersion>, Error> {
        let inner = self.inner();
        inner
            .versions
            .get((subject.to_owned(), version), inner.missing_ttl, async || {
                let call = Call::get(&["subjects", subject, "versions", &version.to_string()])?.flag("deleted", true);
                inner.transport.send(&call).await.map(Arc::new)
            })
            .await
    }

    /// The latest version of a subject, as it is now: never from a cache.
    ///
    /// # Errors
    /// As [`Self::versions`].
    pub async fn latest(&self, subject: &str) -> Result<SubjectVersion, Error> {
        self.inner().transport.send(&Call::get(&["subjects", subject, "versions", "latest"])?).await
    }

    /// The versions that have an id, over all subjects, as they are now: never from a cache.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when no schema has the id; else as [`Self::subjects`].
    pub async fn versions_of_id(&self, id: u32) -> Result<Vec<SubjectAndVersion>, Error> {
        self.inner().transport.send(&Call::get(&["schemas", "ids", &id.to_string(), "versions"])?).await
    }

    /// Deletes a subject: softly, or with `permanent` for good, which needs the soft deletion before. Answers the versions.
    ///
    /// # Errors
    /// As [`Self::versions`]; also when another schema refers to a version.
    pub async fn delete_subject(&self, subject: &str, permanent: bool) -> Result<Vec<u32>, Error> {
        let call = Call::new(Method::DELETE, &["subjects", subject])?.flag("permanent", permanent);
        let deleted = self.inner().transport.send(&call).await;
        self.forget();
        deleted
    }

    /// Deletes a version of a subject, as [`Self::delete_subject`] does all.
    ///
    /// # Errors
    /// As [`Self::delete_subject`].
    pub async fn delete_version(&self, subject: &str, version: u32, permanent: bool) -> Result<u32, Error> {
        let call = Call::new(Method::DELETE, &["subjects", subject, "versions", &version.to_string()])?;
        let deleted = self.inner().transport.send(&call.flag("permanent", permanent)).await;
        self.forget();
        deleted
    }

    /// Empties the caches that a deletion makes wrong. Schemas by id stay: ids are never given twice.
    fn forget(&self) {
        let inner = self.inner();
        inner.versions.cache.clear();
        inner.lookups.cache.clear();
        inner.registered.cache.clear();
    }
}
