//! JSON Schema: what differs, keyword by keyword. The walk goes over the documents themselves and not over the resolved model, so that no
//! keyword is passed over because the model has no place for it.

mod at;
mod compositions;
mod documents;
mod keyword;
mod maps;
mod normal;
mod place;
mod references;
mod sets;
mod subschema;
mod values;
mod walk;
mod words;

pub(super) use walk::changes;
