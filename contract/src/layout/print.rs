use super::tree::{Comment, Container, Document, Item, Node};
use super::width::{is_listed, key_width, node_width};

/// How long a line may be that holds more than one value.
const WIDTH: usize = 120;

/// The text of a tree, with `\n` for line breaks.
pub(super) fn print(document: &Document<'_>) -> String {
    let mut out = String::new();
    let root = &document.root;
    // A file that holds one short object still gets a line for each member: that is how schemas are read.
    let spread = matches!(&root.node, Node::Container(container) if container.open == "{");
    item(root, Place { indent: 0, first: true, comma: false, spread }, &mut out);
    for comment in &document.rest {
        line_comment(comment, 0, false, &mut out);
    }
    out
}

/// Where an item stands.
struct Place {
    indent: usize,
    /// Whether it is the first of its container, before which no blank line stays.
    first: bool,
    /// Whether another one follows.
    comma: bool,
    /// Whether it stands on several lines even if it fits on one.
    spread: bool,
}

/// Prints an item with its comments, on lines of its own.
fn item(item: &Item<'_>, place: Place, out: &mut String) {
    let Place { indent, first, comma, spread } = place;
    for (index, comment) in item.lead.iter().enumerate() {
        line_comment(comment, indent, first && index == 0, out);
    }
    if item.blank && !(first && item.lead.is_empty()) {
        out.push('\n');
    }
    spaces(indent, out);
    name(item, out);
    let room = WIDTH.saturating_sub(indent + key_width(item) + usize::from(comma));
    match &item.node {
        Node::Container(container) if !container.items.is_empty() || !container.rest.is_empty() => {
            if spread || is_listed(item) || node_width(&item.node).is_none_or(|width| width > room) {
                lines(container, indent, out);
            } else {
                flat(&item.node, out);
            }
        }
        node => flat(node, out),
    }
    if comma {
        out.push(',');
    }
    for comment in &item.trail {
        out.push(' ');
        comment_text(comment, indent, out);
    }
    out.push('\n');
}

fn lines(container: &Container<'_>, indent: usize, out: &mut String) {
    out.push_str(container.open);
    out.push('\n');
    let last = container.items.len().saturating_sub(1);
    for (index, inner) in container.items.iter().enumerate() {
        item(inner, Place { indent: indent + 2, first: index == 0, comma: index < last, spread: false }, out);
    }
    for (index, comment) in container.rest.iter().enumerate() {
        line_comment(comment, indent + 2, index == 0 && container.items.is_empty(), out);
    }
    spaces(indent, out);
    out.push(closing(container));
}

/// Prints a value on one line.
fn flat(node: &Node<'_>, out: &mut String) {
    let container = match node {
        Node::Scalar(text) => return out.push_str(text),
        Node::Container(container) => container,
    };
    let padded = container.open == "{" && !container.items.is_empty();
    out.push_str(container.open);
    if padded {
        out.push(' ');
    }
    for (index, item) in container.items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        name(item, out);
        flat(&item.node, out);
    }
    if padded {
        out.push(' ');
    }
    out.push(closing(container));
}

fn closing(container: &Container<'_>) -> char {
    if container.open == "{" { '}' } else { ']' }
}

fn name(item: &Item<'_>, out: &mut String) {
    if let Some(key) = item.key {
        out.push_str(key);
        out.push_str(": ");
    }
}

/// Prints a comment on lines of its own.
fn line_comment(comment: &Comment<'_>, indent: usize, first: bool, out: &mut String) {
    if comment.blank && !first {
        out.push('\n');
    }
    spaces(indent, out);
    comment_text(comment, indent, out);
    out.push('\n');
}

/// Prints a comment without white space at the ends of its lines. Where every further line begins with a star, the stars are put
/// below each other; other comments keep what stands before their lines, which may be a drawing.
fn comment_text(comment: &Comment<'_>, indent: usize, out: &mut String) {
    let text = comment.text.replace("\r\n", "\n").replace('\r', "\n");
    let starred = text.split('\n').skip(1).all(|line| line.trim_start().starts_with('*'));
    for (index, line) in text.split('\n').enumerate() {
        let line = line.trim_end_matches([' ', '\t']);
        if index == 0 {
            out.push_str(line);
            continue;
        }
        out.push('\n');
        if starred {
            spaces(indent + 1, out);
            out.push_str(line.trim_start());
        } else {
            out.push_str(line);
        }
    }
}

fn spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}
