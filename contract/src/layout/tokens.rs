/// A piece of a JSON text with comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind,
    /// As written.
    pub(super) text: &'t str,
    /// How many line breaks stand before it, behind the token before.
    pub(super) breaks: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `{` or `[`
    Open,
    /// `}` or `]`
    Close,
    Comma,
    Colon,
    /// A string, a number, `true`, `false` or `null`.
    Scalar,
    /// `// ...`, without its line break.
    LineComment,
    /// `/* ... */`
    BlockComment,
}

impl Token<'_> {
    pub(super) fn is_comment(&self) -> bool {
        matches!(self.kind, TokenKind::LineComment | TokenKind::BlockComment)
    }
}

/// The tokens of a text that was read as JSON before: of any other text, some tokens.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut breaks = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (kind, end) = match byte {
            b'\n' => {
                breaks += 1;
                at += 1;
                continue;
            }
            b'\r' => {
                // A carriage return alone ends a line comment too; before `\n` it is part of one break.
                breaks += usize::from(bytes.get(at + 1) != Some(&b'\n'));
                at += 1;
                continue;
            }
            b' ' | b'\t' => {
                at += 1;
                continue;
            }
            b'{' | b'[' => (TokenKind::Open, at + 1),
            b'}' | b']' => (TokenKind::Close, at + 1),
            b',' => (TokenKind::Comma, at + 1),
            b':' => (TokenKind::Colon, at + 1),
            b'"' => (TokenKind::Scalar, string_end(bytes, at)),
            b'/' if bytes.get(at + 1) == Some(&b'*') => (TokenKind::BlockComment, block_end(bytes, at)),
            b'/' => (TokenKind::LineComment, find(bytes, at, |byte| matches!(byte, b'\n' | b'\r'))),
            _ => (TokenKind::Scalar, find(bytes, at + 1, ends_word)),
        };
        tokens.push(Token { kind, text: text.get(at..end).unwrap_or_default(), breaks });
        breaks = 0;
        at = end;
    }
    tokens
}

fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"' | b'/')
}

/// The place of the first byte from `from` on that `is` one; the end where there is none.
fn find(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().position(|byte| is(*byte)).map_or(bytes.len(), |offset| from + offset)
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn block_end(bytes: &[u8], start: usize) -> usize {
    let body = bytes.get(start + 2..).unwrap_or_default();
    body.windows(2).position(|pair| pair == b"*/").map_or(bytes.len(), |offset| start + offset + 4)
}
