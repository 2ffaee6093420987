use topika_contract::json_schema::Schema;
use topika_contract::text::json::Json;

use super::json_array::is_tuple;
use super::json_group::{Group, Types};
use super::json_names::is_called;
use super::json_object::{Additional, additional, has_properties};
use super::json_union::{UnionAt, settle};

/// How deep arrays and maps may stand in each other before the rest is any value: no message is deeper on purpose.
pub(super) const DEEPEST: usize = 32;

/// How deep unions may stand in each other before the rest is any value.
const DEEPEST_UNION: usize = 16;

/// What a group of subschemas is in Rust, one level deep.
#[derive(Clone, Debug)]
pub(super) struct Shape<'a> {
    /// Whether `null` stands beside it.
    pub(super) nullable: bool,
    pub(super) kind: ShapeKind<'a>,
    /// The group, its unions decided.
    pub(super) group: Group,
    /// The group that gives the name, and the same shape again.
    pub(super) named: Group,
    /// Unions that the type says nothing of, or not all.
    pub(super) loose: Vec<UnionAt>,
    /// The union that it is, where the schema says one.
    pub(super) union: Option<UnionAt>,
    /// Whether a value may belong to several of its branches, and the schema wants one.
    pub(super) one_of: bool,
    /// Whether the type takes less than the schema: nothing says `"type"`.
    pub(super) narrowed: bool,
}

#[derive(Clone, Debug)]
pub(super) enum ShapeKind<'a> {
    /// Any value; the text says why no closer type stands, where that is worth knowing.
    Any(Option<String>),
    /// No value at all.
    Never,
    Null,
    Boolean,
    Integer,
    Number,
    /// An integer or another number, as the schema says: `number` alone says nothing of the digits of whole ones.
    Numeric,
    /// A string, of that format.
    String(Option<&'a str>),
    /// A string out of these.
    Enum(Vec<&'a str>),
    /// A value out of these.
    Literal(Vec<&'a Json>),
    Array,
    /// An array whose places have types of their own.
    Tuple,
    /// An object whose properties have no names of their own.
    Map(Option<Group>),
    Object,
    /// One of several; the text says whether the schema has it as `oneOf`.
    Union(Vec<Shape<'a>>),
}

impl Shape<'_> {
    /// Whether its type is one of Rust or of `topika::types`, which no name is made for.
    pub(super) fn is_nameless(&self) -> bool {
        use ShapeKind::{Any, Boolean, Integer, Never, Null, Number, Numeric, String};
        matches!(self.kind, Any(_) | Never | Null | Boolean | Integer | Number | Numeric | String(_))
    }
}

pub(super) fn shape<'a>(schema: &'a Schema, group: &Group) -> Shape<'a> {
    Walk { schema, above: Vec::new(), came_back: false }.shape(group)
}

/// The walk down the branches of unions, which may lead back to themselves.
struct Walk<'a> {
    schema: &'a Schema,
    above: Vec<Group>,
    /// Whether a branch led back to a union above it: then it says nothing that the union does not say.
    came_back: bool,
}

impl<'a> Walk<'a> {
    fn shape(&mut self, group: &Group) -> Shape<'a> {
        let settled = settle(self.schema, group);
        let mut shape = Shape {
            nullable: false,
            kind: ShapeKind::Never,
            named: if settled.group.is_plain(self.schema) { settled.group.clone() } else { group.clone() },
            group: settled.group,
            loose: settled.loose,
            union: settled.union,
            one_of: false,
            narrowed: false,
        };
        if shape.group.too_many {
            shape.kind = ShapeKind::Any(Some("more subschemas at one place than anyone looks into".to_owned()));
            return shape;
        }
        let types = shape.group.types(self.schema);
        if types == Types::NONE {
            return shape;
        }
        if !settled.branches.is_empty() {
            return self.union(shape, settled.branches);
        }
        shape.nullable = types.has(Types::NULL);
        if let Some(values) = shape.group.values(self.schema) {
            shape.kind = of_values(values);
            return shape;
        }
        let rest = types.without(Types::NULL);
        shape.kind = match rest {
            Types::NONE => ShapeKind::Null,
            Types::BOOLEAN => ShapeKind::Boolean,
            Types::INTEGER => ShapeKind::Integer,
            Types::STRING => ShapeKind::String(format(self.schema, &shape.group)),
            Types::ARRAY => array(self.schema, &shape.group),
            Types::OBJECT => object(self.schema, &shape.group),
            _ if Types::NUMBER.has(rest) && shape.group.names_integers(self.schema) => ShapeKind::Numeric,
            _ if Types::NUMBER.has(rest) => ShapeKind::Number,
            _ if types == Types::ALL => {
                let kind = untyped(self.schema, &shape.group);
                let is_listed = shape.group.nodes(self.schema).any(|node| !node.types.is_empty());
                // Whoever lists all types means the others too.
                if is_listed && !matches!(kind, ShapeKind::Any(_)) {
                    return self.several(shape, rest);
                }
                shape.nullable = false;
                kind
            }
            several => return self.several(shape, several),
        };
        shape.narrowed = types == Types::ALL && !matches!(shape.kind, ShapeKind::Any(_));
        if let ShapeKind::Null = shape.kind {
            shape.nullable = false;
        }
        shape
    }

    /// `"type": ["string", "integer"]`: a branch for each type.
    fn several(&mut self, shape: Shape<'a>, types: Types) -> Shape<'a> {
        let each = [Types::BOOLEAN, Types::NUMBER, Types::STRING, Types::ARRAY, Types::OBJECT];
        let groups = each.into_iter().filter(|one| types.meets(*one)).map(|one| shape.group.restricted(one));
        let groups: Vec<Group> = groups.collect();
        let nullable = shape.nullable;
        let shape = self.union(shape, groups);
        Shape { nullable: nullable || shape.nullable, ..shape }
    }

    fn union(&mut self, mut shape: Shape<'a>, groups: Vec<Group>) -> Shape<'a> {
        if self.above.len() >= DEEPEST_UNION {
            shape.loose.extend(shape.union);
            shape.kind = ShapeKind::Any(Some("unions within unions".to_owned()));
            return shape;
        }
        self.above.push(shape.group.clone());
        let mut branches: Vec<Shape<'a>> = Vec::new();
        // Whether the branches in Rust say less than those of the schema.
        let mut less = false;
        let mut nulls = usize::from(shape.nullable);
        for group in groups {
            if self.above.iter().any(|above| above.set() == group.set()) {
                self.came_back = true;
                continue;
            }
            let before = std::mem::take(&mut self.came_back);
            let branch = self.shape(&group);
            let came_back = std::mem::replace(&mut self.came_back, before);
            self.came_back |= came_back && self.above.len() > 1;
            nulls += usize::from(branch.nullable || matches!(branch.kind, ShapeKind::Null));
            match branch.kind {
                ShapeKind::Never | ShapeKind::Null => {}
                ShapeKind::Any(_) if branch.group.only == Types::ALL => {
                    self.above.pop();
                    shape.nullable = false;
                    shape.loose.extend(shape.union);
                    shape.kind = ShapeKind::Any(Some("a union with a branch that takes any value".to_owned()));
                    return shape;
                }
                // A union within, without a name that anyone would miss.
                ShapeKind::Union(inner) if came_back || !is_called(self.schema, &branch.named) => {
                    let one_of = branch.union.filter(|_| branch.one_of);
                    for union in branch.loose.into_iter().chain(one_of) {
                        // What holds beside this union holds for all of its branches.
                        if shape.group.parts.iter().any(|part| part.node == union.0) {
                            shape.loose.push(union);
                        } else {
                            less = true;
                        }
                    }
                    less |= branch.union.is_some() && is_one_of(shape.union);
                    branches.extend(inner);
                }
                kind => branches.push(Shape { kind, nullable: false, ..branch }),
            }
        }
        self.above.pop();
        // Null meets every branch that takes it, and `oneOf` wants one.
        shape.nullable = nulls == 1 || (nulls > 1 && !is_one_of(shape.union));
        let kinds = branches.len();
        let one_list = branches.iter().all(|branch| matches!(branch.kind, ShapeKind::Enum(_)))
            || branches.iter().all(|branch| matches!(branch.kind, ShapeKind::Literal(_)));
        less |= alike(&mut branches, &shape.group, one_list, is_one_of(shape.union));
        if less {
            shape.loose.extend(shape.union);
        }
        match branches.len() {
            0 if shape.nullable => Shape { nullable: false, kind: ShapeKind::Null, ..shape },
            0 => shape,
            1 => match branches.pop() {
                // What became one has no name but that of the whole.
                Some(one) if kinds > 1 => Shape { kind: one.kind, ..shape },
                Some(one) => {
                    let loose = shape.loose.into_iter().chain(one.loose).collect();
                    Shape { nullable: shape.nullable, loose, ..one }
                }
                None => shape,
            },
            _ => {
                let one_of = is_one_of(shape.union) && !less && !self.are_apart(&branches);
                Shape { kind: ShapeKind::Union(branches), one_of, ..shape }
            }
        }
    }

    /// Whether no value can belong to two of them, since no JSON type does.
    fn are_apart(&self, branches: &[Shape<'a>]) -> bool {
        let mut types = branches.iter().map(|branch| branch.group.types(self.schema).without(Types::NULL));
        let first = types.next().unwrap_or(Types::NONE);
        types.try_fold(first, |known, one| (!known.meets(one)).then(|| known.or(one))).is_some()
    }
}

fn is_one_of(union: Option<UnionAt>) -> bool {
    union.is_some_and(|(_, word)| word == "oneOf")
}

/// Makes one branch of those that are one type in Rust: two kinds of text are text, and listed values are one list. Such a branch asks what
/// stands beside the union. Gives whether what each of them asks is lost by that.
fn alike(branches: &mut Vec<Shape<'_>>, beside: &Group, one_list: bool, one_of: bool) -> bool {
    let mut lost = false;
    let mut kept: Vec<Shape<'_>> = Vec::with_capacity(branches.len());
    for branch in branches.drain(..) {
        let same = kept.iter_mut().find(|known| {
            matches!(
                (&known.kind, &branch.kind),
                (ShapeKind::Boolean, ShapeKind::Boolean)
                    | (
                        ShapeKind::Integer | ShapeKind::Number | ShapeKind::Numeric,
                        ShapeKind::Integer | ShapeKind::Number | ShapeKind::Numeric
                    )
                    | (ShapeKind::String(_), ShapeKind::String(_))
            ) || (one_list
                && matches!((&known.kind, &branch.kind), (ShapeKind::Enum(_), _) | (ShapeKind::Literal(_), _)))
        });
        let Some(known) = same else {
            kept.push(branch);
            continue;
        };
        lost |= !one_list || !branch.loose.is_empty() || !known.loose.is_empty();
        known.loose.clear();
        known.group = beside.restricted(match known.kind {
            ShapeKind::Boolean => Types::BOOLEAN,
            ShapeKind::Integer | ShapeKind::Number | ShapeKind::Numeric => Types::NUMBER,
            ShapeKind::String(_) => Types::STRING,
            _ => Types::ALL,
        });
        match (&mut known.kind, branch.kind) {
            (ShapeKind::Integer, ShapeKind::Integer) | (ShapeKind::Number, ShapeKind::Number) => {}
            (
                kind @ (ShapeKind::Integer | ShapeKind::Number),
                ShapeKind::Integer | ShapeKind::Number | ShapeKind::Numeric,
            ) => {
                *kind = ShapeKind::Numeric;
            }
            (ShapeKind::String(format), ShapeKind::String(other)) if *format != other => *format = None,
            (ShapeKind::Enum(symbols), ShapeKind::Enum(more)) => {
                let before = symbols.len() + more.len();
                let more: Vec<&str> = more.into_iter().filter(|symbol| !symbols.contains(symbol)).collect();
                symbols.extend(more);
                lost |= one_of && symbols.len() < before;
            }
            (ShapeKind::Literal(values), ShapeKind::Literal(more)) => {
                let before = values.len() + more.len();
                let more: Vec<&Json> = more.into_iter().filter(|value| !values.iter().any(|v| v.same(value))).collect();
                values.extend(more);
                lost |= one_of && values.len() < before;
            }
            _ => {}
        }
    }
    *branches = kept;
    lost
}

/// A list of values; null among them is no symbol.
fn of_values(values: Vec<&Json>) -> ShapeKind<'_> {
    let values: Vec<&Json> = values.into_iter().filter(|value| !value.is_null()).collect();
    let symbols: Option<Vec<&str>> = values.iter().map(|value| value.as_str()).collect();
    match symbols {
        Some(symbols) if symbols.is_empty() => ShapeKind::Null,
        Some(symbols) => ShapeKind::Enum(symbols),
        None => ShapeKind::Literal(values),
    }
}

/// What a subschema without `type` speaks of.
fn untyped<'a>(schema: &'a Schema, group: &Group) -> ShapeKind<'a> {
    let of_objects = |node: &topika_contract::json_schema::Node| {
        !node.properties.is_empty()
            || !node.required.is_empty()
            || !node.pattern_properties.is_empty()
            || node.additional.is_some()
    };
    if group.nodes(schema).any(of_objects) {
        return object(schema, group);
    }
    if group.nodes(schema).any(|node| node.items.is_some() || !node.prefix_items.is_empty()) {
        return array(schema, group);
    }
    ShapeKind::Any((!group.parts.is_empty()).then(|| "a schema without `type`".to_owned()))
}

fn format<'a>(schema: &'a Schema, group: &Group) -> Option<&'a str> {
    let mut formats = group.parts.iter().filter_map(|part| schema.node(part.node)?.format.as_deref());
    let first = formats.next()?;
    formats.all(|other| other == first).then_some(first)
}

fn array<'a>(schema: &Schema, group: &Group) -> ShapeKind<'a> {
    if is_tuple(schema, group) { ShapeKind::Tuple } else { ShapeKind::Array }
}

fn object<'a>(schema: &Schema, group: &Group) -> ShapeKind<'a> {
    if has_properties(schema, group) {
        return ShapeKind::Object;
    }
    match additional(schema, group) {
        // An object without any property: a struct without fields says it.
        Additional::Refused => ShapeKind::Object,
        Additional::Any | Additional::Patterned(_) => ShapeKind::Map(None),
        Additional::Typed(values) => ShapeKind::Map(Some(values)),
    }
}
