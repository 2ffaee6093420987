//! What all three begin with: the project, the cluster, and what differs.

use std::time::Duration;

use tokio::runtime::Runtime;
use topika_contract::manifest::{EnvRow, Setting};
use topika_contract::project::{Project, resolve};
use topika_contract::report::Report;

use crate::args::{Format, ProjectArgs};
use crate::cluster::{Cluster, cluster};
use crate::environment::{prefix, row};
use crate::findings::print_findings;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::root::root;
use crate::topics::{Plan, Wanted, plan, wanted};

/// A project beside the topics of a Kafka.
pub(super) struct Compared {
    pub(super) cluster: Cluster,
    pub(super) wanted: Wanted,
    pub(super) plan: Plan,
    /// The other environments of the same Kafka, each with what stands before the names of its topics.
    pub(super) others: Vec<(String, String)>,
    /// What questions are asked on.
    pub(super) runtime: Runtime,
}

/// Compares them; `None` where that cannot be done, which is told. `reset`: what nobody declares is to be taken back.
pub(super) fn compared(
    args: &ProjectArgs,
    env: &str,
    deadline: Duration,
    reset: bool,
    printer: &mut Printer,
) -> Option<Compared> {
    let root = root(args, printer)?;
    let mut report = Report::default();
    let project = Project::load(&root, &mut report);
    let contract = resolve(&project, &mut report);
    if report.denies() {
        print_findings(&report, Format::Text, printer);
        printer.error("the topics were not compared with Kafka", "mend what stands above, then run it again");
        return None;
    }
    let compare = || {
        let row = row(env, &project.manifest)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Problem::new(format!("no connection can be made: {error}"), "see what the system says"))?;
        let cluster = cluster(env, &project.manifest, deadline)?;
        let wanted = wanted(&contract, &project.manifest, &project.lock, row, &cluster.prefix);
        let there = {
            let _progress = Progress::start("Asking Kafka");
            let names = wanted.topics.iter().map(|topic| topic.name.as_str());
            let names: Vec<&str> = names.chain(wanted.gone.iter().map(String::as_str)).collect();
            runtime.block_on(cluster.client.topics().describe(&names)).map_err(|error| cluster.problem(&error))?
        };
        let plan = plan(&wanted, &there, reset);
        let of_it = |other: &&EnvRow| other.name.value != env && bootstrap_of(other) == bootstrap_of(row);
        let named = |other: &EnvRow| Ok((other.name.value.clone(), prefix(&other.name.value, &project.manifest)?));
        let others = project.manifest.envs.iter().filter(of_it).map(named).collect::<Result<_, Problem>>()?;
        Ok(Compared { cluster, wanted, plan, others, runtime })
    };
    match compare() {
        Ok(compared) => Some(compared),
        Err(Problem { message, help }) => {
            printer.error(message, help);
            None
        }
    }
}

fn bootstrap_of(row: &EnvRow) -> Option<&Setting> {
    row.bootstrap.as_ref().map(|bootstrap| &bootstrap.value)
}
