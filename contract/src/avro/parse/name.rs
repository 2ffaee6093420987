use super::letters::{is_letter, is_letter_or_digit};
use super::reader::Reader;
use crate::avro::schema::FullName;
use crate::rules::{AVRO_NAME, AVRO_NAME_UNCOMMON};
use crate::text::{Span, shortened};

/// Avro 1.12, Names: `[A-Za-z_][A-Za-z0-9_]*`. Java, and with it the registry, takes the letters and digits of all scripts.
pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|first| is_letter(first) || first == '_')
        && chars.all(|c| is_letter_or_digit(c) || c == '_')
}

/// A part of a namespace. Java up to 1.11 looked at no namespace, and Debezium writes the names of servers, databases and tables there: `my-cluster.public`.
/// What might end a text or a line is left to nobody.
fn is_part(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| is_letter_or_digit(c) || matches!(c, '_' | '-' | '$' | '#' | '@' | '+' | '~'))
}

/// The primitive types, whose names nothing else may have.
pub(super) const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

/// The words for the other types.
pub(super) const COMPLEX: [&str; 6] = ["record", "error", "enum", "fixed", "array", "map"];

/// Whether a text is the word of a type that is no primitive.
pub(super) fn is_word(text: &str) -> bool {
    COMPLEX.contains(&text) || text == "union"
}

impl Reader<'_> {
    /// The full name of `written` at a place whose namespace is `namespace` (empty: the null namespace). A dot in the name makes
    /// it full already; a leading dot alone means the null namespace.
    pub(super) fn full_name(&mut self, written: &str, namespace: &str, span: Span) -> Option<FullName> {
        let (space, short) = written.rsplit_once('.').unwrap_or((namespace, written));
        if !self.name(short, "name", span) || !self.namespace(space, span) {
            return None;
        }
        if space.is_empty() { Some(FullName::new(short)) } else { Some(FullName::new(format!("{space}.{short}"))) }
    }

    /// Checks a namespace; the empty one is the null namespace.
    pub(super) fn namespace(&mut self, space: &str, span: Span) -> bool {
        space.is_empty() || space.split('.').all(|part| is_part(part) || self.name(part, "part of a namespace", span))
    }

    /// Tells a namespace that not every implementation reads.
    pub(super) fn uncommon_namespace(&mut self, space: &str, span: Span) {
        if space.split('.').all(is_name) {
            self.uncommon(space, "a namespace", span);
        } else {
            self.uncommon_part(space, span);
        }
    }

    /// Tells the first part of a namespace that is no name.
    fn uncommon_part(&mut self, space: &str, span: Span) {
        let Some(part) = space.split('.').find(|part| is_part(part) && !is_name(part)) else { return };
        let message = format!("`{}` in a namespace: not every implementation reads it", shortened(part));
        let finding = self.finding(&AVRO_NAME_UNCOMMON, span, message);
        self.tell(finding.help(
            "take letters, digits and `_`, as Debezium writes with `schema.name.adjustment.mode=avro`; Java read it up to 1.11, 1.12 and Rust's apache-avro do not",
        ));
    }

    /// Tells a name that not every implementation reads. A name is told where it is given, and not where it is used.
    pub(super) fn uncommon(&mut self, name: &str, what: &str, span: Span) {
        if let Some((space, _)) = name.rsplit_once('.').filter(|(space, _)| !space.split('.').all(is_name)) {
            return self.uncommon_part(space, span);
        }
        if name.is_ascii() || !name.split('.').all(|part| part.is_empty() || is_name(part)) {
            return;
        }
        let message = format!("`{}` as {what}: not every implementation reads letters beyond ASCII", shortened(name));
        let finding = self.finding(&AVRO_NAME_UNCOMMON, span, message);
        self.tell(finding.help(
            "take the letters A to Z, digits and `_`; Java and the registry read the name, Rust's apache-avro does not",
        ));
    }

    /// Checks one name; `what` says whose.
    pub(super) fn name(&mut self, name: &str, what: &str, span: Span) -> bool {
        if is_name(name) {
            return true;
        }
        let message = match name {
            "" => format!("an empty {what}"),
            _ => format!("`{}` is no Avro {what}", shortened(name)),
        };
        let finding = self.finding(&AVRO_NAME, span, message);
        let help = "names are letters, digits and `_`, and begin with no digit";
        let finding = match suggestion(name) {
            Some(better) => finding.help(format!("{help}: `{better}`")),
            None => finding.help(help),
        };
        self.refuse(finding);
        false
    }
}

fn suggestion(name: &str) -> Option<String> {
    let better: String = name.chars().take(60).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let better = if better.starts_with(|c: char| c.is_ascii_digit()) { format!("_{better}") } else { better };
    (is_name(&better) && better.contains(|c: char| c.is_ascii_alphanumeric())).then_some(better)
}
