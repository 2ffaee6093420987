use std::collections::{HashMap, HashSet};

use topika_contract::avro::{Definition, Field, FullName, Kind, Schema, Symbol};

use super::matching::{At, branches_in_order, logical_agree, names_agree};
use super::node::{Node, NodeId, Reordered, Resolution, Step, WriterSymbol};
use super::same::Sameness;
use super::skip::{Skip, SkipId};
use super::{ResolveError, default};

/// Schemas nest no deeper than this; each level takes stack while compiling.
const DEPTH: u32 = 256;

struct Compiler {
    nodes: Vec<Node>,
    skips: Vec<Skip>,
    pairs: HashMap<(FullName, FullName), NodeId>,
    skipped: HashMap<FullName, SkipId>,
    sameness: Sameness,
    path: Vec<String>,
    depth: u32,
}

impl Resolution {
    /// Compiles the reading of data of `writer` by a type whose schema is `reader`.
    ///
    /// # Errors
    /// When no datum of `writer` can be read. What only some data of it hold (a branch of a union, a symbol) is an error when such
    /// a datum is met.
    pub fn compile(writer: &Schema, reader: &Schema) -> Result<Self, ResolveError> {
        let mut compiler = Compiler::default();
        let writer = At { schema: writer, ty: writer.root() };
        let reader = At { schema: reader, ty: reader.root() };
        let root = compiler.resolve(writer, reader)?;
        Ok(Self { nodes: compiler.nodes, skips: compiler.skips, root })
    }

    /// As [`compile`](Self::compile), for a type that has these fields of the record `reader`, in this order: the others are passed over.
    ///
    /// # Errors
    /// As there, and when `reader` is no record with these fields.
    pub fn compile_fields(writer: &Schema, reader: &Schema, fields: &[&str]) -> Result<Self, ResolveError> {
        let mut compiler = Compiler::default();
        let writer = At { schema: writer, ty: writer.root() };
        let reader = At { schema: reader, ty: reader.root() };
        let (Some(written), Some(own)) = (writer.fields(), reader.fields()) else {
            let both = format!(
                "the writer has {}, and {} is to be read: only records have fields",
                writer.name(),
                reader.name()
            );
            return compiler.fail(both);
        };
        let mut wanted = Vec::with_capacity(fields.len());
        for name in fields {
            let Some(field) = own.iter().find(|field| field.name == *name) else {
                return compiler.fail(format!("{} has no field `{name}`", reader.name()));
            };
            let mut field = field.clone();
            // What another field of the whole record is called stays that field's.
            field.aliases.retain(|alias| own.iter().all(|other| other.name != *alias));
            wanted.push(field);
        }
        let node = compiler.record((writer, written), (reader, &wanted))?;
        let root = compiler.push(node);
        Ok(Self { nodes: compiler.nodes, skips: compiler.skips, root })
    }
}

impl Default for Compiler {
    fn default() -> Self {
        Self {
            nodes: vec![Node::Same],
            skips: Vec::new(),
            pairs: HashMap::new(),
            skipped: HashMap::new(),
            sameness: Sameness::default(),
            path: Vec::new(),
            depth: 0,
        }
    }
}

impl Compiler {
    fn fail<T>(&self, reason: impl Into<String>) -> Result<T, ResolveError> {
        Err(ResolveError { path: self.path.concat(), reason: reason.into() })
    }

    fn push(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX))
    }

    fn set(&mut self, id: NodeId, node: Node) {
        if let Some(slot) = usize::try_from(id.0).ok().and_then(|at| self.nodes.get_mut(at)) {
            *slot = node;
        }
    }

    fn resolve(&mut self, writer: At<'_>, reader: At<'_>) -> Result<NodeId, ResolveError> {
        if self.sameness.same(writer, reader) {
            return Ok(NodeId::SAME);
        }
        if self.depth >= DEPTH {
            return self.fail(format!("the schemas are nested deeper than {DEPTH} levels"));
        }
        self.depth += 1;
        let result = self.resolve_different(writer, reader);
        self.depth -= 1;
        result
    }

    fn resolve_different(&mut self, writer: At<'_>, reader: At<'_>) -> Result<NodeId, ResolveError> {
        match (&writer.ty.kind, &reader.ty.kind) {
            (Kind::Union(branches), _) => {
                let resolved: Vec<_> = branches.iter().map(|ty| self.resolve(writer.with(ty), reader)).collect();
                if let Some(Err(first)) = resolved.first()
                    && resolved.iter().all(Result::is_err)
                {
                    return Err(first.clone());
                }
                let nodes = resolved.into_iter().map(|branch| self.or_unreadable(branch)).collect();
                Ok(self.push(Node::Union(nodes)))
            }
            (_, Kind::Union(branches)) => self.choose_branch(writer, reader, branches),
            _ if !logical_agree(writer, reader) => self.mismatch(writer, reader),
            (Kind::Named(w), Kind::Named(r)) => self.named(writer, reader, (w.clone(), r.clone())),
            (Kind::Array(w), Kind::Array(r)) => {
                let smallest = smallest(writer.with(w), &mut Smallest::new());
                let items = self.under("[]", |this| this.resolve(writer.with(w), reader.with(r)))?;
                Ok(self.push(Node::Array { items, smallest }))
            }
            (Kind::Map(w), Kind::Map(r)) => {
                let smallest = smallest(writer.with(w), &mut Smallest::new());
                let values = self.under("{}", |this| this.resolve(writer.with(w), reader.with(r)))?;
                Ok(self.push(Node::Map { values, smallest }))
            }
            (w, r) => match promotion(w, r) {
                Some(node) => Ok(self.push(node)),
                None => self.mismatch(writer, reader),
            },
        }
    }

    fn mismatch(&self, writer: At<'_>, reader: At<'_>) -> Result<NodeId, ResolveError> {
        self.fail(format!("the writer has {}, which cannot be read as {}", writer.name(), reader.name()))
    }

    fn or_unreadable(&mut self, resolved: Result<NodeId, ResolveError>) -> NodeId {
        resolved.unwrap_or_else(|error| self.push(Node::Unreadable(error.to_string().into())))
    }

    fn under<T>(&mut self, segment: impl Into<String>, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(segment.into());
        let result = walk(self);
        self.path.pop();
        result
    }

    fn choose_branch(
        &mut self,
        writer: At<'_>,
        reader: At<'_>,
        branches: &[topika_contract::avro::Type],
    ) -> Result<NodeId, ResolveError> {
        let mut first = None;
        for branch in branches_in_order(writer, reader, branches) {
            let Some(ty) = branches.get(branch) else { continue };
            match self.resolve(writer, reader.with(ty)) {
                Ok(node) => return Ok(self.push(Node::Branch { branch, node })),
                Err(error) => first = first.or(Some(error)),
            }
        }
        first.map_or_else(|| self.mismatch(writer, reader), Err)
    }

    fn named(&mut self, writer: At<'_>, reader: At<'_>, pair: (FullName, FullName)) -> Result<NodeId, ResolveError> {
        if let Some(id) = self.pairs.get(&pair) {
            return Ok(*id);
        }
        let (Some(w), Some(r)) = (writer.named(), reader.named()) else { return self.mismatch(writer, reader) };
        // The root of a message may have any name: the registry said that it is this event.
        if !self.path.is_empty() && !names_agree(w, r) {
            return self.mismatch(writer, reader);
        }
        match (&w.definition, &r.definition) {
            (Definition::Record(w), Definition::Record(fields)) => {
                // The place is kept before the fields are walked, so that a recursive type finds itself.
                let id = self.push(Node::Unreadable("the record cannot be read".into()));
                self.pairs.insert(pair, id);
                let node = self.record((writer, w), (reader, fields))?;
                self.set(id, node);
                Ok(id)
            }
            (Definition::Enum { symbols: w, .. }, Definition::Enum { symbols: r, default }) => {
                self.enumeration(w, r, default.as_deref())
            }
            (Definition::Fixed(w), Definition::Fixed(r)) if w == r => Ok(NodeId::SAME),
            _ => self.mismatch(writer, reader),
        }
    }

    fn enumeration(
        &mut self,
        writer: &[Symbol],
        reader: &[Symbol],
        default: Option<&str>,
    ) -> Result<NodeId, ResolveError> {
        let index =
            |name: &str| reader.iter().position(|symbol| symbol.name == name).and_then(|at| u32::try_from(at).ok());
        let default = default.and_then(index);
        // Where none of them is one of the reader's, an open enum takes them all the same; any other says it of the message.
        let symbol = |symbol: &Symbol| {
            let same = index(&symbol.name);
            let instead = if same.is_none() { default } else { None };
            WriterSymbol { name: symbol.name.as_str().into(), same, instead }
        };
        Ok(self.push(Node::Enum(writer.iter().map(symbol).collect())))
    }

    fn record(
        &mut self,
        (writer, written): (At<'_>, &[Field]),
        (reader, wanted): (At<'_>, &[Field]),
    ) -> Result<Node, ResolveError> {
        let name = if self.path.is_empty() { reader.named().map(|n| n.name.to_string()) } else { None };
        let mut steps = Vec::with_capacity(written.len());
        let mut found = vec![false; wanted.len()];
        for field in written {
            let Some((at, target)) = target(field, written, wanted) else {
                let skip = self.skip(writer.with(&field.ty))?;
                steps.push(Step::Skip(skip));
                continue;
            };
            let segment = format!("{}.{}", name.as_deref().unwrap_or_default(), target.name);
            if found.get(at).copied().unwrap_or(true) {
                return self.under(segment, |this| this.fail("two fields of the writer are this field of the reader"));
            }
            let node = self.under(segment, |this| this.resolve(writer.with(&field.ty), reader.with(&target.ty)))?;
            steps.push(Step::Read { field: at, node });
            if let Some(found) = found.get_mut(at) {
                *found = true;
            }
        }
        let mut defaults = Vec::new();
        for (at, field) in wanted.iter().enumerate().filter(|(at, _)| !found.get(*at).copied().unwrap_or(true)) {
            let default = field.default.as_ref().and_then(|json| default::encode(json, reader.with(&field.ty), DEPTH));
            let Some(bytes) = default else {
                let segment = format!("{}.{}", name.as_deref().unwrap_or_default(), field.name);
                return self.under(segment, |this| this.fail("the writer has no such field, and it has no default"));
            };
            defaults.push(Step::Default { field: at, bytes: bytes.into() });
        }
        if steps.iter().filter_map(Step::field).is_sorted() {
            return Ok(Node::Record(interleave(steps, defaults).into()));
        }
        self.reordered(writer, written, steps, defaults).map(Node::Reordered)
    }

    fn reordered(
        &mut self,
        writer: At<'_>,
        written: &[Field],
        steps: Vec<Step>,
        mut all: Vec<Step>,
    ) -> Result<Reordered, ResolveError> {
        let mut places = Vec::with_capacity(written.len());
        for (field, step) in written.iter().zip(steps) {
            match step {
                Step::Skip(skip) => places.push((skip, None)),
                Step::Read { .. } | Step::Default { .. } => {
                    places.push((self.skip(writer.with(&field.ty))?, step.field()));
                    all.push(step);
                }
            }
        }
        all.sort_by_key(Step::field);
        Ok(Reordered { written: places.into(), steps: all.into() })
    }

    fn skip(&mut self, writer: At<'_>) -> Result<SkipId, ResolveError> {
        if self.depth >= DEPTH {
            return self.fail(format!("the writer's schema is nested deeper than {DEPTH} levels"));
        }
        self.depth += 1;
        let skip = self.skip_of(writer);
        self.depth -= 1;
        skip
    }

    fn push_skip(&mut self, skip: Skip) -> SkipId {
        self.skips.push(skip);
        SkipId(u32::try_from(self.skips.len() - 1).unwrap_or(u32::MAX))
    }

    fn skip_of(&mut self, writer: At<'_>) -> Result<SkipId, ResolveError> {
        let skip = match &writer.ty.kind {
            Kind::Null => Skip::Bytes(0),
            Kind::Boolean => Skip::Bytes(1),
            Kind::Float => Skip::Bytes(4),
            Kind::Double => Skip::Bytes(8),
            Kind::Int | Kind::Long => Skip::Varint,
            Kind::Bytes | Kind::String => Skip::Prefixed,
            Kind::Array(ty) => {
                let smallest = smallest(writer.with(ty), &mut Smallest::new());
                Skip::Array { items: self.skip(writer.with(ty))?, smallest }
            }
            Kind::Map(ty) => {
                let smallest = smallest(writer.with(ty), &mut Smallest::new());
                Skip::Map { values: self.skip(writer.with(ty))?, smallest }
            }
            Kind::Union(branches) => {
                Skip::Union(branches.iter().map(|ty| self.skip(writer.with(ty))).collect::<Result<_, _>>()?)
            }
            Kind::Named(name) => return self.skip_named(writer, name),
        };
        Ok(self.push_skip(skip))
    }

    fn skip_named(&mut self, writer: At<'_>, name: &FullName) -> Result<SkipId, ResolveError> {
        if let Some(id) = self.skipped.get(name) {
            return Ok(*id);
        }
        let Some(named) = writer.named() else {
            return self.fail(format!("the writer's schema does not define {name}"));
        };
        let id = match &named.definition {
            Definition::Enum { .. } => self.push_skip(Skip::Varint),
            Definition::Fixed(size) => self.push_skip(Skip::Bytes(*size)),
            Definition::Record(fields) => {
                let id = self.push_skip(Skip::Bytes(0));
                self.skipped.insert(name.clone(), id);
                let fields: Result<Box<[SkipId]>, _> = fields.iter().map(|f| self.skip(writer.with(&f.ty))).collect();
                let slot = match &fields {
                    // Records that hold records without bytes can have exponentially many places, and nothing to jump over in any.
                    Ok(fields) if self.all_without_bytes(fields) => Skip::Bytes(0),
                    Ok(fields) => Skip::Record(fields.clone()),
                    // Whoever met the name on the way must not take it for one without bytes.
                    Err(_) => Skip::Record(Box::new([SkipId(u32::MAX)])),
                };
                if let Some(place) = usize::try_from(id.0).ok().and_then(|at| self.skips.get_mut(at)) {
                    *place = slot;
                }
                fields?;
                id
            }
        };
        self.skipped.insert(name.clone(), id);
        Ok(id)
    }

    fn all_without_bytes(&self, fields: &[SkipId]) -> bool {
        let skip = |id: &SkipId| usize::try_from(id.0).ok().and_then(|at| self.skips.get(at));
        fields.iter().all(|id| matches!(skip(id), Some(Skip::Bytes(0))))
    }
}

/// The steps in the order of the writer, with the reader's defaults at their places.
fn interleave(steps: Vec<Step>, defaults: Vec<Step>) -> Vec<Step> {
    let mut all = Vec::with_capacity(steps.len() + defaults.len());
    let mut defaults = defaults.into_iter().peekable();
    for step in steps {
        if let Some(field) = step.field() {
            while let Some(default) = defaults.next_if(|default| default.field() < Some(field)) {
                all.push(default);
            }
        }
        all.push(step);
    }
    all.extend(defaults);
    all
}

/// The reader's field that a writer's field goes into: the one of its name, else the one with that alias whose own name the
/// writer does not have.
fn target<'a>(field: &Field, written: &[Field], wanted: &'a [Field]) -> Option<(usize, &'a Field)> {
    let mut all = wanted.iter().enumerate();
    all.clone().find(|(_, wanted)| wanted.name == field.name).or_else(|| {
        all.find(|(_, wanted)| {
            wanted.aliases.contains(&field.name) && !written.iter().any(|other| other.name == wanted.name)
        })
    })
}

fn promotion(writer: &Kind, reader: &Kind) -> Option<Node> {
    match (writer, reader) {
        (Kind::Int, Kind::Long) => Some(Node::IntAsLong),
        (Kind::Int, Kind::Float) => Some(Node::IntAsFloat),
        (Kind::Int, Kind::Double) => Some(Node::IntAsDouble),
        (Kind::Long, Kind::Float) => Some(Node::LongAsFloat),
        (Kind::Long, Kind::Double) => Some(Node::LongAsDouble),
        (Kind::Float, Kind::Double) => Some(Node::FloatAsDouble),
        (Kind::Bytes, Kind::String) => Some(Node::BytesAsString),
        (Kind::String, Kind::Bytes) => Some(Node::StringAsBytes),
        _ => None,
    }
}

/// The fewest bytes that a value takes: a bound from below, so it may give up and say nothing.
struct Smallest<'a> {
    within: HashSet<&'a str>,
    steps: u32,
}

impl<'a> Smallest<'a> {
    /// Records that share records can have exponentially many places; nobody's schema has so many.
    fn new() -> Self {
        Self { within: HashSet::new(), steps: 10_000 }
    }
}

/// A record within itself, without a union or an array between, has no value at all; it counts as nothing.
fn smallest<'a>(at: At<'a>, walk: &mut Smallest<'a>) -> usize {
    let Some(left) = walk.steps.checked_sub(1) else { return 0 };
    walk.steps = left;
    match &at.ty.kind {
        Kind::Null => 0,
        Kind::Float => 4,
        Kind::Double => 8,
        Kind::Named(name) => match at.named().map(|named| &named.definition) {
            Some(Definition::Fixed(size)) => *size,
            Some(Definition::Record(fields)) if walk.within.insert(name.as_str()) => {
                let sum = fields.iter().fold(0_usize, |sum, f| sum.saturating_add(smallest(at.with(&f.ty), walk)));
                walk.within.remove(name.as_str());
                sum
            }
            Some(Definition::Record(_)) | None => 0,
            Some(Definition::Enum { .. }) => 1,
        },
        _ => 1,
    }
}
