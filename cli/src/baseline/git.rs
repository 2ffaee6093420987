//! The commands of git that the check asks. Plumbing only: its answers are made for programs.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use crate::problem::Problem;

/// git, run in a project's folder.
pub(super) struct Git {
    folder: PathBuf,
}

/// A file of a commit.
pub(super) struct Entry {
    /// The path from the top of the repository.
    pub(super) path: String,
    /// The name of its content.
    object: String,
}

impl Git {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    /// The folder's path from the top of the repository: empty, or with `/` at its end.
    pub(super) fn prefix(&self) -> Result<String, Problem> {
        self.line(&["rev-parse", "--show-prefix"])
    }

    /// The top of the repository.
    pub(super) fn top(&self) -> Result<PathBuf, Problem> {
        Ok(self.line(&["rev-parse", "--show-toplevel"])?.into())
    }

    /// The commit of a revision; `None` where there is none of that name.
    pub(super) fn commit(&self, revision: &str) -> Result<Option<String>, Problem> {
        self.perhaps(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
    }

    /// The best common ancestor of two commits, if they have one here.
    pub(super) fn merge_base(&self, one: &str, other: &str) -> Result<Option<String>, Problem> {
        self.perhaps(&["merge-base", one, other])
    }

    /// Whether commits are missing.
    pub(super) fn is_shallow(&self) -> Result<bool, Problem> {
        Ok(self.line(&["rev-parse", "--is-shallow-repository"])? == "true")
    }

    /// The branch that the remote `origin` calls its main one: `origin/main`.
    pub(super) fn remote_head(&self) -> Result<Option<String>, Problem> {
        let full = self.perhaps(&["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"])?;
        Ok(full.and_then(|full| full.strip_prefix("refs/remotes/").map(str::to_owned)))
    }

    /// The files of a commit at or below paths, of all where none is named; links and submodules left out.
    pub(super) fn files(&self, commit: &str, paths: &[&str]) -> Result<Vec<Entry>, Problem> {
        let mut args = vec!["ls-tree", "-r", "-z", "--full-tree", commit, "--"];
        args.extend(paths);
        let listed = self.run(&args, &[])?.ok_or_else(|| failed("it cannot list the files of the commit"))?;
        let entry = |line: &[u8]| {
            // `100644 blob 3b18e5...<TAB>path`; what is no UTF-8 can be no path of a schema.
            let (facts, path) = std::str::from_utf8(line).ok()?.split_once('\t')?;
            let mut facts = facts.split(' ');
            let mode = facts.next()?;
            let object = facts.nth(1)?.to_owned();
            mode.starts_with("100").then(|| Entry { path: path.to_owned(), object })
        };
        Ok(listed.split(|byte| *byte == 0).filter_map(entry).collect())
    }

    /// The contents of files, in their order.
    pub(super) fn contents(&self, entries: &[Entry]) -> Result<Vec<Vec<u8>>, Problem> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let asked: Vec<&str> = entries.iter().map(|entry| entry.object.as_str()).collect();
        let asked = asked.join("\n") + "\n";
        let answered = self.run(&["cat-file", "--batch"], asked.as_bytes())?.unwrap_or_default();
        let mut rest = answered.as_slice();
        let mut contents = Vec::with_capacity(entries.len());
        for entry in entries {
            let (content, after) =
                content(rest).ok_or_else(|| failed(&format!("it has no content for {}", entry.path)))?;
            contents.push(content.to_vec());
            rest = after;
        }
        Ok(contents)
    }

    /// The first line that git answers.
    fn line(&self, args: &[&str]) -> Result<String, Problem> {
        let answered =
            self.run(args, &[])?.ok_or_else(|| failed(&format!("`git {}` has no answer", args.join(" "))))?;
        Ok(first_line(&answered))
    }

    /// The first line that git answers; `None` where it says no without a word.
    fn perhaps(&self, args: &[&str]) -> Result<Option<String>, Problem> {
        Ok(self.run(args, &[])?.map(|answered| first_line(&answered)).filter(|line| !line.is_empty()))
    }

    /// Runs git. `None`: it ended with 1 and said nothing, which is its "no".
    fn run(&self, args: &[&str], input: &[u8]) -> Result<Option<Vec<u8>>, Problem> {
        let mut command = Command::new("git");
        command.args(args).current_dir(&self.folder).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        // A hook of git sets these for another folder than ours.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                Problem::new("git is not installed", "install git, or compare with `--baseline lock`")
            }
            _ => failed(&error.to_string()),
        })?;
        let stdin = child.stdin.take();
        let input = input.to_vec();
        // Written beside, since git answers before it has read everything.
        let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
        let output = child.wait_with_output().map_err(|error| failed(&error.to_string()))?;
        // Where git went away early, its own words say why.
        drop(writer.join());
        if output.status.success() {
            return Ok(Some(output.stdout));
        }
        let said = String::from_utf8_lossy(&output.stderr);
        match said.trim() {
            "" if output.status.code() == Some(1) => Ok(None),
            "" => Err(failed(&format!("`git {}` ended with {}", args.join(" "), output.status))),
            said => Err(failed(said)),
        }
    }
}

/// What git said when it could not answer.
fn failed(said: &str) -> Problem {
    let first = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
    let help = if said.contains("dubious ownership") {
        "the folder belongs to another user: run `git config --global --add safe.directory` with its path"
    } else {
        "see that the project lies in a git repository, or compare with `--baseline lock`"
    };
    Problem::new(format!("git cannot be asked: {first}"), help)
}

fn first_line(answered: &[u8]) -> String {
    String::from_utf8_lossy(answered).lines().next().unwrap_or_default().to_owned()
}

/// One answer of `cat-file --batch`, `<object> <type> <size>` and the bytes on lines of their own, and what follows it.
fn content(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = answer.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(answer.get(..end)?).ok()?;
    let size: usize = header.rsplit(' ').next()?.parse().ok()?;
    let start = end.checked_add(1)?;
    let stop = start.checked_add(size)?;
    Some((answer.get(start..stop)?, answer.get(stop.checked_add(1)?..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_of_a_batch_are_taken_apart_by_their_sizes() {
        let (one, rest) = content(b"ab blob 3\na\nb\ncd blob 0\n\n").unwrap();
        assert_eq!(one, b"a\nb");
        assert_eq!(content(rest), Some((&b""[..], &b""[..])));
        assert_eq!(content(b"ab missing\n"), None);
        assert_eq!(content(b"ab blob 9\nx\n"), None);
    }
}
