use std::path::PathBuf;
use std::str::FromStr;

/// What a check is to be compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BaselineArg {
    /// `topika.lock`.
    Lock,
    /// Where the branch left the main branch.
    MergeBase,
    /// A commit.
    Git(String),
    /// The registry of an `[env.NAME]` row.
    Registry(String),
    /// A project, a folder of schemas, or a `topika.lock`.
    Path(PathBuf),
}

impl FromStr for BaselineArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.split_once(':')) {
            ("lock", _) => Ok(Self::Lock),
            ("git:merge-base", _) => Ok(Self::MergeBase),
            (_, Some(("git", rev))) if rev.is_empty() || rev.starts_with('-') => {
                Err("name a commit, a branch or a tag: `git:main`, or `git:merge-base`".to_owned())
            }
            (_, Some(("git", rev))) => Ok(Self::Git(rev.to_owned())),
            (_, Some(("registry", ""))) => {
                Err("name an environment: `registry:prod` for the row [env.prod] of topika.toml".to_owned())
            }
            (_, Some(("registry", env))) => Ok(Self::Registry(env.to_owned())),
            ("", _) => Err("say `lock`, `git:REV`, `git:merge-base`, `registry:ENV` or a path".to_owned()),
            (path, _) => Ok(Self::Path(PathBuf::from(path))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_is_read_by_its_prefix() {
        let read = |text: &str| text.parse::<BaselineArg>().ok();
        assert_eq!(read("lock"), Some(BaselineArg::Lock));
        assert_eq!(read("git:merge-base"), Some(BaselineArg::MergeBase));
        assert_eq!(read("git:origin/main"), Some(BaselineArg::Git("origin/main".to_owned())));
        assert_eq!(read("registry:prod"), Some(BaselineArg::Registry("prod".to_owned())));
        assert_eq!(read("../old"), Some(BaselineArg::Path("../old".into())));
        for wrong in ["", "git:", "git:--output=x", "registry:"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
