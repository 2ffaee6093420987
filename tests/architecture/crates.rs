//! Which crate may depend on which: the table of ARCHITECTURE.md, checked against `cargo metadata`.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// (from, to, kind): the allowed arrows. Dev arrows to `topika` and `topika-testkit` are allowed for every crate, by path
/// and without a version; see [`dev_arrow_is_allowed`].
const ALLOWED: &[(&str, &str, DependencyKind)] = &[
    ("topika-build", "topika-contract", DependencyKind::Normal),
    ("topika-registry", "topika-contract", DependencyKind::Normal),
    ("topika", "topika-contract", DependencyKind::Normal),
    ("topika", "topika-derive", DependencyKind::Normal),
    ("topika", "topika-registry", DependencyKind::Normal),
    ("topika-testkit", "topika-contract", DependencyKind::Normal),
    ("topika-testkit", "topika", DependencyKind::Normal),
    ("topika-testkit", "topika-registry", DependencyKind::Normal),
    ("cargo-topika", "topika-contract", DependencyKind::Normal),
    ("cargo-topika", "topika-build", DependencyKind::Normal),
    ("cargo-topika", "topika-registry", DependencyKind::Normal),
    // Its tests serve the registry that a baseline names.
    ("cargo-topika", "topika-registry", DependencyKind::Development),
    ("cargo-topika", "topika", DependencyKind::Normal),
    ("cargo-topika", "topika-testkit", DependencyKind::Normal),
    ("food-orders", "topika", DependencyKind::Normal),
    ("food-orders", "topika-build", DependencyKind::Build),
    ("food-orders", "topika-testkit", DependencyKind::Development),
];

/// A build dependency compiles on every user's machine before anything of theirs does.
const NOT_UNDER_CODEGEN: &[&str] = &["tokio", "reqwest", "axum", "hyper", "apache-avro", "clap", "rdkafka"];

#[test]
fn only_the_arrows_of_the_design_run_between_the_crates() {
    let offending = arrows()
        .into_iter()
        .filter(|(from, to, kind, _)| !ALLOWED.contains(&(from.as_str(), to.as_str(), *kind)))
        .filter(|(_, to, kind, versioned)| !dev_arrow_is_allowed(to, *kind, *versioned))
        .map(|(from, to, kind, _)| format!("{from} -> {to} ({kind:?})"))
        .collect::<Vec<_>>();
    assert!(offending.is_empty(), "forbidden arrows, see ARCHITECTURE.md: {offending:?}");
}

#[test]
fn every_allowed_arrow_names_crates_that_exist() {
    let metadata = metadata();
    let names: BTreeSet<&str> = metadata.workspace_packages().iter().map(|p| p.name.as_str()).collect();
    for (from, to, _) in ALLOWED {
        assert!(
            names.contains(from) && names.contains(to),
            "{from} -> {to} names a crate that is not in the workspace"
        );
    }
}

#[test]
fn the_build_dependency_carries_neither_async_nor_http_nor_apache_avro() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().expect("cargo metadata resolves without --no-deps");
    let start =
        metadata.packages.iter().find(|p| p.name.as_str() == "topika-build").expect("the workspace has topika-build");
    let (mut open, mut seen) = (vec![start.id.clone()], BTreeSet::new());
    while let Some(id) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let node = resolve.nodes.iter().find(|n| n.id == id).expect("every dependency is a node");
        let normal = |d: &&cargo_metadata::NodeDep| d.dep_kinds.iter().any(|k| k.kind == DependencyKind::Normal);
        open.extend(node.deps.iter().filter(normal).map(|d| d.pkg.clone()));
    }
    let names: BTreeSet<&str> =
        metadata.packages.iter().filter(|p| seen.contains(&p.id)).map(|p| p.name.as_str()).collect();
    let heavy = NOT_UNDER_CODEGEN.iter().filter(|n| names.contains(**n)).collect::<Vec<_>>();
    assert!(heavy.is_empty(), "topika-build pulls {heavy:?}");
}

/// What only the CLI needs (excerpts and the like) is a feature of contract. `cargo metadata` unites features over the
/// workspace, so the arrow itself is looked at.
#[test]
fn the_build_dependency_leaves_the_features_of_contract_off() {
    let metadata = metadata();
    let build = metadata.workspace_packages().into_iter().find(|p| p.name.as_str() == "topika-build").unwrap().clone();
    let contract = build.dependencies.iter().find(|d| d.name == "topika-contract").unwrap();
    assert!(!contract.uses_default_features && contract.features.is_empty(), "{:?}", contract.features);
}

fn dev_arrow_is_allowed(to: &str, kind: DependencyKind, versioned: bool) -> bool {
    kind == DependencyKind::Development && ["topika", "topika-testkit"].contains(&to) && !versioned
}

/// Every arrow within the workspace: from, to, kind, and whether it names a version.
fn arrows() -> Vec<(String, String, DependencyKind, bool)> {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let ours: BTreeSet<&str> = packages.iter().map(|p| p.name.as_str()).collect();
    let mut arrows = Vec::new();
    for package in &packages {
        for dependency in package.dependencies.iter().filter(|d| ours.contains(d.name.as_str())) {
            let versioned = dependency.req.to_string() != "*";
            arrows.push((package.name.to_string(), dependency.name.clone(), dependency.kind, versioned));
        }
    }
    arrows
}

fn metadata() -> cargo_metadata::Metadata {
    MetadataCommand::new().exec().expect("cargo metadata runs in the workspace")
}
