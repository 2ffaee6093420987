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
    /// Topics whose dead letters have a topic with a name of its own, and that one; without prefix.
    named: Vec<(String, String)>,
    /// A name is that of a topic of dead letters, whatever it is like.
    exact: bool,
    pub(super) runtime: Runtime,
}

/// What the command line means; `None` where there is no such thing, which is told.
pub(super) fn place(args: &WhereArgs, printer: &mut Printer) -> Option<Place> {
    let found = match &args.env {
        Some(env) => of_row(env, args, printer)?,
        None => of_variables(args),
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
        let rows = project.manifest.topics.iter();
        let named =
            rows.filter_map(|row| Some((row.name.value.clone(), row.dead_letters_name.as_ref()?.value.clone())));
        let named: Vec<(String, String)> = named.collect();
        // So that all that are there are found.
        for (_, letters) in &named {
            drop(DeadLetters::named(&client, letters));
        }
        Ok(Place { client, id, registry, env: Some(env.to_owned()), named, exact: args.exact, runtime: runtime()? })
    };
    Some(found())
}

fn of_variables(args: &WhereArgs) -> Result<Place, Problem> {
    let client = Client::from_env().map_err(|error| {
        let help = "name an environment of topika.toml with `--env NAME`, or set the variables that applications read";
        Problem::new(error.message(), help)
    })?;
    let id = format!("kafka ({})", client.bootstrap());
    let registry = client.has_registry().then(|| client.registry().clone());
    Ok(Place { client, id, registry, env: None, named: Vec::new(), exact: args.exact, runtime: runtime()? })
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
        let all = {
            let _progress = Progress::start("Asking Kafka");
            self.runtime.block_on(self.client.topics().list()).map_err(|error| self.problem(&error))?
        };
        let by_itself = [format!("{prefix}{plain}"), name.to_owned()];
        if self.exact {
            return match by_itself.iter().find(|topic| all.contains_key(*topic)) {
                Some(topic) => Ok(DeadLetters::on(&self.client, topic)),
                None => {
                    let message = format!("{} has no topic {}", self.id, by_itself[0]);
                    Err(Problem::new(message, "name the topic of dead letters itself, or leave out `--exact`"))
                }
            };
        }
        // What its row in topika.toml says.
        if let Some((_, letters)) = self.named.iter().find(|(topic, _)| topic == plain) {
            let letters = DeadLetters::named(&self.client, letters).from_topic(format!("{prefix}{plain}"));
            if all.contains_key(letters.topic()) {
                return Ok(letters);
            }
        }
        let is_named = |topic: &String| self.named.iter().any(|(_, letters)| *topic == format!("{prefix}{letters}"));
        let named = [&[format!("{prefix}dlq.{plain}")], &by_itself[..]].concat();
        let is_meant = |topic: &&String| all.contains_key(*topic) && (is_of_letters(topic) || is_named(topic));
        if let Some(topic) = named.iter().find(is_meant) {
            return Ok(DeadLetters::on(&self.client, topic));
        }
        let begins = format!("{prefix}dlq.");
        let there = all.keys().filter(|topic| topic.starts_with(&begins) || is_named(topic));
        let there: Vec<&str> = there.map(String::as_str).collect();
        let wanted = self.named.iter().find(|(topic, _)| topic == plain);
        let wanted = wanted.map_or_else(|| format!("{begins}{plain}"), |(_, letters)| format!("{prefix}{letters}"));
        let message = format!("{} has no topic of dead letters of \"{name}\": there is no {wanted}", self.id);
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
