//! What a registry holds of our subjects, as a lock.

mod connect;
mod fetch;
mod versions;

use topika_contract::check::Baseline;
use topika_contract::project::{Contract, Project};

use super::Problem;

/// All versions of the project's subjects in the registry of an environment. The only baseline that uses a network.
pub(super) fn baseline(
    env: &str,
    project: &Project,
    contract: &Contract,
    problems: &mut Vec<String>,
) -> Result<Baseline, Problem> {
    let registry = connect::registry(env, &project.manifest)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(format!("no connection can be made: {error}"), "see what the system says"))?;
    let subjects = runtime.block_on(fetch::subjects(&registry, contract)).map_err(|error| registry.problem(&error))?;
    let lock = versions::lock(subjects, problems);
    Ok(Baseline::other(registry.id, lock).what(registry.url))
}
