use super::super::format::Format;
use super::super::number::Number;
use super::super::pattern::Pattern;

/// The place of a subschema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(pub(super) usize);

/// A subschema.
#[derive(Debug)]
pub(super) enum Node {
    Boolean(bool),
    /// The keywords, those that look at what others evaluated last.
    Keywords(Vec<Named>),
}

/// A keyword with its name, and how it is shown.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) keyword: Keyword,
}

#[derive(Debug)]
pub(super) enum Keyword {
    Type(Vec<Type>),
    /// The values, in the form by which they are compared.
    Enum(Vec<String>),
    MinLength(u64),
    MaxLength(u64),
    Pattern(Pattern),
    Format(Format),
    Minimum(Number),
    Maximum(Number),
    ExclusiveMinimum(Number),
    ExclusiveMaximum(Number),
    MultipleOf(Number),
    MinItems(u64),
    MaxItems(u64),
    UniqueItems,
    MinProperties(u64),
    MaxProperties(u64),
    Required(Vec<String>),
    DependentRequired(Vec<(String, Vec<String>)>),
    PropertyNames(Id),
    Properties(Properties),
    Items {
        prefix: Vec<Id>,
        rest: Option<Id>,
    },
    Contains {
        items: Id,
        least: u64,
        most: Option<u64>,
    },
    Ref(Id),
    AllOf(Vec<Id>),
    AnyOf(Vec<Id>),
    OneOf(Vec<Id>),
    Not(Id),
    If {
        condition: Id,
        then: Option<Id>,
        otherwise: Option<Id>,
    },
    DependentSchemas(Vec<(String, Id)>),
    UnevaluatedItems(Id),
    UnevaluatedProperties(Id),
}

/// What is said of the members of an object; the three keywords know of each other.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) named: Vec<(String, Id)>,
    pub(super) patterns: Vec<(Pattern, Id)>,
    pub(super) additional: Option<Id>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}
