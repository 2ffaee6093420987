//! Values that are written as something else than they are: what `#[event(as = ...)]` names.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::marker::PhantomData;

use super::collections::{array, map, write_map};
use super::resolution::{Node, NodeId};
use super::{AvroValue, Fault, OnWire, Reader, Resolution, SchemaText, Sink, WireOf};
use crate::schema::Ty;

/// A way in which a `T` is on the wire: [`AvroValue`] for a type that has none of its own, or another one.
///
/// It follows from [`WireOf`], and from itself for what stands within an option, a list or a map. Nobody has to implement it.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be written as `{Self}`",
    label = "is no way to write a `{T}`",
    note = "for a type of your own: `impl topika::types::WireOf<{T}> for {Self}`",
    note = "for types of chrono, jiff, time, uuid and rust_decimal the crate topika has features of these names",
    note = "an option, a list and a map are written as one: `as = Option<...>`, `as = Vec<...>`, `as = HashMap<String, ...>`"
)]
pub trait ValueAs<T> {
    /// What the wire knows it as.
    const TY: Ty;

    /// The fewest bytes that a value takes on the wire.
    const MIN_SIZE: usize;

    /// As [`AvroValue::encode`].
    fn encode(value: &T, sink: &mut Sink<'_>);

    /// As [`AvroValue::decode`].
    ///
    /// # Errors
    /// As there, and where the type cannot hold the value.
    fn decode(reader: &mut Reader<'_>) -> Result<T, Fault>;

    /// As [`AvroValue::decode_with`].
    ///
    /// # Errors
    /// As there, and where the type cannot hold the value.
    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<T, Fault>;

    /// As [`AvroValue::describe`].
    fn describe(text: &mut SchemaText);
}

// The first bound follows from the second; the compiler sees by it that `AsItself` is no such way.
impl<T, W: OnWire + WireOf<T>> ValueAs<T> for W {
    const TY: Ty = W::Wire::TY;
    const MIN_SIZE: usize = W::Wire::MIN_SIZE;

    #[inline]
    fn encode(value: &T, sink: &mut Sink<'_>) {
        match W::to_wire(value) {
            Ok(wire) => wire.encode(sink),
            Err(error) => sink.refuse(|| error.to_string()),
        }
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<T, Fault> {
        let wire = W::Wire::decode(reader)?;
        W::from_wire(wire).map_err(|error| reader.refused(&error))
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<T, Fault> {
        let wire = W::Wire::decode_with(reader, resolution, node)?;
        W::from_wire(wire).map_err(|error| reader.refused(&error))
    }

    fn describe(text: &mut SchemaText) {
        W::Wire::describe(text);
    }
}

/// What a type is of itself: `_` within `#[event(as = ...)]`.
#[derive(Debug)]
pub struct AsItself;

impl<T: AvroValue> ValueAs<T> for AsItself {
    const TY: Ty = T::TY;
    const MIN_SIZE: usize = T::MIN_SIZE;

    #[inline]
    fn encode(value: &T, sink: &mut Sink<'_>) {
        value.encode(sink);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<T, Fault> {
        T::decode(reader)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<T, Fault> {
        T::decode_with(reader, resolution, node)
    }

    fn describe(text: &mut SchemaText) {
        T::describe(text);
    }
}

/// The way of an option whose null is the second branch, `[T, null]`, where it stands within a list or a map.
///
/// ```
/// use topika::types::NullLast;
///
/// #[derive(Clone, Debug, PartialEq, topika::Record)]
/// #[event(name = "music.Chords")]
/// struct Chords {
///     #[event(as = Vec<NullLast<_>>)] // items: ["string", "null"]
///     names: Vec<Option<String>>,
/// }
///
/// let mut bytes = Vec::new();
/// topika::codec::encode(&Chords { names: vec![None] }, &mut bytes).unwrap();
/// assert_eq!(bytes, [2, 2, 0]); // one item, of branch 1; no more items
/// ```
///
/// For a field that is such an option itself there is `#[event(null_last)]`.
#[derive(Debug)]
pub struct NullLast<W>(PhantomData<W>);

/// The body of an option with its two branches at these places.
macro_rules! option {
    ($way:ty, $ty:expr, $null:literal, $some:literal) => {
        impl<T, W: ValueAs<T>> ValueAs<Option<T>> for $way {
            const TY: Ty = Ty::Union(&$ty);
            const MIN_SIZE: usize = 1;

            #[inline]
            fn encode(value: &Option<T>, sink: &mut Sink<'_>) {
                match value {
                    None => sink.long($null),
                    Some(value) => {
                        sink.long($some);
                        W::encode(value, sink);
                    }
                }
            }

            #[inline]
            fn decode(reader: &mut Reader<'_>) -> Result<Option<T>, Fault> {
                match reader.index(2, Fault::Branch)? {
                    $null => Ok(None),
                    _ => W::decode(reader).map(Some),
                }
            }

            fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Option<T>, Fault> {
                match resolution.enter(reader, node)? {
                    Node::Same => Self::decode(reader),
                    Node::Branch { branch: $null, .. } => Ok(None),
                    Node::Branch { node, .. } => W::decode_with(reader, resolution, *node).map(Some),
                    _ => Fault::Unresolved.err(),
                }
            }

            fn describe(text: &mut SchemaText) {
                let (null, some): (fn(&mut SchemaText), fn(&mut SchemaText)) = (<()>::describe, W::describe);
                let branches = if $null == 0 { [null, some] } else { [some, null] };
                text.union(&branches);
            }
        }
    };
}

option!(Option<W>, [Ty::Null, W::TY], 0, 1);
option!(NullLast<W>, [W::TY, Ty::Null], 1, 0);

impl<T, W: ValueAs<T>> ValueAs<Vec<T>> for Vec<W> {
    const TY: Ty = Ty::Array(&W::TY);
    const MIN_SIZE: usize = 1;

    fn encode(value: &Vec<T>, sink: &mut Sink<'_>) {
        if !value.is_empty() {
            sink.length(value.len());
            for item in value {
                W::encode(item, sink);
            }
        }
        sink.length(0);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Vec<T>, Fault> {
        array(reader, W::MIN_SIZE, W::decode)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Vec<T>, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode(reader),
            Node::Array { items, smallest } => {
                array(reader, *smallest, |reader| W::decode_with(reader, resolution, *items))
            }
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.array(W::describe);
    }
}

/// The body of a map.
macro_rules! map {
    ([$($parameter:tt)*] $value:ty, $way:ty) => {
        impl<T, W: ValueAs<T>, $($parameter)*> ValueAs<$value> for $way {
            const TY: Ty = Ty::Map(&W::TY);
            const MIN_SIZE: usize = 1;

            fn encode(value: &$value, sink: &mut Sink<'_>) {
                write_map(sink, value.len(), value.iter(), W::encode);
            }

            fn decode(reader: &mut Reader<'_>) -> Result<$value, Fault> {
                let mut all = <$value>::default();
                map(reader, W::MIN_SIZE, W::decode, |key, value| drop(all.insert(key, value)))?;
                Ok(all)
            }

            fn decode_with(
                reader: &mut Reader<'_>,
                resolution: &Resolution,
                node: NodeId,
            ) -> Result<$value, Fault> {
                match resolution.enter(reader, node)? {
                    Node::Same => Self::decode(reader),
                    Node::Map { values, smallest } => {
                        let mut all = <$value>::default();
                        let read = |reader: &mut Reader<'_>| W::decode_with(reader, resolution, *values);
                        map(reader, *smallest, read, |key, value| drop(all.insert(key, value)))?;
                        Ok(all)
                    }
                    _ => Fault::Unresolved.err(),
                }
            }

            fn describe(text: &mut SchemaText) {
                text.map(W::describe);
            }
        }
    };
}

map!([S: BuildHasher + Default, WS] HashMap<String, T, S>, HashMap<String, W, WS>);
map!([] BTreeMap<String, T>, BTreeMap<String, W>);
