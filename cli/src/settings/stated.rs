//! What the file says of the subjects that the lock asks of a registry, under their names there.

use std::collections::BTreeMap;

use serde_json::Value;

use super::file::Settings;
use super::keys::{ALIAS, Row};
use super::names::Names;
use crate::problem::Problem;

/// What a registry has to say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// Of itself.
    pub(crate) global: Option<Row>,
    /// Of subjects, by their names there.
    pub(crate) subjects: BTreeMap<String, Row>,
}

/// Finds the subject of every row.
///
/// # Errors
/// Where a row is about a subject that the lock does not have, and that is no other name of one.
pub(crate) fn stated(settings: &Settings, names: &Names) -> Result<Stated, Problem> {
    let mut stated = Stated { global: settings.global.clone(), subjects: BTreeMap::new() };
    for (name, row) in &settings.subjects {
        let target = row.get(ALIAS).and_then(Value::as_str);
        let there = match (names.remote(name), target) {
            (Some(there), _) => there.to_owned(),
            (None, Some(target)) => names.alias_there(name, target).ok_or_else(|| {
                let message = format!("neither `{name}` nor `{target}` is a subject that topika.lock has");
                settings.problem(name, &message, "an `alias` is another name of a subject of ours")
            })?,
            (None, None) => {
                let message = format!("`{name}` is no subject that topika.lock asks of a registry");
                return Err(settings.problem(name, &message, meant(name, names)));
            }
        };
        let mut row = row.clone();
        if let Some(target) = target {
            row.insert(ALIAS, Value::from(names.target_there(target)));
        }
        stated.subjects.insert(there, row);
    }
    Ok(stated)
}

fn meant(name: &str, names: &Names) -> String {
    if let Some(local) = names.local(name) {
        return format!("it is called `{local}` here: without the environment's prefix");
    }
    match topika_contract::text::closest(name, names.all_here()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "name it as topika.lock does: the `name` of a [[subject]] or [[carried]]".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_is_about_a_subject_of_ours_or_another_name_of_one() {
        let names = Names::new("t.", [("orders-value".to_owned(), "t.orders-value".to_owned(), true)]);
        let of = |name: &str, row: Row| {
            let mut settings = Settings::default();
            settings.subjects.insert(name.to_owned(), row);
            settings
        };
        let alias = |target: &str| Row::from([(ALIAS, json!(target))]);
        let found = stated(&of("orders", alias("orders-value")), &names).unwrap();
        assert_eq!(found.subjects, BTreeMap::from([("t.orders".to_owned(), alias("t.orders-value"))]));
        let normalize = Row::from([("normalize", json!(true))]);
        for (name, row, told) in [
            ("orders-valu", normalize.clone(), "did you mean `orders-value`?"),
            ("t.orders-value", normalize, "it is called `orders-value` here: without the environment's prefix"),
            ("orders", alias("x"), "an `alias` is another name of a subject of ours"),
        ] {
            assert_eq!(stated(&of(name, row), &names).unwrap_err().help, told);
        }
    }
}
