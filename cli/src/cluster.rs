//! The Kafka of an environment.

use std::time::Duration;

use topika::{Client, Error, ErrorKind};
use topika_contract::manifest::Manifest;

use crate::environment::{prefix, row, value};
use crate::problem::Problem;

/// A Kafka that can be asked.
pub(crate) struct Cluster {
    pub(crate) client: Client,
    /// The name of its row.
    pub(crate) env: String,
    pub(crate) bootstrap: String,
    /// What stands before the names of topics.
    pub(crate) prefix: String,
}

/// The Kafka of the row `[env.NAME]`; `deadline` bounds each answer. Nothing is asked yet.
pub(crate) fn cluster(env: &str, manifest: &Manifest, deadline: Duration) -> Result<Cluster, Problem> {
    let row = row(env, manifest)?;
    let Some(bootstrap) = &row.bootstrap else {
        let help =
            format!("add `bootstrap = \"host:9092\"` to the row [env.{env}], or `bootstrap = {{ env = \"NAME\" }}`");
        return Err(Problem::new(format!("[env.{env}] in topika.toml names no Kafka"), help));
    };
    let bootstrap = value(&bootstrap.value)?;
    let prefix = prefix(env, manifest)?;
    let mut builder = Client::builder().bootstrap(&bootstrap).without_registry().connect_deadline(deadline);
    builder = builder.topic_prefix(&prefix);
    for property in &row.kafka {
        builder = builder.kafka_property(&property.name.value, value(&property.value)?);
    }
    let client =
        builder.build().map_err(|error| Problem::new(error.message(), format!("mend [env.{env}] in topika.toml")))?;
    Ok(Cluster { client, env: env.to_owned(), bootstrap, prefix })
}

impl Cluster {
    /// How it is called: `kafka:prod`.
    pub(crate) fn id(&self) -> String {
        format!("kafka:{}", self.env)
    }

    /// What to do about an error of the client.
    pub(crate) fn help(&self, error: &Error) -> String {
        match error.kind() {
            ErrorKind::Unreachable | ErrorKind::Timeout => {
                format!(
                    "see that `bootstrap` of [env.{}] is the address of a broker which is up and can be reached from here",
                    self.env
                )
            }
            ErrorKind::Denied => {
                format!("say who asks in [env.{}.kafka], and see that the user may do it", self.env)
            }
            _ => "see what Kafka says, and mend that".to_owned(),
        }
    }

    /// An error of a question with its next step.
    pub(crate) fn problem(&self, error: &Error) -> Problem {
        Problem::new(format!("{} cannot be asked: {}", self.id(), error.message()), self.help(error))
    }
}
