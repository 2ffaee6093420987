use std::time::Duration;

use tokio::runtime::Runtime;
use topika::dead_letters::DeadLetters;
use topika::{Client, Error, ErrorKind};
use topika_contract::project::Project;
use topika_contract::report::Report;
use topika_registry::client::Client as Registry;

use crate::args::{Format, WhereArgs};
use crate::cluster::cluster;
use crate::environment::registry;
use crate::findings::print_findings;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::root::root;

/// A Kafka, and where schemas are asked for.
pub(super) struct Place {
    pub(super) client: Client,
    /// How it is called: `kafka:prod`.
    pub(super) id: String,
    /// What schemas are asked of, where there is one.
    registry: Option<Registry>,
    env: Option<String>,
    pub(super) runtime: Runtime,
}

/// What the command line means; `None` where there is no such thing, which is told.
pub(super) fn place(args: &WhereArgs, printer: &mut Printer) -> Option<Place> {
    let found = match &args.env {
        Some(env) => of_row(env, args, printer)?,
        None => of_variables(),
    };
    match found {
        Ok(place) => Some(place),
        Err(Problem { message, help }) => {
            printer.error(message, help);
            None
        }
    }
}

fn of_row(env: &str, args: &WhereArgs, printer: &mut Printer) -> Option<Result<Place, Problem>> {
    let root = root(&args.project, printer)?;
    let mut report = Report::default();
    let project = Project::load(&root, &mut report);
    if report.denies() {
        print_findings(&report, Format::Text, printer);
        printer.error("Kafka was not asked", "mend what stands above, then run it again");
        return None;
    }
    let found = || {
        let cluster = cluster(env, &project.manifest, Duration::from_secs(args.timeout))?;
        // Without a registry letters are shown as they are.
        let has_registry = project.manifest.env_row(env).is_some_and(|row| row.registry.is_some());
        let registry = if has_registry { Some(registry(env, &project)?.client) } else { None };
        let (id, client) = (cluster.id(), cluster.client);
        Ok(Place { client, id, registry, env: Some(env.to_owned()), runtime: runtime()? })
    };
    Some(found())
}

fn of_variables() -> Result<Place, Problem> {
    let client = Client::from_env().map_err(|error| {
        let help = "name an environment of topika.toml with `--env NAME`, or set the variables that applications read";
        Problem::new(error.message(), help)
    })?;
    let id = format!("kafka ({})", client.bootstrap());
    let registry = client.has_registry().then(|| client.registry().clone());
    Ok(Place { client, id, registry, env: None, runtime: runtime()? })
}

fn runtime() -> Result<Runtime, Problem> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(format!("no connection can be made: {error}"), "see what the system says"))
}

impl Place {
    pub(super) fn registry(&self) -> Option<&Registry> {
        self.registry.as_ref()
    }

    /// The dead letters that a name means: those of the topic of that name, or those on it.
    pub(super) fn letters(&self, name: &str) -> Result<DeadLetters, Problem> {
        let prefix = self.client.topic_prefix();
        let plain = name.strip_prefix(prefix).unwrap_or(name);
        let named = [format!("{prefix}dlq.{plain}"), format!("{prefix}{plain}"), name.to_owned()];
        let all = {
            let _progress = Progress::start("Asking Kafka");
            self.runtime.block_on(self.client.topics().list()).map_err(|error| self.problem(&error))?
        };
        if let Some(topic) = named.iter().find(|topic| all.contains_key(*topic) && is_of_letters(topic)) {
            return Ok(DeadLetters::on(&self.client, topic));
        }
        let begins = format!("{prefix}dlq.");
        let there: Vec<&str> = all.keys().filter(|topic| topic.starts_with(&begins)).map(String::as_str).collect();
        let message = format!("{} has no topic of dead letters of \"{name}\": there is no {begins}{plain}", self.id);
        let help = match there.as_slice() {
            [] => "nothing was given up there up to now, or the prefix of the environment is another".to_owned(),
            there => format!("there are: {}", there.join(", ")),
        };
        Err(Problem::new(message, help))
    }

    /// An error with its next step.
    pub(super) fn problem(&self, error: &Error) -> Problem {
        let said = match &self.env {
            Some(env) => format!("[env.{env}]"),
            None => "the variables".to_owned(),
        };
        let help = match error.kind() {
            ErrorKind::Unreachable | ErrorKind::Timeout => {
                format!("see that the address in {said} is that of a broker which is up and can be reached from here")
            }
            ErrorKind::Denied => format!(
                "say who asks in {said}; it reads the topic of dead letters, and `redrive` writes there and to the topics that letters came from, with the transactional id \
                 topika.dlq.redrive.<topic>"
            ),
            ErrorKind::Fenced => {
                "another run is sending the dead letters of this topic: let it end, and run this again".to_owned()
            }
            _ => "see what Kafka says, mend that, and run it again: what was sent is not sent twice".to_owned(),
        };
        Problem::new(format!("{}: {}", self.id, error.message()), help)
    }
}

/// Whether a topic holds letters, by its name: ours are `dlq.orders`, Spring's `orders-dlt`, those of others `orders.DLQ` or `dead-letters`. A topic of events would
/// be read as a whole for nothing.
fn is_of_letters(topic: &str) -> bool {
    let topic = topic.to_ascii_lowercase();
    let mut words = topic.split(['.', '-', '_']);
    words.any(|word| matches!(word, "dlq" | "dlt" | "dead" | "deadletter" | "deadletters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_of_letters_is_known_by_its_name() {
        for name in ["dlq.orders", "prod.dlq.orders", "orders-dlt", "orders.DLT", "dead-letters", "connect_DLQ"] {
            assert!(is_of_letters(name), "{name}");
        }
        for name in ["orders", "handled", "deadlines"] {
            assert!(!is_of_letters(name), "{name}");
        }
    }
}
