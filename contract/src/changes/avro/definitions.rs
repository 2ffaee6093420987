use std::collections::HashSet;

use super::place::Place;
use super::types::word;
use super::walk::Walk;
use crate::avro::{Definition, Named, Symbol};
use crate::changes::change::ChangeKind;
use crate::changes::said::text_or_none;
use crate::schema::describe_logical;

impl Walk<'_> {
    /// Two definitions of which one became the other.
    pub(super) fn definitions(&mut self, old: &Named, new: &Named) {
        // Every part stands here, so that a new one cannot be forgotten.
        let Named { name, aliases, doc, definition, logical, properties, endless: _, at } = new;
        let place = Place::top(format!("{} {name}", word(definition)));
        self.names(old, new, &place);
        let was: Vec<&str> = old.aliases.iter().map(|alias| alias.as_str()).collect();
        let is: Vec<&str> = aliases.iter().map(|alias| alias.as_str()).collect();
        self.aliases((&was, &old.at), (&is, at), &place);
        self.doc((old.doc.as_deref(), &old.at), (doc.as_deref(), at), &place);
        if old.logical != *logical {
            let word = |logical: Option<_>| logical.map_or_else(|| "none".to_owned(), describe_logical);
            let message =
                format!("the logical type was {} and is now {}", word(old.logical.as_ref()), word(logical.as_ref()));
            let (old_at, new_at) = self.members("logicalType", &old.at, at);
            self.tell(ChangeKind::LogicalTypeChanged, &place, message, Some(&old_at), Some(&new_at));
        }
        self.attributes((&old.properties, &old.at), (properties, at), &place);
        match (&old.definition, definition) {
            (Definition::Record(was), Definition::Record(is)) => self.fields((was, &old.at), (is, at), &place),
            (
                Definition::Enum { symbols: was, default: was_default },
                Definition::Enum { symbols: is, default: is_default },
            ) => {
                self.symbols((was, old), (is, new), &place);
                if was_default != is_default {
                    let (was, is) = (text_or_none(was_default.as_deref()), text_or_none(is_default.as_deref()));
                    let message = format!("the default symbol was {was} and is now {is}");
                    let (old_at, new_at) = self.members("default", &old.at, at);
                    self.tell(ChangeKind::DefaultChanged, &place, message, Some(&old_at), Some(&new_at));
                }
            }
            (Definition::Fixed(was), Definition::Fixed(is)) if was != is => {
                let message = format!("the size was {was} bytes and is now {is}");
                let (old_at, new_at) = self.members("size", &old.at, at);
                self.tell(ChangeKind::SizeChanged, &place, message, Some(&old_at), Some(&new_at));
            }
            // Two kinds of definition are a changed type, and never get here.
            _ => {}
        }
    }

    fn names(&mut self, old: &Named, new: &Named, place: &Place) {
        if old.name == new.name {
            return;
        }
        let (kind, what) = if old.name.short() == new.name.short() {
            (ChangeKind::NamespaceChanged, "the namespace")
        } else {
            (ChangeKind::NameChanged, "the name")
        };
        let alias =
            if new.aliases.contains(&old.name) { "an alias keeps the old one" } else { "no alias keeps the old one" };
        let message = format!("{what} changed: was {} and is now {}; {alias}", old.name, new.name);
        self.tell(kind, place, message, Some(&old.at), Some(&new.at));
    }

    fn symbols(&mut self, (was, old): (&[Symbol], &Named), (is, new): (&[Symbol], &Named), place: &Place) {
        let names = |symbols: &[Symbol]| symbols.iter().map(|symbol| symbol.name.clone()).collect::<HashSet<_>>();
        let (was_names, is_names) = (names(was), names(is));
        let (old_at, new_at) = self.members("symbols", &old.at, &new.at);
        for symbol in was.iter().filter(|symbol| !is_names.contains(&symbol.name)) {
            let message = format!("symbol `{}` removed", symbol.name);
            self.tell(ChangeKind::SymbolRemoved, place, message, Some(&symbol.at), Some(&new_at));
        }
        for symbol in is.iter().filter(|symbol| !was_names.contains(&symbol.name)) {
            let message = format!("symbol `{}` added", symbol.name);
            self.tell(ChangeKind::SymbolAdded, place, message, Some(&old_at), Some(&symbol.at));
        }
        let stayed_old = was.iter().filter(|symbol| is_names.contains(&symbol.name)).map(|symbol| &symbol.name);
        let stayed_new = is.iter().filter(|symbol| was_names.contains(&symbol.name)).map(|symbol| &symbol.name);
        if !stayed_old.eq(stayed_new) {
            let message = "the symbols have another order, by which they sort".to_owned();
            self.tell(ChangeKind::SymbolsReordered, place, message, Some(&old_at), Some(&new_at));
        }
    }
}
