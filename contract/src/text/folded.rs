/// The letters and digits of a name, in lower case: what `fooBar` and `foo_bar` have in common.
///
/// ```
/// assert_eq!(topika_contract::text::folded("fooBar"), topika_contract::text::folded("foo_bar"));
/// ```
#[must_use]
pub fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            'a'..='z' | '0'..='9' => folded.push(c),
            c if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            _ => {}
        }
    }
    folded
}
