//! What a registry says about itself.

use reqwest::Method;

use super::error::Error;
use super::handle::Client;
use super::request::Call;
use crate::api::{ClusterId, ServerVersion};

impl Client {
    /// The languages that the registry takes schemas in: `AVRO`, `JSON`, `PROTOBUF`.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses; see [`Error::kind`].
    pub async fn schema_types(&self) -> Result<Vec<String>, Error> {
        self.inner().transport.send(&Call::get(&["schemas", "types"])?).await
    }

    /// The contexts that have subjects: `.` is the default one, others begin with a dot.
    ///
    /// # Errors
    /// As [`Self::schema_types`].
    pub async fn contexts(&self) -> Result<Vec<String>, Error> {
        self.inner().transport.send(&Call::get(&["contexts"])?.many()).await
    }

    /// Deletes a context without subjects.
    ///
    /// # Errors
    /// As [`Self::schema_types`]; also when it has subjects.
    pub async fn delete_context(&self, context: &str) -> Result<(), Error> {
        self.inner().transport.text(&Call::new(Method::DELETE, &["contexts", context])?).await.map(drop)
    }

    /// The ids of the registry and of the cluster that it serves.
    ///
    /// # Errors
    /// As [`Self::schema_types`].
    pub async fn cluster_id(&self) -> Result<ClusterId, Error> {
        self.inner().transport.send(&Call::get(&["v1", "metadata", "id"])?).await
    }

    /// The version of the registry's software.
    ///
    /// # Errors
    /// As [`Self::schema_types`].
    pub async fn server_version(&self) -> Result<ServerVersion, Error> {
        self.inner().transport.send(&Call::get(&["v1", "metadata", "version"])?).await
    }
}
