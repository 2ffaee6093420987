use super::waive::accepted;
use crate::lock::Lock;
use crate::manifest::WaiveRow;
use crate::project::Project;
use crate::report::Finding;
use crate::text::Source;

/// What a working tree is compared with.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// How people know it: `topika.lock`, `git:3f2a91c`, `registry:prod`, a path.
    pub id: String,
    /// What it is, where the id does not say it: `merge-base with origin/main`.
    pub what: Option<String>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// The lock of the project itself.
    Lock,
    /// An earlier state of the project: what it has locked must still be locked.
    Former {
        /// What was locked.
        locked: Lock,
        /// The same with the texts of its working tree as newest versions, where these count.
        drafts: Option<Lock>,
        /// Where its schemas stood.
        schemas: String,
        /// Where the project stood in its repository, where that is another place than now: empty, or with a slash at its end.
        place: Option<String>,
        /// What was accepted then.
        waivers: Vec<WaiveRow>,
    },
    /// Another place that holds versions: a registry, a folder.
    Other(Lock),
}

impl Baseline {
    /// The lock of the project itself.
    #[must_use]
    pub fn lock() -> Self {
        Self { id: "topika.lock".to_owned(), what: None, kind: Kind::Lock }
    }

    /// An earlier state of the project, say of a commit. What it has locked must still be locked, unchanged. `drafts` is its lock as
    /// locking its working tree would have made it ([`freeze::lock`](crate::freeze::lock)), where texts that were not locked count too.
    #[must_use]
    pub fn former(id: impl Into<String>, project: Project, drafts: Option<Lock>) -> Self {
        let id = id.into();
        let kind = Kind::Former {
            locked: named(project.lock, &id),
            drafts: drafts.map(|drafts| named(drafts, &id)),
            schemas: project.manifest.schemas,
            place: None,
            waivers: project.manifest.waivers,
        };
        Self { id, what: None, kind }
    }

    /// Versions from elsewhere, that promise nothing about the lock: a registry, a folder.
    #[must_use]
    pub fn other(id: impl Into<String>, lock: Lock) -> Self {
        let id = id.into();
        let kind = Kind::Other(named(lock, &id));
        Self { id, what: None, kind }
    }

    /// Says that a former state of the project stood at another place of its repository: `services/orders/`, empty at the top.
    #[must_use]
    pub fn moved_from(mut self, folder: impl Into<String>) -> Self {
        if let Kind::Former { place, .. } = &mut self.kind {
            *place = Some(folder.into());
        }
        self
    }

    /// Says what it is.
    #[must_use]
    pub fn what(mut self, what: impl Into<String>) -> Self {
        self.what = Some(what.into());
        self
    }

    /// Marks a finding about a former state that was accepted; `last` is the last version that was locked then.
    pub(super) fn lay_waivers(&self, finding: &mut Finding, last: Option<u32>, project: &Project) {
        if let Kind::Former { locked, waivers, .. } = &self.kind
            && let Some(reason) = accepted(finding, project.manifest.waivers.iter().chain(waivers), last, locked)
        {
            finding.waived = Some(reason.to_owned());
        }
    }

    /// Id and what it is, for people: `git:3f2a91c (merge-base with origin/main)`.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.what {
            Some(what) => format!("{} ({what})", self.id),
            None => self.id.clone(),
        }
    }
}

/// Puts the id before the path of every frozen text: it is not the file of that path.
fn named(mut lock: Lock, id: &str) -> Lock {
    let versions = lock.subjects.iter_mut().flat_map(|subject| &mut subject.versions);
    for source in versions.filter_map(|version| version.source.as_mut()) {
        *source = Source::new(format!("{id}/{}", source.path()), source.text());
    }
    lock
}
