//! A JSON text as values with their comments.

/// The whole text.
#[derive(Debug)]
pub(super) struct Document<'t> {
    pub(super) root: Item<'t>,
    /// Comments behind the value, on lines of their own.
    pub(super) rest: Vec<Comment<'t>>,
}

/// A value with what stands around it: a member of an object, an item of an array, or the root.
#[derive(Debug)]
pub(super) struct Item<'t> {
    /// Comments before it, each on a line of its own.
    pub(super) lead: Vec<Comment<'t>>,
    /// Whether a blank line stands right before it.
    pub(super) blank: bool,
    /// The name of a member, with its quotes.
    pub(super) key: Option<&'t str>,
    pub(super) node: Node<'t>,
    /// Comments behind it on its line.
    pub(super) trail: Vec<Comment<'t>>,
}

#[derive(Debug)]
pub(super) enum Node<'t> {
    /// A string, a number, `true`, `false` or `null`, as written.
    Scalar(&'t str),
    Container(Container<'t>),
}

/// An object or an array.
#[derive(Debug)]
pub(super) struct Container<'t> {
    /// `{` or `[`
    pub(super) open: &'t str,
    pub(super) items: Vec<Item<'t>>,
    /// Comments before the closing bracket.
    pub(super) rest: Vec<Comment<'t>>,
    /// How many columns it takes on one line; `None` where it has to stand on several.
    pub(super) width: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Comment<'t> {
    /// As written, without the line break of a `//`.
    pub(super) text: &'t str,
    /// Whether it is a `//`, behind which nothing else fits on the line.
    pub(super) line: bool,
    /// Whether a blank line stands right before it.
    pub(super) blank: bool,
}
