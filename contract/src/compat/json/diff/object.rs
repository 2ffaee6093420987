//! Objects.

use super::change::Change;
use super::content::{is_empty, is_false};
use super::found::At;
use super::limits::{Names, compare_counts};
use super::outcome::{Gathered, Name};
use super::properties;
use super::run::{GaveUp, Run};
use crate::compat::json::loaded::{Kind, NodeId, Object, united};

pub(super) fn compare<'s>(run: &mut Run<'s>, original: At, update: At, out: &mut Gathered<'s>) -> Result<(), GaveUp> {
    let (o, u) = (run.node(original), run.node(update));
    let hidden = (o.hidden("unevaluatedProperties"), u.hidden("unevaluatedProperties"));
    let (Kind::Object(o), Kind::Object(u)) = (&o.kind, &u.kind) else { return Ok(()) };
    properties::compare_required(run, (original, o), (update, u), out);
    properties::compare(run, (original, o), (update, u), out)?;
    dependencies(run, (original, o), (update, u), out)?;
    let additional = ((o.closed, o.additional), (u.closed, u.additional));
    out.at("additionalProperties", Name::All);
    compare_additional(run, (original, additional.0), (update, additional.1), &ADDITIONAL, out)?;
    out.here();
    if hidden != (None, None) {
        out.at("unevaluatedProperties", Name::All);
        compare_hidden(run, (original, hidden.0), (update, hidden.1), &UNEVALUATED, out)?;
        out.here();
    }
    compare_counts(o.max_properties, u.max_properties, &MAX, out);
    compare_counts(o.min_properties, u.min_properties, &MIN, out);
    Ok(())
}

/// What a change of the schema for all that is not named is called.
pub(super) struct Rest {
    pub(super) added: Change,
    pub(super) removed: Change,
    pub(super) extended: Change,
    pub(super) narrowed: Change,
}

const ADDITIONAL: Rest = Rest {
    added: Change::AdditionalPropertiesAdded,
    removed: Change::AdditionalPropertiesRemoved,
    extended: Change::AdditionalPropertiesExtended,
    narrowed: Change::AdditionalPropertiesNarrowed,
};

const UNEVALUATED: Rest = Rest {
    added: Change::UnevaluatedPropertiesAdded,
    removed: Change::UnevaluatedPropertiesRemoved,
    extended: Change::UnevaluatedPropertiesExtended,
    narrowed: Change::UnevaluatedPropertiesNarrowed,
};

const MAX: Names = Names {
    keyword: "maxProperties",
    added: Change::MaxPropertiesAdded,
    removed: Change::MaxPropertiesRemoved,
    increased: Change::MaxPropertiesIncreased,
    decreased: Change::MaxPropertiesDecreased,
};

const MIN: Names = Names {
    keyword: "minProperties",
    added: Change::MinPropertiesAdded,
    removed: Change::MinPropertiesRemoved,
    increased: Change::MinPropertiesIncreased,
    decreased: Change::MinPropertiesDecreased,
};

/// `additionalProperties` and `additionalItems`: whether they are refused, and the schema for them.
pub(super) fn compare_additional<'s>(
    run: &mut Run<'s>,
    (original, (was_closed, o)): (At, (bool, Option<NodeId>)),
    (update, (is_closed, u)): (At, (bool, Option<NodeId>)),
    names: &Rest,
    out: &mut Gathered<'s>,
) -> Result<(), GaveUp> {
    match (was_closed, is_closed) {
        (true, false) => out.tell(names.added),
        (false, true) => out.tell(names.removed),
        _ => match (o, u) {
            (None, None) => {}
            (None, Some(_)) => out.tell(names.narrowed),
            (Some(_), None) => out.tell(names.extended),
            (Some(o), Some(u)) => {
                let found = run.compare(At { node: o, ..original }, At { node: u, ..update })?;
                out.add(found);
            }
        },
    }
    Ok(())
}

/// `unevaluatedProperties` and `unevaluatedItems`.
pub(super) fn compare_hidden<'s>(
    run: &mut Run<'s>,
    (original, o): (At, Option<NodeId>),
    (update, u): (At, Option<NodeId>),
    names: &Rest,
    out: &mut Gathered<'s>,
) -> Result<(), GaveUp> {
    let (o, u) = match (o, u) {
        (None, None) => return Ok(()),
        (None, Some(u)) => {
            out.tell(if is_false(run, update, u) { names.removed } else { names.narrowed });
            return Ok(());
        }
        (Some(o), None) => {
            out.tell(if is_false(run, original, o) { names.added } else { names.extended });
            return Ok(());
        }
        (Some(o), Some(u)) => (o, u),
    };
    let refused = (is_false(run, original, o), is_false(run, update, u));
    let open = (is_empty(run, original, o), is_empty(run, update, u));
    match (refused, open) {
        ((true, false), _) => out.tell(names.added),
        ((false, true), _) => out.tell(names.removed),
        (_, (true, false)) => out.tell(names.narrowed),
        (_, (false, true)) => out.tell(names.extended),
        _ => {
            let found = run.compare(At { node: o, ..original }, At { node: u, ..update })?;
            out.add(found);
        }
    }
    Ok(())
}

/// `dependencies`, and its successors under the same path: first those on properties, then those on schemas.
fn dependencies<'s>(
    run: &mut Run<'s>,
    (original, o): (At, &'s Object),
    (update, u): (At, &'s Object),
    out: &mut Gathered<'s>,
) -> Result<(), GaveUp> {
    for name in united(o.property_dependencies.keys(), u.property_dependencies.keys()) {
        let change = match (o.property_dependencies.get(name), u.property_dependencies.get(name)) {
            (_, None) => Change::DependencyArrayRemoved,
            (None, Some(_)) => Change::DependencyArrayAdded,
            (Some(o), Some(u)) if o == u => continue,
            (Some(o), Some(u)) if u.contains_all(o) => Change::DependencyArrayExtended,
            (Some(o), Some(u)) if o.contains_all(u) => Change::DependencyArrayNarrowed,
            (Some(_), Some(_)) => Change::DependencyArrayChanged,
        };
        out.at("dependencies", Name::Of(name));
        out.tell_part(change);
    }
    for name in united(o.schema_dependencies.keys(), u.schema_dependencies.keys()) {
        out.at("dependencies", Name::Of(name));
        match (o.schema_dependencies.get(name), u.schema_dependencies.get(name)) {
            (_, None) => out.tell_part(Change::DependencySchemaRemoved),
            (None, Some(_)) => out.tell_part(Change::DependencySchemaAdded),
            (Some(o), Some(u)) => {
                let found = run.compare(At { node: *o, ..original }, At { node: *u, ..update })?;
                out.add(found);
            }
        }
    }
    out.here();
    Ok(())
}
