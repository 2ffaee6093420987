use topika_contract::check::Baseline;
use topika_contract::project::{Contract, Project};
use topika_contract::report::Report;
use topika_contract::rules::{BASELINE_SHALLOW, BASELINE_UNREADABLE};

use super::commit::{self, Texts};
use super::folder;
use super::git::Git;
use super::merge_base::{Chosen, Ci, merge_base};
use super::registry;
use crate::args::BaselineArg;
use crate::problem::Problem;

/// The baselines that the command line names. Where it names none: the lock; and in CI also the main branch, so that an edit of the lock
/// or of the history, made in the same change, cannot hide a break. That one is a convenience, and where it is not to be had a
/// warning says so; what was asked for by name must be there.
pub(crate) fn baselines(
    asked: &[BaselineArg],
    project: &Project,
    contract: &Contract,
    report: &mut Report,
) -> Result<Vec<Baseline>, Problem> {
    let env = |name: &str| std::env::var(name).ok();
    let ci = Ci::new(&env);
    let git = Git::new(&project.root);
    let mut chosen = Chosens { git: &git, commits: Vec::new(), baselines: Vec::new() };
    if asked.is_empty() {
        chosen.baselines.push(Baseline::lock());
        if ci.runs() {
            by_default(&mut chosen, &ci, report);
        }
        return Ok(chosen.baselines);
    }
    for one in asked {
        match one {
            BaselineArg::Lock => chosen.baselines.push(Baseline::lock()),
            BaselineArg::MergeBase => {
                for base in merge_base(&git, &ci)? {
                    let id = short(&base.commit);
                    chosen.commit(base, &id, Texts::All, report)?;
                }
            }
            BaselineArg::Git(revision) => {
                let Some(commit) = git.commit(revision)? else {
                    let help =
                        "see `git log` and `git branch --all` for what there is; a shallow clone lacks most of it";
                    return Err(Problem::new(format!("git knows no commit {revision:?}"), help));
                };
                if commit::place(&git, &commit)?.is_none() {
                    let problem = format!("git:{revision} has no topika.toml at the place of this project");
                    let help = "name a commit in which the project is there, or compare with `--baseline lock`";
                    return Err(Problem::new(problem, help));
                }
                let what = short(&commit).trim_start_matches("git:").to_owned();
                chosen.commit(Chosen { commit, what }, &format!("git:{revision}"), Texts::All, report)?;
            }
            BaselineArg::Registry(env) => {
                chosen.baselines.push(registry::baseline(env, project, contract, report)?);
            }
            BaselineArg::Path(path) => chosen.baselines.push(folder::baseline(path, project)?),
        }
    }
    Ok(chosen.baselines)
}

/// The merge-base with what is locked there. Texts that are not locked yet may change freely, also from one change to the next.
fn by_default(chosen: &mut Chosens<'_>, ci: &Ci<'_>, report: &mut Report) {
    let bases = match merge_base(chosen.git, ci) {
        Ok(bases) => bases,
        Err(problem) => {
            let message = format!("{problem}; compared with topika.lock alone");
            report.push(BASELINE_SHALLOW.finding(message).help(problem.help));
            return;
        }
    };
    for base in bases {
        let id = short(&base.commit);
        if let Err(problem) = chosen.commit(base, &id, Texts::Locked, report) {
            report.push(BASELINE_UNREADABLE.finding(problem.message).help(problem.help));
        }
    }
}

/// The baselines so far.
struct Chosens<'g> {
    git: &'g Git,
    commits: Vec<(String, bool)>,
    baselines: Vec<Baseline>,
}

impl Chosens<'_> {
    /// Adds a commit, once.
    fn commit(&mut self, base: Chosen, id: &str, texts: Texts, report: &mut Report) -> Result<(), Problem> {
        let key = (base.commit, texts == Texts::All);
        if self.commits.contains(&key) {
            return Ok(());
        }
        let (baseline, problems) = commit::baseline(self.git, &key.0, id, texts)?;
        for problem in problems {
            report.push(
                BASELINE_UNREADABLE.finding(problem).help("mend it on that branch; what else it holds was compared"),
            );
        }
        self.baselines.push(baseline.what(base.what));
        self.commits.push(key);
        Ok(())
    }
}

/// `git:` and the first seven digits of a commit.
fn short(commit: &str) -> String {
    format!("git:{}", commit.get(..7).unwrap_or(commit))
}
