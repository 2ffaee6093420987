use std::collections::BTreeMap;

use super::{Listing, Tree};

/// Files in memory: what a commit of a repository holds, or what a test says.
///
/// ```
/// use topika_contract::project::{Project, resolve};
/// use topika_contract::report::Report;
/// use topika_contract::tree::Memory;
///
/// let schema = r#"{ "type": "record", "name": "orders.Placed", "fields": [] }"#;
/// let tree: Memory = [("schemas/orders/placed.avsc", schema)].into_iter().collect();
/// let mut report = Report::default();
/// let project = Project::of_tree(&tree, &mut report);
/// assert_eq!(resolve(&project, &mut report).events[0].name, "orders.placed");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// Adds a file under a path relative to the root, with `/`.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect() }
    }
}

impl Tree for Memory {
    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.files.get(path).cloned())
    }

    fn list(&self, folder: &str) -> Listing {
        let below = format!("{folder}/");
        let from = self.files.range(below.clone()..);
        let paths = from.map_while(|(path, _)| path.strip_prefix(&below));
        let shown = paths.filter(|path| !path.split('/').any(|part| part.starts_with('.')));
        Listing { paths: shown.map(str::to_owned).collect(), problems: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_what_is_below_the_folder_and_not_hidden() {
        let tree: Memory =
            ["a/b.avsc", "a/c/d.avsc", "a/.history/x/1.avsc", "ab/e.avsc"].map(|path| (path, "")).into_iter().collect();
        assert_eq!(tree.list("a").paths, ["b.avsc", "c/d.avsc"]);
        assert_eq!(tree.list("a/.history").paths, ["x/1.avsc"]);
        assert_eq!(tree.list("none"), Listing::default());
    }

    #[test]
    fn a_text_is_utf_8() {
        let tree: Memory = [("a", vec![b'x', 0xe4])].into_iter().collect();
        assert_eq!(tree.text("a"), Err("byte 1 is not UTF-8".to_owned()));
        assert_eq!(tree.text("b"), Ok(None));
    }
}
