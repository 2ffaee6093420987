//! JSON Schema: is what a writer's schema allows still valid for a reader's schema. Structure is compared, values are not sampled.

mod bounds;
mod compose;
#[allow(dead_code, unused_imports)]
mod diff;
mod difference;
mod findings;
#[allow(dead_code, unused_imports)]
mod loaded;
mod object;
mod pair;
mod values;

pub(super) use findings::findings;
