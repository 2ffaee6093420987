use super::SchemaFile;
use crate::data_contract::DataContract;
use crate::report::Report;
use crate::rules::{EVENT_DATA_CONTRACT, PROJECT_UNREADABLE};
use crate::schema::Format;
use crate::text::{Source, Span};
use crate::threads::in_parallel;
use crate::tree::Tree;

/// What stands below the schema folder.
#[derive(Default)]
pub(super) struct Walked {
    /// The schema files, sorted by path.
    pub(super) files: Vec<SchemaFile>,
    /// The paths of schema files that are there and could not be read, which was said.
    pub(super) unreadable: Vec<String>,
}

/// Reads the schema files below the schema folder. What has another ending than a schema is passed by.
pub(super) fn walk(tree: &dyn Tree, schemas: &str, report: &mut Report) -> Walked {
    let mut walked = Walked::default();
    let listing = tree.list(schemas);
    for (path, problem) in listing.problems {
        report.push(unreadable(schemas, &path, &problem));
    }
    let idl: Vec<String> = listing.paths.iter().filter(|path| path.ends_with(".avdl")).cloned().collect();
    let contracts: Vec<String> = listing.paths.iter().filter(|path| is_contract(path)).cloned().collect();
    let paths: Vec<String> = listing.paths.into_iter().filter(|path| Format::of_path(path).is_some()).collect();
    let texts = in_parallel(&paths, |path| tree.text(&format!("{schemas}/{path}")));
    for (path, text) in paths.into_iter().zip(texts) {
        let shown = format!("{schemas}/{path}");
        let problem = match text {
            Ok(Some(text)) => {
                walked.files.extend(SchemaFile::new(&path, Source::new(shown, text)));
                continue;
            }
            Ok(None) => "it is not there any more, or a link that leads nowhere".to_owned(),
            Err(problem) => problem,
        };
        report.push(unreadable(schemas, &path, &problem));
        walked.unreadable.push(path);
    }
    if !idl.is_empty() {
        add_idl(tree, schemas, &idl, &mut walked, report);
    }
    for path in contracts {
        add_contract(tree, schemas, &path, &mut walked, report);
    }
    walked
}

fn is_contract(path: &str) -> bool {
    path.ends_with(Format::CONTRACT) && path.rsplit('/').next() != Some(Format::CONTRACT)
}

/// Puts a data contract to the schema beside it; of two schemas of one name, which only shared types can be, to both.
fn add_contract(tree: &dyn Tree, schemas: &str, path: &str, walked: &mut Walked, report: &mut Report) {
    let shown = format!("{schemas}/{path}");
    let text = match tree.text(&shown) {
        Ok(Some(text)) => text,
        Ok(None) => {
            return report.push(unreadable(schemas, path, "it is not there any more, or a link that leads nowhere"));
        }
        Err(problem) => return report.push(unreadable(schemas, path, &problem)),
    };
    let source = Source::new(shown.as_str(), text);
    let is_beside = |file: &str| DataContract::path_beside(file) == path;
    let mut files = walked.files.iter_mut().filter(|file| is_beside(&file.path)).peekable();
    if files.peek().is_none() && !walked.unreadable.iter().any(|file| is_beside(file)) {
        let stem = shown.strip_suffix(Format::CONTRACT).unwrap_or(&shown);
        let message = format!("{shown} is the data contract of no schema");
        let help = format!("put {stem}.avsc or {stem}.schema.json beside it, or delete it");
        report.push(EVENT_DATA_CONTRACT.at(source.at(Span::default()), message).help(help));
        return;
    }
    let contract = DataContract::parse(source, report);
    for file in files {
        file.contract.clone_from(&contract);
    }
}

/// The files that Avro IDL stands for.
#[cfg(feature = "avdl")]
fn add_idl(tree: &dyn Tree, schemas: &str, idl: &[String], walked: &mut Walked, report: &mut Report) {
    let avro = walked.files.iter().filter(|file| file.format == Format::Avro);
    let known = avro.flat_map(|file| names(&file.source)).collect();
    for made in crate::idl::files(tree, schemas, idl, &known, report) {
        walked.files.extend(SchemaFile::new(&made.path, made.source));
    }
    walked.files.sort_by(|one, other| one.path.cmp(&other.path));
}

/// The names that an Avro file defines.
#[cfg(feature = "avdl")]
fn names(source: &Source) -> Vec<String> {
    // What is wrong with the file is told when it is read as a schema.
    let mut unused = Report::default();
    let json = crate::syntax::parse_json(source, crate::syntax::Comments::Allowed, &mut unused);
    let parsed = json.map(|json| crate::avro::parse_value(source, &json, &mut unused));
    parsed.iter().flat_map(crate::avro::Parsed::defines).map(|name| name.as_str().to_owned()).collect()
}

/// Without the compiler of Avro IDL its files are no schemas; passed by in silence, they would be checked by nobody.
#[cfg(not(feature = "avdl"))]
fn add_idl(_: &dyn Tree, schemas: &str, idl: &[String], walked: &mut Walked, report: &mut Report) {
    for path in idl {
        let finding =
            PROJECT_UNREADABLE.finding(format!("{schemas}/{path} is Avro IDL, which this build does not read"));
        report.push(finding.help("build with the feature `avdl`: `cargo install cargo-topika --features avdl`, and `features = [\"avdl\"]` for topika-build"));
        walked.unreadable.push(path.clone());
    }
}

fn unreadable(schemas: &str, path: &str, problem: &str) -> crate::report::Finding {
    let shown = if path.is_empty() { schemas.to_owned() } else { format!("{schemas}/{path}") };
    PROJECT_UNREADABLE
        .finding(format!("cannot read {shown}: {problem}"))
        .help("see that it is a file of UTF-8 text, under a name in UTF-8, that may be read")
}
