//! Two nodes by their classes.

use super::change::Change;
use super::found::At;
use super::outcome::Gathered;
use super::run::{GaveUp, Run};
use super::{array, combined, not, number, object, string, values};
use crate::compat::json::loaded::{Combined, Criterion, Extra, JavaValue, Kind, Node, same_default};

/// Compares two nodes that are no references any more.
pub(super) fn compare_classes<'s>(
    run: &mut Run<'s>,
    original: At,
    update: At,
    out: &mut Gathered<'s>,
) -> Result<(), GaveUp> {
    let (o, u) = (run.node(original), run.node(update));
    let settled = match (&o.kind, &u.kind) {
        (Kind::Combined(_), Kind::Combined(_)) => false,
        (_, Kind::Combined(alternatives)) => becomes_alternative(run, original, update, alternatives, out)?,
        (Kind::Combined(parts), _) => becomes_part(run, original, update, parts, out)?,
        _ => false,
    };
    if settled {
        return Ok(());
    }
    if !same_class(&o.kind, &u.kind) {
        let harmless = matches!(o.kind, Kind::False) || u.kind.is_empty() || (is_bytes(o) && is_bytes(u));
        if !harmless {
            out.tell(Change::TypeChanged);
        }
        return Ok(());
    }
    annotations(o, u, out);
    match (&o.kind, &u.kind) {
        (Kind::String(o), Kind::String(u)) => string::compare(o, u, out),
        (Kind::Number(o), Kind::Number(u)) => number::compare(o, u, out),
        (Kind::Const(o), Kind::Const(u)) => values::compare_constants(o, u, out),
        (Kind::Enum(o), Kind::Enum(u)) => values::compare_enums(o, u, out),
        (Kind::Combined(o), Kind::Combined(u)) => combined::compare(run, (original, o), (update, u), out)?,
        (Kind::Not(o), Kind::Not(u)) => {
            not::compare(run, At { node: *o, ..original }, At { node: *u, ..update }, out)?;
        }
        (Kind::Object(_), Kind::Object(_)) => object::compare(run, original, update, out)?,
        (Kind::Array(_), Kind::Array(_)) => array::compare(run, original, update, out)?,
        _ => {}
    }
    Ok(())
}

/// Something else becomes one of several alternatives, or the only part of something combined.
fn becomes_alternative<'s>(
    run: &mut Run<'s>,
    original: At,
    update: At,
    alternatives: &Combined,
    out: &mut Gathered<'s>,
) -> Result<bool, GaveUp> {
    let only = alternatives.subschemas.len() == 1;
    if !only && alternatives.criterion == Criterion::All {
        return Ok(false);
    }
    for node in &alternatives.subschemas {
        let found = run.compare(original, At { node: *node, ..update })?;
        if found.compatible {
            out.add(found);
            if !only {
                out.tell(Change::SumTypeExtended);
            }
            return Ok(true);
        }
    }
    Ok(false)
}

/// One of several conditions remains, or the only part of something combined.
fn becomes_part<'s>(
    run: &mut Run<'s>,
    original: At,
    update: At,
    parts: &Combined,
    out: &mut Gathered<'s>,
) -> Result<bool, GaveUp> {
    let only = parts.subschemas.len() == 1;
    if !only && parts.criterion != Criterion::All {
        return Ok(false);
    }
    for node in &parts.subschemas {
        let found = run.compare(At { node: *node, ..original }, update)?;
        if found.compatible {
            out.add(found);
            if !only {
                out.tell(Change::ProductTypeNarrowed);
            }
            return Ok(true);
        }
    }
    Ok(false)
}

/// As `getClass` says, save that Confluent's own combined schema is one like everit's.
fn same_class(original: &Kind, update: &Kind) -> bool {
    matches!((original, update), (Kind::Combined(_), Kind::Combined(_))) || original.same_class(update)
}

/// Two forms of Connect's decimals are taken for one.
fn is_bytes(node: &Node) -> bool {
    matches!(node.unprocessed.get("connect.type"), Some(Extra::Value(JavaValue::String(text))) if text == "bytes")
}

fn annotations(original: &Node, update: &Node, out: &mut Gathered<'_>) {
    if original.id != update.id {
        out.tell(Change::IdChanged);
    }
    if original.title != update.title {
        out.tell(Change::TitleChanged);
    }
    if original.description != update.description {
        out.tell(Change::DescriptionChanged);
    }
    if !same_default(original.default.as_ref(), update.default.as_ref()) {
        out.tell(Change::DefaultChanged);
    }
}
