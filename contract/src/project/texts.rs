//! Schema files with their schemas and references: the stage between the files and the contract.

use std::collections::HashMap;

use super::{Reference, SchemaFile};
use crate::lock::hash_of_compact;
use crate::report::Report;
use crate::rules::REF_NOT_SHARED;
use crate::schema::{EventSchema, Format, Read, Text, read, read_what_can_be};
use crate::text::Source;

/// Files that were read together.
pub(super) struct Texts {
    files: Vec<SchemaFile>,
    reads: Vec<Read>,
    /// Where the file of a path stands; of equal paths the first counts.
    by_path: HashMap<String, usize>,
}

impl Texts {
    pub(super) fn read(files: Vec<SchemaFile>, report: &mut Report) -> Self {
        Self::read_by(files, read, report)
    }

    /// The same, with what can be saved of broken files.
    pub(super) fn salvaged(files: Vec<SchemaFile>, report: &mut Report) -> Self {
        Self::read_by(files, read_what_can_be, report)
    }

    fn read_by(files: Vec<SchemaFile>, read: fn(&[Text], &mut Report) -> Vec<Read>, report: &mut Report) -> Self {
        let texts: Vec<Text> = files
            .iter()
            .map(|file| Text { path: file.path.clone(), format: file.format, source: file.source.clone() })
            .collect();
        let reads = read(&texts, report);
        let by_path = files.iter().enumerate().rev().map(|(index, file)| (file.path.clone(), index)).collect();
        Self { files, reads, by_path }
    }

    /// The files that have a schema, with their index.
    pub(super) fn resolved(&self) -> impl Iterator<Item = (usize, &SchemaFile, &EventSchema)> {
        let both = self.files.iter().zip(&self.reads).enumerate();
        both.filter_map(|(index, (file, read))| Some((index, file, read.schema.as_ref()?)))
    }

    /// The files of which no schema came.
    pub(super) fn broken(&self) -> impl Iterator<Item = &SchemaFile> {
        self.files.iter().zip(&self.reads).filter(|(_, read)| read.schema.is_none()).map(|(file, _)| file)
    }

    /// Says which files use a type that another file does not share.
    pub(super) fn tell_unshared(&self, report: &mut Report) {
        for (file, read) in self.files.iter().zip(&self.reads) {
            for used in &read.uses {
                let Some(owner) = self.files.get(used.text).filter(|owner| !owner.shared && owner.path != file.path)
                else {
                    continue;
                };
                let message = format!("{} uses `{}`, which {} does not share", file.path, used.name, owner.path);
                let at = file.source.at(place_of(file, &used.name));
                let help = "move the type into a file of its own below a folder called `types`";
                report.push(REF_NOT_SHARED.at(at, message).help(help));
            }
        }
    }

    /// What a file refers to, directly or not: each once, a reference before what uses it.
    pub(super) fn references(&self, file: usize) -> Vec<Reference> {
        let mut order = Vec::new();
        let mut seen = vec![file];
        // A walk with a list of its own: files may refer to each other as deep as there are files.
        let mut path = vec![(file, 0_usize)];
        let mut named: Vec<(usize, String)> = Vec::new();
        while let Some((at, next)) = path.last_mut() {
            let used = self.reads.get(*at).and_then(|read| read.uses.get(*next)).cloned();
            *next += 1;
            match used {
                Some(used) => {
                    if used.text == file {
                        continue;
                    }
                    let name = self.reference_name(&used.name, used.text);
                    if !named.contains(&(used.text, name.clone())) {
                        named.push((used.text, name));
                    }
                    if !seen.contains(&used.text) {
                        seen.push(used.text);
                        path.push((used.text, 0));
                    }
                }
                None => {
                    let done = *at;
                    path.pop();
                    if done != file {
                        order.push(done);
                    }
                }
            }
        }
        let names = |index: usize| named.iter().filter(move |(text, _)| *text == index).map(|(_, name)| name.clone());
        order.into_iter().flat_map(|index| names(index).filter_map(move |name| self.reference(index, name))).collect()
    }

    /// What the file of a path refers to itself, each once: the name as it is written, and the path of the file that it leads to.
    pub(super) fn direct(&self, path: &str) -> Vec<(String, &str)> {
        let own = self.by_path.get(path).copied();
        let mut direct: Vec<(String, &str)> = Vec::new();
        for used in own.and_then(|own| self.reads.get(own)).iter().flat_map(|read| &read.uses) {
            let Some(file) = self.files.get(used.text).filter(|_| Some(used.text) != own) else { continue };
            let one = (self.reference_name(&used.name, used.text), file.path.as_str());
            if !direct.contains(&one) {
                direct.push(one);
            }
        }
        direct
    }

    /// The hash by which a locked version is known.
    pub(super) fn compare(&self, file: usize, references: &[Reference]) -> String {
        let place = |reference: &Reference| self.place(&reference.path, &reference.source);
        let places = references.iter().filter_map(|one| Some((one.name.as_str(), place(one)?)));
        self.hash(file, &places.collect::<Vec<_>>())
    }

    /// The same, of references by name and place.
    pub(super) fn hash(&self, file: usize, references: &[(&str, usize)]) -> String {
        let compact = |index: usize| self.reads.get(index).map_or("", |read| read.compact.as_str());
        let contract = self.files.get(file).and_then(|file| file.contract.as_ref());
        hash_of_compact(compact(file), contract, references.iter().map(|(name, index)| (*name, compact(*index).into())))
    }

    /// Where a file stands.
    pub(super) fn place(&self, path: &str, source: &Source) -> Option<usize> {
        let index = *self.by_path.get(path)?;
        self.files.get(index).filter(|file| file.source == *source)?;
        Some(index)
    }

    /// The schema of one file, and of no other then.
    pub(super) fn into_schema(mut self, file: usize) -> Option<EventSchema> {
        self.reads.get_mut(file)?.schema.take()
    }

    fn reference(&self, index: usize, name: String) -> Option<Reference> {
        let file = self.files.get(index)?;
        let read = self.reads.get(index)?;
        let mut uses: Vec<String> = Vec::new();
        for used in &read.uses {
            let name = self.reference_name(&used.name, used.text);
            if !uses.contains(&name) {
                uses.push(name);
            }
        }
        let subject = shared_subject(file, read.schema.as_ref());
        Some(Reference { name, subject, path: file.path.clone(), source: file.source.clone(), uses })
    }

    /// An Avro file is referred to by the name of its own type, whichever of its types is used; a JSON file as it was written.
    fn reference_name(&self, written: &str, text: usize) -> String {
        match self.reads.get(text).and_then(|read| read.schema.as_ref()) {
            Some(schema @ EventSchema::Avro(_)) => record_name(schema).unwrap_or_else(|| written.to_owned()),
            _ => written.to_owned(),
        }
    }
}

/// The subject of a shared file: its full name (Avro), its path below the schema folder (JSON).
pub(super) fn shared_subject(file: &SchemaFile, schema: Option<&EventSchema>) -> String {
    match (file.format, schema.and_then(record_name)) {
        (Format::Avro, Some(name)) => name,
        _ => file.path.clone(),
    }
}

/// The name of a schema's root: the full name of an Avro type, the `title` of a JSON schema.
pub(super) fn record_name(schema: &EventSchema) -> Option<String> {
    match schema {
        EventSchema::Avro(schema) => match &schema.root().kind {
            crate::avro::Kind::Named(name) => Some(name.as_str().to_owned()),
            _ => None,
        },
        EventSchema::Json(schema) => schema.node(schema.root())?.title.clone().filter(|title| !title.is_empty()),
    }
}

/// Where a name is first written in a file, quotes included; the start of the file where it is written otherwise.
fn place_of(file: &SchemaFile, name: &str) -> crate::text::Span {
    let text = file.source.text();
    let short = name.rsplit('.').next().unwrap_or(name);
    let found = [name, short].iter().find_map(|name| {
        let quoted = format!("\"{name}\"");
        text.find(&quoted).map(|start| crate::text::Span::new(start, start + quoted.len()))
    });
    found.unwrap_or_default()
}
