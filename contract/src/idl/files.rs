use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::thread;

use serde_json::Value;

use super::compile::{Compiled, compile};
use super::homes::Uses;
use super::names::{Site, full_name, visit};
use super::places::Places;
use crate::report::Report;
use crate::rules::PROJECT_UNREADABLE;
use crate::schema::Format;
use crate::text::Source;
use crate::tree::Tree;

/// An `.avsc` file that was made of a part of an `.avdl` file.
pub(crate) struct Made {
    /// Its path below the schema folder, as if it were a file.
    pub(crate) path: String,
    /// Its text; the source's path is the IDL file, and the type behind `#`: `schemas/orders.avdl#OrderPlaced.avsc`. Its places are shown in
    /// the IDL file.
    pub(crate) source: Source,
}

/// The stack of the compiler, of which only what is used takes memory: a schema is written out with all that it uses, and a level of it takes
/// some 40 KiB without optimisation.
const STACK: usize = 256 << 20;

/// The `.avsc` files that the IDL files at `paths` stand for. A type that no other one uses is an event, or, below a folder called `types`, a
/// shared type; a type that several files use is shared; every other one stands within the file that uses it. `known` are the names that
/// `.avsc` files define: what an IDL file imports from those stays theirs.
pub(crate) fn files(
    tree: &dyn Tree,
    schemas: &str,
    paths: &[String],
    known: &HashSet<String>,
    report: &mut Report,
) -> Vec<Made> {
    let made = thread::scope(|scope| {
        let own = thread::Builder::new().name("avdl".to_owned()).stack_size(STACK);
        let made = own.spawn_scoped(scope, || {
            let mut report = Report::default();
            (made_of(tree, schemas, paths, known, &mut report), report)
        });
        match made {
            Ok(made) => made.join().map_err(|_| "the compiler of Avro IDL panicked".to_owned()),
            Err(error) => Err(format!("there is no thread for the compiler of Avro IDL: {error}")),
        }
    });
    match made {
        Ok((made, told)) => {
            told.into_findings().into_iter().for_each(|finding| report.push(finding));
            made
        }
        Err(problem) => {
            let finding = PROJECT_UNREADABLE.finding(problem);
            report
                .push(finding.help(
                    "compile the .avdl files to .avsc with Avro's own tools, and report the file that does this",
                ));
            Vec::new()
        }
    }
}

fn made_of(
    tree: &dyn Tree,
    schemas: &str,
    paths: &[String],
    known: &HashSet<String>,
    report: &mut Report,
) -> Vec<Made> {
    let compiled = compile(tree, schemas, paths, report);
    let declared = Declared::of(&compiled, known);
    let uses = declared.uses();
    let tops = uses.with_lost(declared.tops(&uses, &compiled));
    let apart = uses.apart(&tops);
    let mut tops_of: BTreeMap<usize, usize> = BTreeMap::new();
    for ty in declared.types.iter().filter(|ty| tops.contains(&ty.name) && !ty.is_error()) {
        *tops_of.entry(ty.file).or_default() += 1;
    }
    let mut places = Places::default();
    for path in paths {
        // What cannot be read was told by the compiler.
        if let Ok(Some(text)) = tree.text(&format!("{schemas}/{path}")) {
            places.add(path, Source::new(format!("{schemas}/{path}"), text));
        }
    }
    let mut taken: HashSet<String> = HashSet::new();
    let mut made = Vec::new();
    for ty in declared.types.iter().filter(|ty| apart.contains(&ty.name)) {
        let Type { name, file, schema, is_main } = ty;
        let Some(path) = compiled.get(*file).map(|file| file.path.as_str()) else { continue };
        // What a message of a protocol may end with is said on no topic.
        let is_top = tops.contains(name) && !ty.is_error();
        let only = tops_of.get(file) == Some(&1);
        let short = name.rsplit('.').next().unwrap_or(name);
        let file_stem = Format::stem(path);
        let file_stem = file_stem.strip_suffix(".avdl").unwrap_or(file_stem);
        let stem = if *is_main || (is_top && only) { file_stem } else { short };
        let mut to = path_of(path, stem, is_top);
        if !taken.insert(to.clone()) {
            to = path_of(path, name, is_top);
        }
        let text = format!("{:#}\n", without(schema, name, &apart, known));
        // A main schema without a name is called like the file.
        let short = if name.starts_with('#') { stem } else { short };
        let origins = places.of(&text, path);
        made.push(Made { path: to, source: Source::made(format!("{schemas}/{path}#{short}.avsc"), text, origins) });
    }
    made
}

/// A type, or a main schema without a name, which is called `#` and the number of its file.
struct Type<'c> {
    name: String,
    /// The file that declares it.
    file: usize,
    schema: &'c Value,
    is_main: bool,
}

impl Type<'_> {
    /// Whether it is an error that the file does not name its schema.
    fn is_error(&self) -> bool {
        !self.is_main && self.schema.get("type").is_some_and(|ty| ty == "error")
    }
}

/// The types of all files, in the order of declaration.
struct Declared<'c> {
    types: Vec<Type<'c>>,
}

impl<'c> Declared<'c> {
    fn of(compiled: &'c [Compiled], known: &HashSet<String>) -> Self {
        let name_of = |schema: &Value| schema.as_object().and_then(|object| full_name(object, ""));
        // Who imports a file has its types too, and others: the smallest is the one that declares them.
        let mut owners: BTreeMap<String, usize> = BTreeMap::new();
        let size = |file: usize| compiled.get(file).map_or(usize::MAX, |file| file.types.len());
        for (number, file) in compiled.iter().enumerate() {
            for name in file.types.iter().filter_map(name_of).filter(|name| !known.contains(name)) {
                let owner = owners.entry(name).or_insert(number);
                if size(number) < size(*owner) {
                    *owner = number;
                }
            }
        }
        let mut types = Vec::new();
        for (number, file) in compiled.iter().enumerate() {
            let main = file.main.as_ref().map(|main| (main, name_of(main)));
            if let Some((schema, None)) = &main {
                types.push(Type { name: format!("#{number}"), file: number, schema, is_main: true });
            }
            for schema in &file.types {
                if let Some(name) = name_of(schema).filter(|name| owners.get(name) == Some(&number)) {
                    let is_main = main.as_ref().is_some_and(|(_, main)| main.as_ref() == Some(&name));
                    types.push(Type { name, file: number, schema, is_main });
                }
            }
        }
        Self { types }
    }

    /// What each type names itself.
    fn uses(&self) -> Uses {
        let uses = |ty: &Type<'_>| {
            let mut names = BTreeSet::new();
            visit(&mut ty.schema.clone(), "", &mut |site| match site {
                Site::Definition(name, _) if name == ty.name => {}
                Site::Definition(name, inner) => {
                    names.insert(name);
                    *inner = Value::Null;
                }
                Site::Use(name) => {
                    names.insert(name);
                }
            });
            (ty.name.clone(), names)
        };
        Uses::new(self.types.iter().map(uses))
    }

    /// The types that nothing else uses; of a shared file, nothing else of the same file.
    fn tops(&self, uses: &Uses, compiled: &[Compiled]) -> BTreeSet<String> {
        let is_shared = |file: usize| compiled.get(file).is_some_and(|file| in_types(&file.path));
        let is_used = |(number, ty): &(usize, &Type<'_>)| {
            let mut users = uses.users(*number).iter().filter_map(|user| self.types.get(*user));
            users.any(|user| !is_shared(ty.file) || user.file == ty.file)
        };
        let types = self.types.iter().enumerate();
        types.filter(|ty| ty.1.is_main || !is_used(ty)).map(|(_, ty)| ty.name.clone()).collect()
    }
}

/// The schema of a file of its own: what stands in other files is named.
fn without(schema: &Value, name: &str, apart: &BTreeSet<String>, known: &HashSet<String>) -> Value {
    let mut schema = schema.clone();
    visit(&mut schema, "", &mut |site| {
        let Site::Definition(found, inner) = site else { return };
        if found != name && (apart.contains(&found) || known.contains(&found)) {
            *inner = Value::String(found);
        } else if inner.get("type").is_some_and(|ty| ty == "error")
            && let Some(object) = inner.as_object_mut()
        {
            // An error of a protocol is a record (Avro 1.12, "Protocol Declaration").
            object.insert("type".to_owned(), "record".into());
        }
    });
    schema
}

/// The path of a file beside the IDL file, below a folder called `types` where it is shared.
fn path_of(idl: &str, stem: &str, is_top: bool) -> String {
    let folder = idl.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    let types = if is_top || in_types(idl) { "" } else { "types/" };
    format!("{folder}{types}{stem}.avsc")
}

fn in_types(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|folder| folder == "types")
}
