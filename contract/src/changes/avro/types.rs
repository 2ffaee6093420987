use super::place::Place;
use super::walk::Walk;
use crate::avro::{Definition, Kind, Logical, Schema, Type};
use crate::changes::change::ChangeKind;
use crate::schema::{describe, describe_logical};

impl Walk<'_> {
    /// Two types at one place.
    pub(super) fn types(&mut self, old: &Type, new: &Type, place: &Place) {
        match (&old.kind, &new.kind) {
            (Kind::Union(_), _) | (_, Kind::Union(_)) => return self.unions(old, new, place),
            (Kind::Array(inner_old), Kind::Array(inner_new)) => self.types(inner_old, inner_new, &place.step("[]")),
            (Kind::Map(inner_old), Kind::Map(inner_new)) => self.types(inner_old, inner_new, &place.step("{}")),
            (Kind::Named(old_name), Kind::Named(new_name)) => {
                let (Some(was), Some(is)) = (self.old.named(old_name), self.new.named(new_name)) else { return };
                if word(&was.definition) != word(&is.definition) {
                    return self.type_changed(old, new, place);
                }
                self.open(was, is);
            }
            (was, is) if was.name() == is.name() => {}
            _ => return self.type_changed(old, new, place),
        }
        self.logical(old.logical.as_ref(), new.logical.as_ref(), (old, new), place);
        self.attributes((&old.properties, &old.at), (&new.properties, &new.at), place);
    }

    pub(super) fn type_changed(&mut self, old: &Type, new: &Type, place: &Place) {
        let message =
            format!("{}: the type was {} and is now {}", place.said(), said(self.old, old), said(self.new, new));
        self.tell(ChangeKind::TypeChanged, place, message, Some(&old.at), Some(&new.at));
    }

    fn logical(&mut self, was: Option<&Logical>, is: Option<&Logical>, types: (&Type, &Type), place: &Place) {
        if was == is {
            return;
        }
        let word = |logical: Option<&Logical>| logical.map_or_else(|| "none".to_owned(), describe_logical);
        let message = format!("{}: the logical type was {} and is now {}", place.said(), word(was), word(is));
        self.tell(ChangeKind::LogicalTypeChanged, place, message, Some(&types.0.at), Some(&types.1.at));
    }
}

/// A type as people say it; a definition by what it is too.
pub(super) fn said(schema: &Schema, ty: &Type) -> String {
    match &ty.kind {
        Kind::Named(name) => match schema.named(name) {
            Some(named) => format!("{} {}", word(&named.definition), describe(schema, ty)),
            None => describe(schema, ty),
        },
        _ => describe(schema, ty),
    }
}

/// What a definition is.
pub(super) fn word(definition: &Definition) -> &'static str {
    match definition {
        Definition::Record(_) => "record",
        Definition::Enum { .. } => "enum",
        Definition::Fixed(_) => "fixed",
    }
}
