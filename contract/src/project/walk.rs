use super::SchemaFile;
use crate::report::Report;
use crate::rules::PROJECT_UNREADABLE;
use crate::schema::Format;
use crate::text::Source;
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
    walked
}

fn unreadable(schemas: &str, path: &str, problem: &str) -> crate::report::Finding {
    let shown = if path.is_empty() { schemas.to_owned() } else { format!("{schemas}/{path}") };
    PROJECT_UNREADABLE
        .finding(format!("cannot read {shown}: {problem}"))
        .help("see that it is a file of UTF-8 text, under a name in UTF-8, that may be read")
}
