//! Bundles: the schemas of one environment in a file, with the ids that its registry gave them. A client that has one starts and decodes
//! while the registry is down.
//!
//! ```
//! use topika_registry::api::{Guid, SchemaType, SubjectVersion};
//! use topika_registry::bundle::Bundle;
//!
//! let version = SubjectVersion {
//!     subject: "orders-value".into(),
//!     id: 7,
//!     version: 1,
//!     guid: None,
//!     schema_type: SchemaType::Avro,
//!     references: Vec::new(),
//!     schema: r#""string""#.into(),
//!     ts: None,
//!     deleted: false,
//!     aliases: Vec::new(),
//!     metadata: None,
//!     rule_set: None,
//! };
//! let text = Bundle::new("prod", vec![version])?.print();
//! let read = Bundle::parse(&text)?;
//! assert_eq!(read.schema(7).map(|schema| schema.schema.clone()).as_deref(), Some(r#""string""#));
//! # Ok::<(), topika_registry::bundle::BundleError>(())
//! ```
//!
//! # The file
//!
//! JSON in UTF-8, sorted by subject and version, so that equal contents give equal bytes:
//!
//! ```json
//! {
//!   "topika-bundle": 1,
//!   "env": "prod",
//!   "sha256": "5f2c...",
//!   "versions": [
//!     {
//!       "subject": "orders-value",
//!       "version": 1,
//!       "id": 7,
//!       "schemaType": "JSON",
//!       "references": [{ "name": "money.json", "subject": "money", "version": 1 }],
//!       "schema": "{ \"type\": ... }"
//!     }
//!   ]
//! }
//! ```
//!
//! `topika-bundle` is the version of the form. `versions` have the words of `GET /subjects/{subject}/versions/{version}`, with `guid`,
//! `metadata` and `ruleSet` where there are some, and without the type for Avro; a subject stands as the environment's clients write it,
//! without their context. `sha256` is that of `[env, versions]` as JSON without white space, members in the order of the file, in
//! lower-case hex: it finds what was cut, merged or edited by hand. Every version that another one refers to is in the file.

mod answers;
mod contents;
mod error;
mod file;

pub use contents::Bundle;
pub use error::BundleError;
