//! Which subjects belong to a topic, where a registry keeps that.

use super::error::Error;
use super::handle::Client;
use super::request::Call;
use crate::api::Association;

impl Client {
    /// The subjects that a topic is associated with. `cluster` is the id of the topic's Kafka cluster; `-` stands for any. Registries
    /// that know no associations (most) answer 404: that is an empty list.
    ///
    /// # Errors
    /// When the registry cannot be reached or refuses; see [`Error::kind`].
    pub async fn associations_of_topic(&self, cluster: &str, topic: &str) -> Result<Vec<Association>, Error> {
        let call = Call::get(&["associations", "resources", cluster, topic])?.many().query("resourceType", "topic");
        match self.inner().transport.send(&call).await {
            Err(error) if error.status() == Some(404) => Ok(Vec::new()),
            outcome => outcome,
        }
    }
}
