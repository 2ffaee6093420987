use std::collections::{HashMap, HashSet};

use super::branch::{Picked, pick};
use super::hazard::{Hazard, HazardKind};
use super::said::Said;
use super::{logical, promotion, record, symbols};
use crate::avro::{Definition, Field, FullName, Kind, Schema, Type};
use crate::compat::avro::named::matching;
use crate::compat::avro::pair::DEEPEST;
use crate::compat::avro::promotion::reads;
use crate::schema::describe;
use crate::text::Location;

/// How many hazards are told.
const MOST: usize = 1_000;
/// How many branches of unions are looked at, where it is said already that the schemas are not compared to the end.
const MOST_BRANCHES: usize = 10_000_000;

/// Where `reader` would take what `writer` wrote for something else, in the order of the reader. Places whose types cannot be read
/// at all are passed by: [`incompatibilities`](super::super::incompatibilities()) tells them.
#[must_use]
pub fn hazards(reader: &Schema, writer: &Schema) -> Vec<Hazard> {
    within(reader, writer, usize::MAX)
}

/// The same; beside a comparison that gave up, large unions are passed by, which would take their square.
pub(in crate::compat::avro) fn beside(reader: &Schema, writer: &Schema, gave_up: bool) -> Vec<Hazard> {
    within(reader, writer, if gave_up { MOST_BRANCHES } else { usize::MAX })
}

fn within(reader: &Schema, writer: &Schema, branches: usize) -> Vec<Hazard> {
    let mut walk = Walk { reader, writer, seen: HashSet::new(), depth: 0, branches, found: Vec::new() };
    walk.types(reader.root(), writer.root(), &Place::ROOT);
    walk.found
}

/// Two schemas on the way through both.
pub(super) struct Walk<'s> {
    pub(super) reader: &'s Schema,
    pub(super) writer: &'s Schema,
    /// A pair of definitions says the same wherever it stands.
    seen: HashSet<(FullName, FullName)>,
    depth: usize,
    /// How many branches of unions may still be looked at.
    branches: usize,
    found: Vec<Hazard>,
}

/// Where the walk stands: a step below another place. It is put into words only where something is told.
struct Place<'p> {
    above: Option<&'p Place<'p>>,
    step: Step<'p>,
}

enum Step<'p> {
    Root,
    Below(&'static str),
    Branch(usize),
    Field(usize, &'p str),
}

impl Place<'_> {
    const ROOT: Self = Self { above: None, step: Step::Root };

    fn below<'p>(&'p self, step: Step<'p>) -> Place<'p> {
        Place { above: Some(self), step }
    }

    /// The steps from the root.
    fn steps(&self) -> Vec<&Step<'_>> {
        let mut steps: Vec<&Step<'_>> =
            std::iter::successors(Some(self), |place| place.above).map(|place| &place.step).collect();
        steps.reverse();
        steps
    }

    fn pointer(&self) -> String {
        let steps = self.steps().into_iter().map(|step| match step {
            Step::Root => String::new(),
            Step::Below(token) => format!("/{token}"),
            Step::Branch(index) => format!("/{index}"),
            Step::Field(index, _) => format!("/fields/{index}"),
        });
        let pointer: String = steps.collect();
        if pointer.is_empty() { "/".to_owned() } else { pointer }
    }

    /// The path of names.
    fn field(&self) -> String {
        let name = |step: &Step<'_>| if let Step::Field(_, name) = step { Some((*name).to_owned()) } else { None };
        self.steps().into_iter().filter_map(name).collect::<Vec<_>>().join(".")
    }
}

impl<'s> Walk<'s> {
    fn types(&mut self, reader: &'s Type, writer: &'s Type, place: &Place<'_>) {
        match (&reader.kind, &writer.kind) {
            (Kind::Union(branches), Kind::Union(written)) => {
                let written: Vec<&Type> = written.iter().collect();
                self.union(branches, &written, false, place);
            }
            (Kind::Union(branches), _) => self.union(branches, &[writer], true, place),
            (_, Kind::Union(written)) => written.iter().for_each(|other| self.types(reader, other, place)),
            (Kind::Array(r), Kind::Array(w)) => self.types(r, w, &place.below(Step::Below("items"))),
            (Kind::Map(r), Kind::Map(w)) => self.types(r, w, &place.below(Step::Below("values"))),
            (Kind::Named(r), Kind::Named(w)) => self.named((reader, r), (writer, w), place),
            (Kind::Named(_), _) | (_, Kind::Named(_)) => {}
            (r, w) if reads(r, w) => self.plain(reader, writer, place),
            _ => {}
        }
    }

    fn plain(&mut self, reader: &Type, writer: &Type, place: &Place<'_>) {
        let promoted = promotion::judge(&reader.kind, &writer.kind);
        if let Some((kind, witness)) = promoted {
            self.types_differ(kind, Some(witness.to_owned()), reader, writer, place);
            // Bytes that are a decimal were never meant as text: there the type changed.
            let decimal = kind == HazardKind::BytesAsText && writer.logical.is_some();
            if let Some(last) = self.found.last_mut().filter(|_| decimal) {
                last.retyped = true;
            }
        }
        self.logical(reader, writer, place, promoted.is_some());
    }

    fn logical(&mut self, reader: &Type, writer: &Type, place: &Place<'_>, told: bool) {
        let retyped = std::mem::discriminant(&reader.kind) != std::mem::discriminant(&writer.kind);
        if let Some((kind, witness)) = logical::judge((self.reader, reader), (self.writer, writer)) {
            // Who reads decimals as text is told that bytes are no text.
            if kind != HazardKind::LogicalIgnored || !told {
                self.types_differ(kind, witness, reader, writer, place);
                if let Some(last) = self.found.last_mut() {
                    last.retyped = retyped;
                }
            }
        }
    }

    fn union(&mut self, branches: &'s [Type], written: &[&'s Type], lone: bool, place: &Place<'_>) {
        let Some(left) = self.branches.checked_sub(branches.len().saturating_mul(written.len())) else { return };
        self.branches = left;
        let picked: Vec<Option<Picked>> =
            written.iter().map(|other| pick((self.reader, branches), (self.writer, other))).collect();
        // How many of the writer's branches become one of the reader's.
        let mut taken: HashMap<usize, usize> = HashMap::new();
        for one in picked.iter().flatten() {
            *taken.entry(one.index).or_default() += 1;
        }
        for (other, one) in written.iter().zip(&picked) {
            let Some(one) = one else { continue };
            let Some(branch) = branches.get(one.index) else { continue };
            let below = place.below(Step::Branch(one.index));
            let shared = taken.get(&one.index).is_some_and(|count| *count > 1);
            // Java's decoder finds no branch for an enum or a fixed of another namespace, where the writer has no union.
            let lost = lone && !one.record;
            if one.by_short_name && (shared || one.others || lost) {
                let (r, w) = (branch.kind.name(), other.kind.name());
                let witness = match lost {
                    true => format!("Java refuses a value of {w}: the union has no branch of its full name"),
                    false => format!("a value of {w} is read as one of {r}"),
                };
                self.types_differ(HazardKind::BranchMisread, Some(witness), branch, other, &below);
            }
            self.types(branch, other, &below);
        }
    }

    fn named(
        &mut self,
        (reader, r): (&'s Type, &'s FullName),
        (writer, w): (&'s Type, &'s FullName),
        place: &Place<'_>,
    ) {
        // Deeper than this, `incompatibilities` tells that the pair cannot be judged.
        if self.depth >= DEEPEST || !self.seen.insert((r.clone(), w.clone())) {
            return;
        }
        let (Some(r), Some(w)) = (self.reader.named(r), self.writer.named(w)) else { return };
        self.depth += 1;
        match (&r.definition, &w.definition) {
            (Definition::Record(fields), Definition::Record(written)) => self.fields(fields, written, place),
            (
                Definition::Enum { symbols, default },
                Definition::Enum { symbols: written, default: written_default },
            ) => {
                let said = symbols::judge((symbols, default.as_deref()), (written, written_default.as_deref()));
                for said in said {
                    self.tell(said, (&reader.at, &writer.at), place);
                }
            }
            (Definition::Fixed(size), Definition::Fixed(written)) if size == written => {
                self.logical(reader, writer, place, false);
            }
            _ => {}
        }
        self.depth -= 1;
    }

    fn fields(&mut self, fields: &'s [Field], written: &'s [Field], place: &Place<'_>) {
        let by_name: HashMap<&str, &Field> = written.iter().map(|field| (field.name.as_str(), field)).collect();
        let mut pairs: Vec<(&Field, &Field)> = Vec::with_capacity(fields.len());
        for (index, field) in fields.iter().enumerate() {
            let [other] = matching(field, &by_name)[..] else { continue };
            pairs.push((field, other));
            let place = place.below(Step::Field(index, &field.name));
            for said in record::field(field, other) {
                self.tell(said, (&field.at, &other.at), &place);
            }
            self.types(&field.ty, &other.ty, &place.below(Step::Below("type")));
        }
        if let Some((field, said)) = record::order(&pairs, written) {
            self.tell(said, (&field.0.at, &field.1.at), &place.below(Step::Below("fields")));
        }
    }

    fn types_differ(
        &mut self,
        kind: HazardKind,
        witness: Option<String>,
        reader: &Type,
        writer: &Type,
        place: &Place<'_>,
    ) {
        let said = Said { kind, reader: describe(self.reader, reader), writer: describe(self.writer, writer), witness };
        self.tell(said, (&reader.at, &writer.at), place);
    }

    fn tell(&mut self, said: Said, (reader_at, writer_at): (&Location, &Location), place: &Place<'_>) {
        if self.found.len() >= MOST {
            return;
        }
        self.found.push(Hazard {
            kind: said.kind,
            location: place.pointer(),
            field: place.field(),
            reader: said.reader,
            writer: said.writer,
            retyped: false,
            witness: said.witness,
            reader_at: reader_at.clone(),
            writer_at: writer_at.clone(),
        });
    }
}
