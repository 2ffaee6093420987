use std::collections::{BTreeSet, HashMap, HashSet};

use super::incompatibility::{Incompatibility, Kind};
use crate::avro::{self, Definition, Field, FullName, Named, Schema, Symbol, Type};
use crate::schema::describe;
use crate::text::Location;

/// Why `reader` cannot read what `writer` wrote, in Java's order; empty where it can. Logical types do not count here: see
/// [`hazards`](super::hazards()).
#[must_use]
pub fn incompatibilities(reader: &Schema, writer: &Schema) -> Vec<Incompatibility> {
    compared(reader, writer).told
}

/// What a comparison gives.
pub(super) struct Compared {
    pub(super) told: Vec<Incompatibility>,
    /// Whether a bound was met, so that a part was not looked at.
    pub(super) gave_up: bool,
}

/// The same, with whether it could be done to the end.
pub(super) fn compared(reader: &Schema, writer: &Schema) -> Compared {
    let mut pair = Pair {
        reader,
        writer,
        known: HashMap::new(),
        place: Place::default(),
        depth: 0,
        quiet: false,
        tally: Tally::default(),
    };
    let (root, written) = (reader.root(), writer.root());
    let mut told = pair.types(root, written);
    // Java throws wherever it meets such a field, even at a branch of a union that another branch would make up for.
    if !told.iter().any(|one| one.kind == Kind::AmbiguousField) {
        told.extend(pair.tally.ambiguous.take());
    }
    // What a union's branch lost that way is lost without a place.
    if pair.tally.gave_up && !told.iter().any(|one| one.kind == Kind::NotCompared) {
        told.push(pair.not_compared(root, written));
    }
    Compared { told, gave_up: pair.tally.gave_up }
}

/// One side of a pair that was compared. Java keeps the pairs of its objects in a map, and has one object for each definition and
/// for each place where another type is written.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Seen {
    Definition(FullName),
    /// Where the type stands in memory: it is borrowed, so it stays there.
    Written(*const Type),
}

impl Seen {
    fn of(ty: &Type) -> Self {
        match &ty.kind {
            avro::Kind::Named(name) => Self::Definition(name.clone()),
            _ => Self::Written(ty),
        }
    }
}

/// How many definitions may be compared within each other; beyond it a pair is told as not compared, since silence would look
/// like consent.
pub(super) const DEEPEST: usize = 200;
/// How many pairs of types one comparison looks at; beyond it the same.
const MOST: usize = 200_000;
/// How much of what was found in a pair of definitions is told again where the pair stands again, and how much in all. Definitions
/// that hold each other twice would double it at each level.
const TOLD_AGAIN: usize = 100;
const TOLD_AGAIN_IN_ALL: usize = 10_000;

struct Pair<'s> {
    reader: &'s Schema,
    writer: &'s Schema,
    /// `None` while the pair is being compared: recursion is taken for compatible.
    known: HashMap<(Seen, Seen), Option<Vec<Incompatibility>>>,
    place: Place,
    depth: usize,
    /// Whether only the verdict counts.
    quiet: bool,
    tally: Tally,
}

/// What a whole comparison has done, so that it comes to an end.
#[derive(Default)]
struct Tally {
    /// The pairs of types that were looked at.
    looked: usize,
    /// What was told again.
    again: usize,
    /// Whether a part was not looked at.
    gave_up: bool,
    /// The first field that several of the writer's match.
    ambiguous: Option<Incompatibility>,
    /// The pairs of definitions, branches of unions, of which it was told why they cannot be read.
    explained: HashSet<Explained>,
    /// Whether a branch is being explained, and how many pairs of types were looked at for that.
    explaining: bool,
    looked_explaining: usize,
}

/// A branch that was explained: by name, or by the two types themselves.
#[derive(PartialEq, Eq, Hash)]
enum Explained {
    Names(FullName, FullName),
    Types(usize, usize),
}

/// Where the walk stands.
#[derive(Clone, Default)]
struct Place {
    pointer: Vec<String>,
    fields: Vec<String>,
}

impl<'s> Pair<'s> {
    /// Compares below `tokens` of the reader.
    fn below(&mut self, tokens: &[&str], reader: &'s Type, writer: &'s Type) -> Vec<Incompatibility> {
        let depth = self.place.pointer.len();
        self.place.pointer.extend(tokens.iter().map(|token| (*token).to_owned()));
        let found = self.types(reader, writer);
        self.place.pointer.truncate(depth);
        found
    }

    fn types(&mut self, reader: &'s Type, writer: &'s Type) -> Vec<Incompatibility> {
        self.tally.looked += 1;
        let sides = (Seen::of(reader), Seen::of(writer));
        // Only through a definition does the walk come to a pair a second time.
        if let (Seen::Written(_), Seen::Written(_)) = sides {
            return self.compared(reader, writer);
        }
        match self.known.get(&sides) {
            // Java tells what it found at the first place again.
            Some(Some(found)) => {
                let most = if self.quiet { 1 } else { TOLD_AGAIN_IN_ALL.saturating_sub(self.tally.again).max(1) };
                let again: Vec<_> = found.iter().take(most).cloned().collect();
                self.tally.again += again.len();
                return again;
            }
            Some(None) => return Vec::new(),
            None => {}
        }
        self.known.insert(sides.clone(), None);
        let found = self.compared(reader, writer);
        let again = found.iter().take(TOLD_AGAIN).map(Incompatibility::told_again).collect();
        self.known.insert(sides, Some(again));
        found
    }

    fn compared(&mut self, reader: &'s Type, writer: &'s Type) -> Vec<Incompatibility> {
        use avro::Kind::{Array, Map, Named, Union};
        if self.spent() {
            return vec![self.not_compared(reader, writer)];
        }
        match (&reader.kind, &writer.kind) {
            (Named(r), Named(w)) => self.named(reader, writer, r, w),
            (Array(r), Array(w)) => self.below(&["items"], r, w),
            (Map(r), Map(w)) => self.below(&["values"], r, w),
            (Union(_), Union(branches)) => self.union_reads_union(reader, branches),
            (_, Union(branches)) => {
                let mut found = Vec::new();
                for (index, branch) in branches.iter().enumerate() {
                    let below = self.below(&[&index.to_string()], reader, branch);
                    let here = format!("{}/{index}", self.pointer());
                    found.extend(
                        below
                            .into_iter()
                            .map(|one| Incompatibility { branch: one.branch || one.location == here, ..one }),
                    );
                }
                found
            }
            (Union(branches), _) => {
                if branches.iter().any(|branch| self.reads(branch, writer)) {
                    return Vec::new();
                }
                let message = format!("reader union lacking writer type: {}", java_name(self.writer, writer));
                let told = self.told(Kind::MissingUnionBranch, &[], message, (reader, writer));
                vec![self.explained(told, reader, writer)]
            }
            (r, w) if reads(r, w) => Vec::new(),
            _ => vec![self.mismatch(reader, writer)],
        }
    }

    /// Whether a branch of the reader reads a type; what hinders it is lost, as in Java.
    fn reads(&mut self, reader: &'s Type, writer: &'s Type) -> bool {
        if let Some(reads) = self.plainly(reader, writer) {
            return reads;
        }
        if self.spent() {
            self.tally.gave_up = true;
            return false;
        }
        let place = std::mem::take(&mut self.place);
        let quiet = std::mem::replace(&mut self.quiet, true);
        let found = self.types(reader, writer);
        self.place = place;
        self.quiet = quiet;
        found.is_empty()
    }

    /// Whether a branch reads a type, where the kinds alone say it: a union of many branches is mostly answered by this.
    fn plainly(&self, reader: &Type, writer: &Type) -> Option<bool> {
        use avro::Kind::{Array, Map, Named, Union};
        match (&reader.kind, &writer.kind) {
            (Union(_), _) | (_, Union(_)) | (Array(_), Array(_)) | (Map(_), Map(_)) => None,
            (Named(r), Named(w)) => {
                let (r, w) = (self.reader.named(r)?, self.writer.named(w)?);
                let same = std::mem::discriminant(&r.definition) == std::mem::discriminant(&w.definition);
                (!same).then_some(false)
            }
            (r, w) => Some(reads(r, w)),
        }
    }

    fn spent(&self) -> bool {
        self.tally.looked > MOST
    }

    /// With the reasons why the branch of a reader's union that a writer's type means cannot read it; without, where none is meant.
    fn explained(&mut self, told: Incompatibility, reader: &'s Type, writer: &'s Type) -> Incompatibility {
        let avro::Kind::Union(branches) = &reader.kind else { return told };
        let Some((index, branch)) = branches.iter().enumerate().find(|(_, branch)| means(branch, writer)) else {
            return told;
        };
        if self.quiet || self.depth >= DEEPEST || self.spent() {
            return told;
        }
        let what = match (&branch.kind, &writer.kind) {
            (avro::Kind::Named(r), avro::Kind::Named(w)) => Explained::Names(r.clone(), w.clone()),
            _ => Explained::Types(std::ptr::from_ref(branch).addr(), std::ptr::from_ref(writer).addr()),
        };
        if !self.tally.explained.insert(what) {
            return Incompatibility { again: true, ..told };
        }
        // What was found so far was found at other places, so it is found anew here. Java does not, so it must not cost the verdict.
        let mut place = self.place.clone();
        place.pointer.push(index.to_string());
        let mut tally = std::mem::take(&mut self.tally);
        let outside = (!tally.explaining).then_some((tally.looked, tally.gave_up));
        if outside.is_some() {
            (tally.looked, tally.explaining) = (tally.looked_explaining, true);
        }
        let known = HashMap::new();
        let (reader, written) = (self.reader, self.writer);
        let mut pair = Pair { reader, writer: written, known, place, depth: self.depth + 1, quiet: false, tally };
        let nested = pair.types(branch, writer);
        self.tally = pair.tally;
        if let Some((looked, gave_up)) = outside {
            self.tally.looked_explaining = self.tally.looked;
            (self.tally.looked, self.tally.gave_up, self.tally.explaining) = (looked, gave_up, false);
        }
        Incompatibility { nested, ..told }
    }

    fn union_reads_union(&mut self, reader: &'s Type, branches: &'s [Type]) -> Vec<Incompatibility> {
        let mut found = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            if !self.reads(reader, branch) {
                let message = format!("reader union lacking writer type: {}", java_name(self.writer, branch));
                let told = self.told(Kind::MissingUnionBranch, &[index.to_string()], message, (reader, branch));
                found.push(self.explained(Incompatibility { branch: true, ..told }, reader, branch));
            }
        }
        found
    }

    fn mismatch(&self, reader: &Type, writer: &Type) -> Incompatibility {
        let message = format!(
            "reader type: {} not compatible with writer type: {}",
            java_name(self.reader, reader),
            java_name(self.writer, writer)
        );
        self.told(Kind::TypeMismatch, &[], message, (reader, writer))
    }

    fn not_compared(&mut self, reader: &Type, writer: &Type) -> Incompatibility {
        self.tally.gave_up = true;
        self.told(Kind::NotCompared, &[], String::new(), (reader, writer))
    }

    fn named(&mut self, reader: &'s Type, writer: &'s Type, r: &FullName, w: &FullName) -> Vec<Incompatibility> {
        let (Some(r), Some(w)) = (self.reader.named(r), self.writer.named(w)) else {
            return vec![self.mismatch(reader, writer)];
        };
        if std::mem::discriminant(&r.definition) != std::mem::discriminant(&w.definition) {
            return vec![self.mismatch(reader, writer)];
        }
        if self.depth >= DEEPEST {
            return vec![self.not_compared(reader, writer)];
        }
        self.depth += 1;
        let mut found = Vec::new();
        if !matches_name(r, w) {
            let places = (r.at.clone(), w.at.clone());
            let said = (r.name.to_string(), w.name.to_string());
            found.push(self.told_at(
                Kind::NameMismatch,
                &["name".to_owned()],
                format!("expected: {}", w.name),
                said,
                places,
            ));
        }
        match (&r.definition, &w.definition) {
            (Definition::Fixed(r_size), Definition::Fixed(w_size)) if r_size != w_size => {
                let message = format!("expected: {w_size}, found: {r_size}");
                let said = (format!("{r_size} bytes"), format!("{w_size} bytes"));
                let places = (r.at.clone(), w.at.clone());
                found.push(self.told_at(Kind::FixedSizeMismatch, &["size".to_owned()], message, said, places));
            }
            (Definition::Enum { symbols, default }, Definition::Enum { symbols: written, .. }) => {
                found.extend(self.symbols((r, symbols, default.is_some()), (w, written)));
            }
            (Definition::Record(fields), Definition::Record(written)) => {
                found.extend(self.fields(fields, w, written, writer));
            }
            _ => {}
        }
        self.depth -= 1;
        found
    }

    fn symbols(
        &self,
        (reader, symbols, has_default): (&Named, &[Symbol], bool),
        (writer, written): (&Named, &[Symbol]),
    ) -> Option<Incompatibility> {
        let known: BTreeSet<&str> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
        let lost: BTreeSet<&str> =
            written.iter().map(|symbol| symbol.name.as_str()).filter(|name| !known.contains(name)).collect();
        // An enum's default is one of its symbols, or the schema would not be resolved.
        if lost.is_empty() || has_default {
            return None;
        }
        let list = lost.iter().copied().collect::<Vec<_>>().join(", ");
        let first = written.iter().find(|symbol| lost.contains(symbol.name.as_str()));
        let places = (reader.at.clone(), first.map_or_else(|| writer.at.clone(), |symbol| symbol.at.clone()));
        let said = (reader.name.to_string(), list.clone());
        Some(self.told_at(Kind::MissingEnumSymbols, &["symbols".to_owned()], format!("[{list}]"), said, places))
    }

    fn fields(
        &mut self,
        fields: &'s [Field],
        w: &'s Named,
        written: &'s [Field],
        writer: &'s Type,
    ) -> Vec<Incompatibility> {
        let mut found = Vec::new();
        let by_name: HashMap<&str, &Field> = written.iter().map(|field| (field.name.as_str(), field)).collect();
        for (index, field) in fields.iter().enumerate() {
            let index = index.to_string();
            self.place.fields.push(field.name.clone());
            let matching = matching(field, &by_name);
            match matching.as_slice() {
                [one] => found.extend(self.below(&["fields", &index, "type"], &field.ty, &one.ty)),
                [] if field.has_default() => {}
                [] if self.enum_default(field) => {
                    // Measured: Java compares the enum with the writer's record here.
                    found.extend(self.below(&["fields", &index, "type"], &field.ty, writer));
                }
                [] => {
                    let said = (describe(self.reader, &field.ty), String::new());
                    let places = (field.at.clone(), w.at.clone());
                    let tokens = ["fields".to_owned(), index];
                    let kind = Kind::ReaderFieldMissingDefaultValue;
                    found.push(self.told_at(kind, &tokens, field.name.clone(), said, places));
                }
                several => {
                    let names: Vec<&str> = several.iter().map(|field| field.name.as_str()).collect();
                    let places =
                        (field.at.clone(), several.first().map_or_else(|| w.at.clone(), |field| field.at.clone()));
                    let message = format!("reader field {} matches multiple fields in writer record", field.name);
                    let tokens = ["fields".to_owned(), index];
                    let said = (field.name.clone(), names.join(", "));
                    let told = self.told_at(Kind::AmbiguousField, &tokens, message, said, places);
                    self.tally.ambiguous.get_or_insert_with(|| told.clone());
                    found.push(told);
                }
            }
            self.place.fields.pop();
        }
        found
    }

    fn enum_default(&self, field: &Field) -> bool {
        let avro::Kind::Named(name) = &field.ty.kind else { return false };
        matches!(
            self.reader.named(name).map(|named| &named.definition),
            Some(Definition::Enum { default: Some(_), .. })
        )
    }

    fn told(
        &self,
        kind: Kind,
        tokens: &[String],
        message: String,
        (reader, writer): (&Type, &Type),
    ) -> Incompatibility {
        let said = (describe(self.reader, reader), describe(self.writer, writer));
        self.told_at(kind, tokens, message, said, (reader.at.clone(), writer.at.clone()))
    }

    fn told_at(
        &self,
        kind: Kind,
        tokens: &[String],
        message: String,
        (reader, writer): (String, String),
        (reader_at, writer_at): (Location, Location),
    ) -> Incompatibility {
        let tokens: Vec<&str> = self.place.pointer.iter().chain(tokens).map(String::as_str).collect();
        let location = format!("/{}", tokens.join("/"));
        let field = self.place.fields.join(".");
        Incompatibility {
            kind,
            location,
            message,
            field,
            reader,
            writer,
            branch: false,
            nested: Vec::new(),
            again: false,
            reader_at,
            writer_at,
        }
    }

    /// The pointer of the place, without a slash for the root.
    fn pointer(&self) -> String {
        self.place.pointer.iter().fold(String::new(), |pointer, token| pointer + "/" + token)
    }
}

/// The fields of a writer that a reader's field matches, as Java counts them: its own name as an alias counts once more.
pub(super) fn matching<'w>(field: &Field, by_name: &HashMap<&str, &'w Field>) -> Vec<&'w Field> {
    let mut names: Vec<&str> = Vec::with_capacity(1);
    for alias in &field.aliases {
        if !names.contains(&alias.as_str()) {
            names.push(alias);
        }
    }
    std::iter::once(field.name.as_str()).chain(names).filter_map(|name| by_name.get(name).copied()).collect()
}

/// Whether a primitive type reads another.
pub(super) fn reads(reader: &avro::Kind, writer: &avro::Kind) -> bool {
    std::mem::discriminant(reader) == std::mem::discriminant(writer) || promotes(reader, writer)
}

/// Avro 1.12, Schema Resolution: what a writer's type may be promoted to.
fn promotes(reader: &avro::Kind, writer: &avro::Kind) -> bool {
    use avro::Kind::{Bytes, Double, Float, Int, Long, String};
    matches!(
        (writer, reader),
        (Int, Long | Float | Double) | (Long, Float | Double) | (Float, Double) | (String, Bytes) | (Bytes, String)
    )
}

/// Java compares short names, or a reader's alias with the writer's full name.
fn matches_name(reader: &Named, writer: &Named) -> bool {
    reader.name.short() == writer.name.short() || reader.aliases.contains(&writer.name)
}

/// Whether a branch of a union is the one for a type: the same definition by name, or the same kind.
fn means(branch: &Type, ty: &Type) -> bool {
    match (&branch.kind, &ty.kind) {
        (avro::Kind::Named(r), avro::Kind::Named(w)) => r.short() == w.short(),
        (r, w) => std::mem::discriminant(r) == std::mem::discriminant(w),
    }
}

/// The name of Java's `Schema.Type`.
fn java_name(schema: &Schema, ty: &Type) -> String {
    match &ty.kind {
        avro::Kind::Named(name) => match schema.named(name).map(|named| &named.definition) {
            Some(Definition::Enum { .. }) => "ENUM".to_owned(),
            Some(Definition::Fixed(_)) => "FIXED".to_owned(),
            Some(Definition::Record(_)) | None => "RECORD".to_owned(),
        },
        other => other.name().to_uppercase(),
    }
}
