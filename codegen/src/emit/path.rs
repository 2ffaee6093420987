use super::list::List;
use crate::ir::{Body, Ir, Ty, TypeId, Way};
use crate::names::Ident;

/// A type as it is written in `module`.
pub(super) fn ty(ir: &Ir, module: &[Ident], of: &Ty) -> String {
    let mut out = String::new();
    write(&mut out, ir, module, of);
    out
}

fn write(out: &mut String, ir: &Ir, module: &[Ident], of: &Ty) {
    match of {
        Ty::Decimal { precision, scale } => out.push_str(&format!("::topika::types::Decimal<{precision}, {scale}>")),
        Ty::BigDecimal { precision, scale } => {
            out.push_str(&format!("::topika::types::BigDecimal<{precision}, {scale}>"));
        }
        Ty::Text(format) => {
            out.push_str("::topika::types::text::");
            out.push_str(format);
        }
        Ty::Tuple(each) => {
            out.push('(');
            for (place, of) in each.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { ", " });
                write(out, ir, module, of);
            }
            out.push_str(if each.len() == 1 { ",)" } else { ")" });
        }
        Ty::Foreign(foreign) => out.push_str(foreign.rust.as_str()),
        Ty::Named(id) => name(out, ir, module, *id),
        Ty::Boxed(id) => {
            out.push_str("Box<");
            name(out, ir, module, *id);
            out.push('>');
        }
        Ty::Option(inner)
        | Ty::NullLast(inner)
        | Ty::Vec(inner)
        | Ty::HashMap(inner)
        | Ty::VecMap(inner)
        | Ty::BTreeMap(inner) => {
            out.push_str(around(of));
            write(out, ir, module, inner);
            out.push('>');
        }
        leaf => out.push_str(word(leaf)),
    }
}

/// What stands before the type that a type holds.
fn around(of: &Ty) -> &'static str {
    match of {
        Ty::Vec(_) => "Vec<",
        Ty::HashMap(_) => "::std::collections::HashMap<String, ",
        Ty::VecMap(_) => "::topika::types::VecMap<String, ",
        Ty::BTreeMap(_) => "::std::collections::BTreeMap<String, ",
        _ => "Option<",
    }
}

/// A list or a map without what it holds.
pub(super) fn collection(of: &Ty) -> &'static str {
    let around = around(of);
    around.split_once('<').map_or(around, |(name, _)| name)
}

/// A type that holds no other.
pub(super) fn word(of: &Ty) -> &'static str {
    match of {
        Ty::Bool => "bool",
        Ty::I32 => "i32",
        Ty::I64 => "i64",
        Ty::U64 => "u64",
        Ty::F32 => "f32",
        Ty::F64 => "f64",
        Ty::String => "String",
        Ty::Bytes => "::topika::types::Bytes",
        Ty::Duration => "::topika::types::Duration",
        Ty::Uuid => "::topika::types::Uuid",
        Ty::Date => "::topika::types::Date",
        Ty::TimeMillis => "::topika::types::TimeMillis",
        Ty::TimeMicros => "::topika::types::TimeMicros",
        Ty::TimestampMillis => "::topika::types::TimestampMillis",
        Ty::TimestampMicros => "::topika::types::TimestampMicros",
        Ty::TimestampNanos => "::topika::types::TimestampNanos",
        Ty::LocalTimestampMillis => "::topika::types::LocalTimestampMillis",
        Ty::LocalTimestampMicros => "::topika::types::LocalTimestampMicros",
        Ty::LocalTimestampNanos => "::topika::types::LocalTimestampNanos",
        Ty::Json => "::topika::serde_json::Value",
        Ty::JsonNumber => "::topika::serde_json::Number",
        // The others hold types, and are written with them.
        _ => "()",
    }
}

/// The type through which a type is written, as `#[event(as = ...)]` has it; none for one that says it itself.
pub(super) fn written_as(ir: &Ir, module: &[Ident], of: &Ty) -> Option<String> {
    let inner = |inner: &Ty| written_as(ir, module, inner);
    match of {
        Ty::Foreign(foreign) => match &foreign.way {
            Way::Itself => None,
            Way::Type(of) => inner(of).or_else(|| Some(ty(ir, module, of))),
            Way::Code(way) => Some(way.as_str().to_owned()),
        },
        Ty::NullLast(of) => Some(format!("::topika::types::NullLast<{}>", inner(of).unwrap_or_else(|| "_".to_owned()))),
        Ty::Option(held) | Ty::Vec(held) | Ty::HashMap(held) | Ty::BTreeMap(held) | Ty::VecMap(held) => {
            inner(held).map(|held| format!("{}{held}>", around(of)))
        }
        _ => None,
    }
}

/// The same as what `#[event(...)]` says, for what has nothing else to say.
pub(super) fn as_attribute(ir: &Ir, module: &[Ident], of: &Ty) -> List {
    let mut said = List::default();
    if let Some(way) = written_as(ir, module, of) {
        said.code("as", &way);
    }
    said
}

/// The path of a generated or hand-written type, seen from `module`.
pub(super) fn named(ir: &Ir, module: &[Ident], id: TypeId) -> String {
    let mut out = String::new();
    name(&mut out, ir, module, id);
    out
}

fn name(out: &mut String, ir: &Ir, module: &[Ident], id: TypeId) {
    // Ids come from the same lowering as the types.
    let Some(def) = ir.types.get(id.0) else { return out.push_str("()") };
    match &def.body {
        Body::External(path) => out.push_str(path.as_str()),
        _ => {
            way(out, ir, module, &def.module);
            def.name.write(out);
        }
    }
}

/// `crate::path`
pub(super) fn from_root(path: &[Ident]) -> String {
    let mut out = String::from("crate");
    for segment in path {
        out.push_str("::");
        segment.write(&mut out);
    }
    out
}

/// What stands before the name of something in the module `to`, said in `from`: nothing within one module, else the path from the crate's
/// root, so that a type which is copied to another place of the crate says the same there.
pub(super) fn way(out: &mut String, ir: &Ir, from: &[Ident], to: &[Ident]) {
    if from == to {
        return;
    }
    match &ir.module {
        Some(module) => out.push_str(&from_root(module)),
        None => out.push_str("crate::events"),
    }
    for segment in to {
        out.push_str("::");
        segment.write(out);
    }
    out.push_str("::");
}
