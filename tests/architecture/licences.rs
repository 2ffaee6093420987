//! The licences of everything that a shipped crate pulls in, against the list in `deny.toml`.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, MetadataCommand};

#[test]
fn every_shipped_dependency_carries_a_licence_that_deny_toml_allows() {
    let allowed = allowed();
    let metadata = MetadataCommand::new().exec().expect("cargo metadata runs in the workspace");
    let resolve = metadata.resolve.as_ref().expect("cargo metadata resolves without --no-deps");
    let mut open: Vec<_> = metadata.workspace_members.clone();
    let mut seen = BTreeSet::new();
    let mut refused = Vec::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let package = metadata.packages.iter().find(|p| p.id == id).expect("every node is a package");
        let expression = package.license.as_deref().unwrap_or("none");
        let fits = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX)
            .is_ok_and(|e| e.evaluate(|r| allowed.contains(&r.to_string())));
        if !fits {
            refused.push(format!("{} {} ({expression})", package.name, package.version));
        }
        let node = resolve.nodes.iter().find(|n| n.id == id).expect("every package is a node");
        let shipped = |d: &&cargo_metadata::NodeDep| d.dep_kinds.iter().any(|k| k.kind != DependencyKind::Development);
        open.extend(node.deps.iter().filter(shipped).map(|d| d.pkg.clone()));
    }
    assert!(seen.len() > 100, "the walk found only {} packages", seen.len());
    assert!(refused.is_empty(), "licences that deny.toml does not allow: {refused:#?}");
}

fn allowed() -> BTreeSet<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let list = table["licenses"]["allow"].as_array().unwrap();
    list.iter().map(|licence| licence.as_str().unwrap().to_owned()).collect()
}
