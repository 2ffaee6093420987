use std::collections::HashMap;

use crate::text::json::Json;

/// Fewer members than these are looked through one by one.
const FEW: usize = 32;

/// The members of large objects by name, so that many `$ref`s into one large object cost no more than their number.
#[derive(Default)]
pub(super) struct Members<'d> {
    /// By where the object stands in memory.
    known: HashMap<*const Json, HashMap<&'d str, &'d Json>>,
}

impl<'d> Members<'d> {
    /// The value of `name` in an object; `None` for anything else.
    pub(super) fn get(&mut self, json: &'d Json, name: &str) -> Option<&'d Json> {
        let members = json.as_object()?;
        if members.len() < FEW {
            return json.get(name);
        }
        let by_name = self.known.entry(std::ptr::from_ref(json)).or_insert_with(|| {
            // Of equal names the first counts, as in `Json::get`.
            members.iter().rev().map(|member| (member.name.as_str(), &member.value)).collect()
        });
        by_name.get(name).copied()
    }
}
