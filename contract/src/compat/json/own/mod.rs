//! What the registry does not look at, and data can break on.
//!
//! Two schemas are walked together, and only that is told which the direction can break on: the reader refuses more than the writer. The
//! verdict is the registry's and does not change. A keyword that is compared here is one whose change a validator feels:
//!
//! - `keywords`: `format`, `contentEncoding`, `contentMediaType`, `if`/`then`/`else`;
//! - `schemas`: `propertyNames`, `contains`, `patternProperties`;
//! - `required`: a property that is required and nowhere declared;
//! - `numbers`: bounds that are one as doubles, the exclusive flags of draft 4, `multipleOf` with a fraction;
//! - `overlap`: a new alternative of `oneOf` that takes what an older one takes.

mod decimal;
mod keywords;
mod numbers;
mod overlap;
mod pairs;
mod required;
mod schemas;
mod walk;

pub(super) use walk::findings;
