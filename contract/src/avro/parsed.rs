use std::collections::HashSet;

use super::schema::{FullName, Kind, Named, Type};
use crate::text::{Location, Source};

/// One file read by itself: its shape is right or told, its names are not looked up yet. [`resolve`](super::resolve()) makes a
/// [`Schema`](super::Schema) of it.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub(super) source: Source,
    /// Absent where the file's own type is broken.
    pub(super) root: Option<Type>,
    pub(super) definitions: Vec<Named>,
    /// Every name that the file defines, the broken definitions too, in the order of the text.
    pub(super) declared: Vec<Declared>,
    pub(super) uses: Vec<Use>,
    /// Whether something was left out; then no schema comes of it.
    pub(super) broken: bool,
}

/// A name that a file defines.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: FullName,
    pub(super) at: Location,
    /// Whether something within the definition refers to a type whose own definition is not at its end there: to itself, or to what it
    /// stands in.
    pub(super) unfinished: bool,
}

/// A name that a file uses.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// As written, with or without namespace.
    pub(super) written: String,
    /// With the namespace of the place.
    pub(super) name: FullName,
    pub(super) at: Location,
    /// How many names of the file were defined before.
    pub(super) seen: usize,
}

impl Parsed {
    /// The file.
    ///
    /// ```
    /// use topika_contract::{avro, report::Report, text::Source};
    ///
    /// let file = Source::new("id.avsc", r#"{ "type": "fixed", "name": "types.Id", "size": 16 }"#);
    /// let parsed = avro::parse(&file, &mut Report::default()).unwrap();
    /// assert_eq!(parsed.source().path(), "id.avsc");
    /// assert!(parsed.defines().any(|name| name.as_str() == "types.Id") && !parsed.is_broken());
    /// ```
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The names that the file defines, in the order of the text.
    pub fn defines(&self) -> impl Iterator<Item = &FullName> {
        self.declared.iter().map(|declared| &declared.name)
    }

    /// The name of the file's own type.
    pub(crate) fn root_name(&self) -> Option<&FullName> {
        match &self.root.as_ref()?.kind {
            Kind::Named(name) => Some(name),
            _ => None,
        }
    }

    /// The names that the file uses and does not define: with the namespace of the place, and as written.
    pub(crate) fn foreign(&self) -> impl Iterator<Item = (&FullName, &str)> {
        let defined: HashSet<&FullName> = self.defines().collect();
        let foreign = self.uses.iter().map(|used| (&used.name, used.written.as_str()));
        foreign.filter(move |(name, written)| !defined.contains(name) && !defined.contains(&FullName::new(*written)))
    }

    /// Whether a part of the file could not be understood; the findings say which.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken
    }
}
