use super::at::At;
use super::keyword::{Keyword, keyword};
use super::normal;
use super::place::Place;
use super::walk::Walk;
use super::words::described;
use crate::changes::change::ChangeKind;
use crate::changes::said::value_or_none;

/// A keyword on both sides; at least one of them has it.
pub(super) struct Pair<'w, 'd> {
    pub(super) name: &'w str,
    pub(super) old: Option<At<'d>>,
    pub(super) new: Option<At<'d>>,
    /// The subschemas in which it stands.
    pub(super) around: (&'w At<'d>, &'w At<'d>),
}

impl<'d> Walk<'d> {
    /// Two subschemas at one place.
    pub(super) fn subschema(&mut self, old: &At<'d>, new: &At<'d>, place: &Place) {
        if !self.is_first(old, new) {
            return;
        }
        if old.json.as_object().is_none() || new.json.as_object().is_none() {
            if normal::schema(old.json) != normal::schema(new.json) {
                let (was, is) = (described(old.json), described(new.json));
                let message = if was == is {
                    format!(
                        "{}was {} and is now {}",
                        place.of(),
                        value_or_none(Some(old.json)),
                        value_or_none(Some(new.json))
                    )
                } else {
                    format!("{}allowed {was} and now allows {is}", place.of())
                };
                self.tell(ChangeKind::TypeChanged, place, message, old.spot(), new.spot());
            }
            return;
        }
        let behind = self.reference(old, new, place);
        let known = old.members().iter().map(|member| member.name.as_str());
        let added = new.members().iter().map(|member| member.name.as_str()).filter(|name| old.json.get(name).is_none());
        for name in known.chain(added) {
            let pair = Pair { name, old: old.get(name), new: new.get(name), around: (old, new) };
            // Where a `$ref` took the place of the words, or the words that of the `$ref`, the words are compared with its target.
            let alone = pair.old.is_none() || pair.new.is_none();
            let is_behind = behind && alone && !matches!(name, "$defs" | "definitions");
            if !is_behind && keyword(name) != Keyword::Reference {
                self.keyword(&pair, place);
            }
        }
    }

    fn keyword(&mut self, pair: &Pair<'_, 'd>, place: &Place) {
        let before = self.count();
        match keyword(pair.name) {
            Keyword::Map => self.map(pair, place),
            Keyword::Single => self.single(pair, place),
            Keyword::List => self.list(pair, place),
            Keyword::Composition => self.composition(pair, place),
            Keyword::Set => self.set(pair, place),
            Keyword::Value(kind) => self.value(kind, pair, place),
            Keyword::Reference => {}
        }
        // No difference may go unsaid because a value has an unexpected shape.
        if self.count() == before && !is_same(pair) {
            self.value(ChangeKind::KeywordChanged, pair, place);
        }
    }
}

/// Whether both sides say the same, by their own words.
pub(super) fn is_same(pair: &Pair<'_, '_>) -> bool {
    match (&pair.old, &pair.new) {
        (Some(old), Some(new)) => normal::value(pair.name, old.json) == normal::value(pair.name, new.json),
        (None, None) => true,
        _ => false,
    }
}
