//! The loaded schema. Only `everit` and `skema` make one.

use super::java::{JavaMap, JavaNumber, JavaSet, JavaValue};
use super::place::Place;
use crate::json_schema::Document;
use crate::text::json::{Json, Value};

/// A schema as the registry has it in memory.
#[derive(Clone, Debug)]
pub(in crate::compat::json) struct Loaded {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    /// The texts; a [`Place`] counts them.
    pub(super) documents: Vec<Document>,
}

/// A node of a [`Loaded`]. Two of one schema are the same Java object exactly if they are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::compat::json) struct NodeId(pub(super) usize);

/// One object of everit's: what every class has, and its class.
#[derive(Clone, Debug)]
pub(in crate::compat::json) struct Node {
    /// The class with what is its own.
    pub(in crate::compat::json) kind: Kind,
    /// `getId`
    pub(in crate::compat::json) id: Option<String>,
    /// `getTitle`
    pub(in crate::compat::json) title: Option<String>,
    /// `getDescription`
    pub(in crate::compat::json) description: Option<String>,
    /// `getDefaultValue`; compare with [`same_default`](super::same_default).
    pub(in crate::compat::json) default: Option<JavaValue>,
    /// `readOnly` and `writeOnly`, which only the printed form knows.
    pub(in crate::compat::json) read_only: Option<bool>,
    /// See `read_only`.
    pub(in crate::compat::json) write_only: Option<bool>,
    /// `getUnprocessedProperties`: what no loader understood, and what the translation of 2019-09 and 2020-12 hides here.
    pub(in crate::compat::json) unprocessed: JavaMap<Extra>,
    /// Where it stands.
    pub(in crate::compat::json) place: Place,
}

/// An unprocessed property.
#[derive(Clone, Debug)]
pub(in crate::compat::json) enum Extra {
    /// A JSON value that is no array or object.
    Value(JavaValue),
    /// An array or object: `definitions` can be as large as the text, and is seldom asked for.
    Written(Place),
    /// `unevaluatedProperties`, `unevaluatedItems`
    Schema(NodeId),
    /// `$defs`
    Schemas(JavaMap<NodeId>),
}

impl Extra {
    /// The value at a place.
    pub(super) fn of(json: &Json, place: Place) -> Self {
        match json.value {
            Value::Array(_) | Value::Object(_) => Self::Written(place),
            _ => Self::Value(JavaValue::stored(json)),
        }
    }
}

/// The classes of everit's.
#[derive(Clone, Debug)]
pub(in crate::compat::json) enum Kind {
    /// `EmptySchema`: says nothing.
    Empty,
    /// `TrueSchema`, which in Java is an `EmptySchema` too.
    True,
    /// `FalseSchema`
    False,
    /// `BooleanSchema`
    Boolean,
    /// `NullSchema`
    Null,
    /// `NumberSchema`
    Number(Number),
    /// `StringSchema`
    String(Text),
    /// `EnumSchema`, as the list that was written.
    Enum(Vec<JavaValue>),
    /// `ConstSchema`
    Const(JavaValue),
    /// `ObjectSchema`
    Object(Box<Object>),
    /// `ArraySchema`
    Array(Box<Array>),
    /// `CombinedSchema`
    Combined(Combined),
    /// `NotSchema`
    Not(NodeId),
    /// `ConditionalSchema`
    Conditional(Conditional),
    /// `ReferenceSchema`
    Reference(Reference),
}

/// `NumberSchema`
#[derive(Clone, Debug, Default)]
pub(in crate::compat::json) struct Number {
    /// `isRequiresNumber`
    pub(in crate::compat::json) requires_number: bool,
    /// `requiresInteger`
    pub(in crate::compat::json) requires_integer: bool,
    /// `getMinimum`
    pub(in crate::compat::json) minimum: Option<JavaNumber>,
    /// `getMaximum`
    pub(in crate::compat::json) maximum: Option<JavaNumber>,
    /// `isExclusiveMinimum`: the flag of draft 4.
    pub(in crate::compat::json) exclusive_minimum: bool,
    /// `isExclusiveMaximum`: the flag of draft 4.
    pub(in crate::compat::json) exclusive_maximum: bool,
    /// `getExclusiveMinimumLimit`: the number of draft 6 and later.
    pub(in crate::compat::json) exclusive_minimum_limit: Option<JavaNumber>,
    /// `getExclusiveMaximumLimit`: the number of draft 6 and later.
    pub(in crate::compat::json) exclusive_maximum_limit: Option<JavaNumber>,
    /// `getMultipleOf`
    pub(in crate::compat::json) multiple_of: Option<JavaNumber>,
}

/// `StringSchema`
#[derive(Clone, Debug, Default)]
pub(in crate::compat::json) struct Text {
    /// `requireString`
    pub(in crate::compat::json) requires_string: bool,
    /// `getMinLength`
    pub(in crate::compat::json) min_length: Option<i32>,
    /// `getMaxLength`
    pub(in crate::compat::json) max_length: Option<i32>,
    /// `getPattern().pattern()`
    pub(in crate::compat::json) pattern: Option<String>,
    /// The name of the format, where everit has a validator for it.
    pub(in crate::compat::json) format: Option<&'static str>,
}

/// `ObjectSchema`
#[derive(Clone, Debug, Default)]
pub(in crate::compat::json) struct Object {
    /// `requiresObject`
    pub(in crate::compat::json) requires_object: bool,
    /// `getPropertySchemas`
    pub(in crate::compat::json) properties: JavaMap<NodeId>,
    /// `permitsAdditionalProperties` says no.
    pub(in crate::compat::json) closed: bool,
    /// `getSchemaOfAdditionalProperties`
    pub(in crate::compat::json) additional: Option<NodeId>,
    /// `getRequiredProperties`, in the order of the text.
    pub(in crate::compat::json) required: Vec<String>,
    /// `getMinProperties`
    pub(in crate::compat::json) min_properties: Option<i32>,
    /// `getMaxProperties`
    pub(in crate::compat::json) max_properties: Option<i32>,
    /// `getPropertyDependencies`
    pub(in crate::compat::json) property_dependencies: JavaMap<JavaSet>,
    /// `getSchemaDependencies`
    pub(in crate::compat::json) schema_dependencies: JavaMap<NodeId>,
    /// `getPatternProperties`. Java's order is that of the objects' addresses, which nobody can know; ours is that of the text.
    pub(in crate::compat::json) pattern_properties: Vec<(String, NodeId)>,
    /// `getPropertyNameSchema`
    pub(in crate::compat::json) property_names: Option<NodeId>,
}

/// `ArraySchema`
#[derive(Clone, Debug, Default)]
pub(in crate::compat::json) struct Array {
    /// `requiresArray`
    pub(in crate::compat::json) requires_array: bool,
    /// `getMinItems`
    pub(in crate::compat::json) min_items: Option<i32>,
    /// `getMaxItems`
    pub(in crate::compat::json) max_items: Option<i32>,
    /// `needsUniqueItems`
    pub(in crate::compat::json) unique: bool,
    /// `getAllItemSchema`
    pub(in crate::compat::json) all_items: Option<NodeId>,
    /// `getItemSchemas`
    pub(in crate::compat::json) items: Option<Vec<NodeId>>,
    /// `permitsAdditionalItems` says no.
    pub(in crate::compat::json) closed: bool,
    /// `getSchemaOfAdditionalItems`
    pub(in crate::compat::json) additional: Option<NodeId>,
    /// `getContainedItemSchema`
    pub(in crate::compat::json) contained: Option<NodeId>,
}

/// `CombinedSchema`
#[derive(Clone, Debug)]
pub(in crate::compat::json) struct Combined {
    /// `getCriterion`
    pub(in crate::compat::json) criterion: Criterion,
    /// `getSubschemas`, in their order.
    pub(in crate::compat::json) subschemas: Vec<NodeId>,
    /// `isSynthetic`: everit made it of keywords that stand beside each other.
    pub(in crate::compat::json) synthetic: bool,
    /// Whether it is Confluent's subclass, which only 2019-09 and 2020-12 give. Java takes it for another class than everit's own.
    pub(in crate::compat::json) extended: bool,
    /// `isGenerated`: the translation made it.
    pub(in crate::compat::json) generated: bool,
}

/// `CombinedSchema.ValidationCriterion`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::compat::json) enum Criterion {
    /// `allOf`
    All,
    /// `anyOf`
    Any,
    /// `oneOf`
    One,
}

/// `ConditionalSchema`
#[derive(Clone, Debug, Default)]
pub(in crate::compat::json) struct Conditional {
    /// `getIfSchema`
    pub(in crate::compat::json) if_schema: Option<NodeId>,
    /// `getThenSchema`
    pub(in crate::compat::json) then_schema: Option<NodeId>,
    /// `getElseSchema`
    pub(in crate::compat::json) else_schema: Option<NodeId>,
}

/// `ReferenceSchema`
#[derive(Clone, Debug, Default)]
pub(in crate::compat::json) struct Reference {
    /// `getReferenceValue`
    pub(in crate::compat::json) value: String,
    /// `getReferredSchema`; a loader can leave it open.
    pub(in crate::compat::json) target: Option<NodeId>,
}

impl NodeId {
    /// Its number among the nodes of its schema.
    pub(in crate::compat::json) fn number(self) -> usize {
        self.0
    }
}

impl Criterion {
    /// The keyword.
    pub(in crate::compat::json) fn keyword(self) -> &'static str {
        match self {
            Self::All => "allOf",
            Self::Any => "anyOf",
            Self::One => "oneOf",
        }
    }
}

impl Kind {
    /// Whether Java's `getClass` is the same for both.
    pub(in crate::compat::json) fn same_class(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Combined(one), Self::Combined(other)) => one.extended == other.extended,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// Whether Java's `instanceof EmptySchema` holds.
    pub(in crate::compat::json) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty | Self::True)
    }
}

impl Node {
    /// A node that says no more than its class.
    pub(super) fn new(kind: Kind, place: Place) -> Self {
        Self {
            kind,
            id: None,
            title: None,
            description: None,
            default: None,
            read_only: None,
            write_only: None,
            unprocessed: JavaMap::new(),
            place,
        }
    }

    /// The schema that the translation hid under `name` (`unevaluatedProperties`, `unevaluatedItems`).
    pub(in crate::compat::json) fn hidden(&self, name: &str) -> Option<NodeId> {
        match self.unprocessed.get(name) {
            Some(Extra::Schema(id)) => Some(*id),
            _ => None,
        }
    }

    /// The number among the unprocessed properties (`minContains`, `maxContains`).
    pub(in crate::compat::json) fn hidden_number(&self, name: &str) -> Option<&JavaNumber> {
        match self.unprocessed.get(name) {
            Some(Extra::Value(JavaValue::Number(number))) => Some(number),
            _ => None,
        }
    }
}

impl Loaded {
    /// The root.
    pub(in crate::compat::json) fn root(&self) -> NodeId {
        self.root
    }

    /// A node; ids of another schema give `None`, or a wrong one.
    pub(in crate::compat::json) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }
}

impl Array {
    /// What `ArraySchema`'s constructor makes of the flag: `additionalItems` means nothing beside one schema for all items.
    pub(super) fn settle(&mut self) {
        if self.all_items.is_some() || self.additional.is_some() {
            self.closed = false;
        }
    }
}

impl Object {
    /// What `ObjectSchema`'s constructor does: it copies the maps of dependencies, which can change their order.
    pub(super) fn settle(&mut self) {
        self.property_dependencies = self.property_dependencies.copied(|_, needed| needed.clone());
        self.schema_dependencies = self.schema_dependencies.copied(|_, id| *id);
    }
}
