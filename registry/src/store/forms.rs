//! Metadata and rule sets in the one form in which registries keep and compare them.

use serde_json::Value;

use super::contract;

/// Metadata as a registry keeps it: tags, properties and sensitive names sorted, empty ones left out.
///
/// ```
/// use serde_json::json;
/// use topika_registry::store::metadata_form;
///
/// let said = json!({ "properties": { "owner": "shop", "major": 1 }, "tags": {} });
/// assert_eq!(metadata_form(&said)?, json!({ "properties": { "major": "1", "owner": "shop" } }));
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// Why it is none.
pub fn metadata_form(value: &Value) -> Result<Value, String> {
    contract::metadata(value)
}

/// A rule set as a registry keeps it: what rules leave out is written out, empty lists are left out.
///
/// ```
/// use serde_json::json;
/// use topika_registry::store::rule_set_form;
///
/// let form = rule_set_form(&json!({ "domainRules": [{ "name": "r", "type": "CEL" }], "migrationRules": [] }))?;
/// let rule = json!({ "name": "r", "kind": "TRANSFORM", "mode": "WRITEREAD", "type": "CEL", "disabled": false });
/// assert_eq!(form, json!({ "domainRules": [rule] }));
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// Why it is none, or cannot be taken.
pub fn rule_set_form(value: &Value) -> Result<Value, String> {
    let form = contract::rule_set(value)?;
    match contract::fault_of_rules(&form) {
        Some(fault) => Err(fault),
        None => Ok(form),
    }
}
