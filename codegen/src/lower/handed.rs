//! Types that the user writes in place of ours. What these are made of is generated as ever: a type that is copied from the generated file
//! into the user's own source finds it where it was.

use std::collections::BTreeSet;

use topika_contract::project::Event;

use super::choices::{Layer, Row};
use super::misplaced::said;
use super::told::Of;
use super::types::Lowering;
use crate::ir::{Body, Checks, Code, TypeId};

/// Keeps that the type of an event is the user's, where its row says so.
pub(super) fn root(lowering: &mut Lowering<'_>, event: &Event, id: TypeId) {
    let Some(path) = &event.rust else { return };
    match Code::ty(path) {
        Some(path) => {
            lowering.handed.insert(id, path);
        }
        None => lowering.problems.push(format!(
            "`rust = {path:?}` of the event `{}` is no path to a type\n   = help: write it from the crate's root: `crate::UserCreated`",
            event.name,
        )),
    }
}

/// Keeps which types are the user's by the rows of types, and tells what rows say in vain of a type that is not ours to write.
pub(super) fn rows(lowering: &mut Lowering<'_>) {
    for index in 0..lowering.types.len() {
        let id = TypeId(index);
        // A frozen version has another shape than the type of today.
        let is_frozen = lowering.files.get(lowering.owner(id)).is_some_and(|file| file.frozen().is_some());
        let path = lowering.choices_of.get(index).and_then(|of| lowering.choices.rust_of(of)).cloned();
        if let (Some(path), false) = (path, is_frozen) {
            lowering.handed.insert(id, path);
        }
    }
    let rows = lowering.choices.rows.iter().enumerate();
    let in_vain =
        rows.filter(|(index, row)| says_more(row) && is_of_handed(lowering, *index)).map(|(_, row)| told(row));
    let in_vain: Vec<String> = in_vain.collect();
    lowering.problems.extend(in_vain);
}

/// Whether a row says more than whose the type is.
fn says_more(row: &Row) -> bool {
    !row.fields.is_empty() || Layer { rust: None, ..row.layer.clone() } != Layer::default()
}

/// Whether a row speaks of types, and of none that is generated.
fn is_of_handed(lowering: &Lowering<'_>, row: usize) -> bool {
    let mut of = lowering.choices_of.iter().enumerate().filter(|(_, of)| of.rows.contains(&row)).peekable();
    of.peek().is_some() && of.all(|(id, _)| lowering.handed.contains_key(&TypeId(id)))
}

fn told(row: &Row) -> String {
    let message = format!("the type `{}` is written by hand, so nothing of it is generated", row.name);
    said(row.at.as_ref(), &message, "say at your type what this row says beside `rust`")
}

/// Leaves the types of the user to them, and with them what there was to say of their own names, fields and variants.
pub(super) fn hand_over(lowering: &mut Lowering<'_>) {
    let is_ours = |id: &TypeId| !lowering.handed.contains_key(id);
    let ours = lowering.types.iter().enumerate().filter(|(id, _)| is_ours(&TypeId(*id)));
    let modules: BTreeSet<String> = ours.flat_map(|(_, def)| &def.module).map(ToString::to_string).collect();
    lowering.told.keep(|of| match of {
        Of::Other => true,
        Of::Type(id) => is_ours(id),
        Of::Module(name) => modules.contains(name),
    });
    for (id, path) in std::mem::take(&mut lowering.handed) {
        lowering.set_body(id, Body::External(path));
        lowering.set_checks(id, Checks::default());
    }
}
