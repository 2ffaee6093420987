//! What both commands begin with: the lock, the registry, and what differs between them.

use std::path::PathBuf;

use tokio::runtime::Runtime;
use topika_contract::lock::Lock;
use topika_contract::manifest::Manifest;
use topika_contract::project::{Contract, Project, resolve};
use topika_contract::report::Report;

use super::text;
use crate::args::{Format, ProjectArgs};
use crate::deploy::{IdsFile, Observed, Plan, Wanted, names, observe, plan, read_ids, wanted};
use crate::environment::{Registry, registry};
use crate::findings::print_findings;
use crate::import::{News, news};
use crate::printer::Printer;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::root::root;
use crate::settings::{self, FILE, There};

/// A lock beside a registry.
pub(super) struct Compared {
    /// The folder of the project.
    pub(super) root: PathBuf,
    /// The schema folder, relative to it.
    pub(super) schemas: String,
    pub(super) manifest: Manifest,
    pub(super) lock: Lock,
    pub(super) registry: Registry,
    pub(super) wanted: Wanted,
    pub(super) observed: Observed,
    pub(super) plan: Plan,
    pub(super) ids: IdsFile,
    /// What is new of what others own.
    pub(super) news: Vec<News>,
    /// What the registry says of its subjects beside the level.
    pub(super) said: There,
    /// What else is to be said.
    pub(super) notes: Vec<String>,
    /// What is not locked yet, and so is not asked of the registry.
    pub(super) unlocked: Vec<String>,
    /// What questions are asked on.
    pub(super) runtime: Runtime,
}

/// Compares them; `None` where that cannot be done, which is told.
pub(super) fn compared(args: &ProjectArgs, env: &str, printer: &mut Printer) -> Option<Compared> {
    let root = root(args, printer)?;
    let mut report = Report::default();
    let project = Project::load(&root, &mut report);
    // What the working files say is for `check`: here the lock counts, and it must be whole.
    if report.denies() {
        print_findings(&report, Format::Text, printer);
        printer.error("the lock was not compared with the registry", "mend what stands above, then run it again");
        return None;
    }
    let contract = resolve(&project, &mut Report::default());
    match compare(&project, &contract, env) {
        Ok(compared) => Some(compared),
        Err(Problem { message, help }) => {
            printer.error(message, help);
            None
        }
    }
}

fn compare(project: &Project, contract: &Contract, env: &str) -> Result<Compared, Problem> {
    let registry = registry(env, project)?;
    let ids = read_ids(&project.root, &project.manifest.schemas, env)?;
    let wanted = wanted(&project.lock, &project.manifest, &registry.prefix, registry.has_context);
    let said = settings::read(&project.root)?.without(&wanted.elsewhere);
    let stated = settings::stated(&said, &names(&wanted, &registry.prefix))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(format!("no connection can be made: {error}"), "see what the system says"))?;
    let asked = async {
        let client = &registry.client;
        let subjects = wanted.versions.iter().map(|version| wanted.remote(version)).collect();
        let said = settings::ask(client, &stated, subjects).await?;
        let differences = settings::compare(&stated, &said);
        let can_have = settings::can_have(client, &said, &differences).await?;
        let observed = observe(client, &wanted, &ids.ids, &said).await?;
        let news = news(&registry.client, &project.manifest, &project.lock, env, &registry.prefix).await?;
        Ok((observed, news, said, differences, can_have))
    };
    let (observed, news, said, mut differences, can_have) = {
        let _progress = Progress::start("Asking the registry");
        runtime.block_on(asked).map_err(|error| registry.problem(&error, None))?
    };
    let mut notes: Vec<String> = text::elsewhere(&wanted, env).into_iter().collect();
    if !can_have && differences.keep_levels() {
        notes.push(format!("{} keeps no settings beside the level: what {FILE} says is not set there", registry.id()));
    }
    let of_all = differences.level_of_all();
    let plan = plan(&wanted, &observed, &ids.ids, differences, &said);
    notes.extend(text::unsaid(&registry, &said));
    notes.extend(text::level_of_all(&registry, &plan, &said).filter(|_| of_all.is_none()));
    let (root, schemas) = (project.root.clone(), project.manifest.schemas.clone());
    let (manifest, lock) = (project.manifest.clone(), project.lock.clone());
    Ok(Compared {
        root,
        schemas,
        manifest,
        lock,
        registry,
        wanted,
        observed,
        plan,
        ids,
        news,
        said,
        notes,
        unlocked: unlocked(contract),
        runtime,
    })
}

/// The names of the events and the paths of the shared types whose text is newer than the lock.
fn unlocked(contract: &Contract) -> Vec<String> {
    let events = contract.events.iter().filter(|event| event.frozen.is_none() && event.version.is_none());
    let shared = contract.shared.iter().filter(|shared| shared.version.is_none());
    events.map(|event| event.name.clone()).chain(shared.map(|shared| shared.path.clone())).collect()
}
