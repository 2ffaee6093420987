use super::hazard::HazardKind;
use super::said::Said;
use crate::avro::{Field, Order};
use crate::text::json::{Json, Value, compact};
use crate::text::shortened;

/// What changed of a field that both sides have, beside its type.
pub(super) fn field(reader: &Field, writer: &Field) -> Vec<Said> {
    let mut found = Vec::new();
    if let (Some(now), Some(before)) = (&reader.default, &writer.default)
        && !same(now, before)
    {
        let (now, before) = (said(now), said(before));
        let witness = format!("{{}} is read with {}: {now}, and was read with {before}", shortened(&reader.name));
        found.push(Said { kind: HazardKind::DefaultChanged, reader: now, writer: before, witness: Some(witness) });
    }
    if reader.order != writer.order {
        found.push(Said {
            kind: HazardKind::OrderChanged,
            reader: format!("sorted {}", order_name(reader.order)),
            writer: format!("sorted {}", order_name(writer.order)),
            witness: None,
        });
    }
    found
}

/// Where fields that count for sorting changed places: the first field that stands before one that was written before it. Only records
/// that say how they sort are meant; nobody compares the others by their bytes.
pub(super) fn order<'s>(pairs: &[(&'s Field, &'s Field)], written: &[Field]) -> Option<((&'s Field, &'s Field), Said)> {
    if !pairs.iter().any(|(reader, writer)| reader.order != Order::Ascending || writer.order != Order::Ascending) {
        return None;
    }
    let sorts = |field: &Field| field.order != Order::Ignore;
    let sorting: Vec<_> = pairs.iter().filter(|(reader, writer)| sorts(reader) && sorts(writer)).collect();
    let place = |field: &Field| written.iter().position(|other| std::ptr::eq(other, field));
    sorting.windows(2).find_map(|two| {
        let [(before, before_written), (after, after_written)] = two else { return None };
        (place(before_written) > place(after_written)).then(|| {
            let said = Said {
                kind: HazardKind::OrderChanged,
                reader: format!("sorted by {} before {}", shortened(&before.name), shortened(&after.name)),
                writer: format!(
                    "sorted by {} before {}",
                    shortened(&after_written.name),
                    shortened(&before_written.name)
                ),
                witness: None,
            };
            ((*before, *before_written), said)
        })
    })
}

fn order_name(order: Order) -> &'static str {
    match order {
        Order::Ascending => "ascending",
        Order::Descending => "descending",
        Order::Ignore => "by other fields only",
    }
}

/// Whether two defaults are the same value, however they are written.
fn same(one: &Json, other: &Json) -> bool {
    match (&one.value, &other.value) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || matches!((one.parse::<f64>(), other.parse::<f64>()), (Ok(one), Ok(other)) if one == other)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(members), Value::Object(others)) => {
            members.len() == others.len()
                && members.iter().all(|member| other.get(&member.name).is_some_and(|value| same(&member.value, value)))
        }
        (Value::Null, Value::Null) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::String(one), Value::String(other)) => one == other,
        _ => false,
    }
}

fn said(value: &Json) -> String {
    shortened(&compact(value))
}
