use std::collections::HashMap;

use topika_contract::text::json::{Json, Value};

use super::strings::{Text, read};

/// What the samples have at one place, all of them merged.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) null: bool,
    pub(super) boolean: bool,
    pub(super) integer: Option<Integers>,
    /// Numbers with a fraction or an exponent; the most digits behind the point.
    pub(super) fraction: Option<usize>,
    pub(super) string: Option<Text>,
    /// What the items of arrays have.
    pub(super) array: Option<Box<Shape>>,
    pub(super) object: Option<Object>,
}

/// The range of whole numbers; `None` where one is beyond 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Integers {
    pub(super) range: Option<(i64, i64)>,
}

/// The members of objects, in the order in which they were seen first.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    pub(super) fields: Vec<Field>,
    numbers: HashMap<String, usize>,
    /// How many objects were seen.
    count: usize,
}

/// A member.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) key: String,
    pub(super) shape: Shape,
    /// In how many objects it was seen.
    count: usize,
}

impl Shape {
    /// Merges a value into the shape.
    pub(super) fn add(&mut self, json: &Json) {
        match &json.value {
            Value::Null => self.null = true,
            Value::Bool(_) => self.boolean = true,
            Value::Number(text) => self.number(text),
            Value::String(text) => {
                let found = read(text);
                self.string = Some(self.string.map_or(found, |known| known.merged(found)));
            }
            Value::Array(items) => {
                let inner = self.array.get_or_insert_with(Box::default);
                items.iter().for_each(|item| inner.add(item));
            }
            Value::Object(members) => {
                let object = self.object.get_or_insert_with(Object::default);
                object.count += 1;
                for member in members {
                    object.field(&member.name).add(&member.value);
                }
            }
        }
    }

    fn number(&mut self, text: &str) {
        if text.contains(['.', 'e', 'E']) {
            let digits =
                text.split_once('.').map_or(0, |(_, rest)| rest.chars().take_while(char::is_ascii_digit).count());
            self.fraction = Some(self.fraction.unwrap_or_default().max(digits));
            return;
        }
        let found = text.parse::<i64>().ok();
        let range = match (self.integer, found) {
            (None, found) => found.map(|number| (number, number)),
            (Some(Integers { range: Some((low, high)) }), Some(number)) => Some((low.min(number), high.max(number))),
            _ => None,
        };
        self.integer = Some(Integers { range });
    }

    /// Whether nothing but null was seen, or nothing at all.
    pub(super) fn is_unknown(&self) -> bool {
        !self.boolean
            && self.integer.is_none()
            && self.fraction.is_none()
            && self.string.is_none()
            && self.array.is_none()
            && self.object.is_none()
    }
}

impl Object {
    fn field(&mut self, key: &str) -> &mut Shape {
        let next = self.fields.len();
        let number = *self.numbers.entry(key.to_owned()).or_insert(next);
        if number == next {
            self.fields.push(Field { key: key.to_owned(), shape: Shape::default(), count: 0 });
        }
        let field = self.fields.get_mut(number).expect("each number is that of a field");
        field.count += 1;
        &mut field.shape
    }

    /// Whether a member was in every object.
    pub(super) fn is_always(&self, field: &Field) -> bool {
        field.count == self.count
    }

    /// Whether the keys look like data and not like names: then it is a map. Two at least, and none of them could be a name.
    pub(super) fn is_map(&self) -> bool {
        let named =
            |field: &Field| field.key.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$' | '@'));
        self.fields.len() > 1 && !self.fields.iter().any(named)
    }

    /// The values of a map, merged.
    pub(super) fn values(&self) -> Shape {
        let mut fields = self.fields.iter().map(|field| field.shape.clone());
        let first = fields.next().unwrap_or_default();
        fields.fold(first, Shape::merged)
    }
}

impl Shape {
    fn merged(self, other: Shape) -> Shape {
        let integer = match (self.integer, other.integer) {
            (Some(a), Some(b)) => {
                Some(Integers { range: a.range.zip(b.range).map(|((low, high), (l, h))| (low.min(l), high.max(h))) })
            }
            (a, b) => a.or(b),
        };
        let array = match (self.array, other.array) {
            (Some(a), Some(b)) => Some(Box::new(a.merged(*b))),
            (a, b) => a.or(b),
        };
        let object = match (self.object, other.object) {
            (Some(a), Some(b)) => Some(a.merged(b)),
            (a, b) => a.or(b),
        };
        Shape {
            null: self.null || other.null,
            boolean: self.boolean || other.boolean,
            integer,
            fraction: self.fraction.max(other.fraction),
            string: match (self.string, other.string) {
                (Some(a), Some(b)) => Some(a.merged(b)),
                (a, b) => a.or(b),
            },
            array,
            object,
        }
    }
}

impl Object {
    fn merged(mut self, other: Object) -> Object {
        self.count += other.count;
        for field in other.fields {
            let shape = self.field(&field.key);
            *shape = std::mem::take(shape).merged(field.shape);
            if let Some(known) = self.numbers.get(&field.key).and_then(|number| self.fields.get_mut(*number)) {
                known.count += field.count - 1;
            }
        }
        self
    }
}
