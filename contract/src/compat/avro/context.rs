use crate::avro::Schema;
use crate::compat::Direction;
use crate::report::Finding;
use crate::rules::Rule;
use crate::text::Location;

/// With what a new schema is compared, and in which direction.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) number: u32,
    pub(super) direction: Direction,
}

/// What is said of a change: the rule, the message, what is marked in the new schema, and what stood in the old version.
pub(super) struct Said {
    pub(super) rule: &'static Rule,
    pub(super) message: String,
    pub(super) related: String,
    pub(super) help: &'static str,
}

impl Context {
    /// What a reader and a writer are in a direction.
    pub(super) fn of<'s>(
        new: &'s Schema,
        old: &'s Schema,
        number: u32,
        direction: Direction,
    ) -> (Self, &'s Schema, &'s Schema) {
        let context = Self { number, direction };
        let (reader, writer) = context.sides(new, old);
        (context, reader, writer)
    }

    /// The new side and the old side of what a reader and a writer have.
    pub(super) fn sides<'v, T: ?Sized>(self, reader: &'v T, writer: &'v T) -> (&'v T, &'v T) {
        match self.direction {
            Direction::Backward => (reader, writer),
            Direction::Forward => (writer, reader),
        }
    }

    /// The finding at both places; `misread` where the data can be read, and is not what was written.
    pub(super) fn told(self, said: Said, misread: bool, at: &Location, old_at: &Location, pointer: &str) -> Finding {
        let label = match (self.direction, misread) {
            (Direction::Backward, false) => format!("version {} cannot be read by this schema", self.number),
            (Direction::Forward, false) => format!("version {} cannot read what this schema writes", self.number),
            (Direction::Backward, true) => format!("version {} is misread by this schema", self.number),
            (Direction::Forward, true) => format!("version {} misreads what this schema writes", self.number),
        };
        said.rule
            .at(at.clone(), said.message)
            .label(label)
            .related(old_at.clone(), said.related)
            .pointer(pointer)
            .help(said.help)
    }
}

/// The field in back quotes; the root is the schema.
pub(super) fn subject_of(field: &str) -> String {
    if field.is_empty() { "the schema".to_owned() } else { format!("`{field}`") }
}
