use std::iter::Peekable;
use std::slice::Iter;

use super::tokens::{Token, TokenKind};
use super::tree::{Comment, Container, Document, Item, Node};
use super::width::width;

/// The tree of a text's tokens. The text was read as JSON before, so brackets match and the recursion is bounded by
/// [`MAX_DEPTH`](crate::text::json::MAX_DEPTH).
pub(super) fn read<'t>(tokens: &[Token<'t>]) -> Document<'t> {
    let mut reader = Reader { tokens: tokens.iter().peekable() };
    let lead = reader.comments();
    let root = reader.item(lead, false);
    Document { root, rest: reader.comments() }
}

struct Reader<'a, 't> {
    tokens: Peekable<Iter<'a, Token<'t>>>,
}

impl<'t> Reader<'_, 't> {
    /// A value with its name, and with the comments behind it on its line.
    fn item(&mut self, mut lead: Vec<Comment<'t>>, named: bool) -> Item<'t> {
        let blank = self.tokens.peek().is_some_and(|token| token.breaks > 1);
        let key = if named { self.tokens.next().map(|token| token.text) } else { None };
        if named {
            // A comment around the colon has no line of its own; it goes before the name.
            lead.extend(self.comments_within());
            self.tokens.next_if(|token| token.kind == TokenKind::Colon);
            lead.extend(self.comments_within());
        }
        let node = match self.tokens.next() {
            Some(token) if token.kind == TokenKind::Open => Node::Container(self.container(token.text)),
            Some(token) => Node::Scalar(token.text),
            None => Node::Scalar(""),
        };
        let mut item = Item { lead, blank, key, node, trail: Vec::new() };
        self.trail(&mut item);
        item
    }

    fn container(&mut self, open: &'t str) -> Container<'t> {
        let mut items = Vec::new();
        let mut lead = self.comments();
        while self.tokens.peek().is_some_and(|token| token.kind != TokenKind::Close) {
            let mut item = self.item(std::mem::take(&mut lead), open == "{");
            // Comments on lines of their own before a comma belong to what follows.
            lead = self.comments();
            let comma = self.tokens.next_if(|token| token.kind == TokenKind::Comma).is_some();
            if comma && lead.is_empty() && self.line_ends() {
                self.trail(&mut item);
            }
            lead.extend(self.comments());
            items.push(item);
        }
        self.tokens.next();
        let mut container = Container { open, items, rest: lead, width: None };
        container.width = width(&container);
        container
    }

    /// Takes the comments that stand on the line of the item.
    fn trail(&mut self, item: &mut Item<'t>) {
        while item.trail.last().is_none_or(|comment| !comment.line) {
            let Some(token) = self.tokens.next_if(|token| token.is_comment() && token.breaks == 0) else { return };
            item.trail.push(comment(token));
        }
    }

    /// Whether only comments stand between here and the end of the line (or of the container), so that they belong to what is
    /// before them: `1, // one`, and not `1, /* two */ 2`.
    fn line_ends(&self) -> bool {
        let mut ahead = self.tokens.clone();
        while let Some(token) = ahead.next_if(|token| token.is_comment() && token.breaks == 0) {
            if token.kind == TokenKind::LineComment {
                return true;
            }
        }
        ahead.peek().is_none_or(|token| token.breaks > 0 || token.kind == TokenKind::Close)
    }

    fn comments(&mut self) -> Vec<Comment<'t>> {
        let mut comments = Vec::new();
        while let Some(token) = self.tokens.next_if(|token| token.is_comment()) {
            comments.push(comment(token));
        }
        comments
    }

    /// Comments inside a member, where blank lines mean nothing.
    fn comments_within(&mut self) -> impl Iterator<Item = Comment<'t>> {
        self.comments().into_iter().map(|comment| Comment { blank: false, ..comment })
    }
}

fn comment<'t>(token: &Token<'t>) -> Comment<'t> {
    Comment { text: token.text, line: token.kind == TokenKind::LineComment, blank: token.breaks > 1 }
}
