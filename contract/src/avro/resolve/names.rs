use std::collections::{HashMap, HashSet};

use crate::avro::parsed::Parsed;
use crate::avro::schema::FullName;
use crate::rules::AVRO_NAME_DUPLICATE;
use crate::syntax::Sink;
use crate::text::{Location, shortened};

/// Where every name of the files is defined.
pub(super) struct Names {
    places: HashMap<FullName, Place>,
}

/// Where a name is defined.
pub(super) struct Place {
    /// The index of the file.
    pub(super) file: usize,
    /// How many names the file defines before it.
    pub(super) index: usize,
    pub(super) at: Location,
}

impl Names {
    /// Collects the names. The second definition of a name is told, and makes both files unusable: which of them is meant
    /// nobody knows, and what is judged of the wrong one would bury the finding.
    pub(super) fn of(files: &mut [Parsed], report: &mut Sink<'_>) -> Self {
        let mut places: HashMap<FullName, Place> = HashMap::new();
        let mut broken = HashSet::new();
        for (file_index, file) in files.iter().enumerate() {
            for (index, declared) in file.declared.iter().enumerate() {
                if let Some(first) = places.get(&declared.name) {
                    let name = shortened(declared.name.as_str());
                    let finding = AVRO_NAME_DUPLICATE
                        .at(declared.at.clone(), format!("`{name}` is defined twice"))
                        .related(first.at.clone(), "the first definition");
                    let help = if first.file == file_index {
                        format!("refer to the first definition by its name: `\"type\": \"{name}\"`")
                    } else {
                        format!(
                            "rename one of them, or define it once in a file of its own and refer to it as `\"{name}\"`"
                        )
                    };
                    report.push(finding.help(help));
                    broken.extend([first.file, file_index]);
                } else {
                    places.insert(declared.name.clone(), Place { file: file_index, index, at: declared.at.clone() });
                }
            }
        }
        for (_, file) in files.iter_mut().enumerate().filter(|(index, _)| broken.contains(index)) {
            file.broken = true;
        }
        Self { places }
    }

    pub(super) fn get(&self, name: &FullName) -> Option<&Place> {
        self.places.get(name)
    }

    /// All names, with their places.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&FullName, &Place)> {
        self.places.iter()
    }
}
