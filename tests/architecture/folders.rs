//! Inside a crate, a folder uses only what stands below it: no circles between the modules directly under `src/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

const CRATES: &[&str] = &["contract", "codegen", "derive", "registry", "runtime", "testkit", "cli"];

#[test]
fn no_circle_runs_between_the_folders_of_a_crate() {
    let mut circles = Vec::new();
    for name in CRATES {
        let arrows = arrows(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name).join("src"));
        for circle in circles_of(&arrows) {
            circles.push(format!("{name}: {}", circle.join(" -> ")));
        }
    }
    assert!(circles.is_empty(), "circles between folders:\n{}", circles.join("\n"));
}

#[test]
fn rdkafka_is_used_in_one_folder_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime/src");
    let outside = files(&src)
        .into_iter()
        .filter(|file| !file.starts_with(src.join("kafka")))
        .filter(|file| code(file).iter().any(|path| path.first().is_some_and(|s| s == "rdkafka")))
        .collect::<Vec<_>>();
    assert!(outside.is_empty(), "rdkafka is named outside runtime/src/kafka: {outside:?}");
}

/// module -> the modules that it names by `crate::...`, tests left out.
fn arrows(src: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let files = files(src);
    let modules: BTreeSet<String> = files.iter().map(|f| module(src, f)).collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        let from = module(src, file);
        if ["lib", "main"].contains(&from.as_str()) {
            continue; // They declare and re-export.
        }
        for path in code(file) {
            let [first, to, ..] = path.as_slice() else { continue };
            if first == "crate" && *to != from && modules.contains(to) {
                arrows.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    arrows
}

/// The module directly under `src/` that a file belongs to.
fn module(src: &Path, file: &Path) -> String {
    let below = file.strip_prefix(src).expect("files are listed below src");
    let first = below.iter().next().expect("a file has a name");
    Path::new(first).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every path of a file, as segments, without those of test modules. Tokens inside macros are read too.
fn code(file: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(file).unwrap();
    let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut paths = Paths::default();
    paths.visit_file(&parsed);
    paths.0
}

#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let test = item
            .attrs
            .iter()
            .any(|a| a.path().is_ident("cfg") && a.meta.require_list().is_ok_and(|l| l.tokens.to_string() == "test"));
        if !test {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut open = vec![(Vec::new(), &item.tree)];
        while let Some((before, tree)) = open.pop() {
            let with = |ident: &syn::Ident| before.iter().cloned().chain([ident.to_string()]).collect::<Vec<_>>();
            match tree {
                syn::UseTree::Path(path) => open.push((with(&path.ident), &path.tree)),
                syn::UseTree::Name(name) => self.0.push(with(&name.ident)),
                syn::UseTree::Rename(rename) => self.0.push(with(&rename.ident)),
                syn::UseTree::Glob(_) => self.0.push(before),
                syn::UseTree::Group(group) => open.extend(group.items.iter().map(|tree| (before.clone(), tree))),
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|s| s.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let tokens = mac.tokens.to_string().replace(' ', "");
        for (at, _) in tokens.match_indices("crate::") {
            let name: String = tokens[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            self.0.push(vec!["crate".into(), name]);
        }
        syn::visit::visit_macro(self, mac);
    }
}

/// Each way that leads from a module back to itself, once.
fn circles_of(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for start in arrows.keys() {
        let mut open = vec![vec![start.clone()]];
        let mut seen = BTreeSet::new();
        while let Some(way) = open.pop() {
            let last = way.last().expect("a way has a start");
            for next in arrows.get(last).into_iter().flatten() {
                if next == start {
                    let known = found.iter().any(|c| way.iter().all(|m| c.contains(m)));
                    if !known {
                        found.push(way.iter().cloned().chain([start.clone()]).collect());
                    }
                } else if seen.insert(next.clone()) {
                    open.push(way.iter().cloned().chain([next.clone()]).collect());
                }
            }
        }
    }
    found
}

#[test]
fn a_circle_is_found_and_named() {
    let arrow = |from: &str, to: &[&str]| (from.to_owned(), to.iter().map(|t| (*t).to_owned()).collect());
    let arrows = BTreeMap::from([arrow("a", &["b"]), arrow("b", &["c"]), arrow("c", &["a"]), arrow("d", &["a"])]);
    assert_eq!(circles_of(&arrows), [["a", "b", "c", "a"]]);
}
