//! Whether a schema may be registered.

use reqwest::Method;

use super::error::Error;
use super::handle::Client;
use super::request::Call;
use crate::api::{Compatibility, NewSchema};

impl Client {
    /// Whether a schema may be registered under a subject, by the subject's level; with the reasons where not.
    ///
    /// ```
    /// # async fn f(client: topika_registry::client::Client) -> Result<(), topika_registry::client::Error> {
    /// use topika_registry::api::NewSchema;
    ///
    /// let verdict = client.check("orders-value", &NewSchema::avro(r#""string""#)).await?;
    /// if !verdict.is_compatible {
    ///     println!("{}", verdict.messages.join("\n"));
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses; see [`Error::kind`].
    pub async fn check(&self, subject: &str, schema: &NewSchema) -> Result<Compatibility, Error> {
        self.check_at(subject, None, schema).await
    }

    /// As [`Self::check`], against one version only.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when the version is not there; else as [`Self::check`].
    pub async fn check_version(&self, subject: &str, version: u32, schema: &NewSchema) -> Result<Compatibility, Error> {
        self.check_at(subject, Some(&version.to_string()), schema).await
    }

    /// As [`Self::check`], against the latest version only.
    ///
    /// # Errors
    /// As [`Self::check_version`].
    pub async fn check_latest(&self, subject: &str, schema: &NewSchema) -> Result<Compatibility, Error> {
        self.check_at(subject, Some("latest"), schema).await
    }

    async fn check_at(&self, subject: &str, version: Option<&str>, schema: &NewSchema) -> Result<Compatibility, Error> {
        let inner = self.inner();
        let subject = inner.context.qualify(subject);
        let path: Vec<&str> = ["compatibility", "subjects", &subject, "versions"].into_iter().chain(version).collect();
        let call = Call::new(Method::POST, &path)?.flag("normalize", inner.normalize).flag("verbose", true);
        inner.transport.send(&call.json(schema)?).await
    }
}
