//! What a consumer tells its group that it reads (Kafka's `ConsumerProtocolSubscription`: version, then the names of topics).

/// Whether a topic is among them. What is no such message names no topic.
pub(super) fn reads(metadata: &[u8], topic: &str) -> bool {
    names(metadata).is_some_and(|names| names.contains(&topic.as_bytes()))
}

fn names(metadata: &[u8]) -> Option<Vec<&[u8]>> {
    let (_version, rest) = metadata.split_first_chunk::<2>()?;
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let mut names = Vec::new();
    for _ in 0..i32::from_be_bytes(*count) {
        let (length, behind) = rest.split_first_chunk::<2>()?;
        let (name, behind) = behind.split_at_checked(usize::try_from(i16::from_be_bytes(*length)).ok()?)?;
        names.push(name);
        rest = behind;
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_found_by_their_whole_names() {
        let metadata = [&[0, 3, 0, 0, 0, 2, 0, 2][..], b"ab", &[0, 1], b"c", &[0, 0, 0, 0]].concat();
        assert!(reads(&metadata, "ab") && reads(&metadata, "c"));
        assert!(!reads(&metadata, "a") && !reads(&metadata, ""));
        for cut in 0..13 {
            assert!(!reads(&metadata[..cut.min(10)], "c"), "{cut}");
        }
        assert!(!reads(&[0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0], "x"));
    }
}
