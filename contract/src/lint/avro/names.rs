use std::collections::HashMap;

use super::walk::{Part, Parts};
use crate::avro::{Definition, Field};
use crate::lint::style::{Style, common};
use crate::lint::text::Lint;
use crate::lint::words::{snake, upper_camel};
use crate::rules::{NAME_COLLISION, NAME_FIELD_CASE, NAME_NAMESPACE_FOLDER, NAME_SYMBOL_CASE, NAME_TYPE_CASE};
use crate::text::folded;

pub(super) fn check(parts: &Parts<'_>, lint: &mut Lint<'_>) {
    for part in &parts.types {
        types(part, lint);
        match &part.named.definition {
            Definition::Record(fields) => collisions(part, fields, lint),
            Definition::Enum { symbols, .. } => {
                for (index, symbol) in symbols.iter().enumerate() {
                    let wanted = snake(&symbol.name).to_uppercase();
                    if symbol.name.chars().any(char::is_lowercase) && wanted != symbol.name {
                        let message = format!("the symbol `{}` is not in UPPER_SNAKE_CASE", symbol.name);
                        let pointer = format!("{}/symbols/{index}", part.pointer);
                        let finding = NAME_SYMBOL_CASE.at(symbol.at.clone(), message).pointer(pointer);
                        lint.push(finding.help(format!("write `{wanted}`, before the first version is locked")));
                    }
                }
            }
            Definition::Fixed(_) => {}
        }
    }
    fields(parts, lint);
    namespace(parts, lint);
}

fn types(part: &Part<'_>, lint: &mut Lint<'_>) {
    let name = part.named.name.short();
    if !name.starts_with(char::is_uppercase) || name.contains('_') {
        let message = format!("the name `{name}` is not in UpperCamelCase");
        let finding = NAME_TYPE_CASE.at(part.named.at.clone(), message).pointer(&*part.pointer);
        let help = format!("write `{}`; a name that is locked stays readable as an alias", upper_camel(name));
        lint.push(finding.help(help));
    }
}

/// All fields of a file in one style: the one that most of them have.
fn fields(parts: &Parts<'_>, lint: &mut Lint<'_>) {
    if !lint.wants(&NAME_FIELD_CASE) {
        return;
    }
    let Some((style, model)) = common(parts.fields().map(|(_, _, field)| field.name.as_str())) else { return };
    let first = parts.fields().find(|(_, _, field)| field.name == model).map(|(_, _, field)| field.name_at.clone());
    for (part, index, field) in parts.fields() {
        if Style::of(&field.name).is_none_or(|own| own == style) {
            continue;
        }
        let message = format!("`{}` is written in another style than `{model}`", field.name);
        let mut finding = NAME_FIELD_CASE.at(field.name_at.clone(), message).pointer(part.field(index));
        if let Some(first) = &first {
            finding = finding.related(first.clone(), "most fields of this file are written like this");
        }
        let wanted = style.write(&field.name).unwrap_or_default();
        lint.push(finding.help(format!("write `{wanted}`; a field that is locked keeps `{}` as an alias", field.name)));
    }
}

fn collisions(part: &Part<'_>, fields: &[Field], lint: &mut Lint<'_>) {
    if !lint.wants(&NAME_COLLISION) {
        return;
    }
    let mut seen: HashMap<String, &Field> = HashMap::with_capacity(fields.len());
    for (index, field) in fields.iter().enumerate() {
        let folded = folded(&field.name);
        if let Some(first) = seen.get(&folded) {
            let message = format!("`{}` and `{}` differ only in case and underscores", first.name, field.name);
            let finding = NAME_COLLISION.at(field.name_at.clone(), message).pointer(part.field(index));
            lint.push(
                finding
                    .related(first.name_at.clone(), "the first one")
                    .help("rename one; generated code writes both alike"),
            );
        } else {
            seen.insert(folded, field);
        }
    }
}

/// The namespace names the folder, or the folder the namespace. Once it is locked it can only be kept, and nothing is said.
fn namespace(parts: &Parts<'_>, lint: &mut Lint<'_>) {
    let Some(part) = parts.types.iter().find(|part| part.pointer.is_empty()).filter(|_| lint.text.is_new) else {
        return;
    };
    let fold = |segment: &str| segment.replace(['-', '_'], "").to_lowercase();
    let mut folders: Vec<&str> = lint.text.path.split('/').collect();
    folders.pop();
    let written = part.named.name.namespace();
    let space: Vec<String> = written.split('.').filter(|segment| !segment.is_empty()).map(fold).collect();
    // A folder called `types` says that its types are shared; the namespace may leave it out.
    if !space.contains(&"types".to_owned()) {
        folders.retain(|folder| *folder != "types");
    }
    let folders: Vec<String> = folders.into_iter().map(fold).collect();
    if folders.is_empty() || (!space.is_empty() && (holds(&space, &folders) || holds(&folders, &space))) {
        return;
    }
    let folder = lint.text.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let says = if written.is_empty() { "no namespace".to_owned() } else { format!("the namespace `{written}`") };
    let message = format!("`{}` has {says} and stands in the folder {folder}", part.named.name.short());
    let wanted = folder.replace('/', ".").replace('-', "_");
    let finding = NAME_NAMESPACE_FOLDER.at(part.named.at.clone(), message).pointer("");
    lint.push(finding.help(format!("let the namespace end with `{wanted}`, or move the file")));
}

/// Whether `part` stands in `whole`, side by side.
fn holds(whole: &[String], part: &[String]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}
