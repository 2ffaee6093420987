//! What the registry says about itself.

use serde_json::json;

use super::answer::{Answer, Answered};

pub(super) async fn root() -> Answered {
    Answer::text("{}".to_owned())
}

pub(super) async fn cluster() -> Answered {
    let clusters = json!({"kafka-cluster": "topika", "schema-registry-cluster": "schema-registry"});
    Answer::ok(&json!({"scope": {"path": [], "clusters": clusters}, "id": ""}))
}

pub(super) async fn version() -> Answered {
    Answer::ok(&json!({"version": env!("CARGO_PKG_VERSION"), "commitId": ""}))
}
