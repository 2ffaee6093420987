//! RFC 6901, and the draft of relative JSON pointers.

pub(super) fn is_pointer(text: &str) -> bool {
    (text.is_empty() || text.starts_with('/')) && escapes(text)
}

/// Every `~` begins `~0` or `~1`.
fn escapes(text: &str) -> bool {
    text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}

pub(super) fn is_relative(text: &str) -> bool {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(len).unwrap_or_default();
    let counts = number == "0" || !number.is_empty() && !number.starts_with('0');
    counts && (rest == "#" || is_pointer(rest))
}
