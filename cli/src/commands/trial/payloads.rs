use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use topika_contract::tree::{Disk, Tree as _};

use super::containers::Containers;
use super::json::Opinion;
use super::made::Made;
use super::talk::Talk;
use super::trips::{json_trip, opinion};

/// Payloads that no schema of their folder accepts, or that are neither JSON nor object container files of Avro.
pub(super) type Unclaimed = Vec<String>;

/// Sends each payload through the types of its folder whose validators accept it, or with whose schema it was written.
///
/// # Errors
/// The folder cannot be read, or the program not be run.
pub(super) fn payloads(
    folder: &Path,
    all: &mut [Made],
    first_type: &BTreeMap<usize, u32>,
    talk: &mut Talk,
) -> Result<Unclaimed, String> {
    if !folder.is_dir() {
        return Err(format!("{} is no folder", folder.display()));
    }
    let tree = Disk::new(folder);
    let mut opinions: BTreeMap<usize, Option<Opinion>> = BTreeMap::new();
    let mut unclaimed = Vec::new();
    let mut containers = Containers::default();
    for path in tree.list("").paths {
        let here = |(_, made): &(usize, &mut Made)| folder_of(&made.file.path) == folder_of(&path);
        if path.ends_with(".avro") {
            let container = std::fs::read(folder.join(&path)).unwrap_or_default();
            if !containers.sent(&container, all.iter_mut().enumerate().filter(here), first_type, talk)? {
                unclaimed.push(path);
            }
            continue;
        }
        let text = tree.text(&path).ok().flatten().unwrap_or_default();
        let Ok(document) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
            unclaimed.push(path);
            continue;
        };
        let mut claimed = false;
        for (number, made) in all.iter_mut().enumerate().filter(here) {
            if !made.has_json_root() {
                continue;
            }
            let opinion = opinions.entry(number).or_insert_with(|| opinion(made.contract.as_ref()?).ok());
            if !opinion.as_ref().is_some_and(|opinion| opinion.accepts(&document)) {
                continue;
            }
            claimed = true;
            let ty = made.part.as_ref().and_then(|part| part.types.first());
            if let (Some(ty), Some(first)) = (ty, first_type.get(&number)) {
                json_trip(&document, ty, *first, talk, &mut made.row)?;
            }
        }
        if !claimed {
            unclaimed.push(path);
        }
    }
    Ok(unclaimed)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
