//! json-sKema's objects.

use crate::compat::json::loaded::java::{JavaNumber, JavaValue};
use crate::compat::json::loaded::model::{Criterion, Extra};
use crate::compat::json::loaded::place::Place;

/// What the loader made of all texts.
pub(super) struct Objects {
    pub(super) all: Vec<Object>,
    pub(super) root: ObjectId,
    /// The `$id` of the schema's own text.
    pub(super) root_id: Option<String>,
}

/// The number of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ObjectId(pub(super) usize);

/// An object, and the subschema in which its keyword stands.
pub(super) struct Object {
    pub(super) what: What,
    pub(super) place: Place,
}

/// The classes of json-sKema's.
pub(super) enum What {
    True,
    False,
    Composite(Box<Composite>),
    Reference {
        uri: String,
        target: Option<ObjectId>,
    },
    Combined(Criterion, Vec<ObjectId>),
    Additional(ObjectId),
    Const(JavaValue),
    Enum(Vec<JavaValue>),
    Type(String),
    Types(Vec<String>),
    Number(Bound, JavaNumber),
    Count(Count, i32),
    Pattern(String),
    Unique(bool),
    Not(ObjectId),
    Required(Vec<String>),
    Items {
        schema: ObjectId,
        after: usize,
    },
    Prefix(Vec<ObjectId>),
    Contains {
        schema: ObjectId,
        min: JavaNumber,
        max: Option<JavaNumber>,
    },
    Conditional {
        condition: ObjectId,
        then: Option<ObjectId>,
        otherwise: Option<ObjectId>,
    },
    DependentSchemas(Vec<(String, ObjectId)>),
    DependentRequired(Vec<(String, Vec<String>)>),
    PropertyNames(ObjectId),
    /// `format`, `readOnly`, `writeOnly`: objects that the translation passes over.
    Ignored,
}

/// A keyword with a number that stays one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Minimum,
    Maximum,
    ExclusiveMinimum,
    ExclusiveMaximum,
    MultipleOf,
}

/// A keyword with a number that becomes an `int`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
    MinProperties,
    MaxProperties,
}

/// A subschema that is an object.
#[derive(Default)]
pub(super) struct Composite {
    /// The keywords, in the order in which the loader met them.
    pub(super) keywords: Vec<ObjectId>,
    pub(super) properties: Vec<(String, ObjectId)>,
    pub(super) patterns: Vec<(String, ObjectId)>,
    pub(super) unevaluated_items: Option<ObjectId>,
    pub(super) unevaluated_properties: Option<ObjectId>,
    /// The name behind `#` of a `$dynamicRef`, and where it leads where nobody says otherwise.
    pub(super) dynamic: Option<(String, ObjectId)>,
    pub(super) dynamic_anchor: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) default: Option<JavaValue>,
    /// What is no keyword of 2020-12.
    pub(super) unprocessed: Vec<(String, Extra)>,
    pub(super) definitions: Vec<(String, ObjectId)>,
    /// Whether the loader knows it as the root of a text. It knows no places within the schema's own text, so all are.
    pub(super) counts_as_root: bool,
}
