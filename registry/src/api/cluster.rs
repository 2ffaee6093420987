use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What `GET /v1/metadata/version` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerVersion {
    /// The version of the registry's software.
    #[serde(default)]
    pub version: String,
    /// The commit that it was built from.
    #[serde(default)]
    pub commit_id: String,
}

/// What `GET /v1/metadata/id` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterId {
    /// Where the registry belongs.
    #[serde(default)]
    pub scope: ClusterScope,
}

/// The clusters that a registry belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterScope {
    /// The path to the clusters, as it came.
    #[serde(default)]
    pub path: Vec<Value>,
    /// Kinds of clusters and their ids: `schema-registry-cluster`, `kafka-cluster`.
    #[serde(default)]
    pub clusters: Map<String, Value>,
}

impl ClusterId {
    /// The id of the registry itself.
    #[must_use]
    pub fn registry(&self) -> Option<&str> {
        self.scope.clusters.get("schema-registry-cluster")?.as_str()
    }
}

/// A schema's id within a context.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContextId {
    /// The context; `.` is the default one.
    pub context: String,
    /// The id there.
    pub id: u32,
}
