//! From the resolved contract to the plain data of `ir`: names are chosen here, and nothing is looked up later.

mod avro;
mod avro_branches;
mod carried;
mod choices;
mod cycles;
mod files;
mod foreign;
mod handed;
mod job;
mod json;
mod json_array;
mod json_bounds;
mod json_checks;
mod json_default;
mod json_discriminator;
mod json_docs;
mod json_group;
mod json_left;
mod json_listed;
mod json_names;
mod json_object;
mod json_place;
mod json_shape;
mod json_table;
mod json_telling;
mod json_tuple;
mod json_type;
mod json_union;
mod key;
mod layers;
mod looks;
mod misplaced;
mod renamed;
mod same;
mod select;
mod tables;
mod told;
mod topics;
mod types;

pub(crate) use choices::Choices;
pub(crate) use layers::choices;
pub(crate) use select::Options;
pub(crate) use types::rust_path;

use topika_contract::project::{Contract, EventSchema};

use self::job::Job;
use self::told::Of;
use self::types::Lowering;
use crate::ir::{Ir, TypeId};

/// Lowers what `options` select of a contract.
#[must_use]
pub(crate) fn lower(contract: &Contract, options: &Options) -> Ir {
    let files = files::files(contract, options);
    let mut lowering = Lowering::new(files, options.choices.clone());
    let topics = topics::name_topics(contract, &mut lowering);
    // The roots take their names first, events before shared types, so that a nested type never takes an event's name.
    for index in 0..lowering.files.len() {
        if lowering.files.get(index).is_some_and(|file| file.wanted) {
            declare_root(&mut lowering, index, &topics);
        }
    }
    while let Some(job) = lowering.next_job() {
        lowering.working_on(Of::Type(job.id()), |lowering| match &job {
            Job::Avro(job) => avro::define(lowering, job),
            Job::Json(job) => json::define(lowering, job),
        });
    }
    cycles::break_cycles(&mut lowering.types);
    handed::rows(&mut lowering);
    looks::set(&mut lowering);
    handed::hand_over(&mut lowering);
    topics::name_frozen_keys(&mut lowering, &topics);
    let topics = topics::topics(contract, &topics, options.rewritten, &mut lowering);
    let tables = tables::tables(&mut lowering);
    let mut order: Vec<TypeId> = (0..lowering.types.len()).map(TypeId).collect();
    // Each file's types together: the event, then what it is made of.
    order.sort_by_key(|id| (lowering.owner(*id), *id));
    Ir {
        roots: std::mem::take(&mut lowering.roots),
        pointers: lowering.pointers(),
        owners: (0..lowering.types.len()).map(|id| lowering.owner(TypeId(id))).collect(),
        types: lowering.types,
        order,
        topics,
        tables,
        module: options.module.clone(),
        findings: lowering.told.into_findings(),
        problems: lowering.problems,
    }
}

fn declare_root(lowering: &mut Lowering<'_>, index: usize, topics: &topics::Names) {
    let Some(file) = lowering.files.get(index).copied() else { return };
    let role = file.event().map(|event| topics::event_role(event, topics));
    if files::is_endless(file.schema) {
        return;
    }
    match file.schema {
        EventSchema::Avro(schema) => avro::declare_root(lowering, index, schema, role),
        EventSchema::Json(schema) => json::declare_root(lowering, index, schema, role),
    }
    if let (Some(event), Some(id)) = (file.event(), lowering.roots.get(&index)) {
        handed::root(lowering, event, *id);
    }
}
