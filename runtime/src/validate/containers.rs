use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::checks::Checks;
use super::place::Place;
use super::traits::Validate;
use super::unique;
use super::violation::Violations;

impl<T: Validate> Validate for Option<T> {
    fn check(&self, at: &Place<'_>, found: &mut Violations) {
        if let Some(value) = self {
            value.check(at, found);
        }
    }

    fn check_with(&self, checks: &Checks, at: &Place<'_>, found: &mut Violations) {
        if let Some(value) = self {
            value.check_with(checks, at, found);
        }
    }
}

macro_rules! pointers {
    ($([$($generics:tt)*] $ty:ty),+) => { $(
        impl<$($generics)*> Validate for $ty {
            fn check(&self, at: &Place<'_>, found: &mut Violations) {
                (**self).check(at, found);
            }

            fn check_with(&self, checks: &Checks, at: &Place<'_>, found: &mut Violations) {
                (**self).check_with(checks, at, found);
            }
        }
    )+ };
}
pointers!(['a, T: Validate + ?Sized] &'a T, [T: Validate + ?Sized] Box<T>, ['a, T: Validate + ToOwned + ?Sized] Cow<'a, T>);

/// The places of two equal items, compared as JSON.
fn repeats<'t, T: Validate + 't>(items: impl Iterator<Item = &'t T>) -> Option<(usize, usize)> {
    let items: Vec<_> = items.filter_map(|item| serde_json::to_value(item).ok()).collect();
    unique::repeats(items.iter())
}

macro_rules! lists {
    ($([$($generics:tt)*] $ty:ty),+) => { $(
        impl<$($generics)*> Validate for $ty {
            fn check(&self, at: &Place<'_>, found: &mut Violations) {
                for (index, item) in self.iter().enumerate() {
                    item.check(&at.index(index), found);
                }
            }

            fn check_with(&self, checks: &Checks, at: &Place<'_>, found: &mut Violations) {
                checks.list(self.len(), || repeats(self.iter()), at, found);
                checks.json(self, at, found);
                if let Some(inner) = checks.items {
                    for (index, item) in self.iter().enumerate() {
                        item.check_with(inner, &at.index(index), found);
                    }
                }
            }
        }
    )+ };
}
lists!([T: Validate] [T], [T: Validate] Vec<T>, [T: Validate] BTreeSet<T>, [T: Validate, S] HashSet<T, S>);

macro_rules! maps {
    ($([$($generics:tt)*] $ty:ty),+) => { $(
        impl<$($generics)*> Validate for $ty {
            fn check(&self, at: &Place<'_>, found: &mut Violations) {
                for (name, value) in self {
                    value.check(&at.key(name.as_ref()), found);
                }
            }

            fn check_with(&self, checks: &Checks, at: &Place<'_>, found: &mut Violations) {
                checks.object(self.len(), self.keys().map(AsRef::as_ref), at, found);
                checks.json(self, at, found);
                if let Some(inner) = checks.values {
                    for (name, value) in self {
                        value.check_with(inner, &at.key(name.as_ref()), found);
                    }
                }
            }
        }
    )+ };
}
maps!(
    [K: AsRef<str> + serde::Serialize, V: Validate] BTreeMap<K, V>,
    [K: AsRef<str> + serde::Serialize, V: Validate, S] HashMap<K, V, S>
);

impl Validate for serde_json::Map<String, serde_json::Value> {
    fn check(&self, _: &Place<'_>, _: &mut Violations) {}
}

macro_rules! tuples {
    ($($($name:ident $index:tt)+;)+) => { $(
        impl<$($name: Validate),+> Validate for ($($name,)+) {
            fn check(&self, at: &Place<'_>, found: &mut Violations) {
                $(self.$index.check(&at.index($index), found);)+
            }
        }
    )+ };
}
tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}
