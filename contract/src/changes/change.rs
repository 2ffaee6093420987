use crate::text::Location;

/// One thing that differs between two schemas.
#[derive(Clone, Debug)]
pub struct Change {
    /// What kind of thing.
    pub kind: ChangeKind,
    /// What it belongs to: `record orders.OrderPlaced`, `definition Address`.
    pub group: String,
    /// The place inside that, in words: `items[].price`; empty where the whole is meant. `[]` stands for the items of an array, `{}` for
    /// the values of a map, `<...>` for a branch.
    pub path: String,
    /// What changed: lower case, no full stop.
    pub message: String,
    /// The place in the old schema, where there is one.
    pub old: Option<Spot>,
    /// The place in the new schema, where there is one.
    pub new: Option<Spot>,
}

/// A place in one of the two schemas.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The place.
    pub at: Location,
    /// The JSON pointer of the value that stands there (RFC 6901): `/fields/2/type`, empty for the whole file.
    pub pointer: String,
}

/// The kinds of [`Change`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // The words say it.
pub enum ChangeKind {
    FormatChanged,
    NameChanged,
    NamespaceChanged,
    AliasAdded,
    AliasRemoved,
    DocChanged,
    FieldAdded,
    FieldRemoved,
    FieldRenamed,
    FieldsReordered,
    TypeChanged,
    LogicalTypeChanged,
    BranchAdded,
    BranchRemoved,
    BranchesReordered,
    SymbolAdded,
    SymbolRemoved,
    SymbolsReordered,
    SizeChanged,
    DefaultChanged,
    SortOrderChanged,
    PropertyAdded,
    PropertyRemoved,
    RequiredAdded,
    RequiredRemoved,
    BoundChanged,
    ValueAdded,
    ValueRemoved,
    ConstantChanged,
    ContentModelChanged,
    ReferenceChanged,
    DefinitionAdded,
    DefinitionRemoved,
    StringFormatChanged,
    PatternChanged,
    DraftChanged,
    IdChanged,
    KeywordChanged,
    AttributeChanged,
}

/// What a change does, for people who skim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Something is new.
    Added,
    /// Something is gone.
    Removed,
    /// Something is different.
    Changed,
}

impl ChangeKind {
    /// The word of reports: `field-added`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FormatChanged => "format-changed",
            Self::NameChanged => "name-changed",
            Self::NamespaceChanged => "namespace-changed",
            Self::AliasAdded => "alias-added",
            Self::AliasRemoved => "alias-removed",
            Self::DocChanged => "doc-changed",
            Self::FieldAdded => "field-added",
            Self::FieldRemoved => "field-removed",
            Self::FieldRenamed => "field-renamed",
            Self::FieldsReordered => "fields-reordered",
            Self::TypeChanged => "type-changed",
            Self::LogicalTypeChanged => "logical-type-changed",
            Self::BranchAdded => "branch-added",
            Self::BranchRemoved => "branch-removed",
            Self::BranchesReordered => "branches-reordered",
            Self::SymbolAdded => "symbol-added",
            Self::SymbolRemoved => "symbol-removed",
            Self::SymbolsReordered => "symbols-reordered",
            Self::SizeChanged => "size-changed",
            Self::DefaultChanged => "default-changed",
            Self::SortOrderChanged => "sort-order-changed",
            Self::PropertyAdded => "property-added",
            Self::PropertyRemoved => "property-removed",
            Self::RequiredAdded => "required-added",
            Self::RequiredRemoved => "required-removed",
            Self::BoundChanged => "bound-changed",
            Self::ValueAdded => "value-added",
            Self::ValueRemoved => "value-removed",
            Self::ConstantChanged => "constant-changed",
            Self::ContentModelChanged => "content-model-changed",
            Self::ReferenceChanged => "reference-changed",
            Self::DefinitionAdded => "definition-added",
            Self::DefinitionRemoved => "definition-removed",
            Self::StringFormatChanged => "string-format-changed",
            Self::PatternChanged => "pattern-changed",
            Self::DraftChanged => "draft-changed",
            Self::IdChanged => "id-changed",
            Self::KeywordChanged => "keyword-changed",
            Self::AttributeChanged => "attribute-changed",
        }
    }

    /// Whether something came, went or became different.
    #[must_use]
    pub fn sign(self) -> Sign {
        match self.as_str().rsplit('-').next() {
            Some("added") => Sign::Added,
            Some("removed") => Sign::Removed,
            _ => Sign::Changed,
        }
    }

    /// Whether it is words for people and marks for other tools alone, which no reader of data looks at.
    #[must_use]
    pub fn is_annotation(self) -> bool {
        matches!(self, Self::DocChanged | Self::AttributeChanged)
    }
}
