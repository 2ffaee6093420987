//! Types of other crates in place of ours, where somebody chose them.

use topika_contract::manifest::{DecimalType, TimeType, UuidType};
use topika_contract::text::Location;

use super::choices::Choice;
use super::types::Lowering;
use crate::ir::{Code, Foreign, Ty, TypeId, Way};

/// What an option is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Matter {
    Map,
    Time,
    Uuid,
    Decimal,
}

/// What is chosen for the types at a place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Chosen {
    time: TimeType,
    uuid: UuidType,
    decimal: DecimalType,
}

impl Chosen {
    pub(super) fn of(choice: &Choice) -> Self {
        Self { time: choice.time, uuid: choice.uuid, decimal: choice.decimal }
    }

    /// The type that takes the place of one of ours: what the option is about, and the type, or why there is none.
    pub(super) fn instead(self, ty: &Ty) -> Option<(Matter, Result<Option<Ty>, &'static str>)> {
        let (matter, path) = match ty {
            Ty::Decimal { precision, .. } | Ty::BigDecimal { precision, .. } => {
                let path = match self.decimal {
                    DecimalType::Topika => Ok(None),
                    // 96 bits hold any number of 28 digits.
                    DecimalType::RustDecimal if *precision > 28 => {
                        Err("rust_decimal has 28 digits, and this one has more")
                    }
                    DecimalType::RustDecimal => Ok(Some("::topika::rust_decimal::Decimal")),
                };
                (Matter::Decimal, path)
            }
            Ty::Uuid => {
                let path = match self.uuid {
                    UuidType::Topika => None,
                    UuidType::Uuid => Some("::topika::uuid::Uuid"),
                };
                (Matter::Uuid, Ok(path))
            }
            _ => (Matter::Time, Ok(temporal(self.time, ty)?)),
        };
        Some((matter, path.map(|path| path.and_then(Code::ty).map(|rust| foreign(rust, Way::Type(ty.clone()))))))
    }
}

/// The type of a crate for a date or a time; the outer `None` where it is neither.
fn temporal(time: TimeType, ty: &Ty) -> Option<Option<&'static str>> {
    // A date, a time of day, a moment, and a date with a time of day.
    let paths = match time {
        TimeType::Topika => [None; 4],
        TimeType::Chrono => [
            Some("::topika::chrono::NaiveDate"),
            Some("::topika::chrono::NaiveTime"),
            Some("::topika::chrono::DateTime<::topika::chrono::Utc>"),
            Some("::topika::chrono::NaiveDateTime"),
        ],
        TimeType::Jiff => [
            Some("::topika::jiff::civil::Date"),
            Some("::topika::jiff::civil::Time"),
            Some("::topika::jiff::Timestamp"),
            Some("::topika::jiff::civil::DateTime"),
        ],
        TimeType::Time => [
            Some("::topika::time::Date"),
            Some("::topika::time::Time"),
            Some("::topika::time::OffsetDateTime"),
            Some("::topika::time::PrimitiveDateTime"),
        ],
    };
    let [date, of_day, moment, local] = paths;
    Some(match ty {
        Ty::Date => date,
        Ty::TimeMillis | Ty::TimeMicros => of_day,
        Ty::TimestampMillis | Ty::TimestampMicros | Ty::TimestampNanos => moment,
        Ty::LocalTimestampMillis | Ty::LocalTimestampMicros | Ty::LocalTimestampNanos => local,
        _ => return None,
    })
}

fn foreign(rust: Code, way: Way) -> Ty {
    Ty::Foreign(Box::new(Foreign { rust, way }))
}

impl Lowering<'_> {
    /// Remembers that a field holds something that an option can be about.
    pub(super) fn concerns(&mut self, id: TypeId, field: &str, matter: Matter) {
        self.concerned.insert((id, field.to_owned(), matter));
    }

    /// The type that stands for one of ours.
    pub(super) fn instead(&mut self, id: TypeId, field: &str, chosen: Chosen, ty: Ty, at: &Location) -> Ty {
        let Some((matter, instead)) = chosen.instead(&ty) else { return ty };
        self.concerns(id, field, matter);
        match instead {
            Ok(Some(other)) => other,
            Ok(None) => ty,
            Err(why) => {
                self.warn(at, format!("{why}, so it stays topika's own"));
                ty
            }
        }
    }
}

/// The user's own type for a field: what it is an option of, where it is one. A type with a name says itself how it is written; for
/// any other that type is the way, unless the user says one.
pub(super) fn own(ty: Ty, rust: &Code, way: Option<&Code>) -> Ty {
    match ty {
        Ty::Option(inner) => Ty::Option(Box::new(own(*inner, rust, way))),
        Ty::NullLast(inner) => Ty::NullLast(Box::new(own(*inner, rust, way))),
        ty => {
            let way = match (way, ty) {
                (Some(way), _) => Way::Code(way.clone()),
                (None, Ty::Named(_) | Ty::Boxed(_)) => Way::Itself,
                // What another crate would have given is what ours is, too.
                (None, Ty::Foreign(foreign)) => foreign.way,
                (None, ty) => Way::Type(ty),
            };
            foreign(rust.clone(), way)
        }
    }
}
