use crate::avro::{Definition, Field, Kind, Named, Schema, Type};

/// What a file defines and uses itself, each with its JSON pointer, in the order of the text.
#[derive(Default)]
pub(super) struct Parts<'s> {
    /// Records, enums and fixed.
    pub(super) types: Vec<Part<'s>>,
    pub(super) unions: Vec<Union<'s>>,
}

pub(super) struct Part<'s> {
    pub(super) named: &'s Named,
    pub(super) pointer: String,
}

pub(super) struct Union<'s> {
    pub(super) branches: &'s [Type],
    pub(super) pointer: String,
}

impl<'s> Parts<'s> {
    pub(super) fn of(schema: &'s Schema) -> Self {
        let mut parts = Self::default();
        parts.ty(schema, schema.root(), "");
        parts
    }

    /// Bounded by the nesting of the text: only what is defined in place is walked into.
    fn ty(&mut self, schema: &'s Schema, ty: &'s Type, pointer: &str) {
        match &ty.kind {
            Kind::Array(items) => self.ty(schema, items, &format!("{pointer}/items")),
            Kind::Map(values) => self.ty(schema, values, &format!("{pointer}/values")),
            Kind::Union(branches) => {
                self.unions.push(Union { branches, pointer: pointer.to_owned() });
                for (index, branch) in branches.iter().enumerate() {
                    self.ty(schema, branch, &format!("{pointer}/{index}"));
                }
            }
            Kind::Named(name) => {
                if let Some(named) = schema.named(name).filter(|named| is_defined_at(named, ty)) {
                    self.named(schema, named, pointer);
                }
            }
            _ => {}
        }
    }

    fn named(&mut self, schema: &'s Schema, named: &'s Named, pointer: &str) {
        self.types.push(Part { named, pointer: pointer.to_owned() });
        if let Definition::Record(fields) = &named.definition {
            for (index, field) in fields.iter().enumerate() {
                self.ty(schema, &field.ty, &format!("{pointer}/fields/{index}/type"));
            }
        }
    }

    /// The fields of all records, each with its record.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&Part<'s>, usize, &'s Field)> + Clone {
        self.types.iter().flat_map(|part| {
            let fields: &'s [Field] = match &part.named.definition {
                Definition::Record(fields) => fields,
                _ => &[],
            };
            fields.iter().enumerate().map(move |(index, field)| (part, index, field))
        })
    }
}

impl Part<'_> {
    /// The pointer of a field.
    pub(super) fn field(&self, index: usize) -> String {
        format!("{}/fields/{index}", self.pointer)
    }
}

/// Whether a use of a name is its definition: the name is said within it.
fn is_defined_at(named: &Named, ty: &Type) -> bool {
    named.at.source.path() == ty.at.source.path()
        && ty.at.span.start <= named.at.span.start
        && named.at.span.end <= ty.at.span.end
        && ty.at.span != named.at.span
}
