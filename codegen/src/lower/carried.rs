//! Fields that carry parts of their message's envelope: `"topika.envelope": "event_id"` on the field of an event.

use topika_contract::rules::TYPES_ENVELOPE;
use topika_contract::text::json::Json;
use topika_contract::text::{Location, closest};

use super::types::Lowering;
use crate::ir::{Body, Role, Ty, TypeId};

/// The property that says it.
pub(super) const NAME: &str = "topika.envelope";

/// What a schema says of a field.
pub(super) struct Mark {
    id: TypeId,
    field: String,
    part: String,
    at: Location,
}

/// What kind of value a part is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Id,
    Name,
    Moment,
    Version,
    Milliseconds,
    Map,
}

const PARTS: [(&str, Kind); 13] = [
    ("event_id", Kind::Id),
    ("event_type", Kind::Name),
    ("timestamp", Kind::Moment),
    ("service_name", Kind::Name),
    ("version", Kind::Version),
    ("aggregate_id", Kind::Id),
    ("aggregate_type", Kind::Name),
    ("correlation_id", Kind::Id),
    ("causation_id", Kind::Id),
    ("command_name", Kind::Name),
    ("reply_to", Kind::Name),
    ("timeout_ms", Kind::Milliseconds),
    ("metadata", Kind::Map),
];

impl Kind {
    /// Whether values of that type are of this kind. What a type of the user's can hold, the compiler says.
    fn fits(self, ty: &Ty) -> bool {
        match ty {
            Ty::Option(inner) => self.fits(inner),
            Ty::Foreign(_) => true,
            Ty::String | Ty::Text(_) => !matches!(self, Self::Milliseconds | Self::Map),
            Ty::Uuid => self == Self::Id,
            Ty::TimestampMillis | Ty::TimestampMicros | Ty::TimestampNanos => self == Self::Moment,
            Ty::I32 | Ty::I64 => matches!(self, Self::Version | Self::Milliseconds),
            Ty::HashMap(of) | Ty::VecMap(of) | Ty::BTreeMap(of) => self == Self::Map && **of == Ty::String,
            _ => false,
        }
    }

    fn types(self) -> &'static str {
        match self {
            Self::Id => "a string or a uuid",
            Self::Name => "a string",
            Self::Moment => "a timestamp (millis, micros or nanos) or a string",
            Self::Version => "a string, an int or a long",
            Self::Milliseconds => "an int or a long",
            Self::Map => "a map of strings",
        }
    }
}

impl Lowering<'_> {
    /// Notes what the schema says of a field.
    pub(super) fn mark_carried(&mut self, id: TypeId, field: &str, said: Option<&Json>, at: &Location) {
        if let Some(said) = said {
            let part = said.as_str().unwrap_or_default().to_owned();
            self.carried.push(Mark { id, field: field.to_owned(), part, at: at.clone() });
        }
    }

    /// The part that a field carries.
    pub(super) fn part_of(&self, id: TypeId, field: &str) -> Option<String> {
        let mark = self.carried.iter().find(|mark| mark.id == id && mark.field == field)?;
        Some(mark.part.clone())
    }
}

/// Keeps the marks that can be, and tells the others.
pub(super) fn check(lowering: &mut Lowering<'_>) {
    let marks = std::mem::take(&mut lowering.carried);
    let mut kept: Vec<Mark> = Vec::new();
    for mark in marks {
        match wrong(lowering, &kept, &mark) {
            None => kept.push(mark),
            Some((what, help)) => {
                let message = format!("`{}` cannot carry `{}` of the envelope: {what}", mark.field, mark.part);
                lowering.refuse(&TYPES_ENVELOPE.at(mark.at.clone(), message).help(help));
            }
        }
    }
    lowering.carried = kept;
}

/// What is wrong with a mark, and what helps.
fn wrong(lowering: &Lowering<'_>, kept: &[Mark], mark: &Mark) -> Option<(String, String)> {
    let Some((_, kind)) = PARTS.iter().find(|(part, _)| *part == mark.part) else {
        let known = PARTS.map(|(part, _)| part);
        let help = match closest(&mark.part, known) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("there are {}", known.map(|part| format!("`{part}`")).join(", ")),
        };
        return Some(("an envelope has no such part".to_owned(), help));
    };
    let def = lowering.types.get(mark.id.0)?;
    if !matches!(def.role, Role::Event { .. }) {
        let help = "mark a field of the event itself, or take the mark away".to_owned();
        return Some(("it is no field of an event, and what stands deeper belongs to no message".to_owned(), help));
    }
    if let Some(other) = kept.iter().find(|other| other.id == mark.id && other.part == mark.part) {
        return Some((format!("`{}` does", other.field), "mark one of the two".to_owned()));
    }
    let Body::Struct(body) = &def.body else { return None };
    let field = body.fields.iter().find(|field| field.schema_name == mark.field)?;
    let ty = &field.ty;
    (!kind.fits(ty))
        .then(|| ("its type cannot hold that".to_owned(), format!("make it {}, nullable or not", kind.types())))
}
