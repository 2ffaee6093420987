use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::baseline::{Baseline, Kind};
use super::items::{Item, Items};
use super::job::{Job, New, Old};
use super::judged::{Judged, judged};
use super::told::{Told, push_new};
use crate::compat::{Direction, Level, advice};
use crate::lock::{Lock, LockedSubject, LockedVersion};
use crate::project::{Project, Topic, history};
use crate::report::{Finding, Promise, Report};
use crate::rules::{BASELINE_UNREADABLE, HISTORY_UNREADABLE_VERSION};

/// Collects what is to be compared of the texts of a project, baseline by baseline and no pair twice; then compares it.
pub(super) struct Judging<'a> {
    project: &'a Project,
    items: &'a Items<'a>,
    /// What is to be compared. It is done at the end, all at once and on all cores: here is where a check spends its time.
    jobs: Vec<Job<'a>>,
    /// Subject, new text, old text, by the hashes of the lock.
    judged: HashSet<(&'a str, &'a str, &'a str)>,
    /// Subject and text of every version that was looked at.
    versions: HashSet<(&'a str, &'a str)>,
}

/// What a check has compared, to be told.
pub(super) struct Done<'a> {
    project: &'a Project,
    jobs: Vec<Job<'a>>,
    judged: Judged,
    versions: usize,
}

impl<'a> Judging<'a> {
    pub(super) fn new(project: &'a Project, items: &'a Items<'a>) -> Self {
        Self { project, items, jobs: Vec::new(), judged: HashSet::new(), versions: HashSet::new() }
    }

    /// Every event and shared type is to be judged by its level.
    pub(super) fn against(&mut self, baseline: &'a Baseline) {
        let lock = match &baseline.kind {
            Kind::Lock => &self.project.lock,
            Kind::Former { locked, .. } => locked,
            Kind::Other(lock) => lock,
        };
        let mut by_path: HashMap<&str, Vec<&LockedSubject>> = HashMap::new();
        for subject in &lock.subjects {
            by_path.entry(&subject.path).or_default().push(subject);
        }
        let items = self.items;
        for item in &items.all {
            let own = lock.subject(&item.subject.name);
            let former = own.is_none() || (item.subject.level.transitive() && !self.is_settled(item, own, baseline));
            let same_path = by_path.get(item.path).map_or(&[][..], Vec::as_slice);
            let former = same_path.iter().copied().filter(|locked| former && items.is_former(item, locked));
            for subject in own.into_iter().chain(former) {
                self.subject(item, lock, subject, baseline);
            }
            if let Kind::Former { drafts: Some(drafts), .. } = &baseline.kind {
                self.drafts(item, drafts, lock, baseline);
            }
        }
    }

    /// Compares.
    pub(super) fn compare(self) -> Done<'a> {
        let judged = judged(self.project, self.items, &self.jobs);
        Done { project: self.project, jobs: self.jobs, judged, versions: self.versions.len() }
    }

    /// A text, and what was locked since the baseline, against a subject's line of versions.
    fn subject(&mut self, item: &'a Item<'a>, lock: &'a Lock, subject: &'a LockedSubject, baseline: &'a Baseline) {
        let mut olds: Vec<Old<'_>> = subject.versions.iter().map(|version| Old { lock, subject, version }).collect();
        if let Kind::Former { .. } = baseline.kind {
            olds.extend(self.locked_since(item, subject, &olds, baseline));
        }
        if self.is_settled(item, Some(subject), baseline) {
            self.versions.extend(olds.iter().map(|old| (old.subject.name.as_str(), old.version.compare.as_str())));
            return;
        }
        if olds.last().is_some_and(|last| last.version.compare == item.compare)
            && let Some(last) = olds.pop()
        {
            // Compared all the same: it is the text.
            self.versions.insert((last.subject.name.as_str(), last.version.compare.as_str()));
        }
        self.text(item, &olds, baseline);
    }

    /// Whether a text is the last version, and so was judged when it was locked; unless the level is another than that of the lock:
    /// a promise that is new holds for the last version too.
    fn is_settled(&self, item: &Item<'_>, subject: Option<&LockedSubject>, baseline: &Baseline) -> bool {
        let last = subject.and_then(LockedSubject::last);
        let raised = || match (&baseline.kind, item.topic) {
            (Kind::Lock, Some(topic)) => {
                self.project.lock.topic(&topic.name).is_none_or(|locked| locked.level != item.subject.level)
            }
            _ => false,
        };
        last.is_some_and(|last| last.compare == item.compare) && !raised()
    }

    /// The versions that the lock has and the former state has not, each against those before it: the lock may have been
    /// written by hand. Answers them, for what comes after them.
    fn locked_since(
        &mut self,
        item: &'a Item<'a>,
        before: &LockedSubject,
        olds: &[Old<'a>],
        baseline: &'a Baseline,
    ) -> Vec<Old<'a>> {
        let project: &'a Project = self.project;
        let Some(now) = project.lock.subject(&before.name) else { return Vec::new() };
        let mut line = olds.to_vec();
        let mut since = Vec::new();
        for version in now.versions.iter().filter(|version| before.version(version.number).is_none()) {
            let new = Old { lock: &project.lock, subject: now, version };
            // The text of the working tree is judged as such, with places in the working tree.
            if version.compare == item.compare {
                continue;
            }
            if let Ok(schema) = history(new.lock, now, version) {
                self.judge(&New::Version(Arc::new(schema)), &version.compare, item, &line, baseline);
            }
            line.push(new);
            since.push(new);
        }
        since
    }

    /// A text against the unlocked text of a former state.
    fn drafts(&mut self, item: &'a Item<'a>, drafts: &'a Lock, locked: &Lock, baseline: &'a Baseline) {
        let Some(subject) = drafts.subject(&item.subject.name) else { return };
        let locked = locked.subject(&item.subject.name);
        let is_draft = |version: &&LockedVersion| locked.is_none_or(|locked| locked.version(version.number).is_none());
        let Some(version) = subject.last().filter(is_draft) else { return };
        if version.compare != item.compare {
            self.text(item, &[Old { lock: drafts, subject, version }], baseline);
        }
    }

    fn text(&mut self, item: &'a Item<'a>, olds: &[Old<'a>], baseline: &'a Baseline) {
        self.judge(&New::Text(item.schema), item.compare, item, olds, baseline);
    }

    /// A schema of an item's subject against versions, oldest first, by the level.
    fn judge(&mut self, schema: &New<'a>, hash: &'a str, item: &'a Item<'a>, olds: &[Old<'a>], baseline: &'a Baseline) {
        let level = item.subject.level;
        if level == Level::None {
            return;
        }
        for old in olds.iter().rev().take(if level.transitive() { usize::MAX } else { 1 }) {
            self.versions.insert((old.subject.name.as_str(), old.version.compare.as_str()));
            let pair = (item.subject.name.as_str(), hash, old.version.compare.as_str());
            if old.version.compare != hash && self.judged.insert(pair) {
                self.jobs.push(Job { new: schema.clone(), old: *old, item, baseline });
            }
        }
    }
}

impl<'a> Done<'a> {
    /// Tells of rows of the lock that are not those of their texts, where the judgement rests upon them.
    pub(super) fn tell_forged(&mut self, report: &mut Report) {
        report.extend(std::mem::take(&mut self.judged.forged));
    }

    /// Says which versions a change breaks; answers how many were looked at.
    pub(super) fn tell(self, report: &mut Report) -> usize {
        let mut told = Told::default();
        for (job, outcome) in self.jobs.iter().zip(self.judged.outcomes) {
            match outcome {
                Ok((found, forged)) => {
                    push_new(forged, report);
                    for (directions, finding) in found {
                        let mut finding = dress(finding, &directions, job.item, job.old, job.baseline);
                        let last = locked_last(job.item, job.baseline);
                        job.baseline.lay_waivers(&mut finding, last, self.project);
                        told.tell(finding, &job.old.called(job.item, job.baseline), report);
                    }
                }
                Err(problems) => tell_unreadable(job.old, &problems, job.baseline, report),
            }
        }
        told.finish(report);
        self.versions
    }
}

/// The last version that a former state had locked of an item's subject.
fn locked_last(item: &Item<'_>, baseline: &Baseline) -> Option<u32> {
    let Kind::Former { locked, .. } = &baseline.kind else { return None };
    locked.subject(&item.subject.name).and_then(LockedSubject::last).map(|last| last.number)
}

/// Adds what only the project knows: the date of the version, the level, and who is hurt.
fn dress(
    mut finding: Finding,
    directions: &[Direction],
    item: &Item<'_>,
    old: Old<'_>,
    baseline: &Baseline,
) -> Finding {
    let number = format!("version {} ", old.version.number);
    if let Some(rest) = finding.label.as_ref().and_then(|label| label.strip_prefix(&number)) {
        finding.label = Some(match baseline.kind {
            Kind::Lock => format!("{}, locked {}, {rest}", number.trim_end(), old.version.date),
            _ => format!("{} {rest}", old.called(item, baseline)),
        });
    }
    finding.subject = Some(item.subject.name.clone());
    finding.promise =
        Some(Promise { level: item.subject.level.to_string(), set_at: item.subject.level_set_at.clone() });
    finding.hurts = hurt(item, directions);
    if let Some(topic) = item.topic {
        finding.notes.push(rollout(topic));
    }
    if !matches!(baseline.kind, Kind::Lock) {
        finding.notes.push(format!("baseline: {}", baseline.name()));
    }
    finding
}

/// What the promise means for a roll-out: who has to go first.
fn rollout(topic: &Topic) -> String {
    let producers: Vec<&str> = topic.producers.iter().map(String::as_str).collect();
    let consumers: Vec<&str> = topic.consumers.iter().map(String::as_str).collect();
    format!("under {}: {}", topic.level, advice(topic.level, &producers, &consumers).text)
}

/// Whom a break hurts. A new schema that cannot read old data: the consumers that take it. Data that old schemas cannot read: the
/// producers, which must not send it yet, and the consumers, which still read by the old schema.
fn hurt(item: &Item<'_>, directions: &[Direction]) -> Vec<String> {
    let Some(topic) = item.topic else { return Vec::new() };
    let producers = if directions.contains(&Direction::Forward) { topic.producers.as_slice() } else { &[] };
    let mut names: Vec<String> = Vec::new();
    for name in producers.iter().chain(&topic.consumers) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn tell_unreadable(old: Old<'_>, problems: &Report, baseline: &Baseline, report: &mut Report) {
    let problem = problems.findings().first();
    let what = format!("version {} of `{}` cannot be read", old.version.number, old.subject.name);
    let mut finding = match (&baseline.kind, problem) {
        (Kind::Lock, Some(problem)) => HISTORY_UNREADABLE_VERSION
            .finding(format!("{what}: {}", problem.message))
            .help("restore `topika.lock` and `schemas/.history` from version control"),
        // A text is missing, which was said when the lock was loaded.
        (Kind::Lock, None) => return,
        (_, problem) => {
            let problem = problem.map_or("a text of it is missing", |problem| &problem.message);
            BASELINE_UNREADABLE
                .finding(format!("{}: {what}: {problem}", baseline.name()))
                .help("mend it there; what else it holds was compared")
        }
    };
    finding.at = problem.and_then(|problem| problem.at.clone());
    report.push(finding.subject(&old.subject.name));
}
