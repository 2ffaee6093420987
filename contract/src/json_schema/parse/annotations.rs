use super::reader::Reader;
use crate::json_schema::Discriminator;
use crate::json_schema::keyword::{Keyword, NAMES, keyword};
use crate::rules::JSON_SCHEMA_UNSUPPORTED_KEYWORD;
use crate::text::Span;
use crate::text::json::{Json, Member};
use crate::text::{closest, shortened};

impl Reader<'_, '_> {
    /// Tells a keyword that is not understood.
    pub(super) fn unsupported(&mut self, number: usize, member: &Member, pointer: &str, beside_ref: bool) {
        let (message, help) = match member.name.as_str() {
            "$dynamicRef" if !beside_ref => (
                "`$dynamicRef` leads to the anchor of this file's root, or where `$ref` leads: one in another file does \
                 not count"
                    .to_owned(),
                "write `$ref` where nothing else is meant",
            ),
            word @ "$recursiveRef" if !beside_ref => (
                format!("`{word}` is read as a `$ref`: an anchor of the same name further out does not count"),
                "write `$ref` where nothing else is meant",
            ),
            // Registries look into this one.
            "$dynamicRef" => {
                ("`$dynamicRef` beside a `$ref` is not turned into types".to_owned(), "put the two into an `allOf`")
            }
            word @ ("contentEncoding" | "contentMediaType") => (
                format!("what `{word}` says of the text is not checked: the text stays as it is"),
                "say it with a `pattern`, or accept it",
            ),
            word => (
                format!("`{word}` is not turned into types, and its changes are not judged"),
                "accept it, or say it with keywords that are understood",
            ),
        };
        let help = help.to_owned();
        self.tell(number, member, message, help, pointer);
    }

    /// Keeps where a keyword stands that the lints do not look into.
    pub(super) fn asked(&mut self, number: usize, member: &Member) {
        let whole = self.at(Span::new(member.name_span.start, member.value.span.end));
        self.set(number, |node| node.unsupported.push((member.name.clone(), whole)));
    }

    /// Tells a name that is no keyword of the draft.
    pub(super) fn unknown(&mut self, number: usize, member: &Member, pointer: &str) {
        let name = shortened(&member.name);
        let message = format!("`{name}` is no keyword of this draft, and validators ignore it");
        // A hostile file would ask for what was meant a million times.
        let asks = self.report.count() < 200;
        let meant = asks.then(|| closest(&member.name, NAMES)).flatten();
        let help = match meant.filter(|meant| *meant != member.name) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("take it out, or mark it as your own: `x-{name}`"),
        };
        self.tell(number, member, message, help, pointer);
    }

    /// Keeps a `discriminator`; one that is not OpenAPI's is a name like any other that no draft knows.
    pub(super) fn discriminator(&mut self, number: usize, member: &Member, pointer: &str) {
        match discriminator(&member.value) {
            Some(read) => self.set(number, |node| node.discriminator = Some(read)),
            None => self.unknown(number, member, pointer),
        }
    }

    /// Tells an assertion beside a `$ref`, which drafts up to 7 ignore.
    pub(super) fn ignored(&mut self, number: usize, member: &Member, pointer: &str) {
        let message = format!("`{}` stands beside `$ref`, where drafts up to 7 ignore it", shortened(&member.name));
        let help = "put the `$ref` into an `allOf`, or say draft 2019-09 or later in `$schema`".to_owned();
        self.tell(number, member, message, help, pointer);
    }

    /// Whether a member means nothing beside a `$ref` of draft 7 and before. Descriptions are read all the same: they harm nobody.
    pub(super) fn is_ignored_beside_ref(&self, member: &Member) -> bool {
        let describes = matches!(
            member.name.as_str(),
            "$ref"
                | "title"
                | "description"
                | "default"
                | "$id"
                | "id"
                | "$schema"
                | "$anchor"
                | "definitions"
                | "$defs"
        );
        !describes && keyword(&member.name, self.parsed.draft) != Keyword::Annotation
    }

    fn tell(&mut self, number: usize, member: &Member, message: String, help: String, pointer: &str) {
        let at = self.at(member.name_span);
        self.report.push(JSON_SCHEMA_UNSUPPORTED_KEYWORD.at(at, message).pointer(pointer).help(help));
        self.asked(number, member);
    }
}

/// What a `discriminator` says, where it is OpenAPI's.
fn discriminator(json: &Json) -> Option<Discriminator> {
    let property = json.get("propertyName")?.as_str()?.to_owned();
    let mapping = match json.get("mapping") {
        None => Vec::new(),
        Some(mapping) => {
            let said = mapping.as_object()?.iter();
            said.map(|said| Some((said.name.clone(), said.value.as_str()?.to_owned()))).collect::<Option<_>>()?
        }
    };
    Some(Discriminator { property, mapping })
}
