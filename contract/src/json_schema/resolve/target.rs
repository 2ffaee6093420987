use super::index::{Index, Place};
use crate::json_schema::parsed::{Anchor, Parsed, Pending};
use crate::json_schema::uri;
use crate::report::Finding;
use crate::rules::REF_MISSING;
use crate::text::{closest, shortened};

/// Where a `$ref` of file `number` leads: a place that may still lack a subschema.
pub(super) fn target(files: &[Parsed], number: usize, pending: &Pending, index: &Index) -> Option<Place> {
    let (before, fragment) = uri::cut(&pending.written);
    let file = files.get(number)?;
    let resource = if before.is_empty() {
        let own = file.resources.iter().rev().find(|resource| resource.uri == pending.base);
        Place { file: number, pointer: own.map_or_else(|| "#".to_owned(), |own| own.pointer.clone()) }
    } else {
        resource(before, &pending.base, &file.path, index)?
    };
    if fragment.is_empty() {
        return Some(resource);
    }
    if fragment.starts_with('/') {
        let steps = uri::steps(fragment)?;
        let rest: String = steps.iter().map(|step| format!("/{}", uri::escape(step))).collect();
        return Some(Place { pointer: format!("{}{rest}", resource.pointer), ..resource });
    }
    let named = files.get(resource.file)?.resources.iter().rev().find(|known| known.pointer == resource.pointer)?;
    let name = uri::decode(fragment)?;
    let place = index.anchors.get(&format!("{}#{name}", named.uri))?;
    let outer = pending.dynamic.then(|| outermost(files, number, place, &name)).flatten();
    Some(outer.unwrap_or_else(|| place.clone()))
}

/// Where a `$dynamicRef` of file `number` leads, whose name leads to `place` by itself: values of the file come by its root, so an anchor of
/// that name there is the outermost. It counts only where `place` is a dynamic one too.
fn outermost(files: &[Parsed], number: usize, place: &Place, name: &str) -> Option<Place> {
    let named = format!("#{name}");
    let is_dynamic =
        |anchor: &&Anchor| anchor.dynamic && anchor.pointer == place.pointer && anchor.uri.ends_with(&named);
    files.get(place.file)?.anchors.iter().find(is_dynamic)?;
    let file = files.get(number)?;
    let roots = file.resources.iter().filter(|resource| resource.pointer == "#");
    let mut wanted = roots.map(|root| format!("{}#{name}", root.uri));
    let anchor = wanted.find_map(|uri| file.anchors.iter().find(|anchor| anchor.dynamic && anchor.uri == uri))?;
    Some(Place { file: number, pointer: anchor.pointer.clone() })
}

/// A file or a subschema with `$id`: by its URI, by its path from the referring file, or by the name under which a registry has it.
fn resource(before: &str, base: &str, path: &str, index: &Index) -> Option<Place> {
    uri::meanings(before, base, path)?.iter().find_map(|uri| index.resources.get(uri)).cloned()
}

/// The finding about a `$ref` that leads nowhere. To look for what was meant costs a walk over all subschemas, so not all look.
pub(super) fn missing(files: &[Parsed], number: usize, pending: &Pending, index: &Index, looks: bool) -> Finding {
    let (before, fragment) = uri::cut(&pending.written);
    let written = shortened(&pending.written);
    let path = files.get(number).map_or("", |file| file.path.as_str());
    if !looks {
        let finding = REF_MISSING.at(pending.at.clone(), format!("`{written}` leads nowhere"));
        return finding.help("mend the findings above first");
    }
    let found = (!before.is_empty()).then(|| resource(before, &pending.base, path, index));
    if found == Some(None) {
        let finding = REF_MISSING.at(pending.at.clone(), format!("`{written}` leads to no file"));
        return finding.help(file_help(files, path, before));
    }
    let file = found.flatten().map_or(number, |place| place.file);
    let there = files.get(file).map_or("", |file| file.path.as_str());
    let finding = REF_MISSING.at(pending.at.clone(), format!("`{written}` leads to nothing in {there}"));
    let known = files.get(file).into_iter().flat_map(|file| file.pointers.keys().map(String::as_str));
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    let wanted = format!("#{fragment}");
    let last = fragment.rsplit('/').next().unwrap_or_default();
    let same_end = known
        .iter()
        .find(|pointer| !last.is_empty() && pointer.rsplit('/').next() == Some(last) && pointer.len() <= 80);
    finding.help(match same_end.copied().or_else(|| closest(&wanted, known.iter().copied())) {
        Some(meant) => format!("did you mean `{}{meant}`?", shortened(before)),
        None => "define it below `$defs`, or mend the pointer".to_owned(),
    })
}

fn file_help(files: &[Parsed], path: &str, before: &str) -> String {
    if files.iter().any(|file| file.pointers.contains_key(&format!("#/{before}"))) {
        return format!("did you mean `#/{}`?", shortened(before));
    }
    if before.contains("json-schema.org/") {
        return "the schema of schemas is no part of a contract; say what the value is".to_owned();
    }
    let name = before.rsplit('/').next().unwrap_or(before);
    let ends = |file: &&Parsed| file.path.as_str().rsplit('/').next() == Some(name);
    let by_name = files.iter().find(ends).map(|file| file.path.as_str());
    let wanted = uri::resolve(path, before);
    match by_name.or_else(|| closest(&wanted, files.iter().map(|file| file.path.as_str()))) {
        Some(meant) => format!("did you mean `{}`?", relative(path, meant)),
        None => {
            format!("add the file {}, or mend the path: it is read from the folder of this file", shortened(&wanted))
        }
    }
}

/// The way from one file to another.
fn relative(from: &str, to: &str) -> String {
    let folder: Vec<&str> = from.split('/').collect();
    let target: Vec<&str> = to.split('/').collect();
    let depth = folder.len().saturating_sub(1);
    let shared = folder.iter().take(depth).zip(&target).take_while(|(a, b)| a == b).count();
    let mut steps = vec![".."; depth - shared];
    steps.extend(target.iter().skip(shared));
    steps.join("/")
}
