//! Properties that are required and not declared: the registry compares `required` only for those that are.

use std::collections::HashSet;

use super::pairs::{Pair, Walk};
use crate::compat::json::loaded::Object;
use crate::rules::JSON_SCHEMA_REQUIRED_UNSEEN;

pub(super) fn look<'s>(walk: &mut Walk<'_, 's>, pair: &Pair<'s>, w: &Object, r: &Object) {
    let written: HashSet<&str> = w.required.iter().map(String::as_str).collect();
    for name in &r.required {
        if written.contains(name.as_str()) || r.properties.contains_key(name) {
            continue;
        }
        let field = walk.named(pair, &format!("required/{name}"));
        let n = walk.context.number;
        let message = if walk.context.backward() {
            format!("{field} is now required and not declared, and version {n} may lack it")
        } else {
            format!("{field} is no longer required, and version {n} needs it")
        };
        let help = "leave it optional; a required property belongs into `properties` too";
        walk.tell(&JSON_SCHEMA_REQUIRED_UNSEEN, pair, "required", &message, help);
        // At the root of an object that asks for nothing, the empty one is the proof.
        if pair.path.is_empty() && w.required.is_empty() && w.min_properties.unwrap_or_default() == 0 {
            walk.amend("{}".to_owned());
        }
    }
}
