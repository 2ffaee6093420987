use std::path::{Path, PathBuf};

use super::walk::{Walked, walk};
use crate::data_contract::DataContract;
use crate::lock::Lock;
use crate::manifest::Manifest;
use crate::report::Report;
use crate::rules::{PROJECT_EMPTY, PROJECT_UNREADABLE};
use crate::schema::Format;
use crate::text::Source;
use crate::threads::both;
use crate::tree::{Disk, Tree};

/// The manifest's file, at the project's root.
const MANIFEST: &str = "topika.toml";

/// Everything that the files of a project say, read but not resolved yet.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder of `topika.toml`.
    pub root: PathBuf,
    /// The manifest.
    pub manifest: Manifest,
    /// The schema files of the working tree, sorted by path.
    pub files: Vec<SchemaFile>,
    /// The paths below the schema folder of files that are there and could not be read, which was said.
    pub unreadable: Vec<String>,
    /// The lock with its frozen texts; empty where nothing was locked.
    pub lock: Lock,
}

/// One file below `schemas/`.
#[derive(Clone, Debug)]
pub struct SchemaFile {
    /// The path below the schema folder, with `/`: `orders/order-placed.avsc`.
    pub path: String,
    /// Avro for `.avsc`, JSON Schema for `.json`.
    pub format: Format,
    /// Whether a folder of the path is called `types`: shared, no event.
    pub shared: bool,
    /// The data contract beside it.
    pub contract: Option<DataContract>,
    /// Its text; the source's path is relative to the project's root (`schemas/orders/order-placed.avsc`).
    pub source: Source,
}

impl Project {
    /// The folder of the nearest `topika.toml`, from `from` upwards.
    #[must_use]
    pub fn find(from: &Path) -> Option<PathBuf> {
        from.ancestors().find(|folder| folder.join(MANIFEST).is_file()).map(Path::to_path_buf)
    }

    /// Reads the manifest, the schema files and the lock below `root`. Every problem is a finding; what can be read is kept.
    /// Without a `topika.toml`, convention alone holds.
    #[must_use]
    pub fn load(root: &Path, report: &mut Report) -> Self {
        Self { root: root.to_path_buf(), ..Self::of_tree(&Disk::new(root), report) }
    }

    /// As [`Self::load`], of files from elsewhere: a commit, say. The root is then empty, and nothing can be written.
    #[must_use]
    pub fn of_tree(tree: &dyn Tree, report: &mut Report) -> Self {
        let manifest = match tree.text(MANIFEST) {
            Ok(Some(text)) => Manifest::parse(&Source::new(MANIFEST, text), report),
            Ok(None) => Manifest::default(),
            Err(problem) => {
                let finding = PROJECT_UNREADABLE.finding(format!("cannot read {MANIFEST}: {problem}"));
                report.push(finding.help("see that it is a file of UTF-8 text that may be read"));
                Manifest::default()
            }
        };
        Self::of_manifest(manifest, tree, report)
    }

    /// As [`Self::of_tree`], by a manifest that is known already.
    #[must_use]
    pub fn of_manifest(manifest: Manifest, tree: &dyn Tree, report: &mut Report) -> Self {
        let locked = || {
            let mut report = Report::default();
            let lock = Lock::load(tree, &manifest.schemas, &mut report);
            (lock, report)
        };
        let (Walked { files, unreadable }, (lock, lock_report)) =
            both(|| walk(tree, &manifest.schemas, report), locked);
        // A project may do nothing but read what others own.
        if files.is_empty() && manifest.imports.is_empty() && !report.denies() {
            let message = format!("no schema file below {}", manifest.schemas);
            let help = "put `.avsc` or `.schema.json` files there, or name the folder under `[project] schemas`";
            report.push(PROJECT_EMPTY.finding(message).help(help));
        }
        report.extend(lock_report.into_findings());
        Self { root: PathBuf::new(), manifest, files, unreadable, lock }
    }
}

impl Project {
    /// The names of the events whose files cannot be read.
    pub(super) fn unreadable_events(&self) -> Vec<String> {
        let files = self.unreadable.iter().filter_map(|path| SchemaFile::new(path, Source::new("", "")));
        files.filter(|file| !file.shared).map(|file| file.event_name()).collect()
    }
}

impl SchemaFile {
    /// A file by its path below the schema folder; the format and whether it is shared follow from the path. `None` for a file
    /// that is no schema.
    #[must_use]
    pub fn new(path: &str, source: Source) -> Option<Self> {
        let format = Format::of_path(path)?;
        Some(Self { path: path.to_owned(), format, shared: is_shared(path), contract: None, source })
    }

    /// Whether a file holds this text: what stands for a part of an Avro IDL file has none of its own.
    #[must_use]
    pub fn is_on_disk(&self) -> bool {
        let rest = self.source.path().strip_suffix(self.path.as_str());
        rest.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
    }

    /// The folders of the path.
    #[must_use]
    pub fn folder(&self) -> Vec<String> {
        let folders = self.path.rsplit_once('/').map_or("", |(folders, _)| folders);
        folders.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// The event's name: the path without its ending, with dots.
    #[must_use]
    pub fn event_name(&self) -> String {
        let mut parts = self.folder();
        parts.push(Format::stem(&self.path).to_owned());
        parts.join(".")
    }
}

/// Whether a folder of a path is called `types`.
pub(super) fn is_shared(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(|folder| folder == "types")
}
