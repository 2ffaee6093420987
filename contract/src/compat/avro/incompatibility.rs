use crate::text::Location;

/// The kinds of Java's `SchemaIncompatibilityType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names are Java's.
pub enum Kind {
    NameMismatch,
    FixedSizeMismatch,
    MissingEnumSymbols,
    ReaderFieldMissingDefaultValue,
    TypeMismatch,
    MissingUnionBranch,
    /// Two fields of the writer match one of the reader: Java throws.
    AmbiguousField,
    /// A bound was met, and nobody compared what lies there: none of Java's.
    NotCompared,
}

/// One reason why a reader cannot read a writer's data.
#[derive(Clone, Debug, PartialEq)]
pub struct Incompatibility {
    /// The kind.
    pub kind: Kind,
    /// A JSON pointer into the reader; the index of a union's branch is the writer's. The root is `/`.
    pub location: String,
    /// Java's message.
    pub message: String,
    /// The innermost field that holds the place, as a path from the root record: `items.price`; empty at the root.
    pub field: String,
    /// What stands there in the reader, as people say it.
    pub reader: String,
    /// What stands there in the writer; empty where it has nothing there.
    pub writer: String,
    /// Whether the writer's side is one branch of a union.
    pub branch: bool,
    /// For a branch that the reader's union has by name and cannot read: why not. Java loses this.
    pub nested: Vec<Incompatibility>,
    /// Whether the same branch cannot be read at an earlier place too, where `nested` says why.
    pub again: bool,
    /// The place in the reader.
    pub reader_at: Location,
    /// The place in the writer.
    pub writer_at: Location,
}

impl Kind {
    /// Whether it is one of Java's types.
    #[must_use]
    pub fn is_javas(self) -> bool {
        !matches!(self, Self::AmbiguousField | Self::NotCompared)
    }

    /// Java's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NameMismatch => "NAME_MISMATCH",
            Self::FixedSizeMismatch => "FIXED_SIZE_MISMATCH",
            Self::MissingEnumSymbols => "MISSING_ENUM_SYMBOLS",
            Self::ReaderFieldMissingDefaultValue => "READER_FIELD_MISSING_DEFAULT_VALUE",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::MissingUnionBranch => "MISSING_UNION_BRANCH",
            Self::AmbiguousField => "AMBIGUOUS_FIELD",
            Self::NotCompared => "NOT_COMPARED",
        }
    }
}

impl Incompatibility {
    /// The same once more, without the reasons that stand at the first one.
    pub(super) fn told_again(&self) -> Self {
        Self {
            kind: self.kind,
            location: self.location.clone(),
            message: self.message.clone(),
            field: self.field.clone(),
            reader: self.reader.clone(),
            writer: self.writer.clone(),
            branch: self.branch,
            nested: Vec::new(),
            again: self.again || !self.nested.is_empty(),
            reader_at: self.reader_at.clone(),
            writer_at: self.writer_at.clone(),
        }
    }
}
