/// The text, or as much of its beginning as so many bytes hold, cut between letters.
pub(crate) fn brief(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_letters() {
        let long = "ä".repeat(3000);
        assert_eq!(brief(&long, 2001).len(), 2000);
        assert!(long.starts_with(brief(&long, 2001)));
        assert_eq!((brief("short", 2000), brief("ä", 1)), ("short", ""));
    }
}
