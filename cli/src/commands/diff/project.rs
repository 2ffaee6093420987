use std::path::Path;

use topika_contract::data_contract::DataContract;
use topika_contract::lock::LockedSubject;
use topika_contract::project::{Contract, Project, history, resolve};
use topika_contract::report::Report;
use topika_contract::schema::EventSchema;
use topika_contract::text::closest;

use super::carried::{Carried, compared};
use super::side::{Comparison, Side};
use crate::args::{DiffArgs, Format};
use crate::exit::Exit;
use crate::findings::print_findings;
use crate::printer::Printer;
use crate::root::root;

/// What there is to compare.
pub(super) enum Found {
    /// Schemas, of which a change can be judged.
    Judged(Vec<Comparison>),
    /// Texts that are carried.
    Carried(Carried),
}

/// What is compared within a project: one subject, or every one that is locked.
pub(super) fn comparisons(args: &DiffArgs, printer: &mut Printer) -> Result<Found, Exit> {
    let root = root(&args.project, printer).ok_or(Exit::Failed)?;
    let mut report = Report::default();
    let project = Project::load(&root, &mut report);
    let contract = resolve(&project, &mut report);
    let loaded = Loaded { project, contract, report };
    let lock = &loaded.project.lock;
    let carried = args.subject.as_ref().and_then(|name| lock.carried(name).filter(|_| lock.subject(name).is_none()));
    if let Some(carried) = carried {
        return compared(carried, args, printer).map(Found::Carried);
    }
    match &args.subject {
        Some(name) => {
            let subject = loaded.subject(name, printer)?;
            let old = loaded.side(&subject, args.old.as_deref().unwrap_or("last"), printer)?;
            let new = loaded.side(&subject, args.new.as_deref().unwrap_or("work"), printer)?;
            Ok(Found::Judged(vec![Comparison { subject: Some(subject.name), old, new }]))
        }
        None => {
            let mut all = Vec::new();
            for locked in &loaded.project.lock.subjects {
                let subject = Subject { name: locked.name.clone(), path: locked.path.clone() };
                // A subject whose file is gone, or whose event moved to another topic, has nothing that it became.
                let Some(work) = loaded.work(&subject) else { continue };
                let old = loaded.side(&subject, "last", printer)?;
                let new = working(work);
                all.push(Comparison { subject: Some(subject.name), old, new });
            }
            Ok(Found::Judged(all))
        }
    }
}

/// What the working tree says: schema and data contract.
type Work<'c> = (&'c EventSchema, Option<&'c DataContract>);

fn working((schema, contract): Work<'_>) -> Side {
    Side { label: "working tree".to_owned(), schema: schema.clone(), contract: contract.cloned() }
}

/// A project with its contract, and what there is to say about them.
struct Loaded {
    project: Project,
    contract: Contract,
    report: Report,
}

/// A subject, and the path of its working file below the schema folder.
struct Subject {
    name: String,
    path: String,
}

impl Loaded {
    /// The subject that people name by itself, by its event, or by its file.
    fn subject(&self, name: &str, printer: &mut Printer) -> Result<Subject, Exit> {
        let folder = format!("{}/", self.project.manifest.schemas);
        let file = name.strip_prefix("./").unwrap_or(name);
        let file = file.strip_prefix(&folder).unwrap_or(file);
        let events = self.contract.events.iter().filter(|event| event.frozen.is_none());
        let working = events
            .map(|event| (event.subject.name.as_str(), event.path.as_str(), event.name.as_str()))
            .chain(self.contract.shared.iter().map(|shared| (shared.subject.name.as_str(), shared.path.as_str(), "")));
        let locked = self.project.lock.subjects.iter().map(|locked| (locked.name.as_str(), locked.path.as_str(), ""));
        let known: Vec<_> = working.chain(locked).collect();
        let found = known
            .iter()
            .find(|(subject, _, _)| *subject == name)
            .or_else(|| known.iter().find(|(_, path, event)| *path == file || *event == name));
        if let Some((subject, path, _)) = found {
            return Ok(Subject { name: (*subject).to_owned(), path: (*path).to_owned() });
        }
        let carried = self.project.lock.carried.iter().map(|carried| carried.name.as_str());
        let meant = known.iter().flat_map(|(subject, path, event)| [*subject, *path, *event]).chain(carried);
        let meant = closest(name, meant);
        printer.error(
            format_args!("there is no subject, event or schema file {name:?}"),
            match meant.filter(|meant| !meant.is_empty()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`cargo topika diff` without a name compares all of them".to_owned(),
            },
        );
        Err(Exit::Usage)
    }

    /// The schema of a subject in a version.
    fn side(&self, subject: &Subject, version: &str, printer: &mut Printer) -> Result<Side, Exit> {
        if version == "work" {
            return match self.work(subject) {
                Some(work) => Ok(working(work)),
                None => Err(self.unreadable(subject, printer)),
            };
        }
        let locked = self.project.lock.subject(&subject.name);
        let locked = locked.or_else(|| self.project.lock.subject_of_path(&subject.path));
        let Some(locked) = locked else {
            printer.error(
                format_args!("`{}` has no locked version yet", subject.name),
                "`cargo topika lock` makes the first one at release",
            );
            return Err(Exit::Failed);
        };
        self.locked(locked, version, printer)
    }

    fn locked(&self, subject: &LockedSubject, version: &str, printer: &mut Printer) -> Result<Side, Exit> {
        let found = match version {
            "last" => subject.last(),
            number => number.parse().ok().and_then(|number| subject.version(number)),
        };
        let Some(found) = found else {
            let numbers: Vec<String> = subject.versions.iter().map(|version| version.number.to_string()).collect();
            printer.error(
                format_args!("`{}` has no version {version:?}", subject.name),
                format_args!("it has {}, `last` and `work`", numbers.join(", ")),
            );
            return Err(Exit::Usage);
        };
        match history(&self.project.lock, subject, found) {
            Ok(schema) => Ok(Side {
                label: format!("version {}", found.number),
                schema,
                contract: found.data_contract().cloned(),
            }),
            Err(report) => {
                print_findings(&report, Format::Text, printer);
                printer.error(
                    format_args!("version {} of `{}` cannot be read", found.number, subject.name),
                    "restore the frozen texts from version control; `cargo topika check` says which",
                );
                Err(Exit::Failed)
            }
        }
    }

    fn work(&self, subject: &Subject) -> Option<Work<'_>> {
        let events = self.contract.events.iter().filter(|event| event.frozen.is_none());
        let event = events.clone().find(|event| event.subject.name == subject.name);
        let event = event
            .or_else(|| self.contract.events.iter().find(|event| event.frozen.is_none() && event.path == subject.path));
        let shared = self.contract.shared.iter().find(|shared| shared.path == subject.path);
        event
            .map(|event| (&event.schema, event.contract.as_ref()))
            .or_else(|| shared.map(|shared| (&shared.schema, shared.contract.as_ref())))
    }

    /// Says why a working file has no schema.
    fn unreadable(&self, subject: &Subject, printer: &mut Printer) -> Exit {
        let shown = format!("{}/{}", self.project.manifest.schemas, subject.path);
        let mut own = Report::default();
        let findings = self.report.findings().iter();
        own.extend(findings.filter(|finding| finding.at.as_ref().is_some_and(|at| at.source.path() == shown)).cloned());
        print_findings(&own, Format::Text, printer);
        let help = if Path::new(&self.project.root).join(&shown).is_file() {
            "mend what `cargo topika check` says about it, then compare again"
        } else {
            "compare two locked versions: `cargo topika diff SUBJECT 1 last`"
        };
        printer.error(format_args!("the working tree has no schema at {shown}"), help);
        Exit::Failed
    }
}
