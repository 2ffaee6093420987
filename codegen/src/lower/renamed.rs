//! What there is to say of names that could not stay what they were.

use topika_contract::rules::TYPES_RENAMED;
use topika_contract::text::Location;

use super::told::Of;
use super::types::Lowering;
use crate::ir::TypeId;
use crate::names::{Ident, is_changed, upper_camel};

/// A name of the schema, and what became of it.
pub(super) struct Renaming<'n> {
    pub(super) text: &'n str,
    pub(super) at: &'n Location,
    pub(super) name: &'n Ident,
    /// Whether nothing else at its place is called so.
    pub(super) free: bool,
}

impl Lowering<'_> {
    /// Tells of a field's name that is not what the conventions of Rust make of it.
    pub(super) fn tell_field(&mut self, field: &Renaming<'_>) {
        let Renaming { text, at, name, free } = field;
        let (message, help) = if !free {
            let message = format!("another field is called so in Rust, so this one is `{name}`");
            (message, "rename one of the two, or take it as it is")
        } else if is_changed(text, name) {
            (format!("{} is no name of a field in Rust, so it is `{name}`", quoted(text)), "take the name as it is")
        } else {
            return;
        };
        self.tell(TYPES_RENAMED.at((*at).clone(), message).help(help));
    }

    /// Tells of the first symbol of an enum of which that is so; a list of numbers would be as many lines.
    pub(super) fn tell_symbols<'n>(&mut self, symbols: impl Iterator<Item = Renaming<'n>>) {
        let is_told = |symbol: &Renaming<'_>| !symbol.free || is_changed(symbol.text, symbol.name);
        let mut told = symbols.filter(is_told);
        let Some(Renaming { text, at, name, free }) = told.next() else { return };
        let more = match told.count() {
            0 => String::new(),
            more => format!(", and {more} more of the enum are called otherwise"),
        };
        let message = if free {
            format!("{} is no name of a variant in Rust, so it is `{name}`{more}", quoted(text))
        } else {
            format!("two values have one name in Rust, so the later of them is called `{name}`{more}")
        };
        self.tell(TYPES_RENAMED.at(at.clone(), message).help("take the name as it is"));
    }

    /// Tells of a part of a namespace, or a folder, that is no name of a module.
    pub(super) fn tell_module(&mut self, text: &str, name: &Ident, at: &Location) {
        let message = format!("{} cannot be the name of a module here, so the module is `{name}`", quoted(text));
        self.tell(TYPES_RENAMED.at(at.clone(), message).help("take the name as it is"));
    }

    /// Tells of the enum of a topic, or of the record that is its key, whose name is no longer the topic's.
    pub(super) fn tell_topic(&mut self, topic: &str, what: &str, wanted: &str, name: &Ident, at: Option<Location>) {
        let topic = quoted(topic);
        let message = if wanted == name.text() {
            format!("{topic} is no name of a type in Rust, so the {what} of this topic is `{name}`")
        } else {
            format!(
                "`{wanted}` is taken among the topics, their routers and keys, so the {what} of {topic} is `{name}`"
            )
        };
        let mut finding = TYPES_RENAMED.finding(message).help("rename one of the topics, or take the name as it is");
        finding.at = at;
        self.tell(finding);
    }

    /// Tells of a branch of a union whose name another one has.
    pub(super) fn tell_branch(&mut self, text: &str, name: &Ident, at: &Location) {
        let message = format!("another branch is called `{text}` in Rust, so this one is `{name}`");
        self.tell(TYPES_RENAMED.at(at.clone(), message).help("take the name as it is"));
    }

    /// Tells of a type whose name has other letters than what the schema or its file says; that a name is taken was told before.
    pub(super) fn tell_type(&mut self, id: TypeId, text: &str, at: &Location) {
        let name = Ident::new(&upper_camel(text));
        if is_changed(text, &name) && self.type_name(id) == name.text() {
            let message = format!("{} is no name of a type in Rust, so it is `{name}`", quoted(text));
            let finding = TYPES_RENAMED.at(at.clone(), message).help("take the name as it is, or rename the type");
            self.working_on(Of::Type(id), |lowering| lowering.tell(finding));
        }
    }
}

/// A text of any author and length.
fn quoted(text: &str) -> String {
    format!("`{}`", topika_contract::text::shortened(text))
}
