use std::path::Path;

use topika_contract::compat::Level;
use topika_contract::freeze::{lock, today};
use topika_contract::manifest::Manifest;
use topika_contract::project::{Project, Registration, resolve};
use topika_contract::report::Report;
use topika_contract::rules::PROJECT_UNREADABLE;
use topika_contract::text::Source;
use topika_contract::tree::{Disk, Tree as _};
use topika_registry::api::{ConfigUpdate, NewSchema, level_name};
use topika_registry::server::StoreHandle;
use topika_registry::store::{Deleted, Store, StoreError};

use crate::deploy::{wanted, wanted_imports};

const MANIFEST: &str = "topika.toml";

/// What came of bringing a registry in line with a project.
#[derive(Debug, Default)]
pub(crate) struct Served {
    /// What the project itself says of its files.
    pub(crate) report: Report,
    /// Versions that are new in the registry: subject, version, id.
    pub(crate) registered: Vec<(String, u32, u32)>,
    /// Subjects whose text the registry refused, and why.
    pub(crate) refused: Vec<(String, String)>,
    /// Where the schemas of the project lie, if it says so.
    pub(crate) schemas: Option<String>,
}

/// Registers what a project holds, frozen versions first and then the working texts, as if it were locked now: each behind what it
/// refers to. What is there already stays as it is.
pub(crate) fn serve_schemas(root: &Path, store: &StoreHandle) -> Served {
    let mut served = Served::default();
    let Some(project) = project(root, &mut served.report) else { return served };
    served.schemas = Some(project.manifest.schemas.clone());
    let contract = resolve(&project, &mut served.report);
    // A project that cannot be read as a whole would be registered in part, and the references of the rest would lead nowhere.
    if served.report.denies() {
        return served;
    }
    let frozen = lock(&project, &contract, &today());
    // Of nobody's environment: names stand as they are.
    let wanted = wanted(frozen.lock(), &project.manifest, "", false);
    // The numbers of the lock are not those of the registry, which has a version for each time that somebody saved.
    let mut there: Vec<Option<u32>> = vec![None; wanted.versions.len()];
    for (at, version) in wanted.versions.iter().enumerate() {
        // What refers to a version that was refused is not asked for: it was told already why.
        let Some(schema) = wanted.request(version, |at| there.get(at).copied().flatten()) else { continue };
        let locked = project.lock.subject(&version.subject).is_some_and(|of| of.version(version.number).is_some());
        let number = register(store, version, locked, &schema, &mut served);
        if let Some(place) = there.get_mut(at) {
            *place = number;
        }
    }
    serve_imports(&project, store, &mut served);
    served
}

/// The project. Without its manifest there is none: a checkout takes the file away for a moment, and under the names of mere convention
/// everything would be registered once more.
fn project(root: &Path, report: &mut Report) -> Option<Project> {
    let tree = Disk::new(root);
    match tree.text(MANIFEST) {
        Ok(Some(text)) => {
            let manifest = Manifest::parse(&Source::new(MANIFEST, text), report);
            Some(Project { root: root.to_path_buf(), ..Project::of_manifest(manifest, &tree, report) })
        }
        Ok(None) => {
            let finding = PROJECT_UNREADABLE.finding(format!("{MANIFEST} is no longer there"));
            report.push(finding.help("put it back; what is registered stays"));
            None
        }
        Err(problem) => {
            let finding = PROJECT_UNREADABLE.finding(format!("cannot read {MANIFEST}: {problem}"));
            report.push(finding.help("see that it is a file of UTF-8 text that may be read"));
            None
        }
    }
}

/// Registers what others own as well, as it was frozen: who consumes it here asks this registry for it.
fn serve_imports(project: &Project, store: &StoreHandle, served: &mut Served) {
    let imports = wanted_imports(&project.lock, &project.manifest, "");
    let mut there: Vec<Option<u32>> = vec![None; imports.versions.len()];
    for (at, version) in imports.versions.iter().enumerate() {
        let Some(schema) = imports.request(version, |at| there.get(at).copied().flatten()) else { continue };
        let number = register(store, version, true, &schema, served);
        if let Some(place) = there.get_mut(at) {
            *place = number;
        }
    }
}

/// Registers one version under its level; one that is locked whatever its level says, since whoever locked it accepted it.
fn register(
    store: &StoreHandle,
    version: &Registration,
    locked: bool,
    schema: &NewSchema,
    served: &mut Served,
) -> Option<u32> {
    let subject = version.subject.as_str();
    let written = store.write(|s| {
        let before = s.versions(subject, Deleted::Shown).unwrap_or_default();
        if locked {
            promise(s, subject, Level::None)?;
        } else if let Some(level) = version.level {
            promise(s, subject, level)?;
        }
        let registered = s.register(subject, schema, false);
        if let Some(level) = version.level {
            promise(s, subject, level)?;
        }
        let registered = registered?;
        let number = registered.version.unwrap_or(version.number);
        Ok::<_, StoreError>((number, registered.id, !before.contains(&number)))
    });
    match written {
        Ok(Ok((number, id, new))) => {
            if new {
                served.registered.push((subject.to_owned(), number, id));
            }
            return Some(number);
        }
        Ok(Err(refusal)) => served.refused.push((subject.to_owned(), refusal.message().to_owned())),
        Err(error) => served.refused.push((subject.to_owned(), error.to_string())),
    }
    None
}

fn promise(store: &mut Store, subject: &str, level: Level) -> Result<(), StoreError> {
    if store.effective_level(subject) != level {
        let update = ConfigUpdate { compatibility: Some(level_name(level).to_owned()), ..ConfigUpdate::default() };
        store.set_config(Some(subject), &update)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_whose_manifest_is_gone_for_a_moment_registers_nothing_under_other_names() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let manifest = "[topic.food-orders]\nevents = [\"orders.order-placed\"]\nkey = \"id\"\n";
        write(
            "schemas/orders/order-placed.avsc",
            r#"{"type":"record","name":"OrderPlaced","namespace":"orders","fields":[{"name":"id","type":"string"}]}"#,
        );
        write(MANIFEST, manifest);
        let store = StoreHandle::default();
        let all = || store.read(|s| s.subjects("", Deleted::Shown));
        let served = serve_schemas(dir.path(), &store);
        assert!(!served.report.denies(), "{:?}", served.report);
        let before = all();
        assert_eq!((before.len(), served.schemas.as_deref()), (1, Some("schemas")));

        std::fs::remove_file(dir.path().join(MANIFEST)).unwrap();
        let served = serve_schemas(dir.path(), &store);
        assert!(served.report.denies() && served.schemas.is_none());
        assert!(served.report.findings()[0].message.contains("topika.toml is no longer there"));
        assert_eq!(all(), before);

        write(MANIFEST, manifest);
        let served = serve_schemas(dir.path(), &store);
        assert!(!served.report.denies() && served.registered.is_empty());
        assert_eq!(all(), before);
    }
}
