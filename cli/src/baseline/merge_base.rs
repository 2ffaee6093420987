//! Where a branch left the main branch, and what stands for it on the main branch itself.

use super::git::Git;

use crate::problem::Problem;

/// A commit to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) commit: String,
    /// What it is: `merge-base with origin/main`.
    pub(super) what: String,
}

/// What CI says by its environment.
pub(super) struct Ci<'e> {
    env: &'e dyn Fn(&str) -> Option<String>,
}

impl<'e> Ci<'e> {
    pub(super) fn new(env: &'e dyn Fn(&str) -> Option<String>) -> Self {
        Self { env }
    }

    /// Whether we run in CI at all: GitHub, GitLab and most others set `CI`.
    pub(super) fn runs(&self) -> bool {
        self.get("CI").is_some_and(|value| !matches!(value.as_str(), "false" | "0"))
    }

    fn get(&self, name: &str) -> Option<String> {
        (self.env)(name).filter(|value| !value.is_empty())
    }

    /// The branch that a change is proposed for.
    fn target(&self) -> Option<String> {
        ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"].into_iter().find_map(|name| self.get(name))
    }

    /// The commit that GitLab took for the merge-base.
    fn known_base(&self) -> Option<String> {
        self.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")
    }

    /// What a branch was before the push that runs this pipeline.
    fn before_push(&self) -> Option<String> {
        let from_event = || {
            let event = std::fs::read_to_string(self.get("GITHUB_EVENT_PATH")?).ok()?;
            let event: serde_json::Value = serde_json::from_str(&event).ok()?;
            event.get("before")?.as_str().map(str::to_owned)
        };
        // A branch that is new was nothing before: forty zeros.
        let is_commit = |id: &String| id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b != b'0');
        self.get("CI_COMMIT_BEFORE_SHA").or_else(from_event).filter(is_commit)
    }
}

/// The commits that stand for the main branch: the merge-base; on the main branch itself, where that is HEAD, in CI also what the branch
/// was before. None where nothing was before.
pub(super) fn merge_base(git: &Git, ci: &Ci<'_>) -> Result<Vec<Chosen>, Problem> {
    let Some(head) = git.commit("HEAD")? else {
        return Err(Problem::new("the repository has no commit yet", "commit, or compare with `--baseline lock`"));
    };
    let (name, main) = main_branch(git, ci)?;
    let Some(base) = git.merge_base(&head, &main)? else {
        return Err(not_found(git, &format!("HEAD and {name} have no common commit")));
    };
    if base != head {
        return Ok(vec![Chosen { commit: base, what: format!("merge-base with {name}") }]);
    }
    let mut chosen = vec![Chosen { commit: head, what: format!("merge-base with {name}, and HEAD") }];
    if ci.runs() {
        chosen.extend(before(git, ci)?);
    }
    Ok(chosen)
}

/// What HEAD was before: the state before the push, where CI says it; else its first parent.
fn before(git: &Git, ci: &Ci<'_>) -> Result<Option<Chosen>, Problem> {
    if let Some(pushed) = ci.before_push()
        && let Some(commit) = git.commit(&pushed)?
    {
        return Ok(Some(Chosen { commit, what: "before this push".to_owned() }));
    }
    match git.commit("HEAD^1")? {
        Some(commit) => Ok(Some(Chosen { commit, what: "first parent of HEAD".to_owned() })),
        None if git.is_shallow()? => Err(not_found(git, "the parent of HEAD is not there")),
        None => Ok(None),
    }
}

/// The main branch by name and commit.
fn main_branch(git: &Git, ci: &Ci<'_>) -> Result<(String, String), Problem> {
    if let Some(known) = ci.known_base()
        && let Some(commit) = git.commit(&known)?
    {
        return Ok(("the target branch".to_owned(), commit));
    }
    let names = match ci.target() {
        // The change is for that branch and no other.
        Some(target) => vec![format!("origin/{target}"), target],
        None => {
            let configured = ci.get("CI_DEFAULT_BRANCH").map(|name| format!("origin/{name}"));
            let names = configured.into_iter().chain(git.remote_head()?);
            names.chain(["origin/main", "origin/master", "main", "master"].map(str::to_owned)).collect()
        }
    };
    for name in &names {
        if let Some(commit) = git.commit(name)? {
            return Ok((name.clone(), commit));
        }
    }
    let tried = names.first().map_or("a main branch", String::as_str);
    Err(not_found(git, &format!("there is no branch {tried} here")))
}

fn not_found(git: &Git, reason: &str) -> Problem {
    let shallow = git.is_shallow().unwrap_or(false);
    let reason = if shallow { format!("{reason}: the clone is shallow") } else { reason.to_owned() };
    let help = if shallow {
        "fetch the history: `git fetch --unshallow origin`; in GitHub Actions `fetch-depth: 0` for actions/checkout, in GitLab `GIT_DEPTH: 0`"
    } else {
        "fetch the main branch, `git fetch origin` (in GitHub Actions `fetch-depth: 0` for actions/checkout), or name the commit: `--baseline lock --baseline git:REV`"
    };
    Problem::new(format!("the merge-base with the main branch cannot be found: {reason}"), help)
}
