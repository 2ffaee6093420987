use super::skip::{Skip, SkipId};
use crate::codec::{Fault, Reader};

/// A node of a [`Resolution`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(pub(super) u32);

/// A compiled resolution: an arena of nodes that refer to each other, so that recursive schemas have one.
#[derive(Debug)]
pub struct Resolution {
    pub(super) nodes: Vec<Node>,
    pub(super) skips: Vec<Skip>,
    pub(super) root: NodeId,
}

/// How one place of the writer's schema becomes one place of the reader's.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Node {
    /// The same bytes in both: read as if the reader had written it.
    Same,
    /// An int read as a long.
    IntAsLong,
    /// An int read as a float.
    IntAsFloat,
    /// An int read as a double.
    IntAsDouble,
    /// A long read as a float.
    LongAsFloat,
    /// A long read as a double.
    LongAsDouble,
    /// A float read as a double.
    FloatAsDouble,
    /// Bytes read as a string.
    BytesAsString,
    /// A string read as bytes.
    StringAsBytes,
    /// A record: what to do, in the order of the writer's fields, which is also that of the reader's.
    Record(Box<[Step]>),
    /// A record whose fields the writer has in another order.
    Reordered(Reordered),
    /// An enum: the writer's symbols, in order.
    Enum(Box<[WriterSymbol]>),
    /// An array.
    #[allow(missing_docs)] // Named by what they are.
    Array { items: NodeId, smallest: usize },
    /// A map.
    #[allow(missing_docs)]
    Map { values: NodeId, smallest: usize },
    /// The writer has a union: its branch stands on the wire and says which node follows.
    Union(Box<[NodeId]>),
    /// The reader has a union: the value becomes this branch of it.
    #[allow(missing_docs)]
    Branch { branch: usize, node: NodeId },
    /// What the reader cannot read; only an error when it is met.
    Unreadable(Box<str>),
}

/// A symbol of the writer's enum.
#[derive(Clone, Debug)]
pub struct WriterSymbol {
    /// What the writer calls it.
    pub name: Box<str>,
    /// The index of the reader's symbol of that name.
    pub same: Option<u32>,
    /// The index of the reader's default, where the reader has no such symbol.
    pub instead: Option<u32>,
}

/// A record whose fields the writer has in another order than the reader.
#[derive(Clone, Debug)]
pub struct Reordered {
    /// The writer's fields in its order: how each is jumped over, and the reader's field that it becomes.
    pub(in crate::codec) written: Box<[(SkipId, Option<usize>)]>,
    /// What to do for each of the reader's fields, in its order.
    pub(in crate::codec) steps: Box<[Step]>,
}

/// A step of a record.
#[derive(Clone, Debug)]
pub enum Step {
    /// The writer's next field becomes the reader's field of that index.
    #[allow(missing_docs)] // Named by what they are.
    Read { field: usize, node: NodeId },
    /// The writer's next field is in no field of the reader.
    Skip(SkipId),
    /// The reader's field of that index is not written: its default, as bytes of the reader's own schema.
    #[allow(missing_docs)]
    Default { field: usize, bytes: Box<[u8]> },
}

impl Step {
    /// The reader's field that it gives a value.
    pub(super) fn field(&self) -> Option<usize> {
        match self {
            Self::Read { field, .. } | Self::Default { field, .. } => Some(*field),
            Self::Skip(_) => None,
        }
    }
}

impl NodeId {
    /// The node that every resolution begins with.
    pub(super) const SAME: Self = Self(0);
}

impl Resolution {
    /// Where to begin.
    #[inline]
    #[must_use]
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// Whether the writer's bytes are what the reader itself would write, so that the straight path reads them.
    #[must_use]
    pub fn is_same(&self) -> bool {
        matches!(self.node(self.root), Some(Node::Same))
    }

    #[inline]
    fn node(&self, id: NodeId) -> Option<&Node> {
        usize::try_from(id.0).ok().and_then(|at| self.nodes.get(at))
    }

    /// The node for the value that comes next: where the writer has a union, the one of the branch that stands on the wire.
    ///
    /// # Errors
    /// When the branch does not exist, or cannot be read.
    #[inline]
    pub fn enter(&self, reader: &mut Reader<'_>, mut id: NodeId) -> Result<&Node, Fault> {
        loop {
            match self.node(id) {
                Some(Node::Union(branches)) => {
                    let branch = reader.index(branches.len(), Fault::Branch)?;
                    id = branches.get(branch).copied().ok_or(Fault::Branch)?;
                }
                Some(Node::Unreadable(why)) => return Err(reader.unresolved(why)),
                Some(node) => return Ok(node),
                None => return Fault::Unresolved.err(),
            }
        }
    }

    /// The symbol that comes next, as the index of the reader's; `map` is what [`Node::Enum`] holds.
    ///
    /// # Errors
    /// When the reader has no such symbol and no default.
    pub fn symbol(reader: &mut Reader<'_>, map: &[WriterSymbol]) -> Result<usize, Fault> {
        let index = reader.index(map.len(), Fault::Symbol)?;
        let Some(symbol) = map.get(index) else { return Fault::Symbol.err() };
        match symbol.same.or(symbol.instead).and_then(|index| usize::try_from(index).ok()) {
            Some(index) => Ok(index),
            None => Err(reader.unknown_symbol(&symbol.name)),
        }
    }

    /// The same for an enum that keeps what it does not know: the index of the reader's, or the writer's name for it. A default of the
    /// reader is for those that have no place for the name.
    ///
    /// # Errors
    /// When the writer has no such symbol.
    pub fn open_symbol(reader: &mut Reader<'_>, map: &[WriterSymbol]) -> Result<Result<usize, String>, Fault> {
        let index = reader.index(map.len(), Fault::Symbol)?;
        let Some(symbol) = map.get(index) else { return Fault::Symbol.err() };
        match symbol.same.and_then(|index| usize::try_from(index).ok()) {
            Some(index) => Ok(Ok(index)),
            None => {
                reader.charge(symbol.name.len())?;
                Ok(Err(symbol.name.to_string()))
            }
        }
    }
}
