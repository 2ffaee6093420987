//! librdkafka and its crate stand behind one folder: no type of theirs is part of what users see, so that another client can take their place.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};
use syn::visit::Visit;
use syn::{ImplItem, Item, UseTree, Visibility};

/// The one folder that may name rdkafka.
const FOLDER: &str = "runtime/src/kafka";

/// The kit looks at its broker by a client that is not the one under test.
#[test]
fn only_the_runtime_and_the_kit_depend_on_rdkafka() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs in the workspace");
    let users = metadata.packages.iter().filter(|package| {
        let is_rdkafka =
            |d: &&cargo_metadata::Dependency| d.name.starts_with("rdkafka") && d.kind == DependencyKind::Normal;
        package.dependencies.iter().any(|d| is_rdkafka(&d))
    });
    let users: Vec<&str> = users.map(|package| package.name.as_str()).collect();
    assert_eq!(users, ["topika", "topika-testkit"]);
}

#[test]
fn no_type_of_rdkafka_is_in_the_public_interface() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    let public = exported(&parsed(&folder.join("mod.rs")));
    assert!(public.contains("Pending") && public.contains("Start"), "{public:?}");
    let mut seen = BTreeSet::new();
    for file in files(&folder) {
        let code = parsed(&file);
        let foreign = imported(&code);
        for item in &code.items {
            for (of, what) in shown(item, &public) {
                seen.insert(of.clone());
                let names = named(&what, &foreign);
                assert!(names.is_empty(), "{}: `{of}` shows {names:?} of rdkafka", file.display());
            }
        }
    }
    let unseen: Vec<_> = public.difference(&seen).collect();
    assert!(unseen.is_empty(), "exported by {FOLDER}/mod.rs, and not looked at: {unseen:?}");
}

#[test]
fn a_type_of_rdkafka_in_a_public_place_is_found() {
    let public = BTreeSet::from(["Pending".to_owned()]);
    for (code, found) in [
        ("use rdkafka::error::KafkaError as E; impl From<E> for Pending {}", true),
        ("use rdkafka::ClientConfig; impl Pending { pub fn config(&self) -> ClientConfig { todo!() } }", true),
        ("pub struct Pending { pub inner: rdkafka::Message }", true),
        ("pub enum Pending { A(rdkafka::Message) }", true),
        ("pub struct Pending { inner: rdkafka::Message }", false),
        ("use rdkafka::ClientConfig; impl Pending { pub(super) fn config(&self) -> ClientConfig { todo!() } }", false),
        ("use rdkafka::ClientConfig; impl Other { pub fn config(&self) -> ClientConfig { todo!() } }", false),
        ("impl Pending { pub fn f(&self) -> u8 { rdkafka::f() } }", false),
    ] {
        let code = syn::parse_file(code).unwrap();
        let foreign = imported(&code);
        let shown = code.items.iter().flat_map(|item| shown(item, &public));
        assert_eq!(shown.into_iter().any(|(_, what)| !named(&what, &foreign).is_empty()), found);
    }
}

/// What a folder's `mod.rs` gives to everybody.
fn exported(code: &syn::File) -> BTreeSet<String> {
    let uses = code.items.iter().filter_map(|item| match item {
        Item::Use(item) if matches!(item.vis, Visibility::Public(_)) => Some(&item.tree),
        _ => None,
    });
    uses.flat_map(|tree| leaves(Vec::new(), tree)).filter_map(|path| path.last().cloned()).collect()
}

/// The names that a file has from rdkafka, as it calls them.
fn imported(code: &syn::File) -> BTreeSet<String> {
    let uses = code.items.iter().filter_map(|item| match item {
        Item::Use(item) => Some(&item.tree),
        _ => None,
    });
    let paths =
        uses.flat_map(|tree| leaves(Vec::new(), tree)).filter(|path| path.first().is_some_and(|p| p == "rdkafka"));
    paths.filter_map(|path| path.last().cloned()).chain(["rdkafka".to_owned()]).collect()
}

/// Each path that a `use` names, with what it is called at its end.
fn leaves(before: Vec<String>, tree: &UseTree) -> Vec<Vec<String>> {
    let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
    match tree {
        UseTree::Path(path) => leaves(with(&path.ident), &path.tree),
        UseTree::Name(name) => vec![with(&name.ident)],
        UseTree::Rename(rename) => vec![with(&rename.rename)],
        UseTree::Glob(_) => vec![before],
        UseTree::Group(group) => group.items.iter().flat_map(|tree| leaves(before.clone(), tree)).collect(),
    }
}

/// What an item shows of an exported type: public fields, variants, signatures, and the heads of its implementations.
fn shown(item: &Item, public: &BTreeSet<String>) -> Vec<(String, Paths)> {
    let mut paths = Paths::default();
    let of = match item {
        Item::Struct(item) => {
            paths.visit_generics(&item.generics);
            for field in item.fields.iter().filter(|field| matches!(field.vis, Visibility::Public(_))) {
                paths.visit_type(&field.ty);
            }
            item.ident.to_string()
        }
        Item::Enum(item) => {
            paths.visit_generics(&item.generics);
            item.variants.iter().flat_map(|variant| &variant.fields).for_each(|field| paths.visit_type(&field.ty));
            item.ident.to_string()
        }
        Item::Trait(item) => {
            paths.visit_item_trait(item);
            item.ident.to_string()
        }
        Item::Type(item) => {
            paths.visit_type(&item.ty);
            item.ident.to_string()
        }
        Item::Fn(item) => {
            paths.visit_signature(&item.sig);
            item.sig.ident.to_string()
        }
        Item::Impl(item) => {
            paths.visit_generics(&item.generics);
            if let Some((name, _)) = &item.trait_ {
                paths.visit_path(name);
            }
            for part in &item.items {
                match part {
                    ImplItem::Fn(f) if item.trait_.is_some() || matches!(f.vis, Visibility::Public(_)) => {
                        paths.visit_signature(&f.sig);
                    }
                    ImplItem::Type(ty) => paths.visit_type(&ty.ty),
                    _ => {}
                }
            }
            match &*item.self_ty {
                syn::Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default(),
                _ => String::new(),
            }
        }
        _ => return Vec::new(),
    };
    if public.contains(&of) { vec![(of, paths)] } else { Vec::new() }
}

#[derive(Default)]
struct Paths(Vec<String>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.extend(path.segments.first().map(|segment| segment.ident.to_string()));
        syn::visit::visit_path(self, path);
    }
}

fn named(paths: &Paths, foreign: &BTreeSet<String>) -> Vec<String> {
    paths.0.iter().filter(|first| foreign.contains(*first)).cloned().collect()
}

fn parsed(file: &Path) -> syn::File {
    syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let (dirs, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files
        .into_iter()
        .chain(dirs.iter().flat_map(|dir| self::files(dir)))
        .filter(|f| f.extension().is_some_and(|e| e == "rs"))
        .collect()
}
