//! Values that borrow from the payload: no text is copied.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use super::resolution::{Node, NodeId};
use super::{AvroValue, DecodeError, Fault, Reader, Resolution};

/// A type with a twin that borrows from the payload. Derived with `#[derive(Borrowed)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no twin that borrows from the payload",
    label = "cannot be borrowed",
    note = "a struct or enum of Avro derives topika::Borrowed; in topika.toml: `borrowed = true`"
)]
pub trait Borrowed: AvroValue {
    /// The twin.
    type Ref<'de>;

    /// Reads a value that was written as this very type.
    ///
    /// # Errors
    /// When the bytes are no such value.
    fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<Self::Ref<'de>, Fault>;

    /// Reads a value that was written with another schema, as the node of the resolution says.
    ///
    /// # Errors
    /// When the bytes are no such value, or this type cannot hold it.
    fn decode_ref_with<'de>(
        reader: &mut Reader<'de>,
        resolution: &'de Resolution,
        node: NodeId,
    ) -> Result<Self::Ref<'de>, Fault>;

    /// The value, free of the payload.
    fn from_ref(borrowed: &Self::Ref<'_>) -> Self;
}

/// A type as it stands in a twin that borrows nothing of it: itself. By it the twin can name its lifetime all the same.
pub trait Held<'de> {
    /// The type.
    type Value;
}

impl<T> Held<'_> for T {
    type Value = T;
}

/// Reads a payload that holds one `T` and nothing else, without copying what can be borrowed.
///
/// # Errors
/// When it does not.
///
/// ```
/// assert_eq!(topika::codec::decode_ref::<String>(&[4, b'h', b'i']).unwrap(), "hi");
/// ```
#[inline]
pub fn decode_ref<T: Borrowed>(payload: &[u8]) -> Result<T::Ref<'_>, DecodeError> {
    let mut reader = Reader::new(payload);
    finish(T::decode_ref(&mut reader), reader)
}

/// Reads a payload that holds one value of the resolution's writer schema and nothing else.
///
/// # Errors
/// When it does not, or `T` cannot hold the value.
#[inline]
pub fn decode_ref_resolved<'de, T: Borrowed>(
    payload: &'de [u8],
    resolution: &'de Resolution,
) -> Result<T::Ref<'de>, DecodeError> {
    let mut reader = Reader::new(payload);
    finish(T::decode_ref_with(&mut reader, resolution, resolution.root()), reader)
}

#[inline]
fn finish<T>(result: Result<T, Fault>, mut reader: Reader<'_>) -> Result<T, DecodeError> {
    match result.and_then(|value| reader.finish().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(fault) => Err(DecodeError::new(fault, &mut reader)),
    }
}

/// For types that hold nothing to borrow: they are their own twins.
macro_rules! owns_itself {
    ($([$($parameter:tt)*] $ty:ty),+ $(,)?) => {$(
        impl<$($parameter)*> $crate::codec::Borrowed for $ty {
            type Ref<'de> = Self;

            #[inline]
            fn decode_ref<'de>(reader: &mut $crate::codec::Reader<'de>) -> Result<Self, $crate::codec::Fault> {
                <Self as $crate::codec::AvroValue>::decode(reader)
            }

            fn decode_ref_with<'de>(
                reader: &mut $crate::codec::Reader<'de>,
                resolution: &'de $crate::codec::Resolution,
                node: $crate::codec::resolution::NodeId,
            ) -> Result<Self, $crate::codec::Fault> {
                <Self as $crate::codec::AvroValue>::decode_with(reader, resolution, node)
            }

            fn from_ref(borrowed: &Self) -> Self {
                borrowed.clone()
            }
        }
    )+};
}

pub(crate) use owns_itself;

owns_itself!([] (), [] bool, [] i32, [] i64, [] f32, [] f64);

impl Borrowed for String {
    type Ref<'de> = &'de str;

    #[inline]
    fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<&'de str, Fault> {
        reader.string()
    }

    fn decode_ref_with<'de>(
        reader: &mut Reader<'de>,
        resolution: &'de Resolution,
        node: NodeId,
    ) -> Result<&'de str, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same | Node::BytesAsString => reader.string(),
            _ => Fault::Unresolved.err(),
        }
    }

    fn from_ref(borrowed: &&str) -> Self {
        (*borrowed).to_owned()
    }
}

impl<T: Borrowed> Borrowed for Option<T> {
    type Ref<'de> = Option<T::Ref<'de>>;

    #[inline]
    fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<Option<T::Ref<'de>>, Fault> {
        match reader.index(2, Fault::Branch)? {
            0 => Ok(None),
            _ => T::decode_ref(reader).map(Some),
        }
    }

    fn decode_ref_with<'de>(
        reader: &mut Reader<'de>,
        resolution: &'de Resolution,
        node: NodeId,
    ) -> Result<Option<T::Ref<'de>>, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode_ref(reader),
            Node::Branch { branch: 0, .. } => Ok(None),
            Node::Branch { node, .. } => T::decode_ref_with(reader, resolution, *node).map(Some),
            _ => Fault::Unresolved.err(),
        }
    }

    fn from_ref(borrowed: &Option<T::Ref<'_>>) -> Self {
        borrowed.as_ref().map(T::from_ref)
    }
}

/// Items of an array, read one by one.
fn items<'de, T>(
    reader: &mut Reader<'de>,
    smallest: usize,
    mut item: impl FnMut(&mut Reader<'de>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut all = Vec::new();
    while let Some(block) = reader.block(smallest)? {
        reader.charge(block.count.saturating_mul(size_of::<T>()))?;
        all.reserve(block.count);
        for _ in 0..block.count {
            all.push(item(reader)?);
        }
        reader.block_done(block)?;
    }
    Ok(all)
}

impl<T: Borrowed> Borrowed for Vec<T> {
    type Ref<'de> = Vec<T::Ref<'de>>;

    fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<Vec<T::Ref<'de>>, Fault> {
        items(reader, T::MIN_SIZE, T::decode_ref)
    }

    fn decode_ref_with<'de>(
        reader: &mut Reader<'de>,
        resolution: &'de Resolution,
        node: NodeId,
    ) -> Result<Vec<T::Ref<'de>>, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode_ref(reader),
            Node::Array { items: node, smallest } => {
                items(reader, *smallest, |reader| T::decode_ref_with(reader, resolution, *node))
            }
            _ => Fault::Unresolved.err(),
        }
    }

    fn from_ref(borrowed: &Vec<T::Ref<'_>>) -> Self {
        borrowed.iter().map(T::from_ref).collect()
    }
}

/// A map's twin: its pairs, in the order of the message. Of a key that stands twice the last one counts.
fn pairs<'de, T: Borrowed>(reader: &mut Reader<'de>) -> Result<Vec<(&'de str, T::Ref<'de>)>, Fault> {
    // A key takes one byte at least: its length.
    items(reader, T::MIN_SIZE.saturating_add(1), |reader| Ok((reader.string()?, T::decode_ref(reader)?)))
}

fn pairs_with<'de, T: Borrowed>(
    reader: &mut Reader<'de>,
    resolution: &'de Resolution,
    node: NodeId,
) -> Result<Vec<(&'de str, T::Ref<'de>)>, Fault> {
    match resolution.enter(reader, node)? {
        Node::Same => pairs::<T>(reader),
        Node::Map { values, smallest } => items(reader, smallest.saturating_add(1), |reader| {
            Ok((reader.string()?, T::decode_ref_with(reader, resolution, *values)?))
        }),
        _ => Fault::Unresolved.err(),
    }
}

/// The impl for a map that is collected from its pairs.
macro_rules! map {
    ([$($parameter:tt)*] $ty:ty) => {
        impl<T: Borrowed, $($parameter)*> Borrowed for $ty {
            type Ref<'de> = Vec<(&'de str, T::Ref<'de>)>;

            fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<Self::Ref<'de>, Fault> {
                pairs::<T>(reader)
            }

            fn decode_ref_with<'de>(
                reader: &mut Reader<'de>,
                resolution: &'de Resolution,
                node: NodeId,
            ) -> Result<Self::Ref<'de>, Fault> {
                pairs_with::<T>(reader, resolution, node)
            }

            fn from_ref(borrowed: &Self::Ref<'_>) -> Self {
                borrowed.iter().map(|(key, value)| ((*key).to_owned(), T::from_ref(value))).collect()
            }
        }
    };
}

map!([S: BuildHasher + Default] HashMap<String, T, S>);
map!([] BTreeMap<String, T>);

impl<T: Borrowed> Borrowed for Box<T> {
    type Ref<'de> = Box<T::Ref<'de>>;

    fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<Box<T::Ref<'de>>, Fault> {
        reader.charge(size_of::<T::Ref<'de>>())?;
        T::decode_ref(reader).map(Box::new)
    }

    fn decode_ref_with<'de>(
        reader: &mut Reader<'de>,
        resolution: &'de Resolution,
        node: NodeId,
    ) -> Result<Box<T::Ref<'de>>, Fault> {
        reader.charge(size_of::<T::Ref<'de>>())?;
        T::decode_ref_with(reader, resolution, node).map(Box::new)
    }

    fn from_ref(borrowed: &Box<T::Ref<'_>>) -> Self {
        Self::new(T::from_ref(borrowed))
    }
}
