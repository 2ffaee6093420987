//! Subject by subject, on all cores: every text and every version is read once, and what the judge makes of a schema serves all its
//! comparisons.

use std::collections::HashMap;

use super::baseline::Kind;
use super::hashes;
use super::items::{Item, Items};
use super::job::{Job, Old};
use super::pairs::compare;
use crate::compat::{Direction, Prepared};
use crate::lock::LockedVersion;
use crate::project::{EventSchema, Past, Project, hash_of, past};
use crate::report::{Finding, Report};
use crate::threads::in_parallel_and_deep;

/// What came of a job: the findings with the directions in which they break, and one about the version's row in the lock; or why the
/// version cannot be read.
pub(super) type Outcome = Result<(Vec<(Vec<Direction>, Finding)>, Option<Finding>), Report>;

/// What came of all jobs.
pub(super) struct Judged {
    /// In the order of the jobs.
    pub(super) outcomes: Vec<Outcome>,
    /// Findings about rows of the lock on which the judgement rests, in the order of the items.
    pub(super) forged: Vec<Finding>,
}

/// An item with its jobs, by their numbers.
struct Line<'a, 'j> {
    item: &'a Item<'a>,
    jobs: Vec<(usize, &'j Job<'a>)>,
}

/// Does the jobs, and looks at the rows of the lock on which the judgement rests.
pub(super) fn judged<'a>(project: &'a Project, items: &'a Items<'a>, jobs: &[Job<'a>]) -> Judged {
    let mut lines: Vec<Line<'a, '_>> = items.all.iter().map(|item| Line { item, jobs: Vec::new() }).collect();
    for (number, job) in jobs.iter().enumerate() {
        if let Some(line) = lines.get_mut(job.item.number) {
            line.jobs.push((number, job));
        }
    }
    let mut outcomes: Vec<(usize, Outcome)> = Vec::with_capacity(jobs.len());
    let mut forged = Vec::new();
    for (done, suspects) in in_parallel_and_deep(&lines, |line| line.judge(project)) {
        outcomes.extend(done);
        forged.extend(suspects);
    }
    outcomes.sort_unstable_by_key(|(number, _)| *number);
    Judged { outcomes: outcomes.into_iter().map(|(_, outcome)| outcome).collect(), forged }
}

impl<'a> Line<'a, '_> {
    fn judge(&self, project: &'a Project) -> (Vec<(usize, Outcome)>, Vec<Finding>) {
        let policy = project.manifest.policy();
        let mut news: HashMap<*const EventSchema, Prepared<'_>> = HashMap::new();
        for (_, job) in &self.jobs {
            let schema = job.new.schema();
            news.entry(std::ptr::from_ref(schema)).or_insert_with(|| Prepared::new(schema));
        }
        let mut outcomes = Vec::with_capacity(self.jobs.len());
        let mut hashes_read: HashMap<*const LockedVersion, Option<String>> = HashMap::new();
        for (old, jobs) in by_old(&self.jobs) {
            // One version after the other, so that no more than one of them is held.
            let Past { schema, compare: hash } = past(old.lock, old.subject, old.version);
            hashes_read.insert(std::ptr::from_ref(old.version), hash);
            let schema = match &schema {
                Ok(schema) => schema,
                Err(problems) => {
                    outcomes.extend(jobs.into_iter().map(|(number, _)| (number, Err(problems.clone()))));
                    continue;
                }
            };
            let was = Prepared::new(schema);
            for (number, job) in jobs {
                let new = news.get(&std::ptr::from_ref(job.new.schema())).expect("the schema of each job is prepared");
                // Only our lock is ours to verify; here its text was read anyway.
                let ours = matches!(job.baseline.kind, Kind::Lock);
                let forged = ours.then(|| hashes::fingerprint(old.lock, old.subject, old.version, schema)).flatten();
                let found = compare(new, (old.version.number, &was), job.item.subject.level, policy);
                outcomes.push((number, Ok((found, forged))));
            }
        }
        let lock = &project.lock;
        let Some(subject) = lock.subject(&self.item.subject.name) else { return (outcomes, Vec::new()) };
        let forged = hashes::check(self.item, lock, subject, |version| {
            let known = hashes_read.remove(&std::ptr::from_ref(version));
            known.unwrap_or_else(|| hash_of(lock, subject, version))
        });
        (outcomes, forged)
    }
}

/// Jobs with the version that they look at.
type OfOne<'a, 'j> = (Old<'a>, Vec<(usize, &'j Job<'a>)>);

/// The jobs by version, in the order in which the versions come first.
fn by_old<'a, 'j>(jobs: &[(usize, &'j Job<'a>)]) -> Vec<OfOne<'a, 'j>> {
    let mut places: HashMap<*const LockedVersion, usize> = HashMap::new();
    let mut all: Vec<OfOne<'a, 'j>> = Vec::new();
    for (number, job) in jobs {
        let place = *places.entry(std::ptr::from_ref(job.old.version)).or_insert(all.len());
        match all.get_mut(place) {
            Some((_, jobs)) => jobs.push((*number, job)),
            None => all.push((job.old, vec![(*number, job)])),
        }
    }
    all
}
