use std::collections::{HashMap, HashSet};

use super::place::Place;
use super::types::said;
use super::walk::Walk;
use crate::avro::schema::Order;
use crate::avro::{Field, Schema};
use crate::changes::change::ChangeKind;
use crate::changes::number::same;
use crate::changes::said::{value, value_or_none};
use crate::changes::spots::Spots;
use crate::text::Location;
use crate::text::json::Json;

impl Walk<'_> {
    /// The fields of two records.
    pub(super) fn fields(
        &mut self,
        (was, old_at): (&[Field], &Location),
        (is, new_at): (&[Field], &Location),
        place: &Place,
    ) {
        let pairs = pairs(was, is);
        let (old_at, new_at) = self.members("fields", old_at, new_at);
        let kept: HashSet<usize> = pairs.iter().flatten().copied().collect();
        for (_, gone) in was.iter().enumerate().filter(|(index, _)| !kept.contains(index)) {
            let message = format!("field `{}` removed: was {}", gone.name, described(self.old, gone));
            self.tell(ChangeKind::FieldRemoved, &place.step(&gone.name), message, Some(&gone.at), Some(&new_at));
        }
        for (field, before) in is.iter().zip(&pairs) {
            let inner = place.step(&field.name);
            match before.and_then(|index| was.get(index)) {
                Some(old) => self.field(old, field, &inner),
                None => {
                    let message = format!("field `{}` added: {}", field.name, described(self.new, field));
                    self.tell(ChangeKind::FieldAdded, &inner, message, Some(&old_at), Some(&field.at));
                }
            }
        }
        if !pairs.iter().flatten().is_sorted() {
            let message = "the fields have another order, in which they are written and sorted".to_owned();
            self.tell(ChangeKind::FieldsReordered, place, message, Some(&old_at), Some(&new_at));
        }
    }

    /// Two fields of which one became the other.
    fn field(&mut self, old: &Field, new: &Field, place: &Place) {
        // Every part stands here, so that a new one cannot be forgotten.
        let Field { name, aliases, doc, ty, default: _, order, properties, at, name_at, left_out: _ } = new;
        if old.name != *name {
            let message = format!("field `{}` renamed to `{name}`, with the old name as an alias", old.name);
            self.tell(ChangeKind::FieldRenamed, place, message, Some(&old.name_at), Some(name_at));
        }
        self.types(&old.ty, ty, place);
        self.default(old, new, place);
        self.doc((old.doc.as_deref(), &old.at), (doc.as_deref(), at), place);
        if old.order != *order {
            let message = format!(
                "{}: the sort order was {} and is now {}",
                place.said(),
                order_word(old.order),
                order_word(*order)
            );
            let (old_at, new_at) = self.members("order", &old.at, at);
            self.tell(ChangeKind::SortOrderChanged, place, message, Some(&old_at), Some(&new_at));
        }
        let was: Vec<&str> = old.aliases.iter().map(String::as_str).collect();
        let is: Vec<&str> = aliases.iter().map(String::as_str).collect();
        self.aliases((&was, &old.at), (&is, at), place);
        self.attributes((&old.properties, &old.at), (properties, at), place);
    }

    fn default(&mut self, old: &Field, new: &Field, place: &Place) {
        let (was, is) = (written(old, &mut self.old_spots), written(new, &mut self.new_spots));
        let (was, is, at) = (was.as_ref(), is.as_ref(), &new.at);
        let message = match (was, is) {
            (None, None) => return,
            (Some(was), Some(is)) if same(was, is) => return,
            (None, Some(is)) => format!("{}: the default {} was added", place.said(), value(is)),
            (Some(was), None) => format!("{}: the default {} was removed", place.said(), value(was)),
            (was, is) => {
                format!("{}: the default was {} and is now {}", place.said(), value_or_none(was), value_or_none(is))
            }
        };
        let spot = |json: Option<&Json>, at: &Location| match json {
            Some(json) => at.source.at(json.span),
            None => at.clone(),
        };
        self.tell(ChangeKind::DefaultChanged, place, message, Some(&spot(was, &old.at)), Some(&spot(is, at)));
    }
}

/// The default of a field; where it was left out since it fits the type badly, as the text says it.
fn written(field: &Field, spots: &mut Spots) -> Option<Json> {
    match &field.left_out {
        Some(_) => spots.value(&field.at)?.get("default").cloned(),
        None => field.default.clone(),
    }
}

/// For each new field the old one that it was: that of its name, or else one that its aliases name.
fn pairs(was: &[Field], is: &[Field]) -> Vec<Option<usize>> {
    let by_name: HashMap<&str, usize> =
        was.iter().enumerate().map(|(index, field)| (field.name.as_str(), index)).collect();
    let mut taken: HashSet<usize> = is.iter().filter_map(|field| by_name.get(field.name.as_str()).copied()).collect();
    is.iter()
        .map(|field| {
            by_name.get(field.name.as_str()).copied().or_else(|| {
                let known = field.aliases.iter().filter_map(|alias| by_name.get(alias.as_str()).copied());
                known.into_iter().find(|index| taken.insert(*index))
            })
        })
        .collect()
}

/// Type and default of a field.
fn described(schema: &Schema, field: &Field) -> String {
    let ty = said(schema, &field.ty);
    match &field.default {
        Some(default) => format!("{ty}, default {}", value(default)),
        None => format!("{ty}, no default"),
    }
}

fn order_word(order: Order) -> &'static str {
    match order {
        Order::Ascending => "ascending",
        Order::Descending => "descending",
        Order::Ignore => "ignore",
    }
}
