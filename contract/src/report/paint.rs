/// What a piece of text is, for its colour.
#[derive(Clone, Copy)]
pub(super) enum Paint {
    Error,
    Warning,
    Title,
    Gutter,
}

/// The text between escapes of a terminal (ECMA-48, Select Graphic Rendition), or as it is.
pub(super) fn paint(text: &str, paint: Paint, colour: bool) -> String {
    if !colour || text.is_empty() {
        return text.to_owned();
    }
    let code = match paint {
        Paint::Error => "1;91",
        Paint::Warning => "1;33",
        Paint::Title => "1",
        Paint::Gutter => "1;94",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}
