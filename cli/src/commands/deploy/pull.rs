use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use topika_contract::data_contract::DataContract;
use topika_contract::freeze::today;
use topika_contract::project::Project;
use topika_contract::report::Report;
use topika_contract::saved::sweep;

use super::imports;
use crate::adopt::{Adopted, Held, Kind, OtherLevel, Settled, adopted, besides, held, settle, table_of, write};
use crate::args::{Format, PullArgs};
use crate::deploy::{IdsFile, other_ids, read_ids};
use crate::environment::{Registry, other_env, registry};
use crate::exit::Exit;
use crate::findings::print_findings;
use crate::import::is_imported;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::registered::SeenId;
use crate::root::root;
use crate::settings::{self, FILE};
use crate::summary::count;

/// `cargo topika pull`
pub(in super::super) fn run(args: &PullArgs, printer: &mut Printer) -> Exit {
    let Some(root) = root(&args.project, printer) else { return Exit::Failed };
    let mut report = Report::default();
    let project = Project::load(&root, &mut report);
    // A project that has no schema yet is what pull is for.
    let hinders = |finding: &topika_contract::report::Finding| {
        finding.severity == topika_contract::rules::Severity::Deny
            && finding.rule.id != topika_contract::rules::PROJECT_EMPTY.id
    };
    if report.findings().iter().any(hinders) {
        print_findings(&report, Format::Text, printer);
        printer.error("nothing was pulled", "mend what stands above, then pull again");
        return Exit::Failed;
    }
    let done = match (&args.env, &args.import) {
        (Some(env), _) => pulled(&project, &root, env, args, printer),
        (None, names) => imports::pulled(&project, &root, names.as_deref().unwrap_or_default(), args.dry_run, printer),
    };
    match done {
        Ok(exit) => exit,
        Err(Problem { message, help }) => {
            printer.error(message, help);
            Exit::Failed
        }
    }
}

fn pulled(project: &Project, root: &Path, env: &str, args: &PullArgs, printer: &mut Printer) -> Result<Exit, Problem> {
    let registry = registry(env, project)?;
    let settings = settings::read(root)?;
    let mut ids = read_ids(root, &project.manifest.schemas, env)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(format!("no connection can be made: {error}"), "see what the system says"))?;
    let elsewhere: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let (held, besides) = {
        let _progress = Progress::start("Reading the registry");
        // What others own is no contract of this project; and what has the name of a topic whose messages name no schema says nothing of them.
        let is_adopted = |name: &String| {
            !is_imported(&project.manifest, &project.lock, env, &registry.prefix, name)
                && !is_plain(project, &registry.prefix, name)
                && !is_elsewhere(project, env, name, &elsewhere)
        };
        let asked = async {
            let held = held(&registry.client, is_adopted).await?;
            let level = Some(held.level).filter(|_| args.global_level || settings.says_level());
            Ok((held, besides(&registry.client, level).await?))
        };
        runtime.block_on(asked).map_err(|error| registry.problem(&error, None))?
    };
    tell_unpulled(&held, &registry, printer);
    for (other, subjects) in elsewhere.into_inner() {
        printer.err(format_args!(
            "note: {} of topics of [env.{other}], which has the same registry, left alone: `cargo topika pull --env {other}` adopts what is new there",
            count(subjects, "subject")
        ));
    }
    if held.subjects.is_empty() {
        printer.out(format_args!("{} of {} holds no subject: nothing to pull", registry.id(), registry.url));
        return Ok(Exit::Clean);
    }
    let settled = {
        let _progress = Progress::start("Finding the place of every subject");
        settle(&held, project, &ids.ids, &registry.prefix, &today())
    };
    let settled = match settled {
        Ok(settled) => settled,
        Err(findings) => {
            let mut report = Report::default();
            report.extend(findings);
            print_findings(&report, Format::Text, printer);
            printer.error("nothing was pulled", "mend what stands above, then pull again");
            return Ok(Exit::Findings);
        }
    };
    let seen: Vec<&SeenId> = settled.built.ids.iter().collect();
    if let Some(Problem { message, help }) = other_ids(&seen, &ids, &project.lock, &registry) {
        printer.error(message, help);
        return Ok(Exit::Findings);
    }
    let adopted = adopted(&settings, &held, &besides, &settled.places, &registry.prefix, &registry.id());
    tell(&settled, &adopted, &registry, printer);
    if project.lock.subjects.is_empty() && project.lock.carried.is_empty() && !adopted.settings.says_level() {
        let (id, level) = (registry.id(), held.level);
        printer.err(format_args!(
            "note: the level of {id} itself, {level}, is not taken: a push gives every subject its own; with `--global-level`, {FILE} says it and push sets it"
        ));
    }
    if args.dry_run {
        return Ok(Exit::Clean);
    }
    sweep(root, &project.manifest.schemas);
    write(&settled, root, project.manifest.source.as_ref(), &project.lock).map_err(|error| {
        Problem::new(error.to_string(), "see that you may write there, and pull again: the old lock still holds")
    })?;
    keep(&settled, &mut ids)?;
    for claim in &settled.claims {
        let help = claim.help.as_deref().unwrap_or_default();
        printer.err(format_args!("note: {}\n  help: {help}", claim.message));
    }
    if adopted.settings != settings {
        adopted.settings.write(root)?;
        printer.out(format_args!("Wrote {FILE}; commit it"));
    }
    printer.out(format_args!(
        "Pulled {} of {}; look at them, and commit topika.toml, topika.lock and {}",
        count(settled.built.added.len(), "new version"),
        count(settled.places.places.len(), "subject"),
        project.manifest.schemas
    ));
    Ok(Exit::Clean)
}

/// Whether a subject is that of another environment of the registry, and is counted as such. What the lock holds by that name is still looked at.
fn is_elsewhere<'p>(project: &'p Project, env: &str, there: &str, counted: &RefCell<BTreeMap<&'p str, usize>>) -> bool {
    if project.lock.carried(there).is_some() || project.lock.subject(there).is_some() {
        return false;
    }
    let other = other_env(env, &project.manifest, there);
    if let Some(other) = other {
        *counted.borrow_mut().entry(other).or_default() += 1;
    }
    other.is_some()
}

/// Whether a subject there has the name of one of a topic whose messages name no schema.
fn is_plain(project: &Project, prefix: &str, there: &str) -> bool {
    let mut topics = project.lock.topics.iter().filter(|topic| topic.framing.is_without_registry());
    there.strip_prefix(prefix).is_some_and(|name| topics.any(|topic| topic.has_subject(name)))
}

/// Keeps the ids, each under the name and number of the lock.
fn keep(settled: &Settled, ids: &mut IdsFile) -> Result<(), Problem> {
    for SeenId { subject, number, to, .. } in &settled.built.ids {
        ids.ids.set(subject, *number, *to);
    }
    ids.write().map(drop)
}

/// What stays behind, whatever becomes of the rest.
fn tell_unpulled(held: &Held, registry: &Registry, printer: &mut Printer) {
    let id = registry.id();
    for unread in &held.unread {
        printer.err(format_args!("note: {}", unread.said(&id)));
    }
    for gone in &held.gone {
        printer.err(format_args!(
            "note: {gone} is softly deleted in {id}, and was not pulled: messages that name its ids are read there alone"
        ));
    }
}

/// Where every subject stands from now on.
fn tell(settled: &Settled, adopted: &Adopted, registry: &Registry, printer: &mut Printer) {
    let mut carried = 0;
    for (there, place) in &settled.places.places {
        let settings = if adopted.subjects.contains(there) { "  with its settings" } else { "" };
        match &place.kind {
            Kind::OfTopic { topic, path, key, .. } => {
                let (kind, how) = if *key { ("key  ", "of") } else { ("event", "on") };
                let contract = contract(settled, path);
                printer.out(format_args!("{kind}    {there}  {path}  {how} {topic}{contract}{settings}"));
            }
            Kind::Shared { path, .. } => {
                printer.out(format_args!("shared   {there}  {path}{}{settings}", contract(settled, path)));
            }
            Kind::Carried => {
                carried += 1;
                printer.out(format_args!("carried  {there}{settings}"));
            }
        }
    }
    for path in &settled.removed {
        printer.out(format_args!(
            "remove   {path}  the newest version has no metadata and no rules, and what it says is frozen"
        ));
    }
    for (alias, target) in &adopted.aliases {
        printer.out(format_args!("alias    {alias}  of {target}"));
    }
    if !adopted.global.is_empty() {
        printer.out(format_args!("settings of the registry itself  {}", adopted.global.join(", ")));
    }
    for note in &adopted.notes {
        printer.err(format_args!("note: {note}"));
    }
    for path in &settled.kept {
        printer.err(format_args!("note: {path} has changes that are not locked, and stays as it is"));
    }
    if carried > 0 {
        let id = registry.id();
        printer.err(format_args!(
            "note: {} kept word for word, without a file to work on or a type: {id} has names or texts there that no file of a project gives",
            if carried == 1 { "1 subject is".to_owned() } else { format!("{carried} subjects are") }
        ));
    }
    for (there, why) in &settled.without_file {
        printer.err(format_args!("note: {there} has no file: {why}"));
    }
    tell_differences(settled, registry, printer);
}

/// What is there otherwise than here.
fn tell_differences(settled: &Settled, registry: &Registry, printer: &mut Printer) {
    let id = registry.id();
    for (there, version, number) in &settled.built.added {
        // The one that somebody registered beside the lock stands behind ours here, and before it there.
        if settled.built.newest.get(there).is_some_and(|newest| newest < number) {
            printer.err(format_args!("note: version {version} of {there} in {id} is version {number} in topika.lock"));
        }
    }
    for (there, apart) in &settled.built.apart {
        let versions: Vec<String> = apart.versions.iter().map(ToString::to_string).collect();
        let (noun, verb) = if versions.len() == 1 { ("version", "is") } else { ("versions", "are") };
        let (versions, why) = (versions.join(", "), apart.why.said(&registry.env));
        printer.err(format_args!("note: {noun} {versions} of {there} in {id} {verb} left alone: {why}"));
    }
    for (there, unplaced) in &settled.unplaced {
        let next = match &unplaced.events {
            Some(events) => {
                format!(
                    "where that is meant, write `events = {events:?}` below {} in topika.toml",
                    table_of(&unplaced.topic)
                )
            }
            None => "mend that".to_owned(),
        };
        let (topic, message) = (&unplaced.topic, &unplaced.message);
        printer.err(format_args!(
            "note: {there} has no file, since with it on {topic} {message}: {next}, and pull again, which then adopts it"
        ));
    }
    for OtherLevel { subjects, there, here, table } in &settled.levels {
        let verb = if subjects.len() == 1 { "has" } else { "have" };
        let (subjects, env) = (subjects.join(", "), &registry.env);
        let what = match table {
            Some(table) => format!(
                "`cargo topika push --env {env}` sets {here} there; whoever wants {there} writes `level = \"{there}\"` below {table} in topika.toml"
            ),
            None => format!("what is carried has the level of the registry, so topika.lock says {there} now"),
        };
        printer.err(format_args!("note: {subjects} {verb} the level {there} in {id}, and {here} here: {what}"));
    }
}

/// Whether the newest version brings a data contract.
fn contract(settled: &Settled, path: &str) -> &'static str {
    let beside = DataContract::path_beside(path);
    if settled.built.working.iter().any(|(one, _)| *one == beside) { "  with its data contract" } else { "" }
}
