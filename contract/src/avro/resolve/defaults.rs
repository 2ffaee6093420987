use super::table::Table;
use super::tolerance::tolerated;
use crate::avro::parsed::Parsed;
use crate::avro::schema::{Definition, Field, Kind, LeftOut, Logical, Named, Type};
use crate::report::Finding;
use crate::rules::{AVRO_DEFAULT, AVRO_DEFAULT_BRANCH, AVRO_DEFAULT_LOGICAL};
use crate::syntax::Sink;
use crate::text::json::{Json, Value};
use crate::text::{Location, Span, shortened};

/// By whom a default is left out.
type By = fn(Json) -> LeftOut;

/// Checks every default against its field's type, and takes those out that are no value of it.
pub(super) fn check(files: &mut [Parsed], report: &mut Sink<'_>) {
    let mut wrong: Vec<(usize, usize, usize, By)> = Vec::new();
    let table: Table<'_> = files.iter().flat_map(|file| &file.definitions).map(|named| (&named.name, named)).collect();
    for (f, file) in files.iter().enumerate() {
        for (d, named) in file.definitions.iter().enumerate() {
            let Definition::Record(fields) = &named.definition else { continue };
            for (i, field) in fields.iter().enumerate() {
                let Some(default) = &field.default else { continue };
                if let Some((finding, keeps)) = judge(field, default, &table) {
                    report.push(finding);
                    if !keeps {
                        let java = tolerated(&field.ty, default, &table);
                        wrong.push((f, d, i, if java { LeftOut::ByUs } else { LeftOut::ByJava }));
                        continue;
                    }
                }
                if let Some(span) = misread(&field.ty, default, &table) {
                    report.push(no_uuid(field, span));
                }
            }
        }
    }
    for (f, d, i, by) in wrong {
        let named = files.get_mut(f).and_then(|file| file.definitions.get_mut(d));
        if let Some(Definition::Record(fields)) = named.map(|named| &mut named.definition)
            && let Some(field) = fields.get_mut(i)
        {
            field.left_out = field.default.take().map(by);
        }
    }
}

/// The finding about a default, and whether the default can be kept.
fn judge<'t>(field: &'t Field, default: &Json, table: &'t Table<'t>) -> Option<(Finding, bool)> {
    let mut walk = Walk::new(table);
    let fault = walk.fault(&field.ty, default);
    let name = shortened(&field.name);
    let place = |span: Span| Location { source: field.at.source.clone(), span };
    if let Some(fault) = fault {
        let finding = AVRO_DEFAULT
            .at(place(fault.span), format!("the default of `{name}` {}", fault.message))
            .related(field.ty.at.clone(), "its type");
        return Some((finding.help(fault.help), false));
    }
    let later = walk.later?;
    let (kind, first) = (shortened(later.branch.kind.name()), shortened(later.first.kind.name()));
    let says = if later.span == default.span { "is" } else { "holds" };
    let message =
        format!("the default of `{name}` {says} a value of the branch {kind}, and the first branch is {first}");
    let finding = AVRO_DEFAULT_BRANCH.at(place(later.span), message).related(later.union.clone(), "the union");
    let help = format!(
        "write {kind} first in the union, or a default that is a value of {first}: Java's Avro 1.12 reads it, apache-avro of Rust does not"
    );
    Some((finding.help(help), true))
}

/// Where a default is a text for a uuid and none.
fn misread<'t>(ty: &'t Type, value: &Json, table: &'t Table<'t>) -> Option<Span> {
    match (&ty.kind, &value.value) {
        (Kind::String, Value::String(text)) => {
            (ty.logical == Some(Logical::Uuid) && !is_uuid(text)).then_some(value.span)
        }
        (Kind::Array(inner), Value::Array(items)) => items.iter().find_map(|item| misread(inner, item, table)),
        (Kind::Map(inner), Value::Object(members)) => {
            members.iter().find_map(|member| misread(inner, &member.value, table))
        }
        (Kind::Union(branches), _) => misread(taken(branches, value, table)?, value, table),
        (Kind::Named(name), Value::Object(members)) => {
            let Definition::Record(fields) = &table.get(name)?.definition else { return None };
            members.iter().find_map(|member| {
                let field = fields.iter().find(|field| field.name == member.name)?;
                misread(&field.ty, &member.value, table)
            })
        }
        _ => None,
    }
}

fn is_uuid(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

fn no_uuid(field: &Field, span: Span) -> Finding {
    let at = Location { source: field.at.source.clone(), span };
    let message = format!("the default of `{}` is no uuid, which its type is", shortened(&field.name));
    AVRO_DEFAULT_LOGICAL
        .at(at, message)
        .related(field.ty.at.clone(), "its type")
        .label("every message without the field fails to be read")
        .help("let null be the default, first in a union; or write a uuid: `00000000-0000-0000-0000-000000000000`")
}

/// The branch of a union that takes a default: the first that does, as Avro 1.12 has it.
pub(super) fn taken<'t>(branches: &'t [Type], value: &Json, table: &'t Table<'t>) -> Option<&'t Type> {
    branches.iter().find(|branch| Walk::new(table).fault(branch, value).is_none())
}

struct Fault {
    span: Span,
    message: String,
    help: String,
}

/// How many places of defaults are looked at for branches that are not the first. As many values a reader writes for a default.
const MOST: u32 = 100_000;

/// A union whose default is a value of a later branch.
struct Later<'t> {
    span: Span,
    union: &'t Location,
    first: &'t Type,
    branch: &'t Type,
}

/// A look at one default.
struct Walk<'t> {
    table: &'t Table<'t>,
    /// The first of them.
    later: Option<Later<'t>>,
    /// How many branches that are not the first of their unions the walk is in.
    within: u32,
    left: u32,
}

impl<'t> Walk<'t> {
    fn new(table: &'t Table<'t>) -> Self {
        Self { table, later: None, within: 0, left: MOST }
    }

    /// Why a value is none of a type. What is looked at for first branches alone is linear in the value; the rest is counted.
    fn fault(&mut self, ty: &'t Type, value: &Json) -> Option<Fault> {
        if self.within > 0 {
            self.left = self.left.saturating_sub(1);
            if self.left == 0 {
                return Some(wrong(value, "less: too many branches of unions might be meant"));
            }
        }
        let wanted = match (&ty.kind, &value.value) {
            (Kind::Null, Value::Null) | (Kind::Boolean, Value::Bool(_)) | (Kind::String, Value::String(_)) => {
                return None;
            }
            (Kind::Int, Value::Number(text)) if text.parse::<i32>().is_ok() => return None,
            (Kind::Long, Value::Number(text)) if text.parse::<i64>().is_ok() => return None,
            (Kind::Float, Value::Number(text)) if text.parse::<f32>().is_ok_and(f32::is_finite) => return None,
            (Kind::Double, Value::Number(text)) if text.parse::<f64>().is_ok_and(f64::is_finite) => return None,
            (Kind::Bytes, Value::String(text)) => return not_latin(text, value),
            (Kind::Array(inner), Value::Array(items)) => return items.iter().find_map(|item| self.fault(inner, item)),
            (Kind::Map(inner), Value::Object(members)) => {
                return members.iter().find_map(|member| self.fault(inner, &member.value));
            }
            (Kind::Union(branches), _) => return self.branch(ty, branches, value),
            (Kind::Named(name), _) => match self.table.get(name).copied() {
                Some(named) => return self.named_fault(named, value),
                // The name is missing, which was told before.
                None => return None,
            },
            (Kind::Null, _) => "null",
            (Kind::Boolean, _) => "true or false",
            (Kind::Int, _) => "a whole number of 32 bits, without fraction and exponent",
            (Kind::Long, _) => "a whole number of 64 bits, without fraction and exponent",
            (Kind::Float, _) => "a number in the range of a float",
            (Kind::Double, _) => "a number in the range of a double",
            (Kind::String, _) => "a string",
            (Kind::Bytes, _) => "a string of the characters U+0000 to U+00FF, one for each byte",
            (Kind::Array(_), _) => "an array",
            (Kind::Map(_), _) => "an object",
        };
        Some(wrong(value, wanted))
    }

    /// The branches one after the other. What none takes is told of the first.
    fn branch(&mut self, ty: &'t Type, branches: &'t [Type], value: &Json) -> Option<Fault> {
        let Some(first) = branches.first() else { return Some(wrong(value, "nothing, since the union is empty")) };
        let told = self.later.is_some();
        let fault = self.fault(first, value)?;
        if !told {
            self.later = None;
        }
        self.within += 1;
        let branch = branches.iter().skip(1).find(|branch| {
            let fits = self.fault(branch, value).is_none();
            if !fits && !told {
                self.later = None;
            }
            fits
        });
        self.within -= 1;
        let Some(branch) = branch else { return Some(fault) };
        if !told {
            self.later = Some(Later { span: value.span, union: &ty.at, first, branch });
        }
        None
    }

    fn named_fault(&mut self, named: &'t Named, value: &Json) -> Option<Fault> {
        let name = shortened(named.name.as_str());
        match (&named.definition, &value.value) {
            (Definition::Record(fields), Value::Object(_)) => {
                fields.iter().find_map(|field| match value.get(&field.name) {
                    Some(inner) => self.fault(&field.ty, inner),
                    None if field.default.is_some() => None,
                    None => Some(Fault {
                        span: value.span,
                        message: format!("has no `{}`, a field of {name} without default", shortened(&field.name)),
                        help: format!("write `\"{}\": ...` into it", shortened(&field.name)),
                    }),
                })
            }
            (Definition::Enum { symbols, .. }, Value::String(symbol)) => {
                if symbols.iter().any(|known| known.name == *symbol) {
                    return None;
                }
                let mut fault = wrong(value, &format!("a symbol of {name}"));
                if let Some(meant) = crate::text::closest(symbol, symbols.iter().map(|known| known.name.as_str())) {
                    fault.help = format!("did you mean `{meant}`?");
                }
                Some(fault)
            }
            (Definition::Fixed(size), Value::String(text)) => not_latin(text, value).or_else(|| {
                let length = text.chars().count();
                (length != *size).then(|| Fault {
                    span: value.span,
                    message: format!("has {length} bytes, and {name} has {size}"),
                    help: "write one character from U+0000 to U+00FF for each byte".to_owned(),
                })
            }),
            (Definition::Record(_), _) => Some(wrong(value, &format!("an object, as {name} is a record"))),
            (Definition::Enum { .. }, _) => Some(wrong(value, &format!("a symbol of {name}"))),
            (Definition::Fixed(_), _) => {
                Some(wrong(value, "a string of the characters U+0000 to U+00FF, one for each byte"))
            }
        }
    }
}

fn not_latin(text: &str, value: &Json) -> Option<Fault> {
    let stray = text.chars().find(|c| u32::from(*c) > 0xff)?;
    Some(Fault {
        span: value.span,
        message: format!("has the character U+{:04X}, and bytes are written as U+0000 to U+00FF", u32::from(stray)),
        help: "write one character from U+0000 to U+00FF for each byte".to_owned(),
    })
}

fn wrong(value: &Json, wanted: &str) -> Fault {
    let found = match &value.value {
        Value::Number(text) if text.len() <= 40 => text.clone(),
        _ => value.kind().to_owned(),
    };
    Fault { span: value.span, message: format!("is {found}"), help: format!("write {wanted}") }
}
