use crate::compat::json::loaded::java::{JavaMap, JavaSet};
use crate::compat::json::loaded::model::{Array, Extra, Kind, Node, Number, Object, Text};

/// Whether two nodes are of one class whose objects are merged.
pub(super) fn merges(one: &Node, other: &Node) -> bool {
    let mergeable = matches!(one.kind, Kind::Array(_) | Kind::Number(_) | Kind::Object(_) | Kind::String(_));
    mergeable && one.kind.same_class(&other.kind)
}

/// Puts what `from` says into `into`, where both are of one class. `None` where everit refuses the outcome: one schema for all items
/// beside a list of them.
pub(super) fn merge(into: &mut Node, from: &Node) -> Option<()> {
    common(into, from);
    match (&mut into.kind, &from.kind) {
        (Kind::Array(into), Kind::Array(from)) => array(into, from)?,
        (Kind::Number(into), Kind::Number(from)) => number(into, from),
        (Kind::Object(into), Kind::Object(from)) => object(into, from)?,
        (Kind::String(into), Kind::String(from)) => text(into, from),
        _ => {}
    }
    Some(())
}

/// What every class has. The unprocessed properties of both are united.
pub(super) fn common(into: &mut Node, from: &Node) {
    let put = |into: &mut Option<String>, from: &Option<String>| {
        if from.is_some() {
            into.clone_from(from);
        }
    };
    put(&mut into.title, &from.title);
    put(&mut into.description, &from.description);
    put(&mut into.id, &from.id);
    if from.default.is_some() {
        into.default.clone_from(&from.default);
    }
    if !from.unprocessed.is_empty() {
        let mut united: JavaMap<Extra> = into.unprocessed.copied(|_, extra| extra.clone());
        from.unprocessed.iter().for_each(|(name, extra)| united.put(name, extra.clone()));
        into.unprocessed = united;
    }
}

fn array(into: &mut Array, from: &Array) -> Option<()> {
    into.settle();
    into.requires_array |= from.requires_array;
    into.min_items = from.min_items.or(into.min_items);
    into.max_items = from.max_items.or(into.max_items);
    into.unique |= from.unique;
    into.all_items = from.all_items.or(into.all_items);
    if let Some(items) = &from.items {
        into.items.get_or_insert_with(Vec::new).extend(items);
    }
    into.closed |= from.closed && from.all_items.is_none() && from.additional.is_none();
    into.additional = from.additional.or(into.additional);
    into.contained = from.contained.or(into.contained);
    (into.all_items.is_none() || into.items.is_none()).then_some(())
}

fn number(into: &mut Number, from: &Number) {
    into.requires_number |= from.requires_number;
    into.requires_integer |= from.requires_integer;
    let pairs = [
        (&mut into.minimum, &from.minimum),
        (&mut into.maximum, &from.maximum),
        (&mut into.exclusive_minimum_limit, &from.exclusive_minimum_limit),
        (&mut into.exclusive_maximum_limit, &from.exclusive_maximum_limit),
        (&mut into.multiple_of, &from.multiple_of),
    ];
    for (into, from) in pairs {
        if from.is_some() {
            into.clone_from(from);
        }
    }
}

fn object(into: &mut Object, from: &Object) -> Option<()> {
    into.requires_object |= from.requires_object;
    into.pattern_properties.extend(from.pattern_properties.iter().cloned());
    from.properties.iter().for_each(|(name, id)| into.properties.put(name, *id));
    into.closed |= from.closed;
    into.additional = from.additional.or(into.additional);
    into.required.extend(from.required.iter().cloned());
    into.min_properties = from.min_properties.or(into.min_properties);
    into.max_properties = from.max_properties.or(into.max_properties);
    if !from.property_dependencies.is_empty() {
        let built = from.property_dependencies.copied(|_, needed| needed.clone());
        let mut map = refilled(&into.property_dependencies.copied(|_, needed| needed.clone()));
        for (name, needed) in built.iter() {
            let mut set = map.get(name).cloned().unwrap_or_else(|| JavaSet::with_capacity(1));
            needed.iter().for_each(|other| set.add(other));
            map.put(name, set);
        }
        into.property_dependencies = map;
    }
    if !from.schema_dependencies.is_empty() {
        let mut map = refilled(&into.schema_dependencies.copied(|_, id| *id));
        from.schema_dependencies.copied(|_, id| *id).iter().for_each(|(name, id)| map.put(name, *id));
        into.schema_dependencies = map;
    }
    into.property_names = from.property_names.or(into.property_names);
    (!into.closed || into.additional.is_none()).then_some(())
}

/// A new map with the entries of another.
fn refilled<V: Clone>(map: &JavaMap<V>) -> JavaMap<V> {
    let mut new = JavaMap::new();
    map.iter().for_each(|(name, value)| new.put(name, value.clone()));
    new
}

fn text(into: &mut Text, from: &Text) {
    into.requires_string |= from.requires_string;
    into.min_length = from.min_length.or(into.min_length);
    into.max_length = from.max_length.or(into.max_length);
    if from.pattern.is_some() {
        into.pattern.clone_from(&from.pattern);
    }
}
